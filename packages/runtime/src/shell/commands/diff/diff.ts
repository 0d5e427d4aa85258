import { globMatcher, type GlobMatcher } from '../../language/glob'
import { compilePattern, RegexError, type Pattern } from '../../regex/pattern'
import { readAll, inputOf } from '../../streams/stream'
import { FsError } from '../../tree/fs-error'
import { bytesOf, textOf } from '../../text'
import { momentOfMs, strftime } from '../dates/strftime'
import { zoneOf } from '../dates/zones'
import { byBytes, joinPath, lastName, lookAt, lookFor, namesIn, why, type Look } from '../files/look'
import { CommandError } from '../command'
import { curly, quoteIfNeeded } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { formatsOf, isSilentWhenEqual, printFormatted, type Formats } from './diff-formats'
import { DIFF_OPTIONS, withoutDigits } from './diff-options'
import { printChanges, type PrintHow } from './diff-print'
import { changesBetween, type Change } from './diff-script'
import { printBeside, type SideHow } from './diff-side'
import { endedLine, splitLines, type DiffText, type DiffTexts, withoutTabs, type ShownChange } from './diff-text'

type Style = PrintHow['style'] | 'side' | 'formats'
const STYLES: Readonly<Record<string, Style>> = { 'side-by-side': 'side', 'forward-ed': 'forward-ed', normal: 'normal', unified: 'unified', 'unified-lines': 'unified', context: 'context', 'context-lines': 'context', ed: 'ed', rcs: 'rcs' } // prettier-ignore
const FUNCTION = '^[[:alpha:]$_]'

interface DiffHow {
  readonly tool: Tool
  readonly style: Style
  readonly formats: Formats | undefined
  readonly side: SideHow
  /** Equal files give nothing. */
  readonly isSilentWhenEqual: boolean
  readonly context: number
  readonly section: Pattern | undefined
  readonly ignored: readonly Pattern[]
  readonly excluded: readonly GlobMatcher[]
  readonly hasColor: boolean
  keyOf(line: string): string
}

function compiled(source: string): Pattern {
  try {
    return compilePattern(source, { dialect: 'bre' })
  } catch (thrown) {
    if (thrown instanceof RegexError) throw new CommandError(`${source}: ${thrown.message}`, 2)
    throw thrown
  }
}

/** What of a line counts. */
function keyMaker({ options }: Tool, tabSize: number): (line: string) => string {
  const steps: ((line: string) => string)[] = []
  if (options.has('strip-cr')) steps.push((line) => line.replace(/\r$/, ''))
  if (options.has('tab-expansion')) steps.push((line) => withoutTabs(line, tabSize, (letter) => bytesOf(letter).length))
  if (options.has('all-space')) steps.push((line) => line.replace(/[ \t\v\f\r]+/g, ''))
  else if (options.has('space-change')) steps.push((line) => line.replace(/[ \t\v\f\r]+/g, ' ').replace(/ $/, ''))
  else if (options.has('trailing-space')) steps.push((line) => line.replace(/[ \t\v\f\r]+$/, ''))
  if (options.has('case')) steps.push((line) => line.toLowerCase())
  return (line) => steps.reduce((text, step) => step(text), line)
}

/** A number above 0. */
function sizeOf({ options }: Tool, key: string, otherwise: number): number {
  const text = options.value(key)
  if (text === undefined) return otherwise
  if (!/^0*[1-9]\d*$/.test(text)) badOperands(`invalid ${key} '${text}'`)
  return Number(text)
}

function contextOf({ options }: Tool): number {
  const counts = options.found.filter(({ key }) => key === 'unified-lines' || key === 'context-lines' || key === 'count')
  const numbers = counts.flatMap(({ value }) => (value === undefined ? [] : [value]))
  for (const text of numbers)
    if (!/^\d+$/.test(text)) throw new CommandError(`invalid context length ${curly(text)}`.replace(/[‘’]/g, "'"), 2)
  return numbers.length === 0 ? 3 : Math.max(...numbers.map(Number))
}

