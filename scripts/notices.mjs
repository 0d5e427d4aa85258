import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './steps.mjs'

/** @typedef {{ version?: string, license?: string, link?: boolean, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Entry */
/** @typedef {{ name: string, version: string, license: string, text: string }} Notice */

/** What of this repository is in the package; the test kit is not. */
const SHIPPED = ['apps/web', 'apps/relay', 'packages/protocol', 'packages/relay-client', 'packages/runtime', 'packages/ui']

/**
 * Where a package lies that another one imports: beside it, or above.
 * @param {Record<string, Entry>} packages
 * @param {string} from
 * @param {string} name
 */
function placeOf(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const place = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
    if (packages[place] !== undefined) return place
    if (at === '') return undefined
  }
}

/**
 * The packages of others whose code may be in the package of ours, each with its licence.
 * @returns {readonly Notice[]}
 */
export function notices() {
  /** @type {{ packages: Record<string, Entry> }} */
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  /** @type {Set<string>} */
  const found = new Set()
  /** @param {string} place */
  const visit = (place) => {
    for (const name of Object.keys(packages[place]?.dependencies ?? {})) {
      const next = placeOf(packages, place, name)
      if (next === undefined || packages[next]?.link === true || found.has(next)) continue
      found.add(next)
      visit(next)
    }
  }
  for (const place of SHIPPED) visit(place)
  return [...found].toSorted().map((place) => ({
    name: place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length),
    version: packages[place]?.version ?? '',
    license: packages[place]?.license ?? '',
    text: licenceIn(join(ROOT, place)),
  }))
}

/** What packages that come without the text of a licence ask to be told of them. Their files are shipped unchanged. */
const TOLD = new Map([
  [
    'pyodide',
    'Mozilla Public License 2.0, https://mozilla.org/MPL/2.0/. Its source is at https://github.com/pyodide/pyodide, under the tag of this version.\n' +
      'It holds CPython and its standard library, copyright Python Software Foundation, under the PSF License Version 2, https://docs.python.org/3/license.html.',
  ],
])

/** @param {string} folder */
function licenceIn(folder) {
  const told = TOLD.get(folder.slice(folder.lastIndexOf('/') + 1))
  if (told !== undefined) return told
  if (!existsSync(folder)) return ''
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name) && /(\.(md|txt|mit)|^[^.]+)$/i.test(name))
  return names.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n')
}

// Before the package is packed: what others wrote is named in it, as their licences ask for.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const all = notices().map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`)
  const head = 'Tabwright holds code of these packages, under their own licences.\n'
  writeFileSync(join(ROOT, 'THIRD-PARTY.txt'), [head, ...all].join(`\n${'-'.repeat(80)}\n\n`))
}
