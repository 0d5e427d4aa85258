import { isChord } from '@tabwright/ui'
import { expect, it } from 'vitest'
import { ACTIONS } from './actions'
import { clashOf, keysOf, ownKeysOf, withKeys } from './key-map'

it('no two actions come with the same keys', () => {
  for (const { id, keys } of ACTIONS) {
    expect(isChord(keys)).toBe(true)
    expect(clashOf(id, keys, {})).toBeUndefined()
  }
})

it('keys that a person chose are kept, and go back to those that an action came with', () => {
  const own = withKeys({}, 'sessions', 'Mod+KeyJ')
  expect(keysOf('sessions', own)).toBe('Mod+KeyJ')
  expect(ownKeysOf(JSON.stringify(own))).toEqual(own)
  expect(withKeys(own, 'sessions', undefined)).toEqual({})
  expect(withKeys(own, 'sessions', 'Mod+KeyB')).toEqual({})
})

it('says who has the keys already, also where those were chosen', () => {
  expect(clashOf('sessions', 'Mod+KeyK', {})).toBe('Command palette')
  const own = withKeys({}, 'palette', 'Mod+KeyJ')
  expect(clashOf('sessions', 'Mod+KeyK', own)).toBeUndefined()
  expect(clashOf('sessions', 'Ctrl+KeyJ', own)).toBe('Command palette')
})

it('passes over what is no setting of keys', () => {
  for (const text of [null, '', 'x', '[]', '3', '{"sessions":4,"gone":"Mod+KeyJ","__proto__":"Mod+KeyJ","palette":"<b>"}'])
    expect(ownKeysOf(text)).toEqual({})
})
