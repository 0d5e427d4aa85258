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

test('in short, every finished call is folded and only what was said is left; in full, nothing is folded', () => {
  const answer: Row = {
    type: 'agent',
    key: 'x',
    live: false,
    at: 0,
    blocks: [
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'so' },
    ],
  }
  const thought: Row = { ...answer, key: 't', blocks: [{ type: 'thinking', text: 'hm' }] }
  const rows = [said, thought, call('a', 'shell'), call('b', 'edit_file'), answer, call('c', 'shell', 'failed'), call('d', 'shell')]
  const short = groupRows(rows, 'summary')
  expect(short.map((item) => item.key)).toEqual(['u', 'group a', 'x', 'c', 'group d'])
  expect(short.flatMap((item) => (item.type === 'group' ? [groupTitle(item.rows)] : []))).toEqual([
    '2 calls: shell, edit_file',
    'One call: shell',
  ])
  expect(short.flatMap((item) => (item.type === 'row' && item.row.type === 'agent' ? item.row.blocks : []))).toEqual([
    { type: 'text', text: 'so' },
  ])
  const looks = [call('a', 'read_file'), call('b', 'read_file'), call('c', 'read_file')]
  expect(groupRows(looks, 'verbose').map((item) => item.key)).toEqual(['a', 'b', 'c'])
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
