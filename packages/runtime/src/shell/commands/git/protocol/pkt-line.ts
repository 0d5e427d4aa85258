import type { Input } from '../../../streams/stream'
import { bytesOf, joined, textOf } from '../../../text'
import { fatal } from '../git-error'

/** One packet: data, or one of the three that only part others. */
export type Packet =
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'flush' }
  | { readonly type: 'delimiter' }
  | { readonly type: 'end' }

/** What a packet may hold at most, its length included. */
const MAX_PACKET = 65_520

export const FLUSH = bytesOf('0000')
export const DELIMITER = bytesOf('0001')

/** A packet of given bytes or text. */
export function packet(data: Uint8Array | string): Uint8Array {
  const bytes = typeof data === 'string' ? bytesOf(data) : data
  return joined([bytesOf((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}

/** Reads packets as they arrive. Whoever is on the other side is not trusted: every length is checked before anything is kept. */
export class PacketReader {
  readonly #input: Input
  #rest: Uint8Array = new Uint8Array()

  constructor(input: Input) {
    this.#input = input
  }

  /** Undefined at the end, which may only be between packets. @throws GitError */
  async next(): Promise<Packet | undefined> {
    const head = await this.#take(4, true)
    if (head === undefined) return undefined
    const text = textOf(head)
    if (!/^[0-9a-f]{4}$/i.test(text)) return fatal(`protocol error: bad line length character: ${shown(text)}`)
    const length = Number.parseInt(text, 16)
    if (length === 0) return { type: 'flush' }
    if (length === 1) return { type: 'delimiter' }
    if (length === 2) return { type: 'end' }
    if (length < 4 || length > MAX_PACKET) return fatal(`protocol error: bad line length ${length}`)
    return { type: 'data', bytes: (await this.#take(length - 4, false)) ?? new Uint8Array() }
  }

  /** A packet as a line without its newline; undefined for any other packet and at the end. */
  async line(): Promise<string | undefined> {
    const one = await this.next()
    return one?.type === 'data' ? lineOf(one.bytes) : undefined
  }

  async #take(count: number, mayEnd: boolean): Promise<Uint8Array | undefined> {
    const parts = [this.#rest]
    let size = this.#rest.length
    while (size < count) {
      const part = await this.#input.read()
      if (part === undefined) {
        if (size === 0 && mayEnd) return undefined
        return fatal('the remote end hung up unexpectedly')
      }
      parts.push(part)
      size += part.length
    }
    const all = parts.length === 1 ? this.#rest : joined(parts)
    this.#rest = all.subarray(count)
    return all.subarray(0, count)
  }
}

/** A packet's bytes as a line. @throws GitError with what the other side says went wrong */
export function lineOf(bytes: Uint8Array): string {
  const line = textOf(bytes).replace(/\n$/, '')
  if (line.startsWith('ERR ')) fatal(`remote error: ${shown(line.slice(4))}`)
  return line
}

/** What the other side says, without characters that would act on a terminal. */
export function shown(text: string): string {
  return text.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, '?')
}
