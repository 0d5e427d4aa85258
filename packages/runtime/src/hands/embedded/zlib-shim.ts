import { gunzipSync as gunzip, gzipSync as gzip } from 'fflate'

/** What the shell library takes from `node:zlib`, on fflate. */
export const constants = { Z_BEST_SPEED: 1, Z_DEFAULT_COMPRESSION: 6, Z_BEST_COMPRESSION: 9 }

const LEVELS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const

export function gzipSync(bytes: Uint8Array, options: { readonly level?: number } = {}): Uint8Array {
  const level = LEVELS.find((known) => known === options.level) ?? 6
  return gzip(bytes, { level, mtime: 0 })
}

export function gunzipSync(bytes: Uint8Array, options: { readonly maxOutputLength?: number } = {}): Uint8Array {
  const out = gunzip(bytes)
  // Node's own words: the library tells a bomb from a broken archive by this code.
  if (options.maxOutputLength !== undefined && out.length > options.maxOutputLength) {
    throw Object.assign(new RangeError(`Cannot create a Buffer larger than ${options.maxOutputLength} bytes`), {
      code: 'ERR_BUFFER_TOO_LARGE',
    })
  }
  return out
}
