import { failureOf, type Attachment, type Delivery, type InboxRow, type TraceId } from '@tabwright/protocol'
import { written } from './attached'
import type { Entry, Journal } from './journal'
import type { Fact } from './fact'
import type { Ports } from './ports'
import type { Unsent } from './records'
import type { SessionState } from './session-state'
import { continued } from './trace'

/** What people wrote while the agent worked, as the part of an entry that makes it theirs to read: once, in order. */
export interface Steering extends Required<Pick<Entry, 'taken' | 'unchanged' | 'contents'>> {
  readonly facts: readonly Fact[]
  /** The same as the fold will list it. */
  readonly unsent: readonly Unsent[]
  /** The trace that a turn which they begin goes on with. */
  readonly trace: TraceId | undefined
}

/** Reads what waits in the inbox. @param isReleased whether what the person's stop holds back is taken too */
export async function waitingMessages({ log, session, workspace }: Ports, state: SessionState, isReleased: boolean): Promise<Steering> {
  const all = messagesIn(await log.readInbox(session))
  // Whoever sends something after a stop has seen what waits, and sends it too.
  const isHeld = !isReleased && !state.turn && all.every(({ row }) => row.n <= state.held)
  const rows = dueOf(all, { isHeld, isWorking: state.turn !== undefined })
  const said = rows.map((row) => ({ by: row.by, ...written(row, workspace) }))
  return {
    facts: said.map(({ content, by }): Fact => ({
      type: 'message.user',
      data: by === undefined ? { content, from: 'user' } : { content, from: 'worker', by },
    })),
    unsent: said.map(({ content, by }) => ({ type: 'message', content, wakes: true, ...(by !== undefined && { by }) })),
    contents: said.flatMap(({ contents }) => contents),
    taken: rows.map(({ row }) => row.n),
    unchanged: rows.map(({ row }) => row),
    // Of several it is the one that came first: a turn is in one trace.
    trace: rows.map(({ traceparent }) => continued(traceparent)).find((one) => one !== undefined),
  }
}

/**
 * Makes what waits part of the session. False when there was nothing.
 * @param opening what opens a turn: it goes along, so that a message and the turn that answers it wait for the disk once
 * @param release the person goes on: what their stop holds back is taken too, and with it the inbox rows that ask for that
 */
export async function deliver(
  { ports, journal }: { readonly ports: Ports; readonly journal: Journal },
  opening: () => Promise<readonly Fact[]>,
  release?: { readonly taken: readonly number[] },
): Promise<boolean> {
  return whileMoving(async () => {
    const { facts, taken, unchanged, contents, trace } = await waitingMessages(ports, journal.state, release !== undefined)
    if (facts.length === 0) return false
    await journal.write(async () => {
      const turn = journal.state.turn ? [] : await opening()
      return { facts: [...facts, ...turn], taken: [...taken, ...(release?.taken ?? [])], unchanged, contents, ...(trace && { trace }) }
    })
    return true
  })
}

/** Number of the newest message that waits, 0 for none. */
export async function newestWaiting({ log, session }: Ports): Promise<number> {
  return messagesIn(await log.readInbox(session)).at(-1)?.row.n ?? 0
}

/** What is delivered of what waits: of those for after the turn one alone, so that each has a turn of its own. */
function dueOf(
  all: readonly Waiting[],
  { isHeld, isWorking }: { readonly isHeld: boolean; readonly isWorking: boolean },
): readonly Waiting[] {
  const due = all.filter(({ when, paused }) => when === 'now' || !(paused || isHeld || (isWorking && when === 'after')))
  const first = due.find(({ when }) => when === 'after')
  return due.filter((one) => one.when !== 'after' || one === first)
}

const MOST_LOOKS = 50

/** A row was taken back, edited or moved between the look and the write: nothing was written, look again. */
export async function whileMoving<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt()
    } catch (error) {
      // Nobody moves rows that fast: what is refused again and again is refused for another reason.
      if (failureOf(error).code !== 'stale' || tries === MOST_LOOKS) throw error
    }
  }
}

interface Waiting {
  readonly row: InboxRow
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly when: Delivery
  readonly paused: boolean
  readonly by: string | undefined
  readonly traceparent: string | undefined
}

function messagesIn(rows: readonly InboxRow[]): readonly Waiting[] {
  return rows.flatMap((row) => {
    if (row.message.type !== 'message') return []
    const { text, attachments = [], when = 'step', paused = false, by, traceparent } = row.message
    return [{ row, text, attachments, when, paused, by, traceparent }]
  })
}
