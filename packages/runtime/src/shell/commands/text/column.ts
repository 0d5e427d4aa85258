import { CommandError } from '../command'
import { readText } from '../../streams/stream'
import { joinedInput, textTool, type Tool } from './tool'
import { textColumns } from './width'

function nonBlank(text: string): readonly string[] {
  return text.split('\n').filter((line) => !/^[ \t]*$/.test(line))
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textColumns(text)))
}

/** Entries in columns that fill the width, down or (with `-x`) across. */
function filled({ options }: Tool, text: string): string {
  const entries = nonBlank(text)
  if (entries.length === 0) return ''
  const widest = Math.max(...entries.map(textColumns))
  const room = (Math.floor(widest / 8) + 1) * 8
  const width = widthOf(options.value('width'))
  const columns = Math.max(1, Math.floor(width / room))
  if (widest >= width) return `${entries.join('\n')}\n`
  const rows = Math.ceil(entries.length / columns)
  const across = options.has('fill-rows')
  const lines = Array.from({ length: rows }, (_, row) => {
    const cells = across ? entries.slice(row * columns, (row + 1) * columns) : entries.filter((_, at) => at % rows === row)
    return cells.map((cell, at) => (at === cells.length - 1 ? cell : tabbed(cell, room))).join('')
  })
  return `${lines.join('\n')}\n`
}

/** Tabs up to a column that is a multiple of eight. */
function tabbed(cell: string, room: number): string {
  const used = textColumns(cell)
  return cell + '\t'.repeat(Math.ceil((room - used) / 8))
}

function widthOf(text: string | undefined): number {
  if (text === undefined) return 80
  if (text === 'unlimited') return Infinity
  if (!/^\d+$/.test(text) || Number(text) === 0) throw new CommandError(`invalid columns argument: '${text}'`)
  return Number(text)
}

interface Table {
  readonly rows: readonly (readonly string[])[]
  readonly header: readonly string[] | undefined
}

function tableOf({ options }: Tool, text: string): Table {
  const separators = options.value('separator')
  const keepsEmpty = options.has('keep-empty')
  const limit = options.has('limit') ? Number(options.value('limit')) : Infinity
  const lines = keepsEmpty ? text.replace(/\n$/, '').split('\n') : nonBlank(text)
  const cells = (line: string): readonly string[] => {
    if (separators === undefined) return limited(line.replace(/^[ \t]+/, '').replace(/[ \t]+$/, ''), /[ \t]+/, limit)
    return limited(line, new RegExp(`[${separators.replace(/[\\\]^-]/g, '\\$&')}]`), limit)
  }
  const names = options.value('names')
  return { rows: lines.map(cells), header: names?.split(',') }
}

function limited(line: string, separator: RegExp, limit: number): readonly string[] {
  const out: string[] = []
  let rest = line
  while (out.length < limit - 1) {
    const match = separator.exec(rest)
    if (match === null) break
    out.push(rest.slice(0, match.index))
    // What is left over keeps its blanks but one.
    rest = rest.slice(match.index + (out.length === limit - 1 ? 1 : match[0].length))
  }
  return [...out, rest]
}

/** Places that are named by number or by the name of a column. */
function placesOf(list: string | undefined, header: readonly string[] | undefined, columns: number): ReadonlySet<number> {
  const places = (list ?? '').split(',').filter((word) => word !== '')
  return new Set(
    places.flatMap((word) => {
      if (word === '0') return Array.from({ length: columns }, (_, at) => at)
      const named = header?.indexOf(word) ?? -1
      if (named >= 0) return [named]
      if (/^-?\d+$/.test(word)) return [Number(word) < 0 ? columns + Number(word) : Number(word) - 1]
      throw new CommandError(`undefined column name '${word}'`)
    }),
  )
}

