import { readText } from '../../streams/stream'
import { CommandError, NotImplemented, type Command } from '../command'
import { ByteSource } from './byte-source'
import { countOf } from './counts'
import { afterAll, dumped, dumpFormat, stretched, type DumpFormat } from './hexdump-format'
import { joinedInput, textTool, type Tool } from './tool'

type Row = (block: Uint8Array, at: number) => string

function words(block: Uint8Array): number[] {
  return Array.from({ length: Math.ceil(block.length / 2) }, (_, i) => (block[2 * i] ?? 0) + 256 * (block[2 * i + 1] ?? 0))
}

function address(at: number): string {
  return at.toString(16).padStart(7, '0')
}

/** Cells of one width; the line is as wide when bytes are missing. */
function cells(texts: readonly string[], all: number, width: number): string {
  return texts.join('') + ' '.repeat((all - texts.length) * width)
}

const NAMED: Readonly<Record<number, string>> = { 0: '\\0', 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' }

function shownByte(byte: number): string {
  return NAMED[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, '0'))
}

function canonical(block: Uint8Array, at: number): string {
  const hex = [...block].map((byte, i) => `${i === 8 ? '  ' : ' '}${byte.toString(16).padStart(2, '0')}`).join('')
  const text = [...block].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
  return `${at.toString(16).padStart(8, '0')} ${hex.padEnd(49)}  |${text}|\n`
}

function wordRow(radix: number, width: number, gap: number): Row {
  return (block, at) => {
    const texts = words(block).map((word) => `${' '.repeat(gap)}${word.toString(radix).padStart(width, '0')}`)
    return `${address(at)}${cells(texts, 8, width + gap)}\n`
  }
}

const ROWS: Readonly<Record<string, Row>> = {
  plain: (block, at) =>
    `${address(at)}${cells(
      words(block).map((word) => ` ${word.toString(16).padStart(4, '0')}`),
      8,
      5,
    )}\n`,
  canonical,
  octal1: (block, at) =>
    `${address(at)}${cells(
      [...block].map((byte) => ` ${byte.toString(8).padStart(3, '0')}`),
      16,
      4,
    )}\n`,
  chars: (block, at) =>
    `${address(at)}${cells(
      [...block].map((byte) => ` ${shownByte(byte).padStart(3)}`),
      16,
      4,
    )}\n`,
  decimal2: wordRow(10, 5, 3),
  octal2: wordRow(8, 6, 2),
  hex2: wordRow(16, 4, 4),
}

function sizeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const count = /^0x[\da-f]+$/i.test(text) ? Number(text) : countOf(text)
  if (count === undefined) throw new CommandError(`failed to parse length: '${text}': Invalid argument`)
  return count
}

async function formatsOf({ call, options }: Tool): Promise<readonly DumpFormat[]> {
  const formats: DumpFormat[] = []
  for (const { key, value = '' } of options.found) {
    if (key === 'format') formats.push(dumpFormat(value))
    if (key !== 'format-file') continue
    const lines = (await readText(call.open(value))).split('\n')
    formats.push(...lines.filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#')).map(dumpFormat))
  }
  return formats
}

/** Blocks as large as the longest format takes, each through all formats. */
async function byFormats(
  { call, options, out }: Tool,
  given: readonly DumpFormat[],
  { source, skip }: { readonly source: ByteSource; readonly skip: number },
): Promise<void> {
  const size = Math.max(...given.map(({ bytes }) => bytes))
  if (size === 0) return
  const formats = given.map((format) => stretched(format, size))
  let at = skip
  let before: string | undefined
  let isRepeat = false
  for (let block = await source.block(size); block !== undefined; block = await source.block(size)) {
    call.tick()
    const bytes = block.join(',')
    const isSame = !options.has('all') && block.length === size && bytes === before
    if (isSame && !isRepeat) out.put('*\n')
    const padded = new Uint8Array(size)
    padded.set(block)
    const whole = { bytes: padded, at, filled: block.length }
    if (!isSame) for (const format of formats) out.put(dumped(format, whole))
    isRepeat = isSame
    before = bytes
    at += block.length
    await out.settle()
  }
  if (at > skip) for (const format of formats) out.put(afterAll(format, at))
}

async function hexdump(tool: Tool, always: string | undefined): Promise<number> {
  const { call, options, out } = tool
  const formats = await formatsOf(tool)
  const kinds = [...(always === undefined ? [] : [always]), ...options.found.map(({ key }) => key).filter((key) => ROWS[key] !== undefined)]
  const rows = (kinds.length === 0 ? ['plain'] : kinds).map((kind) => ROWS[kind] ?? canonical)
  const skip = sizeOf(options.value('skip')) ?? 0
  const input = joinedInput(
    tool,
    (name, error) =>
      `${name}: ${error.code === 'ENOENT' ? 'No such file or directory' : error.code === 'EISDIR' ? 'Is a directory' : error.message}`,
  )
  if (skip > 0 && tool.operands.length === 0 && call.file(0)?.node === undefined) throw new CommandError('stdin: Illegal seek')
  const source = new ByteSource(input, sizeOf(options.value('length')) ?? Infinity)
  await source.skip(skip)
  if (formats.length > 0) {
    if (kinds.length > 0) throw new NotImplemented('option -e together with a layout of its own')
    await byFormats(tool, formats, { source, skip })
    return input.code()
  }
  let at = skip
  let before: string | undefined
  let isRepeat = false
  for (let block = await source.block(16); block !== undefined; block = await source.block(16)) {
    call.tick()
    const bytes = block.join(',')
    const isSame = !options.has('all') && block.length === 16 && bytes === before
    if (isSame && !isRepeat) out.put('*\n')
    const [start, place] = [block, at]
    if (!isSame) out.put(rows.map((row) => row(start, place)).join(''))
    isRepeat = isSame
    before = bytes
    at += block.length
    await out.settle()
  }
  if (at > skip) out.put(`${kinds.at(-1) === 'canonical' || kinds[0] === 'canonical' ? at.toString(16).padStart(8, '0') : address(at)}\n`)
  return input.code()
}

function dumpTool(name: string, always: string | undefined): Command {
  return textTool({
    name,
    summary: 'shows bytes as hexadecimal words, or bytes and characters with -C',
    usage: '[OPTION]... [FILE]...',
    agrees: 'util-linux 2.38.1',
    shape: {
      options: [
        { key: 'octal1', short: 'b', long: ['one-byte-octal'] },
        { key: 'hex1', short: 'X', long: ['one-byte-hex'], missing: true },
        { key: 'chars', short: 'c', long: ['one-byte-char'] },
        { key: 'canonical', short: 'C', long: ['canonical'] },
        { key: 'decimal2', short: 'd', long: ['two-bytes-decimal'] },
        { key: 'octal2', short: 'o', long: ['two-bytes-octal'] },
        { key: 'hex2', short: 'x', long: ['two-bytes-hex'] },
        { key: 'color', short: 'L', long: ['color'], value: 'optional', missing: true },
        { key: 'format', short: 'e', long: ['format'], value: 'required' },
        { key: 'format-file', short: 'f', long: ['format-file'], value: 'required' },
        { key: 'length', short: 'n', long: ['length'], value: 'required' },
        { key: 'skip', short: 's', long: ['skip'], value: 'required' },
        { key: 'all', short: 'v', long: ['no-squeezing'] },
      ],
    },
    run: (tool) => hexdump(tool, always),
  })
}

export const hexdumpCommand = dumpTool('hexdump', undefined)
export const hdCommand = dumpTool('hd', 'canonical')
