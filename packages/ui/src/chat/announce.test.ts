import { callId, type AgentRow, type CallRow } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { announcement, heardSoFar } from './announce'

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
