import { fail } from '@tabwright/protocol'
import type { ShellTurns } from '../core/ports'

/** One command after another, whoever asked: a turn lasts until the files of its command are in the workspace. */
export function shellTurns(cwd: () => string): ShellTurns {
  let last: Promise<unknown> = Promise.resolve()
  return {
    cwd,
    turn: async (signal, task) => {
      const before = last
      let release = (): void => undefined
      const mine = new Promise<void>((resolve) => (release = resolve))
      last = before.then(() => mine)
      try {
        await unlessAborted(before, signal)
        return await task()
      } finally {
        release()
      }
    },
  }
}

function unlessAborted(turn: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let hear = (): void => undefined
  const aborted = new Promise<void>((resolve) => (hear = resolve))
  if (signal.aborted) hear()
  else signal.addEventListener('abort', hear, { once: true })
  return Promise.race([turn, aborted]).then(() => {
    // The signal may live as long as the session: commands must not pile up on it.
    signal.removeEventListener('abort', hear)
    if (signal.aborted) fail('aborted', 'Stopped before its turn came.')
  })
}
