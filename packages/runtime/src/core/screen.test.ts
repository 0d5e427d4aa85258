import { callId, digestOf, type Row, type SessionEvent } from '@tabwright/protocol'
import { asEvents, answer, fakeClock, httpError, story, text, thinking, tool } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { createScreenStore } from '../client/screen-store'
import type { Batch } from '../client/worker-api'
import { withoutConflicts } from './landing'
import type { Fact } from './fact'
import { EMPTY_TRANSCRIPT, foldTranscript, foldTranscripts } from './transcript'

const batch = (events: readonly SessionEvent[], more: Partial<Batch> = {}): Batch => ({
  events,
  live: [],
  paths: [],
  terminal: '',
  agentTerminal: '',
  ...more,
})

/** A session with an answer, a retry, a call that was asked about, one that ran, a stop, and a message after it. */
async function recorded(): Promise<readonly SessionEvent[]> {
  const clock = fakeClock()
  const s = await story({
    clock,
    files: { a: 'one' },
    script: [
      answer([thinking('hm'), text('look'), tool('read_file', { path: 'a' }, { id: 't1' })]),
      httpError(529, { type: 'overloaded_error', message: 'busy' }),
      answer([
        tool('edit_file', { path: 'a', old_text: 'one', new_text: 'two' }, { id: 't2' }),
        tool('shell', { command: 'make it' }, { id: 't3' }),
      ]),
      answer([text('done')]),
    ],
  })
  await s.commands.send('go')
  await s.until('model.failed')
  await clock.advance(10_000)
  await expect.poll(async () => (await s.facts()).filter((event) => event.type === 'call.judged').length).toBe(3)
  await s.driver.stop()
  await s.commands.send('go on')
  await s.until('turn.ended', 2)
  const facts = await s.facts()
  await s.close()
  return facts
}

describe('the screen', () => {
  it('[F31] is the same after all memory is gone, at every fact', async () => {
    const facts = await recorded()
    expect(facts.length).toBeGreaterThan(20)
    const living = createScreenStore()
    for (const [i, event] of facts.entries()) {
      // What streams before a fact is void with it or is on the screen beside it: never in the rows that a fact left.
      living.take(batch([], { live: [{ type: 'delta', index: 0, kind: 'text', text: `noise ${i}` }] }))
      living.take(batch([event]))
      const reopened = createScreenStore()
      reopened.take(batch(facts.slice(0, i + 1)))
      const isLive = (row: Row): boolean => row.type === 'agent' && row.live
      const { rows, ...rest } = living.screen()
      expect({ ...rest, rows: rows.filter((row) => !isLive(row)) }, `fact ${i + 1}, ${event.type}`).toEqual(reopened.screen())
    }
  })

  it('[F32] says what the log says, whoever reads it: a turn that nobody drives is an open turn', async () => {
    const facts = await recorded()
    for (const [i, event] of facts.entries()) {
      const { status } = foldTranscripts(EMPTY_TRANSCRIPT, facts.slice(0, i + 1))
      const ended = facts.slice(0, i + 1).findLast(({ type }) => type === 'turn.started' || type === 'turn.ended')
      expect(status.type === 'idle', `fact ${i + 1}, ${event.type}`).toBe(ended?.type !== 'turn.started')
    }
  })
})

const digest = digestOf('a'.repeat(64))

/** `n` turns of a message, a call and an answer. */
function longSession(n: number): readonly SessionEvent[] {
  const usage = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 }
  const facts = Array.from({ length: n }, (_, i): readonly Fact[] => {
    const call = callId(`c${i}`)
    return [
      { type: 'message.user', data: { content: [{ type: 'text', text: 'go' }], from: 'user' } },
      { type: 'turn.started', data: { model: 'm' } },
      {
        type: 'message.assistant',
        data: { content: [{ type: 'call', id: call, name: 'x', input: '{}' }], stopReason: 'tool_use', usage, model: 'm', ms: 1 },
      },
      { type: 'call.judged', data: { call, verdict: { type: 'allow', rule: 'r', shown: 's' }, digest, bytes: '{}' } },
      { type: 'call.decided', data: { call, digest, decision: { type: 'allow', by: 'rule' } } },
      { type: 'call.started', data: { call, digest, effect: 'pure', key: 'k' } },
      { type: 'call.ended', data: { call, outcome: { type: 'done', text: 'ok' }, ms: 1 } },
      { type: 'turn.ended', data: { stop: 'end' } },
    ]
  })
  return asEvents(facts.flat())
}

describe('folding a long past', () => {
  it('copies the list of rows once for all facts, and takes a hundred thousand of them', () => {
    const events = longSession(12_500)
    const { rows } = foldTranscripts(EMPTY_TRANSCRIPT, events)
    expect(events).toHaveLength(100_000)
    expect(rows).toHaveLength(25_000)
    expect(rows.at(-1)).toMatchObject({ state: 'done' })
  })

  it('gives what one by one gives, and leaves what was there before as it was', () => {
    const events = longSession(20)
    const half = foldTranscripts(EMPTY_TRANSCRIPT, events.slice(0, 77))
    const frozen = structuredClone(half.rows)
    const whole = foldTranscripts(half, events.slice(77))
    expect(whole).toEqual(events.reduce(foldTranscript, EMPTY_TRANSCRIPT))
    expect(half.rows).toEqual(frozen)
    expect(whole.rows.slice(0, 18).every((row, i) => row === half.rows[i])).toBe(true)
  })

  it.each([1, 2, 3, 4, 5, 6, 7])('begins anywhere: the end of a session without its first %i facts', (skipped) => {
    const events = longSession(3)
    const tail = foldTranscripts(EMPTY_TRANSCRIPT, [
      ...events.slice(skipped),
      ...asEvents([{ type: 'call.lost', data: { call: callId('c0') } }], { from: 99 }),
    ])
    const whole = foldTranscripts(EMPTY_TRANSCRIPT, events)
    expect(tail.rows.slice(-4)).toEqual(whole.rows.slice(-4))
  })
})

describe('a change that meets the workspace', () => {
  const hash = (letter: string): ReturnType<typeof digestOf> => digestOf(letter.repeat(64))
  const state = { nothing: null, before: hash('a'), after: hash('b'), other: hash('c') }

  it.each([
    ['before', 'is made', 1, 0],
    ['after', 'was made already', 0, 0],
    ['other', 'is somebody else’s work and stays', 0, 1],
    ['nothing', 'is somebody else’s removal and stays', 0, 1],
  ] as const)('[rule 70] %s: it %s', (now, _what, kept, dropped) => {
    const bytes = new Uint8Array()
    const found = state[now]
    const workspace = { stat: () => (found === null ? undefined : { path: 'x', hash: found, size: 0, mode: 'file', mtime: 0, version: 1 }) }
    const after = { hash: state.after, bytes, mode: 'file', mtime: 0, version: 2 }
    const result = withoutConflicts(
      { workspace } as unknown as Parameters<typeof withoutConflicts>[0],
      [{ path: 'x', before: state.before, after }] as unknown as Parameters<typeof withoutConflicts>[1],
    )
    expect([result.kept.length, result.dropped.length]).toEqual([kept, dropped])
  })
})
