import { CommandError } from '../command'
import { latinWord } from './latin'
import { OrderWatch } from './order-watch'
import { curly } from './quotes'
import { RecordReader } from './record-reader'
import { compareText, upperCase } from './sort-order'
import { openOrFail, textTool, usageError, type Tool } from './tool'

interface Row {
  readonly fields: readonly string[]
  readonly key: string
}

interface Plan {
  readonly keys: readonly [number, number]
  readonly separator: string | undefined
  readonly end: string
  readonly filler: string
  /** Side 0 is the join field. */
  readonly shape: readonly { readonly side: 0 | 1 | 2; readonly field: number }[] | 'auto' | undefined
  readonly unpaired: readonly [boolean, boolean]
  readonly isPairedShown: boolean
  readonly fold: (text: string) => string
}

function fieldNumber(text: string): number {
  if (!/^\d+$/.test(text) || Number(text) === 0) throw new CommandError(`invalid field number: ${curly(text)}`)
  return Number(text) - 1
}

function sideOf(text: string): 0 | 1 {
  if (text !== '1' && text !== '2') throw new CommandError(`invalid field number: ${curly(text)}`)
  return text === '1' ? 0 : 1
}

function shapeOf(values: readonly string[]): Plan['shape'] {
  if (values.length === 0) return undefined
  if (values.includes('auto')) return 'auto'
  return values
    .flatMap((value) => value.split(/[, \t]+/))
    .map((item) => {
      if (item === '0') return { side: 0, field: 0 }
      const [, side, field = ''] = /^([12])\.(.*)$/.exec(item) ?? []
      if (side === undefined) throw new CommandError(`invalid file number in field spec: ${curly(item)}`)
      return { side: side === '1' ? 1 : 2, field: fieldNumber(field) }
    })
}

function planOf({ options }: Tool): Plan {
  const both = options.value('both')
  const tab = options.value('separator')
  const separator = tab === undefined ? undefined : tab === '' ? '\n' : tab === '\\0' ? '\0' : latinWord(tab)
  if (separator !== undefined && separator.length > 1) throw new CommandError(`multi-character tab ${curly(tab ?? '')}`)
  const shown = [...options.values('all'), ...options.values('only')].map(sideOf)
  return {
    keys: [fieldNumber(options.value('first') ?? both ?? '1'), fieldNumber(options.value('second') ?? both ?? '1')],
    separator,
    end: options.has('zero') ? '\0' : '\n',
    filler: latinWord(options.value('empty') ?? ''),
    shape: shapeOf(options.values('format')),
    unpaired: [shown.includes(0), shown.includes(1)],
    isPairedShown: !options.has('only'),
    fold: options.has('fold') ? upperCase : (text) => text,
  }
}

interface Seen {
  readonly side: 0 | 1
  readonly key: string
  readonly line: string
  readonly at: number
}

/** Is told every line but headers. */
type See = (seen: Seen) => Promise<void>

class Side {
  readonly #reader: RecordReader
  readonly #plan: Plan
  readonly #side: 0 | 1
  readonly #see: See
  #lines = 0
  /** Fields of the first line, for `-o auto`. */
  width = 0
  row: Row | undefined

  constructor(reader: RecordReader, on: { plan: Plan; side: 0 | 1; see: See }) {
    this.#reader = reader
    this.#plan = on.plan
    this.#side = on.side
    this.#see = on.see
  }

