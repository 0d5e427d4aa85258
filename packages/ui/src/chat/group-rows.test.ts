import { callId, type CallRow, type Row } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { groupRows, groupTitle } from './group-rows'

const call = (key: string, name: string, state: CallRow['state'] = 'done'): CallRow => ({
  type: 'call',
  key,
  call: callId(key),
  name,
  input: '{}',
  state,
})
const said: Row = { type: 'user', key: 'u', text: 'hi', at: 0, from: 'user' }

test('three finished look-ups in a row become one group and anything between splits them', () => {
  const rows = [call('a', 'read_file'), call('b', 'grep'), call('c', 'glob'), said, call('d', 'read_file'), call('e', 'read_file')]
  expect(groupRows(rows).map((item) => item.key)).toEqual(['group a', 'u', 'd', 'e'])
})

test('the same notice again and again is one place that says how often; one that kept a part of an answer stands alone', () => {
  const notice = (key: string, text: string): Row => ({ type: 'notice', key, tone: 'warn', text })
  const rows: Row[] = [
    notice('a', 'Busy.'),
    notice('b', 'Busy.'),
    notice('c', 'Busy.'),
    { type: 'notice', key: 'd', tone: 'warn', text: 'Busy.', partial: 'half' },
    notice('e', 'Gone.'),
  ]
  expect(groupRows(rows).map((item) => [item.key, item.type === 'row' && item.times])).toEqual([
    ['a', 3],
    ['d', undefined],
    ['e', undefined],
  ])
})

test('a look-up that runs, failed or changes files is never folded away', () => {
  const rows = [
    call('a', 'read_file'),
    call('b', 'read_file'),
    call('c', 'read_file', 'running'),
    call('d', 'read_file', 'failed'),
    call('e', 'edit_file'),
  ]
  expect(groupRows(rows).every((item) => item.type === 'row')).toBe(true)
})

test('a group says in words what it holds', () => {
  expect(groupTitle([call('a', 'read_file'), call('b', 'read_file'), call('c', 'grep')])).toBe('Read 2 files, looked around once')
})
