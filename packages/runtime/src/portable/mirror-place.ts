import type { MirrorFrame } from '@tabwright/protocol'

/** Where mirrors are kept: the relay, as far as a mirror needs to know. What a call has resolved from is durable there. */
export interface MirrorPlace {
  list(): Promise<readonly { readonly session: string; readonly version: number }[]>
  readHead(session: string): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly version: number } | undefined>
  /**
   * Replaces head `expected`, 0 for the first, and gives its number. `stale`: another one is there. `incomplete`: a part that it names is not.
   * In the same step every part goes that it does not name, and none goes in any other way: a part that a head names is always there, whoever
   * else is uploading.
   */
  writeHead(session: string, frame: MirrorFrame, expected: number): Promise<number | 'stale' | 'incomplete'>
  parts(session: string): Promise<readonly string[]>
  readPart(session: string, part: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  writePart(session: string, part: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  remove(session: string): Promise<void>
}
