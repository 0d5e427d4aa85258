import type { SessionScreen } from '@tabwright/protocol'
import { expect, it, vi } from 'vitest'
import { afterFirstTurn } from './first-turn'

type Shown = Pick<SessionScreen, 'status' | 'lastStop'>

function session(): { getScreen(): Shown; subscribe(listener: () => void): () => void; show(next: Shown): void } {
  let shown: Shown = { status: { type: 'idle' }, lastStop: undefined }
  const listeners = new Set<() => void>()
  return {
    getScreen: () => shown,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    show(next) {
      shown = next
      for (const listener of listeners) listener()
    },
  }
}
const running: Shown = { status: { type: 'running', what: 'Thinking', since: 1 }, lastStop: undefined }
const done: Shown = { status: { type: 'idle' }, lastStop: 'end' }

it('[F39] asks the browser to keep the data once, after the first turn that ended', () => {
  const ask = vi.fn()
  const keep = afterFirstTurn(ask)
  const [first, second] = [session(), session()]
  keep(first)
  keep(second)
  // An old session that is merely looked at is no work.
  first.show(done)
  expect(ask).not.toHaveBeenCalled()
  second.show(running)
  second.show({ status: { type: 'idle' }, lastStop: 'failed' })
  expect(ask).not.toHaveBeenCalled()
  second.show(running)
  second.show(done)
  first.show(running)
  first.show(done)
  expect(ask).toHaveBeenCalledTimes(1)
})
