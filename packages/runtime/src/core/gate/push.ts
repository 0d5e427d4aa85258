import type { AnnouncedPush, Json } from '@tabwright/protocol'

/** What a push would bring to a server, read from the very bytes that would be sent, all of them. */
export interface PushContents {
  /** From what to what, one a line. */
  readonly refs: readonly string[]
  readonly commits: readonly string[]
  /** Whose content is sent, with its size. */
  readonly files: readonly string[]
  /** All that it says beside that, such as tags and push options. */
  readonly more: readonly string[]
  readonly objects: number
  /** Of its objects, unpacked. */
  readonly bytes: number
  /** Every byte of it unpacked, one character each: where secrets are looked for. */
  readonly text: string
}

/** A push that is shown with the question in front of it. */
export interface Announced {
  readonly request: AnnouncedPush
  /** Of its body, lower-case hex. */
  readonly sha256: string
  readonly contents: PushContents
}

/** Reads the body of a push as git here writes it; undefined for every other one, and for one with more than a person reads. Never throws. */
export type ReadPush = (body: Uint8Array) => Promise<PushContents | undefined>

/** As it stands on the card. */
export function describePush({ refs, commits, files, more, objects, bytes }: PushContents): Json {
  return { refs: [...refs], commits: [...commits], files: [...files], ...(more.length > 0 && { more: [...more] }), objects, bytes }
}
