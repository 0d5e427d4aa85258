import type { Input } from '../../streams/stream'
import { readAll } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { textOf } from '../../text'
import { CommandError } from '../command'
import { curly, quoteIfNeeded, quoted } from './quotes'
import { complain, openOperand, textTool, usageError, type Tool } from './tool'
import { columnsOf } from './width'

const KINDS = ['lines', 'words', 'chars', 'bytes', 'longest'] as const
type Counts = Record<(typeof KINDS)[number], number>

const SPACE = /[\t-\r \u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2060\u3000\u00a0]/
const PLAIN = /^[\n -~]*$/

/** Counts text as it comes. A character may be cut by the end of a chunk: its bytes wait for the next. */
class Counter {
  readonly counts: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 }
  readonly #needsText: boolean
  #rest: Uint8Array = new Uint8Array()
  #inWord = false
  #column = 0

  constructor(needsText: boolean) {
    this.#needsText = needsText
  }

  add(chunk: Uint8Array): void {
    this.counts.bytes += chunk.length
    if (!this.#needsText) {
      for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, at + 1)) this.counts.lines += 1
      return
    }
    const bytes = this.#rest.length === 0 ? chunk : Uint8Array.of(...this.#rest, ...chunk)
    const end = wholeEnd(bytes)
    this.#rest = bytes.slice(end)
    this.#text(textOf(bytes.subarray(0, end)))
  }

  end(): Counts {
    this.#text(textOf(this.#rest))
    this.counts.longest = Math.max(this.counts.longest, this.#column)
    if (this.#inWord) this.counts.words += 1
    return this.counts
  }

  #text(text: string): void {
    if (PLAIN.test(text)) return this.#plain(text)
    for (const letter of text) this.#letter(letter)
    return undefined
  }

  /** Lines, spaces and printable ASCII, which is most of what is counted. */
  #plain(text: string): void {
    this.counts.chars += text.length
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code > 32) {
        this.#inWord = true
        this.#column += 1
        continue
      }
      this.#endWord()
      if (code === 32) this.#column += 1
      else this.#newline(true)
    }
  }

  #letter(letter: string): void {
    // An escaped byte is no character.
    if (letter >= '\uDC80' && letter <= '\uDCFF' && letter.length === 1) return
    this.counts.chars += 1
    if (letter === '\n' || letter === '\r' || letter === '\f') {
      this.#newline(letter === '\n')
      return this.#endWord()
    }
    if (letter === '\t') this.#column += 8 - (this.#column % 8)
    const isSpace = SPACE.test(letter)
    const columns = letter === '\t' || letter === '\v' ? 0 : columnsOf(letter)
    if (columns > 0) this.#column += columns
    if (isSpace) return this.#endWord()
    if (columns >= 0 && letter !== '\0') this.#inWord = true
    return undefined
  }

  #newline(isLine: boolean): void {
    if (isLine) this.counts.lines += 1
    this.counts.longest = Math.max(this.counts.longest, this.#column)
    this.#column = 0
  }

  #endWord(): void {
    if (this.#inWord) this.counts.words += 1
    this.#inWord = false
  }
}

/** Where the last whole character of these bytes ends. */
function wholeEnd(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return needs > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

interface Size {
  readonly isRegular: boolean
  readonly size: number
}

function sizeOf({ call }: Tool, name: string): Size | undefined {
  const node = name === '-' ? call.file(0)?.node : call.system.tree.find(call.at(name))
  if (node === undefined) return name === '-' ? { isRegular: false, size: 0 } : undefined
  return node.type === 'file' ? { isRegular: true, size: node.bytes.length } : { isRegular: false, size: 0 }
}

/** Columns for each number: as wide as the sizes of all files together, 7 where one is no regular file. */
function widthOf(tool: Tool, names: readonly string[], kinds: number): number {
  if (names.length === 1 && kinds === 1) return 1
  const sizes = names.map((name) => sizeOf(tool, name)).filter((size) => size !== undefined)
  const total = sizes.reduce((sum, { isRegular, size }) => sum + (isRegular ? size : 0), 0)
  return Math.max(String(total).length, sizes.some(({ isRegular }) => !isRegular) ? 7 : 1)
}

async function namesOf(tool: Tool): Promise<readonly string[]> {
  const { call, operands, options } = tool
  const list = options.value('files0-from')
  if (list === undefined) return operands
  if (operands.length > 0) usageError(`extra operand ${curly(operands[0] ?? '')}\nfile operands cannot be combined with --files0-from`)
  try {
    const text = textOf(await readAll(list === '-' ? call.stdin : call.open(list)))
    return text === '' ? [] : text.replace(/\0$/, '').split('\0')
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`cannot open ${quoted(list)} for reading: ${errnoText(thrown)}`)
    throw thrown
  }
}

async function counted(tool: Tool, input: Input, counter: Counter): Promise<void> {
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tool.call.tick()
    counter.add(chunk)
  }
}

async function wc(tool: Tool): Promise<number> {
  const { options, out } = tool
  const chosen = KINDS.filter((kind) => options.has(kind))
  const kinds = chosen.length === 0 ? (['lines', 'words', 'bytes'] satisfies typeof chosen) : chosen
  const given = await namesOf(tool)
  const hasList = options.has('files0-from')
  const names = given.length === 0 && !hasList ? ['-'] : given
  const width = widthOf(tool, names, kinds.length)
  const needsText = kinds.some((kind) => kind === 'words' || kind === 'chars' || kind === 'longest')
  const total: Counts = { lines: 0, words: 0, chars: 0, bytes: 0, longest: 0 }
  let code = 0
  const show = (counts: Counts, name: string | undefined): void => {
    const cells = kinds.map((kind) => String(counts[kind]).padStart(width))
    out.putText(`${cells.join(' ')}${name === undefined ? '' : ` ${name}`}\n`)
  }
  for (const name of names) {
    const counter = new Counter(needsText)
    let isOpen = false
    try {
      const input = openOperand(tool, name)
      isOpen = true
      await counted(tool, input, counter)
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await complain(tool, `${quoteIfNeeded(name)}: ${errnoText(thrown)}`)
      code = 1
      // A folder can be opened: it counts as empty.
      if (!isOpen && thrown.code !== 'EISDIR') continue
    }
    const counts = counter.end()
    show(counts, given.length === 0 ? undefined : quoteIfNeeded(name).startsWith("'") && name.includes('\n') ? quoteIfNeeded(name) : name)
    for (const kind of KINDS) total[kind] = kind === 'longest' ? Math.max(total.longest, counts.longest) : total[kind] + counts[kind]
  }
  if (names.length > 1) show(total, 'total')
  return code
}

/** Counts lines, words and bytes. */
export const wcCommand = textTool({
  name: 'wc',
  summary: 'counts lines, words, characters and bytes of each file',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'bytes', short: 'c', long: ['bytes'] },
      { key: 'chars', short: 'm', long: ['chars'] },
      { key: 'lines', short: 'l', long: ['lines'] },
      { key: 'files0-from', long: ['files0-from'], value: 'required' },
      { key: 'longest', short: 'L', long: ['max-line-length'] },
      { key: 'words', short: 'w', long: ['words'] },
    ],
  },
  run: wc,
})
