import type { TerminalHandle } from './api'

/** The same `run`, and whether one goes on. `changed` is called at its start and after its end. */
export function trackRuns(run: TerminalHandle['run'], changed: () => void): Pick<TerminalHandle, 'run' | 'isRunning'> {
  let running = 0
  return {
    isRunning: () => running > 0,
    run: async (command) => {
      running += 1
      changed()
      try {
        return await run(command)
      } finally {
        running -= 1
        changed()
      }
    },
  }
}
