import { readText } from '../../streams/stream'
import { CommandError, NotImplemented } from '../command'
import { momentOfMs, strftime } from '../dates/strftime'
import { zoneOf } from '../dates/zones'
import { failure, lookFor, why } from '../files/look'
import { PrLine, rowsOf, type PrCell, type PrShape } from './pr-page'
import { curly } from './quotes'
import { textColumns } from './width'
import { complain, openOperand, textTool, type Tool } from './tool'

const HEAD = 5
const FOOT = 5

interface PrHow {
  readonly tool: Tool
  readonly shape: PrShape
  readonly isAcross: boolean
  readonly length: number
  readonly hasHeads: boolean
  readonly width: number
  readonly firstNumber: number
  readonly first: number
  readonly last: number
  readonly isDouble: boolean
  readonly usesFormFeed: boolean
}

/** Options without a value, one after the other, and what stands behind them. */
const CLUSTER = /^([\dacdfFJmrtTv]*)(.*)$/
/** Options whose value may be the next word. */
const VALUED = /^[DhlNowW]$/

/** `-3`, `+2:4` and the like as long options. Digits that follow each other are one number, in several words too. */
function plainWords(args: readonly string[]): readonly string[] {
  const out: string[] = []
  let digits = ''
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? ''
    const pages = /^\+(\d+(?::\d+)?)$/.exec(word)?.[1]
    if (word === '--') return [...out, ...args.slice(at)]
    if (pages !== undefined || !/^-[^-]/.test(word)) {
      out.push(pages === undefined ? word : `--pages=${pages}`)
      continue
    }
    const [, letters = '', rest = ''] = CLUSTER.exec(word.slice(1)) ?? []
    for (const letter of letters) {
      digits = /\d/.test(letter) ? digits + letter : ''
      out.push(digits === '' ? `-${letter}` : `--columns=${digits}`)
    }
    if (rest === '') continue
    digits = ''
    out.push(`-${rest}`)
    if (VALUED.test(rest)) out.push(...args.slice(++at, at + 1))
  }
  return out
}

function count(tool: Tool, key: string, standard: number): number {
  const text = tool.options.value(key)
  if (text === undefined) return standard
  if (!/^\d+$/.test(text) || (Number(text) === 0 && key !== 'indent')) {
    const names: Readonly<Record<string, string>> = { columns: 'number of columns', length: "'-l PAGE_LENGTH' invalid number of lines", width: "'-w PAGE_WIDTH' invalid number of characters", 'page-width': "'-W PAGE_WIDTH' invalid number of characters", indent: "'-o MARGIN' invalid line offset" } // prettier-ignore
    throw new CommandError(key === 'columns' ? `invalid number of columns: ${curly(text)}` : `${names[key] ?? key}: ${curly(text)}`)
  }
  return Number(text)
}

function howOf(tool: Tool): PrHow {
  const { options } = tool
  const length = count(tool, 'length', 66)
  const [, pageFirst = '1', pageLast] = /^(\d+)(?::(\d+))?$/.exec(options.value('pages') ?? '1') ?? []
  const width = options.has('page-width') ? count(tool, 'page-width', 72) : count(tool, 'width', 72)
  return {
    tool,
    shape: shapeOf(tool, width),
    isAcross: options.has('across'),
    length,
    hasHeads: !options.has('omit-header') && !options.has('omit-pagination') && length > HEAD + FOOT,
    width,
    firstNumber: Number(options.value('first-number') ?? 1),
    first: Number(pageFirst),
    last: pageLast === undefined ? Infinity : Number(pageLast),
    isDouble: options.has('double'),
    usesFormFeed: options.has('form-feed'),
  }
}

interface Joint {
  readonly separator: string
  readonly usesSeparator: boolean
  readonly cuts: boolean
}

/** What stands between columns, and whether lines are cut: -w, -s and -S change what the others mean. */
function jointOf({ options }: Tool, columns: number, isColumned: boolean): Joint {
  let separator = ''
  let usesSeparator = false
  let isOld = false
  for (const { key, value } of options.found) {
    if (key === 'sep-string') [separator, usesSeparator, isOld] = [value ?? '', true, false]
    if (key !== 'separator') continue
    isOld = true
    if (!usesSeparator && value !== undefined) separator = value
  }
  const isWide = options.last('width', 'page-width') === 'width'
  let cuts = options.has('page-width') || (isWide && isColumned)
  let joins = options.has('join') || (isWide && !isColumned)
  if (isWide && isColumned && isOld) usesSeparator = true
  if (!isWide && !usesSeparator && isOld && isColumned) {
    if (cuts) usesSeparator = true
    else {
      joins = true
      usesSeparator = separator !== ''
    }
  }
  if (columns > 1) {
    if (!usesSeparator) separator = joins ? '\t' : ' '
    else if (!joins && separator === '\t') separator = ' '
    usesSeparator = true
    cuts = true
  }
  return { separator, usesSeparator, cuts: cuts && !joins }
}

