import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

/** What shrinks; packs, images and fonts of the web are compressed already. */
const SHRINKS = new Set(['.css', '.html', '.js', '.json', '.svg', '.ts', '.ttf', '.wasm'])
/** Smaller files grow by the wrapping more than they shrink. */
const WORTH_BYTES = 1024
/** 10 and 11 save another six per cent and take eight times as long. */
const QUALITY = 9

/**
 * Writes a compressed `.br` beside each file of a build that is worth it, so that the relay sends what lies there: the first page waits
 * for no compression.
 * @param {string} folder
 */
export async function compress(folder) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !SHRINKS.has(extname(entry.name))) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = readFileSync(path)
    if (bytes.length < WORTH_BYTES) continue
    const params = { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(`${path}.br`, await promisify(brotliCompress)(bytes, { params }))
  }
}
