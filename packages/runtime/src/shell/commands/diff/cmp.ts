import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import type { Input } from '../../streams/stream'
import { CommandError } from '../command'
import { lookAt, lookFor, type Look } from '../files/look'
import { complain, openOperand, textTool, usageError, type Tool } from '../text/tool'
import { withNamedHint } from './usage'

const UNITS = ['K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'] as const

/** A count such as `10`, `1k`, `2MB`; also octal and hexadecimal. Undefined: it is none. */
function countOf(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(0[xX][\da-fA-F]+|\d+)([a-zA-Z]*)$/.exec(text) ?? []
  if (digits === '') return undefined
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits)
  if (unit === '') return value
  const index = UNITS.findIndex((letter) => letter === (unit.charAt(0) === 'k' ? 'K' : unit.charAt(0)))
  if (index < 0 || !/^.(B|iB)?$/.test(unit)) return undefined
  return value * (unit.endsWith('B') && !unit.endsWith('iB') ? 1000 : 1024) ** (index + 1)
}

/** Reads in step with another input. */
class Side {
  readonly name: string
  readonly look: Look | undefined
  readonly skip: number
  readonly #input: Input
  chunk: Uint8Array = new Uint8Array()

  constructor(name: string, { input, look, skip }: { input: Input; look: Look | undefined; skip: number }) {
    this.name = name
    this.#input = input
    this.look = look
    this.skip = skip
  }

  /** False at the end. */
  async fill(): Promise<boolean> {
    while (this.chunk.length === 0) {
      const more = await this.#input.read()
      if (more === undefined) return false
      this.chunk = more
    }
    return true
  }

  async pass(tick: () => void): Promise<void> {
    for (let left = this.skip; left > 0 && (await this.fill());) {
      tick()
      const part = Math.min(left, this.chunk.length)
      this.chunk = this.chunk.subarray(part)
      left -= part
    }
  }
}

/** A byte as `-b` shows it, at least four wide. */
function visible(byte: number): string {
  const low = byte & 127
  return (byte > 127 ? 'M-' : '') + (low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low))
}

const octal = (byte: number): string => byte.toString(8).padStart(3)

interface Differences {
  readonly tool: Tool
  readonly sides: readonly [Side, Side]
  readonly limit: number
  readonly mode: 'first' | 'all' | 'silent'
  readonly hasBytes: boolean
  readonly width: number
}

/** Where the comparison is: bytes and lines before this place. */
interface Place {
  bytes: number
  lines: number
  /** The byte before it ended a line. */
  isAtStart: boolean
}

function tellDifference(
  { tool, sides, mode, hasBytes, width }: Differences,
  { bytes, lines }: Place,
  [a, b]: readonly [number, number],
): void {
  if (mode === 'silent') return
  if (mode === 'all') {
    const at = `${bytes + 1}`.padStart(width)
    tool.out.putText(hasBytes ? `${at} ${octal(a)} ${visible(a).padEnd(4)} ${octal(b)} ${visible(b)}\n` : `${at} ${octal(a)} ${octal(b)}\n`)
    return
  }
  const what = hasBytes ? ` is ${octal(a)} ${visible(a)} ${octal(b)} ${visible(b)}` : ''
  tool.out.putText(`${sides[0].name} ${sides[1].name} differ: byte ${bytes + 1}, line ${lines + 1}${what}\n`)
}

async function compared(run: Differences): Promise<number> {
  const { tool, sides, limit, mode } = run
  const place: Place = { bytes: 0, lines: 0, isAtStart: true }
  let code = 0
  for (;;) {
    tool.call.tick()
    if (place.bytes >= limit) return code
    const [hasA, hasB] = [await sides[0].fill(), await sides[1].fill()]
    if (!hasA && !hasB) return code
    if (!hasA || !hasB) return ended(run, place, hasA ? sides[1] : sides[0])
    const [a, b] = [sides[0].chunk, sides[1].chunk]
    const length = Math.min(a.length, b.length, limit - place.bytes)
    for (let i = 0; i < length; i++) {
      const [one, other] = [a[i] ?? 0, b[i] ?? 0]
      if (one !== other) {
        tellDifference(run, place, [one, other])
        code = 1
      }
      if (code === 1 && mode !== 'all') return 1
      place.bytes += 1
      place.isAtStart = one === 10
      if (one === 10) place.lines += 1
    }
    sides[0].chunk = a.subarray(length)
    sides[1].chunk = b.subarray(length)
    await tool.out.settle()
  }
}

