import type { Problem, WorkspaceReader } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { openWorkspace } from '../workspace/workspace'
import { fileProblems } from './file-problems'

const problem = (path: string): Problem => ({
  path,
  line: 1,
  column: 7,
  endLine: 1,
  endColumn: 8,
  severity: 'error',
  code: 2322,
  message: 'no',
  text: 'x',
})

function session(files: Readonly<Record<string, string>>) {
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const seed = workspace.draft()
  for (const [path, text] of Object.entries(files)) seed.write(path, new TextEncoder().encode(text))
  workspace.adopt(seed.delta())
  const asked: (readonly [string | undefined, string])[] = []
  const check = async (reader: WorkspaceReader, path: string | undefined) => {
    asked.push([path, new TextDecoder().decode(await reader.read('a.ts'))])
    return { problems: [problem('a.ts'), problem('b.ts')], checked: 2, unchecked: 0, missing: [], consequences: 0, notes: [] }
  }
  const platform = { parts: () => ({ diagnostics: { check, news: () => Promise.resolve(undefined) } }) }
  return { open: { workspace, platform }, asked, workspace }
}

it('an editor’s words are checked as they stand there, and the workspace stays as it is', async () => {
  const { open, asked, workspace } = session({ 'a.ts': 'saved', 'b.ts': '' })
  expect(await fileProblems(open, 'a.ts', 'typed')).toEqual([problem('a.ts')])
  expect(asked).toEqual([['a.ts', 'typed']])
  expect(new TextDecoder().decode(await workspace.read('a.ts'))).toBe('saved')
})

it.each(['gone.ts', 'plain.js', 'notes.md'])('%s starts no checker', async (path) => {
  const { open, asked } = session({ 'a.ts': '', 'plain.js': 'x', 'notes.md': 'x' })
  expect(await fileProblems(open, path, 'x')).toEqual([])
  expect(asked).toEqual([])
})