function table(tool: Tool, text: string): string {
  const { options } = tool
  const { rows, header } = tableOf(tool, text)
  const columns = Math.max(0, header?.length ?? 0, ...rows.map((row) => row.length))
  if (rows.length === 0) return ''
  const hidden = placesOf(options.value('hide'), header, columns)
  const right = placesOf(options.value('right'), header, columns)
  const order = [...placesOf(options.value('order'), header, columns)]
  const placed = [...new Set([...order, ...Array.from({ length: columns }, (_, at) => at)])]
  const shown = placed.filter((at) => !hidden.has(at))
  const all = header === undefined || options.has('no-headings') ? rows : [header, ...rows]
  const widths = shown.map((at) => Math.max(0, ...all.map((row) => textColumns(row[at] ?? ''))))
  const glue = options.value('output') ?? '  '
  const lines = all.map((row) => {
    const last = shown.length - 1
    return shown
      .map((at, place) => {
        const cell = row[at] ?? ''
        const width = widths[place] ?? 0
        if (right.has(at)) return ' '.repeat(width - textColumns(cell)) + cell
        return place === last ? cell : padded(cell, width)
      })
      .join(glue)
  })
  return `${lines.join('\n')}\n`
}

function jsonTable(tool: Tool, text: string): string {
  const { rows, header } = tableOf(tool, text)
  if (header === undefined) throw new CommandError('option --table-columns required for --json')
  const name = tool.options.value('name') ?? 'table'
  const objects = rows.map((row, line) => {
    if (row.length > header.length)
      throw new CommandError(`line ${line + 2}: for JSON the name of the column ${header.length + 1} is required`)
    const members = header.map((column, at) => {
      const cell = row[at]
      return `         ${JSON.stringify(column)}: ${cell === undefined ? 'null' : JSON.stringify(cell)}`
    })
    return `{\n${members.join(',\n')}\n      }`
  })
  return `{\n   ${JSON.stringify(name)}: [\n      ${objects.join(',')}\n   ]\n}\n`
}

const MISSING = ['table-truncate', 'table-wrap', 'table-noextreme', 'tree', 'tree-id', 'tree-parent']

/** Columns. */
export const columnCommand = textTool({
  name: 'column',
  summary: 'lines entries up in columns, or fields of lines in a table with -t',
  usage: '[OPTION]... [FILE]...',
  agrees: 'util-linux 2.38.1',
  shape: {
    options: [
      { key: 'table', short: 't', long: ['table'] },
      { key: 'separator', short: 's', long: ['separator'], value: 'required' },
      { key: 'output', short: 'o', long: ['output-separator'], value: 'required' },
      { key: 'width', short: 'c', long: ['output-width', 'columns'], value: 'required' },
      { key: 'fill-rows', short: 'x', long: ['fillrows'] },
      { key: 'names', short: 'N', long: ['table-columns'], value: 'required' },
      { key: 'right', short: 'R', long: ['table-right'], value: 'required' },
      { key: 'hide', short: 'H', long: ['table-hide'], value: 'required' },
      { key: 'no-headings', short: 'd', long: ['table-noheadings'] },
      { key: 'limit', short: 'l', long: ['table-columns-limit'], value: 'required' },
      { key: 'keep-empty', short: 'L', long: ['keep-empty-lines'] },
      { key: 'json', short: 'J', long: ['json'] },
      { key: 'name', short: 'n', long: ['table-name'], value: 'required' },
      { key: 'order', short: 'O', long: ['table-order'], value: 'required' },
      { key: 'repeat', short: 'e', long: ['table-header-repeat'] },
      { key: 'missing', short: 'ETWrip', long: MISSING, missing: true },
    ],
  },
  run: async (tool) => {
    const { options, out } = tool
    const input = joinedInput(tool, (name) => `${name}: No such file or directory`)
    const text = await readText(input)
    if (options.has('json')) out.putText(jsonTable(tool, text))
    else out.putText(options.has('table') ? table(tool, text) : filled(tool, text))
    return input.code()
  },
})
