import { assertNever } from '@tabwright/protocol'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { inputOf, type Output } from '../../streams/stream'
import { CommandError } from '../command'
import { countOf } from './counts'
import { bytesOfLatin, latinOf, latinWord } from './latin'
import { curly, quoted, quoteIfNeeded } from './quotes'
import { openOperand, textTool, usageError, type Tool } from './tool'

/** How the input is cut. */
type Cut =
  | { readonly type: 'lines'; readonly count: number }
  | { readonly type: 'bytes'; readonly count: number }
  | { readonly type: 'line-bytes'; readonly count: number }
  | { readonly type: 'chunks'; readonly count: number; readonly only: number | undefined; readonly by: 'bytes' | 'lines' | 'turns' }

function countAbove0(text: string, what: string): number {
  const count = countOf(text)
  if (count === 0) throw new CommandError(`invalid number of ${what}: ${curly(text)}: Numerical result out of range`)
  if (count === undefined) throw new CommandError(`invalid number of ${what}: ${curly(text)}`)
  return count
}

function chunksOf(text: string): Cut {
  const [, kind = '', only, count = ''] = /^(?:([lr])\/)?(?:(\d+)\/)?(.*)$/.exec(text) ?? []
  const by = kind === 'l' ? 'lines' : kind === 'r' ? 'turns' : 'bytes'
  const all = countAbove0(count, 'chunks')
  if (only !== undefined && (Number(only) === 0 || Number(only) > all)) throw new CommandError(`invalid chunk number: ${curly(only)}`)
  return { type: 'chunks', count: all, only: only === undefined ? undefined : Number(only), by }
}

function cutOf({ options }: Tool): Cut {
  const ways = options.found.filter(({ key }) => ['lines', 'bytes', 'line-bytes', 'number'].includes(key))
  if (new Set(ways.map(({ key }) => key)).size > 1 || ways.length > 1) usageError('cannot split in more than one way')
  const [way] = ways
  const value = way?.value ?? '1000'
  switch (way?.key) {
    case 'bytes':
      return { type: 'bytes', count: countAbove0(value, 'bytes') }
    case 'line-bytes':
      return { type: 'line-bytes', count: countAbove0(value, 'lines') }
    case 'number':
      return chunksOf(value)
    default:
      return { type: 'lines', count: countAbove0(value, 'lines') }
  }
}

/** Names of the parts, longer ones when the short ones are used up. */
class Names {
  readonly #prefix: string
  readonly #alphabet: string
  readonly #isFixed: boolean
  #width: number
  #next: number
  #lead = ''

  constructor({ options, operands }: Tool, parts: number | undefined) {
    const kind = options.last('numeric', 'hex')
    this.#prefix = operands[1] ?? 'x'
    this.#alphabet = kind === 'numeric' ? '0123456789' : kind === 'hex' ? '0123456789abcdef' : 'abcdefghijklmnopqrstuvwxyz'
    const width = options.value('width')
    if (width !== undefined && !/^\d+$/.test(width)) throw new CommandError(`invalid suffix length: ${curly(width)}`)
    const start = options.found.findLast(({ key, value }) => (key === 'numeric' || key === 'hex') && value !== undefined)?.value ?? '0'
    if (!/^[\da-f]+$/.test(start))
      usageError(`invalid start value for ${kind === 'hex' ? 'hexadecimal' : 'numerical'} suffix: ${curly(start)}`)
    this.#next = Number.parseInt(start, kind === 'hex' ? 16 : 10)
    const size = this.#alphabet.length
    const needed = parts === undefined ? 0 : Math.ceil(Math.log(Math.max(1, parts)) / Math.log(size) - 1e-9)
    if (Number(width ?? 0) > 0 && Number(width) < needed) throw new CommandError(`the suffix length needs to be at least ${needed}`)
    this.#isFixed = Number(width ?? 0) > 0 || parts !== undefined || start !== '0'
    this.#width = Number(width ?? 0) > 0 ? Number(width) : Math.max(2, needed, start === '0' ? 0 : start.length)
  }