function shapeOf(tool: Tool, width: number): PrShape {
  const { options, operands } = tool
  const isMerged = options.has('merge') && operands.length > 0
  if (isMerged && options.has('columns')) throw new CommandError('cannot specify number of columns when printing in parallel')
  if (isMerged && options.has('across')) throw new CommandError('cannot specify both printing across and printing in parallel')
  const columns = isMerged ? operands.length : count(tool, 'columns', 1)
  const joint = jointOf(tool, columns, isMerged || options.has('columns'))
  const number = options.found.findLast(({ key }) => key === 'number')
  const [, end = '', digitsText = ''] = /^(\D?)(\d*)$/.exec(number?.value ?? '') ?? []
  const digits = digitsText === '' ? 5 : Number(digitsText)
  const numberWidth = digits + (end === '' || end === '\t' ? 8 - (digits % 8) : 1)
  const expand = options.found.findLast(({ key }) => key === 'expand')
  if (expand?.value !== undefined && /^[^\d\t]/.test(expand.value)) throw new NotImplemented('-e with a character of its own')
  const used = number !== undefined && isMerged ? numberWidth : 0
  const cell = Math.floor((width - used - (columns - 1) * joint.separator.length) / columns)
  if (cell < 1) throw new CommandError('page width too narrow')
  const expands = expand !== undefined || (columns > 1 && joint.separator !== '\t')
  return {
    columns,
    isMerged,
    isStored: columns > 1 && !isMerged && !options.has('across'),
    margin: count(tool, 'indent', 0),
    cell,
    ...joint,
    tabs: expands ? Number(/\d+$/.exec(expand?.value ?? '')?.[0] ?? 8) : undefined,
    tabifies: columns > 1,
    number: number === undefined ? undefined : { end: end === '' ? '\t' : end, digits, width: numberWidth },
  }
}

function headOf(how: PrHow, title: string, when: { readonly ms: number; readonly page: number }): string {
  const { options, call } = how.tool
  const date = strftime(options.value('date-format') ?? '%Y-%m-%d %H:%M', momentOfMs(when.ms), zoneOf(call.env.get('TZ')))
  const page = `Page ${when.page}`
  const room = Math.max(0, how.width - textColumns(date) - textColumns(title) - page.length)
  const left = Math.floor(room / 2)
  const blanks = (width: number): string => ' '.repeat(Math.max(1, width))
  return `\n\n${' '.repeat(how.shape.margin)}${date}${blanks(left)}${title}${blanks(room - left)}${page}\n\n\n`
}

type PrRow = readonly (PrCell | undefined)[]

function rowText(how: PrHow, row: PrRow): string {
  const line = new PrLine(how.shape, row.find((cell) => cell !== undefined)?.number ?? 0)
  row.forEach((cell, column) => line.put(cell, column))
  return line.text
}

/** Pages of rows of one thing to print. */
async function printPages(
  how: PrHow,
  rows: readonly (readonly PrRow[])[],
  about: { readonly title: string; readonly ms: number },
): Promise<void> {
  const { out, call } = how.tool
  const room = how.hasHeads ? how.length - HEAD - FOOT : how.length
  for (const [index, page] of rows.entries()) {
    call.tick()
    const at = index + 1
    const isShown = at >= how.first && at <= how.last
    let text = how.hasHeads ? headOf(how, about.title, { ms: about.ms, page: at }) : ''
    let used = 0
    for (const row of page) {
      text += `${rowText(how, row)}\n`
      used += 1
      if (how.isDouble && used < room) {
        text += '\n'
        used += 1
      }
    }
    if (how.hasHeads) text += how.usesFormFeed ? '\f' : '\n'.repeat(room - used + FOOT)
    if (isShown) out.putText(text)
    await out.settle()
  }
}

function pagesOf(how: PrHow, lines: readonly PrCell[]): readonly (readonly PrRow[])[] {
  const room = how.hasHeads ? how.length - HEAD - FOOT : how.length
  const rows = how.isDouble ? Math.ceil(room / 2) : room
  const size = rows * how.shape.columns
  return Array.from({ length: Math.ceil(lines.length / size) }, (_, i) =>
    rowsOf(lines.slice(i * size, i * size + size), how.shape.columns, { isAcross: how.isAcross, rows }),
  )
}

