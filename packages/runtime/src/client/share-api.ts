import type { LiveLink, SessionId, ShareAddress, ShareChoice, SharedLink, ShareLifetime } from '@tabwright/protocol'
import type { SharedCopy } from './api'

/** Links to copies of sessions that lie sealed on the relay. The relay never has a key, and nothing that one opens. */
export interface Shares {
  /** What would be shared, and what is taken out of it; nothing leaves this browser. @throws FailureError `not_found`, `too_large` */
  prepare(session: SessionId, choice: ShareChoice): Promise<SharedCopy>
  /** Links of this browser. */
  list(): Promise<ShareShelf>
  /** Seals what was prepared, and gives it to the relay. @throws FailureError that says why nothing is shared */
  create(wish: NewLink): Promise<SharedLink>
  /** Ends a link for good. @throws FailureError `offline`: it opens still */
  revoke(id: string): Promise<void>
  /** A session of one's own that begins as the shared one is: with no rule, no permission and nothing in its queue. @throws FailureError */
  fork(address: ShareAddress): Promise<SessionId>
  readonly live: Lives
  /** The page that shows the session in these bytes, in one file that needs no server. */
  page(bytes: Uint8Array<ArrayBuffer>): Promise<string>
}

/** Links to sessions that others follow while they go on. */
export interface Lives {
  list(): Promise<readonly LiveLink[]>
  /** Called when one came, went, or has another state. Returns its end. */
  watch(listener: () => void): () => void
  /** Begins one; what goes in is looked through from now on as a copy would be. @throws FailureError that says why nothing is shared */
  start(wish: NewLive): Promise<LiveLink>
  /** `ended`: who follows may keep what they have. @throws FailureError `offline`: it goes on still */
  end(id: string, how: 'ended' | 'revoked'): Promise<void>
}

/** A live link to make. */
export interface NewLive {
  readonly session: SessionId
  readonly title: string
  readonly choice: ShareChoice
  readonly lifetime: ShareLifetime
}

/** What is shared, and whether more can be. */
export interface ShareShelf {
  readonly links: readonly SharedLink[]
  /** Why no link can be made now; a file still can. */
  readonly problem?: string
}

/** A link to make, or one to give another content. */
export interface NewLink {
  readonly session: SessionId
  readonly title: string
  /** An archive that was prepared. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly lifetime: ShareLifetime
  /** Keeps the address of this one. */
  readonly replaces?: string
}
