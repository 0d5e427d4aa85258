import { callId, fail, sessionId, type WorkspaceDraft } from '@tabwright/protocol'
import { fakeClock, fakeHands } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { libraryTexts } from '../../../../vite.typescript'
import type { Tool, ToolResult } from '../core/tool'
import { compileExpression } from '../io/expression-re2'
import { systemClock } from '../io/clock-system'
import { diagnostics as diagnosticsTool } from '../tools/diagnostics'
import { editFile } from '../tools/edit-file'
import { writeFile } from '../tools/write-file'
import { utf8 } from '../worker/text-utf8'
import { openWorkspace } from '../workspace/workspace'
import { Checker, type CheckerParts } from './checker'
import { DiagnosticsEngine } from './engine'
import type { ShelfDelta } from './shelf'

const LIBRARIES = libraryTexts()
const TSCONFIG = JSON.stringify({
  compilerOptions: { strict: true, target: 'es2022', lib: ['es5'], types: [], module: 'esnext', moduleResolution: 'bundler' },
})

function draftOf(files: Readonly<Record<string, string>>): WorkspaceDraft {
  const draft = openWorkspace({ entries: [], loadBlob: () => fail('not_found', 'none'), now: () => 1 }).draft()
  for (const [path, content] of Object.entries(files)) draft.write(path, utf8.encode(content))
  return draft
}

/** The engine in this thread; notes what travelled and how often it was started. */
function checkerHere(more: Partial<CheckerParts> = {}): { checker: Checker; sent: string[][]; starts: number[] } {
  const sent: string[][] = []
  const starts: number[] = []
  const note = ({ files, removed }: ShelfDelta): void =>
    void sent.push([...files.map(({ path }) => path), ...removed.map((path) => `-${path}`)])
  const start: CheckerParts['start'] = async () => {
    starts.push(starts.length)
    const engine = new DiagnosticsEngine(LIBRARIES)
    return {
      api: {
        check: async (wish) => (note(wish.delta), engine.check(wish)),
        news: async (wish) => (note(wish.before), note(wish.after), engine.news(wish)),
      },
      died: new Promise<never>(() => undefined),
      end: () => undefined,
    }
  }
  return { checker: new Checker({ start, clock: systemClock, newsMs: 60_000, ...more }), sent, starts }
}

const going = (): AbortSignal => new AbortController().signal

function run(
  tool: Tool,
  input: Parameters<Tool['run']>[0],
  { files, checker }: { files: WorkspaceDraft; checker: Checker | undefined },
): Promise<ToolResult> {
  return tool.run(input, {
    files,
    hands: fakeHands(),
    lease: () => fail('unexpected', 'no shell here'),
    signal: going(),
    text: utf8,
    expression: compileExpression,
    pages: { read: () => fail('unexpected', 'no page here'), link: () => undefined },
    pictures: () => fail('unexpected', 'no picture here'),
    diagnostics: checker,
    seen: new Map(),
    key: 'story:1:call',
    session: { head: 0, summarised: 0, read: () => fail('unexpected', 'no session here') },
    output: () => undefined,
    origin: { session: sessionId('story'), call: callId('t1'), traceparent: '' },
    search: () => fail('unexpected', 'no search here'),
    fetch: () => fail('unexpected', 'no network here'),
    task: () => fail('unexpected', 'no sub-agents here'),
  })
}

const FILES = {
  'tsconfig.json': TSCONFIG,
  'src/a.ts': 'export const size = 1\n',
  'src/b.ts': "import { size } from './a'\nexport const twice: number = size\n",
  'notes.md': 'nothing of code\n',
  'node_modules/left/index.js': 'module.exports = 1\n',
  'node_modules/left/index.d.ts': 'export declare const left: number\n',
}

