import { expect, it } from 'vitest'
import { createPageMarker, withMarker, type PageMemory } from './page-marker'

function memory(): PageMemory {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}
const KEPT = { type: 'kept', used: 1, quota: 2, persisted: false } as const

it('[C21] says that the browser removed the sessions when the database is another and there had been some', () => {
  const page = memory()
  createPageMarker(page).saw('old', 3)
  const marker = createPageMarker(page)
  const removed = marker.missing('new')
  expect(removed).toContain('Your browser removed what this site had kept: 3 sessions')
  expect(withMarker(KEPT, removed)).toEqual({ ...KEPT, removed })
  // Said as long as the list is empty, in the next tab too.
  marker.saw('new', 0)
  expect(marker.missing('new')).toBe(removed)
  expect(createPageMarker(page).missing('new')).toBe(removed)
  marker.saw('new', 1)
  expect(marker.missing('new')).toBeUndefined()
})

it('[C21] says it too when a page that was open made the new database, and listed it, before the next page came', () => {
  const page = memory()
  const open = createPageMarker(page)
  open.saw('old', 1)
  open.saw('new', 0)
  expect(createPageMarker(page).missing('new')).toContain('one session is gone')
})

it('[C21] says nothing to who begins, who deleted the last session, or whose database is the old one', () => {
  const page = memory()
  expect(createPageMarker(page).missing('old')).toBeUndefined()
  const marker = createPageMarker(page)
  marker.saw('old', 1)
  expect(marker.missing('old')).toBeUndefined()
  marker.saw('old', 0)
  expect(createPageMarker(page).missing('new')).toBeUndefined()
  expect(createPageMarker(undefined).missing('new')).toBeUndefined()
  expect(createPageMarker(page).missing(undefined)).toBeUndefined()
  expect(withMarker({ type: 'off', reason: 'x' }, 'y')).toEqual({ type: 'off', reason: 'x' })
})

it('[C21] says nothing when the first session begins in a new database', () => {
  const marker = createPageMarker(memory())
  expect(marker.missing('new')).toBeUndefined()
  marker.saw('new', 1)
  expect(marker.missing('new')).toBeUndefined()
})
