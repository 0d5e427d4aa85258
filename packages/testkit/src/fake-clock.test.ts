import { failureOf } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { fakeClock } from './fake-clock'

const never = new AbortController().signal

it('[rule 117] wakes sleepers at their own time, in order, those too that go to sleep on the way', async () => {
  const clock = fakeClock(1_000)
  const woken: string[] = []
  const sleep = (name: string, ms: number): Promise<void> => clock.sleep(ms, never).then(() => void woken.push(`${name} at ${clock.now()}`))
  void sleep('late', 300)
  void sleep('early', 100).then(() => sleep('again', 50))
  expect(clock.sleeping()).toBe(2)
  await clock.advance(200)
  expect(woken).toEqual(['early at 1100', 'again at 1150'])
  expect([clock.now(), clock.mono()]).toEqual([1_200, 200])
  await clock.advance(100)
  expect(woken.at(-1)).toBe('late at 1300')
  expect(clock.sleeping()).toBe(0)
})

it('rejects a sleep that is ended early', async () => {
  const clock = fakeClock()
  const abort = new AbortController()
  const slept = clock.sleep(100, abort.signal).catch(failureOf)
  abort.abort()
  expect(await slept).toMatchObject({ code: 'aborted' })
  expect(await clock.sleep(1, abort.signal).catch(failureOf)).toMatchObject({ code: 'aborted' })
  expect(clock.sleeping()).toBe(0)
})

it('lets the wall clock jump and the other not', async () => {
  const clock = fakeClock(1_000)
  clock.jump(-500)
  expect([clock.now(), clock.mono()]).toEqual([500, 0])
})
