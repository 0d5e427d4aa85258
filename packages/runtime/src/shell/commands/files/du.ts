import { globMatcher, type GlobMatcher } from '../../language/glob'
import { readText, type Input } from '../../streams/stream'
import type { TreeNode } from '../../tree/tree-node'
import { CommandError } from '../command'
import { momentOfMs, strftime } from '../dates/strftime'
import { zoneOf } from '../dates/zones'
import { countOf } from '../text/counts'
import { curly, quoted } from '../text/quotes'
import { complain, openOrFail, textTool, usageError, type Tool } from '../text/tool'
import { diskBytes, joinPath, lookAt, namesIn, why, type Look } from './look'
import { sizeStyle, styledSize, type SizeStyle } from './sizes'

/** What a part of the tree comes to. */
interface Sum {
  size: number
  inodes: number
  /** The last change of anything in it, in milliseconds. */
  time: number
}

type TimeKind = 'mtime' | 'atime' | 'ctime'

interface DuHow {
  readonly tool: Tool
  readonly style: SizeStyle
  readonly isApparent: boolean
  readonly maxDepth: number
  readonly threshold: number | undefined
  readonly time: TimeKind | undefined
  readonly timeFormat: string
  readonly excluded: readonly GlobMatcher[]
  readonly end: string
  /** Files with several names, or all where several operands may lead to the same. */
  readonly seen: Set<TreeNode>
  readonly remembersAll: boolean
  code: number
}

const KINDS: Readonly<Record<string, TimeKind>> = { atime: 'atime', access: 'atime', use: 'atime', ctime: 'ctime', status: 'ctime' }
const STYLES: Readonly<Record<string, string>> = {
  'full-iso': '%Y-%m-%d %H:%M:%S.%N %z',
  'long-iso': '%Y-%m-%d %H:%M',
  iso: '%Y-%m-%d',
}

function badChoice(word: string, what: string, rows: readonly string[]): never {
  return usageError(
    `invalid argument ${curly(word)} for ${curly(what)}\nValid arguments are:\n${rows.map((row) => `  - ${row}`).join('\n')}`,
  )
}

function timeOf({ options }: Tool): TimeKind | undefined {
  if (!options.has('time')) return undefined
  const word = options.value('time')
  if (word === undefined) return 'mtime'
  return KINDS[word] ?? badChoice(word, '--time', ['‘atime’, ‘access’, ‘use’', '‘ctime’, ‘status’'])
}

function timeFormatOf({ options, call }: Tool): string {
  const word = (options.value('time-style') ?? call.env.get('TIME_STYLE') ?? 'long-iso').replace(/^posix-/, '')
  if (word.startsWith('+')) return word.slice(1)
  return (
    STYLES[word] ?? (options.has('time-style') ? badChoice(word, 'time style', ['‘full-iso’', '‘long-iso’', '‘iso’']) : '%Y-%m-%d %H:%M')
  )
}

function styleOf({ options, call }: Tool): SizeStyle {
  const last = options.found.findLast(({ key }) => ['human', 'si', 'block-size', 'bytes', 'kilo', 'mega'].includes(key))
  switch (last?.key) {
    case 'human':
      return { unit: 1, suffix: '', human: 1024 }
    case 'si':
      return { unit: 1, suffix: '', human: 1000 }
    case 'bytes':
      return { unit: 1, suffix: '' }
    case 'mega':
      return { unit: 1_048_576, suffix: '' }
    case 'block-size':
      return blockStyle(last.value ?? '', last.spelled)
    case 'kilo':
      return { unit: 1024, suffix: '' }
    default: {
      const told = call.env.get('DU_BLOCK_SIZE') ?? call.env.get('BLOCK_SIZE')
      return told === undefined ? { unit: call.env.has('POSIXLY_CORRECT') ? 512 : 1024, suffix: '' } : sizeStyle(told, '--block-size')
    }
  }
}

function blockStyle(text: string, spelled: string): SizeStyle {
  try {
    return sizeStyle(text, '--block-size')
  } catch (thrown) {
    if (thrown instanceof CommandError) throw new CommandError(`invalid ${spelled} argument '${text}'`)
    throw thrown
  }
}

