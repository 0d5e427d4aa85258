import type { Command } from '../command'
import { CommandError } from '../command'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { ByteSource } from './byte-source'
import { allRecords } from './latin'
import { LatinOutput } from './latin-output'
import { openOperand, textTool, usageError, type Tool } from './tool'

type Mode = 'dump' | 'bits' | 'little' | 'plain' | 'include'

interface Layout {
  readonly mode: Mode
  readonly columns: number
  readonly group: number
  readonly isUpper: boolean
  readonly isDecimal: boolean
}

function numberOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  const sign = text.startsWith('-') ? -1 : 1
  const body = text.replace(/^[-+]/, '')
  if (/^0x[\da-f]+$/i.test(body)) return sign * Number.parseInt(body.slice(2), 16)
  if (/^0[0-7]+$/.test(body)) return sign * Number.parseInt(body, 8)
  return sign * (Number.parseInt(body, 10) || 0)
}

const DEFAULTS: Readonly<Record<Mode, { readonly columns: number; readonly group: number }>> = {
  dump: { columns: 16, group: 2 },
  bits: { columns: 6, group: 1 },
  little: { columns: 16, group: 4 },
  plain: { columns: 30, group: 0 },
  include: { columns: 12, group: 0 },
}

function layoutOf({ options }: Tool): Layout {
  const mode = modeOf(options.last('bits', 'little', 'plain', 'include'))
  const columns = numberOf(options.value('columns'), DEFAULTS[mode].columns)
  const asked = numberOf(options.value('group'), DEFAULTS[mode].group)
  if (columns < 0 || (columns > 256 && mode !== 'plain' && mode !== 'include'))
    throw new CommandError(`invalid number of columns (max. 256).`)
  const limit = columns === 0 ? DEFAULTS[mode].columns : columns
  if (mode === 'little' && (asked & (asked - 1)) !== 0) throw new CommandError('number of octets per group must be a power of 2 with -e.')
  return {
    mode,
    columns: columns === 0 && mode !== 'plain' ? DEFAULTS[mode].columns : columns,
    group: asked <= 0 || asked > limit ? limit : asked,
    isUpper: options.has('upper'),
    isDecimal: options.has('decimal'),
  }
}

function modeOf(key: string | undefined): Mode {
  return key === 'bits' || key === 'little' || key === 'plain' || key === 'include' ? key : 'dump'
}

function cellOf(byte: number, { mode, isUpper }: Layout): string {
  if (mode === 'bits') return byte.toString(2).padStart(8, '0')
  const hex = byte.toString(16).padStart(2, '0')
  return isUpper ? hex.toUpperCase() : hex
}

function row(block: Uint8Array, at: number, layout: Layout): string {
  const { columns, group, mode } = layout
  const cell = mode === 'bits' ? 8 : 2
  const groups: string[] = []
  const room = Math.ceil(columns / group)
  for (let from = 0; from < columns; from += group) {
    const size = Math.min(group, columns - from)
    const cells = Array.from({ length: size }, (_, i) => {
      const byte = block[from + i]
      return byte === undefined ? ' '.repeat(cell) : cellOf(byte, layout)
    })
    groups.push((mode === 'little' ? cells.toReversed() : cells).join(''))
  }
  const text = [...block].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
  const address = layout.isDecimal ? String(at).padStart(8, '0') : at.toString(16).padStart(8, '0')
  const extra = mode === 'little' ? ' ' : ''
  return `${address}: ${groups.join(' ').padEnd(columns * cell + room - 1)}  ${extra.slice(1)}${text}\n`
}