async function howOf(tool: Tool): Promise<DiffHow> {
  const { options, call } = tool
  const tabSize = sizeOf(tool, 'tabsize', 8)
  const expandsTabs = options.has('expand-tabs')
  const formats = formatsOf(options, expandsTabs ? tabSize : undefined)
  const styles = new Set(options.found.flatMap(({ key }) => STYLES[key] ?? []))
  if (formats !== undefined) styles.add('formats')
  if (styles.size > 1) badOperands('conflicting output style options')
  const [style = 'normal'] = styles
  const isQuiet = options.has('suppress-common-lines')
  const globs = [...options.values('exclude')]
  for (const path of options.values('exclude-from')) {
    const text = textOf(await readAll(path === '-' ? call.stdin : call.open(path)))
    globs.push(...text.split('\n').filter((line) => line !== ''))
  }
  const section = options.value('section') ?? (options.has('function') ? FUNCTION : undefined)
  const color = options.value('color') ?? (options.has('color') ? 'auto' : 'never')
  if (!/^(never|always|auto)$/.test(color)) usageError(`invalid color ${curly(color)}`, 2)
  const hasColor = color === 'always' || (color === 'auto' && (call.file(1)?.isTerminal ?? false))
  return {
    tool,
    style,
    formats,
    side: {
      width: sizeOf(tool, 'width', 130),
      tabSize,
      hasTabs: !expandsTabs,
      isLeftOnly: options.has('left-column'),
      isQuiet,
      hasAssist: options.has('merge-assist'),
      hasColor,
    },
    isSilentWhenEqual: formats === undefined ? style !== 'side' || isQuiet : isSilentWhenEqual(formats),
    context: contextOf(tool),
    section: section === undefined ? undefined : compiled(section),
    ignored: options.values('ignore-matching').map(compiled),
    excluded: globs.map((glob) => globMatcher(glob, { extglob: false })),
    hasColor,
    keyOf: keyMaker(tool, tabSize),
  }
}

function keysOf(how: DiffHow, { lines, isUnended }: DiffText): readonly string[] {
  const { options } = how.tool
  const isLoose = options.has('all-space') || options.has('space-change') || options.has('trailing-space')
  const keys = lines.map((line) => how.keyOf(line))
  // A last line without an end is another line.
  if (isUnended && !isLoose) keys[keys.length - 1] = `${keys.at(-1) ?? ''}\n`
  return keys
}

/** Lines as they are: equal ones at the start and the end are left aside before anything is ignored. */
function lettersOf(text: DiffText): readonly string[] {
  return text.lines.map((_, at) => endedLine(text, at))
}

function isIgnored(how: DiffHow, change: Change, texts: DiffTexts): boolean {
  const hasBlank = how.tool.options.has('blank-lines')
  if (!hasBlank && how.ignored.length === 0) return false
  const isTrivial = (line: string): boolean => (hasBlank && how.keyOf(line) === '') || how.ignored.some((pattern) => pattern.test(line))
  const changed = [
    ...texts[0].lines.slice(change.line0, change.line0 + change.deleted),
    ...texts[1].lines.slice(change.line1, change.line1 + change.inserted),
  ]
  return changed.every(isTrivial)
}

interface DiffFile {
  readonly name: string
  /** Undefined: it is not there, and counts as empty. */
  readonly look: Look | undefined
  readonly isStdin: boolean
}

async function bytesOfFile({ call }: Tool, { name, look, isStdin }: DiffFile): Promise<Uint8Array> {
  if (isStdin) return readAll(call.stdin)
  return readAll(look === undefined ? inputOf('') : call.open(name))
}

