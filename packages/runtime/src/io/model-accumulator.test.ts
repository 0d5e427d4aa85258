import { FailureError, type Answer, type ModelEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { createAccumulator, STOP_REASONS } from './model-accumulator'

interface Sent {
  readonly block: string
  readonly deltas?: readonly unknown[]
}

/** The events of one answer as data lines. */
function lines(blocks: readonly Sent[], stopReason: string = 'end_turn', usage: unknown = { output_tokens: 7 }): string[] {
  return [
    '{"type":"message_start","message":{"model":"m-1","usage":{"input_tokens":5,"cache_read_input_tokens":100,"output_tokens":1}}}',
    ...blocks.flatMap(({ block, deltas = [] }, index) => [
      `{"type":"content_block_start","index":${index},"content_block":${block}}`,
      ...deltas.map((delta) => JSON.stringify({ type: 'content_block_delta', index, delta })),
      JSON.stringify({ type: 'content_block_stop', index }),
    ]),
    JSON.stringify({ type: 'message_delta', delta: { stop_reason: stopReason }, usage }),
    '{"type":"message_stop"}',
  ]
}

function run(data: readonly string[]): { readonly events: readonly ModelEvent[]; readonly answer: Answer; readonly wire: string } {
  const accumulator = createAccumulator()
  const events = data.flatMap((line) => accumulator.push(line))
  const last = events.at(-1)
  if (last?.type !== 'complete') throw new Error('the answer is not complete')
  return { events, answer: last.answer, wire: last.wire }
}

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof FailureError) return error.failure.code
    throw error
  }
  return 'nothing thrown'
}

const wireOf = (blocks: readonly Sent[]): string => run(lines(blocks)).wire
const call = (deltas: readonly string[]): Sent => ({
  block: '{"type":"tool_use","id":"toolu_1","name":"write_file","input":{}}',
  deltas: deltas.map((text) => ({ type: 'input_json_delta', partial_json: text })),
})

