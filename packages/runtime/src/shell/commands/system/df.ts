import { roomOf, type RoomUse } from '../files/room-use'
import { lookAt, why } from '../files/look'
import { sizeStyle, styledSize, type SizeStyle } from '../files/sizes'
import { CommandError } from '../command'
import { curly, quoteIfNeeded } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'

/** The sandbox is one file system: the memory of the tab. */
const NAME = 'tabwright'
const TYPE = 'tmpfs'

interface Column {
  readonly key: string
  readonly header: string
  readonly isLeft: boolean
  /** Narrowest that it is. */
  readonly width: number
  readonly of: (file: string) => string
}

function styleOf({ options, call }: Tool): SizeStyle {
  const last = options.found.findLast(({ key }) => ['human', 'si', 'kilo', 'block-size'].includes(key))
  if (last?.key === 'human') return { unit: 1, suffix: '', human: 1024 }
  if (last?.key === 'si') return { unit: 1, suffix: '', human: 1000 }
  const told =
    last?.key === 'block-size' ? last.value : last === undefined ? (call.env.get('DF_BLOCK_SIZE') ?? call.env.get('BLOCK_SIZE')) : undefined
  return told === undefined ? { unit: 1024, suffix: '' } : sizeStyle(told, '--block-size')
}

function sizeHeader({ options }: Tool, style: SizeStyle): string {
  if (style.human !== undefined) return 'Size'
  const unit = style.unit
  if (options.has('portability')) return `${unit}-blocks`
  const power = Math.round(Math.log(unit) / Math.log(1024))
  if (unit === 1024 ** power && power > 0) return `1${'KMGTPE'.charAt(power - 1)}-blocks`
  const tens = Math.round(Math.log10(unit) / 3)
  return unit === 1000 ** tens && tens > 0 ? `1${'kMGTPE'.charAt(tens - 1)}B-blocks` : `${unit}B-blocks`
}

const percent = (used: number, all: number): string => `${all === 0 ? 0 : Math.ceil((100 * used) / all)}%`

function columns(tool: Tool, room: RoomUse): ReadonlyMap<string, Column> {
  const style = styleOf(tool)
  const human = style.human !== undefined
  const bytes = (blocks: number): string => styledSize(blocks * room.blockSize, style)
  const nodes = (count: number): string => (human ? styledSize(count, style) : String(count))
  const free = room.blocks - room.usedBlocks
  const width = human ? 5 : 9
  const list: readonly Column[] = [
    { key: 'source', header: 'Filesystem', isLeft: true, width: 14, of: () => NAME },
    { key: 'fstype', header: 'Type', isLeft: true, width: 4, of: () => TYPE },
    { key: 'itotal', header: 'Inodes', isLeft: false, width: 5, of: () => nodes(room.nodes) },
    { key: 'iused', header: 'IUsed', isLeft: false, width: 5, of: () => nodes(room.usedNodes) },
    { key: 'iavail', header: 'IFree', isLeft: false, width: 5, of: () => nodes(room.nodes - room.usedNodes) },
    { key: 'ipcent', header: 'IUse%', isLeft: false, width: 4, of: () => percent(room.usedNodes, room.nodes) },
    { key: 'size', header: sizeHeader(tool, style), isLeft: false, width: human ? 5 : 5, of: () => bytes(room.blocks) },
    { key: 'used', header: 'Used', isLeft: false, width: human ? 5 : Math.min(width, 5), of: () => bytes(room.usedBlocks) },
    { key: 'avail', header: human ? 'Avail' : 'Available', isLeft: false, width: 5, of: () => bytes(free) },
    {
      key: 'pcent',
      header: tool.options.has('portability') ? 'Capacity' : 'Use%',
      isLeft: false,
      width: 4,
      of: () => percent(room.usedBlocks, room.blocks),
    },
    { key: 'file', header: 'File', isLeft: true, width: 4, of: (file) => file },
    { key: 'target', header: 'Mounted on', isLeft: true, width: 0, of: () => '/' },
  ]
  return new Map(list.map((column) => [column.key, column]))
}

function chosen({ options }: Tool): readonly string[] {
  if (options.has('output')) {
    const given = options.values('output').flatMap((value) => value.split(','))
    return given.length === 0
      ? ['source', 'fstype', 'itotal', 'iused', 'iavail', 'ipcent', 'size', 'used', 'avail', 'pcent', 'file', 'target']
      : given
  }
  const type = options.has('print-type') ? ['fstype'] : []
  if (options.has('inodes')) return ['source', ...type, 'itotal', 'iused', 'iavail', 'ipcent', 'target']
  return ['source', ...type, 'size', 'used', 'avail', 'pcent', 'target']
}

function table(rows: readonly (readonly string[])[], shown: readonly Column[]): string {
  const widths = shown.map(({ width }, i) => Math.max(width, ...rows.map((row) => (row[i] ?? '').length)))
  return rows
    .map(
      (row) =>
        `${row.map((cell, i) => (i === row.length - 1 && shown[i]?.isLeft ? cell : shown[i]?.isLeft ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' ')}\n`,
    )
    .join('')
}

async function df(tool: Tool): Promise<number> {
  const { operands, options, call, out } = tool
  const known = columns(tool, roomOf(call))
  const shown = chosen(tool).map((key) => known.get(key) ?? usageError(`option --output: field ${curly(key)} unknown`))
  const files: string[] = []
  let code = 0
  for (const path of operands) {
    try {
      lookAt(call, path)
      files.push(path)
    } catch (thrown) {
      await complain(tool, `${quoteIfNeeded(path)}: ${why(thrown)}`)
      code = 1
    }
  }
  const types = options.values('type')
  const isLeftOut = (types.length > 0 && !types.includes(TYPE)) || options.values('exclude-type').includes(TYPE)
  if (operands.length > 0 && files.length === 0) return 1
  if (isLeftOut) throw new CommandError('no file systems processed')
  const rows = (files.length === 0 ? ['-'] : files).map((file) => shown.map((column) => column.of(file)))
  const first = shown[0]
  const total = options.has('total')
    ? [shown.map((column) => (column === first ? 'total' : column.key === 'target' ? '-' : column.key === 'fstype' ? '-' : column.of('-')))]
    : []
  out.putText(table([shown.map(({ header }) => header), ...rows, ...total], shown))
  return code
}

/** How full the sandbox is. */
export const dfCommand = textTool({
  name: 'df',
  summary: 'tells how full the sandbox is',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'all', short: 'a', long: ['all'] },
      { key: 'block-size', short: 'B', long: ['block-size'], value: 'required' },
      { key: 'human', short: 'h', long: ['human-readable'] },
      { key: 'si', short: 'H', long: ['si'] },
      { key: 'inodes', short: 'i', long: ['inodes'] },
      { key: 'kilo', short: 'k' },
      { key: 'local', short: 'l', long: ['local'] },
      { key: 'no-sync', long: ['no-sync'] },
      { key: 'output', long: ['output'], value: 'optional' },
      { key: 'portability', short: 'P', long: ['portability'] },
      { key: 'sync', long: ['sync'] },
      { key: 'total', long: ['total'] },
      { key: 'type', short: 't', long: ['type'], value: 'required' },
      { key: 'print-type', short: 'T', long: ['print-type'] },
      { key: 'exclude-type', short: 'x', long: ['exclude-type'], value: 'required' },
      { key: 'ignored', short: 'v' },
    ],
  },
  run: df,
})