function titleOf(how: DiffHow, { name, look, isStdin }: DiffFile, label: string | undefined): string {
  if (label !== undefined) return label
  const { call } = how.tool
  // What is read from a pipe was written now.
  const isFlowing = isStdin || look?.type === 'pipe' || look?.type === 'device'
  const ms = isFlowing ? call.system.clock.now() : (look?.mtime ?? 0)
  const shown = /[\u0000-\u001f"\\ ]/.test(name) ? (/[\u0000-\u001f"\\]/.test(name) ? JSON.stringify(name) : name) : name
  return `${shown}\t${strftime('%Y-%m-%d %H:%M:%S.%N %z', momentOfMs(ms), zoneOf(call.env.get('TZ')))}`
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** Compares two files; `prefix` is put before what differs. Gives 0 or 1. */
async function compareFiles(how: DiffHow, pair: readonly [DiffFile, DiffFile], prefix: string): Promise<number> {
  const { tool } = how
  const { options, out } = tool
  const [a, b] = pair
  const labels = options.values('label')
  const named = `${labels[0] ?? a.name} and ${labels[1] ?? b.name}`
  const bytes = [await bytesOfFile(tool, a), await bytesOfFile(tool, b)] as const
  const same = (): number => {
    if (options.has('report-identical')) out.putText(`Files ${named} are identical\n`)
    return 0
  }
  const isBrief = options.has('brief')
  if (isSame(bytes[0], bytes[1]) && (isBrief || how.isSilentWhenEqual)) return same()
  const isBinary = bytes.some((one) => one.subarray(0, 4096).includes(0)) && !options.has('text')
  if (isBinary) {
    if (isSame(bytes[0], bytes[1])) return same()
    out.putText(isBrief ? `Files ${named} differ\n` : `Binary files ${named} differ\n`)
    return 1
  }
  const texts = [splitLines(textOf(bytes[0])), splitLines(textOf(bytes[1]))] as const
  const horizon = how.style === 'unified' || how.style === 'context' ? how.context : 0
  const script = changesBetween(keysOf(how, texts[0]), keysOf(how, texts[1]), {
    isMinimal: options.has('minimal'),
    ends: [lettersOf(texts[0]), lettersOf(texts[1])],
    horizon: Math.max(horizon, Number(options.value('horizon') ?? 0)),
    tick: () => tool.call.tick(),
  })
  const changes: readonly ShownChange[] = script.map((change) => ({ ...change, isIgnored: isIgnored(how, change, texts) }))
  const isEqual = changes.every((change) => change.isIgnored)
  if (isEqual && (isBrief || how.isSilentWhenEqual)) return same()
  if (isBrief) {
    out.putText(`Files ${named} differ\n`)
    return 1
  }
  const titles = [titleOf(how, a, labels[0]), titleOf(how, b, labels[1])] as const
  out.putText(prefix + shown(how, texts, { changes, titles }))
  await out.settle()
  if (isEqual) return same()
  const { style } = how
  const unended = style === 'ed' || style === 'forward-ed' ? pair.filter((_, i) => texts[i]?.isUnended) : []
  for (const { name } of unended) await complain(tool, `${quoteIfNeeded(name)}: No newline at end of file\n`)
  return unended.length > 0 ? 2 : 1
}

interface Found {
  readonly changes: readonly ShownChange[]
  readonly titles: readonly [string, string]
}

function shown({ style, formats, side, context, section, hasColor, tool }: DiffHow, texts: DiffTexts, { changes, titles }: Found): string {
  if (formats !== undefined) return printFormatted(texts, changes, formats)
  if (style === 'side') return printBeside(texts, changes, side)
  if (style === 'formats') return ''
  return printChanges(texts, changes, {
    style,
    context,
    section,
    titles,
    hasColor,
    initialTab: tool.options.has('initial-tab'),
    isBlankBare: tool.options.has('suppress-blank-empty'),
    tabSize: side.hasTabs ? undefined : side.tabSize,
  })
}

function typeName(look: Look): string {
  switch (look.type) {
    case 'folder':
      return 'directory'
    case 'link':
      return 'symbolic link'
    case 'file':
      return look.size === 0 ? 'regular empty file' : 'regular file'
    case 'device':
      return 'character special file'
    default:
      return 'fifo'
  }
}

async function filesAt(how: DiffHow, names: readonly [string, string], isTop: boolean): Promise<number> {
  const { tool } = how
  const { options, call } = tool
  const follow = !options.has('no-dereference')
  const looks = names.map((name) => (name === '-' && isTop ? undefined : lookFor(call, name, follow)))
  const [a, b] = looks
  const pair = [
    { name: names[0], look: a, isStdin: names[0] === '-' && isTop },
    { name: names[1], look: b, isStdin: names[1] === '-' && isTop },
  ] as const
  if (a?.type === 'folder' && b?.type === 'folder') {
    if (!isTop && !options.has('recursive')) {
      tool.out.putText(`Common subdirectories: ${names[0]} and ${names[1]}\n`)
      return 0
    }
    return compareFolders(how, names, isTop)
  }
  if (!isTop && options.has('recursive') && (a?.type === 'folder' || b?.type === 'folder') && (a === undefined || b === undefined))
    return compareFolders(how, names, false)
  if (a?.type === 'link' && b?.type === 'link') {
    if (a.target === b.target) return 0
    tool.out.putText(`Symbolic links ${names[0]} -> ${a.target ?? ''} and ${names[1]} -> ${b.target ?? ''} differ\n`)
    return 1
  }
  if (a !== undefined && b !== undefined && (a.type === 'folder' || b.type === 'folder' || a.type === 'link' || b.type === 'link')) {
    tool.out.putText(`File ${names[0]} is a ${typeName(a)} while file ${names[1]} is a ${typeName(b)}\n`)
    return 1
  }
  const words = tool.call.args.slice(0, -2).map(quoteIfNeeded)
  const prefix = isTop ? '' : `diff ${[...words, ...names.map(quoteIfNeeded)].join(' ')}\n`
  try {
    return await compareFiles(how, pair, prefix)
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    await complain(tool, `${quoteIfNeeded(thrown.path ?? names[0])}: ${why(thrown)}`)
    return 2
  }
}