  next(suffix: string): string {
    const size = this.#alphabet.length
    // The last letter leads on to longer names: xyz, then xzaaa.
    const room = this.#isFixed ? size ** this.#width : size ** this.#width - size ** (this.#width - 1)
    if (this.#next >= room) {
      if (this.#isFixed) throw new CommandError('output file suffixes exhausted')
      this.#next = 0
      this.#width += 1
      this.#lead += this.#alphabet.charAt(size - 1)
    }
    let text = ''
    for (let rest = this.#next, at = 0; at < this.#width; at++, rest = Math.floor(rest / size))
      text = this.#alphabet.charAt(rest % size) + text
    this.#next += 1
    return `${this.#prefix}${this.#lead}${text}${suffix}`
  }
}

/** Where parts go: files, or the standard input of a command each. */
class Parts {
  readonly #tool: Tool
  readonly #names: Names
  #current: { readonly name: string; readonly chunks: Uint8Array[]; readonly output: Output | undefined } | undefined

  constructor(tool: Tool, names: Names) {
    this.#tool = tool
    this.#names = names
  }

  async open(): Promise<void> {
    await this.close()
    const { options, call, out } = this.#tool
    const name = this.#names.next(options.value('suffix') ?? '')
    const filter = options.value('filter')
    if (options.has('verbose')) {
      out.putText(filter === undefined ? `creating file ${quoted(name)}\n` : `executing with FILE=${quoted(name)}\n`)
      await out.flush()
    }
    this.#current = { name, chunks: [], output: filter === undefined ? created(call, name) : undefined }
  }

  async put(latin: string): Promise<void> {
    if (this.#current === undefined) await this.open()
    const bytes = bytesOfLatin(latin)
    if (this.#current?.output === undefined) this.#current?.chunks.push(bytes)
    else await this.#current.output.write(bytes)
  }

  async close(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    if (current === undefined) return
    current.output?.close()
    const filter = this.#tool.options.value('filter')
    if (filter === undefined) return
    const { call } = this.#tool
    const stdin = inputOf(latinJoined(current.chunks))
    const env = new Map([...call.env, ['FILE', current.name] satisfies [string, string]])
    const code = await call.exec([filter], { isScript: true, env, stdin })
    if (code !== 0) throw new CommandError(`with FILE=${current.name}, exit ${code} from command: ${filter}`, code)
  }
}

function latinJoined(chunks: readonly Uint8Array[]): Uint8Array {
  return bytesOfLatin(chunks.map(latinOf).join(''))
}

function created(call: Tool['call'], name: string): Output {
  try {
    return call.create(name)
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${quoteIfNeeded(name)}: ${errnoText(thrown)}`)
    throw thrown
  }
}

interface Job {
  readonly tool: Tool
  readonly parts: Parts
  readonly text: AsyncGenerator<string, void>
  readonly separator: string
}

async function* chunksIn(tool: Tool, name: string): AsyncGenerator<string, void> {
  try {
    const input = openOperand(tool, name)
    for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
      tool.call.tick()
      yield latinOf(chunk)
    }
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    throw new CommandError(
      thrown.code === 'EISDIR'
        ? `${quoteIfNeeded(name)}: read error: ${errnoText(thrown)}`
        : `cannot open ${quoted(name)} for reading: ${errnoText(thrown)}`,
    )
  }
}

async function byBytes({ parts, text }: Job, size: number): Promise<void> {
  let room = 0
  for await (const chunk of text) {
    for (let at = 0; at < chunk.length;) {
      if (room === 0) {
        await parts.open()
        room = size
      }
      const piece = chunk.slice(at, at + room)
      await parts.put(piece)
      room -= piece.length
      at += piece.length
    }
  }
}

/** Where so many records end, and how many of them were there. */
function endOfRecords(
  chunk: string,
  from: number,
  { separator, count }: { readonly separator: string; readonly count: number },
): { end: number; seen: number } {
  let end = from
  for (let seen = 0; seen < count; seen++) {
    const next = chunk.indexOf(separator, end)
    if (next < 0) return { end: chunk.length, seen }
    end = next + 1
  }
  return { end, seen: count }
}

async function byLines({ parts, text, separator }: Job, count: number): Promise<void> {
  let left = 0
  for await (const chunk of text) {
    for (let at = 0; at < chunk.length;) {
      if (left === 0) {
        await parts.open()
        left = count
      }
      const { end, seen } = endOfRecords(chunk, at, { separator, count: left })
      left -= seen
      await parts.put(chunk.slice(at, end))
      at = end
    }
  }
}

/** Lines whole where they fit, cut where one alone is too long. */
async function byLineBytes({ parts, text, separator }: Job, size: number): Promise<void> {
  let rest = ''
  const give = async (isEnd: boolean): Promise<void> => {
    while (rest.length > size || (isEnd && rest !== '')) {
      const last = rest.length <= size ? rest.length - 1 : rest.lastIndexOf(separator, size - 1)
      const end = last < 0 ? Math.min(size, rest.length) : last + 1
      await parts.open()
      await parts.put(rest.slice(0, end))
      rest = rest.slice(end)
    }
  }
  for await (const chunk of text) {
    rest += chunk
    await give(false)
  }
  await give(true)
}

async function byChunks(job: Job, cut: Extract<Cut, { type: 'chunks' }>): Promise<void> {
  const { tool, parts } = job
  const [name = '-'] = tool.operands
  if (cut.by !== 'turns' && name === '-' && tool.call.file(0)?.node === undefined) throw new CommandError('-: cannot determine file size')
  const pieces = chunked(await joined(job.text), cut, job.separator)
  if (cut.only !== undefined) return tool.out.put(pieces[cut.only - 1] ?? '')
  for (const piece of pieces) {
    if (piece === '' && tool.options.has('elide')) continue
    await parts.open()
    await parts.put(piece)
  }
  return undefined
}

async function joined(text: AsyncGenerator<string, void>): Promise<string> {
  const all: string[] = []
  for await (const chunk of text) all.push(chunk)
  return all.join('')
}

function chunked(text: string, cut: Extract<Cut, { type: 'chunks' }>, separator: string): readonly string[] {
  const { count, by } = cut
  const lines = text.split(new RegExp(`(?<=${separator === '\n' ? '\n' : separator.replace(/[^\w]/g, '\\$&')})`))
  const out: string[] = Array.from({ length: count }, () => '')
  if (by === 'turns') {
    lines.forEach((line, at) => {
      out[at % count] += line
    })
    return out
  }
  if (by === 'bytes') return chunkBytes(text, count)
  let at = 0
  for (const line of lines) {
    const chunk = Math.min(count - 1, chunkAt(at, text.length, count))
    out[chunk] += line
    at += line.length
  }
  return out
}

function chunkAt(at: number, length: number, count: number): number {
  const size = Math.floor(length / count)
  return size === 0 ? at : Math.floor(at / size)
}

/** Equal parts; in 9.1 the last takes what is left over. */
function chunkBytes(text: string, count: number): readonly string[] {
  const size = Math.max(1, Math.floor(text.length / count))
  return Array.from({ length: count }, (_, at) => text.slice(at * size, at === count - 1 ? undefined : (at + 1) * size))
}

async function split(tool: Tool): Promise<number> {
  const { options, operands } = tool
  if (operands.length > 2) usageError(`extra operand ${curly(operands[2] ?? '')}`)
  const cut = cutOf(tool)
  const given = options.value('separator')
  if (given === '') throw new CommandError('empty record separator')
  const separator = given === undefined ? '\n' : given === '\\0' ? '\0' : latinWord(given)
  if (separator.length > 1) throw new CommandError(`multi-character separator ${quoted(given ?? '')}`)
  if ((options.value('suffix') ?? '').includes('/'))
    usageError(`invalid suffix ${curly(options.value('suffix') ?? '')}, contains directory separator`)
  const parts = new Parts(tool, new Names(tool, cut.type === 'chunks' ? cut.count : undefined))
  const job: Job = { tool, parts, text: chunksIn(tool, operands[0] ?? '-'), separator }
  switch (cut.type) {
    case 'lines':
      await byLines(job, cut.count)
      break
    case 'bytes':
      await byBytes(job, cut.count)
      break
    case 'line-bytes':
      await byLineBytes(job, cut.count)
      break
    case 'chunks':
      await byChunks(job, cut)
      break
    default:
      assertNever(cut)
  }
  await parts.close()
  return 0
}

/** Cuts a file into several. */
export const splitCommand = textTool({
  name: 'split',
  summary: 'cuts a file into files of so many lines or bytes, xaa, xab and so on',
  usage: '[OPTION]... [FILE [PREFIX]]',
  before: (args) => args.map((word) => (/^-\d+$/.test(word) ? `-l${word.slice(1)}` : word)),
  shape: {
    options: [
      { key: 'width', short: 'a', long: ['suffix-length'], value: 'required' },
      { key: 'suffix', long: ['additional-suffix'], value: 'required' },
      { key: 'bytes', short: 'b', long: ['bytes'], value: 'required' },
      { key: 'line-bytes', short: 'C', long: ['line-bytes'], value: 'required' },
      { key: 'numeric', short: 'd' },
      { key: 'numeric', long: ['numeric-suffixes'], value: 'optional' },
      { key: 'hex', short: 'x' },
      { key: 'hex', long: ['hex-suffixes'], value: 'optional' },
      { key: 'elide', short: 'e', long: ['elide-empty-files'] },
      { key: 'filter', long: ['filter'], value: 'required' },
      { key: 'lines', short: 'l', long: ['lines'], value: 'required' },
      { key: 'number', short: 'n', long: ['number'], value: 'required' },
      { key: 'separator', short: 't', long: ['separator'], value: 'required' },
      { key: 'unbuffered', short: 'u', long: ['unbuffered'] },
      { key: 'verbose', long: ['verbose'] },
    ],
  },
  run: split,
})
