import type { Failure, InboxRow } from '@tabwright/protocol'
import type { Fact } from './fact'
import type { Journal } from './journal'
import type { Ports } from './ports'
import { continued } from './trace'

/**
 * A call that another program asks for, in a turn of its own: it is judged, asked about, run and written down as those of the agent, and then the
 * turn ends. It waits until the session rests, and behind what people wrote. False: there was none to begin with.
 */
export async function beginRequested(
  { ports, journal }: { readonly ports: Ports; readonly journal: Journal },
  opening: () => Promise<readonly Fact[]>,
): Promise<boolean> {
  const { state } = journal
  // Results that were not sent yet belong to the calls of the answer before.
  if (state.turn || state.unsent.some(({ type }) => type === 'result')) return false
  const rows = await ports.log.readInbox(ports.session)
  const row = rows.find((one): one is Requested => one.message.type === 'execute')
  if (!row || rows.some(({ message }) => message.type === 'message')) return false
  const { type: _execute, traceparent, ...data } = row.message
  const trace = continued(traceparent)
  await journal.write(async () => ({
    facts: journal.state.turn ? [] : [...(await opening()), { type: 'call.requested', data }],
    taken: journal.state.turn ? [] : [row.n],
    ...(trace && { trace }),
  }))
  return true
}

/** What the agent does in its own name: from a program, a question would read as the agent's, work as given away by it, and a list as its plan. */
const AGENTS_OWN: ReadonlySet<string> = new Set(['ask_person', 'task', 'todo'])

/** Why another program cannot have this tool; undefined: it can, if the rules and a person let it. */
export function refusedOutside(tool: string): Failure | undefined {
  if (!AGENTS_OWN.has(tool)) return undefined
  const message = `${tool} is the agent's alone: no program asks a person, gives work away or keeps a list in its name. It was not run; send_message asks the agent.`
  return { code: 'not_permitted', message }
}

type Requested = InboxRow & { readonly message: Extract<InboxRow['message'], { readonly type: 'execute' }> }
