import { describe, expect, it } from 'vitest'
import { lintRequest, rawElements, rawMember } from './wire-linter'

const HEAD = '"model":"m","max_tokens":10,"system":[{"type":"text","text":"s"}],"tools":[{"name":"t","input_schema":{}}]'
const request = (...messages: readonly string[]): string => `{${HEAD},"messages":[${messages.join(',')}]}`
const user = (...blocks: readonly string[]): string => `{"role":"user","content":[${blocks.join(',')}]}`
const assistant = (...blocks: readonly string[]): string => `{"role":"assistant","content":[${blocks.join(',')}]}`
const said = (text: string): string => JSON.stringify({ type: 'text', text })
const call = (id: string): string => `{"type":"tool_use","id":"${id}","name":"t","input":{}}`
const result = (id: string): string => `{"type":"tool_result","tool_use_id":"${id}","content":"ok"}`
const rulesOf = (body: string, options?: Parameters<typeof lintRequest>[1]): number[] =>
  lintRequest(body, options).map((problem) => problem.rule)

const GOOD = request(user(said('hi')), assistant(said('a'), call('1'), call('2')), user(result('1'), result('2'), said('and this')))

describe('lintRequest', () => {
  it('finds nothing wrong with a good request', () => {
    expect(lintRequest(GOOD, { previous: request(user(said('hi'))), answers: [assistant(said('a'), call('1'), call('2'))] })).toEqual([])
  })

  it.each([
    ['[rule 1] a missing result', 1, request(user(said('hi')), assistant(call('1'), call('2')), user(result('1')))],
    ['[rule 1] a result in a later message', 1, request(user(said('hi')), assistant(call('1')), user(said('wait')), user(result('1')))],
    ['[rule 1] text before the results', 1, request(user(said('hi')), assistant(call('1')), user(said('x'), result('1')))],
    ['[rule 1] a result for no call', 1, request(user(said('hi'), result('9')))],
    ['[rule 1] a call in a user message', 1, request(user(call('1')))],
    ['[rule 3] results out of order', 3, request(user(said('hi')), assistant(call('1'), call('2')), user(result('2'), result('1')))],
    ['[rule 12] a call answered twice', 12, request(user(said('hi')), assistant(call('1')), user(result('1'), result('1')))],
    [
      '[rule 12] an id used twice',
      12,
      request(user(said('hi')), assistant(call('1')), user(result('1')), assistant(call('1')), user(result('1'))),
    ],
    [
      '[rule 16] a field of the SDK',
      16,
      request(user(said('hi')), assistant('{"type":"text","text":"a","parsed_output":null}'), user(said('b'))),
    ],
    ['[rule 16] a field of the UI', 16, request('{"role":"user","content":"hi","id":"ui-1"}')],
    ['[rule 16] an unknown top field', 16, `{${HEAD},"spare":1,"messages":[${user(said('hi'))}]}`],
    ['[rule 16] an empty text', 16, request(user(said(' ')))],
    ['[rule 20] an assistant first', 20, request(assistant(said('a')), user(said('b')))],
    ['[rule 20] an assistant last', 20, request(user(said('hi')), assistant(said('a')))],
    ['[rule 20] no message', 20, request()],
    [
      '[rule 22] thinking without a signature',
      22,
      request(user(said('hi')), assistant('{"type":"thinking","thinking":""}'), user(said('b'))),
    ],
    [
      '[rule 6] an input that is no object',
      6,
      request(user(said('hi')), assistant('{"type":"tool_use","id":"1","name":"t","input":"x"}'), user(result('1'))),
    ],
    [
      '[rule 38] five breakpoints',
      38,
      request(user(...Array.from({ length: 5 }, (_, n) => `{"type":"text","text":"${n}","cache_control":{"type":"ephemeral"}}`))),
    ],
  ])('finds %s', (_what, rule, body) => {
    expect(rulesOf(body)).toContain(rule)
  })

  it('[rule 15] [rule 22] finds an assistant message that is not what was sent', () => {
    const sent = assistant('{"type":"thinking","thinking":"","signature":"s"}', said('a'))
    const body = (message: string): string => request(user(said('hi')), message, user(said('b')))
    expect(rulesOf(body(sent), { answers: [sent] })).toEqual([])
    expect(rulesOf(body(assistant(said('a'))), { answers: [sent] })).toEqual([15])
    expect(rulesOf(body(assistant('{"text":"a","type":"text"}')), { answers: [assistant(said('a'))] })).toEqual([15])
  })

  it('[rule 23] finds changed system and tools', () => {
    expect(rulesOf(GOOD.replace('"text":"s"', '"text":"s2"'), { previous: request(user(said('hi'))) })).toEqual([23])
    expect(
      rulesOf(GOOD.replace('"name":"t","input_schema"', '"name":"u","input_schema"'), { previous: request(user(said('hi'))) }),
    ).toEqual([23])
  })

  it('[rule 24] finds a sent message that was edited, dropped or spaced differently', () => {
    const previous = request(user(said('hi')), assistant(said('a')), user(said('more')))
    expect(rulesOf(request(user(said('hi!')), assistant(said('a')), user(said('more'))), { previous })).toEqual([24])
    expect(rulesOf(request(user(said('hi'))), { previous })).toEqual([24])
    expect(rulesOf(request(user(said('hi')), assistant(` ${said('a')}`), user(said('more'))), { previous })).toEqual([24])
  })
})

describe('raw JSON', () => {
  it('keeps the bytes of members and elements', () => {
    const json = '{ "a" : 1 ,"b":{"x":[1,"],}\\""]},"messages":[ {"q":"a,b"} , 2.0,"\\\\" ] }'
    expect(rawMember(json, 'b')).toBe('{"x":[1,"],}\\""]}')
    expect(rawElements(rawMember(json, 'messages') ?? '')).toEqual(['{"q":"a,b"}', '2.0', '"\\\\"'])
  })
})
