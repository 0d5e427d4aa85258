import { expect, test } from 'vitest'
import { momentsOf, whenWords } from './queue-moments'

const offered = (
  message: Parameters<typeof momentsOf>[0],
  waits: { readonly held: boolean; readonly isWorking: boolean },
): readonly string[] => momentsOf(message, { ...waits, onChange: () => undefined }).map(({ label }) => label)

test('what waits can be sent now, what is read with the next step can wait for the end of the turn', () => {
  const works = { held: false, isWorking: true }
  expect(offered({ n: 1, text: 'a' }, works)).toEqual(['After the turn'])
  expect(offered({ n: 1, text: 'a', when: 'after' }, works)).toEqual(['Send this now'])
  expect(offered({ n: 1, text: 'a', paused: true }, works)).toEqual(['Send this now', 'After the turn'])
  expect(offered({ n: 1, text: 'a', when: 'now' }, works)).toEqual([])
  expect(offered({ n: 1, text: 'a' }, { held: true, isWorking: false })).toEqual(['Send this now'])
  expect(momentsOf({ n: 1, text: 'a', when: 'after' }, works)).toEqual([])
})

test('the queue says what it waits for', () => {
  const words = { held: false, isPaused: false, isAfter: false }
  expect(whenWords(words)).toBe('read after the current step')
  expect(whenWords({ ...words, isAfter: true })).toBe('sent after the turn')
  expect(whenWords({ ...words, isAfter: true, isPaused: true })).toBe('paused')
  expect(whenWords({ held: true, isAfter: true, isPaused: true })).toBe('waits: you stopped the agent')
})
