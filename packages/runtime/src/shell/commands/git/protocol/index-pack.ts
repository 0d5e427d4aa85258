import { MAX_FILE_BYTES } from '../../../tree/file-tree'
import { fatal } from '../git-error'
import { BadStream, inflateAt } from '../inflate'
import { oidOf, sha1Hex, toHex, type ObjectType } from '../oid'
import { backOffset, crc32, headerAt, indexOfPack, OFFSET_DELTA, patchDelta, REF_DELTA, TYPES } from '../pack-file'

/** So many bytes are looked at before others get a turn. */
const STEP_BYTES = 8 * 1024 * 1024
const MOST_HELD = 768 * 1024 * 1024

/** A pack that was received, checked object by object. */
export interface IndexedPack {
  readonly pack: Uint8Array
  readonly index: Uint8Array
  readonly name: string
  readonly oids: readonly string[]
}

interface Entry {
  readonly offset: number
  /** Where its compressed bytes begin. */
  readonly at: number
  readonly size: number
  readonly kind: number
  readonly end: number
}

interface Placed {
  readonly oid: string
  readonly offset: number
  readonly crc: number
}

/**
 * Makes the index of a pack. Bases are inflated again instead of kept, so only one chain of differences is in memory.
 * @param mostHeld bytes of bases that something is still to be made from
 * @throws GitError
 */
export async function indexPack(pack: Uint8Array, step: () => Promise<void>, mostHeld = MOST_HELD): Promise<IndexedPack> {
  const view = new DataView(pack.buffer, pack.byteOffset, pack.byteLength)
  if (pack.length < 32 || view.getUint32(0) !== 0x5041434b) fatal('protocol error: bad pack header')
  if (view.getUint32(4) !== 2 && view.getUint32(4) !== 3) fatal(`pack version ${view.getUint32(4)} unsupported`)
  const end = pack.length - 20
  const name = toHex(pack.subarray(end))
  if (sha1Hex(pack.subarray(0, end)) !== name) fatal('pack is corrupted (SHA1 mismatch)')
  const job = new Indexing(pack, end, mostHeld)
  try {
    await job.run(view.getUint32(8), step)
  } catch (thrown) {
    if (thrown instanceof BadStream || thrown instanceof RangeError) return fatal(`pack has bad object: ${thrown.message}`)
    throw thrown
  }
  const placed = [...job.placed.values()]
  return { pack, index: indexOfPack(placed, name), name, oids: placed.map(({ oid }) => oid) }
}

class Indexing {
  readonly placed = new Map<number, Placed>()
  readonly #pack: Uint8Array
  readonly #end: number
  readonly #mostHeld: number
  readonly #byOffset = new Map<number, Entry[]>()
  readonly #byOid = new Map<string, Entry[]>()
  readonly #whole: Entry[] = []

  constructor(pack: Uint8Array, end: number, mostHeld: number) {
    this.#pack = pack
    this.#end = end
    this.#mostHeld = mostHeld
  }

  async run(count: number, step: () => Promise<void>): Promise<void> {
    let at = 12
    for (let left = count; left > 0; left--) {
      at = this.#read(at)
      if (left % 64 === 0) await step()
    }
    if (at !== this.#end) fatal('pack has junk at the end')
    let done = 0
    for (const entry of this.#whole) {
      const type = TYPES[entry.kind] ?? fatal(`unknown object type ${entry.kind} at offset ${entry.offset} in pack`)
      await this.#settle(entry, type, step)
      if (++done % 64 === 0) await step()
    }
    if (this.placed.size !== count) fatal(`pack has ${count - this.placed.size} unresolved deltas`)
  }

  /** Notes what stands at an offset and gives where the next begins. */
  #read(offset: number): number {
    if (offset >= this.#end) fatal('premature end of pack file')
    const { kind, size, at } = headerAt(this.#pack, offset)
    if (size > MAX_FILE_BYTES) fatal(`an object of ${size} bytes is larger than a file may be here`)
    const far = kind === OFFSET_DELTA ? backOffset(this.#pack, at) : undefined
    const data = far?.at ?? (kind === REF_DELTA ? at + 20 : at)
    const { end } = inflateAt(this.#pack, data, size)
    if (end > this.#end) fatal('premature end of pack file')
    const entry = { offset, at: data, size, kind, end }
    if (far !== undefined) {
      if (far.back <= 0 || far.back > offset) fatal(`delta base offset is out of bound`)
      put(this.#byOffset, offset - far.back, entry)
    } else if (kind === REF_DELTA) put(this.#byOid, toHex(this.#pack.subarray(at, at + 20)), entry)
    else this.#whole.push(entry)
    return end
  }

  #inflate(entry: Entry): Uint8Array {
    return inflateAt(this.#pack, entry.at, entry.size).bytes
  }

  /**
   * An object and all that are told as differences from it. Each is made when its turn comes: a pack of some kilobytes may tell a hundred
   * large files as differences from one.
   */
  async #settle(first: Entry, type: ObjectType, step: () => Promise<void>): Promise<void> {
    const rest: { readonly entry: Entry; readonly base: Uint8Array | undefined }[] = [{ entry: first, base: undefined }]
    let [quiet, held] = [0, 0]
    for (let one = rest.pop(); one !== undefined; one = rest.pop()) {
      const { entry, base } = one
      // Those that are told from one base lie together: with the last of them it goes.
      if (base !== undefined && rest.at(-1)?.base !== base) held -= base.length
      const inflated = this.#inflate(entry)
      const bytes = base === undefined ? inflated : patchDelta(base, inflated)
      const oid = oidOf(type, bytes)
      this.placed.set(entry.offset, { oid, offset: entry.offset, crc: crc32(this.#pack.subarray(entry.offset, entry.end)) })
      const children = [...(this.#byOffset.get(entry.offset) ?? []), ...(this.#byOid.get(oid) ?? [])]
      const fresh = children.filter((child) => !this.placed.has(child.offset))
      rest.push(...fresh.map((child) => ({ entry: child, base: bytes })))
      if (fresh.length > 0) held += bytes.length
      if (held > this.#mostHeld) fatal(`the differences of a pack need more than ${this.#mostHeld / 1024 / 1024} MiB at once`)
      quiet += bytes.length
      if (quiet < STEP_BYTES) continue
      quiet = 0
      await step()
    }
  }
}

function put<K>(map: Map<K, Entry[]>, key: K, entry: Entry): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [entry])
  else list.push(entry)
}
