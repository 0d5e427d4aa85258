import { Buffer } from 'buffer'
import { deflateSync, gunzipSync, gzipSync, inflateSync, unzlibSync, zlibSync } from 'fflate'
import { crc32 } from '../../../shell/commands/archive/crc'
import { bytesOf, unsupported, type World } from './context'
import { zlibStreams } from './zlib-streams'

function inNodesWords(thrown: unknown): Error {
  const said = thrown instanceof Error ? thrown.message : String(thrown)
  if (/EOF|end of file/i.test(said)) return Object.assign(new Error('unexpected end of file'), { code: 'Z_BUF_ERROR', errno: -5 })
  const message = /header|gzip data|zlib data/i.test(said) ? 'incorrect header check' : said
  return Object.assign(new Error(message), { code: 'Z_DATA_ERROR', errno: -3 })
}

const checksum = (data: unknown, before: unknown = 0): number => crc32(bytesOf(data), Number(before))

/** The library gives what there was of a packed text that is cut off, without a word. */
function wholeGzip(packed: Uint8Array): Uint8Array {
  const bytes = gunzipSync(packed)
  const tail = new DataView(packed.buffer, packed.byteOffset + packed.length - 8, 8)
  if (tail.getUint32(4, true) !== bytes.length % 2 ** 32) throw new Error('unexpected EOF')
  return bytes
}

function wholeZlib(packed: Uint8Array): Uint8Array {
  const bytes = unzlibSync(packed)
  const tail = new DataView(packed.buffer, packed.byteOffset + packed.length - 4, 4)
  let [low, high] = [1, 0]
  for (const byte of bytes) {
    low = (low + byte) % 65_521
    high = (high + low) % 65_521
  }
  if (tail.getUint32(0) !== high * 65_536 + low) throw new Error('unexpected EOF')
  return bytes
}

const sync: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gzipSync(bytes),
  gunzip: wholeGzip,
  deflate: (bytes) => zlibSync(bytes),
  inflate: wholeZlib,
  deflateRaw: (bytes) => deflateSync(bytes),
  inflateRaw: (bytes) => inflateSync(bytes),
  unzip: (bytes) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? wholeGzip(bytes) : wholeZlib(bytes)),
}

const CONSTANTS = {
  Z_NO_FLUSH: 0,
  Z_PARTIAL_FLUSH: 1,
  Z_SYNC_FLUSH: 2,
  Z_FULL_FLUSH: 3,
  Z_FINISH: 4,
  Z_NO_COMPRESSION: 0,
  Z_BEST_SPEED: 1,
  Z_BEST_COMPRESSION: 9,
  Z_DEFAULT_COMPRESSION: -1,
  Z_DEFAULT_STRATEGY: 0,
  BROTLI_OPERATION_FLUSH: 1,
  BROTLI_PARAM_MODE: 0,
  BROTLI_PARAM_QUALITY: 1,
  BROTLI_PARAM_SIZE_HINT: 5,
}

/** What programs look for, and are told that it is not there. */
const BROTLI = Object.fromEntries(
  [
    'brotliCompress',
    'brotliCompressSync',
    'brotliDecompress',
    'brotliDecompressSync',
    'createBrotliCompress',
    'createBrotliDecompress',
  ].map((name) => [
    name,
    () => {
      throw unsupported('zlib', `${name} is missing; gzip and deflate are there`)
    },
  ]),
)

/** The `zlib` module; brotli is refused by name. */
export function zlibFor(world: World): Record<string, unknown> {
  const module: Record<string, unknown> = {
    constants: CONSTANTS,
    ...BROTLI,
    crc32: checksum,
    ...zlibStreams(inNodesWords),
  }
  for (const [name, work] of Object.entries(sync)) {
    const run = (data: unknown): Uint8Array => {
      try {
        return Buffer.from(work(bytesOf(data)))
      } catch (thrown) {
        throw inNodesWords(thrown)
      }
    }
    module[`${name}Sync`] = (data: unknown) => run(data)
    module[name] = (data: unknown, ...rest: unknown[]) => {
      const callback = rest.at(-1)
      if (typeof callback !== 'function')
        throw Object.assign(new TypeError('The "callback" argument must be of type function'), { code: 'ERR_INVALID_ARG_TYPE' })
      world.loop.complete(() => {
        let answer: unknown[]
        try {
          answer = [null, run(data)]
        } catch (thrown) {
          answer = [thrown]
        }
        Reflect.apply(callback, undefined, answer)
      })
    }
  }
  return module
}
