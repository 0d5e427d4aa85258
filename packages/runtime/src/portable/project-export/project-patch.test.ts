import { execFileSync } from 'node:child_process'
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { filePatch, type PatchedFile, type PatchSide } from './project-patch'

let folder: string | undefined
afterEach(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
  folder = undefined
})

const side = (content: string | Uint8Array, mode: PatchSide['mode'] = 'file'): PatchSide => ({
  mode,
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
})

function put(root: string, path: string, { bytes, mode }: PatchSide): void {
  const at = join(root, path)
  mkdirSync(dirname(at), { recursive: true })
  if (mode === 'symlink') return symlinkSync(new TextDecoder().decode(bytes), at)
  writeFileSync(at, bytes)
  chmodSync(at, mode === 'executable' ? 0o755 : 0o644)
}

function found(root: string, path: string): PatchSide | null {
  const stat = lstatSync(join(root, path), { throwIfNoEntry: false })
  if (stat === undefined) return null
  if (stat.isSymbolicLink()) return side(readlinkSync(join(root, path)), 'symlink')
  return side(new Uint8Array(readFileSync(join(root, path))), (stat.mode & 0o100) === 0 ? 'file' : 'executable')
}

const lines = (count: number, at = -1): string =>
  Array.from({ length: count }, (_, index) => (index === at ? 'changed\n' : `line ${index}\n`)).join('')
const noise = Uint8Array.from({ length: 300 }, (_, index) => (index * 167 + (index >> 3)) & 255)

const CASES: readonly PatchedFile[] = [
  { path: 'changed.txt', before: side(lines(40)), after: side(lines(40, 20)) },
  { path: 'added.txt', before: null, after: side('one\ntwo') },
  { path: 'deleted.txt', before: side('gone\n'), after: null },
  { path: 'empty', before: null, after: side('') },
  { path: 'mode.sh', before: side('#!/bin/sh\n'), after: side('#!/bin/sh\n', 'executable') },
  { path: 'both.sh', before: side('a\n'), after: side('b\n', 'executable') },
  { path: 'with space/ä "quoted".md', before: side('a'), after: side('a\n') },
  { path: 'crlf.txt', before: side('a\r\nb\r\n'), after: side('a\r\nc\r\n') },
  { path: 'added.bin', before: null, after: side(noise) },
  { path: 'changed.bin', before: side(noise), after: side(noise.toReversed()) },
  { path: 'deleted.bin', before: side(noise), after: null },
  { path: 'marked.txt', before: side('\uFEFFone\r\ntwo\n'), after: side('\uFEFFONE\r\ntwo\n') },
  { path: 'loses its mark.txt', before: side('\uFEFFone\n'), after: side('one\n') },
  { path: 'loses its end.txt', before: side('one\ntwo\n'), after: side('one\ntwo') },
  { path: 'mixed-ends.txt', before: side('a\r\nb\nc\rd\n'), after: side('a\nb\r\nc\rD\n') },
  { path: 'tab\tand\nline', before: side('a\n'), after: side('b\n') },
  { path: 'back\\slash \u200e日本 😀', before: null, after: side('x\n') },
  { path: '-dash', before: side('a\n'), after: null },
  { path: 'link', before: side('changed.txt', 'symlink'), after: side('mode.sh', 'symlink') },
  { path: 'becomes-binary', before: side('text\n'), after: side(noise) },
  { path: 'becomes-empty', before: side('text\n'), after: side('') },
  { path: 'becomes-a-link', before: side('text\n'), after: side('changed.txt', 'symlink') },
]

it('makes patches that git applies, forwards and backwards', () => {
  const root = mkdtempSync(join(tmpdir(), 'patch-'))
  folder = root
  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: 'pipe' })
  git('init', '-q')
  for (const { path, before } of CASES) if (before !== null) put(root, path, before)
  writeFileSync(join(root, '.git', 'all.patch'), CASES.map(filePatch).join(''))
  git('apply', '--whitespace=nowarn', '.git/all.patch')
  expect(CASES.map(({ path }) => [path, found(root, path)])).toEqual(CASES.map(({ path, after }) => [path, after]))
  git('apply', '-R', '--whitespace=nowarn', '.git/all.patch')
  expect(CASES.map(({ path }) => [path, found(root, path)])).toEqual(CASES.map(({ path, before }) => [path, before]))
})

const RENAMES: readonly PatchedFile[] = [
  { path: 'moved/new.txt', before: side(lines(40)), after: side(lines(40, 20)), from: { path: 'old.txt', similarity: 97 } },
  { path: 'same "name".txt', before: side('as it was\n'), after: side('as it was\n'), from: { path: 'was ä.txt', similarity: 100 } },
  { path: 'run.sh', before: side(lines(9)), after: side(lines(9, 2), 'executable'), from: { path: 'run me', similarity: 88 } },
  { path: 'b.bin', before: side(noise), after: side(Uint8Array.from([...noise, 1])), from: { path: 'a.bin', similarity: 99 } },
]

it('makes patches of renames that git applies, forwards and backwards', () => {
  const root = mkdtempSync(join(tmpdir(), 'patch-'))
  folder = root
  const git = (...args: readonly string[]): string => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: 'pipe' })
  git('init', '-q')
  for (const { before, from } of RENAMES) if (before !== null && from) put(root, from.path, before)
  writeFileSync(join(root, '.git', 'all.patch'), RENAMES.map(filePatch).join(''))
  expect(git('apply', '--summary', '.git/all.patch').match(/^ rename /gm)).toHaveLength(RENAMES.length)
  git('apply', '--whitespace=nowarn', '.git/all.patch')
  expect(RENAMES.map(({ path }) => found(root, path))).toEqual(RENAMES.map(({ after }) => after))
  expect(RENAMES.map(({ from }) => found(root, from?.path ?? ''))).toEqual(RENAMES.map(() => null))
  git('apply', '-R', '--whitespace=nowarn', '.git/all.patch')
  expect(RENAMES.map(({ from }) => found(root, from?.path ?? ''))).toEqual(RENAMES.map(({ before }) => before))
})

it('says nothing of a file that is the same', () => {
  expect(filePatch({ path: 'a', before: side('x'), after: side('x') })).toBe('')
})
