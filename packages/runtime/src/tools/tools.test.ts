import { callId, fail, RULE_TOOLS, sessionId, type WorkspaceDraft } from '@tabwright/protocol'
import { fakeHands } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { FETCH_TOOL } from '../core/gate/egress'
import { subjectOf } from '../core/gate/subject'
import { readTriedCall } from '../core/gate/try-call'
import type { Tool, ToolResult } from '../core/tool'
import { compileExpression } from '../io/expression-re2'
import { utf8 } from '../worker/text-utf8'
import { openWorkspace } from '../workspace/workspace'
import { editFile } from './edit-file'
import { glob } from './glob'
import { grep } from './grep'
import { TOOLS } from './index'
import { listFiles } from './list-files'
import { readFile } from './read-file'
import { todo } from './todo'
import { writeFile } from './write-file'

function draftOf(files: Readonly<Record<string, string | Uint8Array>>): WorkspaceDraft {
  const draft = openWorkspace({ entries: [], loadBlob: () => fail('not_found', 'none'), now: () => 1 }).draft()
  for (const [path, content] of Object.entries(files)) draft.write(path, typeof content === 'string' ? utf8.encode(content) : content)
  return draft
}

const hands = fakeHands()
const EYES = { readCommand: () => ({ commands: [] }), followLinks: (path: string): string => path, gitHooks: [] }
const run = (tool: Tool, input: Parameters<Tool['run']>[0], files: WorkspaceDraft): Promise<ToolResult> =>
  tool.run(input, {
    files,
    hands,
    lease: () => fail('unexpected', 'no shell here'),
    signal: new AbortController().signal,
    text: utf8,
    expression: compileExpression,
    pages: { read: () => fail('unexpected', 'no page here'), link: () => undefined },
    pictures: () => fail('unexpected', 'no picture here'),
    seen: new Map(),
    key: 'story:1:call',
    session: { head: 0, summarised: 0, read: () => fail('unexpected', 'no session here') },
    output: () => undefined,
    origin: { session: sessionId('story'), call: callId('t1'), traceparent: '' },
    search: () => fail('unexpected', 'no search here'),
    fetch: () => fail('unexpected', 'no network here'),
    task: () => fail('unexpected', 'no sub-agents here'),
  })

describe('the tool list', () => {
  it('[F41] is what rules can name, beside the network: of no tool a rule cannot speak, and what is tried in Settings is judged as it', () => {
    expect([...TOOLS.map(({ spec }) => spec.name), 'search_tools', FETCH_TOOL].toSorted()).toEqual([...RULE_TOOLS].toSorted())
    for (const { spec } of TOOLS) {
      const tried = readTriedCall(`${spec.name}(x)`)
      expect(tried, spec.name).toMatchObject({ tool: spec.name, effect: spec.effect })
      const hasPath = Object.keys(Object(spec.input['properties'])).includes('path')
      const subject = subjectOf({ tool: spec.name, input: { path: '.env' }, bytes: '', effect: spec.effect }, EYES)
      expect(
        subject.paths.map(({ kind }) => kind),
        `${spec.name} has a path, so its path is looked at`,
      ).toEqual(hasPath ? ['secret-file'] : [])
    }
  })

  it('gives every tool a JSON Schema of type object that refuses unknown fields', () => {
    for (const { spec } of TOOLS) expect(spec.input, spec.name).toMatchObject({ type: 'object', additionalProperties: false })
    expect(TOOLS.map(({ spec }) => spec.name)).toEqual([
      'read_file',
      'list_files',
      'glob',
      'grep',
      'edit_file',
      'write_file',
      'diagnostics',
      'preview',
      'shell',
      'read_session',
      'web_fetch',
      'web_search',
      'ask_person',
      'task',
      'todo',
    ])
  })
})

