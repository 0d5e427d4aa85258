import { describe, expect, it } from 'vitest'
import { lintHabits, lintRequest, rawElements, rawMember, withoutMarkers } from './wire-linter'

const HEAD = '"model":"m","max_tokens":10,"system":[{"type":"text","text":"s"}],"tools":[{"name":"t","input_schema":{}}]'
const request = (...messages: readonly string[]): string => `{${HEAD},"messages":[${messages.join(',')}]}`
const user = (...blocks: readonly string[]): string => `{"role":"user","content":[${blocks.join(',')}]}`
const assistant = (...blocks: readonly string[]): string => `{"role":"assistant","content":[${blocks.join(',')}]}`
const said = (text: string): string => JSON.stringify({ type: 'text', text })
const call = (id: string): string => `{"type":"tool_use","id":"${id}","name":"t","input":{}}`
const result = (id: string): string => `{"type":"tool_result","tool_use_id":"${id}","content":"ok"}`
const rulesOf = (body: string, options?: Parameters<typeof lintRequest>[1]): number[] =>
  lintRequest(body, options).map((problem) => problem.rule)

const MARK = '"cache_control":{"type":"ephemeral"}'
const marked = (text: string, ttl: string): string => `{"type":"text","text":"${text}","cache_control":{"type":"ephemeral","ttl":"${ttl}"}}`
const THOUGHT = '{"type":"thinking","thinking":"","signature":"s"}'
const SERVER = '{"type":"server_tool_use","id":"s1","name":"web_search","input":{}}'
const system = (text: string): string => `{"role":"system","content":[{"type":"text","text":"${text}"}]}`
const TOOL = '{"name":"t","input_schema":{}}'
const withTools = (...tools: readonly string[]): string => request(user(said('a'))).replace(TOOL, () => tools.join(','))
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
    ['[rule 38] an hour behind five minutes', 38, request(user(marked('a', '5m'), marked('b', '1h'), said('c')))],
    [
      '[rule 38] the automatic breakpoint on a block with another life',
      38,
      request(user(marked('a', '1h'))).replace('"max_tokens"', '"cache_control":{"type":"ephemeral"},"max_tokens"'),
    ],
    ['[rule 38] a breakpoint on thinking', 38, request(user(said('a')), assistant(THOUGHT.replace('}', `,${MARK}}`)), user(said('b')))],
    ['[rule 34] a forced tool', 34, request(user(said('a'))).replace('"max_tokens"', '"tool_choice":{"type":"any"},"max_tokens"')],
    ['[rule 35] an image behind a URL', 35, request(user('{"type":"image","source":{"type":"url","url":"https://x.example/a.png"}}'))],
    ['[rule 42] a breakpoint on a deferred tool', 42, withTools(TOOL, `{"name":"d","input_schema":{},"defer_loading":true,${MARK}}`)],
    ['[rule 42] nothing but deferred tools', 42, withTools('{"name":"d","input_schema":{},"defer_loading":true}')],
    ['[rule 18] a system message first', 18, request(system('x'), user(said('a')))],
    ['[rule 18] a system message behind an answer', 18, request(user(said('a')), assistant(said('b')), system('x'))],
    [
      '[rule 18] a system message between call and result',
      18,
      request(user(said('a')), assistant(call('1')), system('x'), user(result('1'))),
    ],
    ['[rule 18] a system message before the user’s', 18, request(user(said('a')), system('x'), user(said('b')))],
    [
      '[rule 7] words beside a server tool at work',
      7,
      request(user(said('a')), assistant(SERVER, call('1')), user(result('1'), said('x'))),
    ],
    ['[rule 8] a message behind an answer that paused', 8, request(user(said('a')), assistant(SERVER), user(said('b')))],
    [
      '[rule 14] a result without the family of its call',
      14,
      request(user(said('a')), assistant('{"type":"tool_use","id":"1","name":"t","toolset_name":"browser","input":{}}'), user(result('1'))),
    ],
    [
      '[rule 11] results behind words in the same turn, in two messages',
      1,
      request(user(said('a')), assistant(call('1')), user(said('x')), user(result('1'))),
    ],
    [
      '[rule 11] one call answered in two messages of one turn',
      12,
      request(user(said('a')), assistant(call('1')), user(result('1')), user(result('1'))),
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

describe('what is fine', () => {
  it.each([
    ['[rule 18] a system message behind results', request(user(said('a')), assistant(call('1')), user(result('1')), system('x'))],
    ['[rule 18] and before an answer', request(user(said('a')), system('x'), assistant(said('b')), user(said('c')))],
    ['[rule 7] results alone beside a server tool at work', request(user(said('a')), assistant(SERVER, call('1')), user(result('1')))],
    [
      '[rule 11] results in two messages of one turn',
      request(user(said('a')), assistant(call('1'), call('2')), user(result('1')), user(result('2'))),
    ],
    ['[rule 42] a deferred tool beside another', withTools(TOOL, '{"name":"d","input_schema":{},"defer_loading":true}')],
    ['[rule 37] an answer without thinking', request(user(said('a')), assistant(said('b')), user(said('c')))],
  ])('%s', (_what, body) => {
    expect(lintRequest(body)).toEqual([])
  })

  it('[rule 20] [rule 8] an end with the model’s own words, if that answer paused', () => {
    const paused = assistant(SERVER)
    expect(rulesOf(request(user(said('a')), paused))).toEqual([20])
    expect(rulesOf(request(user(said('a')), paused), { paused: new Set([paused]) })).toEqual([])
  })

  it('[rule 9] words behind results, but as a habit they are warned of', () => {
    const body = request(user(said('a')), assistant(call('1')), user(result('1'), said('and this')))
    expect(lintRequest(body)).toEqual([])
    expect(lintHabits(body).map((problem) => problem.rule)).toEqual([9])
  })

  it('[rule 24] [rule 39] markers that moved, with the words of one inside of a text untouched', () => {
    const words = JSON.stringify({ type: 'text', text: `,${MARK}` })
    const previous = request(user(words.replace(/}$/, `,${MARK}}`)))
    expect(rulesOf(request(user(words), assistant(said('b')), user(said('c'))), { previous })).toEqual([])
    expect(withoutMarkers(previous)).toBe(request(user(words)))
  })
})

describe('raw JSON', () => {
  it('keeps the bytes of members and elements', () => {
    const json = '{ "a" : 1 ,"b":{"x":[1,"],}\\""]},"messages":[ {"q":"a,b"} , 2.0,"\\\\" ] }'
    expect(rawMember(json, 'b')).toBe('{"x":[1,"],}\\""]}')
    expect(rawElements(rawMember(json, 'messages') ?? '')).toEqual(['{"q":"a,b"}', '2.0', '"\\\\"'])
  })
})
