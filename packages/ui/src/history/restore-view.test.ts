import { expect, test } from 'vitest'
import { chosenPoint, confirmText, keptByDefault, plannedFiles, pointTitle, restoredText, touched, type PlannedFile } from './restore-view'

const file = (path: string, rest: Partial<PlannedFile> = {}): PlannedFile => ({
  path,
  action: 'write',
  askedOf: undefined,
  missing: false,
  ...rest,
})

test('[F34] a file that somebody else changed since is kept unless the person says otherwise', () => {
  const files = [file('a'), file('b', { askedOf: 'user' }), file('c', { askedOf: 'terminal' }), file('d', { missing: true })]
  const kept = keptByDefault(files)
  expect([...kept]).toEqual(['b', 'c', 'd'])
  expect(touched(files, kept)).toBe(1)
})

test('the button says what it will do', () => {
  expect(confirmText('code', 1)).toBe('Restore 1 file')
  expect(confirmText('code', 0)).toBe('Nothing to restore')
  expect(confirmText('conversation', 3)).toBe('Restore the conversation')
  expect(confirmText('both', 3)).toBe('Restore 3 files and the conversation')
  expect(restoredText('14:02', 'both', 6)).toBe('Restored to 14:02 · conversation and 6 files')
})

test('a point is named by what came after it', () => {
  expect(pointTitle({ cause: 'turn', label: 'Fix it' })).toBe('Before “Fix it”')
  expect(pointTitle({ cause: 'shell', label: 'npm test' })).toBe('Before $ npm test')
  expect(pointTitle({ cause: 'named', label: 'works' })).toBe('works')
  expect(pointTitle({ cause: 'restore', label: 'Before going back to: Fix it' })).toBe('Before going back to: Fix it')
  expect(pointTitle({ cause: 'restore', label: '' })).toBe('Before a restore')
})

test('a plan is read file by file', () => {
  const change = { before: null, after: null, added: 1, removed: 0 }
  const plan = {
    changes: [
      { ...change, path: 'a', status: 'deleted' as const },
      { ...change, path: 'b', status: 'modified' as const },
      { ...change, path: 'c', status: 'added' as const },
    ],
    asks: [{ path: 'b', by: 'user' as const, at: 1 }],
    missing: ['c'],
  }
  expect(plannedFiles(plan)).toEqual([
    { path: 'a', action: 'delete', askedOf: undefined, missing: false },
    { path: 'b', action: 'write', askedOf: 'user', missing: false },
    { path: 'c', action: 'write', askedOf: undefined, missing: true },
  ])
})

test('a message leads to the last point before it at which its conversation can go on', () => {
  const point = (seq: number, isBorder = true, isHidden = false) => ({
    seq,
    at: 0,
    cause: 'turn' as const,
    label: '',
    turn: 1,
    filesChangedSince: 0,
    isBorder,
    isHidden,
  })
  const points = [point(40), point(30, true, true), point(20, false), point(1)]
  expect(chosenPoint(points, { chosen: undefined, before: 35 })?.seq).toBe(1)
  expect(chosenPoint(points, { chosen: undefined, before: 41 })?.seq).toBe(40)
  expect(chosenPoint(points, { chosen: undefined, before: undefined })?.seq).toBe(40)
  expect(chosenPoint(points, { chosen: 20, before: 35 })?.seq).toBe(20)
  expect(chosenPoint([], { chosen: undefined, before: 35 })).toBeUndefined()
})
