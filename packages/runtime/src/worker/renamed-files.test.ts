import { blobHash } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import type { Reviews } from '../core/reviews'
import { emptyPast } from '../core/history/places'
import { projectFiles } from './project-files'
import { createReviewList } from './review-list'

const hash = (n: number) => blobHash(String(n).repeat(64).slice(0, 64))
const LINES = Array.from({ length: 20 }, (_, n) => `line number ${n}\n`)

function listOf(
  files: Readonly<Record<string, readonly [before: number | null, after: number | null]>>,
  texts: Readonly<Record<number, string>>,
) {
  const contents = new Map(Object.entries(texts).map(([n, text]) => [hash(Number(n)), new TextEncoder().encode(text)]))
  let reads = 0
  const list = createReviewList({
    blob: async (wanted) => {
      reads++
      return contents.get(wanted) ?? new Uint8Array()
    },
  })
  const side = (n: number | null) => (n === null ? null : hash(n))
  const reviews: Reviews = new Map(
    Object.entries(files).map(([path, [before, after]]) => [path, { before: side(before), after: side(after) }]),
  )
  return { list: () => list(reviews), reads: () => reads }
}

it('is one entry where a file became another, with what is the same and the lines that differ', async () => {
  const texts = { 1: LINES.join(''), 2: LINES.join('').replace('number 3', 'NUMBER 3'), 3: 'something else\n' }
  const { list, reads } = listOf({ 'old.txt': [1, null], 'sub/new.txt': [null, 2], 'other.txt': [null, 3] }, texts)
  expect(await list()).toEqual([
    expect.objectContaining({ path: 'other.txt', status: 'added' }),
    {
      path: 'sub/new.txt',
      status: 'renamed',
      from: { path: 'old.txt', similarity: expect.closeTo(94, -1) },
      after: hash(2),
      added: 1,
      removed: 1,
    },
  ])
  const before = reads()
  await list()
  expect(reads()).toBe(before)
})

it('is two entries where less than half is the same', async () => {
  const { list } = listOf({ 'old.txt': [1, null], 'new.txt': [null, 2] }, { 1: LINES.join(''), 2: 'nothing of it\nis here\n'.repeat(10) })
  expect((await list()).map(({ status }) => status)).toEqual(['added', 'deleted'])
})

it('joins each file that is gone with one that came', async () => {
  const { list } = listOf({ a: [1, null], b: [null, 1], c: [null, 1] }, { 1: LINES.join('') })
  const found = await list()
  expect(found.map(({ status }) => status).toSorted()).toEqual(['added', 'renamed'])
  expect(found.find(({ from }) => from)?.from).toEqual({ path: 'a', similarity: 100 })
})

it('is one part of the patch', async () => {
  const contents = new Map([
    ['old.txt', new TextEncoder().encode(LINES.join(''))],
    ['new.txt', new TextEncoder().encode(LINES.join('').replace('number 3', 'NUMBER 3'))],
  ])
  const counts = { added: 0, removed: 0 }
  const { exportFiles } = projectFiles(
    async () => ({
      workspace: { list: () => [], stat: () => undefined, blob: async () => new Uint8Array() },
      history: {
        past: async () => emptyPast(),
        compare: async () => [
          { path: 'new.txt', before: null, after: hash(2), status: 'added', ...counts },
          { path: 'old.txt', before: hash(1), after: null, status: 'deleted', ...counts },
        ],
        read: async (path, at) => ((path === 'old.txt') === (at !== 'now') ? (contents.get(path) ?? null) : null),
      },
    }),
    () => Promise.reject(new Error('nothing is imported')),
    () => Promise.reject(new Error('nothing is imported')),
  )
  const text = await (await exportFiles({ type: 'patch' })).file.text()
  expect(text).toContain('similarity index 9')
  expect(text).toContain('rename from old.txt\nrename to new.txt\n')
  expect(text.match(/^diff --git/gm)).toHaveLength(1)
})
