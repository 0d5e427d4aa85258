import type { PathChange } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { hashBytes } from './bytes'
import { changesOf, countLines } from './diff-lines'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('line counts', () => {
  it.each([
    ['', 'a\nb\n', 2, 0],
    ['a\nb\n', '', 0, 2],
    ['a\nb\nc\n', 'a\nx\nc\n', 1, 1],
    ['a\nb\n', 'a\nb\n', 0, 0],
    ['a\nb', 'a\nb\n', 1, 1],
    ['a\nb\nc\nd\n', 'b\nc\nx\nd\n', 1, 1],
    ['a\n', 'a\na\n', 1, 0],
  ])('of %j to %j are +%d −%d, as git counts', (before, after, added, removed) => {
    expect(countLines(before, after)).toEqual({ added, removed })
  })

  it('of a huge rewrite come in bounded time as a whole replacement', () => {
    const lines = (mark: string): string => Array.from({ length: 200_000 }, (_, i) => `${mark}${i * 7919}`).join('\n')
    const started = performance.now()
    expect(countLines(`same\n${lines('a')}\n`, `same\n${lines('b')}\n`)).toEqual({ added: 200_000, removed: 200_000 })
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

describe('changes of a delta', () => {
  it('carry hashes and counts, and none for binary', async () => {
    const old = bytes('a\nb\n')
    const blobs = new Map([[hashBytes(old), old]])
    const after = (content: Uint8Array) => ({ hash: hashBytes(content), bytes: content, mode: 'file' as const, mtime: 0, version: 2 })
    const changes = await changesOf(
      [
        { path: 'a.txt', before: hashBytes(old), after: after(bytes('a\nc\n')) },
        { path: 'gone.txt', before: hashBytes(old), after: null },
        { path: 'pic.png', before: null, after: after(Uint8Array.of(0, 1, 2)) },
      ],
      { blob: (hash) => Promise.resolve(blobs.get(hash) ?? bytes('')), stat: () => undefined },
    )
    expect(changes.map(({ path, added, removed }) => ({ path, added, removed }))).toEqual([
      { path: 'a.txt', added: 1, removed: 1 },
      { path: 'gone.txt', added: 0, removed: 2 },
      { path: 'pic.png', added: 0, removed: 0 },
    ])
    expect(changes[1]?.after).toBeNull()
  })
  it('name the kind of file only where one side is not a plain file', async () => {
    const old = bytes('#!/bin/sh\n')
    const hash = hashBytes(old)
    const entry = { path: 'run.sh', hash, size: old.length, mode: 'executable' as const, mtime: 0, version: 1 }
    const files = { blob: () => Promise.resolve(old), stat: (path: string) => (path === 'run.sh' ? entry : undefined) }
    const after = (mode: 'file' | 'executable' | 'symlink') => ({ hash, bytes: old, mode, mtime: 0, version: 2 })
    const changes = await changesOf(
      [
        { path: 'run.sh', before: hash, after: after('file') },
        { path: 'link', before: null, after: after('symlink') },
        { path: 'plain', before: hash, after: after('file') },
      ],
      files,
    )
    expect(changes.map(({ modes }) => modes)).toEqual([
      { before: 'executable', after: 'file' },
      { before: null, after: 'symlink' },
      undefined,
    ])
  })

  it('name permissions only where they are not the usual, and a time only where nothing else changed', async () => {
    const old = bytes('key\n')
    const hash = hashBytes(old)
    const entry = { path: 'key', hash, size: old.length, mode: 'file' as const, permissions: 0o600, mtime: 5, version: 1 }
    const files = { blob: () => Promise.resolve(old), stat: () => entry }
    const after = { hash, bytes: old, mode: 'file' as const, mtime: 7, version: 2 }
    const other = { ...after, hash: hashBytes(bytes('other')), bytes: bytes('other'), permissions: 0o600 }
    const kinds = async (change: PathChange): Promise<unknown> => {
      const [{ permissions, mtime } = {}] = await changesOf([change], files)
      return { permissions, mtime }
    }
    const path = 'key'
    expect(await kinds({ path, before: hash, after })).toEqual({ permissions: { before: 0o600, after: null }, mtime: undefined })
    expect(await kinds({ path, before: hash, after: other })).toEqual({ permissions: { before: 0o600, after: 0o600 }, mtime: undefined })
    expect(await kinds({ path, before: hash, after: { ...after, permissions: 0o600 } })).toMatchObject({ mtime: 7 })
  })
})
