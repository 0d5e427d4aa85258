import { failureOf } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { systemClock } from './clock-system'

it('sleeps, never runs back, and can be woken early', async () => {
  const before = systemClock.mono()
  await systemClock.sleep(20, new AbortController().signal)
  expect(systemClock.mono() - before).toBeGreaterThanOrEqual(15)
  const abort = new AbortController()
  const long = systemClock.sleep(10 ** 12, abort.signal).catch(failureOf)
  abort.abort()
  expect(await long).toMatchObject({ code: 'aborted' })
  expect(await systemClock.sleep(10, abort.signal).catch(failureOf)).toMatchObject({ code: 'aborted' })
})
