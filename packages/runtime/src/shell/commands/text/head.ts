import type { Input } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import type { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import { countOf } from './counts'
import { latinOf } from './latin'
import { curly, quoted } from './quotes'
import { eachInput, textTool, type Tool } from './tool'

const OLD = /^-(\d+)([bkm]?)([clqvz]*)$/

/** `-5`, `-20c` and the like as today's options. Only the first word may be one. */
function modern(args: readonly string[]): readonly string[] {
  const [, count, unit = '', letters = ''] = OLD.exec(args[0] ?? '') ?? []
  if (count === undefined) return args
  const isBytes = unit !== '' || letters.includes('c')
  const flags = letters.replace(/[cl]/g, '')
  return [isBytes ? '-c' : '-n', `${count}${unit === 'm' ? 'M' : unit}`, ...(flags === '' ? [] : [`-${flags}`]), ...args.slice(1)]
}

/** Words for a file that head or tail cannot read. */
export function readWords(name: string, error: FsError): string {
  const shown = quoted(name === '-' ? 'standard input' : name)
  // A folder can be opened, it is the reading that fails.
  return error.code === 'EISDIR' ? `error reading ${shown}: ${errnoText(error)}` : `cannot open ${shown} for reading: ${errnoText(error)}`
}

interface Amount {
  readonly unit: 'lines' | 'bytes'
  readonly count: number
  /** All but the last `count`. */
  readonly isAllBut: boolean
  readonly separator: number
}

function amountOf({ options }: Tool): Amount {
  const key = options.last('lines', 'bytes')
  const text = options.value(key ?? 'lines') ?? '10'
  const unit = key === 'bytes' ? 'bytes' : 'lines'
  const count = countOf(text.replace(/^-/, ''))
  if (count === undefined) throw new CommandError(`invalid number of ${unit}: ${curly(text.replace(/^-/, ''))}`)
  return { unit, count, isAllBut: text.startsWith('-'), separator: options.has('zero') ? 0 : 0x0a }
}

/** Where the `count`th separator ends, or how many there were. */
function endOfLine(chunk: Uint8Array, separator: number, count: number): { readonly at: number; readonly seen: number } {
  let at = 0
  for (let seen = 0; seen < count; seen++) {
    const next = chunk.indexOf(separator, at)
    if (next < 0) return { at: chunk.length, seen }
    at = next + 1
  }
  return { at, seen: count }
}

async function first(tool: Tool, input: Input, amount: Amount): Promise<number> {
  let left = amount.count
  while (left > 0) {
    const chunk = await input.read(amount.unit === 'bytes' ? Math.min(left, 65_536) : undefined)
    if (chunk === undefined) return 0
    tool.call.tick()
    if (amount.unit === 'bytes') {
      left -= chunk.length
      await tool.out.pass(chunk)
      continue
    }
    const { at, seen } = endOfLine(chunk, amount.separator, left)
    left -= seen
    await tool.out.pass(chunk.subarray(0, at))
    if (left === 0) return chunk.length - at
  }
  return 0
}

async function allBut(tool: Tool, input: Input, amount: Amount): Promise<void> {
  let held = ''
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tool.call.tick()
    held += latinOf(chunk)
    const end = Math.max(0, cutBefore(held, amount, true))
    tool.out.put(held.slice(0, end))
    held = held.slice(end)
    await tool.out.settle()
  }
  tool.out.put(held.slice(0, Math.max(0, cutBefore(held, amount, false))))
}

/** Where the last `count` of what is held begin. While more may come, a last line that is not whole is not counted. */
function cutBefore(held: string, amount: Amount, isMoreToCome: boolean): number {
  if (amount.unit === 'bytes') return held.length - amount.count
  const separator = String.fromCharCode(amount.separator)
  const isWhole = held.endsWith(separator)
  let at = held.length
  if (!isWhole && isMoreToCome) at = held.lastIndexOf(separator) + 1
  else if (amount.count > 0 && !isWhole) at = held.lastIndexOf(separator) + 1
  for (let line = !isWhole && !isMoreToCome ? 1 : 0; line < amount.count && at > 0; line++) at = held.lastIndexOf(separator, at - 2) + 1
  return at
}

async function head(tool: Tool): Promise<number> {
  const { operands, options, out, call } = tool
  const amount = amountOf(tool)
  const isTitled = options.last('quiet', 'verbose') === 'verbose' || (!options.has('quiet') && operands.length > 1)
  let count = 0
  const title = (name: string): void => {
    if (isTitled) out.putText(`${count++ > 0 ? '\n' : ''}==> ${name === '-' ? 'standard input' : name} <==\n`)
  }
  return eachInput(
    tool,
    async (input, name) => {
      title(name)
      if (amount.isAllBut) return allBut(tool, input, amount)
      const unused = await first(tool, input, amount)
      if (name === '-' && unused > 0) call.file(0)?.unread?.(unused)
      return undefined
    },
    {
      words: (name, error) => {
        if (error.code !== 'EISDIR') return readWords(name, error)
        title(name)
        // Of nothing of a folder nothing is read.
        return amount.count === 0 && !amount.isAllBut ? undefined : readWords(name, error)
      },
    },
  )
}

/** First part of files. */
export const headCommand = textTool({
  name: 'head',
  summary: 'prints the first 10 lines, or as many lines or bytes as told, of each file',
  usage: '[OPTION]... [FILE]...',
  before: modern,
  shape: {
    options: [
      { key: 'bytes', short: 'c', long: ['bytes'], value: 'required' },
      { key: 'lines', short: 'n', long: ['lines'], value: 'required' },
      { key: 'quiet', short: 'q', long: ['quiet', 'silent'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: head,
})
