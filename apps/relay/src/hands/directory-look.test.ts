import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { DIRECTORY_LIMITS, LOOK_ANSWER, type LookAnswer } from '@tabwright/protocol'
import { WIRE_LIMITS } from '@tabwright/protocol/relay'
import { directoryFunctions } from './directory-functions'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-look-')))
const over = new AbortController()
afterAll(() => {
  over.abort()
  rmSync(root, { recursive: true, force: true })
})

it('tells all that stays there, in as many pages as that takes', async () => {
  execFileSync('git', ['init', '-q', root])
  writeFileSync(join(root, '.gitignore'), '*.log\ndist/\n')
  mkdirSync(join(root, 'dist'))
  for (const path of ['dist/a.js', 'a.txt']) writeFileSync(join(root, path), '')
  const logs = DIRECTORY_LIMITS.page + 100
  for (let n = 0; n < logs; n++) writeFileSync(join(root, `${n}.log`), '')
  const confinement = { isConfined: false, before: () => [], env: { PATH: process.env['PATH'] ?? '' } }
  const look = directoryFunctions({ name: 'shop', root, confinement, over: over.signal }).find(({ id }) => id === 'shop::hands::look')
  const page = async (data: { of: string; from: number } | Record<string, never>): Promise<LookAnswer> =>
    LOOK_ANSWER.parse(await look?.run(data, over.signal))
  const first = await page({})
  const second = await page({ of: first.look, from: DIRECTORY_LIMITS.page })
  expect(first.entries.map(({ path }) => path)).toEqual(['.gitignore', 'a.txt'])
  expect(second.entries).toEqual([])
  // The logs, dist and .git.
  expect([first.count, new Set([...first.left, ...second.left]).size]).toEqual([logs + 2, logs + 2])
  expect([...first.left, ...second.left]).toContain('dist')
})

it('tells of many files, and of long names, in answers that a frame holds', async () => {
  const many = join(root, 'many')
  const long = 'n'.repeat(200)
  const deep = join(many, long, long, long, long)
  mkdirSync(deep, { recursive: true })
  for (let n = 0; n < 1200; n++) writeFileSync(join(n < 800 ? deep : many, `${n}.txt`), '')
  const confinement = { isConfined: false, before: () => [], env: { PATH: process.env['PATH'] ?? '' } }
  const look = directoryFunctions({ name: 'many', root: many, confinement, over: over.signal }).find(({ id }) => id === 'many::hands::look')
  const paths: string[] = []
  let pages = 0
  for (let data: object = { hashes: true }; ;) {
    const answer = JSON.stringify(await look?.run(JSON.parse(JSON.stringify(data)), over.signal))
    const { look: of, count, entries } = LOOK_ANSWER.parse(JSON.parse(answer))
    expect(answer.length).toBeLessThan(WIRE_LIMITS.frame - 10_000)
    expect(answer.split('":').length).toBeLessThan(WIRE_LIMITS.keys - 100)
    paths.push(...entries.map(({ path }) => path))
    pages += 1
    if (paths.length >= count) break
    data = { of, from: paths.length }
  }
  expect([new Set(paths).size, pages]).toEqual([1200, 2])
})
