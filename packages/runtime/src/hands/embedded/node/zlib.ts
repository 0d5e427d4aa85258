import { Buffer } from 'buffer'
import { deflateSync, gunzipSync, gzipSync, inflateSync, unzlibSync, zlibSync } from 'fflate'
import { bytesOf, type World } from './context'

const sync: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: (bytes) => gzipSync(bytes),
  gunzip: (bytes) => gunzipSync(bytes),
  deflate: (bytes) => zlibSync(bytes),
  inflate: (bytes) => unzlibSync(bytes),
  deflateRaw: (bytes) => deflateSync(bytes),
  inflateRaw: (bytes) => inflateSync(bytes),
  unzip: (bytes) => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : unzlibSync(bytes)),
}

function inNodesWords(thrown: unknown): Error {
  return Object.assign(
    new Error(
      thrown instanceof Error && /header/i.test(thrown.message)
        ? 'incorrect header check'
        : String(thrown instanceof Error ? thrown.message : thrown),
    ),
    { code: 'Z_DATA_ERROR', errno: -3 },
  )
}

/** The `zlib` module without its streams. */
export function zlibFor(world: World): Record<string, unknown> {
  const module: Record<string, unknown> = { constants: { Z_BEST_SPEED: 1, Z_BEST_COMPRESSION: 9, Z_DEFAULT_COMPRESSION: -1 } }
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
