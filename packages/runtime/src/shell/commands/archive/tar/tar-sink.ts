import type { Output } from '../../../streams/stream'
import { joined } from '../../../text'
import { Bzip2Packer } from '../bzip2/bzip2-pack'
import { Channel } from '../channel'
import { writeMember } from '../gzip-data'

/** What packs an archive as a whole. */
export type TarPacking = 'gzip' | 'bzip2'

/** Where an archive goes: whole records, packed where told. */
export class TarSink {
  readonly #output: Output
  readonly #record: number
  readonly #channel: Channel | undefined
  readonly #packing: Promise<unknown> | undefined
  readonly #blocks: Bzip2Packer | undefined
  #parts: Uint8Array[] = []
  #size = 0
  #total = 0

  /** @param how bytes that are there already count for the last record */
  constructor(output: Output, how: { readonly record: number; readonly packing?: TarPacking | undefined; readonly before?: number }) {
    this.#output = output
    this.#record = how.record
    this.#total = how.before ?? 0
    if (how.packing === 'bzip2') this.#blocks = new Bzip2Packer(9, () => undefined)
    if (how.packing !== 'gzip') return
    const channel = new Channel()
    this.#channel = channel
    this.#packing = writeMember(
      (max) => channel.read(max),
      (bytes) => output.write(bytes),
      { level: 6, name: undefined, mtime: 0 },
    )
    // Whoever writes next gets the error; until then it waits.
    this.#packing.catch(() => undefined)
  }

  get total(): number {
    return this.#total
  }

  /** @param bytes not changed any more */
  async write(bytes: Uint8Array): Promise<void> {
    this.#parts.push(bytes)
    this.#size += bytes.length
    this.#total += bytes.length
    if (this.#size >= 65_536) await this.flush()
  }

  async flush(): Promise<void> {
    const all = joined(this.#parts)
    this.#parts = []
    this.#size = 0
    if (all.length === 0) return
    if (this.#blocks !== undefined) await this.#output.write(this.#blocks.push(all))
    else if (this.#channel === undefined) await this.#output.write(all)
    else await Promise.race([this.#channel.write(all), this.#packing])
  }

  /** Two blocks of zeros, and more to make the last record whole. */
  async finish(): Promise<void> {
    const rest = (this.#total + 1024) % this.#record
    await this.write(new Uint8Array(1024 + (rest === 0 ? 0 : this.#record - rest)))
    await this.flush()
    if (this.#blocks !== undefined) await this.#output.write(this.#blocks.end())
    this.#channel?.end()
    await this.#packing
    this.#output.close()
  }
}
