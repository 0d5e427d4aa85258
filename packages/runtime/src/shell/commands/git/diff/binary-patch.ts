import { unzlibSync, zlibSync } from 'fflate'
import { failed } from '../git-error'
import { patchDelta } from '../pack-file'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~'
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]))
const LINE = 52

/** One side of a binary patch: the whole file, or how it is made of the other one. */
export interface BinaryPart {
  readonly kind: 'literal' | 'delta'
  readonly bytes: Uint8Array
}

/** How a file that is no text gets from one side to the other, and back. */
export interface BinaryHunk {
  readonly forward: BinaryPart
  readonly back: BinaryPart | undefined
}

function encoded(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += LINE) {
    const part = bytes.subarray(at, at + LINE)
    out += String.fromCharCode(part.length <= 26 ? 64 + part.length : 96 + part.length - 26)
    for (let i = 0; i < part.length; i += 4) {
      let value = 0
      for (let k = 0; k < 4; k++) value = value * 256 + (part[i + k] ?? 0)
      let word = ''
      for (let k = 0; k < 5; k++) {
        word = DIGITS.charAt(value % 85) + word
        value = Math.floor(value / 85)
      }
      out += word
    }
    out += '\n'
  }
  return out
}

/** The body of a patch of a file that is no text. Both sides are told whole: git itself may tell one by what it has of the other. */
export function binaryPatch(old: Uint8Array, fresh: Uint8Array): string {
  const part = (bytes: Uint8Array): string => `literal ${bytes.length}\n${encoded(deflated(bytes))}\n`
  return `GIT binary patch\n${part(fresh)}${part(old)}`
}

/** Packed at once, with the head that zlib gives what it packed fastest. */
function deflated(bytes: Uint8Array): Uint8Array {
  const packed = zlibSync(bytes, { level: 1 })
  packed[1] = 1
  return packed
}

function decodedLine(line: string): Uint8Array | undefined {
  const code = line.charCodeAt(0)
  const size = code >= 97 ? code - 96 + 26 : code - 64
  const text = line.slice(1)
  if (!/^[A-Za-z]/.test(line) || text.length !== Math.ceil(size / 4) * 5) return undefined
  const out: number[] = []
  for (let at = 0; at < text.length; at += 5) {
    let value = 0
    for (const digit of text.slice(at, at + 5)) value = value * 85 + (VALUES.get(digit) ?? Number.NaN)
    if (!(value < 2 ** 32)) return undefined
    out.push(Math.floor(value / 2 ** 24), Math.floor(value / 2 ** 16) % 256, Math.floor(value / 256) % 256, value % 256)
  }
  return Uint8Array.from(out.slice(0, size))
}

/** Reads one side from the line that begins it; undefined where none begins. @throws GitError for one that is damaged */
export function readBinaryPart(lines: readonly string[], from: number): { readonly part: BinaryPart; readonly end: number } | undefined {
  const head = /^(literal|delta) (\d+)$/.exec(lines[from] ?? '')
  if (head === null) return undefined
  const chunks: Uint8Array[] = []
  let at = from + 1
  for (; lines[at] !== undefined && lines[at] !== ''; at++) chunks.push(decodedLine(lines[at] ?? '') ?? corrupt(at))
  const packed = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))
  const bytes = unpacked(packed, Number(head[2])) ?? corrupt(from)
  return { part: { kind: head[1] === 'delta' ? 'delta' : 'literal', bytes }, end: at + 1 }
}

function unpacked(packed: Uint8Array, size: number): Uint8Array | undefined {
  try {
    const bytes = unzlibSync(packed)
    return bytes.length === size ? bytes : undefined
  } catch (thrown) {
    if (thrown instanceof Error) return undefined
    throw thrown
  }
}

function corrupt(line: number): never {
  return failed(`corrupt binary patch at line ${line + 1}`, 128)
}

/** What a side makes of the file as it is. @throws GitError where it does not fit */
export function appliedBinary({ kind, bytes }: BinaryPart, before: Uint8Array): Uint8Array {
  return kind === 'literal' ? bytes : patchDelta(before, bytes)
}
