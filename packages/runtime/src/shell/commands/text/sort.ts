import { md5 } from '@noble/hashes/legacy.js'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { readAll } from '../../streams/stream'
import { textOf } from '../../text'
import { CommandError } from '../command'
import { countOf } from './counts'
import { allRecords, bytesOfLatin, latinOf, latinWord } from './latin'
import { LatinOutput } from './latin-output'
import { curly, quoteIfNeeded } from './quotes'
import { keyOf, orderingOf, separatorOf, type SortKey } from './sort-keys'
import { lineOrder, type LineOrder, type Shuffle } from './sort-order'
import { openOperand, textTool, usageError, type Tool } from './tool'

const ORDER_KEYS = ['b', 'd', 'f', 'g', 'h', 'i', 'M', 'n', 'R', 'r', 'V']
const SORT_WORDS: Readonly<Record<string, string>> = {
  'general-numeric': 'g',
  'human-numeric': 'h',
  month: 'M',
  numeric: 'n',
  random: 'R',
  version: 'V',
}

function globalLetters({ options }: Tool): string {
  const letters = ORDER_KEYS.filter((key) => options.has(key)).join('')
  const words = options.values('sort').map((word) => {
    const letter = Object.entries(SORT_WORDS).find(([name]) => name.startsWith(word))?.[1]
    if (letter === undefined) {
      const valid = Object.keys(SORT_WORDS).map((name) => `\n  - ${curly(name)}`)
      usageError(`invalid argument ${curly(word)} for ‘--sort’\nValid arguments are:${valid.join('')}`)
    }
    return letter ?? ''
  })
  return letters + words.join('')
}

function keysOf({ options }: Tool, globals: string): readonly SortKey[] {
  const keys = options.values('key').map((text) => keyOf(text, globals))
  const hasOrdering = /[^r]/.test(globals)
  const ordering = orderingOf(globals)
  if (keys.length > 0 || !hasOrdering) return keys
  return [{ from: { field: 1, letter: 1, skipsBlanks: globals.includes('b') }, to: undefined, ordering }]
}

/** MD5 of a salt, the key and a NUL, as the real tool hashes keys; with a file for the salt the order is the same each time. */
async function shuffleOf({ call, options }: Tool): Promise<Shuffle> {
  const source = options.value('random-source')
  const salt =
    source === undefined ? call.system.random(new Uint8Array(16)) : await saltFrom(await readBytes(call.open(source), 16), source)
  const started = md5.create().update(salt)
  return (key) =>
    latinOf(
      started
        .clone()
        .update(bytesOfLatin(`${key}\0`))
        .digest(),
    )
}

async function saltFrom(bytes: Uint8Array, source: string): Promise<Uint8Array> {
  if (bytes.length < 16) throw new CommandError(`${quoteIfNeeded(source)}: end of file`, 2)
  return bytes
}

async function readBytes(input: ReturnType<Tool['call']['open']>, count: number): Promise<Uint8Array> {
  const out = new Uint8Array(count)
  let at = 0
  while (at < count) {
    const part = await input.read(count - at)
    if (part === undefined) break
    out.set(part, at)
    at += part.length
  }
  return out.subarray(0, at)
}

async function namesOf(tool: Tool): Promise<readonly string[]> {
  const { call, operands, options } = tool
  const list = options.value('files0-from')
  if (list === undefined) return operands.length === 0 ? ['-'] : operands
  if (operands.length > 0) usageError(`extra operand ${curly(operands[0] ?? '')}\nfile operands cannot be combined with --files0-from`, 2)
  const text = textOf(await readAll(list === '-' ? call.stdin : call.open(list)))
  const names = text.replace(/\0$/, '').split('\0')
  if (text === '') throw new CommandError(`no input from ${curly(list)}`, 2)
  return names
}

async function recordsOf(tool: Tool, name: string, separator: string): Promise<readonly string[]> {
  try {
    const input = openOperand(tool, name)
    return (await allRecords(input, separator)).records
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    const prefix = thrown.code === 'EISDIR' ? 'read failed' : 'cannot read'
    throw new CommandError(`${prefix}: ${quoteIfNeeded(name)}: ${errnoText(thrown)}`, 2)
  }
}

interface Job {
  readonly tool: Tool
  readonly order: LineOrder
  readonly separator: string
  readonly isUnique: boolean
}

