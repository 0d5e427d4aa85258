import { FailureError } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { workspaceFolder, workspacePath } from './path'

const taken: readonly (readonly [string, string])[] = [
  ['a.txt', 'a.txt'],
  ['./a//b/./c', 'a/b/c'],
  ['a/../b', 'b'],
  ['/workspace/src/x.ts', 'src/x.ts'],
  ['/workspace/a/../b', 'b'],
  ['dir/', 'dir'],
  ['cafe\u0301.md', 'cafe\u0301.md'],
  ['caf\u00e9.md', 'caf\u00e9.md'],
  ['.gitignore', '.gitignore'],
  ['a b/c%20d', 'a b/c%20d'],
  ['..a/b..c', '..a/b..c'],
  ['日本/ファイル', '日本/ファイル'],
]

const refused: readonly (readonly [string, string])[] = [
  ['', 'empty'],
  ['.', 'the workspace itself'],
  ['/workspace', 'the workspace itself'],
  ['..', 'leads out'],
  ['../x', 'leads out'],
  ['a/../../x', 'leads out'],
  ['/workspace/../etc/passwd', 'leads out'],
  ['/etc/passwd', 'outside the workspace'],
  ['/workspace-evil/x', 'outside the workspace'],
  ['/Workspace/x', 'outside the workspace'],
  ['//workspace/x', 'outside the workspace'],
  ['a\0b', 'NUL'],
  ['a\nb', 'control character'],
  ['a\\..\\b', 'backslash'],
  ['C:\\x', 'backslash'],
  ['%2e%2e/x', 'encoded dot'],
  ['a/.%2E/x', 'encoded dot'],
  ['..%2fx', 'encoded dot'],
  ['a%2f..%2fb', 'encoded dot'],
  ['a%5c%2e%2e', 'encoded dot'],
  ['name.', 'ends in a dot'],
  ['.../x', 'ends in a dot'],
  ['a /x', 'ends in a dot or a space'],
  ['\ud800x', 'broken character'],
  ['a/'.repeat(3000), 'more than 4096'],
  ['x'.repeat(300), 'longer than 255'],
]

describe('[rule 77] a path of the workspace', () => {
  it.each(taken)('%j becomes %j', (given, normal) => {
    expect(workspacePath(given)).toBe(normal)
  })

  it.each(refused)('%j is refused and the sentence says why: %s', (given, why) => {
    let message = 'nothing was thrown'
    try {
      workspacePath(given)
    } catch (thrown) {
      if (!(thrown instanceof FailureError)) throw thrown
      expect(thrown.failure.code).toBe('bad_input')
      message = thrown.message
    }
    expect(message).toContain(why)
  })

  it('keeps two names apart that differ in case only, or in how a letter is spelled', () => {
    expect(workspacePath('README.md')).not.toBe(workspacePath('readme.md'))
    expect(workspacePath('e\u0301')).not.toBe(workspacePath('\u00e9'))
  })

  it('as a folder may be the root', () => {
    expect(['', '.', './', '/workspace', '/workspace/', 'a/..'].map(workspaceFolder)).toEqual(['', '', '', '', '', ''])
  })
})
