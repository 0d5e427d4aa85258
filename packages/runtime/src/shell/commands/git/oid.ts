import { sha1 } from '@noble/hashes/legacy.js'
import { bytesOf } from '../../text'

/** Kinds of objects. */
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag'

export const NULL_OID = '0'.repeat(40)
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function toHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte] ?? ''
  return text
}

export function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16)
  return bytes
}

export function sha1Hex(...parts: readonly Uint8Array[]): string {
  const hash = sha1.create()
  for (const part of parts) hash.update(part)
  return toHex(hash.digest())
}

/** Name of an object. */
export function oidOf(type: ObjectType, bytes: Uint8Array): string {
  return sha1Hex(bytesOf(`${type} ${bytes.length}\0`), bytes)
}

export function isOid(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text)
}

export function isObjectType(text: string): text is ObjectType {
  return text === 'blob' || text === 'tree' || text === 'commit' || text === 'tag'
}

/** Orders texts by their bytes in UTF-8. */
export function byteOrder(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** Surrogates stand for characters above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit
}
