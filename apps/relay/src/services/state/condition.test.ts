import { describe, expect, it } from 'vitest'
import type { Json } from '@tabwright/protocol'
import { readCondition } from './condition'

const holds = (text: string, new_value: Json, more = {}) =>
  readCondition(text)({ type: 'state', event_type: 'state:updated', scope: 's', key: 'k', old_value: null, new_value, ...more })

describe('a condition of a state trigger', () => {
  it('reads the fields of the new value', () => {
    expect(holds('status == "pending"', { status: 'pending' })).toBe(true)
    expect(holds('status == "pending" && tries < 3', { status: 'pending', tries: 3 })).toBe(false)
    expect(holds('"urgent" in tags || size(tags) > 2', { tags: ['urgent'] })).toBe(true)
    expect(holds('owner.name.startsWith("a")', { owner: { name: 'ada' } })).toBe(true)
    expect(holds('tries == 5', { tries: 5 })).toBe(true)
  })

  it('reads the change itself, where the value has no field of that name', () => {
    expect(holds('new_value == "on" && old_value == null', 'on')).toBe(true)
    expect(holds('event_type == "state:deleted"', null, { event_type: 'state:deleted' })).toBe(true)
    expect(holds('key == "mine"', { key: 'mine' })).toBe(true)
  })

  it('does not hold where it cannot be worked out, and only exactly true holds', () => {
    for (const value of [null, 'text', 5, [], {}, { status: {} }]) expect(holds('status == "pending"', value)).toBe(false)
    expect(holds('status', { status: 'true' })).toBe(false)
    expect(holds('status > 3', { status: 'text' })).toBe(false)
    for (const name of ['constructor', 'toString', 'hasOwnProperty']) expect(holds(`${name} != null`, {})).toBe(false)
  })
})
