import { Buffer } from 'buffer'

const isName = (encoding: unknown): boolean => typeof encoding === 'string' && encoding.toLowerCase() === 'base64url'

/** As far as Node reads it: up to the first pair that is none. */
const validHex = (text: string): string => /^(?:[\da-f]{2})*/i.exec(text)?.[0] ?? ''

/** Teaches the library's `Buffer` the one encoding of Node that it does not know, and to stop at what is no hexadecimal digit. */
export function repairBuffer(): void {
  const { from, isEncoding, byteLength } = Buffer
  const { toString, write } = Buffer.prototype
  // It reads both alphabets under the older name.
  const plain = (encoding: unknown): unknown => (isName(encoding) ? 'base64' : encoding)
  const own: Record<string, unknown> = {
    from: (value: unknown, encoding?: unknown, ...rest: unknown[]) =>
      Reflect.apply(from, Buffer, [encoding === 'hex' && typeof value === 'string' ? validHex(value) : value, plain(encoding), ...rest]),
    isEncoding: (encoding: unknown) => isName(encoding) || Reflect.apply(isEncoding, Buffer, [encoding]),
    byteLength: (value: unknown, encoding?: unknown) => Reflect.apply(byteLength, Buffer, [value, plain(encoding)]),
  }
  for (const [name, value] of Object.entries(own)) Reflect.set(Buffer, name, value)
  Reflect.set(Buffer.prototype, 'toString', function (this: Uint8Array, encoding?: unknown, ...rest: unknown[]) {
    const text: unknown = Reflect.apply(toString, this, [plain(encoding), ...rest])
    return isName(encoding) ? String(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') : text
  })
  Reflect.set(Buffer.prototype, 'write', function (this: Uint8Array, ...args: unknown[]) {
    return Reflect.apply(write, this, args.map(plain))
  })
}
