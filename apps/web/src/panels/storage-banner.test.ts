import type { StorageState } from '@tabwright/runtime'
import { expect, test } from 'vitest'
import { storageBanner } from './storage-banner'

const QUIET = { failure: undefined, isSaid: false, read: undefined }
const kept = (rest: Partial<Extract<StorageState, { type: 'kept' }>> = {}): StorageState => ({
  type: 'kept',
  used: 10,
  quota: 100,
  persisted: false,
  ...rest,
})

test('while all is well nothing is said', () => {
  expect(storageBanner(undefined, QUIET)).toBeUndefined()
  expect(storageBanner(kept(), QUIET)).toBeUndefined()
  expect(storageBanner(kept({ used: 0, quota: 0 }), QUIET)).toBeUndefined()
})

test('[C18] a full disk is said once, with the ways out of it', () => {
  const full = kept({ full: 'Storage is full. Nothing written is lost.' })
  expect(storageBanner(full, QUIET)).toMatchObject({ kind: 'alert', actions: ['Free space', 'Export', 'Try again'] })
  expect(storageBanner(full, { ...QUIET, isSaid: true })).toBeUndefined()
  expect(storageBanner(kept({ used: 4_900_000, quota: 5_000_000 }), QUIET)?.text).toContain('4.9 of 5.0 MB')
})

test('[C19] an older tab and an update elsewhere are named, each with its one way on', () => {
  expect(storageBanner({ type: 'blocked', reason: 'Another tab is older.' }, QUIET)).toMatchObject({ actions: ['Try again'] })
  expect(storageBanner({ type: 'outdated', reason: 'Updated in another tab.' }, QUIET)).toMatchObject({ actions: ['Reload'] })
})

test('[C21] data that the browser removed is told with an offer, and the person can put that away', () => {
  const removed = kept({ removed: 'The browser removed the sessions.' })
  expect(storageBanner(removed, QUIET)).toEqual({
    kind: 'alert',
    text: 'The browser removed the sessions.',
    actions: ['Restore', 'Dismiss'],
  })
  expect(storageBanner(removed, { ...QUIET, read: 'The browser removed the sessions.' })).toBeUndefined()
})

test('[C22] with storage off the page says that nothing is kept and offers the export', () => {
  expect(storageBanner({ type: 'off', reason: 'private mode' }, QUIET)).toMatchObject({ kind: 'alert', actions: ['Export'] })
})

test('[C24] sessions that a newer version wrote ask for a reload', () => {
  const failure = { code: 'newer' as const, message: 'Written by a newer version.' }
  expect(storageBanner(kept(), { ...QUIET, failure })?.actions).toEqual(['Reload'])
})
