import { answer, outline, rawTool, text, tool, stories, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'

const start = stories()

interface Result {
  readonly tool_use_id: string
  readonly is_error?: boolean
  readonly content: unknown
}

async function went(s: Story): Promise<readonly string[]> {
  await s.commands.send('go')
  await s.until('turn.ended')
  return outline(await s.facts())
}

const resultsIn = (s: Story, request: number): readonly Result[] =>
  JSON.parse(s.server.requests[request]?.body ?? '{}').messages.at(-1).content

describe('inputs of calls', () => {
  it.each([
    ['malformed', '{"path":"a\\q"}'],
    ['cut', '{"path":"a.txt"'],
    ['NaN', '{"path":"a.txt","limit":NaN}'],
    ['a number beyond all', '{"path":"a.txt","limit":1e999}'],
    ['one that is missing', '{}'],
    ['one too many', '{"path":"a.txt","colour":"red"}'],
    ['of the wrong type', '{"path":7}'],
  ])('[O49] %s: one error for its call, its sibling runs, and the loop goes on', async (_what, input) => {
    const s = await start({
      files: { 'a.txt': 'hello' },
      script: [
        answer([rawTool('read_file', input, { id: 'bad' }), tool('read_file', { path: 'a.txt' }, { id: 'good' })]),
        answer([text('ok')]),
      ],
    })
    const lines = await went(s)
    const results = resultsIn(s, 1)
    expect(results.map(({ tool_use_id, is_error = false }) => [tool_use_id, is_error])).toEqual([
      ['bad', true],
      ['good', false],
    ])
    expect(lines.filter((line) => line.startsWith('call.ended bad'))).toEqual(['call.ended bad failed'])
    expect(lines.at(-1)).toBe('turn.ended end')
  })

  it('[O49] a text of 5 MB fails its call alone', async () => {
    const long = rawTool('read_file', `{"path":"${'x'.repeat(5_000_000)}"}`, { id: 'bad', fragment: 100_000 })
    const s = await start({ files: { 'a.txt': 'hello' }, script: [answer([long, tool('read_file', { path: 'a.txt' }, { id: 'good' })])] })
    const lines = await went(s)
    expect(lines.filter((line) => line.startsWith('call.ended')).toSorted()).toEqual(['call.ended bad failed', 'call.ended good done'])
    expect(lines.at(-1)).toMatch(/^turn\.ended/)
  })

  it('[O49] the same id twice is no answer: nothing runs, and the turn says so', async () => {
    const twice = answer([tool('read_file', { path: 'a.txt' }, { id: 't1' }), tool('read_file', { path: 'b.txt' }, { id: 't1' })])
    const s = await start({ script: [twice, answer([text('ok')])] })
    const lines = await went(s)
    expect(lines.filter((line) => line.startsWith('call.'))).toEqual([])
    expect(lines.slice(-2)).toEqual(['model.failed bad_response', 'turn.ended failed'])
  })

  it('[O49] 500 calls at once have 500 results, each its own', async () => {
    const ids = Array.from({ length: 500 }, (_, n) => `t${n}`)
    const s = await start({
      files: { 'a.txt': 'hello' },
      script: [answer(ids.map((id) => tool('read_file', { path: 'a.txt' }, { id }))), answer([text('ok')])],
    })
    const lines = await went(s)
    expect(resultsIn(s, 1).map(({ tool_use_id }) => tool_use_id)).toEqual(ids)
    expect(lines.filter((line) => line.startsWith('call.ended'))).toHaveLength(500)
    expect(lines.at(-1)).toBe('turn.ended end')
  })
})
