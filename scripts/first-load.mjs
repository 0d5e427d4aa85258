import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** What the first page may weigh: script, in bytes as gzip makes them. The aim is 180 kB (P10); what is more has to be loaded when it is shown. */
export const FIRST_LOAD = 160_000

/** The entry, and all that it imports without `import()`: Vite names them in the document. */
const SCRIPT = /<(?:script type="module"|link rel="modulepreload")[^>]* (?:src|href)="\/(assets\/[^"]+\.js)"/g

/**
 * What a browser loads before anything of the page is drawn.
 * @param {string} document the built `index.html`
 * @returns {string[]} paths below the build's folder
 */
export function firstFiles(document) {
  const files = [...document.matchAll(SCRIPT)].map(([, path = '']) => path)
  // A document of another form must not weigh nothing: the name is that of `vite.config.ts`.
  if (!files.some((path) => /^assets\/first-[^/]+\.js$/.test(path))) throw new Error('index.html names no first part of the app')
  return files
}

/**
 * @param {string} dist the built app
 * @returns {number} bytes
 */
export function firstLoad(dist) {
  const files = firstFiles(readFileSync(join(dist, 'index.html'), 'utf8'))
  return files.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0)
}

/**
 * @param {number} bytes
 * @param {number} [most]
 * @returns {string | undefined} what is wrong
 */
export function tooHeavy(bytes, most = FIRST_LOAD) {
  if (bytes <= most) return undefined
  const kB = (/** @type {number} */ of) => (of / 1000).toFixed(1)
  return `The first page loads ${kB(bytes)} kB of script, ${kB(bytes - most)} more than it may (scripts/first-load.mjs). Load what is not shown at once by lazyPart or lazyLayer.`
}