async function check({ tool, order, separator, isUnique }: Job, names: readonly string[]): Promise<number> {
  const [name = '-'] = names
  const isQuiet = tool.options.last('c', 'C') === 'C' || tool.options.value('check') === 'quiet' || tool.options.value('check') === 'silent'
  const records = await recordsOf(tool, name, separator)
  for (const [at, record] of records.entries()) {
    if (at % 4096 === 0) tool.call.tick()
    order.add(record)
    if (at === 0) continue
    const sign = isUnique ? order.compareKeys(at - 1, at) : order.compare(at - 1, at)
    if (isUnique ? sign < 0 : sign <= 0) continue
    if (!isQuiet) {
      const err = new LatinOutput(tool.call.stderr)
      err.put(`${tool.call.name}: ${latinWord(name)}:${at + 1}: disorder: ${record}\n`)
      await err.flush()
    }
    return 1
  }
  return 0
}

/** Numbers of the lines, in order. */
async function sorted({ tool, order, separator, isUnique }: Job, names: readonly string[]): Promise<readonly number[]> {
  const runs: number[][] = []
  for (const name of names) {
    const run: number[] = []
    for (const record of await recordsOf(tool, name, separator)) {
      run.push(order.lines.length)
      order.add(record)
    }
    runs.push(run)
    tool.call.tick()
  }
  let steps = 0
  const compare = (a: number, b: number): number => {
    if ((++steps & 0xffff) === 0) tool.call.tick()
    return order.compare(a, b)
  }
  const all = tool.options.has('merge') ? merged(runs, compare) : runs.flat().sort(compare)
  return isUnique ? all.filter(isFirst(order)) : all
}

function isFirst(order: LineOrder): (at: number) => boolean {
  let kept: number | undefined
  return (at) => {
    if (kept !== undefined && order.compareKeys(kept, at) === 0) return false
    kept = at
    return true
  }
}

/** Takes the smallest first line of the runs again and again; of equals the one of the earlier file. */
function merged(runs: readonly number[][], compare: (a: number, b: number) => number): number[] {
  const heads = runs.map((run) => ({ run, at: 0 })).filter(({ run }) => run.length > 0)
  const out: number[] = []
  while (heads.length > 0) {
    let best = 0
    for (let i = 1; i < heads.length; i++) {
      if (compare(headOf(heads[i]), headOf(heads[best])) < 0) best = i
    }
    const head = heads[best]
    if (head === undefined) break
    out.push(headOf(head))
    head.at += 1
    if (head.at === head.run.length) heads.splice(best, 1)
  }
  return out
}

function headOf(head: { readonly run: readonly number[]; readonly at: number } | undefined): number {
  return head?.run[head.at] ?? 0
}

async function sort(tool: Tool): Promise<number> {
  const { call, options } = tool
  const globals = globalLetters(tool)
  const separators = new Set(options.values('separator').map((text) => separatorOf(latinWord(text))))
  if (separators.size > 1) throw new CommandError('incompatible tabs', 2)
  checkSizes(tool)
  const isUnique = options.has('unique')
  const isChecking = options.has('c') || options.has('C') || options.has('check')
  const names = await namesOf(tool)
  const keys = keysOf(tool, globals)
  const needsSalt = keys.some((key) => key.ordering.kind === 'R')
  const order = lineOrder({
    keys,
    separator: [...separators][0],
    isReversed: globals.includes('r'),
    isStable: options.has('stable') || isUnique,
    shuffle: needsSalt ? await shuffleOf(tool) : () => '',
  })
  const job: Job = { tool, order, separator: options.has('zero') ? '\0' : '\n', isUnique }
  if (isChecking) {
    if (options.has('c') && options.has('C')) throw new CommandError("options '-cC' are incompatible", 2)
    if (names.length > 1) throw new CommandError(`extra operand '${names[1] ?? ''}' not allowed with -${options.has('C') ? 'C' : 'c'}`, 2)
    if (options.has('output')) throw new CommandError(`options '-${options.has('C') ? 'C' : 'c'}o' are incompatible`, 2)
    return check(job, names)
  }
  const numbers = await sorted(job, names)
  await write(job, numbers, outputOf(tool))
  call.tick()
  return 0
}