/** A list that cannot be read is a usage error here. */
function listOf(tool: Tool, name: string): Input {
  try {
    return openOrFail(tool, name)
  } catch (thrown) {
    if (thrown instanceof CommandError) return usageError(thrown.message)
    throw thrown
  }
}

function depthOf(tool: Tool): number {
  const { options } = tool
  const word = options.value('max-depth')
  if (word !== undefined && !/^\d+$/.test(word)) usageError(`invalid maximum depth ${curly(word)}`)
  if (options.has('summarize')) {
    if (options.has('all')) usageError('cannot both summarize and show all entries')
    if (word !== undefined && Number(word) > 0) usageError(`warning: summarizing conflicts with --max-depth=${Number(word)}`)
    return 0
  }
  return word === undefined ? Infinity : Number(word)
}

function thresholdOf({ options }: Tool): number | undefined {
  const word = options.value('threshold')
  if (word === undefined) return undefined
  const count = countOf(word.replace(/^-/, ''))
  if (count === undefined || word === '-0') throw new CommandError(`invalid --threshold argument '${word}'`)
  return word.startsWith('-') ? -count : count
}

async function excludedOf(tool: Tool): Promise<readonly GlobMatcher[]> {
  const patterns: string[] = []
  for (const { key, value = '' } of tool.options.found) {
    if (key === 'exclude') patterns.push(value)
    if (key !== 'exclude-from') continue
    const text = await readText(listOf(tool, value))
    patterns.push(...text.split('\n').filter((line) => line !== ''))
  }
  return patterns.map((pattern) => globMatcher(pattern, { extglob: false }))
}

/** Patterns fit a whole path, or what follows any of its slashes. */
function isExcluded({ excluded }: DuHow, path: string): boolean {
  if (excluded.length === 0) return false
  const tails = [path, ...[...path.matchAll(/\/(?=[^/])/g)].map(({ index }) => path.slice(index + 1))]
  return excluded.some((one) => tails.some((tail) => one.matches(tail)))
}

function isCounted(how: DuHow, { node, type, nlink }: Look): boolean {
  if (node === undefined || how.tool.options.has('count-links')) return true
  if (!how.remembersAll && (type === 'folder' || nlink < 2)) return true
  if (how.seen.has(node)) return false
  how.seen.add(node)
  return true
}

function show(how: DuHow, { size, inodes, time }: Sum, path: string): void {
  const { threshold, tool, style } = how
  const isByInodes = tool.options.has('inodes')
  const amount = isByInodes ? inodes : size
  if (threshold !== undefined && (threshold < 0 ? amount > -threshold : amount < threshold)) return
  const date = how.time === undefined ? '' : `${strftime(how.timeFormat, momentOfMs(time), zoneOf(tool.call.env.get('TZ')))}\t`
  const shown = isByInodes ? styledSize(amount, style.human === undefined ? { unit: 1, suffix: '' } : style) : styledSize(amount, style)
  tool.out.putText(`${shown}\t${date}${path}${how.end}`)
}

async function measure(how: DuHow, path: string, depth: number): Promise<Sum | undefined> {
  const { tool } = how
  tool.call.tick()
  if (isExcluded(how, path)) return undefined
  const follows = tool.options.last('follow', 'no-follow', 'follow-operands')
  const look = lookAt(tool.call, path, follows === 'follow' || (depth === 0 && follows === 'follow-operands'))
  if (!isCounted(how, look)) return undefined
  const sum: Sum = { size: how.isApparent ? look.size : diskBytes(look), inodes: 1, time: look[how.time ?? 'mtime'] }
  if (look.type !== 'folder') {
    if (depth === 0 || (tool.options.has('all') && depth <= how.maxDepth)) show(how, sum, path)
    return sum
  }
  return measureFolder(how, { path, depth, sum })
}

async function measureFolder(
  how: DuHow,
  { path, depth, sum }: { readonly path: string; readonly depth: number; readonly sum: Sum },
): Promise<Sum> {
  const { tool } = how
  const own = { ...sum }
  for (const name of await namesOrNone(how, path)) {
    const inner = joinPath(path, name)
    const part = await measure(how, inner, depth + 1)
    if (part === undefined) continue
    const isFile = lookAt(tool.call, inner, false).type !== 'folder'
    for (const total of isFile ? [sum, own] : [sum]) {
      total.size += part.size
      total.inodes += part.inodes
      total.time = Math.max(total.time, part.time)
    }
  }
  await tool.out.settle()
  if (depth <= how.maxDepth) show(how, tool.options.has('separate') ? own : sum, path)
  return sum
}

