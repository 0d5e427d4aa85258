/** Where mirrors are kept: the relay, as far as a mirror needs to know. What a call has resolved from is durable there. */
export interface MirrorPlace {
  list(): Promise<readonly { readonly session: string; readonly version: number }[]>
  readHead(session: string): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly version: number } | undefined>
  /** Replaces head `expected`, 0 for the first, and gives its number; `stale` when another one is there. */
  writeHead(session: string, bytes: Uint8Array<ArrayBuffer>, expected: number): Promise<number | 'stale'>
  parts(session: string): Promise<readonly string[]>
  readPart(session: string, part: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  writePart(session: string, part: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  removePart(session: string, part: string): Promise<void>
  remove(session: string): Promise<void>
}
