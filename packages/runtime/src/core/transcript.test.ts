import { callId, digestOf } from '@tabwright/protocol'
import { asEvents } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import type { Fact } from './fact'
import { foldLive } from './live-rows'
import { EMPTY_TRANSCRIPT, foldTranscript, type Transcript } from './transcript'

const usage = { input: 10, output: 5, cacheRead: 100, cacheWrite: 0 }
const call = callId('t1')
const digest = digestOf('a'.repeat(64))

function screenOf(...facts: readonly Fact[]): Transcript {
  return asEvents(facts).reduce(foldTranscript, EMPTY_TRANSCRIPT)
}

const opened: readonly Fact[] = [
  { type: 'message.user', data: { content: [{ type: 'text', text: 'go' }], from: 'user' } },
  { type: 'turn.started', data: { model: 'm' } },
  { type: 'model.requested', data: { attempt: 1, messages: 1, wire: 1 } },
]
const asked: readonly Fact[] = [
  ...opened,
  {
    type: 'message.assistant',
    data: {
      content: [
        { type: 'text', text: 'ok' },
        { type: 'call', id: call, name: 'shell', input: '{}' },
      ],
      stopReason: 'tool_use',
      usage,
      model: 'm',
      ms: 9,
    },
  },
  { type: 'call.judged', data: { call, verdict: { type: 'ask', reason: 'why' }, digest, bytes: '{}' } },
]

describe('the transcript', () => {
  it('shows a pending request until it is decided, and waits meanwhile', () => {
    const waiting = screenOf(...asked)
    expect(waiting.pending).toMatchObject([{ call, tool: 'shell', bytes: '{}', digest }])
    expect(waiting.status).toEqual({ type: 'waiting', approvals: 1 })
    expect(waiting.rows.at(-1)).toMatchObject({ type: 'call', state: 'needs approval' })
    const decided = screenOf(...asked, { type: 'call.decided', data: { call, digest, decision: { type: 'allow', by: 'user' } } })
    expect(decided.pending).toEqual([])
    expect(decided.status.type).toBe('running')
  })

  it('[rule 45] counts the window as input, cache and output together', () => {
    expect(screenOf(...asked).contextUsed).toBe(115)
  })

  it('replaces what streamed by the fact that holds it', () => {
    const streaming = foldLive(
      foldLive(screenOf(...opened), { type: 'delta', index: 0, kind: 'text', text: 'o' }, 1),
      { type: 'delta', index: 0, kind: 'text', text: 'k' },
      1,
    )
    expect(streaming.live).toMatchObject([{ type: 'agent', live: true, blocks: [{ type: 'text', text: 'ok' }] }])
    const whole = asEvents(asked.slice(3, 4), { from: 4 }).reduce(foldTranscript, streaming)
    expect(whole.live).toEqual([])
    expect(whole.rows.map((row) => row.type)).toEqual(['user', 'agent', 'call'])
  })

  it('shows a call while its input is being written', () => {
    const delta = { type: 'delta', index: 1, kind: 'input' } as const
    const one = foldLive(screenOf(...opened), { ...delta, text: '', name: 'write_file', id: 't9' }, 1)
    const two = foldLive(one, { ...delta, text: '{"path"' }, 1)
    expect(two.live).toMatchObject([{ type: 'call', state: 'writing', name: 'write_file', input: '{"path"' }])
  })

  it('keeps rows that did not change the same objects, so that the page draws only what is new', () => {
    const before = screenOf(...asked)
    const after = foldLive(before, { type: 'output', call, text: 'line' }, 1)
    expect(after.rows[0]).toBe(before.rows[0])
    expect(after.rows.at(-1)).toMatchObject({ live: 'line' })
  })

  it('shows how a turn ended and what was cut', () => {
    const failure = { code: 'cut', message: 'Connection lost.' } as const
    const screen = screenOf(...opened, { type: 'model.failed', data: { failure, partial: 'half a sen', retryAt: 99 } })
    expect(screen.status).toMatchObject({ type: 'retrying', attempt: 2, retryAt: 99 })
    expect(screen.rows.at(-1)).toMatchObject({ type: 'notice', tone: 'warn', text: 'Connection lost.', partial: 'half a sen' })
  })

  it('says why an answer was no answer once, where the turn ends', () => {
    const failure = { code: 'not_permitted', message: 'The model declined.' } as const
    const refused: readonly Fact[] = [
      { type: 'model.failed', data: { failure, partial: 'I would rath' } },
      { type: 'turn.ended', data: { stop: 'refusal', failure } },
    ]
    const notices = screenOf(...opened, ...refused).rows.filter(({ type }) => type === 'notice')
    expect(notices).toMatchObject([
      { tone: 'info', text: expect.stringContaining('The answer ended here.'), partial: 'I would rath' },
      { tone: 'error', text: 'The model declined.' },
    ])
  })
})

