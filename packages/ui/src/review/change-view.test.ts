import { blobHash, type FileReview } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { changeView, nextSelection, reviewName, shownChanges, totals, undecided } from './change-view'

const HASH = blobHash('a'.repeat(64))
const review = (path: string, added = 1, removed = 0): FileReview => ({ path, status: 'modified', added, removed, after: HASH })
const text = (content: string) => ({ type: 'text', text: content, version: 1 }) as const

test('a row is named by path and counts with a real minus sign', () => {
  expect(reviewName(review('src/a.ts', 12, 3))).toBe('src/a.ts +12 −3')
  expect(totals([review('a', 12, 3), review('b', 1, 1)])).toEqual({ added: 13, removed: 4 })
})

test('text on both sides is a diff, on one side it stands alone', () => {
  expect(changeView(review('a'), { before: text('x'), after: text('y') })).toEqual({ type: 'diff', before: 'x', after: 'y', heavy: false })
  expect(changeView(review('a'), { before: null, after: text('y') })).toEqual({ type: 'one-side', side: 'added', text: 'y', heavy: false })
  expect(changeView(review('a'), { before: text('x'), after: null })).toEqual({
    type: 'one-side',
    side: 'deleted',
    text: 'x',
    heavy: false,
  })
})

test('more than 500 changed lines or 1 MB is rendered only when asked for', () => {
  const both = { before: text('x'), after: text('y') }
  expect(changeView(review('a', 300, 200), both)).toMatchObject({ heavy: false })
  expect(changeView(review('a', 300, 201), both)).toMatchObject({ heavy: true })
  expect(changeView(review('a'), { before: text('x'.repeat(1_000_000)), after: text('y') })).toMatchObject({ heavy: true })
})

test('binary and large files are said in a sentence', () => {
  const binary = { type: 'binary', size: 12_000, version: 1 } as const
  expect(changeView(review('a'), { before: binary, after: { ...binary, size: 14_000 } })).toEqual({
    type: 'sentence',
    text: 'A binary file: 12.0 KB before, 14.0 KB now.',
  })
  expect(changeView(review('a'), { before: null, after: { ...binary, type: 'large' } })).toMatchObject({ type: 'sentence' })
})

test('the selection stays, or moves to the file below, or to the last', () => {
  const all = ['a', 'b', 'c'].map((path) => review(path))
  const without = (path: string) => all.filter((one) => one.path !== path)
  expect(nextSelection('b', all, without('a'))).toBe('b')
  expect(nextSelection('b', all, without('b'))).toBe('c')
  expect(nextSelection('c', all, without('c'))).toBe('b')
  expect(nextSelection(undefined, [], all)).toBe('a')
  expect(nextSelection('a', all, [])).toBeUndefined()
})

test('a decision names the content that was in the list, deletions too', () => {
  expect(shownChanges([review('a'), { ...review('b'), status: 'deleted', after: null }])).toEqual([
    { path: 'a', after: HASH },
    { path: 'b', after: null },
  ])
})

test('a stale decision is told once, any other failure says that nothing was decided', () => {
  const stale = 'a changed since it was shown. Nothing was decided; look at it again.'
  expect(undecided({ code: 'stale', message: stale })).toBe(stale)
  expect(undecided({ code: 'storage_full', message: 'The disk is full.' })).toBe('The disk is full. Nothing was decided.')
})
