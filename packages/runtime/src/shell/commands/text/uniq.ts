import { assertNever } from '@tabwright/protocol'
import { CommandError } from '../command'
import { LatinOutput } from './latin-output'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { recordBatches } from './latin'
import { curly, quoteIfNeeded } from './quotes'
import { upperCase } from './sort-order'
import { openOrFail, textTool, usageError, type Tool } from './tool'

interface Plan {
  readonly keyOf: (line: string) => string
  readonly separator: string
  readonly shows: 'each' | 'repeated' | 'single' | 'none' | 'all' | 'all-but-last' | 'groups'
  readonly isCounted: boolean
  /** Where empty lines stand between groups. */
  readonly delimiter: 'none' | 'prepend' | 'append' | 'separate' | 'both'
}

function amount(text: string | undefined, what: string): number {
  if (text === undefined) return 0
  if (!/^\+?\d+$/.test(text)) throw new CommandError(`${text}: invalid number of ${what}`)
  return Number(text)
}

function keyMaker({ options }: Tool): (line: string) => string {
  const fields = amount(options.value('fields'), 'fields to skip')
  const letters = amount(options.value('chars'), 'bytes to skip')
  const width = options.has('width') ? amount(options.value('width'), 'bytes to compare') : Infinity
  const fold = options.has('fold') ? upperCase : (text: string): string => text
  if (fields === 0 && letters === 0 && width === Infinity) return fold
  const skipped = new RegExp(`^(?:[ \\t\\n]*[^ \\t\\n]+){0,${Math.min(fields, 65_535)}}`)
  return (line) => {
    const from = fields === 0 ? 0 : (skipped.exec(line)?.[0].length ?? 0)
    // A line of blanks only has no fields: all of it is skipped.
    const start = fields > 0 && line.slice(from).trim() === '' && fields > fieldsIn(line) ? line.length : from
    return fold(line.slice(start + letters, start + letters + width))
  }
}

function fieldsIn(line: string): number {
  return line.match(/[^ \t\n]+/g)?.length ?? 0
}

const METHODS = ['none', 'prepend', 'append', 'separate', 'both'] as const

function methodOf(word: string | undefined, allowed: readonly string[], option: string): (typeof METHODS)[number] | undefined {
  if (word === undefined) return undefined
  const found = METHODS.find((method) => allowed.includes(method) && method.startsWith(word))
  if (found !== undefined) return found
  const list = allowed.map((one) => `  - ‘${one}’`.replaceAll(/[‘’]/g, "'")).join('\n')
  return usageError(`invalid argument ${curly(word)} for '${option}'\nValid arguments are:\n${list}`)
}

function planOf(tool: Tool): Plan {
  const { options } = tool
  const isGrouping = options.has('group')
  const isOther = ['count', 'repeated', 'all-repeated', 'D', 'single'].some((key) => options.has(key))
  if (isGrouping && isOther) usageError('--group is mutually exclusive with -c/-d/-D/-u')
  const isAll = options.has('all-repeated') || options.has('D')
  if (isAll && options.has('count')) usageError('printing all duplicated lines and repeat counts is meaningless')
  const group = methodOf(options.value('group'), ['prepend', 'append', 'separate', 'both'], '--group') ?? 'separate'
  const all = methodOf(options.value('all-repeated'), ['none', 'prepend', 'separate'], '--all-repeated') ?? 'none'
  const isDouble = options.has('repeated') || isAll
  const shows = isGrouping
    ? 'groups'
    : options.has('single')
      ? isAll
        ? 'all-but-last'
        : isDouble
          ? 'none'
          : 'single'
      : isAll
        ? 'all'
        : isDouble
          ? 'repeated'
          : 'each'
  return {
    keyOf: keyMaker(tool),
    separator: options.has('zero') ? '\0' : '\n',
    shows,
    isCounted: options.has('count'),
    delimiter: isGrouping ? group : all,
  }
}

class Writer {
  readonly #plan: Plan
  readonly #out: LatinOutput
  #groups = 0

  constructor(plan: Plan, out: LatinOutput) {
    this.#plan = plan
    this.#out = out
  }

