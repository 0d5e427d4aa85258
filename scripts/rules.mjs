import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT } from './steps.mjs'

/**
 * Numbered rules of the design that are built and must have a test whose title starts with the number: `[rule 5] …`, `[F18] …`.
 * A rule joins this list with the change that builds it.
 */
const BUILT = [...span(1, 6), ...span(15, 25), ...span(50, 54), ...span(65, 68)].map((n) => `rule ${n}`).concat('F18', 'F27')

/**
 * @param {number} from
 * @param {number} to inclusive
 */
function span(from, to) {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}

/** @returns {{ path: string, text: string }[]} */
function tests() {
  return ['packages', 'apps', 'scripts', 'e2e'].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .map((name) => name.replaceAll('\\', '/'))
      // Contract suites are tests too: they live in testkit under the name of what they hold.
      .filter((name) => !name.includes('node_modules/') && /(\.(test|spec)\.tsx?|-contract\.ts)$/.test(name))
      .map((name) => ({ path: `${room}/${name}`, text: readFileSync(join(ROOT, room, name), 'utf8') })),
  )
}

/**
 * Numbers at the start of titles: `test('[rule 5] [F18] …')` has two. Any text that starts like this counts, so that rows of a table do too.
 * @param {string} text of a test file
 */
export function numbersIn(text) {
  const titles = [...text.matchAll(/['"`]((?:\[(?:rule \d+|[A-Z]\d+)\]\s*)+)/g)]
  return titles.flatMap((title) => [...(title[1] ?? '').matchAll(/\[([^\]]+)\]/g)].map((match) => match[1] ?? ''))
}

/** Every number in a test title with the files that prove it, and the built rules that no title names. */
export function ruleReport() {
  /** @type {Map<string, Set<string>>} */
  const proven = new Map()
  for (const { path, text } of tests()) {
    for (const number of numbersIn(text)) proven.set(number, (proven.get(number) ?? new Set()).add(path))
  }
  const missing = BUILT.filter((number) => !proven.has(number)).map((number) => `[${number}] has no test whose title starts with it`)
  return { proven, missing }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { proven, missing } = ruleReport()
  for (const [number, paths] of [...proven].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))) {
    console.log(`${`[${number}]`.padEnd(10)} ${[...paths].join(', ')}`)
  }
  for (const line of missing) console.log(line)
  console.log(`${proven.size} numbers proven, ${missing.length} of ${BUILT.length} built rules without a test`)
  process.exitCode = missing.length === 0 ? 0 : 1
}
