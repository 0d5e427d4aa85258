import type { Command } from '../command'
import type { Input } from '../../streams/stream'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { checkDigestOptions, CHECK_OPTIONS, digestFiles } from './checksums'
import { checkLists } from './digest-check'
import { digestNamed } from './digests'
import { curly, quoteIfNeeded } from './quotes'
import { complain, openOperand, textTool, usageError, type Tool } from './tool'

const CRC: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  return crc >>> 0
})

interface Sum {
  readonly sum: number
  readonly bytes: number
}

/** The checksum of POSIX: a CRC of the bytes and of their number. */
async function crcSum(input: Input, tick: () => void): Promise<Sum> {
  let crc = 0
  let bytes = 0
  const add = (byte: number): void => {
    crc = ((crc << 8) ^ (CRC[((crc >>> 24) ^ byte) & 255] ?? 0)) >>> 0
  }
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tick()
    chunk.forEach(add)
    bytes += chunk.length
  }
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 256)) add(rest & 255)
  return { sum: ~crc >>> 0, bytes }
}

async function bsdSum(input: Input, tick: () => void): Promise<Sum> {
  let sum = 0
  let bytes = 0
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tick()
    for (const byte of chunk) sum = ((sum >> 1) + ((sum & 1) << 15) + byte) & 0xffff
    bytes += chunk.length
  }
  return { sum, bytes }
}

async function sysvSum(input: Input, tick: () => void): Promise<Sum> {
  let total = 0
  let bytes = 0
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tick()
    for (const byte of chunk) total = (total + byte) >>> 0
    bytes += chunk.length
  }
  const folded = (total & 0xffff) + (total >>> 16)
  return { sum: (folded & 0xffff) + (folded >>> 16), bytes }
}

interface Kind {
  readonly sum: (input: Input, tick: () => void) => Promise<Sum>
  readonly line: (sum: Sum, name: string | undefined) => string
}

const named = (name: string | undefined): string => (name === undefined ? '' : ` ${name}`)

const CRC_KIND: Kind = { sum: crcSum, line: ({ sum, bytes }, name) => `${sum} ${bytes}${named(name)}\n` }
const BSD_KIND: Kind = {
  sum: bsdSum,
  line: ({ sum, bytes }, name) => `${String(sum).padStart(5, '0')} ${String(Math.ceil(bytes / 1024)).padStart(5)}${named(name)}\n`,
}
const SYSV_KIND: Kind = { sum: sysvSum, line: ({ sum, bytes }, name) => `${sum} ${Math.ceil(bytes / 512)}${named(name)}\n` }
const OLD_KINDS: Readonly<Record<string, Kind>> = { crc: CRC_KIND, bsd: BSD_KIND, sysv: SYSV_KIND }

async function oldSums(tool: Tool, kind: Kind): Promise<number> {
  const { call, operands, out } = tool
  let code = 0
  for (const operand of operands.length === 0 ? ['-'] : operands) {
    try {
      const sum = await kind.sum(openOperand(tool, operand), () => call.tick())
      out.putText(kind.line(sum, operands.length === 0 ? undefined : operand))
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await complain(tool, `${quoteIfNeeded(operand)}: ${errnoText(thrown)}`)
      code = 1
    }
  }
  return code
}

/** Checksums of all kinds. */
export const cksumCommand: Command = textTool({
  name: 'cksum',
  summary: 'writes CRC checksums, or those of another algorithm with -a',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'algorithm', short: 'a', long: ['algorithm'], value: 'required' },
      ...CHECK_OPTIONS,
      { key: 'debug', long: ['debug'] },
      { key: 'length', short: 'l', long: ['length'], value: 'required' },
      { key: 'untagged', long: ['untagged'] },
    ],
  },
  run: (tool) => {
    const { options } = tool
    const algorithm = options.value('algorithm') ?? 'crc'
    const old = OLD_KINDS[algorithm]
    if (options.has('length') && algorithm !== 'blake2b') usageError('--length is only supported with --algorithm=blake2b')
    if (old !== undefined && options.has('check') && options.has('algorithm'))
      usageError('--check is not supported with --algorithm={bsd,sysv,crc}')
    if (options.has('check') && old !== undefined) return checkLists(tool, undefined)
    if (old !== undefined) return oldSums(tool, old)
    const name = digestNamed(algorithm)
    if (name === undefined)
      return usageError(
        `${algorithm === 'sm3' ? 'algorithm sm3 is not implemented in this sandbox' : `invalid argument ${curly(algorithm)} for ‘--algorithm’`}`,
      )
    checkDigestOptions(tool)
    return options.has('check') ? checkLists(tool, name) : digestFiles(tool, name, { isTagged: !options.has('untagged') })
  },
})

/** Old checksums. */
export const sumCommand: Command = textTool({
  name: 'sum',
  summary: 'writes a 16-bit checksum and the number of blocks of each file',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'bsd', short: 'r' },
      { key: 'sysv', short: 's', long: ['sysv'] },
    ],
  },
  run: (tool) => oldSums(tool, tool.options.last('bsd', 'sysv') === 'sysv' ? SYSV_KIND : BSD_KIND),
})