describe('accumulator', () => {
  it('joins text in pieces and tells each piece', () => {
    const { events, answer, wire } = run(
      lines([
        {
          block: '{"type":"text","text":""}',
          deltas: [
            { type: 'text_delta', text: 'Hel' },
            { type: 'text_delta', text: 'lo "x"' },
          ],
        },
      ]),
    )
    expect(events.slice(0, 3)).toEqual([
      { type: 'started', model: 'm-1', usage: { input: 5, output: 1, cacheRead: 100, cacheWrite: 0 } },
      { type: 'delta', index: 0, kind: 'text', text: 'Hel' },
      { type: 'delta', index: 0, kind: 'text', text: 'lo "x"' },
    ])
    expect(answer.content).toEqual([{ type: 'text', text: 'Hello "x"' }])
    expect(wire).toBe('{"role":"assistant","content":[{"type":"text","text":"Hello \\"x\\""}]}')
  })

  it('[rule 5] keeps a cut tool input as the raw text and sends an empty object back', () => {
    const { answer, wire } = run(lines([call(['', '{"path":"a.txt"', ',"content":"hel'])], 'tool_use'))
    expect(answer.content).toEqual([{ type: 'call', id: 'toolu_1', name: 'write_file', input: '{"path":"a.txt","content":"hel' }])
    expect(wire).toBe('{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"write_file","input":{}}]}')
  })

  it('[rule 6] keeps the sibling of a malformed call', () => {
    const sibling = {
      block: '{"type":"tool_use","id":"toolu_2","name":"read_file","input":{}}',
      deltas: [{ type: 'input_json_delta', partial_json: '{"path":"b"}' }],
    }
    const { answer, wire } = run(lines([call(['{"p":"a\\q"}']), sibling], 'tool_use'))
    expect(answer.content.map((item) => (item.type === 'call' ? item.input : ''))).toEqual(['{"p":"a\\q"}', '{"path":"b"}'])
    expect(wire).toContain('"input":{}},{"type":"tool_use","id":"toolu_2","name":"read_file","input":{"path":"b"}}')
    expect(structuredClone(answer)).toEqual(answer)
  })

  it.each([
    ['white space and number spelling', '{ "b" : 1.0, "a": 1e2 }'],
    ['number-like keys out of order', '{"2":true,"1":false}'],
    ['escapes', '{"path":"\\u00e9\\/x"}'],
  ])('[rule 15] sends a tool input back with its %s', (_what, input) => {
    expect(wireOf([call([input.slice(0, 4), input.slice(4)])])).toContain(`"input":${input}}`)
  })

  it.each([
    ['a duplicate key', '{"a":1,"a":2}'],
    ['__proto__', '{"__proto__":{}}'],
    ['an array', '[1]'],
    ['a bare string', '"x"'],
  ])('[rule 6] does not send back an input with %s', (_what, input) => {
    expect(wireOf([call([input])])).toContain('"input":{}}')
  })

  it('takes a call without any input delta as an empty object, and a whole input from the start as it is', () => {
    expect(run(lines([call([])])).answer.content).toMatchObject([{ input: '{}' }])
    const whole = { block: '{"type":"tool_use","id":"toolu_9","name":"glob","input":{"pattern":"*"},"caller":{"type":"direct"}}' }
    expect(run(lines([whole])).answer.content).toMatchObject([{ input: '{"pattern":"*"}' }])
    expect(wireOf([whole])).toContain(whole.block)
  })

  it('[rule 15] [rule 63] sends blocks of unknown types back as received and survives unknown events and deltas', () => {
    const odd = '{"zeta":1.50,"type":"hologram","10":"x","9":{"deep":[1,2,{"a":"b\\u0041,}"}]} , "alpha":null}'
    const data = lines([{ block: odd, deltas: [{ type: 'shimmer_delta', hue: 3 }] }], 'a_new_reason')
    const { answer, wire, events } = run([...data.slice(0, 1), '{"type":"aurora","x":1}', '{"type":"ping"}', ...data.slice(1)])
    expect(wire).toBe(`{"role":"assistant","content":[${odd.replace(' , ', ',')}]}`)
    expect(answer.content[0]).toMatchObject({ type: 'unknown', raw: { type: 'hologram' } })
    expect(answer.content[1]).toEqual({ type: 'unknown', raw: { type: 'shimmer_delta', hue: 3 } })
    expect(answer.stopReason).toBe('a_new_reason')
    expect(STOP_REASONS.has(answer.stopReason)).toBe(false)
    expect(events.map((event) => event.type)).toEqual(['started', 'complete'])
  })

  it('[rule 16] adds no field that was not received', () => {
    const { wire } = run(lines([{ block: '{"text":"","type":"text"}', deltas: [{ type: 'text_delta', text: 'a' }] }, call(['{"x":1}'])]))
    const content = JSON.parse(wire).content as Record<string, unknown>[]
    expect(content.map((block) => Object.keys(block))).toEqual([
      ['text', 'type'],
      ['type', 'id', 'name', 'input'],
    ])
  })

  it('[rule 21] assigns a signature instead of appending it', () => {
    const deltas = [
      { type: 'thinking_delta', thinking: 'Hm' },
      { type: 'signature_delta', signature: 'first' },
      { type: 'signature_delta', signature: 'se+cond/==' },
    ]
    expect(wireOf([{ block: '{"type":"thinking","thinking":"","signature":""}', deltas }])).toContain(
      '{"type":"thinking","thinking":"Hm","signature":"se+cond/=="}',
    )
    expect(wireOf([{ block: '{"type":"thinking","thinking":""}', deltas }])).toContain(
      '{"type":"thinking","thinking":"Hm","signature":"se+cond/=="}',
    )
  })

  it('[rule 21] [rule 22] keeps thinking whose text was left out', () => {
    const { answer, wire } = run(
      lines([{ block: '{"type":"thinking","thinking":"","signature":""}', deltas: [{ type: 'signature_delta', signature: 'sig' }] }]),
    )
    expect(answer.content).toEqual([{ type: 'thinking', text: '' }])
    expect(wire).toBe('{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"sig"}]}')
  })

  it('[rule 15] keeps redacted thinking and citations', () => {
    const redacted = '{"type":"redacted_thinking","data":"AAA="}'
    const cited = {
      block: '{"type":"text","text":"","citations":[]}',
      deltas: [
        { type: 'citations_delta', citation: { z: 1, a: 2 } },
        { type: 'text_delta', text: 't' },
      ],
    }
    expect(wireOf([{ block: redacted }, cited])).toBe(
      `{"role":"assistant","content":[${redacted},{"type":"text","text":"t","citations":[{"z":1,"a":2}]}]}`,
    )
  })

  it('[rule 46] overwrites usage with the totals that come later', () => {
    expect(run(lines([], 'end_turn', { output_tokens: 40, input_tokens: null })).answer.usage).toEqual({
      input: 5,
      output: 40,
      cacheRead: 100,
      cacheWrite: 0,
    })
  })

  it('[rule 46] takes what was billed from the iterations: a fallback, an advisor and a summary are not in the totals', () => {
    const iterations = [
      { type: 'message', model: 'm-1', input_tokens: 5, cache_read_input_tokens: 100, output_tokens: 30 },
      { type: 'compaction', input_tokens: 900, output_tokens: 60 },
      {
        type: 'fallback_message',
        model: 'm-2',
        input_tokens: 7,
        output_tokens: 8,
        cache_creation_input_tokens: 50,
        cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 30 },
      },
    ]
    const { answer } = run(lines([], 'end_turn', { output_tokens: 38, iterations }))
    expect(answer.model).toBe('m-2')
    expect(answer.usage).toEqual({ input: 7, output: 8, cacheRead: 0, cacheWrite: 50, cacheWriteHour: 30 })
    expect(answer.bills).toEqual([
      { model: 'm-1', usage: { input: 5, output: 30, cacheRead: 100, cacheWrite: 0 } },
      { model: 'm-1', usage: { input: 900, output: 60, cacheRead: 0, cacheWrite: 0 } },
      { model: 'm-2', usage: answer.usage },
    ])
  })

  it('[rule 46] books a summary that was all there was, although no total holds it', () => {
    const iterations = [{ type: 'compaction', input_tokens: 900, output_tokens: 60 }]
    const { answer } = run(lines([], 'compaction', { output_tokens: 0, iterations }))
    expect(answer.bills).toEqual([{ model: answer.model, usage: { input: 900, output: 60, cacheRead: 0, cacheWrite: 0 } }])
  })

  it('[rule 46] books nothing twice when one iteration is all there was', () => {
    const { answer } = run(
      lines([], 'end_turn', { output_tokens: 9, iterations: [{ type: 'message', input_tokens: 5, output_tokens: 9 }] }),
    )
    expect(answer.bills).toBeUndefined()
    expect(answer.usage.output).toBe(9)
  })

  it('[rule 13] [F13] drops what a model that gave up had thought and asked for, and keeps its text and the border', () => {
    const border = '{"type":"fallback","from":{"model":"m-1"},"to":{"model":"m-2"}}'
    const signed = (signature: string): Sent => ({ block: `{"type":"thinking","thinking":"","signature":"${signature}"}` })
    const late = { block: '{"type":"tool_use","id":"toolu_2","name":"read_file","input":{}}' }
    const { answer, wire } = run(
      lines(
        [signed('a'), { block: '{"type":"text","text":"So"}' }, call(['{"path":"x"}']), { block: border }, signed('b'), late],
        'tool_use',
      ),
    )
    expect(answer.content.map((block) => (block.type === 'call' ? block.id : block.type))).toEqual([
      'text',
      'unknown',
      'thinking',
      'toolu_2',
    ])
    expect(wire).toBe(
      `{"role":"assistant","content":[{"type":"text","text":"So"},${border},${signed('b').block},{"type":"tool_use","id":"toolu_2","name":"read_file","input":{}}]}`,
    )
  })

  it('[rule 14] keeps the family of a tool beside its call', () => {
    const { answer } = run(
      lines([{ block: '{"type":"tool_use","id":"t1","name":"tap","toolset_name":"computer","input":{}}' }], 'tool_use'),
    )
    expect(answer.content).toEqual([{ type: 'call', id: 't1', name: 'tap', input: '{}', toolset: 'computer' }])
  })

  it('[rule 30] counts blocks that do not fit the conversation, and not those of another model', () => {
    const dropped = (reason: string): object => ({ type: 'thinking_dropped', path: 'messages.1.content.0', reason })
    const start = (...entries: readonly object[]): string =>
      JSON.stringify({ type: 'message_start', message: { model: 'm-1', input_transformations: entries } })
    const mismatchedIn = (...data: readonly string[]): number | undefined => run([...data, ...lines([]).slice(1)]).answer.mismatched
    expect(mismatchedIn(start(dropped('model_binding_mismatch')))).toBeUndefined()
    expect(mismatchedIn(start(dropped('prefix_binding_mismatch'), dropped('model_binding_mismatch')))).toBe(1)
    const replaced = JSON.stringify({ type: 'message_delta', delta: {}, input_transformations: [] })
    expect(mismatchedIn(start(dropped('prefix_binding_mismatch')), replaced)).toBeUndefined()
  })

  it('[F19] reads what the provider left out where it says so, first or last, and takes other edits for none', () => {
    const edit = (uses: number, tokens: number): object => ({
      type: 'clear_tool_uses_20250919',
      cleared_tool_uses: uses,
      cleared_input_tokens: tokens,
    })
    const thinking = { type: 'clear_thinking_20251015', cleared_thinking_turns: 2, cleared_input_tokens: 900 }
    const managed = (...edits: readonly object[]): object => ({ context_management: { applied_edits: edits } })
    const start = (from: object): string => JSON.stringify({ type: 'message_start', message: { model: 'm-1', ...from } })
    const delta = (from: object): string => JSON.stringify({ type: 'message_delta', delta: {}, ...from })
    const clearedIn = (...data: readonly string[]): unknown => run([...data, ...lines([]).slice(1)]).answer.cleared
    expect(clearedIn(start({}), delta(managed(edit(8, 50_000))))).toEqual({ toolUses: 8, tokens: 50_000 })
    expect(clearedIn(start(managed(edit(8, 50_000))), delta({ context_management: null }))).toEqual({ toolUses: 8, tokens: 50_000 })
    expect(clearedIn(start(managed(edit(8, 50_000))), delta(managed(thinking, edit(9, 60_000))))).toEqual({ toolUses: 9, tokens: 60_000 })
    expect(clearedIn(start({}), delta(managed(thinking)))).toBeUndefined()
    expect(clearedIn(start({}), delta(managed(edit(0, 0))))).toBeUndefined()
  })

  it('replaces what a compaction block began with by its delta, in the spelling that was received', () => {
    const block = '{"type":"compaction","content":null,"encrypted_content":null}'
    const delta =
      '{"type":"content_block_delta","index":0,"delta":{"type":"compaction_delta","content":"sum\\u00fc","encrypted_content":"e"}}'
    const data = lines([{ block }], 'compaction')
    expect(run([...data.slice(0, 2), delta, ...data.slice(2)]).wire).toBe(
      '{"role":"assistant","content":[{"type":"compaction","content":"sum\\u00fc","encrypted_content":"e"}]}',
    )
  })

  it('passes an empty answer on', () => {
    expect(run(lines([])).wire).toBe('{"role":"assistant","content":[]}')
  })

  it.each([
    ['a line that is not JSON', ['{"type":"message_sta']],
    ['a piece without a block', ['{"type":"content_block_delta","index":3,"delta":{"type":"text_delta","text":"x"}}']],
    [
      'a block that starts twice',
      [
        '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
        '{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
      ],
    ],
    ['a stop without a reason', ['{"type":"message_start","message":{}}', '{"type":"message_stop"}']],
  ])('calls %s a cut answer', (_what, data) => {
    expect(codeOf(() => run(data))).toBe('cut')
  })

  it('refuses two calls with one id and a call whose id cannot be used', () => {
    expect(codeOf(() => run(lines([call([]), call([])])))).toBe('bad_response')
    expect(codeOf(() => run(lines([{ block: '{"type":"tool_use","id":"a b\\n","name":"x","input":{}}' }])))).toBe('bad_response')
  })

  it('streams nothing of a call whose id cannot be used, for no screen could show it', () => {
    const accumulator = createAccumulator()
    const input = { type: 'input_json_delta', partial_json: '{}' }
    const shown: ModelEvent[] = []
    const push = (): void => {
      for (const line of lines([{ block: '{"type":"tool_use","id":"a b","name":"x","input":{}}', deltas: [input] }]))
        shown.push(...accumulator.push(line))
    }
    expect(codeOf(push)).toBe('bad_response')
    expect(shown.map(({ type }) => type)).toEqual(['started'])
  })

  it('says what a broken answer leaves', () => {
    const accumulator = createAccumulator()
    const data = lines([
      { block: '{"type":"thinking","thinking":""}' },
      { block: '{"type":"text","text":""}', deltas: [{ type: 'text_delta', text: 'half' }] },
    ])
    for (const line of data.slice(0, 5)) accumulator.push(line)
    expect(accumulator.remains()).toEqual({ partial: 'half', completedBlock: false })
    for (const line of data.slice(5, 6)) accumulator.push(line)
    expect(accumulator.remains()).toEqual({ partial: 'half', completedBlock: true })
  })

  it('takes a 400 KB tool input in small pieces', () => {
    const input = JSON.stringify({ path: 'big.txt', content: 'line "x"\n'.repeat(45_000) })
    const pieces = input.match(/[\s\S]{1,11}/g) ?? []
    const { answer, wire } = run(lines([call(pieces)], 'tool_use'))
    expect(answer.content).toMatchObject([{ type: 'call', input }])
    expect(wire.length).toBeGreaterThan(400_000)
  })
})
