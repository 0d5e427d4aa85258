import { expect, it } from 'vitest'
import { parseStoredEvent } from './migrate'
import { LOG_FORMAT } from './version'

const stored = {
  v: LOG_FORMAT,
  session: 's1',
  agent: 'main',
  seq: 1,
  epoch: 1,
  at: 1_700_000_000_000,
  trace: 't1',
  type: 'session.opened',
  data: { title: 'A tour', project: 'demo' },
  prev: '',
  hash: 'a'.repeat(64),
}

it('reads an event of this format as it was stored', () => {
  expect(parseStoredEvent(stored)).toEqual({ type: 'event', event: stored })
})

it('lifts an event of the first format', () => {
  const first = { ...stored, v: 1, type: 'model.requested', data: { attempt: 2, messages: 3 } }
  expect(parseStoredEvent(first)).toEqual({ type: 'event', event: { ...first, v: LOG_FORMAT, data: { attempt: 2, messages: 3, wire: 1 } } })
  expect(parseStoredEvent({ ...stored, v: 1 })).toEqual({ type: 'event', event: stored })
})

it('[C24] tells an event of a newer build from a damaged one', () => {
  expect(parseStoredEvent({ ...stored, v: LOG_FORMAT + 1, data: { anything: true } })).toEqual({ type: 'newer', v: LOG_FORMAT + 1 })
})

it.each([
  ['nothing', undefined],
  ['a list', []],
  ['no format', { ...stored, v: undefined }],
  ['format zero', { ...stored, v: 0 }],
  ['an unknown fact', { ...stored, type: 'session.exploded' }],
  ['a missing number', { ...stored, seq: undefined }],
  ['number zero', { ...stored, seq: 0 }],
  ['an unknown field', { ...stored, extra: 1 }],
  ['data of another fact', { ...stored, data: { model: 'x' } }],
  ['a field that data should not have', { ...stored, data: { ...stored.data, extra: 1 } }],
  ['a field that is there but undefined', { ...stored, type: 'turn.ended', data: { stop: 'end', failure: undefined } }],
  ['a hash that is none', { ...stored, hash: 'xyz' }],
])('[C23] says of a record with %s that it is damaged', (_, raw) => {
  expect(parseStoredEvent(raw).type).toBe('damaged')
})