async function compareFolders(how: DiffHow, folders: readonly [string, string], isTop: boolean): Promise<number> {
  const { tool } = how
  const { options, call } = tool
  const lists = folders.map((folder) => new Set(lookFor(call, folder) === undefined ? [] : namesIn(call, folder)))
  const start = options.value('starting-file')
  const names = [...new Set(lists.flatMap((list) => [...list]))].toSorted(byBytes)
  let code = 0
  for (const name of names) {
    call.tick()
    if (how.excluded.some((glob) => glob.matches(name)) || (isTop && start !== undefined && byBytes(name, start) < 0)) continue
    const [inFirst, inSecond] = lists.map((list) => list.has(name))
    const isMissing = !inFirst || !inSecond
    const isNew = options.has('new-file') || (options.has('unidirectional') && !inFirst)
    if (isMissing && !isNew) {
      tool.out.putText(`Only in ${inFirst ? folders[0] : folders[1]}: ${name}\n`)
      code = Math.max(code, 1)
    } else code = Math.max(code, await filesAt(how, [joinPath(folders[0], name), joinPath(folders[1], name)], false))
  }
  return code
}

function badOperands(message: string): never {
  throw new CommandError(`${message}\ndiff: Try 'diff --help' for more information.`, 2)
}

async function diff(tool: Tool): Promise<number> {
  const { operands, options } = tool
  const [from, to] = [options.value('from-file'), options.value('to-file')]
  if (from !== undefined && to !== undefined) throw new CommandError('--from-file and --to-file both specified', 2)
  const how = await howOf(tool)
  if (from === undefined && to === undefined) {
    if (operands.length < 2) badOperands(`missing operand after '${operands[0] ?? 'diff'}'`)
    if (operands.length > 2) badOperands(`extra operand '${operands[2] ?? ''}'`)
    return comparePair(how, operands[0] ?? '', operands[1] ?? '')
  }
  let code = 0
  for (const name of operands) code = Math.max(code, await comparePair(how, from ?? name, to ?? name))
  return code
}

async function comparePair(how: DiffHow, one: string, other: string): Promise<number> {
  const { tool } = how
  const { options, call } = tool
  let [first, second] = [one, other]
  let code = 0
  const looks = await Promise.all(
    [first, second].map(async (name) => {
      if (name === '-') return undefined
      try {
        return lookAt(call, name)
      } catch (thrown) {
        const other = name === first ? second : first
        const isAbsent = options.has('new-file') && other !== '-' && lookFor(call, other) !== undefined
        if (!isAbsent) {
          await complain(tool, `${quoteIfNeeded(name)}: ${why(thrown)}`)
          code = 2
        }
        return undefined
      }
    }),
  )
  if (code !== 0) return code
  const [a, b] = looks
  if (a?.type === 'folder' && b !== undefined && b.type !== 'folder') first = joinPath(first, lastName(second))
  else if (b?.type === 'folder' && a !== undefined && a.type !== 'folder') second = joinPath(second, lastName(first))
  for (const name of [first, second]) {
    if (name === '-' || options.has('new-file') || lookFor(call, name) !== undefined) continue
    await complain(tool, `${quoteIfNeeded(name)}: No such file or directory`)
    return 2
  }
  return filesAt(how, [first, second], true)
}

/** Compares files and folders. */
export const diffCommand = textTool({
  name: 'diff',
  summary: 'shows what is different in two files, or with -r in two folders',
  usage: '[OPTION]... FILES',
  agrees: 'GNU diffutils 3.8',
  before: (args) => args.flatMap(withoutDigits),
  shape: {
    usageCode: 2,
    options: DIFF_OPTIONS,
  },
  run: diff,
})
