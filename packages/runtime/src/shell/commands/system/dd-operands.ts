import { CommandError, NotImplemented, type Call } from '../command'
import { curly } from '../text/quotes'
import { usageError } from '../text/tool'

/** What `dd` was asked for. Sizes are bytes. */
export interface DdHow {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly inSize: number
  readonly outSize: number
  /** `bs=`: every block that was read is written as it came. */
  readonly isDirect: boolean
  readonly count: number
  /** `count=` counts bytes. */
  readonly countsBytes: boolean
  readonly skip: number
  readonly seek: number
  readonly status: 'default' | 'none' | 'noxfer' | 'progress'
  readonly conv: ReadonlySet<string>
  readonly inFlags: ReadonlySet<string>
  readonly outFlags: ReadonlySet<string>
  readonly cbs: number
}

const CONVERSIONS = new Set(['lcase', 'ucase', 'swab', 'notrunc', 'excl', 'nocreat', 'noerror', 'sync', 'fsync', 'fdatasync', 'sparse', 'block', 'unblock']) // prettier-ignore
const MISSING = new Set(['ascii', 'ebcdic', 'ibm'])
const FLAGS = new Set(['append', 'direct', 'directory', 'dsync', 'sync', 'fullblock', 'nonblock', 'noatime', 'nocache', 'noctty', 'nofollow', 'count_bytes', 'skip_bytes', 'seek_bytes', 'binary', 'text']) // prettier-ignore
const STATUS = ['none', 'noxfer', 'progress'] as const
const KEYS = new Set(['if', 'of', 'bs', 'ibs', 'obs', 'cbs', 'count', 'skip', 'iseek', 'seek', 'oseek', 'status', 'conv', 'iflag', 'oflag'])
const POWERS = 'KMGTPEZY'

/** `4k`, `2x512`, `1MB`; undefined: it is no number. */
function sizeOf(text: string): number | undefined {
  const product = /^([^x]+)x(.+)$/.exec(text)
  if (product !== null && !/^0x/i.test(text)) {
    const [left, right] = [sizeOf(product[1] ?? ''), sizeOf(product[2] ?? '')]
    return left === undefined || right === undefined ? undefined : left * right
  }
  const [, digits, suffix = ''] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const fixed: Readonly<Record<string, number>> = { '': 1, c: 1, w: 2, b: 512, B: 1 }
  const known = fixed[suffix]
  if (known !== undefined) return Number(digits) * known
  const power = POWERS.indexOf(suffix.charAt(0).toUpperCase()) + 1
  const rest = suffix.slice(1)
  if (power === 0 || !['', 'B', 'iB'].includes(rest)) return undefined
  return Number(digits) * (rest === 'B' ? 1000 : 1024) ** power
}

function words(values: readonly string[], known: ReadonlySet<string>, what: string): ReadonlySet<string> {
  const found = values.flatMap((value) => value.split(','))
  for (const word of found) {
    if (MISSING.has(word) && what === 'conversion') throw new NotImplemented(`conv=${word}`)
    if (!known.has(word)) usageError(`invalid ${what}: ${curly(word)}`)
  }
  return new Set(found)
}

/** Reads `if=… of=…`. @throws CommandError, NotImplemented */
export function ddOperands(call: Call): DdHow {
  const values = new Map<string, string[]>()
  for (const word of call.args) {
    const at = word.indexOf('=')
    const key = at < 0 ? word : word.slice(0, at)
    if (at < 0 || !KEYS.has(key)) usageError(`unrecognized operand ${curly(word)}`)
    values.set(key, [...(values.get(key) ?? []), word.slice(at + 1)])
  }
  const last = (...keys: readonly string[]): string | undefined =>
    keys.map((key) => values.get(key)?.at(-1)).findLast((one) => one !== undefined)
  const size = (text: string | undefined, least = 0): number | undefined => {
    if (text === undefined) return undefined
    const bytes = sizeOf(text)
    if (bytes === undefined || bytes < least) throw new CommandError(`invalid number: ${curly(text)}`)
    return bytes
  }
  const inFlags = words(values.get('iflag') ?? [], FLAGS, 'input flag')
  const outFlags = words(values.get('oflag') ?? [], FLAGS, 'output flag')
  const conv = words(values.get('conv') ?? [], CONVERSIONS, 'conversion')
  for (const pair of [
    ['lcase', 'ucase'],
    ['block', 'unblock'],
    ['excl', 'nocreat'],
  ] as const)
    // prettier-ignore
    if (pair.every((word) => conv.has(word))) throw new CommandError(`cannot combine ${pair.join(' and ')}`)
  const told = last('status')
  const status = STATUS.find((one) => one === told)
  if (told !== undefined && status === undefined) usageError(`invalid status level: ${curly(told)}`)
  const both = size(last('bs'), 1)
  const inSize = both ?? size(last('ibs'), 1) ?? 512
  const outSize = both ?? size(last('obs'), 1) ?? 512
  // A `B` behind the number makes it one of bytes.
  const isBytes = (text: string | undefined, flag: boolean): boolean => flag || /\dB$/.test(text ?? '')
  const blocks = (text: string | undefined, flag: boolean, block: number): number => (size(text) ?? 0) * (isBytes(text, flag) ? 1 : block)
  const count = last('count')
  return {
    from: last('if'),
    to: last('of'),
    inSize,
    outSize,
    isDirect: both !== undefined,
    count: size(count) ?? Infinity,
    countsBytes: isBytes(count, inFlags.has('count_bytes')),
    skip: blocks(last('skip', 'iseek'), inFlags.has('skip_bytes'), inSize),
    seek: blocks(last('seek', 'oseek'), outFlags.has('seek_bytes'), outSize),
    status: status ?? 'default',
    conv,
    inFlags,
    outFlags,
    cbs: size(last('cbs')) ?? 0,
  }
}
