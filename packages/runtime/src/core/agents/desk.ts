import { fail, failureOf, fitsTool, type CallId, type Failure } from '@tabwright/protocol'
import type { Egress } from '../egress'
import type { Journal } from '../journal'
import type { Purse } from '../limits/purse'
import { placeAtStart, placeOf } from '../places'
import type { Ports } from '../ports'
import { narrowed, type Registry } from '../registry'
import { standingNow } from '../rule-book'
import type { SecretShelf } from '../secret-shelf'
import type { ToolResult } from '../tool'
import { agentJournal } from './agent-journal'
import { agentPorts } from './agent-ports'
import type { Agents, SubAgent } from './agents'
import { lane } from './lane'
import { reportOf } from './report'
import { seats } from './seats'
import type { TaskWish } from './task-wish'
import { notedBy } from './told'

/** Starts sub-agents, and finds those that a worker which is gone had started. */
export interface AgentDesk {
  /** Resolves when the sub-agent of this call has ended, whichever worker began it. @throws FailureError `bad_input` for a tool that it cannot have */
  run(call: CallId, wish: TaskWish, signal: AbortSignal): Promise<ToolResult>
  /** Why it could not be written on, since it was asked last. What is then to do is for the next run of its call. */
  broken(call: CallId): Failure | undefined
  /** Calls are run from here on, whatever halted those before. */
  open(): void
  /** The log cannot be written: nobody waits on, for a person least of all, and nobody begins who was on the way. */
  halt(failure: Failure): void
  /** To each that works. */
  tell(what: 'online' | 'retry'): Promise<void>
  close(): void
}

/** A sub-agent has none of its own. */
export const NO_DESK: AgentDesk = {
  run: async () => fail('not_permitted', 'A sub-agent cannot start another one. Do the work yourself, or say in your report what is left.'),
  broken: () => undefined,
  open: () => undefined,
  halt: () => undefined,
  tell: async () => undefined,
  close: () => undefined,
}

/** What a sub-agent has of the session that it works in. */
export interface Within {
  readonly egress: Egress
  readonly secrets: SecretShelf
  readonly purse: Purse
  readonly system: string
}

/** Answers of a sub-agent, whatever it still wants. Source: harness.md C7. */
export const AGENT_ANSWERS = 30

/** What drives a sub-agent's conversation: the same as its session's. */
export interface AgentDriver {
  wake(): void
  stop(): Promise<void>
  retry(): Promise<void>
  online(): Promise<void>
  close(): void
}

interface DeskParts {
  readonly ports: Ports
  readonly journal: Journal
  readonly registry: Registry
  readonly drive: (over: {
    readonly ports: Ports
    readonly journal: Journal
    readonly registry: Registry
    readonly halted: (failure: Failure) => void
  }) => AgentDriver
}

/** So many work at once, the others wait. More would only wait for the same shell and the same limits of the provider. */
const MOST_AT_ONCE = 3
/** Not for a sub-agent: it has no part in the conversation or in the list that the person follows, asks nothing but permission, and starts no other. */
const NOT_FOR_AGENTS: ReadonlySet<string> = new Set(['read_session', 'ask_person', 'task', 'todo'])

export function createDesk(parts: DeskParts): AgentDesk {
  const working: Working = new Map()
  const broken = new Map<CallId, Failure>()
  let over: Failure | undefined
  const letGo = (failure?: Failure): void => {
    over = failure ?? { code: 'aborted', message: 'The session was closed.' }
    for (const { driver, leave } of working.values()) {
      driver.close()
      leave(failure)
    }
  }
  const seat = seats(MOST_AT_ONCE)
  let through = lane()
  return {
    run: async (call, wish, signal) => {
      const stand = await seat(signal)
      try {
        if (working.size === 0) through = lane()
        await begin(parts, call, wish)
        // Let go before it had begun: nobody would tell it a second time.
        if (over) {
          broken.set(call, over)
          return fail(over.code, over.message)
        }
        return await work(parts, { call, signal, through, working, broken })
      } finally {
        working.delete(call)
        stand()
      }
    },
    tell: async (what) => {
      // One whose turn is over is about to report: it begins no other.
      const open = [...working].filter(([call]) => parts.journal.agents.get(call)?.state.turn)
      await Promise.all(open.map(([, { driver }]) => driver[what]()))
    },
    broken: (call) => {
      const failure = broken.get(call)
      broken.delete(call)
      return failure
    },
    open: () => void (over = undefined),
    halt: letGo,
    close: () => letGo(),
  }
}

