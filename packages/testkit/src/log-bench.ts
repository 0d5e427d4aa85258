import {
  FailureError,
  MAIN_AGENT,
  traceId,
  type Commit,
  type Draft,
  type Hash,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import type { SessionStore } from '@tabwright/runtime/memory-store'

/** A store and the ways into it that a test needs and a session does not. */
export interface LogBench {
  readonly store: SessionStore
  readonly hash: Hash
  /** Makes an empty session. */
  open(session: string): Promise<SessionId>
  /** A second store on the same data, as another tab has. */
  another(): SessionStore
  /** Replaces what is stored of one event; undefined removes it. */
  damage(session: SessionId, seq: number, change: (stored: SessionEvent) => unknown): Promise<void>
  /** Until it is called again, storing anything fails as on a full disk; each time, the whole commit or nothing of it. */
  fill?(full: boolean): void
  close(): Promise<void>
}

/** A bench with the session that the test is about. */
export interface Bench extends LogBench {
  readonly session: SessionId
}
/** The bench of the running test. */
export type Get = () => Bench

/** One trace for all. */
export const trace = traceId('t1')
/** A message of a person, to be appended. */
export const said = (text: string): Draft => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text }], from: 'user' },
  agent: MAIN_AGENT,
  trace,
})
/** A commit that waits for the disk. */
export const strict = (...drafts: readonly Draft[]): Commit => ({ drafts, durability: 'strict' })
/** A commit that does not. */
export const relaxed = (...drafts: readonly Draft[]): Commit => ({ drafts, durability: 'relaxed' })

/** Everything that is read. */
export async function all(events: AsyncIterable<SessionEvent>): Promise<readonly SessionEvent[]> {
  const list: SessionEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

/** The code with which it failed. */
export async function failureCode(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code
    throw error
  }
  return 'none'
}

/** The texts of the messages among them. */
export const texts = (events: readonly SessionEvent[]): readonly string[] =>
  events.map((event) => (event.type === 'message.user' && event.data.content[0]?.type === 'text' ? event.data.content[0].text : event.type))
