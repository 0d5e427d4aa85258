import { callId, digestOf, type Approval } from '@tabwright/protocol'
import { expect, test } from 'vitest'
import { editsWith } from './other-edits'

const edit = (call: string, task?: string): Approval => ({
  call: callId(call),
  tool: 'edit_file',
  bytes: '{}',
  digest: digestOf('a'.repeat(64)),
  reason: 'edit',
  offer: { id: call, effect: 'allow', pattern: { type: 'path', tool: 'edit_file', path: 'a.ts' }, scope: 'session', why: 'asked' },
  ...(task !== undefined && { task: { call: callId(task), title: 'The same title' } }),
})

test('one yes covers the edits of one agent, however alike another’s are', () => {
  const pending = [edit('main'), edit('one', 't1'), edit('two', 't1'), edit('three', 't2')]
  expect(editsWith(edit('one', 't1'), pending).map(({ call }) => call)).toEqual(['two'])
  expect(editsWith(edit('main'), pending)).toEqual([])
})
