import { Buffer } from 'buffer'
import { Transform } from 'readable-stream'
import { blocks, counting, galois, type Direction, type Running } from './cipher-modes'
import { bytesOf, invalidArgument, unsupported } from './context'

const MODES = ['cbc', 'ecb', 'ctr', 'gcm'] as const
type Mode = (typeof MODES)[number]

interface Known {
  readonly name: string
  readonly mode: Mode
  readonly keyLength: number
}

const KNOWN: readonly Known[] = [128, 192, 256].flatMap((bits) =>
  MODES.map((mode) => ({ name: `aes-${bits}-${mode}`, mode, keyLength: bits / 8 })),
)

/** Ciphers that OpenSSL has and this sandbox has not, by the beginning of their names. */
const ELSEWHERE = /^(?:id-)?(?:aes|aria|camellia|chacha20|des|sm4|bf|cast|rc[245])/

function knownBy(given: unknown): Known {
  if (typeof given !== 'string') throw invalidArgument('cipher', 'of type string', given)
  const name = given
    .toLowerCase()
    .replace(/^aes(128|192|256)$/, 'aes-$1-cbc')
    .replace(/^id-aes(\d+)-gcm$/, 'aes-$1-gcm')
  const found = KNOWN.find((one) => one.name === name)
  if (found !== undefined) return found
  if (ELSEWHERE.test(name)) throw unsupported('crypto', `the cipher ${given} is missing; there are AES in the modes ${MODES.join(', ')}`)
  throw Object.assign(new Error('Unknown cipher'), { code: 'ERR_CRYPTO_UNKNOWN_CIPHER' })
}

function ivOf(mode: Mode, given: unknown): Uint8Array | undefined {
  const iv = given === null ? undefined : bytesOf(given)
  const fits = mode === 'ecb' ? iv === undefined || iv.length === 0 : mode === 'gcm' ? iv !== undefined && iv.length > 0 : iv?.length === 16
  if (!fits) throw Object.assign(new TypeError('Invalid initialization vector'), { code: 'ERR_CRYPTO_INVALID_IV' })
  return mode === 'ecb' ? undefined : iv
}

const invalidState = (operation?: string): Error =>
  Object.assign(new Error(`Invalid state${operation === undefined ? '' : ` for operation ${operation}`}`), {
    code: 'ERR_CRYPTO_INVALID_STATE',
  })

/** `Cipheriv` and `Decipheriv`: updated piece by piece, or a stream. */
class Cipher {
  readonly #running: Running
  readonly #direction: Direction
  #isPadded = true
  #isOver = false
  #wanted: Uint8Array | undefined
  #tagLength = 16

  constructor(given: readonly unknown[], direction: Direction) {
    const [name, rawKey, rawIv, options] = given
    const { mode, keyLength } = knownBy(name)
    const key = bytesOf(rawKey)
    if (key.length !== keyLength) throw Object.assign(new RangeError('Invalid key length'), { code: 'ERR_CRYPTO_INVALID_KEYLEN' })
    const iv = ivOf(mode, rawIv)
    this.#direction = direction
    const length: unknown = Reflect.get(Object(options), 'authTagLength')
    if (typeof length === 'number') this.#tagLength = length
    if (mode === 'gcm') this.#running = galois({ key, iv: iv ?? new Uint8Array(), direction })
    else if (mode === 'ctr') this.#running = counting(key, iv ?? new Uint8Array(16))
    else this.#running = blocks({ key, iv, direction }, () => this.#isPadded)
  }

