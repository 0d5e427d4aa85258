import { FailureError, parseStoredEvent, type Hash, type SessionEvent, type StoredEvent } from '@tabwright/protocol'

/** Follows stored events from one to the next and refuses the first that is not what was written. */
export interface ChainReader {
  /**
   * The next event in order.
   * @param raw what the store holds in its place, undefined for nothing
   * @throws FailureError `damaged` or `newer`, with `{seq}` as detail: what came before it is whole
   */
  next(raw: unknown): SessionEvent
  /** The next event in order, of a chunk whose digest fits: its place is checked, its own hash was when it was sealed. */
  sealed(stored: StoredEvent): SessionEvent
}

/** @param from number of the first event that `next` will get; only from 1 on is its predecessor known */
export function chainReader(from: number, hash: Hash): ChainReader {
  let seq = from
  let prev = from === 1 ? '' : undefined
  const accept = (stored: StoredEvent): SessionEvent => {
    if (stored.type === 'newer') throw newer(seq)
    if (stored.type === 'damaged') throw damaged(seq, stored.reason)
    const { event } = stored
    if (event.seq !== seq) throw damaged(seq, 'another one is in its place')
    if (prev !== undefined && event.prev !== prev) throw damaged(seq, 'it does not follow the one before')
    seq += 1
    prev = event.hash
    return event
  }
  return {
    next: (raw) => accept(raw === undefined ? { type: 'damaged', reason: 'it is missing' } : parseStoredEvent(raw, hash)),
    sealed: accept,
  }
}

/** A session whose end is not the one that its row names (C23). */
export function damaged(seq: number, reason: string): FailureError {
  return new FailureError({
    code: 'damaged',
    message: `Event ${seq} of this session is damaged (${reason}). Everything before it can be read; the session is not written any more.`,
    detail: { seq },
  })
}

function newer(seq: number): FailureError {
  return new FailureError({
    code: 'newer',
    message: 'This session was written by a newer version of the app. Reload to update; until then it can only be read.',
    detail: { seq },
  })
}
