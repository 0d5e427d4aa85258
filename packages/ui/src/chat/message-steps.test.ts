import type { Row } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { groupRows } from './group-rows'
import { stepFrom } from './message-steps'

const said = (key: string, from: 'user' | 'app'): Row => ({ type: 'user', key, text: key, at: 1, from })
const answered = (key: string): Row => ({ type: 'agent', key, blocks: [{ type: 'text', text: key }], live: false, at: 1 })

test('a step leads to the person’s next message or to the one before, and never out of the conversation', () => {
  const items = groupRows([said('a', 'user'), answered('b'), said('c', 'app'), said('d', 'user'), answered('e')])
  expect(stepFrom(items, items.length, -1)).toBe(3)
  expect(stepFrom(items, 3, -1)).toBe(0)
  expect(stepFrom(items, 0, -1)).toBeUndefined()
  expect(stepFrom(items, 0, 1)).toBe(3)
  expect(stepFrom(items, 1, 1)).toBe(3)
  expect(stepFrom(items, 3, 1)).toBeUndefined()
})
