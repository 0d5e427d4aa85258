import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './steps.mjs'

const ROOMS = ['packages', 'apps', 'scripts', 'e2e', 'bench', 'examples']
const SKIPPED = new Set(['node_modules', 'dist', 'dist-relay', 'cases', 'test-results'])

/** Folders that have no reason to say no, and files named for their kind instead of for what they hold. */
const NO_FOLDER = /^(utils?|common|shared|helpers?|lib|misc)$/
const NO_FILE = /(^|-)(utils?|helpers?|manager|service|common|misc)(-|\.|$)|^types\.tsx?$/
const KEBAB = /^[a-z0-9]+([-.][a-z0-9]+)*$/

const SOURCE = /\.(ts|tsx|mjs)$/

/** What no lint rule at hand covers, one line each. */
const TEXT = [
  { what: 'export * hides what a module offers: name the exports', found: /^export \* /m, tests: true },
  {
    what: 'a catch without a statement swallows the error',
    found: /catch\s*(\([^)]*\))?\s*\{\s*((\/\/[^\n]*|\/\*[\s\S]*?\*\/)\s*)*\}/,
    tests: false,
  },
  { what: '.catch(() => {}) swallows the error', found: /\.catch\(\s*\(?\w*\)?\s*=>\s*\{\s*\}\s*\)/, tests: false },
  { what: 'srcDoc would inherit our policy: serve a document', found: /\bsrcDoc=/, tests: true },
  { what: 'enum: use a union of strings', found: /^(export )?(const )?enum /m, tests: true },
  { what: 'a note to do it later: do it or open an issue', found: /(\/\/|^\s*\*)\s*(TODO|FIXME|XXX)\b/m, tests: true },
]

/** The other side where one reads from the right. What Base UI measures on the screen is meant so. */
const SIDED =
  /^\s*(?:(?:margin|padding|border|inset)-(?:left|right)\b|(?:left|right):(?! var\(--active-tab)|(?:text-align|float): (?:left|right)\b|border-(?:top|bottom)-(?:left|right)-radius)/
const VALUE = String.raw`((?:[^\s();]|\((?:[^()]|\([^()]*\))*\))+)`
const FOUR = new RegExp(String.raw`^\s*(?:margin|padding|inset): ${VALUE} ${VALUE} ${VALUE} ${VALUE};`)

/**
 * Lines of a style sheet that name a side of the screen.
 * @param {string} text
 * @returns {readonly number[]} from 1 on
 */
export function sidedLines(text) {
  const isSided = (/** @type {string} */ line) => {
    const [, , right, , left] = FOUR.exec(line) ?? []
    return SIDED.test(line) || right !== left
  }
  return text.split('\n').flatMap((line, at) => (isSided(line) ? [at + 1] : []))
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function sideProblems(path) {
  if (!path.endsWith('.css')) return []
  const lines = sidedLines(readFileSync(join(ROOT, path), 'utf8'))
  return lines.map((line) => `${path}:${line}: a side of the screen: write inline-start and inline-end, which follow the language`)
}

/**
 * @param {string} folder
 * @returns {string[]} files below it, relative to the repository
 */
function filesBelow(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return []
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? [`${path}/`, ...filesBelow(path)] : [path]
  })
}

/** There a file is named for the module of Node that it stands for. */
const NODE_MODULES = /^packages\/runtime\/src\/hands\/embedded\/node\//

/** @param {string} path */
function nameProblems(path) {
  const name = path.replace(/\/$/, '').split('/').at(-1) ?? ''
  if (path.endsWith('/')) return NO_FOLDER.test(name) ? [`${path}: no folder of this name: it has no reason to say no`] : []
  if (/^[A-Z]+\.md$/.test(name) || name.startsWith('.')) return []
  return [
    ...(KEBAB.test(name) ? [] : [`${path}: file names are kebab-case`]),
    ...(SOURCE.test(name) && NO_FILE.test(name) && !NODE_MODULES.test(path)
      ? [`${path}: name a file for what it holds, not for its kind`]
      : []),
  ]
}

/** @param {string} path */
function textProblems(path) {
  if (!SOURCE.test(path) || path === 'scripts/layout.mjs') return []
  const text = readFileSync(join(ROOT, path), 'utf8')
  const isTest = /\.(test|spec)\.tsx?$/.test(path)
  return TEXT.flatMap(({ what, found, tests }) => {
    const match = isTest && !tests ? null : found.exec(text)
    return match ? [`${path}:${text.slice(0, match.index).split('\n').length}: ${what}`] : []
  })
}

/** Names of files and folders, and the few texts that lint has no rule for. */
export function layoutProblems() {
  const paths = ROOMS.flatMap((room) => filesBelow(room))
  return paths.flatMap((path) => [...nameProblems(path), ...(path.endsWith('/') ? [] : [...textProblems(path), ...sideProblems(path)])])
}
