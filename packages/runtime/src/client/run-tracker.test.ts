import { expect, it } from 'vitest'
import { trackRuns } from './run-tracker'

it('runs until the last command has ended, well or not, and tells of both', async () => {
  const ends: ((failed: boolean) => void)[] = []
  const told: boolean[] = []
  const terminal = trackRuns(
    () =>
      new Promise((resolve, reject) => {
        ends.push((failed) => (failed ? reject(new Error('interrupted')) : resolve({ exitCode: 0, cwd: '/workspace' })))
      }),
    () => told.push(terminal.isRunning()),
  )
  expect(terminal.isRunning()).toBe(false)
  const [first, second] = [terminal.run('a'), terminal.run('b')]
  ends[0]?.(false)
  expect(await first).toEqual({ exitCode: 0, cwd: '/workspace' })
  expect(terminal.isRunning()).toBe(true)
  ends[1]?.(true)
  await expect(second).rejects.toThrow('interrupted')
  expect(terminal.isRunning()).toBe(false)
  expect(told).toEqual([true, true, true, false])
})
