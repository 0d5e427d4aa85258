import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fingerprint } from './fresh.mjs'
import { numbersIn } from './rules.mjs'
import { ROOT, run, runNode } from './steps.mjs'

let folder = ''
const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const print = () => fingerprint([relative(ROOT, folder)])

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabwright-fresh-'))
  mkdirSync(join(folder, 'src'))
  write('src/a.ts', 'a')
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('A fingerprint of sources', () => {
  test('stays while nothing changes', () => {
    expect(print()).toBe(print())
  })

  test.each([
    ['a file grows', () => write('src/a.ts', 'ab')],
    ['a file of the same size is written', () => utimesSync(join(folder, 'src/a.ts'), 1, 1)],
    ['a file appears', () => write('src/b.ts', '')],
    ['a file goes', () => rmSync(join(folder, 'src/a.ts'))],
  ])('changes when %s', (_what, change) => {
    const before = print()
    change()
    expect(print()).not.toBe(before)
  })

  test('ignores tests, outputs and what npm installed', () => {
    const before = print()
    write('src/a.test.ts', 'x')
    for (const name of ['node_modules', 'dist', '.cache']) {
      mkdirSync(join(folder, name))
      write(`${name}/x.js`, 'x')
    }
    expect(print()).toBe(before)
  })
})

describe('Numbers of rules', () => {
  test('are read from the start of titles only', () => {
    const text = ["test('[rule 5] one', f)", 'it.each(rows)("x")', 'describe(`[F18] [O31] two`, f)', "test('three [rule 6]', f)"]
    expect(numbersIn(text.join('\n'))).toEqual(['rule 5', 'F18', 'O31'])
  })

  test('are read from a title behind a table', () => {
    expect(numbersIn("test.each(ROWS)('[rule 9] %s', f)")).toEqual(['rule 9'])
  })
})

describe('A step', () => {
  test('gives code and output of its command', async () => {
    const ended = await runNode(['-e', 'console.log(1); console.error(2); process.exit(3)'])
    expect(ended.code).toBe(3)
    expect(ended.output.split('\n').toSorted().join('')).toBe('12')
  })

  test('ends with 127 when the command does not exist', async () => {
    const ended = await run('tabwright-no-such-command', [])
    expect(ended.code).toBe(127)
    expect(ended.output).toContain('tabwright-no-such-command')
  })
})
