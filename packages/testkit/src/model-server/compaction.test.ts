import { describe, expect, it } from 'vitest'
import { createSummaries, lintSummaryRequest } from './compaction'

const HEAD = '"model":"m","max_tokens":9,"system":[],"tools":[]'
const U1 = '{"role":"user","content":[{"type":"text","text":"one"}]}'
const A1 = '{"role":"assistant","content":[{"type":"text","text":"1"}]}'
const CALL = '{"role":"assistant","content":[{"type":"tool_use","id":"t","name":"glob","input":{}}]}'
const U2 = '{"role":"user","content":[{"type":"text","text":"two"}]}'
const BLOCK = '{"role":"assistant","content":[{"type":"compaction","content":"S"}]}'
const body = (messages: readonly string[], more = ''): string => `{${HEAD},"messages":[${messages.join(',')}]${more}}`
const ASK = ',"compaction":{"type":"summarize"}'
const BETA = { 'anthropic-beta': 'other, compact-2026-09-04' }
const rules = (problems: readonly { rule: number }[]): readonly number[] => problems.map(({ rule }) => rule)

describe('what the scripted server checks of a summary', () => {
  it('spells out a block that it gave, and finds nothing wrong behind it', () => {
    const summaries = createSummaries()
    summaries.issue(summaries.view(body([U1, A1], ASK), BETA), BLOCK)
    const view = summaries.view(body([BLOCK, U2]), BETA)
    expect(view).toMatchObject({ isRequest: false, isContinued: true, problems: [], body: body([U1, A1, U2]) })
  })

  it('[rule 97] wants the beta, the block in front, one of it, and unchanged', () => {
    const summaries = createSummaries()
    summaries.issue(summaries.view(body([U1, A1], ASK), BETA), BLOCK)
    expect(rules(summaries.view(body([U1], ASK), {}).problems)).toEqual([97])
    expect(rules(summaries.view(body([BLOCK, U2]), {}).problems)).toEqual([97])
    expect(rules(summaries.view(body([U1, BLOCK]), BETA).problems)).toEqual([97])
    expect(rules(summaries.view(body([BLOCK, U2, BLOCK]), BETA).problems)).toEqual([97, 97])
    expect(rules(summaries.view(body([BLOCK.replace('"S"', '"T"'), U2]), BETA).problems)).toEqual([97])
  })

  it('[rule 99] wants another role behind the block than the last that it stands for', () => {
    const summaries = createSummaries()
    summaries.issue(summaries.view(body([U1], ASK), BETA), BLOCK)
    expect(rules(summaries.view(body([BLOCK, U2]), BETA).problems)).toEqual([99])
    expect(rules(summaries.view(body([BLOCK, A1, U2]), BETA).problems)).toEqual([])
  })

  it('[rule 95] [rule 100] refuses a request for a summary that holds an open call or what may not stand beside it', () => {
    const summaries = createSummaries()
    const asked = (messages: readonly string[], more = ''): readonly number[] =>
      rules(summaries.view(body(messages, `${more}${ASK}`), BETA).problems)
    expect(asked([U1, A1])).toEqual([])
    expect(asked([U1, CALL])).toEqual([95])
    expect(asked([U1], ',"stop_sequences":["x"]')).toEqual([100])
    expect(asked([U1], ',"tool_choice":{"type":"any"}')).toEqual([100])
    expect(asked([U1], ',"output_config":{"format":{}}')).toEqual([100])
  })

  it('[rule 100] wants the messages, system and tools that were sent', () => {
    expect(lintSummaryRequest(body([U1, A1]), [body([U1])], [A1])).toEqual([])
    expect(rules(lintSummaryRequest(body([U2, A1]), [body([U1])], [A1]))).toEqual([100])
    expect(rules(lintSummaryRequest(body([U1, A1]).replace('"system":[]', '"system":[1]'), [body([U1])], [A1]))).toEqual([100])
  })
})