function outputOf({ call, options, out }: Tool): LatinOutput {
  const target = options.value('output')
  if (target === undefined) return out
  try {
    return new LatinOutput(call.create(target))
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`open failed: ${quoteIfNeeded(target)}: ${errnoText(thrown)}`, 2)
    throw thrown
  }
}

async function write({ order, separator }: Job, numbers: readonly number[], target: LatinOutput): Promise<void> {
  for (const at of numbers) {
    target.put(order.lines[at] ?? '')
    target.put(separator)
    if (target.isFull) await target.flush()
  }
  await target.flush()
}

/** What is about speed and room alone is read, and does nothing here. */
function checkSizes({ options }: Tool): void {
  for (const text of options.values('size')) {
    if (!text.endsWith('%') && countOf(text) === undefined) throw new CommandError(`invalid -S argument '${text}'`, 2)
  }
  for (const key of ['parallel', 'batch']) {
    const text = options.value(key)
    if (text !== undefined && !/^\d+$/.test(text))
      throw new CommandError(`invalid --${key === 'batch' ? 'batch-size' : key} argument '${text}'`, 2)
  }
}

/** `+1.2 -3.4`, which counts fields and letters from none, is what `-k 2.3,4.4` says. */
function withoutOldKeys(args: readonly string[]): readonly string[] {
  const out: string[] = []
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    if (word === '--') return [...out, ...args.slice(at)]
    const start = /^\+(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)$/.exec(word)
    if (start === null) {
      out.push(word)
      continue
    }
    const [, field = '', letter = '0', order = ''] = start
    const end = /^-(\d+)(?:\.(\d+))?([bdfgiMhnRrV]*)$/.exec(args[at + 1] ?? '')
    const from = `${Number(field) + 1}.${Number(letter) + 1}${order}`
    out.push('-k', end === null ? from : `${from},${oldEnd(end)}`)
    if (end !== null) at += 1
  }
  return out
}

function oldEnd([, field = '', letter = '0', order = '']: RegExpExecArray): string {
  return Number(letter) === 0 ? `${field}${order}` : `${Number(field) + 1}.${letter}${order}`
}

/** Sorts lines. */
export const sortCommand = textTool({
  name: 'sort',
  summary: 'sorts the lines of all files together',
  usage: '[OPTION]... [FILE]...',
  before: withoutOldKeys,
  shape: {
    usageCode: 2,
    options: [
      { key: 'b', short: 'b', long: ['ignore-leading-blanks'] },
      { key: 'd', short: 'd', long: ['dictionary-order'] },
      { key: 'f', short: 'f', long: ['ignore-case'] },
      { key: 'g', short: 'g', long: ['general-numeric-sort'] },
      { key: 'h', short: 'h', long: ['human-numeric-sort'] },
      { key: 'i', short: 'i', long: ['ignore-nonprinting'] },
      { key: 'M', short: 'M', long: ['month-sort'] },
      { key: 'n', short: 'n', long: ['numeric-sort'] },
      { key: 'R', short: 'R', long: ['random-sort'] },
      { key: 'r', short: 'r', long: ['reverse'] },
      { key: 'V', short: 'V', long: ['version-sort'] },
      { key: 'sort', long: ['sort'], value: 'required' },
      { key: 'random-source', long: ['random-source'], value: 'required' },
      { key: 'batch', long: ['batch-size'], value: 'required' },
      { key: 'c', short: 'c' },
      { key: 'check', long: ['check'], value: 'optional' },
      { key: 'C', short: 'C' },
      { key: 'compress', long: ['compress-program'], value: 'required' },
      { key: 'debug', long: ['debug'], missing: true },
      { key: 'files0-from', long: ['files0-from'], value: 'required' },
      { key: 'key', short: 'k', long: ['key'], value: 'required' },
      { key: 'merge', short: 'm', long: ['merge'] },
      { key: 'output', short: 'o', long: ['output'], value: 'required' },
      { key: 'stable', short: 's', long: ['stable'] },
      { key: 'size', short: 'S', long: ['buffer-size'], value: 'required' },
      { key: 'separator', short: 't', long: ['field-separator'], value: 'required' },
      { key: 'folder', short: 'T', long: ['temporary-directory'], value: 'required' },
      { key: 'parallel', long: ['parallel'], value: 'required' },
      { key: 'unique', short: 'u', long: ['unique'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: sort,
})