describe('what an edit brings with it', () => {
  it('is the errors that it made new, there and where the file is read; nothing when there are none', async () => {
    const { checker, sent } = checkerHere()
    const files = draftOf(FILES)
    const first = await run(editFile, { path: 'src/a.ts', old_text: 'size = 1', new_text: "size = 'one'" }, { files, checker })
    expect(first).toEqual({
      text: "Edited src/a.ts (near line 1).\nNew error after this edit (1):\nsrc/b.ts:2:14 error TS2322: Type 'string' is not assignable to type 'number'.\n    export const twice: number = size",
      quotes: true,
    })
    const mended = await run(writeFile, { path: 'src/b.ts', content: "export { size } from './a'\n" }, { files, checker })
    expect(mended).toEqual({ text: 'Replaced src/b.ts (1 lines).' })
    expect(sent).toEqual([['src/a.ts', 'src/b.ts', 'tsconfig.json', 'node_modules/left/index.d.ts'], ['src/a.ts'], [], ['src/b.ts']])
  })

  it('is nothing for files that nobody checks, and a word where there was no time or no checker', async () => {
    const files = draftOf(FILES)
    expect(await run(editFile, { path: 'notes.md', old_text: 'code', new_text: 'note' }, { files, checker: undefined })).toEqual({
      text: 'Edited notes.md (near line 1).',
    })
    const clock = fakeClock()
    const slow = new Checker({ start: () => new Promise(() => undefined), clock })
    const waiting = run(editFile, { path: 'src/a.ts', old_text: '1', new_text: '2' }, { files, checker: slow })
    await clock.advance(5000)
    expect((await waiting).text).toBe(
      'Edited src/a.ts (near line 1).\n[Not checked for new errors in the time that an edit waits; the diagnostics tool does.]',
    )
    const broken = new Checker({ start: () => Promise.reject(new Error('no such file')), clock })
    expect((await run(editFile, { path: 'src/a.ts', old_text: '2', new_text: '3' }, { files, checker: broken })).text).toMatch(
      /^Edited .*\n\[Not checked for new errors: The checker could not be started \(.*no such file/,
    )
  })

  it('is looked for in JavaScript where a project says how, above the file; elsewhere the compiler is not even started', async () => {
    const broken = { path: 'lib/deep/a.js', content: 'const = 1\n' }
    const alone = checkerHere()
    expect(await run(writeFile, broken, { files: draftOf({ 'web/jsconfig.json': '{}' }), checker: alone.checker })).toEqual({
      text: 'Created lib/deep/a.js (1 lines).',
    })
    expect(alone.sent).toEqual([])
    const inProject = checkerHere()
    const told = await run(writeFile, broken, { files: draftOf({ 'lib/jsconfig.json': '{}' }), checker: inProject.checker })
    expect(told.text).toContain('New error')
  })
})

describe('the diagnostics tool', () => {
  it('lists problems of all files or of some, and says when there are none', async () => {
    const { checker, sent } = checkerHere()
    const files = draftOf({
      ...FILES,
      'src/b.ts': "import { size } from './a'\nimport { left } from 'left'\nexport const twice: string = size + left\n",
    })
    const all = await run(diagnosticsTool, {}, { files, checker })
    expect(all).toEqual({
      text: "1 problem in 2 files checked:\nsrc/b.ts:3:14 error TS2322: Type 'number' is not assignable to type 'string'.\n    export const twice: string = size + left",
      detail: { summary: '1 problem' },
    })
    expect((await run(diagnosticsTool, { path: './src/a.ts' }, { files, checker })).text).toBe('No problems in 1 file.')
    files.remove('src/a.ts')
    expect((await run(diagnosticsTool, { path: 'src' }, { files, checker })).text).toContain("TS2307: Cannot find module './a'")
    expect(sent.slice(1)).toEqual([[], ['-src/a.ts']])
    expect((await run(diagnosticsTool, { path: 'notes.md' }, { files, checker })).text).toMatch(
      /^There is no TypeScript or JavaScript file in notes\.md/,
    )
  })

  it.each([
    [{ path: '../x' }, /leaves the workspace/],
    [{ path: 'a\0' }, /leaves the workspace/],
    [{ path: 'nope' }, /no nope/],
    [{ file: 'a' }, /file/],
  ])('refuses %j by name', async (input, message) => {
    await expect(run(diagnosticsTool, input, { files: draftOf(FILES), checker: undefined })).rejects.toThrow(message)
  })

  it('bounds what it lists and says what was left out', async () => {
    const { checker } = checkerHere()
    const wrong = Array.from({ length: 40 }, (_, n) => `export const n${n}: number = 'x'\n`).join('')
    const files = draftOf({
      'tsconfig.json': TSCONFIG,
      ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`${name}.ts`, wrong])),
    })
    const { text } = await run(diagnosticsTool, {}, { files, checker })
    expect(text).toMatch(/^240 problems in 6 files checked:\n/)
    expect(text.match(/TS2322/g)).toHaveLength(60)
    expect(text).toContain('[180 more problems not listed; name a file in "path" to see its own]')
  })
})

describe('the checker', () => {
  it('starts anew after its worker broke, with all files', async () => {
    const { checker: _unused, ...here } = checkerHere()
    let isBroken = true
    const inner = checkerHere()
    const checker = new Checker({
      clock: systemClock,
      start: async () => {
        here.starts.push(1)
        const died = isBroken ? Promise.reject(new Error('out of memory')) : new Promise<never>(() => undefined)
        died.catch(() => undefined)
        isBroken = false
        const report = { problems: [], checked: 0, unchecked: 0, missing: [], consequences: 0, notes: [] }
        return {
          api: {
            check: async ({ delta }) => {
              inner.sent.push(delta.files.map(({ path }) => path))
              return here.starts.length === 1 ? new Promise(() => undefined) : report
            },
            news: async () => report,
          },
          died,
          end: () => undefined,
        }
      },
    })
    const files = draftOf(FILES)
    await expect(checker.check(files, undefined, going())).rejects.toThrow('out of memory')
    await checker.check(files, undefined, going())
    expect(here.starts).toEqual([1, 1])
    expect(inner.sent.at(-1)).toEqual(['src/a.ts', 'src/b.ts', 'tsconfig.json', 'node_modules/left/index.d.ts'])
  })

  it('lets go of whoever is stopped', async () => {
    const checker = new Checker({ start: () => new Promise(() => undefined), clock: systemClock })
    const stop = new AbortController()
    const asked = checker.check(draftOf(FILES), undefined, stop.signal)
    stop.abort()
    await expect(asked).rejects.toThrow('The check was stopped.')
  })
})