describe('read_file', () => {
  it('numbers lines and pages', async () => {
    const files = draftOf({ 'a.txt': 'one\ntwo\nthree\n' })
    expect((await run(readFile, { path: 'a.txt' }, files)).text).toBe('1\tone\n2\ttwo\n3\tthree')
    expect((await run(readFile, { path: 'a.txt', offset: 2, limit: 1 }, files)).text).toBe('2\ttwo\n[1 more lines; go on with offset 3]')
  })

  it.each([
    [{ path: 'nope' }, /nope/],
    [{ path: 'bin' }, /binary/],
    [{ path: 'a.txt', offset: 9 }, /has 1 lines/],
    [{ path: 'a.txt', offset: 0 }, /offset/],
    [{ path: '/etc/passwd' }, /workspace/],
    [{ path: 'a\0' }, /NUL/],
    [{}, /path/],
    [{ path: 'a.txt', more: 1 }, /more/],
  ])('refuses %j by name', async (input, message) => {
    await expect(run(readFile, input, draftOf({ 'a.txt': 'x\n', bin: new Uint8Array([0, 1, 2]) }))).rejects.toThrow(message)
  })
})

describe('edit_file', () => {
  it('replaces one exact piece and leaves the rest as it is', async () => {
    const files = draftOf({ 'a.js': 'const a = 1\nconst b = 2\n' })
    await run(editFile, { path: 'a.js', old_text: 'b = 2', new_text: 'b = $&3' }, files)
    expect(utf8.decode(await files.read('a.js'))).toBe('const a = 1\nconst b = $&3\n')
  })

  it('keeps the line ends of a CRLF file', async () => {
    const files = draftOf({ 'a.txt': 'one\r\ntwo\r\n' })
    await run(editFile, { path: 'a.txt', old_text: 'one\ntwo', new_text: 'uno\ndue' }, files)
    expect(utf8.decode(await files.read('a.txt'))).toBe('uno\r\ndue\r\n')
  })

  it('shows the nearest place when a line of it differs', async () => {
    const files = draftOf({ a: '\nx\n\ty\nz\n' })
    await expect(run(editFile, { path: 'a', old_text: 'x\n  other', new_text: 'z' }, files)).rejects.toThrow('begins at line 2:\nx\n\ty\n')
  })

  it.each([
    [
      'tabs for spaces',
      '\tif (a) {\n\t\tb()\n\t}\n',
      '    if (a) {\n        b()\n    }',
      '    if (a) {\n        c()\n    }',
      '\tif (a) {\n\t    c()\n\t}\n',
    ],
    ['another indent', '  one\n  two\n', 'one\ntwo\n', 'one\nand\ntwo\n', '  one\n  and\n  two\n'],
    ['spaces in the line and behind it', 'x  =  1;  \ny\n', 'x = 1;', 'x = 2;', 'x = 2;\ny\n'],
    ['CRLF', 'a\r\n  one\r\n  two\r\n', 'one\ntwo', 'uno\ndue', 'a\r\n  uno\r\n  due\r\n'],
    ['a byte order mark and no last newline', '\uFEFFhead\n  last', 'last', 'end', '\uFEFFhead\n  end'],
  ])('finds whole lines by normalised white space: %s', async (_, content, oldText, newText, expected) => {
    const files = draftOf({ a: content })
    const { text } = await run(editFile, { path: 'a', old_text: oldText, new_text: newText }, files)
    expect(utf8.decode(await files.read('a'))).toBe(expected)
    expect(text.includes('other white space')).toBe(!content.includes(oldText.replaceAll('\n', content.includes('\r') ? '\r\n' : '\n')))
  })

  it('takes the exact place where another is only alike, and none of two that are alike', async () => {
    const files = draftOf({ a: '  x\nx\n' })
    await run(editFile, { path: 'a', old_text: '\nx', new_text: '\ny' }, files)
    expect(utf8.decode(await files.read('a'))).toBe('  x\ny\n')
    await expect(run(editFile, { path: 'a', old_text: 'a  b', new_text: 'c' }, draftOf({ a: 'a b\n a b\n' }))).rejects.toThrow(
      'more than once',
    )
    await expect(run(editFile, { path: 'a', old_text: ' \n ', new_text: 'c' }, draftOf({ a: '\n\n' }))).rejects.toThrow('does not occur')
  })
})