  update(data: unknown, encoding?: unknown): Uint8Array {
    if (this.#isOver) throw new Error('Trying to add data in unsupported state')
    return this.#running.update(bytesOf(data, encoding ?? 'utf8'))
  }

  final(): Uint8Array {
    if (this.#isOver) throw invalidState()
    const out = this.#running.final()
    this.#isOver = true
    if (this.#running.tag !== undefined && this.#direction === 'decrypt') this.#check(this.#running.tag())
    return out
  }

  padding(isPadded: boolean): void {
    this.#isPadded = isPadded
  }

  tag(): Uint8Array {
    if (!this.#isOver || this.#running.tag === undefined || this.#direction === 'decrypt') throw invalidState('getAuthTag')
    return this.#running.tag().slice(0, this.#tagLength)
  }

  expect(tag: Uint8Array): void {
    if (this.#running.tag === undefined || this.#direction === 'encrypt' || this.#isOver) throw invalidState('setAuthTag')
    this.#wanted = tag
  }

  associate(bytes: Uint8Array): void {
    if (this.#running.more === undefined || this.#isOver) throw invalidState('setAAD')
    this.#running.more(bytes)
  }

  #check(tag: Uint8Array): void {
    const wanted = this.#wanted
    const differs = wanted === undefined || wanted.length < 4 || wanted.reduce((sum, byte, i) => sum | (byte ^ (tag[i] ?? 0)), 0) !== 0
    if (differs) throw new Error('Unsupported state or unable to authenticate data')
  }
}

/** As a program has it: texts in the wished encodings, and a stream. */
function streaming(cipher: Cipher): Transform {
  const shown = (bytes: Uint8Array, encoding: unknown): unknown => {
    const buffer = Buffer.from(bytes)
    return typeof encoding === 'string' && encoding !== 'buffer' ? decoded(buffer, encoding) : buffer
  }
  // A character may be cut by two updates: its first bytes wait for the rest.
  let held: Uint8Array = new Uint8Array()
  const decoded = (buffer: Buffer, encoding: string): string => {
    if (!/^utf-?8$/i.test(encoding)) return Reflect.apply(buffer.toString, buffer, [encoding])
    const all = Buffer.concat([held, buffer])
    const text = new TextDecoder()
    const out = text.decode(all, { stream: true })
    held = all.slice(Buffer.byteLength(out))
    return out
  }
  const ended = (encoding: unknown): unknown => {
    const out = shown(cipher.final(), encoding)
    if (held.length === 0 || typeof out !== 'string') return out
    return out + new TextDecoder().decode(held)
  }
  const self: Transform = new Transform({
    transform(this: Transform, chunk: unknown, encoding: unknown, done: () => void) {
      this.push(Buffer.from(cipher.update(chunk, encoding === 'buffer' ? 'utf8' : encoding)))
      done()
    },
    flush(this: Transform, done: (error?: Error) => void) {
      try {
        this.push(Buffer.from(cipher.final()))
        done()
      } catch (thrown) {
        done(thrown instanceof Error ? thrown : new Error(String(thrown)))
      }
    },
  })
  return Object.assign(self, {
    update: (data: unknown, from?: unknown, to?: unknown) => shown(cipher.update(data, from), to),
    final: (to?: unknown) => ended(to),
    setAutoPadding: (isPadded: unknown = true) => {
      cipher.padding(isPadded !== false)
      return self
    },
    getAuthTag: () => Buffer.from(cipher.tag()),
    setAuthTag: (tag: unknown, encoding?: unknown) => {
      cipher.expect(bytesOf(tag, encoding))
      return self
    },
    setAAD: (bytes: unknown) => {
      cipher.associate(bytesOf(bytes))
      return self
    },
  })
}

/** Ciphers of `crypto`. */
export const ciphers: Readonly<Record<string, unknown>> = {
  createCipheriv: (...given: unknown[]) => streaming(new Cipher(given, 'encrypt')),
  createDecipheriv: (...given: unknown[]) => streaming(new Cipher(given, 'decrypt')),
  getCiphers: () => KNOWN.map(({ name }) => name),
  getCipherInfo: (name: unknown) => {
    const found = KNOWN.find((one) => one.name === name)
    if (found === undefined) return undefined
    const { mode, keyLength } = found
    const isStream = mode === 'gcm' || mode === 'ctr'
    return {
      mode,
      name: found.name,
      blockSize: isStream ? 1 : 16,
      ...(mode !== 'ecb' && { ivLength: mode === 'gcm' ? 12 : 16 }),
      keyLength,
    }
  },
}
