import type { CompactionWay, Failure, SessionEvent } from '@tabwright/protocol'

/** What the loop must know of summaries. A fold over the conversation. */
export interface CompactionState {
  /** Tokens in the window after the newest answer; undefined while the present wire has no answer. */
  readonly used: number | undefined
  /** Tokens that the model read for it. */
  readonly read: number | undefined
  /** Tokens that the provider left out of the newest request; what the wire holds is more than `used` by so much. */
  readonly cleared: number
  /** The model has what was said before this fact only as a summary; 0: it has everything. */
  readonly since: number
  readonly open: OpenCompaction | undefined
  /** A person asked for one and the server knew no such request: it is asked in words. */
  readonly owed: { readonly instructions?: string } | undefined
  /** That nobody asked for and that came to nothing, since the turn began or since one was done. */
  readonly failures: number
  /** This server does not make summaries of its own. */
  readonly isBlockRefused: boolean
  /** The newest two that nobody asked for, with the least that was in the window since: undefined while there was no answer. */
  readonly recent: readonly { readonly least: number | undefined }[]
  /** A request was too long in this turn, and a summary was made for it. */
  readonly isRescued: boolean
}

export interface OpenCompaction {
  /** Number of its fact. */
  readonly seq: number
  readonly trigger: 'auto' | 'manual' | 'overflow'
  readonly way: CompactionWay
  readonly messages: number
  readonly instructions?: string
  /** What hooks of the project want kept. */
  readonly added?: string
}

export const NO_COMPACTION: CompactionState = {
  used: undefined,
  read: undefined,
  cleared: 0,
  since: 0,
  open: undefined,
  owed: undefined,
  failures: 0,
  isBlockRefused: false,
  recent: [],
  isRescued: false,
}

/** What a server says that does not know the parameter: the request is wrong, whatever is sent. */
const NOT_KNOWN: readonly Failure['code'][] = ['bad_input', 'not_found']

/** Adds one fact. */
export function foldCompaction(state: CompactionState, event: SessionEvent): CompactionState {
  switch (event.type) {
    case 'turn.started':
      return { ...state, failures: 0, isRescued: false }
    case 'turn.ended':
      // A person who goes on after a stop gets new tries.
      return event.data.stop === 'end' ? state : { ...state, recent: [] }
    case 'message.assistant':
      return answered(state, event.data)
    case 'compaction.started':
      return { ...state, open: { seq: event.seq, ...event.data }, owed: undefined }
    case 'compaction.ended':
      return ended(state, event.data.result)
    default:
      return state
  }
}

function answered(state: CompactionState, { usage, cleared }: SessionEvent<'message.assistant'>['data']): CompactionState {
  const read = usage.input + usage.cacheRead + usage.cacheWrite
  const used = read + usage.output
  const counted = { ...state, used, read, cleared: cleared?.tokens ?? 0 }
  const newest = state.recent.at(-1)
  if (!newest) return counted
  return { ...counted, recent: state.recent.with(-1, { least: Math.min(newest.least ?? used, used) }) }
}

function ended(state: CompactionState, result: SessionEvent<'compaction.ended'>['data']['result']): CompactionState {
  const { open } = state
  const isAsked = open?.trigger === 'manual'
  if (result.type === 'done') {
    return {
      ...state,
      open: undefined,
      used: undefined,
      read: undefined,
      since: open?.seq ?? state.since,
      failures: 0,
      recent: isAsked ? [] : [...state.recent, { least: undefined }].slice(-2),
      isRescued: state.isRescued || open?.trigger === 'overflow',
    }
  }
  const isRefused = open?.way === 'block' && open.messages > 0 && NOT_KNOWN.includes(result.failure.code)
  if (!isRefused) return { ...state, open: undefined, failures: state.failures + (isAsked ? 0 : 1) }
  const owed = isAsked ? { ...(open.instructions !== undefined && { instructions: open.instructions }) } : undefined
  return { ...state, open: undefined, isBlockRefused: true, owed }
}