/** Its beginning is a fact before anything of it happens. One that is there already goes on. */
async function begin({ ports, journal, registry }: DeskParts, call: CallId, wish: TaskWish): Promise<void> {
  const tools = await toolsFor(wish, { ports, journal, registry })
  const { title, prompt, mode } = wish
  const said = notedBy(call, { type: 'message.user', data: { content: [{ type: 'text', text: prompt }], from: 'agent' } })
  await journal.write(async () => {
    if (journal.agents.has(call)) return { facts: [] }
    const told = placeAtStart(placeOf(ports, journal.state.hands)).map((fact) => notedBy(call, fact))
    return { facts: [{ type: 'agent.started', data: { call, title, prompt, tools, ...(mode && { mode }) } }, said, ...told] }
  })
}

/** What a rule denies whole is not even offered. */
async function toolsFor({ tools }: TaskWish, { ports, journal, registry }: Omit<DeskParts, 'drive'>): Promise<readonly string[]> {
  const { rules } = await standingNow(ports, journal.state)
  const denied = rules.flatMap(({ effect, pattern }) => (effect === 'deny' && pattern.type === 'tool' ? [pattern.tool] : []))
  const known = registry.specs.map(({ name }) => name).filter((name) => !NOT_FOR_AGENTS.has(name))
  const unknown = tools?.find((name) => !known.includes(name))
  if (unknown !== undefined) return fail('bad_input', `A sub-agent cannot have the tool '${unknown}'. There are: ${known.join(', ')}.`)
  return known.filter((name) => !denied.some((rule) => fitsTool(rule, name)) && (tools?.includes(name) ?? true))
}

type Working = Map<CallId, { readonly driver: AgentDriver; readonly leave: (failure?: Failure) => void }>

interface Work {
  readonly call: CallId
  readonly signal: AbortSignal
  readonly through: ReturnType<typeof lane>
  readonly working: Working
  readonly broken: Map<CallId, Failure>
}

/** Until it has ended, was stopped, or cannot be written any more. */
async function work({ ports, journal, registry, drive }: DeskParts, { call, signal, through, working, broken }: Work): Promise<ToolResult> {
  let last = agentOf(journal.agents, call)
  let end = (_failure?: Failure): void => undefined
  const ended = new Promise<Failure | undefined>((resolve) => (end = resolve))
  const own = agentJournal(journal, call)
  const driver = drive({
    ports: agentPorts(ports, call, through),
    journal: own,
    registry: narrowed(registry, last.task.tools),
    halted: end,
  })
  working.set(call, { driver, leave: end })
  const look = (): void => {
    const now = journal.agents.get(call)
    last = now ?? last
    if (!now || hasEnded(now)) end()
    else driver.wake()
  }
  const stop = (): void => {
    // Before its first turn there is nothing to stop.
    if (last.state.turn) driver.stop().catch((error: unknown) => end(failureOf(error)))
    else end()
  }
  const unwatch = journal.watch(look)
  signal.addEventListener('abort', stop, { once: true })
  try {
    look()
    if (signal.aborted) stop()
    const failure = await ended
    if (!failure || signal.aborted) return reportOf(last)
    broken.set(call, failure)
    return fail(failure.code, failure.message)
  } finally {
    signal.removeEventListener('abort', stop)
    unwatch()
    driver.close()
  }
}

function hasEnded({ state }: SubAgent): boolean {
  return state.turn === undefined && state.stopped !== undefined
}

function agentOf(agents: Agents, call: CallId): SubAgent {
  return agents.get(call) ?? fail('aborted', 'The sub-agent was stopped before it began.')
}
