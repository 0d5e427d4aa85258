import { describe, expect, it } from 'vitest'
import { blockBody, summaryPrompt } from './body'
import { limitsOf, tokensAhead } from './policy'

const MESSAGES = '[{"role":"user","content":[{"type":"text","text":"say \\"tool_choice\\":, {[ and \\\\"}]}]'

describe('the request for a summary', () => {
  it('[rule 100] leaves out what cannot stand beside it, and nothing else, byte for byte', () => {
    const kept = `"model":"m","max_tokens":10,"system":[{"type":"text","text":"}"}],"tools":[],"messages":${MESSAGES}`
    const more =
      '"context_management":{"edits":[]},"stop_sequences":["a"],"tool_choice":{"type":"any"},"output_config":{"effort":"high","format":{"type":"json_schema"},"task_budget":{"total":5,"remaining":2}}'
    expect(blockBody(`{${more},${kept}}`, {})).toBe(
      `{"output_config":{"effort":"high","task_budget":{"total":5}},${kept},"compaction":{"type":"summarize"}}`,
    )
    expect(blockBody(`{"tool_choice":{"type":"auto"},${kept}}`, {})).toContain('"tool_choice":{"type":"auto"}')
  })

  it('[F22] puts a person’s words into a whole prompt, because instructions replace the API’s own', () => {
    const body = JSON.parse(blockBody('{"model":"m"}', { instructions: 'keep the API names' }))
    expect(body.compaction.instructions).toBe(summaryPrompt({ instructions: 'keep the API names' }))
    expect(body.compaction.instructions).toContain('Write a summary of this conversation')
    expect(JSON.parse(blockBody('{"model":"m"}', { instructions: 'x'.repeat(20_000) })).compaction.instructions.length).toBeLessThanOrEqual(
      16_384,
    )
  })
})

describe('the limits of a model', () => {
  it.each([
    [
      { contextWindow: 1_000_000, maxOutput: 128_000 },
      { compactAt: 300_000, full: 966_000 },
    ],
    [
      { contextWindow: 200_000, maxOutput: 64_000 },
      { compactAt: 166_000, full: 166_000 },
    ],
    [
      { contextWindow: 200_000, maxOutput: 8000 },
      { compactAt: 170_000, full: 190_000 },
    ],
    [
      { contextWindow: 32_000, maxOutput: 4000 },
      { compactAt: 16_000, full: 26_000 },
    ],
    [{}, { compactAt: 300_000 }],
  ])('[F20] follow from the provider’s list and nothing else: %o', (info, limits) => {
    expect(limitsOf({ id: 'm', label: 'm', ...info })).toEqual(limits)
  })

  it('counts what was not sent yet rather too high than too low', () => {
    expect(tokensAhead([{ type: 'message', content: [{ type: 'text', text: 'x'.repeat(1000) }], wakes: true }])).toBe(400)
  })
})
