import type { SessionId } from '@tabwright/protocol'

/** The encrypted copy of this browser's sessions at the relay. Off until it is turned on. */
export interface Mirror {
  state(): Promise<MirrorState>
  /** Called when the state changed, and every ten seconds while it is on. */
  watch(listener: () => void): () => void
  /**
   * Begins to mirror all sessions.
   * @param code goes on with the key of this recovery code; without it a new one is made
   * @returns the recovery code. The key itself is kept so that it cannot be read. The code stands in the state until the person says that
   * it is kept, over reloads too; after that it is never given again
   * @throws FailureError `unavailable` without a relay or on a page that may not encrypt, `bad_input` for a code with a slip in it
   */
  turnOn(code?: string): Promise<string>
  /** The person has kept the recovery code: this browser forgets it. */
  kept(): Promise<void>
  /** Stops. The copies stay for whoever has the code, unless they are erased: now, or by another call when it is off already. */
  turnOff(options?: { readonly erase?: boolean }): Promise<void>
  /** What a code opens at the relay. @throws FailureError `bad_input`, `offline` */
  find(code: string): Promise<readonly MirroredSession[]>
  /**
   * Brings back every session that the code opens and that this browser has not: the same id, and it can be written. Those that are here
   * with all that the mirror has are left as they are.
   * @param conflict about sessions that are here, and of which the mirror has something else: `refuse` (default) restores nothing at all,
   * `skip` leaves them, `copy` keeps the mirror's as a copy to read, `replace` puts the mirror's in their place and keeps them as copies to
   * read and to fork
   * @returns what was restored
   * @throws FailureError `stale` with the sessions that conflict in `detail`, `not_found` when the code opens nothing
   */
  restore(code: string, conflict?: 'refuse' | 'skip' | 'copy' | 'replace'): Promise<readonly SessionId[]>
  /** A relay that is reached by a pairing code gives its bearer to the page; this hands it over. */
  useToken(token: string): Promise<void>
}

export type MirrorState =
  /** `hasCopies`: the relay still has what was mirrored before, and this browser can erase it. `code`: what opens them, not kept yet. */
  | { readonly type: 'off'; readonly hasCopies?: true; readonly code?: string }
  | { readonly type: 'unavailable'; readonly reason: string }
  /**
   * `at`: wall clock when the mirror last had everything; undefined before the first time. `problem`: why it is behind. `code`: the recovery
   * code until the person has kept it; without it the mirror opens to nobody, so it is not safe yet.
   */
  | { readonly type: 'on'; readonly at: number | undefined; readonly problem?: string; readonly code?: string }

/** A session at the relay that a recovery code opens. */
export interface MirroredSession {
  readonly session: SessionId
  readonly title: string
  /** Number of its newest mirrored fact. */
  readonly head: number
  /** Wall clock when it was mirrored. */
  readonly at: number
  /** `new`: not in this browser. `here`: it is, with everything the mirror has. `other`: the mirror has what this browser has not. */
  readonly local: 'new' | 'here' | 'other'
}
