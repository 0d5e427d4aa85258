import { callId, type AgentRow, type CallRow } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { announcement, heardSoFar, isPast } from './announce'

const says = (text: string, live = true): AgentRow => ({ type: 'agent', key: 'a', blocks: [{ type: 'text', text }], live, at: 0 })
const call = (state: CallRow['state']): CallRow => ({ type: 'call', key: 'c', call: callId('c'), name: 'shell', input: '{}', state })

test('only finished sentences are announced while text streams, and the rest at its end', () => {
  const first = announcement(heardSoFar([]), [says('I look around. Then I ed')])
  expect(first.text).toBe('I look around.')
  const second = announcement(first.heard, [says('I look around. Then I edit')])
  expect(second.text).toBe('')
  expect(announcement(second.heard, [says('I look around. Then I edit', false)]).text).toBe('Then I edit')
})

test('a call is announced when its state changes and not again', () => {
  const first = announcement(heardSoFar([call('queued')]), [call('running')])
  expect(first.text).toBe('shell: running.')
  expect(announcement(first.heard, [call('running')]).text).toBe('')
})

test('what was there when the session opened is not read out', () => {
  const rows = [says('Old news.', false), call('done')]
  expect(announcement(heardSoFar(rows), rows).text).toBe('')
})

test('a conversation that began before the page was opened is its past, one that begins on it is not', () => {
  expect(isPast([says('Old news.', false), call('done')], 1)).toBe(true)
  expect(isPast([says('Hello.', false)], 0)).toBe(false)
  expect(isPast([], 1)).toBe(false)
})

test('calls of the past that are read in later, above what was heard, are not read out', () => {
  const heard = heardSoFar([says('Newest.', false)])
  expect(announcement(heard, [call('done'), says('Newest.', false)]).text).toBe('')
  expect(announcement(heard, [says('Newest.', false), call('done')]).text).toBe('shell: done.')
})

test('markdown is heard without its signs', () => {
  const text = '## Done\n- `src/cart.js`, **one** edit\n> see [the notes](https://x.example/y)\n```js\n2 * 3 * 4\n```\n'
  expect(announcement(heardSoFar([]), [says(text, false)]).text).toBe('Done\nsrc/cart.js, one edit\nsee the notes\n\n2 * 3 * 4')
})