describe('write_file', () => {
  it('[rule 77] takes no path that leaves the workspace', async () => {
    for (const path of ['../x', '/ws-evil/x', 'a/../../x', 'a\\..\\x', '', '.', 'a\0b']) {
      await expect(run(writeFile, { path, content: '' }, draftOf({})), path).rejects.toThrow()
    }
  })
})

describe('list_files, glob and grep', () => {
  const files = draftOf({
    'src/a.ts': 'foo\nbar',
    'src/b.tsx': 'foo',
    'README.md': 'Foo',
    'node_modules/x/index.js': 'foo',
    '.tabwright/output/1.txt': 'foo',
  })

  it('leave out dependencies and earlier outputs unless asked for', async () => {
    expect((await run(listFiles, {}, files)).text.split('\n').map((line) => line.split('\t')[0])).toEqual([
      'README.md',
      'src/a.ts',
      'src/b.tsx',
    ])
    expect((await run(listFiles, { path: 'node_modules' }, files)).text).toContain('node_modules/x/index.js')
    expect((await run(grep, { pattern: 'foo' }, files)).detail?.summary).toBe('2 matches in 2 files')
  })

  it('match names as a shell would', async () => {
    const named = async (pattern: string): Promise<readonly string[]> => (await run(glob, { pattern }, files)).text.split('\n').toSorted()
    expect(await named('*.ts')).toEqual(['src/a.ts'])
    expect(await named('src/*.{ts,tsx}')).toEqual(['src/a.ts', 'src/b.tsx'])
    expect(await named('**/*.md')).toEqual(['README.md'])
    expect(await named('src/[!a]*')).toEqual(['src/b.tsx'])
    expect(await named('*.py')).toEqual(['No file matches.'])
  })

  it('end in time for patterns that make other engines run for years', async () => {
    const evil = draftOf({ 'a.txt': `${'a'.repeat(5000)}!`, [`${'d/'.repeat(60)}x`]: '' })
    expect((await run(grep, { pattern: '(a+)+$' }, evil)).text).toContain('No match')
    expect((await run(glob, { pattern: `${'**/'.repeat(40)}y` }, evil)).text).toBe('No file matches.')
    await expect(run(grep, { pattern: '(?=x)' }, evil)).rejects.toThrow('not a regular expression')
  })

  it('say what is wrong with a pattern or a folder', async () => {
    await expect(run(grep, { pattern: '(' }, files)).rejects.toThrow('not a regular expression')
    await expect(run(listFiles, { path: 'nope' }, files)).rejects.toThrow('There is no nope')
    await expect(run(listFiles, { path: '../..' }, files)).rejects.toThrow('leaves the workspace')
  })
})

describe('todo', () => {
  const three = [
    { text: 'look', state: 'done' },
    { text: 'mend', state: 'in_hand' },
    { text: 'try', state: 'pending' },
  ]

  it('says back how far the list is', async () => {
    expect((await run(todo, { todos: three }, draftOf({}))).text).toBe('1 of 3 done. In hand: mend.')
    expect((await run(todo, { todos: [] }, draftOf({}))).text).toBe('The list is empty.')
  })

  it.each([
    [{}, /todos/],
    [{ todos: [{ text: 'x', state: 'soon' }] }, /state/],
    [{ todos: [{ text: ' ', state: 'done' }] }, /words/],
    [{ todos: [{ text: 'x'.repeat(201), state: 'done' }] }, /text/],
    [{ todos: Array.from({ length: 51 }, () => ({ text: 'x', state: 'done' })) }, /todos/],
    [{ todos: [], more: 1 }, /more/],
  ])('refuses %#', async (input, message) => {
    await expect(run(todo, input, draftOf({}))).rejects.toThrow(message)
  })
})
