import { callId, digestOf, type Json, type Todo } from '@tabwright/protocol'
import { asEvents } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { restated } from './compaction/restate'
import type { Fact } from './fact'
import { EMPTY_STATE } from './session-state'
import { EMPTY_TRANSCRIPT, foldTranscripts } from './transcript'

const usage = { input: 10, output: 5, cacheRead: 100, cacheWrite: 0 }
const digest = digestOf('a'.repeat(64))

const lookAndMend = [
  { text: 'look', state: 'done' },
  { text: 'mend', state: 'in_hand' },
] as const satisfies readonly Todo[]

/** A call of the tool and how it ended. */
function kept(id: string, todos: Json, type: 'done' | 'failed' = 'done'): readonly Fact[] {
  const call = callId(id)
  const content = [{ type: 'call', id: call, name: 'todo', input: JSON.stringify({ todos }) }] as const
  return [
    { type: 'message.assistant', data: { content, stopReason: 'tool_use', usage, model: 'm', ms: 1 } },
    { type: 'call.started', data: { call, digest, effect: 'pure', key: 'k' } },
    {
      type: 'call.ended',
      data: {
        call,
        ms: 1,
        outcome: type === 'done' ? { type, text: 'ok' } : { type, text: 'no', failure: { code: 'bad_input', message: 'No.' } },
      },
    },
  ]
}

const shown = (facts: readonly Fact[]): readonly Todo[] => foldTranscripts(EMPTY_TRANSCRIPT, asEvents(facts)).todos
const told = (facts: readonly Fact[]): string =>
  restated({ state: EMPTY_STATE, header: { role: 'header', text: '' }, events: asEvents(facts), isWorking: false })

describe('the list of tasks', () => {
  it('is what the newest call that succeeded holds: each replaces it whole, and one that failed changes nothing', () => {
    const first = kept('t1', [{ text: 'look', state: 'in_hand' }])
    expect(shown(first)).toEqual([{ text: 'look', state: 'in_hand' }])
    const second = [...first, ...kept('t2', lookAndMend)]
    expect(shown(second)).toEqual(lookAndMend)
    expect(shown([...second, ...kept('t3', [{ text: '', state: 'x' }], 'failed')])).toEqual(lookAndMend)
    expect(shown([...second, ...kept('t3', [])])).toEqual([])
  })

  it('is told again behind a summary while something of it is left', () => {
    const some = kept('t1', lookAndMend)
    expect(told(some)).toContain('Your list of tasks, as you kept it last with todo:\n- done: look\n- in_hand: mend')
    expect(told([...some, ...kept('t2', [], 'failed')])).toContain('- in_hand: mend')
    expect(told([...some, ...kept('t2', [{ text: 'look', state: 'done' }])])).not.toContain('list of tasks')
    expect(told([])).not.toContain('list of tasks')
  })
})
