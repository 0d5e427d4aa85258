import { CommandError } from '../command'
import { ByteSource } from './byte-source'
import { countOf } from './counts'
import { dumpTypes, type DumpType } from './od-types'
import { curly } from './quotes'
import { complain, joinedInput, textTool, usageError, type Tool } from './tool'

const SHORT_TYPES: Readonly<Record<string, string>> = {
  a: 'a',
  b: 'o1',
  c: 'c',
  d: 'u2',
  f: 'fF',
  i: 'dI',
  l: 'dL',
  o: 'o2',
  s: 'd2',
  x: 'x2',
  h: 'x2',
  B: 'o2',
  D: 'u4',
  e: 'fD',
  F: 'fD',
  H: 'x4',
  I: 'dL',
  L: 'dL',
  O: 'o4',
  X: 'x4',
}

function sizeOf(text: string, option: string): number {
  const hex = /^0[xX]([\da-fA-F]+)$/.exec(text)?.[1]
  if (hex !== undefined) return Number.parseInt(hex, 16)
  const octal = /^0([0-7]+)$/.exec(text)?.[1]
  const count = octal === undefined ? countOf(text) : Number.parseInt(octal, 8)
  if (count === undefined)
    throw new CommandError(
      /^\d+/.test(text) ? `invalid suffix in ${option} argument ${curly(text)}` : `invalid ${option} argument ${curly(text)}`,
    )
  return count
}

interface Layout {
  readonly types: readonly DumpType[]
  readonly width: number
  readonly address: (at: number) => string
  readonly showsAll: boolean
}

function addressOf(radix: string): (at: number) => string {
  switch (radix) {
    case 'o':
      return (at) => at.toString(8).padStart(7, '0')
    case 'd':
      return (at) => String(at).padStart(7, '0')
    case 'x':
      return (at) => at.toString(16).padStart(6, '0')
    case 'n':
      return () => ''
    default:
      throw new CommandError(`invalid output address radix '${radix}'; it must be one character from [doxn]`)
  }
}

function layoutOf({ options }: Tool): Layout {
  const endian = options.value('endian') ?? 'little'
  if (!/^(?:l|li|lit|litt|littl|little|b|bi|big)$/.test(endian))
    usageError(`invalid argument ${curly(endian)} for ‘--endian’\nValid arguments are:\n  - ‘little’\n  - ‘big’`)
  const isLittle = endian.startsWith('l')
  const named = options.found.flatMap(({ key, value }) =>
    key === 'type' ? [value ?? ''] : SHORT_TYPES[key] === undefined ? [] : [SHORT_TYPES[key] ?? ''],
  )
  const types = (named.length === 0 ? ['o2'] : named).flatMap((text) => dumpTypes(text, isLittle))
  const unit = types.reduce((size, type) => leastCommon(size, type.size), 1)
  const asked = options.has('width') ? Number(options.value('width') ?? '32') : undefined
  const whole = unit * Math.max(1, Math.floor(16 / unit))
  const width = asked === undefined ? whole : asked > 0 && asked % unit === 0 ? asked : unit
  return { types, width, address: addressOf(options.value('radix') ?? 'o'), showsAll: options.has('all') }
}

function leastCommon(a: number, b: number): number {
  const common = (x: number, y: number): number => (y === 0 ? x : common(y, x % y))
  return (a * b) / common(a, b)
}

/** Room of one item so that the items of all types end in the same column. */
function rowsOf(block: Uint8Array, layout: Layout, address: string): string {
  const padded = new Uint8Array(layout.width)
  padded.set(block)
  const view = new DataView(padded.buffer)
  const perByte = Math.max(...layout.types.map((type) => (type.width + 1) * (layout.width / type.size)))
  return layout.types
    .map((type, row) => {
      const items = Math.ceil(block.length / type.size)
      const all = layout.width / type.size
      const spare = perByte - (type.width + 1) * all
      const cells = Array.from({ length: items }, (_, at) => {
        // Spare columns are spread over the items, the last ones first.
        const pad = Math.floor((spare * (all - at)) / all) - Math.floor((spare * (all - at - 1)) / all)
        return ` ${' '.repeat(pad)}${type.item(view, at * type.size).padStart(type.width)}`
      })
      const text = type.showsText ? tail(block, cells.join('').length, perByte) : ''
      return `${row === 0 ? address : ' '.repeat(address.length)}${cells.join('')}${text}\n`
    })
    .join('')
}

function tail(block: Uint8Array, used: number, room: number): string {
  const shown = [...block].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
  return `${' '.repeat(room - used)}  >${shown}<`
}

async function od(tool: Tool): Promise<number> {
  const { call, options, out } = tool
  const layout = layoutOf(tool)
  const asked = options.value('width')
  if (asked !== undefined && Number(asked) !== layout.width)
    await complain(tool, `warning: invalid width ${asked}; using ${layout.width} instead`)
  const skip = sizeOf(options.value('skip') ?? '0', '-j')
  const limit = options.has('bytes') ? sizeOf(options.value('bytes') ?? '', '-N') : Infinity
  const input = joinedInput(tool)
  const source = new ByteSource(input, limit)
  if (!(await source.skip(skip))) throw new CommandError('cannot skip past end of combined input')
  let at = skip
  let before: string | undefined
  let isRepeat = false
  for (let block = await source.block(layout.width); block !== undefined; block = await source.block(layout.width)) {
    call.tick()
    const bytes = block.join(',')
    const isSame = !layout.showsAll && block.length === layout.width && bytes === before
    if (isSame && !isRepeat) out.put('*\n')
    if (!isSame) out.put(rowsOf(block, layout, layout.address(at)))
    isRepeat = isSame
    before = bytes
    at += block.length
    await out.settle()
  }
  const end = layout.address(at)
  if (end !== '' && (input.hasOpened() || input.code() === 0)) out.put(`${end}\n`)
  return input.code()
}

/** Dumps bytes. */
export const odCommand = textTool({
  name: 'od',
  summary: 'shows bytes as octal, hexadecimal or decimal numbers, or characters',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'radix', short: 'A', long: ['address-radix'], value: 'required' },
      { key: 'endian', long: ['endian'], value: 'required' },
      { key: 'skip', short: 'j', long: ['skip-bytes'], value: 'required' },
      { key: 'bytes', short: 'N', long: ['read-bytes'], value: 'required' },
      { key: 'strings', short: 'S', long: ['strings'], value: 'optional', missing: true },
      { key: 'type', short: 't', long: ['format'], value: 'required' },
      { key: 'all', short: 'v', long: ['output-duplicates'] },
      { key: 'width', short: 'w', long: ['width'], value: 'optional' },
      { key: 'traditional', long: ['traditional'], missing: true },
      ...Object.keys(SHORT_TYPES).map((letter) => ({ key: letter, short: letter })),
    ],
  },
  run: od,
})
