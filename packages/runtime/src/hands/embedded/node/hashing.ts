import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js'
import { pbkdf2 } from '@noble/hashes/pbkdf2.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js'
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js'
import { Buffer } from 'buffer'
import { Transform } from 'readable-stream'
import { ciphers } from './ciphers'
import { bytesOf, invalidArgument, unsupported, type World } from './context'

const HASHES = {
  md5,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  ripemd160,
  rmd160: ripemd160,
  'sha512-224': sha512_224,
  'sha512-256': sha512_256,
  'sha3-224': sha3_224,
  'sha3-256': sha3_256,
  'sha3-384': sha3_384,
  'sha3-512': sha3_512,
}

interface Running {
  clone(): Running
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array
}

function hashNamed(name: unknown): (typeof HASHES)[keyof typeof HASHES] {
  const key = String(name)
    .toLowerCase()
    .replace(/^(?:rsa-)?sha-?(?=[125]|384)/, 'sha')
  const found = Object.entries(HASHES).find(([known]) => known === key)?.[1]
  if (found === undefined) throw Object.assign(new Error('Digest method not supported'), { code: 'ERR_CRYPTO_INVALID_DIGEST' })
  return found
}

/** A hash under way: written to in pieces, or a stream that ends with it. */
function running(hash: Running): Transform {
  let isDone = false
  const checkOpen = (): void => {
    if (isDone) throw Object.assign(new Error('Digest already called'), { code: 'ERR_CRYPTO_HASH_FINALIZED' })
  }
  const self: Transform = new Transform({
    transform(chunk: unknown, encoding: unknown, done: () => void) {
      hash.update(bytesOf(chunk, encoding === 'buffer' ? 'utf8' : encoding))
      done()
    },
    flush(this: Transform, done: () => void) {
      isDone = true
      this.push(Buffer.from(hash.digest()))
      done()
    },
  })
  return Object.assign(self, {
    copy() {
      checkOpen()
      return running(hash.clone())
    },
    update(data: unknown, encoding?: unknown) {
      checkOpen()
      hash.update(bytesOf(data, encoding))
      return self
    },
    digest(encoding?: unknown) {
      checkOpen()
      isDone = true
      const bytes = Buffer.from(hash.digest())
      return typeof encoding === 'string' && encoding !== 'buffer' ? Reflect.apply(bytes.toString, bytes, [encoding]) : bytes
    },
  })
}

/** The platform's own, before the program's stands in its place. */
const native = globalThis.crypto

function randomBytes(size: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  // The platform gives 64 KB at a time.
  for (let at = 0; at < size; at += 65_536)
    native.getRandomValues(new Uint8Array(bytes.buffer, bytes.byteOffset + at, Math.min(65_536, size - at)))
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
  throw unsupported('crypto', `${name} is missing; hashes, HMAC, AES, keys from passwords and random numbers are there`)
}

/** The same with a callback, which comes later. */
function later(world: World, work: (...args: unknown[]) => unknown) {
  return (...args: unknown[]): void => {
    const callback = args.pop()
    if (typeof callback !== 'function') throw invalidArgument('callback', 'of type function', callback)
    const answer = work(...args)
    world.loop.complete(() => void Reflect.apply(callback, undefined, [null, answer]))
  }
}

/** Where a callback may be left out. */
function maybeLater(world: World, work: (...args: unknown[]) => unknown) {
  return (...args: unknown[]): unknown => (typeof args.at(-1) === 'function' ? later(world, work)(...args) : work(...args))
}

const pbkdf2Sync = (password: unknown, salt: unknown, ...rest: unknown[]): Uint8Array => {
  const [iterations, length, digest] = rest
  return Buffer.from(pbkdf2(hashNamed(digest), bytesOf(password), bytesOf(salt), { c: Number(iterations), dkLen: Number(length) }))
}

