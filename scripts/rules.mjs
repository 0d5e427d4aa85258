import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ALL, broughtBy, HELD } from './rules-list.mjs'
import { ROOT } from './steps.mjs'

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

/** Every number in a test title with the files that prove it, what must have one and has none, and what a later part brings. */
export function ruleReport() {
  /** @type {Map<string, Set<string>>} */
  const proven = new Map()
  for (const { path, text } of tests()) {
    for (const number of numbersIn(text)) proven.set(number, (proven.get(number) ?? new Set()).add(path))
  }
  const missing = HELD.filter((number) => !proven.has(number)).map((number) => `[${number}] has no test whose title starts with it`)
  const later = ALL.filter((number) => !proven.has(number) && !HELD.includes(number))
  return { proven, missing, later }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { proven, missing, later } = ruleReport()
  const known = ALL.filter((number) => proven.has(number))
  console.log('Proven:')
  for (const number of known) console.log(`${`[${number}]`.padEnd(10)} ${[...(proven.get(number) ?? [])].join(', ')}`)
  console.log('\nWithout a test, and what brings it:')
  for (const number of later) console.log(`${`[${number}]`.padEnd(10)} ${broughtBy(number)}`)
  if (missing.length > 0) console.log('\nMissing:')
  for (const line of missing) console.log(line)
  console.log(
    `\n${known.length} of ${ALL.length} numbers proven, ${later.length} to come, ${missing.length} of ${HELD.length} that must be proven missing`,
  )
  process.exitCode = missing.length === 0 ? 0 : 1
}
