import { openPath } from '../../streams/open-path'
import type { Input } from '../../streams/stream'
import { joined } from '../../text'
import { FsError } from '../../tree/fs-error'
import type { FileNode } from '../../tree/tree-node'
import { CommandError, type Call, type Command } from '../command'
import { humanCount, tooLargeBlock } from './dd-told'
import { ddOperands, type DdHow } from './dd-operands'
import { failure, lookFor, why } from '../files/look'
import { quoted, quoteIfNeeded } from '../text/quotes'

/** Whole and cut blocks, and bytes. */
interface Counts {
  wholeIn: number
  partIn: number
  wholeOut: number
  partOut: number
  bytes: number
}

/** Where blocks go: a file at an offset, or whatever standard output is. */
interface Sink {
  write(bytes: Uint8Array): Promise<void>
}

function fileSink(call: Call, node: FileNode, how: DdHow): Sink {
  const { tree } = call.system
  let at = how.outFlags.has('append') ? node.bytes.length : how.seek
  return {
    write: (bytes) => {
      try {
        tree.writeAt(node, at, bytes)
        at += bytes.length
        return Promise.resolve()
      } catch (thrown) {
        return Promise.reject(failure(thrown))
      }
    },
  }
}

function openedNode(call: Call, path: string, how: DdHow): FileNode | undefined {
  const isNew = lookFor(call, path) === undefined
  if (how.conv.has('nocreat') && isNew) throw new FsError('ENOENT', 'open', path)
  const create = how.conv.has('nocreat') ? {} : { create: 0o666 & ~call.umask }
  const file = openPath(call, call.at(path), { write: true, ...create, ...(how.conv.has('excl') ? { exclusive: true } : {}) })
  const { node } = file
  file.release()
  return node
}

/** Opens the output and cuts it where blocks will begin. */
function openSink(call: Call, how: DdHow): Sink {
  const { to } = how
  if (to === undefined) return call.stdout
  let node: FileNode | undefined
  try {
    node = openedNode(call, to, how)
  } catch (thrown) {
    throw new CommandError(`failed to open ${quoted(to)}: ${why(thrown)}`)
  }
  if (node === undefined || node.write !== undefined) return call.create(to, { append: true })
  if (how.conv.has('notrunc') || how.outFlags.has('append')) return fileSink(call, node, how)
  try {
    call.system.tree.truncate(node, how.seek)
  } catch (thrown) {
    throw new CommandError(`failed to truncate to ${how.seek} bytes in output file ${quoted(to)}: ${why(thrown)}`)
  }
  return fileSink(call, node, how)
}

function openSource(call: Call, how: DdHow): Input {
  if (how.from === undefined) return call.stdin
  try {
    return call.open(how.from)
  } catch (thrown) {
    throw new CommandError(`failed to open ${quoted(how.from)}: ${why(thrown)}`)
  }
}

const SPACE = 0x20
const NEWLINE = 0x0a

/** Lines become records of a fixed length, or the other way round. */
function reshaped(bytes: Uint8Array, { conv, cbs }: DdHow): Uint8Array {
  if (cbs === 0) return bytes
  const parts: Uint8Array[] = []
  if (conv.has('unblock')) {
    for (let at = 0; at < bytes.length; at += cbs) {
      const record = bytes.subarray(at, at + cbs)
      const end = record.findLastIndex((byte) => byte !== SPACE) + 1
      parts.push(record.subarray(0, end), Uint8Array.of(NEWLINE))
    }
    return joined(parts)
  }
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, at)
    const line = bytes.subarray(at, end < 0 ? bytes.length : end)
    const record = new Uint8Array(cbs).fill(SPACE)
    record.set(line.subarray(0, cbs))
    parts.push(record)
    at += line.length + 1
  }
  return joined(parts)
}

/** Case and pairs of bytes; a single byte at the end waits for the next block. */
class Conversion {
  readonly #how: DdHow
  #odd: number | undefined

  constructor(how: DdHow) {
    this.#how = how
  }

  get isPlain(): boolean {
    const { conv } = this.#how
    return !['lcase', 'ucase', 'swab'].some((word) => conv.has(word))
  }

  take(bytes: Uint8Array): Uint8Array {
    if (this.isPlain) return bytes
    const { conv } = this.#how
    const out = conv.has('swab') ? this.#swapped(bytes) : bytes.slice()
    const [first, last, change] = conv.has('ucase') ? [0x61, 0x7a, -32] : conv.has('lcase') ? [0x41, 0x5a, 32] : [1, 0, 0]
    return out.map((byte) => (byte >= first && byte <= last ? byte + change : byte))
  }

  rest(): Uint8Array {
    return this.#odd === undefined ? new Uint8Array() : Uint8Array.of(this.#odd)
  }

  #swapped(bytes: Uint8Array): Uint8Array {
    const all = this.#odd === undefined ? bytes.slice() : joined([Uint8Array.of(this.#odd), bytes])
    this.#odd = all.length % 2 === 1 ? all.at(-1) : undefined
    const even = all.slice(0, all.length - (all.length % 2))
    for (let i = 0; i < even.length; i += 2) [even[i], even[i + 1]] = [even[i + 1] ?? 0, even[i] ?? 0]
    return even
  }
}

/** A block is in memory whole. */
const MOST_BLOCK = 256 * 1024 * 1024

