import { Buffer } from 'buffer'
import { invalidArgument, received } from './context'
import { customInspect } from './inspect'

/** Bytes that are shown of a buffer. */
const SHOWN = 50
const MOST = 2 ** 32

function outOfRange(name: string, range: string, value: unknown): RangeError {
  return Object.assign(new RangeError(`The value of "${name}" is out of range. It must be ${range}. Received ${String(value)}`), {
    code: 'ERR_OUT_OF_RANGE',
  })
}

/** Programs match on the codes of what `Buffer` refuses; the library has words of its own. */
function inNodesWords(thrown: unknown, value: unknown): unknown {
  if (!(thrown instanceof TypeError)) return thrown
  if (thrown.message.startsWith('Unknown encoding')) return Object.assign(thrown, { code: 'ERR_UNKNOWN_ENCODING' })
  const expected = 'of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object'
  return Object.assign(new TypeError(`The first argument must be ${expected}. Received ${received(value)}`), {
    code: 'ERR_INVALID_ARG_TYPE',
  })
}

function checkSize(size: unknown): void {
  if (typeof size !== 'number') throw invalidArgument('size', 'of type number', size)
  if (!(size >= 0 && size <= MOST)) throw outOfRange('size', `>= 0 && <= ${MOST}`, size)
}

/** `readUInt16LE` and the like: how many bytes it takes, and whole numbers of which span. */
interface Access {
  readonly bytes: number
  readonly span: readonly [least: number, most: number] | undefined
}

function accessOf(name: string): Access | undefined {
  const [, kind = '', bits = ''] = /^(?:read|write)(U?[Ii]nt|Big(?:U[Ii]|I)nt|Float|Double)(8|16|32|64)?(?:LE|BE)?$/.exec(name) ?? []
  if (kind === 'Float') return { bytes: 4, span: undefined }
  if (kind === 'Double') return { bytes: 8, span: undefined }
  if (bits === '') return undefined
  const bytes = Number(bits) / 8
  if (kind.startsWith('Big')) return { bytes, span: undefined }
  return { bytes, span: kind.startsWith('U') ? [0, 2 ** Number(bits) - 1] : [-(2 ** (Number(bits) - 1)), 2 ** (Number(bits) - 1) - 1] }
}

function checkPlace(buffer: Uint8Array, offset: unknown, bytes: number): void {
  if (offset === undefined) return checkPlace(buffer, 0, bytes)
  if (typeof offset !== 'number') throw invalidArgument('offset', 'of type number', offset)
  const last = buffer.length - bytes
  if (last < 0) throw Object.assign(new RangeError('Attempt to access memory outside buffer bounds'), { code: 'ERR_BUFFER_OUT_OF_BOUNDS' })
  if (!Number.isInteger(offset)) throw outOfRange('offset', 'an integer', offset)
  if (offset < 0 || offset > last) throw outOfRange('offset', `>= 0 and <= ${last}`, offset)
}

function checkedAccess(name: string, work: unknown, { bytes, span }: Access): unknown {
  const isWrite = name.startsWith('write')
  return function (this: Uint8Array, ...args: unknown[]): unknown {
    const [value] = args
    if (isWrite && span !== undefined && typeof value === 'number' && (value < span[0] || value > span[1]))
      throw outOfRange('value', `>= ${span[0]} and <= ${span[1]}`, value)
    checkPlace(this, isWrite ? args[1] : args[0], bytes)
    return typeof work === 'function' ? Reflect.apply(work, this, args) : undefined
  }
}

function checkAccesses(): void {
  for (const name of Object.getOwnPropertyNames(Buffer.prototype)) {
    const access = accessOf(name)
    if (access !== undefined) Reflect.set(Buffer.prototype, name, checkedAccess(name, Reflect.get(Buffer.prototype, name), access))
  }
}

/** Makes the library's `Buffer` refuse what Node refuses, in its words, and show itself as there. */
export function wordBuffer(): void {
  const { from, concat } = Buffer
  Reflect.set(Buffer, 'from', (value: unknown, ...rest: unknown[]) => {
    try {
      return Reflect.apply(from, Buffer, [value, ...rest])
    } catch (thrown) {
      throw inNodesWords(thrown, value)
    }
  })
  Reflect.set(Buffer, 'concat', (list: unknown, ...rest: unknown[]) => {
    if (!Array.isArray(list)) throw invalidArgument('list', 'an instance of Array', list)
    return Reflect.apply(concat, Buffer, [list, ...rest])
  })
  for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) {
    const make: unknown = Reflect.get(Buffer, name)
    Reflect.set(Buffer, name, (size: unknown, ...rest: unknown[]) => {
      checkSize(size)
      return typeof make === 'function' ? Reflect.apply(make, Buffer, [size, ...rest]) : undefined
    })
  }
  checkAccesses()
  Object.defineProperty(Buffer.prototype, customInspect, {
    configurable: true,
    writable: true,
    value(this: Uint8Array): string {
      const more = this.length - SHOWN
      const hex = Array.from(this.subarray(0, SHOWN), (byte) => ` ${byte.toString(16).padStart(2, '0')}`).join('')
      return `<Buffer${hex}${more > 0 ? ` ... ${more} more byte${more > 1 ? 's' : ''}` : ''}>`
    },
  })
}
