import { describe, expect, it } from 'vitest'
import { libraryTexts } from '../../../../vite.typescript'
import { DiagnosticsEngine } from './engine'
import type { ShelfDelta } from './shelf'

const LIBRARIES = libraryTexts()

let n = 0
const delta = (files: Readonly<Record<string, string>>, removed: readonly string[] = []): ShelfDelta => ({
  files: Object.entries(files).map(([path, text]) => ({ path, text, hash: `${++n}` })),
  removed,
})
const NONE = delta({})
const MS = 60_000
/** Small libraries: what a test waits for is the compiler, not the DOM. */
const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, target: 'es2022', lib: ['es5'], types: [], module: 'esnext', moduleResolution: 'bundler', noEmit: true },
  include: ['src'],
})
const short = (found: ReturnType<DiagnosticsEngine['check']>): readonly string[] =>
  found.problems.map(({ path, line, column, code, message, text }) => `${path}:${line}:${column} ${code} ${message} | ${text}`)

describe('check', () => {
  it('names file, line, column, number, words and text of what is wrong', () => {
    const engine = new DiagnosticsEngine(LIBRARIES)
    const found = engine.check({
      delta: delta({
        'tsconfig.json': TSCONFIG,
        'src/a.ts': "export const a = 1\n  const b: number = 'x'\nexport { b }\n",
        'src/b.ts': 'export const = 2\n',
      }),
      ms: MS,
    })
    expect(short(found)).toEqual([
      "src/a.ts:2:9 2322 Type 'string' is not assignable to type 'number'. | const b: number = 'x'",
      'src/b.ts:1:14 1134 Variable declaration expected. | export const = 2',
      'src/b.ts:1:16 1134 Variable declaration expected. | export const = 2',
    ])
    expect(found).toMatchObject({ checked: 2, unchecked: 0, consequences: 0, missing: [] })
    expect(found.problems[0]).toMatchObject({ endLine: 2, endColumn: 10, severity: 'error' })
  })
})

describe('projects', () => {
  const problems = (files: Readonly<Record<string, string>>): readonly string[] =>
    short(new DiagnosticsEngine(LIBRARIES).check({ delta: delta(files), ms: MS })).map((line) => line.replace(/ \|.*/, ''))
  const options = (more: object): string => JSON.stringify({ compilerOptions: { ...JSON.parse(TSCONFIG).compilerOptions, ...more } })

  it('reads extends, paths and what a description refers to', () => {
    expect(
      problems({
        'base.json': options({ noUnusedLocals: true }),
        'tsconfig.json': JSON.stringify({ files: [], references: [{ path: './app.json' }] }),
        'app.json': JSON.stringify({
          extends: './base.json',
          compilerOptions: { composite: true, paths: { '@/*': ['./app/*'] } },
          include: ['app'],
        }),
        'app/one.ts': "import { two } from '@/two'\nexport const one: string = two\nconst unused = 1\n",
        'app/two.ts': 'export const two = 2\n',
      }),
    ).toEqual([
      "app/one.ts:2:14 2322 Type 'number' is not assignable to type 'string'.",
      "app/one.ts:3:7 6133 'unused' is declared but its value is never read.",
    ])
  })

  it('looks at the syntax of plain scripts, and at their types only where the project says so', () => {
    const script = '/** @type {number} */\nexport const a = "x"\n'
    expect(problems({ 'a.js': script, 'b.js': 'let = =' }).filter((line) => !line.startsWith('b.js'))).toEqual([])
    expect(problems({ 'b.js': 'const x = = 1\n' })).toEqual(['b.js:1:11 1109 Expression expected.'])
    expect(problems({ 'tsconfig.json': options({ allowJs: true, checkJs: true }), 'a.js': script })).toEqual([
      "a.js:2:14 2322 Type 'string' is not assignable to type 'number'.",
    ])
  })

  it('counts packages that are not there and puts what follows from that aside', () => {
    const engine = new DiagnosticsEngine(LIBRARIES)
    const found = engine.check({
      delta: delta({
        'tsconfig.json': TSCONFIG,
        'src/a.ts':
          "import { get } from 'left/deep'\nimport { join } from 'node:path'\nget((x) => x)\njoin(process.cwd())\nexport const n: number = 'n'\n",
        'src/b.ts': "import left from 'left'\nimport { gone } from './gone'\nexport { left, gone }\n",
      }),
      ms: MS,
    })
    expect(found.problems.map(({ path, code }) => `${path} ${code}`)).toEqual(['src/a.ts 2322', 'src/b.ts 2307'])
    expect(found.missing).toEqual([
      { name: 'left', files: 2 },
      { name: '@types/node', files: 1 },
    ])
    expect(found.consequences).toBe(5)
  })

  it('says what is wrong with a description', () => {
    expect(problems({ 'tsconfig.json': '{ "compilerOptions": { "target": "es1" } }', 'a.ts': 'export {}\n' })[0]).toMatch(
      /^tsconfig\.json:1:34 6046 /,
    )
  })

  it('stops when its time is over and counts what it did not check', () => {
    const engine = new DiagnosticsEngine(LIBRARIES)
    const files = delta({ 'tsconfig.json': TSCONFIG, 'src/a.ts': "export const a: number = 'a'\n", 'src/b.ts': 'export {}\n' })
    expect(engine.check({ delta: files, ms: -1 })).toMatchObject({ checked: 0, unchecked: 2, problems: [] })
    expect(engine.check({ delta: NONE, path: 'src/a.ts', ms: MS })).toMatchObject({ checked: 1, unchecked: 0, problems: [{ code: 2322 }] })
  })
})

describe('news', () => {
  it('tells what an edit broke, in the file and where it is read, and nothing that was there before', () => {
    const engine = new DiagnosticsEngine(LIBRARIES)
    const before = delta({
      'tsconfig.json': TSCONFIG,
      'src/a.ts': "export const size = 1\nexport const old: number = 'old'\n",
      'src/b.ts': "import { size } from './a'\nexport const twice = size * 2\n",
      'src/c.ts': "import { twice } from './b'\nexport const text: string = twice\n",
    })
    const after = delta({ 'src/a.ts': "// moved\nexport const size = 'one'\nexport const old: number = 'old'\n" })
    const found = engine.news({ before, after, path: 'src/a.ts', ms: MS })
    expect(short(found)).toEqual([
      "src/b.ts:2:22 2362 The left-hand side of an arithmetic operation must be of type 'any', 'number', 'bigint' or an enum type. | export const twice = size * 2",
    ])
    expect(found.unchecked).toBe(0)
    expect(
      engine.news({ before: NONE, after: delta({ 'src/a.ts': 'export const size = 2\n' }), path: 'src/a.ts', ms: MS }).problems,
    ).toEqual([])
  })
})
