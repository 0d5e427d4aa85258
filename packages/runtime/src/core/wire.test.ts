import { callId, type CallContent, type Outcome, type WireRow } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { Unsent } from './records'
import { headerRow, requestBody, userRows } from './wire'

const callsNamed = (...ids: readonly string[]): CallContent[] => ids.map((id) => ({ type: 'call', id: callId(id), name: 't', input: '{}' }))
/** The one message that these become. */
function rowOf(unsent: readonly Unsent[], ...ids: readonly string[]): WireRow {
  const rows = userRows(unsent, { calls: callsNamed(...ids) })
  expect(rows).toHaveLength(1)
  return rows[0] ?? { role: 'user', text: '' }
}
const done = (text: string): Outcome => ({ type: 'done', text })
const result = (id: string, outcome: Outcome): Unsent => ({ type: 'result', call: callId(id), outcome })
const said = (text: string): Unsent => ({ type: 'message', content: [{ type: 'text', text }], wakes: true })
const contentOf = (row: { text: string }): { type: string; tool_use_id?: string; is_error?: boolean; text?: string }[] =>
  JSON.parse(row.text).content

describe('userRow', () => {
  it('[rule 3] puts results in the order of the calls, whatever order they ended in', () => {
    const order = ['a', 'b', 'c']
    const one = rowOf([result('c', done('3')), result('a', done('1')), result('b', done('2'))], ...order)
    const two = rowOf([result('a', done('1')), result('b', done('2')), result('c', done('3'))], ...order)
    expect(one.text).toBe(two.text)
    expect(contentOf(one).map((block) => block.tool_use_id)).toEqual(['a', 'b', 'c'])
  })

  it('[rule 1] puts every result before any other block of the same message', () => {
    const row = rowOf([said('wait'), result('a', done('1')), { type: 'instructions', path: 'AGENTS.md', text: 'be kind' }], 'a')
    expect(contentOf(row).map((block) => block.type)).toEqual(['tool_result', 'text', 'text'])
  })

  it('[rule 2] marks what did not run as an error', () => {
    const row = rowOf([
      result('a', { type: 'denied', text: 'no' }),
      result('b', { type: 'skipped', text: 'not run' }),
      result('c', done('')),
    ])
    expect(contentOf(row).map((block) => block.is_error)).toEqual([true, true, undefined])
  })

  it('[O28] shows the model what nobody sees in results and instructions, as escapes', () => {
    const row = rowOf([result('a', done('fine\u{E0072}\u200B')), { type: 'instructions', path: 'AGENTS.md', text: 'be\u2060kind' }], 'a')
    expect(row.text).not.toMatch(/\p{Default_Ignorable_Code_Point}/u)
    expect(JSON.parse(row.text).content[0].content).toBe('fine\\u{E0072}\\u{200B}')
    expect(contentOf(row)[1]?.text).toContain('be\\u{2060}kind')
  })

  it('[F27] gives instruction files as a user-role block that says where it comes from', () => {
    const row = rowOf([{ type: 'instructions', path: 'AGENTS.md', text: 'be kind' }, said('hi')])
    expect(contentOf(row)[0]?.text).toContain('<workspace-instructions path="AGENTS.md">\nbe kind')
    expect(contentOf(row)[1]?.text).toBe('hi')
  })
})

describe('requestBody', () => {
  const info = { id: 'm', label: 'M', maxOutput: 8000, adaptiveThinking: true }
  const header = headerRow('be useful', [{ name: 't', description: 'd', input: { type: 'object' }, effect: 'pure', readOnly: true }])

  it('[rule 24] only ever grows at the end: the bytes of one request start the next', () => {
    const one = requestBody([header, rowOf([said('1')])], info)
    const two = requestBody(
      [header, rowOf([said('1')]), { role: 'assistant', text: '{"role":"assistant","content":[]}' }, rowOf([said('2')])],
      info,
    )
    expect(two.startsWith(one.slice(0, -2))).toBe(true)
  })

  it('[rule 23] holds system and tools as they were stored', () => {
    expect(requestBody([header, rowOf([said('1')])], info)).toContain(header.text)
  })

  it('[rule 20] starts with a user message and refuses to work without the frozen header', () => {
    const body = JSON.parse(requestBody([header, rowOf([said('1')])], info))
    expect(body.messages[0].role).toBe('user')
    expect(body.max_tokens).toBe(8000)
    expect(() => requestBody([rowOf([said('1')])], info)).toThrow('header')
  })
})
