import { joinBytes, type SessionId } from '@tabwright/protocol'

/** Facts in one record. */
export const CHUNK_EVENTS = 256
/** Compression that saves less than this part is not worth its time at every opening. */
const WORTH = 0.8

/** {@link CHUNK_EVENTS} facts that were rows: the same facts, moved. */
export interface ChunkRecord {
  readonly session: SessionId
  /** Numbers of its first and last fact. */
  readonly from: number
  readonly to: number
  /** Hash of the fact before its first, and of its last one. */
  readonly prev: string
  readonly last: string
  /** How `bytes` hold the JSON text of the list of facts. */
  readonly form: 'json' | 'gzip'
  readonly bytes: Uint8Array<ArrayBuffer>
  /** SHA-256 of `bytes`: what was checked fact by fact when it was sealed is checked as one after that. */
  readonly digest: string
}

/** Number of the first fact of the chunk that holds fact `seq`. */
export function chunkStart(seq: number): number {
  return Math.floor((seq - 1) / CHUNK_EVENTS) * CHUNK_EVENTS + 1
}

/** The text of a chunk as it is stored. */
export async function packText(text: string): Promise<Pick<ChunkRecord, 'form' | 'bytes' | 'digest'>> {
  const plain = new TextEncoder().encode(text)
  const packed = await through(plain, new CompressionStream('gzip'))
  const isWorth = packed.byteLength < plain.byteLength * WORTH
  const bytes = isWorth ? packed : plain
  return { form: isWorth ? 'gzip' : 'json', bytes, digest: await digestBytes(bytes) }
}

/** The text of a stored chunk, undefined when its bytes are not what was sealed. */
export async function unpackText(chunk: ChunkRecord): Promise<string | undefined> {
  if ((await digestBytes(chunk.bytes)) !== chunk.digest) return undefined
  return textOf(chunk)
}

/** The text of a chunk whose digest is not asked for. @throws when it cannot be unpacked */
export async function textOf({ form, bytes }: ChunkRecord): Promise<string> {
  const plain = form === 'gzip' ? await through(bytes, new DecompressionStream('gzip')) : bytes
  return new TextDecoder('utf-8', { fatal: true }).decode(plain)
}

// Without a Blob or a Response in between: each of those is a trip to another process, for every chunk of an opening.
async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter()
  // What is wrong with the bytes is told by the reading side; here it would only be told again.
  const written = Promise.allSettled([writer.write(bytes), writer.close()])
  const parts: Uint8Array[] = []
  const reader = stream.readable.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) parts.push(part.value)
  await written
  return joinBytes(parts)
}

// SubtleCrypto: ten times the speed of script, and nothing here waits inside a transaction.
async function digestBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