/** One of them is shorter. */
async function ended({ tool, mode }: Differences, place: Place, { name }: Side): Promise<number> {
  if (mode === 'silent') return 1
  const where =
    place.bytes === 0
      ? 'which is empty'
      : mode === 'all'
        ? `after byte ${place.bytes}`
        : `after byte ${place.bytes}, ${place.isAtStart ? `line ${place.lines}` : `in line ${place.lines + 1}`}`
  await complain(tool, `EOF on ${name} ${where}`)
  return 1
}

/** Both counts of bytes to skip. */
function skipsOf({ options, operands }: Tool): readonly [number, number] {
  const word = options.value('skip')
  const read = (text: string): number => countOf(text) ?? usageError(`invalid --ignore-initial value '${text}'`, 2)
  const [first, second] = word?.split(/:(.*)/s) ?? []
  const own = first === undefined ? [0, 0] : [read(first), read(second ?? first)]
  const operand = operands.slice(2).map(read)
  return [Math.max(own[0] ?? 0, operand[0] ?? 0), Math.max(own[1] ?? 0, operand[1] ?? 0)]
}

function widthOf(sides: readonly Side[], limit: number): number {
  const most = sides.reduce((least, { look, skip }) => (look?.type === 'file' ? Math.min(least, look.size - skip) : least), limit)
  return most === Infinity ? 19 : `${Math.max(0, most)}`.length
}

function limitOf({ options }: Tool): number {
  const limits = options.values('limit').map((text) => countOf(text) ?? usageError(`invalid --bytes value '${text}'`, 2))
  return Math.min(Infinity, ...limits)
}

async function cmp(tool: Tool): Promise<number> {
  const { options, operands, call } = tool
  const mode = options.has('all') ? 'all' : options.has('silent') ? 'silent' : 'first'
  if (options.has('all') && options.has('silent')) usageError('options -l and -s are incompatible', 2)
  const skips = skipsOf(tool)
  const limit = limitOf(tool)
  const [a] = operands
  if (a === undefined) return usageError(`missing operand after '${call.name}'`, 2)
  const b = operands[1] ?? '-'
  if (operands.length > 4) usageError(`extra operand '${operands[4] ?? ''}'`, 2)
  const looks = [a, b].map((name) => (name === '-' ? lookFor(call, '/dev/stdin') : lookFor(call, name)))
  const isSame = a === b || (looks[0]?.node !== undefined && looks[0].node === looks[1]?.node)
  if (isSame && skips[0] === skips[1] && (a === '-' || looks[0] !== undefined)) return 0
  const sides: Side[] = []
  for (const [i, name] of [a, b].entries()) {
    try {
      if (name !== '-' && lookAt(call, name).type === 'folder') throw new FsError('EISDIR', 'read', name)
      sides.push(new Side(name, { input: openOperand(tool, name), look: looks[i], skip: skips[i] ?? 0 }))
    } catch (thrown) {
      if (thrown instanceof FsError) throw mode === 'silent' ? new Quiet() : new CommandError(`${name}: ${errnoText(thrown)}`, 2)
      throw thrown
    }
  }
  const [one, other] = sides
  if (one === undefined || other === undefined) throw new Error('a side is missing')
  const sizes = sides.map(({ look, skip }) => (look?.type === 'file' ? Math.max(0, look.size - skip) : undefined))
  if (
    mode === 'silent' &&
    sizes[0] !== undefined &&
    sizes[1] !== undefined &&
    sizes[0] !== sizes[1] &&
    Math.min(sizes[0], sizes[1]) < limit
  )
    return 1
  await one.pass(() => call.tick())
  await other.pass(() => call.tick())
  return compared({ tool, sides: [one, other], limit, mode, hasBytes: options.has('bytes'), width: widthOf(sides, limit) })
}

/** Trouble of which `-s` says nothing. */
class Quiet extends Error {}

/** Compares two files byte by byte. */
export const cmpCommand = withNamedHint(
  textTool({
    name: 'cmp',
    summary: 'tells whether two files are the same, and where they first differ',
    usage: '[OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]',
    agrees: 'GNU diffutils 3.8',
    shape: {
      usageCode: 2,
      options: [
        { key: 'bytes', short: 'b', long: ['print-bytes'] },
        { key: 'skip', short: 'i', long: ['ignore-initial'], value: 'required' },
        { key: 'all', short: 'l', long: ['verbose'] },
        { key: 'limit', short: 'n', long: ['bytes'], value: 'required' },
        { key: 'silent', short: 's', long: ['quiet', 'silent'] },
      ],
    },
    run: (tool) =>
      cmp(tool).catch((thrown: unknown) => {
        if (thrown instanceof Quiet) return 2
        throw thrown
      }),
  }),
)
