import { callId, type CallRow } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { lineOfEdit, newestEdit } from './edit-place'

function call(name: string, input: object, more: Partial<CallRow> = {}): CallRow {
  const files = [{ path: 'src/a.ts', added: 1, removed: 0 }]
  const outcome = { type: 'done', text: '', detail: { files } } as const
  return { type: 'call', key: `${name}-key`, call: callId('c1'), name, input: JSON.stringify(input), state: 'done', outcome, ...more }
}

it('the newest edit that is done is followed, not one that waits or a command', () => {
  const edit = call('edit_file', { path: 'src/a.ts', old_text: 'a', new_text: 'b' })
  expect(newestEdit([edit, call('edit_file', { path: 'x' }, { state: 'needs approval' }), call('shell', {})])).toEqual({
    key: 'edit_file-key',
    path: 'src/a.ts',
    text: 'b',
  })
  expect(newestEdit([call('write_file', { path: 'src/a.ts', content: 'whole' })])).toMatchObject({ path: 'src/a.ts', text: undefined })
  expect(newestEdit([call('edit_file', { path: 'x' }, { outcome: { type: 'done', text: '' } })])).toBeUndefined()
  expect(newestEdit([])).toBeUndefined()
})

it('an edit begins on the line where its text stands, and a whole file on its first', () => {
  expect(lineOfEdit('one\ntwo\nthree\n', { text: 'three' })).toBe(3)
  expect(lineOfEdit('one\ntwo\n', { text: 'gone' })).toBe(1)
  expect(lineOfEdit('one\n', { text: undefined })).toBe(1)
})