async function namesOrNone(how: DuHow, path: string): Promise<readonly string[]> {
  try {
    return namesIn(how.tool.call, path)
  } catch (thrown) {
    await complain(how.tool, `cannot read directory ${quoted(path)}: ${why(thrown)}`)
    how.code = 1
    return []
  }
}

async function operandsOf(tool: Tool): Promise<readonly string[]> {
  const list = tool.options.value('files0-from')
  if (list === undefined) return tool.operands.length === 0 ? ['.'] : tool.operands
  const [extra] = tool.operands
  if (extra !== undefined) usageError(`extra operand ${curly(extra)}\nfile operands cannot be combined with --files0-from`)
  const names = (await readText(openOrFail(tool, list))).split('\0')
  if (names.at(-1) === '') names.pop()
  return names
}

async function du(tool: Tool): Promise<number> {
  const { options } = tool
  const maxDepth = depthOf(tool)
  if (options.has('summarize') && options.has('max-depth')) await complain(tool, 'warning: summarizing is the same as using --max-depth=0')
  if (options.has('inodes') && (options.has('apparent') || options.has('bytes')))
    await complain(tool, 'warning: options --apparent-size and -b are ineffective with --inodes')
  const operands = await operandsOf(tool)
  const how: DuHow = {
    tool,
    style: styleOf(tool),
    isApparent: options.has('apparent') || options.has('bytes'),
    maxDepth,
    threshold: thresholdOf(tool),
    time: timeOf(tool),
    timeFormat: timeFormatOf(tool),
    excluded: await excludedOf(tool),
    end: options.has('null') ? '\0' : '\n',
    seen: new Set(),
    remembersAll: operands.length > 1 || options.last('follow', 'no-follow', 'follow-operands') === 'follow',
    code: 0,
  }
  const total: Sum = { size: 0, inodes: 0, time: 0 }
  for (const path of operands) {
    try {
      const sum = await measure(how, path, 0)
      total.size += sum?.size ?? 0
      total.inodes += sum?.inodes ?? 0
      total.time = Math.max(total.time, sum?.time ?? 0)
    } catch (thrown) {
      await complain(tool, `cannot access ${quoted(path)}: ${why(thrown)}`)
      how.code = 1
    }
  }
  if (options.has('total')) show({ ...how, threshold: undefined }, total, 'total')
  return how.code
}

/** What files take. */
export const duCommand = textTool({
  name: 'du',
  summary: 'tells how much room folders take on a disk of 4 KiB blocks',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'null', short: '0', long: ['null'] },
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'apparent', long: ['apparent-size'] },
      { key: 'block-size', short: 'B', long: ['block-size'], value: 'required' },
      { key: 'bytes', short: 'b', long: ['bytes'] },
      { key: 'total', short: 'c', long: ['total'] },
      { key: 'follow-operands', short: 'DH', long: ['dereference-args'] },
      { key: 'max-depth', short: 'd', long: ['max-depth'], value: 'required' },
      { key: 'files0-from', long: ['files0-from'], value: 'required' },
      { key: 'human', short: 'h', long: ['human-readable'] },
      { key: 'inodes', long: ['inodes'] },
      { key: 'kilo', short: 'k' },
      { key: 'follow', short: 'L', long: ['dereference'] },
      { key: 'count-links', short: 'l', long: ['count-links'] },
      { key: 'mega', short: 'm' },
      { key: 'no-follow', short: 'P', long: ['no-dereference'] },
      { key: 'separate', short: 'S', long: ['separate-dirs'] },
      { key: 'si', long: ['si'] },
      { key: 'summarize', short: 's', long: ['summarize'] },
      { key: 'threshold', short: 't', long: ['threshold'], value: 'required' },
      { key: 'time', long: ['time'], value: 'optional' },
      { key: 'time-style', long: ['time-style'], value: 'required' },
      { key: 'exclude-from', short: 'X', long: ['exclude-from'], value: 'required' },
      { key: 'exclude', long: ['exclude'], value: 'required' },
      { key: 'one-file-system', short: 'x', long: ['one-file-system'] },
    ],
  },
  run: du,
})