  /** A line of a group as it is read; only where every line is shown. */
  member(line: string, at: number): void {
    const { delimiter, shows, separator } = this.#plan
    if (shows !== 'groups') return
    if (at === 1) {
      const isFirst = this.#groups++ === 0
      const hasBefore =
        delimiter === 'prepend' || delimiter === 'both' || (!isFirst && (delimiter === 'separate' || delimiter === 'append'))
      if (hasBefore) this.#out.put(separator)
    }
    this.#out.put(line + separator)
  }

  /** The second and later lines of a group, with the first when the second comes. */
  repeated(before: string, line: string, at: number): void {
    const { delimiter, separator, shows } = this.#plan
    if (shows === 'all-but-last') this.#out.put(before + separator)
    if (shows !== 'all') return
    if (at === 2) {
      const isFirst = this.#groups++ === 0
      if (delimiter === 'prepend' || (delimiter === 'separate' && !isFirst)) this.#out.put(separator)
      this.#out.put(before + separator)
    }
    this.#out.put(line + separator)
  }

  done(line: string | undefined, count: number): void {
    if (line === undefined || !this.#isShown(count)) return
    this.#out.put(`${this.#plan.isCounted ? `${String(count).padStart(7)} ` : ''}${line}${this.#plan.separator}`)
  }

  end(): void {
    const { delimiter, separator } = this.#plan
    if (this.#plan.shows === 'groups' && this.#groups > 0 && (delimiter === 'append' || delimiter === 'both')) this.#out.put(separator)
  }

  #isShown(count: number): boolean {
    const { shows } = this.#plan
    switch (shows) {
      case 'each':
        return true
      case 'repeated':
        return count > 1
      case 'single':
        return count === 1
      case 'none':
      case 'all':
      case 'all-but-last':
      case 'groups':
        return false
      default:
        return assertNever(shows)
    }
  }
}

async function uniq(tool: Tool): Promise<number> {
  const { call, operands } = tool
  const plan = planOf(tool)
  if (operands.length > 2) usageError(`extra operand ${curly(operands[2] ?? '')}`)
  const [from = '-', to = '-'] = operands
  const input = openOrFail(tool, from)
  const target = to === '-' ? tool.out : new LatinOutput(createOrFail(tool, to))
  const writer = new Writer(plan, target)
  let first: string | undefined
  let key = ''
  let previous = ''
  let count = 0
  for await (const { records } of recordBatches(input, plan.separator)) {
    call.tick()
    for (const line of records) {
      const next = plan.keyOf(line)
      if (first === undefined || next !== key) {
        writer.done(first, count)
        first = line
        key = next
        count = 0
      }
      count += 1
      writer.member(line, count)
      if (count > 1) writer.repeated(previous, line, count)
      previous = line
      if (target.isFull) await target.flush()
    }
  }
  writer.done(first, count)
  writer.end()
  await target.flush()
  return 0
}

function createOrFail({ call }: Tool, path: string): ReturnType<Tool['call']['create']> {
  try {
    return call.create(path)
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${quoteIfNeeded(path)}: ${errnoText(thrown)}`)
    throw thrown
  }
}

/** Lines that repeat one after the other. */
export const uniqCommand = textTool({
  name: 'uniq',
  summary: 'writes lines that repeat one after the other once',
  usage: '[OPTION]... [INPUT [OUTPUT]]',
  before: (args) => args.map((word) => (/^[-+]\d+$/.test(word) ? `-${word.startsWith('-') ? 'f' : 's'}${word.slice(1)}` : word)),
  shape: {
    options: [
      { key: 'count', short: 'c', long: ['count'] },
      { key: 'repeated', short: 'd', long: ['repeated'] },
      { key: 'D', short: 'D' },
      { key: 'all-repeated', long: ['all-repeated'], value: 'optional' },
      { key: 'fields', short: 'f', long: ['skip-fields'], value: 'required' },
      { key: 'group', long: ['group'], value: 'optional' },
      { key: 'fold', short: 'i', long: ['ignore-case'] },
      { key: 'chars', short: 's', long: ['skip-chars'], value: 'required' },
      { key: 'single', short: 'u', long: ['unique'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
      { key: 'width', short: 'w', long: ['check-chars'], value: 'required' },
    ],
  },
  run: uniq,
})
