import { expect, it } from 'vitest'
import { createPageMarker, withMarker, type PageMemory } from './page-marker'

function memory(): PageMemory {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }
}
const KEPT = { type: 'kept', used: 1, quota: 2, persisted: false } as const

it('[C21] says that the browser removed the sessions when the database is new and there had been some', () => {
  const page = memory()
  createPageMarker(page).saw(3)
  const marker = createPageMarker(page)
  const removed = marker.missing(true)
  expect(removed).toContain('Your browser removed what this site had kept: 3 sessions')
  expect(withMarker(KEPT, removed)).toEqual({ ...KEPT, removed })
  // Said as long as the list is empty, in the next tab too.
  marker.saw(0)
  expect(marker.missing(false)).toBe(removed)
  expect(createPageMarker(page).missing(true)).toBe(removed)
  marker.saw(1)
  expect(marker.missing(false)).toBeUndefined()
})

it('[C21] says nothing to who begins, who deleted the last session, or whose database is the old one', () => {
  const page = memory()
  expect(createPageMarker(page).missing(true)).toBeUndefined()
  const marker = createPageMarker(page)
  marker.saw(1)
  expect(marker.missing(false)).toBeUndefined()
  marker.saw(0)
  expect(createPageMarker(page).missing(true)).toBeUndefined()
  expect(createPageMarker(undefined).missing(true)).toBeUndefined()
  expect(withMarker({ type: 'off', reason: 'x' }, 'y')).toEqual({ type: 'off', reason: 'x' })
})

it('[C21] says nothing when the first session begins in a new database', () => {
  const marker = createPageMarker(memory())
  expect(marker.missing(true)).toBeUndefined()
  marker.saw(1)
  expect(marker.missing(true)).toBeUndefined()
})