async function dump(
  tool: Tool,
  source: ByteSource,
  how: { readonly layout: Layout; readonly from: number; readonly out: LatinOutput },
): Promise<void> {
  const { layout, out } = how
  let at = how.from
  let isSkipping = false
  let zeros = 0
  let pending = ''
  const skips = tool.options.has('autoskip')
  for (let block = await source.block(layout.columns); block !== undefined; block = await source.block(layout.columns)) {
    tool.call.tick()
    const line = row(block, at, layout)
    at += block.length
    zeros = skips && block.every((byte) => byte === 0) ? zeros + 1 : 0
    if (zeros <= 1) {
      if (isSkipping) out.put(pending)
      isSkipping = false
      pending = ''
      out.put(line)
    } else if (zeros === 2) pending = line
    else {
      if (zeros === 3) out.put('*\n')
      isSkipping = false
      pending = line
    }
    await out.settle()
  }
  if (zeros >= 2) out.put(pending)
}

async function plain(source: ByteSource, layout: Layout, out: LatinOutput): Promise<void> {
  const size = layout.columns === 0 ? 65_536 : layout.columns
  let hasAny = false
  for (let block = await source.block(size); block !== undefined; block = await source.block(size)) {
    out.put([...block].map((byte) => cellOf(byte, layout)).join('') + (layout.columns === 0 ? '' : '\n'))
    hasAny = true
    await out.settle()
  }
  if (layout.columns === 0 && hasAny) out.put('\n')
}

async function include(tool: Tool, source: ByteSource, how: { readonly layout: Layout; readonly out: LatinOutput }): Promise<void> {
  const { layout, out } = how
  const [file] = tool.operands
  const given = tool.options.value('name') ?? (file === undefined || file === '-' ? undefined : file)
  const upper = tool.options.has('capitalize')
  const safe = given?.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '__')
  const name = upper ? safe?.toUpperCase() : safe
  if (name !== undefined) out.put(`unsigned char ${name}[] = {\n`)
  let count = 0
  for (let byte = await source.block(1); byte !== undefined; byte = await source.block(1)) {
    const start = count % layout.columns === 0 ? (count === 0 ? '  ' : ',\n  ') : ', '
    out.put(`${start}0${layout.isUpper ? 'X' : 'x'}${cellOf(byte[0] ?? 0, layout)}`)
    count += 1
    await out.settle()
  }
  if (count > 0) out.put('\n')
  if (name !== undefined) out.put(`};\nunsigned int ${name}_${upper ? 'LEN' : 'len'} = ${count};\n`)
}

/** Bytes from a dump. Lines of a plain one are digits only; others have an address and text behind two blanks. */
async function reverse(tool: Tool, isPlain: boolean, out: LatinOutput): Promise<void> {
  const [file = '-'] = tool.operands
  const { records } = await allRecords(openOperand(tool, file))
  const offset = numberOf(tool.options.value('seek'), 0)
  let at = 0
  let half = ''
  for (const record of records) {
    const match = isPlain ? undefined : /^\s*([\da-fA-F]+):/.exec(record)
    if (!isPlain && match === null) continue
    const body = match === undefined || match === null ? half + record : record.slice(match[0].length)
    // The first digit of a byte may stand at the end of the line before.
    half = isPlain ? (/^(?:\s*[\da-fA-F]\s*[\da-fA-F])*\s*([\da-fA-F]?)\s*$/.exec(body)?.[1] ?? '') : ''
    const address = match === undefined || match === null ? at : Number.parseInt(match[1] ?? '0', 16) + offset
    if (address > at) out.put('\0'.repeat(address - at))
    if (address < at) throw new CommandError('sorry, cannot seek backwards.', 5)
    const columns = numberOf(tool.options.value('columns'), isPlain ? Infinity : tool.options.has('bits') ? 6 : 16)
    const bytes = tool.options.has('bits')
      ? bitsIn(body)
      : hexIn(isPlain ? body : (body.split(/ {2}(?=.{0,256}$)/)[0] ?? body), isPlain ? Infinity : columns)
    out.put(bytes)
    at = address + bytes.length
    await out.settle()
  }
}

