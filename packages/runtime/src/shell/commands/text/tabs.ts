import { CommandError } from '../command'
import { joinedInput, textTool, type Tool } from './tool'
import { curly } from './quotes'
import { recordBatches } from './latin'

/** Where tabs stop. */
export interface TabStops {
  /** The next stop after `column`; undefined past the last of a list. */
  after(column: number): number | undefined
}

/** `8`, `4,12,20`, `2,/4`, `2,+4`. @throws CommandError as expand words it */
function tabStops(lists: readonly string[]): TabStops {
  const items = lists.flatMap((list) => list.split(/[, \t]+/).filter((item) => item !== ''))
  const stops: number[] = []
  let extend: number | undefined
  let increment: number | undefined
  for (const item of items) {
    const [, mark = '', digits, rest = ''] = /^([/+]?)(\d*)(.*)$/.exec(item) ?? []
    if (rest !== '' || digits === undefined || digits === '')
      throw new CommandError(`tab size contains invalid character(s): ${curly(rest === '' ? item : rest)}`)
    const size = Number(digits)
    if (mark === '/') extend = size
    else if (mark === '+') increment = size
    else addStop(stops, size)
  }
  if (extend !== undefined && increment !== undefined) throw new CommandError("'/' specifier is mutually exclusive with '+'")
  const [only] = stops
  if (stops.length === 0) return every(extend ?? increment ?? 8)
  if (stops.length === 1 && only !== undefined && extend === undefined && increment === undefined) return every(only)
  const last = stops.at(-1) ?? 0
  return {
    after: (column) => {
      const listed = stops.find((stop) => stop > column)
      if (listed !== undefined) return listed
      if (extend !== undefined && extend > 0) return column + extend - (column % extend)
      return increment === undefined || increment === 0 ? undefined : column + increment - ((column - last) % increment)
    },
  }
}

function addStop(stops: number[], size: number): void {
  if (size === 0) throw new CommandError('tab size cannot be 0')
  if (size <= (stops.at(-1) ?? 0)) throw new CommandError('tab sizes must be ascending')
  stops.push(size)
}

function every(size: number): TabStops {
  if (size === 0) throw new CommandError('tab size cannot be 0')
  return { after: (column) => column + size - (column % size) }
}

function expanded(line: string, stops: TabStops, isInitial: boolean): string {
  if (!line.includes('\t')) return line
  const out: string[] = []
  let column = 0
  let converts = true
  for (const letter of line) {
    if (letter === '\t' && converts) {
      const next = stops.after(column) ?? column + 1
      out.push(' '.repeat(next - column))
      column = next
      continue
    }
    out.push(letter)
    column = letter === '\b' ? Math.max(0, column - 1) : column + 1
    if (letter !== ' ' && letter !== '\t' && isInitial) converts = false
  }
  return out.join('')
}

class Unexpander {
  readonly #stops: TabStops
  readonly #isWhole: boolean

  constructor(stops: TabStops, isWhole: boolean) {
    this.#stops = stops
    this.#isWhole = isWhole
  }

  line(line: string): string {
    const out: string[] = []
    let column = 0
    let converts = true
    let at = 0
    while (at < line.length) {
      const letter = line.charAt(at)
      if (!converts) return out.join('') + line.slice(at)
      if (letter !== ' ' && letter !== '\t') {
        out.push(letter)
        column = letter === '\b' ? Math.max(0, column - 1) : column + 1
        at += 1
        converts = this.#isWhole
        continue
      }
      const end = endOfBlanks(line, at)
      const shown = this.#blanks(line.slice(at, end), column)
      out.push(shown.text)
      column = shown.column
      converts = converts && shown.converts
      at = end
    }
    return out.join('')
  }

  /** Spaces that reach a stop become a tab; a single one before a stop only where more blanks follow or went before. */
  #blanks(blanks: string, from: number): { readonly text: string; readonly column: number; readonly converts: boolean } {
    const out: string[] = []
    let column = from
    let pending = ''
    let isOneBefore = false
    for (const [at, letter] of [...blanks].entries()) {
      const next = this.#stops.after(column)
      if (next === undefined) return { text: out.join('') + pending + blanks.slice(at), column, converts: false }
      if (letter === '\t') {
        if (pending !== '' && isOneBefore) out.push('\t')
        out.push('\t')
        pending = ''
        isOneBefore = false
        column = next
        continue
      }
      column += 1
      const reaches = column === next
      if (reaches && (at > 0 || from === 0)) {
        out.push(isOneBefore ? '\t\t' : '\t')
        pending = ''
        isOneBefore = false
        continue
      }
      if (reaches) isOneBefore = true
      pending += letter
    }
    return { text: out.join('') + (isOneBefore && pending.length > 1 ? `\t${pending.slice(1)}` : pending), column, converts: true }
  }
}

function isBlank(letter: string): boolean {
  return letter === ' ' || letter === '\t'
}

function endOfBlanks(line: string, from: number): number {
  let at = from
  while (at < line.length && isBlank(line.charAt(at))) at += 1
  return at
}

async function eachLine(tool: Tool, change: (line: string) => string): Promise<number> {
  const input = joinedInput(tool)
  for await (const { records, isEnded } of recordBatches(input)) {
    tool.call.tick()
    for (const record of records) tool.out.put(change(record) + (isEnded ? '\n' : ''))
    await tool.out.settle()
  }
  return input.code()
}

/** `-4` and `-4,8` as a list; unlike `-t` it does not ask `unexpand` for all blanks. */
function modern(args: readonly string[]): readonly string[] {
  return args.map((word) => (/^-\d[\d,]*$/.test(word) ? `--old-tabs=${word.slice(1)}` : word))
}

function listsOf({ options }: Tool): readonly string[] {
  return options.found.flatMap(({ key, value }) => (key === 'tabs' || key === 'old' ? [value ?? ''] : []))
}

/** Tabs to spaces. */
export const expandCommand = textTool({
  name: 'expand',
  summary: 'turns tabs into spaces',
  usage: '[OPTION]... [FILE]...',
  before: modern,
  shape: {
    options: [
      { key: 'initial', short: 'i', long: ['initial'] },
      { key: 'tabs', short: 't', long: ['tabs'], value: 'required' },
      { key: 'old', long: ['old-tabs'], value: 'required' },
    ],
  },
  run: (tool) => {
    const stops = tabStops(listsOf(tool))
    return eachLine(tool, (line) => expanded(line, stops, tool.options.has('initial')))
  },
})

/** Spaces to tabs. */
export const unexpandCommand = textTool({
  name: 'unexpand',
  summary: 'turns spaces, at the start of lines or with -a everywhere, into tabs',
  usage: '[OPTION]... [FILE]...',
  before: modern,
  shape: {
    options: [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'first', long: ['first-only'] },
      { key: 'tabs', short: 't', long: ['tabs'], value: 'required' },
      { key: 'old', long: ['old-tabs'], value: 'required' },
    ],
  },
  run: (tool) => {
    const { options } = tool
    const isWhole = !options.has('first') && (options.has('all') || options.has('tabs'))
    const change = new Unexpander(tabStops(listsOf(tool)), isWhole)
    return eachLine(tool, (line) => change.line(line))
  },
})
