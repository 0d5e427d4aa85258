import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT, runNode } from './steps.mjs'

const PAGES = ['README.md', 'AGENTS.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'e2e/README.md', ...pagesOf('docs'), ...pagesOf('examples')]
/** Made by a build, a run or an export, so not there in a clean checkout. */
const MADE = /^(dist|test-results|bench\/results|node_modules|PROGRESS\.md|TRANSCRIPT\.md)(\/|$)/
const ROOMS = /^(apps|packages|docs|e2e|scripts|bench|evals|examples|public|tsconfig\.[\w.]+|vite\.[\w.]+|playwright\.[\w.]+)(\/|$)/

function pagesOf(room: string): string[] {
  return readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${room}/${name.replaceAll('\\', '/')}`)
}

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8')
const manifest = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }

/** All of them, so that a page about one room can say `wire.ts`. */
const SOURCES = ['apps', 'packages', 'e2e', 'scripts', 'bench', 'evals', 'examples']
  .flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((name) => `/${room}/${name.replaceAll('\\', '/')}`),
  )
  .filter((path) => !path.includes('/node_modules/'))
  .concat(readdirSync(ROOT).map((name) => `/${name}`))

/** What stands in backticks and looks like a path of this repository, and the targets of links and pictures. */
function pathsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
  const linked = [...text.matchAll(/\]\(([^)#]+)\)/g)].map((match) => match[1] ?? '').filter((target) => !target.includes('://'))
  return [
    ...quoted.filter((word) => !/[\s*<>]/.test(word) && (ROOMS.test(word) || /^[A-Z]+(\.md)?$/.test(word)) && !/^[A-Z_]+$/.test(word)),
    ...linked,
  ]
}

describe.each(PAGES)('%s', (page) => {
  const text = textOf(page)

  test('names only npm scripts that exist', () => {
    const named = [...text.matchAll(/npm (?:run ([\w:]+)|(start|test)\b)/g)].map((match) => match[1] ?? match[2] ?? '')
    expect(named.filter((name) => !(name in manifest.scripts))).toEqual([])
  })

  test('names only files and folders that exist', () => {
    const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/')) : '.'
    const missing = pathsIn(text).filter(
      (path) => !MADE.test(path) && !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, folder, path)),
    )
    expect(missing).toEqual([])
  })

  test('names only source files that exist', () => {
    // But for the name that no file may have, and the files that a page gives whole, each with its name as the first line.
    const named = [...text.matchAll(/`([\w./-]+\.(?:tsx?|mjs))`/g)].map((match) => match[1] ?? '')
    expect(
      named.filter(
        (path) => path !== 'types.ts' && !text.includes(`\n// ${path}\n`) && !SOURCES.some((source) => source.endsWith(`/${path}`)),
      ),
    ).toEqual([])
  })

  test('names only scripts of node that exist', () => {
    const named = [...text.matchAll(/node (scripts\/[\w.-]+)/g)].map((match) => match[1] ?? '')
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([])
  })
})

test('AGENTS.md stays under 150 lines', () => {
  expect(textOf('AGENTS.md').split('\n').length).toBeLessThan(150)
})

test('Every layer that the checks know is in the table of AGENTS.md', () => {
  const config = JSON.parse(textOf('.oxlintrc.json')) as { overrides: { files: string[]; rules: Record<string, unknown> }[] }
  const layers = config.overrides.filter(({ rules }) => Array.isArray(rules['no-restricted-imports'])).flatMap(({ files }) => files)
  const table = textOf('AGENTS.md')
  expect(layers.length).toBeGreaterThan(10)
  expect(layers.filter((glob) => !table.includes(`\`${glob.replace(/(\/src)?\/\*\*$/, '')}\``))).toEqual([])
})

test('Every script of package.json starts a file that exists', () => {
  const files = Object.values(manifest.scripts).flatMap((command) => /^node (\S+)/.exec(command)?.[1] ?? [])
  expect(files.length).toBeGreaterThan(4)
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})

test('Every script parses in the Node that runs it', async () => {
  const scripts = readdirSync(join(ROOT, 'scripts')).filter((name) => name.endsWith('.mjs'))
  const ended = await Promise.all(scripts.map((name) => runNode(['--check', `scripts/${name}`])))
  expect(ended.filter(({ code }) => code !== 0).map(({ output }) => output)).toEqual([])
})

test('The list of checks in AGENTS.md is the list that the check has', async () => {
  const ended = await runNode(['scripts/check.mjs', 'no-such-check'])
  expect(ended.code).toBe(2)
  const names = /There are: (.*)\.\n/.exec(ended.output)?.[1]
  expect(textOf('AGENTS.md')).toContain(`some: ${names ?? 'nothing'} |`)
})
