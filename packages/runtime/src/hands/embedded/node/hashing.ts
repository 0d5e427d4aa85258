import { hmac } from '@noble/hashes/hmac.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import { Buffer } from 'buffer'
import { bytesOf, unsupported } from './context'

const HASHES = { md5, sha1, sha224, sha256, sha384, sha512 }

interface Running {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array
}

function hashNamed(name: unknown): (typeof HASHES)[keyof typeof HASHES] {
  const key = String(name).toLowerCase().replace('-', '')
  const found = Object.entries(HASHES).find(([known]) => known === key)?.[1]
  if (found === undefined) throw Object.assign(new Error('Digest method not supported'), { code: 'ERR_CRYPTO_INVALID_DIGEST' })
  return found
}

function running(hash: Running): Record<string, unknown> {
  const self: Record<string, unknown> = {
    update(data: unknown, encoding?: unknown) {
      hash.update(bytesOf(data, encoding))
      return self
    },
    digest(encoding?: unknown) {
      const bytes = Buffer.from(hash.digest())
      return typeof encoding === 'string' && encoding !== 'buffer' ? Reflect.apply(bytes.toString, bytes, [encoding]) : bytes
    },
  }
  return self
}

function randomBytes(size: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  // The platform gives 64 KB at a time.
  for (let at = 0; at < size; at += 65_536)
    crypto.getRandomValues(new Uint8Array(bytes.buffer, bytes.byteOffset + at, Math.min(65_536, size - at)))
  return bytes
}

function uuid(): string {
  const bytes = randomBytes(16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function randomInt(first: number, second?: number): number {
  const [low, high] = second === undefined ? [0, first] : [first, second]
  const span = high - low
  // 48 bits, drawn again where the remainder would favour small numbers.
  for (;;) {
    const value = randomBytes(6).reduce((sum, byte) => sum * 256 + byte, 0)
    if (value < 2 ** 48 - (2 ** 48 % span)) return low + (value % span)
  }
}

function timingSafeEqual(a: unknown, b: unknown): boolean {
  const left = bytesOf(a)
  const right = bytesOf(b)
  if (left.length !== right.length)
    throw Object.assign(new RangeError('Input buffers must have the same byte length'), { code: 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH' })
  return left.reduce((difference, byte, i) => difference | (byte ^ (right[i] ?? 0)), 0) === 0
}

const missing = (name: string) => () => {
  throw unsupported('crypto', `${name} is missing; hashes, HMAC and random numbers are there`)
}

/** The `crypto` module: what needs no key store. */
export const cryptoModule: Record<string, unknown> = {
  createHash: (name: unknown) => running(hashNamed(name).create()),
  createHmac: (name: unknown, key: unknown) => running(hmac.create(hashNamed(name), bytesOf(key))),
  getHashes: () => Object.keys(HASHES),
  randomBytes,
  randomUUID: uuid,
  randomInt,
  timingSafeEqual,
  getRandomValues: (view: Uint8Array) => {
    view.set(randomBytes(view.length))
    return view
  },
  webcrypto: crypto,
  ...Object.fromEntries(
    [
      'createCipheriv',
      'createDecipheriv',
      'createSign',
      'createVerify',
      'pbkdf2',
      'pbkdf2Sync',
      'scrypt',
      'scryptSync',
      'generateKeyPair',
      'generateKeyPairSync',
      'createDiffieHellman',
    ].map((name) => [name, missing(name)]),
  ),
}
