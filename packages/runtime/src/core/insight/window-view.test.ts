import type { WindowPartName, WindowView, WireRow } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { windowView, type NewestCount } from './window-view'

const header: WireRow = {
  role: 'header',
  text: `"system":[{"type":"text","text":"${'s'.repeat(1000)}"}],"tools":[{"name":"read_file","description":"${'t'.repeat(400)}","input_schema":{}},{"name":"orders__refund","input_schema":{},"defer_loading":true}]`,
}
const user = (...content: readonly object[]): WireRow => ({ role: 'user', text: JSON.stringify({ role: 'user', content }) })
const agent = (...content: readonly object[]): WireRow => ({ role: 'assistant', text: JSON.stringify({ role: 'assistant', content }) })
const result = (id: string, content: string): object => ({ type: 'tool_result', tool_use_id: id, content })
const call = (id: string, name: string, input: object): object => ({ type: 'tool_use', id, name, input })

const ROWS = [
  header,
  user({ type: 'text', text: '<workspace-instructions path="AGENTS.md">\nbe kind' }, { type: 'text', text: 'Fix the sum' }),
  agent(
    { type: 'thinking', thinking: 'hm', signature: 'x'.repeat(999) },
    call('a', 'read_file', { path: 'src/sum.js' }),
    call('b', 'shell', { command: 'ls' }),
  ),
  user(result('a', 'r'.repeat(3000)), result('b', 'l'.repeat(600))),
  agent({ type: 'text', text: 'Done.' }),
  user({ type: 'text', text: 'Thanks, and now the tests please' }),
]
const COUNT: NewestCount = { model: 'm', at: 1, cacheRead: 900, cacheWrite: 500, input: 10, output: 40, messages: 3 }

const part = (view: WindowView, name: WindowPartName): WindowView['parts'][number] | undefined =>
  view.parts.find((one) => one.name === name)
const sum = (view: WindowView, of: 'tokens' | 'cached'): number => view.parts.reduce((all, one) => all + one[of], 0)

describe('what is in the window', () => {
  it('adds up to what the provider counted, to the token', () => {
    const view = windowView(ROWS, COUNT)
    expect(sum(view, 'tokens')).toBeCloseTo(900 + 500 + 10 + 40, 6)
    expect(sum(view, 'cached')).toBeCloseTo(900, 6)
    expect(view.counted).toMatchObject({ cacheRead: 900, output: 40 })
  })

  it('tells files from other results, and names each by what it is', () => {
    const view = windowView(ROWS, COUNT)
    expect(view.parts.map(({ name, items }) => [name, items.map((item) => item.name)])).toEqual([
      ['tools', ['read_file']],
      ['system', ['System prompt']],
      ['instructions', ['AGENTS.md']],
      ['messages', ['Fix the sum']],
      ['thinking', ['Thinking']],
      ['answers', ['What the agent said']],
      ['calls', ['read_file', 'shell']],
      ['files', ['src/sum.js']],
      ['results', ['shell']],
    ])
    const [files, results] = [part(view, 'files')?.tokens ?? 0, part(view, 'results')?.tokens ?? 0]
    expect(files / results).toBeCloseTo(5, 6)
  })

  it('knows the cache as a beginning of what was sent: tools first, then the system prompt', () => {
    const view = windowView(ROWS, { ...COUNT, cacheRead: 120 })
    const tools = part(view, 'tools')
    expect(tools?.cached).toBeCloseTo(tools?.tokens ?? NaN, 6)
    expect(part(view, 'system')?.cached).toBeLessThan(part(view, 'system')?.tokens ?? 0)
    expect(part(view, 'messages')?.cached).toBe(0)
  })

  it('keeps apart what waits for the next request, and says so', () => {
    const waits = windowView(ROWS, COUNT).ahead
    expect(waits).toBeGreaterThan(0)
    expect(windowView(ROWS.slice(0, 5), COUNT).ahead).toBe(0)
  })

  it('leaves out the oldest results that the provider left out', () => {
    const view = windowView(ROWS, { ...COUNT, cleared: { toolUses: 1, tokens: 700 } })
    expect(part(view, 'files')).toBeUndefined()
    expect(part(view, 'results')?.items).toHaveLength(1)
    expect(sum(view, 'tokens')).toBeCloseTo(1450, 6)
    expect(view.cleared).toEqual({ toolUses: 1, tokens: 700 })
  })

  it('shows a summary as what it is, of either kind', () => {
    for (const row of [
      user({ type: 'text', text: '<summary-of-this-conversation>\nall\n</summary-of-this-conversation>' }),
      agent({ type: 'compaction', content: 'all of it' }),
    ])
      expect(part(windowView([header, row]), 'summary')?.items).toHaveLength(1)
  })

  it('estimates where nobody counted, and is empty where nothing was sent', () => {
    const view = windowView([header, user({ type: 'text', text: 'x'.repeat(3500) })])
    expect(part(view, 'messages')?.tokens).toBe(1000)
    expect([view.counted, view.ahead]).toEqual([undefined, 0])
    expect(windowView([])).toEqual({ parts: [], ahead: 0 })
  })

  it('lists the largest names and counts the others', () => {
    const calls = Array.from({ length: 20 }, (_, n) => call(`c${n}`, 'read_file', { path: `f${n}` }))
    const results = Array.from({ length: 20 }, (_, n) => result(`c${n}`, 'x'.repeat(100 * (n + 1))))
    const files = part(windowView([header, agent(...calls), user(...results)]), 'files')
    expect(files?.items[0]?.name).toBe('f19')
    expect([files?.items.length, files?.more]).toEqual([12, 8])
  })
})
