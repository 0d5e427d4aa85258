import { expect, it } from 'vitest'
import { checkThinking } from './thinking-binding'

const user = (text: string): string => `{"role":"user","content":[{"type":"text","text":"${text}"}]}`
const thought = (signature: string): string =>
  `{"role":"assistant","content":[{"type":"thinking","thinking":"","signature":"${signature}"},{"type":"text","text":"a"}]}`
const request = (model: string, ...messages: readonly string[]): string =>
  `{"model":"${model}","thinking":{"type":"adaptive"},"system":"s","tools":[],"messages":[${messages.join(',')}]}`
const DROP = '"thinking":{"type":"adaptive","block_binding":{"prefix_mismatch_behavior":"drop_block"}}'
const dropping = (body: string): string => body.replace('"thinking":{"type":"adaptive"}', DROP)
const BETA = { 'anthropic-beta': 'other,thinking-binding-controls-2026-08-01' }

it('[F11] binds thinking to model, system, tools and every message before it, cache markers aside', () => {
  const { signature } = checkThinking(request('m', user('hi')), {})
  const later = [thought(signature), user('more')] as const
  const marked = user('hi').replace('"hi"', '"hi","cache_control":{"type":"ephemeral"}')
  expect(checkThinking(request('m', user('hi'), ...later), {}).refusal).toBeUndefined()
  expect(checkThinking(request('m', marked, ...later), {}).refusal).toBeUndefined()
  expect(checkThinking(request('m', user('ho'), ...later), {}).refusal).toContain(
    'messages.1.content.0: Invalid signature in thinking block',
  )
  expect(checkThinking(request('m', user('hi'), ...later).replace('"system":"s"', '"system":"t"'), {}).refusal).toContain(
    'Invalid signature',
  )
})

it('[rule 30] [F11] drops and reports where the request asks for it by name, and another model’s thinking without a word', () => {
  const { signature } = checkThinking(request('m', user('hi')), {})
  const edited = request('m', user('ho'), thought(signature), user('more'))
  expect(checkThinking(dropping(edited), {}).refusal).toContain('Invalid signature')
  expect(checkThinking(dropping(edited), BETA)).toMatchObject({
    refusal: undefined,
    report: [{ type: 'thinking_dropped', path: 'messages.1.content.0', reason: 'prefix_binding_mismatch' }],
  })
  const other = checkThinking(request('n', user('hi'), thought(signature), user('more')), BETA)
  expect(other).toMatchObject({ refusal: undefined, report: [{ reason: 'model_binding_mismatch' }] })
})

it('[rule 32] [rule 36] takes a conversation whose thinking was left out altogether, not one whose beginning was cut', () => {
  const first = checkThinking(request('m', user('1')), {}).signature
  const plain = '{"role":"assistant","content":[{"type":"text","text":"a"}]}'
  const second = checkThinking(request('m', user('1'), thought(first), user('2')), {}).signature
  expect(checkThinking(request('m', user('1'), thought(first), user('2'), plain, user('3')), {}).refusal).toBeUndefined()
  expect(checkThinking(request('m', user('1'), plain, user('2'), plain, user('3')), {}).refusal).toBeUndefined()
  // "The last messages of another chat" carry thinking that belongs to that chat.
  expect(checkThinking(request('m', user('2'), thought(second), user('3')), {}).refusal).toContain('Invalid signature')
})
