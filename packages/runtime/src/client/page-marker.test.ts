import { expect, test } from 'vitest'
import { createPageMarker, type PageMemory } from './page-marker'

function memoryOf(sessions?: string): PageMemory {
  let kept = sessions ?? null
  return {
    getItem: () => kept,
    setItem: (_, value) => {
      kept = value
    },
  }
}

test('[C21] a database that is new although there were sessions is told until there is one again', () => {
  const marker = createPageMarker(memoryOf('3'))
  expect(marker.missing(true)).toContain('3 sessions are gone')
  marker.saw(0)
  expect(marker.missing(true)).toContain('3 sessions are gone')
  marker.saw(1)
  expect(marker.missing(true)).toBeUndefined()
})

test('[C21] the first session of a first visit is no loss', () => {
  const marker = createPageMarker(memoryOf())
  expect(marker.missing(true)).toBeUndefined()
  marker.saw(1)
  expect(marker.missing(true)).toBeUndefined()
})

test('a page that may not remember says nothing', () => {
  const marker = createPageMarker(undefined)
  marker.saw(2)
  expect(marker.missing(true)).toBeUndefined()
})

it('[C21] says nothing when the first session begins in a new database', () => {
  const marker = createPageMarker(memory())
  expect(marker.missing(true)).toBeUndefined()
  marker.saw(1)
  expect(marker.missing(true)).toBeUndefined()
})
