import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { folderIgnore, trackedPaths } from './folder-ignore'

it('leaves out what .gitignore names, folders with what is in them, and nothing that git keeps track of', () => {
  const ignore = folderIgnore(new Set(['dist', 'dist/kept.js']))
  ignore.enter('', '# built\ndist/\n*.log\n!keep.log\n/only-here\n')
  ignore.enter('a', 'mine\n!b.log\n')
  const left = (path: string, isFolder = false): boolean => ignore.leavesOut(path, isFolder)
  expect([left('x.log'), left('keep.log'), left('a/x.log'), left('a/b.log'), left('a/mine'), left('mine')]).toEqual([
    true,
    false,
    true,
    false,
    true,
    false,
  ])
  expect([left('only-here'), left('a/only-here'), left('dist'), left('a/dist', true), left('a/dist')]).toEqual([
    true,
    false,
    false,
    true,
    false,
  ])
  expect([left('dist', true), left('dist/kept.js'), left('.git', true)]).toEqual([false, false, false])
})

it('reads the names of an index as the real git wrote it, and nothing from what it does not know', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tabwright-index-'))
  const git = (...words: string[]): void => void execFileSync('git', words, { cwd: folder, stdio: 'ignore' })
  try {
    const names = ['a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg', 'abcdefgh', 'd/e/ümlaut.txt']
    for (const name of names) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), name)
    }
    git('init', '-q')
    git('add', '.')
    const index = (): Uint8Array => new Uint8Array(readFileSync(join(folder, '.git/index')))
    expect([...(trackedPaths(index()) ?? [])].toSorted()).toEqual([...names, 'd', 'd/e'].toSorted())
    writeFileSync(join(folder, 'intent'), 'x')
    git('add', '-N', 'intent')
    expect(trackedPaths(index())?.has('intent')).toBe(true)
    git('update-index', '--index-version', '4')
    expect(trackedPaths(index())).toBeUndefined()
    expect(trackedPaths(index().subarray(0, 40))).toBeUndefined()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
