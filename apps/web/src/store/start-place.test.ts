import { EMBEDDED, keyOfHands, sessionId, type OfferedDirectory } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { beginsNow, placeAtStart, startPlaceChoice, takeBeginning } from './start-place'

const shop: OfferedDirectory = { name: 'shop', mark: 'a machine', identity: 'me', isConfined: true }
const key = keyOfHands({ ...shop, type: 'remote' })
const here = { offered: [shop], hasContainers: true }

it('keeps a place that it knows, and leaves everything else to the app', () => {
  for (const one of ['embedded', 'webcontainers', key]) expect(startPlaceChoice(one)).toBe(one)
  for (const other of ['automatic', 'remote', '', '{}', `${key}${' '.repeat(3000)}`, null])
    expect(startPlaceChoice(other)).toBe('automatic')
})

it('gives a new session what was chosen, where it can be had', () => {
  expect(placeAtStart('automatic', here)).toBeUndefined()
  expect(placeAtStart('embedded', here)).toEqual(EMBEDDED)
  expect(placeAtStart('webcontainers', here)).toEqual({ type: 'webcontainers' })
  expect(placeAtStart(key, here)).toEqual({ ...shop, type: 'remote' })
})

it('says where it cannot: no consent, nobody there, another directory of that name', () => {
  expect(placeAtStart('webcontainers', { ...here, hasContainers: false })).toBe('away')
  expect(placeAtStart(key, { ...here, offered: [] })).toBe('away')
  expect(placeAtStart(key, { ...here, offered: [{ ...shop, isConfined: false }] })).toBe('away')
})

it('knows a session that was made just now, once', () => {
  beginsNow(sessionId('a'))
  expect([takeBeginning(sessionId('b')), takeBeginning(sessionId('a')), takeBeginning(sessionId('a'))]).toEqual([false, true, false])
})