async function linesOf(tool: Tool, name: string): Promise<readonly string[] | undefined> {
  try {
    const text = await readText(openOperand(tool, name))
    if (text.includes('\f')) throw new NotImplemented('a form feed in the text')
    const lines = text.split('\n')
    if (lines.at(-1) === '') lines.pop()
    return lines
  } catch (thrown) {
    if (thrown instanceof CommandError) throw thrown
    failure(thrown)
    if (!tool.options.has('no-warnings')) await complain(tool, `${name}: ${why(thrown)}`)
    return undefined
  }
}

function cellOf(how: PrHow, text: string | undefined, row: number): PrCell | undefined {
  return text === undefined ? undefined : { text, number: how.firstNumber + row }
}

async function pr(tool: Tool): Promise<number> {
  const how = howOf(tool)
  const { call, options } = tool
  const names = tool.operands.length === 0 ? ['-'] : tool.operands
  const read: { readonly name: string; readonly lines: readonly string[] }[] = []
  let code = 0
  for (const name of names) {
    const lines = await linesOf(tool, name)
    if (lines === undefined) code = 1
    else read.push({ name, lines })
  }
  const title = (name: string): string => options.value('header') ?? (name === '-' ? '' : name)
  const timeOf = (name: string): number => (name === '-' ? undefined : lookFor(call, name)?.mtime) ?? call.system.clock.now()
  if (how.shape.isMerged) {
    const height = Math.max(0, ...read.map(({ lines }) => lines.length))
    const merged = Array.from({ length: height }, (_, row) => read.map(({ lines }) => cellOf(how, lines[row], row)))
    const room = how.hasHeads ? how.length - HEAD - FOOT : how.length
    const pages = Array.from({ length: Math.ceil(height / room) }, (_, i) => merged.slice(i * room, i * room + room))
    await printPages(how, pages, {
      title: options.value('header') ?? '',
      ms: call.system.clock.now(),
    })
    return code
  }
  for (const { name, lines } of read)
    await printPages(
      how,
      pagesOf(
        how,
        lines.map((text, at) => ({ text, number: how.firstNumber + at })),
      ),
      { title: title(name), ms: timeOf(name) },
    )
  return code
}

/** Text in pages and columns. */
export const prCommand = textTool({
  name: 'pr',
  summary: 'puts text into pages and columns',
  usage: '[OPTION]... [FILE]...',
  before: plainWords,
  shape: {
    options: [
      { key: 'pages', long: ['pages'], value: 'required' },
      { key: 'columns', long: ['columns'], value: 'required' },
      { key: 'across', short: 'a', long: ['across'] },
      { key: 'show-control', short: 'c', long: ['show-control-chars'], missing: true },
      { key: 'double', short: 'd', long: ['double-space'] },
      { key: 'date-format', short: 'D', long: ['date-format'], value: 'required' },
      { key: 'expand', short: 'e', long: ['expand-tabs'], value: 'optional' },
      { key: 'form-feed', short: 'Ff', long: ['form-feed'] },
      { key: 'header', short: 'h', long: ['header'], value: 'required' },
      { key: 'output-tabs', short: 'i', long: ['output-tabs'], value: 'optional', missing: true },
      { key: 'join', short: 'J', long: ['join-lines'] },
      { key: 'length', short: 'l', long: ['length'], value: 'required' },
      { key: 'merge', short: 'm', long: ['merge'] },
      { key: 'number', short: 'n', long: ['number-lines'], value: 'optional' },
      { key: 'first-number', short: 'N', long: ['first-line-number'], value: 'required' },
      { key: 'indent', short: 'o', long: ['indent'], value: 'required' },
      { key: 'no-warnings', short: 'r', long: ['no-file-warnings'] },
      { key: 'separator', short: 's', long: ['separator'], value: 'optional' },
      { key: 'sep-string', short: 'S', long: ['sep-string'], value: 'optional' },
      { key: 'omit-header', short: 't', long: ['omit-header'] },
      { key: 'omit-pagination', short: 'T', long: ['omit-pagination'] },
      { key: 'show-nonprinting', short: 'v', long: ['show-nonprinting'], missing: true },
      { key: 'width', short: 'w', long: ['width'], value: 'required' },
      { key: 'page-width', short: 'W', long: ['page-width'], value: 'required' },
    ],
  },
  run: pr,
})
