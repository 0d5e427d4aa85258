import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FollowAnswer } from '@tabwright/protocol'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { openConfinement } from './confinement'
import { SessionShells } from './session-shells'

const ROOT = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-shells-')))
const over = new AbortController()
const { signal } = new AbortController()
afterEach(() => void vi.useRealTimers())
afterAll(() => {
  over.abort()
  rmSync(ROOT, { recursive: true, force: true })
})

const opened = (): SessionShells => new SessionShells({ root: ROOT, confinement: openConfinement(process.env), over: over.signal })

async function started(shells: SessionShells, command: string): Promise<string> {
  const answer = await shells.run({ session: 's', command, timeoutMs: 30_000 })
  return 'run' in answer ? answer.run : expect.fail(answer.refused)
}

async function ended(shells: SessionShells, run: string): Promise<{ readonly end: FollowAnswer['end']; readonly size: number }> {
  for (let size = 0; ;) {
    const { pieces, end } = await shells.follow(run, signal)
    size += pieces.reduce((sum, [, text]) => sum + text.length, 0)
    if (end !== undefined) return { end, size }
  }
}

it('so many commands run at once, and one that ended makes room', async () => {
  const shells = opened()
  const runs = await Promise.all(Array.from({ length: 4 }, () => started(shells, 'exec sleep 30')))
  const fifth = await shells.run({ session: 't', command: 'true', timeoutMs: 30_000 })
  expect(fifth).toEqual({ refused: '4 commands run there already; nothing was run.', cwd: '/workspace' })
  for (const run of runs) shells.stop(run)
  for (const run of runs) expect((await ended(shells, run)).end?.cut).toBe('stopped')
  expect((await ended(shells, await started(shells, 'exit 3'))).end?.exitCode).toBe(3)
})

it('of one that is being ended no more is kept than of one that runs', async () => {
  const shells = opened()
  const run = await started(shells, `trap '' TERM; echo $BASHPID > pid; while :; do printf '%065536d' 0; done`)
  await shells.follow(run, signal)
  const pid = Number(readFileSync(join(ROOT, 'pid'), 'utf8'))
  shells.stop(run)
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 10_000 })
  const { end, size } = await ended(shells, run)
  expect(end?.exitCode).toBe(130)
  expect(size).toBeLessThan(3 * 1024 * 1024)
})

it('one that nobody asks for is forgotten a minute after its end', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const shells = opened()
  const run = await started(shells, 'true')
  const other = await started(shells, 'sleep 0.1')
  // The later of them.
  await ended(shells, other)
  vi.advanceTimersByTime(60_000)
  await expect(shells.follow(run, signal)).rejects.toThrow('There is no command')
})
