import type { SessionEvent } from '@tabwright/protocol'
import { asEvents } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import type { Fact } from '../fact'
import { EMPTY_TRANSCRIPT, foldTranscripts } from '../transcript'
import { onScreen } from './on-screen'

const usage = { input: 10, output: 5, cacheRead: 100, cacheWrite: 0 }
const answered = (words: string): Fact => ({
  type: 'message.assistant',
  data: { content: [{ type: 'text', text: words }], stopReason: 'end_turn', usage, model: 'm', ms: 1 },
})

const events = (...facts: readonly Fact[]): readonly SessionEvent[] => asEvents(facts)

it('[F33] after going back to the beginning nothing runs, the window is empty, and what was spent is still counted', () => {
  const log = events(
    { type: 'message.user', data: { content: [{ type: 'text', text: 'go' }], from: 'user' } },
    { type: 'turn.started', data: { model: 'm' } },
    { type: 'model.requested', data: { attempt: 1, messages: 1, wire: 1 } },
    answered('Done.'),
    { type: 'turn.ended', data: { stop: 'end' } },
    { type: 'history.rewound', data: { to: 0, wire: 0 } },
  )
  const screen = foldTranscripts(EMPTY_TRANSCRIPT, onScreen([{ from: 1, to: 5 }], log))
  expect(screen.status).toEqual({ type: 'idle' })
  expect(screen.contextUsed).toBe(0)
  expect(screen.usage.output).toBe(5)
  expect(screen.rows.filter((row) => row.type === 'agent' || row.type === 'user')).toEqual([])
})