  async advance(isHeader = false): Promise<void> {
    const line = await this.#reader.next()
    if (line === undefined) {
      this.row = undefined
      return
    }
    this.#lines += 1
    const fields = this.#split(line)
    const row = { fields, key: this.#plan.fold(fields[this.#plan.keys[this.#side]] ?? '') }
    if (this.#lines === 1) this.width = fields.length
    this.row = row
    if (!isHeader) await this.#see({ side: this.#side, key: row.key, line, at: this.#lines })
  }

  /** All rows with this key from here on. */
  async group(key: string): Promise<Row[]> {
    const rows: Row[] = []
    while (this.row !== undefined && this.row.key === key) {
      rows.push(this.row)
      await this.advance()
    }
    return rows
  }

  #split(line: string): readonly string[] {
    const { separator, end } = this.#plan
    if (separator !== undefined && separator !== end) return line.split(separator)
    if (separator !== undefined) return [line]
    // Blanks at the end are followed by a field that is empty.
    const trimmed = line.replace(/^[ \t\n]+/, '')
    return trimmed === '' ? [] : trimmed.split(/[ \t\n]+/)
  }
}

function lineOf(plan: Plan, rows: readonly [Row | undefined, Row | undefined], widths: readonly [number, number]): string {
  const [a, b] = rows
  const glue = plan.separator ?? ' '
  const cell = (text: string | undefined): string => (text === undefined || text === '' ? plan.filler : text)
  const key = cell(a?.fields[plan.keys[0]] ?? b?.fields[plan.keys[1]])
  if (plan.shape !== undefined && plan.shape !== 'auto') {
    return plan.shape.map(({ side, field }) => (side === 0 ? key : cell(rows[side - 1]?.fields[field]))).join(glue) + plan.end
  }
  const sides: readonly (0 | 1)[] = [0, 1]
  const others = sides.flatMap((side) => {
    const row = rows[side]
    const width = plan.shape === 'auto' ? widths[side] : (row?.fields.length ?? 0)
    return Array.from({ length: width }, (_, at) => at)
      .filter((at) => at !== plan.keys[side])
      .map((at) => cell(row?.fields[at]))
  })
  return [key, ...others].join(glue) + plan.end
}

async function join(tool: Tool): Promise<number> {
  const { options, out, operands, call } = tool
  const plan = planOf(tool)
  const checks = options.last('check', 'nocheck')
  const watch = new OrderWatch(tool, { isForced: checks === 'check', isOff: checks === 'nocheck' })
  const see: See = ({ side, key, line, at }) => watch.see(side, key, `${operands[side]}:${at}: is not sorted: ${line}`)
  const [firstInput, secondInput] = tool.operands.map((name) => openOrFail(tool, name))
  if (firstInput === undefined || secondInput === undefined) return 1
  const first = new Side(new RecordReader(firstInput, plan.end), { plan, side: 0, see })
  const second = new Side(new RecordReader(secondInput, plan.end), { plan, side: 1, see })
  const hasHeader = options.has('header')
  await first.advance(hasHeader)
  await second.advance(hasHeader)
  const widths: readonly [number, number] = [first.width, second.width]
  const show = (a: Row | undefined, b: Row | undefined): void => out.put(lineOf(plan, [a, b], widths))
  if (hasHeader && (first.row !== undefined || second.row !== undefined)) {
    show(first.row, second.row)
    await first.advance()
    await second.advance()
  }
  while (first.row !== undefined || second.row !== undefined) {
    call.tick()
    await out.settle()
    const order = orderOf(first.row, second.row)
    if (order === 0) {
      const { key } = first.row ?? { key: '' }
      const lefts = await first.group(key)
      const rights = await second.group(key)
      for (const left of plan.isPairedShown ? lefts : []) rights.forEach((right) => show(left, right))
      continue
    }
    // Past the end of the other file there is no partner to look for.
    const isUnpaired = first.row !== undefined && second.row !== undefined
    const side = order < 0 ? first : second
    if (plan.unpaired[order < 0 ? 0 : 1]) show(order < 0 ? first.row : undefined, order < 0 ? undefined : second.row)
    await side.advance()
    if (isUnpaired) watch.noteUnpaired()
  }
  return watch.code()
}

function orderOf(a: Row | undefined, b: Row | undefined): number {
  if (a === undefined) return 1
  return b === undefined ? -1 : compareText(a.key, b.key)
}

/** Lines of two sorted files with the same key. */
export const joinCommand = textTool({
  name: 'join',
  summary: 'joins lines of two sorted files on a common field',
  usage: '[OPTION]... FILE1 FILE2',
  shape: {
    options: [
      { key: 'all', short: 'a', value: 'required' },
      { key: 'empty', short: 'e', value: 'required' },
      { key: 'fold', short: 'i', long: ['ignore-case'] },
      { key: 'both', short: 'j', value: 'required' },
      { key: 'format', short: 'o', value: 'required' },
      { key: 'separator', short: 't', value: 'required' },
      { key: 'only', short: 'v', value: 'required' },
      { key: 'first', short: '1', value: 'required' },
      { key: 'second', short: '2', value: 'required' },
      { key: 'check', long: ['check-order'] },
      { key: 'nocheck', long: ['nocheck-order'] },
      { key: 'header', long: ['header'] },
      { key: 'zero', short: 'z', long: ['zero-terminated'] },
    ],
  },
  run: (tool) => {
    const [first, , third] = tool.operands
    if (first === undefined) usageError('missing operand')
    if (tool.operands.length === 1) usageError(`missing operand after ${curly(first ?? '')}`)
    if (third !== undefined) usageError(`extra operand ${curly(third)}`)
    return join(tool)
  },
})