function hexIn(text: string, most: number): string {
  const digits = text.replace(/[^\da-fA-F].*$/s, (rest) => (/^\s/.test(rest) ? rest : '')).replace(/\s+/g, '')
  const good = /^(?:[\da-fA-F]{2})*/.exec(digits)?.[0] ?? ''
  return (good.match(/../g) ?? [])
    .slice(0, most)
    .map((pair) => String.fromCharCode(Number.parseInt(pair, 16)))
    .join('')
}

function bitsIn(text: string): string {
  return (text.split('  ')[0]?.match(/[01]{8}/g) ?? []).map((bits) => String.fromCharCode(Number.parseInt(bits, 2))).join('')
}

async function xxd(tool: Tool): Promise<number> {
  const { operands, options, call } = tool
  const [file = '-', target] = operands
  if (operands.length > 2) usageError('too many operands')
  const out = target === undefined || target === '-' ? tool.out : new LatinOutput(call.create(target))
  const layout = layoutOf(tool)
  try {
    if (options.has('reverse')) {
      await reverse(tool, layout.mode === 'plain', out)
    } else {
      const source = new ByteSource(openOperand(tool, file), numberOf(options.value('length'), Infinity))
      const seek = seekOf(tool, file)
      if (seek < 0 || !(await source.skip(seek))) throw new CommandError('sorry, cannot seek.', 4)
      const from = seek + numberOf(options.value('offset'), 0)
      if (layout.mode === 'plain') await plain(source, layout, out)
      else if (layout.mode === 'include') await include(tool, source, { layout, out })
      else await dump(tool, source, { layout, from, out })
    }
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${file}: ${errnoText(thrown)}`, 2)
    throw thrown
  }
  await out.flush()
  return 0
}

/** Where to begin; what is below nothing counts from the end of a file. */
function seekOf({ options, call }: Tool, file: string): number {
  const seek = numberOf(options.value('seek'), 0)
  if (seek >= 0) return seek
  const node = file === '-' ? call.file(0)?.node : call.system.tree.find(call.at(file))
  return node?.type === 'file' ? node.bytes.length + seek : -1
}

/** Long spellings have one dash: `-cols 8`, `-ps`. */
function modern(args: readonly string[]): readonly string[] {
  const LONG: Readonly<Record<string, string>> = {
    autoskip: 'a',
    bits: 'b',
    cols: 'c',
    capitalize: 'C',
    groupsize: 'g',
    include: 'i',
    len: 'l',
    name: 'n',
    postscript: 'p',
    plain: 'p',
    ps: 'p',
    revert: 'r',
    seek: 's',
    skip: 's',
    uppercase: 'u',
    decimal: 'd',
  }
  return args.map((word) => {
    const name = /^--?([a-z]{2,})$/.exec(word)?.[1]
    const letter = name === undefined ? undefined : LONG[name]
    return letter === undefined ? word : `-${letter}`
  })
}

/** Dumps bytes and makes them again. */
export const xxdCommand: Command = textTool({
  name: 'xxd',
  summary: 'shows bytes as hexadecimal digits, or makes bytes of such with -r',
  usage: '[OPTION]... [FILE [OUTPUT]]',
  agrees: 'xxd 2022-01-14',
  before: modern,
  shape: {
    options: [
      { key: 'autoskip', short: 'a' },
      { key: 'bits', short: 'b' },
      { key: 'columns', short: 'c', value: 'required' },
      { key: 'capitalize', short: 'C' },
      { key: 'decimal', short: 'd' },
      { key: 'ebcdic', short: 'E', missing: true },
      { key: 'little', short: 'e' },
      { key: 'group', short: 'g', value: 'required' },
      { key: 'include', short: 'i' },
      { key: 'length', short: 'l', value: 'required' },
      { key: 'name', short: 'n', value: 'required' },
      { key: 'offset', short: 'o', value: 'required' },
      { key: 'plain', short: 'p' },
      { key: 'reverse', short: 'r' },
      { key: 'seek', short: 's', value: 'required' },
      { key: 'upper', short: 'u' },
    ],
  },
  run: xxd,
})