const scryptSync = (password: unknown, salt: unknown, length: unknown, options?: unknown): Uint8Array => {
  const number = (short: string, long: string, fallback: number): number =>
    Number(Reflect.get(Object(options), short) ?? Reflect.get(Object(options), long) ?? fallback)
  const [N, r, p] = [number('N', 'cost', 16_384), number('r', 'blockSize', 8), number('p', 'parallelization', 1)]
  return Buffer.from(scrypt(bytesOf(password), bytesOf(salt), { N, r, p, dkLen: Number(length) }))
}

const hkdfSync = (digest: unknown, key: unknown, ...rest: unknown[]): ArrayBuffer => {
  const [salt, info, length] = rest
  return new Uint8Array(hkdf(hashNamed(digest), bytesOf(key), bytesOf(salt), bytesOf(info), Number(length))).buffer
}

const randomFill = (view: unknown): unknown => {
  if (!ArrayBuffer.isView(view)) throw invalidArgument('buf', 'an instance of ArrayBuffer or ArrayBufferView', view)
  new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(randomBytes(view.byteLength))
  return view
}

const SUBTLE = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveKey',
  'deriveBits',
  'generateKey',
  'importKey',
  'exportKey',
  'wrapKey',
  'unwrapKey',
]

/** `crypto` of the global scope: in a locked frame the platform's own has no `subtle`, so there is the same part of it everywhere. */
export function webCryptoFor({ loop }: Pick<World, 'loop'>): object {
  const digest = async (algorithm: unknown, data: unknown): Promise<ArrayBuffer> => {
    const name: unknown = typeof algorithm === 'string' ? algorithm : Reflect.get(Object(algorithm), 'name')
    const hash = /^SHA-(?:1|256|384|512)$/i.test(String(name)) ? hashNamed(name) : undefined
    if (hash === undefined) throw new DOMException('Unrecognized algorithm name', 'NotSupportedError')
    const bytes = bytesOf(data)
    await new Promise<void>((resolve) => loop.complete(resolve))
    return new Uint8Array(hash(bytes)).buffer
  }
  const subtle = { digest, ...Object.fromEntries(SUBTLE.map((name) => [name, missing(`crypto.subtle.${name}`)])) }
  const fill = <View extends ArrayBufferView>(view: View): View => {
    if (view.byteLength > 65_536) throw new DOMException('The requested length exceeds 65,536 bytes', 'QuotaExceededError')
    randomFill(view)
    return view
  }
  return { subtle, getRandomValues: fill, randomUUID: uuid }
}

/** The `crypto` module: what needs no key store. */
export const cryptoFor = (world: World): Record<string, unknown> => ({
  createHash: (name: unknown) => running(hashNamed(name).create()),
  createHmac: (name: unknown, key: unknown) => running(hmac.create(hashNamed(name), bytesOf(key))),
  hash: (name: unknown, data: unknown, encoding: unknown = 'hex') => {
    const bytes = Buffer.from(hashNamed(name)(bytesOf(data)))
    return encoding === 'buffer' ? bytes : Reflect.apply(bytes.toString, bytes, [encoding])
  },
  getHashes: () => Object.keys(HASHES),
  randomBytes: maybeLater(world, (size) => randomBytes(Number(size))),
  randomUUID: uuid,
  randomInt: maybeLater(world, (first, second) => randomInt(Number(first), second === undefined ? undefined : Number(second))),
  randomFillSync: randomFill,
  randomFill: later(world, randomFill),
  pbkdf2Sync,
  pbkdf2: later(world, (...args) => pbkdf2Sync(args[0], args[1], ...args.slice(2))),
  scryptSync,
  scrypt: later(world, (...args) => scryptSync(args[0], args[1], args[2], args[3])),
  hkdfSync,
  hkdf: later(world, (...args) => hkdfSync(args[0], args[1], ...args.slice(2))),
  timingSafeEqual,
  ...ciphers,
  getRandomValues: (view: Uint8Array) => {
    view.set(randomBytes(view.length))
    return view
  },
  webcrypto: globalThis.crypto,
  subtle: globalThis.crypto.subtle,
  ...Object.fromEntries(
    ['createSign', 'createVerify', 'generateKeyPair', 'generateKeyPairSync', 'createDiffieHellman'].map((name) => [name, missing(name)]),
  ),
})