describe('a request of a command to the network', () => {
  const fetch = callId('fetch:1')
  const verdict = { type: 'ask', reason: 'why' } as const
  const judged = (within?: typeof call): Fact => ({
    type: 'fetch.judged',
    data: { fetch, ...(within && { call: within }), verdict, digest, bytes: '{"method":"GET"}' },
  })
  const running: readonly Fact[] = [
    ...asked,
    { type: 'call.decided', data: { call, digest, decision: { type: 'allow', by: 'user' } } },
    { type: 'call.started', data: { call, digest, effect: 'tx', key: 'k' } },
  ]

  it('of the agent’s command waits for the person, and is gone with its answer or with the command', () => {
    const waiting = screenOf(...running, judged(call))
    expect(waiting.pending).toMatchObject([{ call: fetch, tool: 'fetch', within: call, bytes: '{"method":"GET"}' }])
    expect(waiting.status).toEqual({ type: 'waiting', approvals: 1 })
    const decided = screenOf(...running, judged(call), {
      type: 'fetch.decided',
      data: { fetch, digest, decision: { type: 'deny', by: 'user' } },
    })
    expect([decided.pending, decided.status.type]).toEqual([[], 'running'])
    const ended = screenOf(...running, judged(call), {
      type: 'call.ended',
      data: { call, outcome: { type: 'interrupted', text: 'x' }, ms: 1 },
    })
    expect(ended.pending).toEqual([])
  })

  it('of the person’s own command is asked about beside whatever the session does, over the end of a turn too', () => {
    const idle = screenOf(judged())
    expect([idle.pending.length, idle.status.type]).toEqual([1, 'idle'])
    const over = screenOf(...opened, judged(), { type: 'turn.ended', data: { stop: 'end' } })
    expect([over.pending.length, over.status.type]).toEqual([1, 'idle'])
    const done = screenOf(judged(), { type: 'fetch.ended', data: { fetch, result: { type: 'answered', status: 200, bytes: 1 }, ms: 1 } })
    expect([done.pending, done.status.type]).toEqual([[], 'idle'])
  })
})

describe('what is under way', () => {
  const shelled = (command: string): Transcript['status'] =>
    screenOf(
      ...opened,
      {
        type: 'message.assistant',
        data: {
          content: [{ type: 'call', id: call, name: 'shell', input: JSON.stringify({ command }) }],
          stopReason: 'tool_use',
          usage,
          model: 'm',
          ms: 9,
        },
      },
      { type: 'call.started', data: { call, digest, effect: 'tx', key: 'k' } },
    ).status

  it('names the command that runs, its first line and no more than there is room for', () => {
    expect(shelled('npm test\necho done')).toMatchObject({ type: 'running', what: 'Running npm test' })
    expect(shelled('x'.repeat(80))).toMatchObject({ what: `Running ${'x'.repeat(60)}…` })
    expect(shelled('')).toMatchObject({ what: 'Running shell' })
  })
})
