import type { CallId, SessionEvent } from '@tabwright/protocol'
import type { CallRecord, FetchRecord } from './records'

/** What of a session these look at. */
interface Calls {
  readonly calls: readonly CallRecord[]
}

/** The same calls with one of them changed. */
export function withCall(state: Calls, id: CallId, change: Partial<CallRecord>): readonly CallRecord[] {
  return state.calls.map((call) => (call.content.id === id ? { ...call, ...change } : call))
}

/** A request of its command went out. */
export function withReached(state: Calls, id: CallId, host: string | undefined): readonly CallRecord[] {
  const before = state.calls.find((call) => call.content.id === id)?.from ?? []
  const from = host === undefined || before.includes(host) ? before : [...before, host]
  return withCall(state, id, { reached: true, ...(from.length > 0 && { from }) })
}

/** A sub-agent's call: what it asked for is over, and whose words it may hold its report may hold too. */
export function agentCallEnded(
  state: Calls & { readonly fetches: readonly FetchRecord[] },
  task: CallId,
  { call, from = [] }: SessionEvent<'call.ended'>['data'],
): Partial<typeof state> {
  const known = state.calls.find(({ content }) => content.id === task)?.from ?? []
  const all = [...known, ...from.filter((host) => !known.includes(host))]
  return {
    fetches: state.fetches.filter((fetch) => fetch.call !== call),
    ...(from.length > 0 && { calls: withCall(state, task, { from: all }) }),
  }
}