/** One run. */
class Copy {
  readonly #call: Call
  readonly #how: DdHow
  readonly #input: Input
  readonly #sink: Sink
  readonly counts: Counts = { wholeIn: 0, partIn: 0, wholeOut: 0, partOut: 0, bytes: 0 }
  #held: Uint8Array[] = []
  #size = 0

  constructor(call: Call, how: DdHow) {
    this.#call = call
    this.#how = how
    this.#input = openSource(call, how)
    this.#sink = openSink(call, how)
  }

  /** False: the input ends before. */
  async skip(): Promise<boolean> {
    let left = this.#how.skip
    while (left > 0) {
      this.#call.tick()
      const part = await this.#input.read(Math.min(left, 65_536))
      if (part === undefined) return false
      left -= part.length
    }
    return true
  }

  async run(): Promise<void> {
    const { count, countsBytes, inSize, isDirect, conv } = this.#how
    const conversion = new Conversion(this.#how)
    const reshapes = conv.has('block') || conv.has('unblock')
    const whole: Uint8Array[] = []
    let left = countsBytes ? count : count * inSize
    for (let blocks = 0; left > 0 && (countsBytes || blocks < count); blocks++) {
      this.#call.tick()
      await this.#call.system.breathe()
      const block = await this.#read(Math.min(inSize, left))
      if (block === undefined) break
      left -= block.length
      if (block.length === inSize) this.counts.wholeIn += 1
      else this.counts.partIn += 1
      const made = conversion.take(this.#padded(block))
      if (reshapes) whole.push(made.slice())
      else if (isDirect && conversion.isPlain) await this.#write(made)
      else await this.#gather(made)
    }
    if (reshapes) await this.#gather(reshaped(joined(whole), this.#how))
    await this.#gather(conversion.rest())
    if (this.#size > 0) await this.#write(joined(this.#held))
  }

  async #read(size: number): Promise<Uint8Array | undefined> {
    const first = await this.#input.read(size)
    if (first === undefined || first.length === size || !this.#fills()) return first
    const parts = [first]
    for (let length = first.length; length < size; length += parts.at(-1)?.length ?? 0) {
      const next = await this.#input.read(size - length)
      if (next === undefined) break
      parts.push(next)
    }
    return joined(parts)
  }

  /** Devices give less at a time than they are asked for, where a system gives all. */
  #fills(): boolean {
    return this.#how.inFlags.has('fullblock') || (this.#how.from?.startsWith('/dev/') ?? false)
  }

  #padded(block: Uint8Array): Uint8Array {
    const { conv, inSize } = this.#how
    if (!conv.has('sync') || block.length === inSize) return block
    const room = new Uint8Array(inSize).fill(conv.has('block') || conv.has('unblock') ? SPACE : 0)
    room.set(block)
    return room
  }

  async #gather(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return
    this.#held.push(bytes)
    this.#size += bytes.length
    const { outSize } = this.#how
    if (this.#size < outSize) return
    const all = joined(this.#held)
    const whole = all.length - (all.length % outSize)
    for (let at = 0; at < whole; at += outSize) await this.#write(all.subarray(at, at + outSize))
    this.#held = [all.slice(whole)]
    this.#size = all.length - whole
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#sink.write(bytes)
    } catch (thrown) {
      throw new CommandError(`error writing ${quoted(this.#how.to ?? 'standard output')}: ${why(thrown)}`)
    }
    if (bytes.length === this.#how.outSize) this.counts.wholeOut += 1
    else this.counts.partOut += 1
    this.counts.bytes += bytes.length
  }
}

function report(counts: Counts, { status }: DdHow, ms: number): string {
  if (status === 'none') return ''
  const lines = `${counts.wholeIn}+${counts.partIn} records in\n${counts.wholeOut}+${counts.partOut} records out\n`
  return status === 'noxfer' ? lines : lines + humanCount(counts.bytes, ms)
}

async function dd(call: Call): Promise<number> {
  const [first] = call.args
  if (first === '--help' || first === '--version') {
    const text =
      first === '--help'
        ? 'Usage: dd [if=FILE] [of=FILE] [bs=N] [count=N] [skip=N] [seek=N] [conv=…] [status=…]\ncopies blocks of bytes\n'
        : 'dd (Tabwright) agrees with GNU coreutils 9.1\n'
    await call.stdout.write(text)
    return 0
  }
  const how = ddOperands(call)
  const [kind, size] = how.inSize > MOST_BLOCK ? (['input', how.inSize] as const) : (['output', how.outSize] as const)
  if (size > MOST_BLOCK) throw new CommandError(tooLargeBlock(kind, size))
  const started = call.system.clock.steady()
  const copy = new Copy(call, how)
  let code = 0
  try {
    if (await copy.skip()) await copy.run()
    else await call.stderr.write(`dd: ${quoteIfNeeded(how.from ?? 'standard input')}: cannot skip to specified offset\n`)
  } catch (thrown) {
    if (!(thrown instanceof CommandError) && !(thrown instanceof FsError)) throw thrown
    const reading = `error reading ${quoted(how.from ?? 'standard input')}`
    await call.stderr.write(`dd: ${thrown instanceof FsError ? `${reading}: ${why(thrown)}` : thrown.message}\n`)
    code = 1
  }
  await call.stderr.write(report(copy.counts, how, call.system.clock.steady() - started))
  return code
}

/** Copies blocks. */
export const ddCommand: Command = { name: 'dd', summary: 'copies blocks of bytes: if=, of=, bs=, count=, skip=, seek=, conv=', run: dd }
