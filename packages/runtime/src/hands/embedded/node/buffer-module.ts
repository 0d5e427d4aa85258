import { Buffer } from 'buffer'
import { bytesOf } from './context'

/** Longest text of the engine. */
const MAX_STRING_LENGTH = 536_870_888
const MAX_LENGTH = 2 ** 31 - 1

const NAMES = ['ascii', 'latin1', 'binary', 'utf8', 'utf-8', 'ucs2', 'ucs-2', 'utf16le', 'utf-16le']

function transcode(source: unknown, from: unknown, to: unknown): Uint8Array {
  const [before, after] = [String(from), String(to)].map((name) => name.toLowerCase())
  if (before === undefined || after === undefined || !NAMES.includes(before) || !NAMES.includes(after))
    throw Object.assign(new Error('Unable to transcode Buffer [U_ILLEGAL_ARGUMENT_ERROR]'), { code: 'U_ILLEGAL_ARGUMENT_ERROR', errno: 1 })
  const buffer = Buffer.from(bytesOf(source))
  const text: unknown = Reflect.apply(buffer.toString, buffer, [before])
  // What the target has no sign for becomes a question mark.
  const most = /^(?:ascii)$/.test(after) ? 0x7f : /^(?:latin1|binary)$/.test(after) ? 0xff : 0x10_ffff
  const fitting = Array.from(String(text), (char) => ((char.codePointAt(0) ?? 0) > most ? '?' : char)).join('')
  return Reflect.apply(Buffer.from, Buffer, [fitting, after])
}

function isUtf8(value: unknown): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytesOf(value))
    return true
  } catch (thrown) {
    if (thrown instanceof TypeError) return false
    throw thrown
  }
}

/** `buffer`. */
export const bufferModule = (): Record<string, unknown> => ({
  Buffer,
  SlowBuffer: (size: unknown) => Buffer.alloc(Number(size)),
  Blob,
  File: globalThis.File,
  atob,
  btoa,
  constants: { MAX_LENGTH, MAX_STRING_LENGTH },
  kMaxLength: MAX_LENGTH,
  kStringMaxLength: MAX_STRING_LENGTH,
  INSPECT_MAX_BYTES: 50,
  isUtf8,
  isAscii: (value: unknown) => bytesOf(value).every((byte) => byte < 128),
  transcode,
})
