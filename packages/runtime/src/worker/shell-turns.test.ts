import { failureOf } from '@tabwright/protocol'
import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { shellTurns } from './shell-turns'

it('runs one command after another and leaves nothing at a signal that outlives them', async () => {
  const turns = shellTurns(() => '/workspace')
  const { signal } = new AbortController()
  const ran: number[] = []
  let running = 0
  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      turns.turn(signal, async () => {
        expect(++running).toBe(1)
        await Promise.resolve()
        ran.push(n)
        running--
      }),
    ),
  )
  expect(ran).toEqual(Array.from({ length: 8 }, (_, n) => n))
  expect(getEventListeners(signal, 'abort')).toHaveLength(0)
})

it('lets go of who was stopped before its turn came, and of nobody behind it', async () => {
  const turns = shellTurns(() => '/workspace')
  const stop = new AbortController()
  let finish = (): void => undefined
  const first = turns.turn(new AbortController().signal, () => new Promise<void>((resolve) => (finish = resolve)))
  const stopped = turns.turn(stop.signal, async () => 'ran').catch(failureOf)
  const third = turns.turn(new AbortController().signal, async () => 'ran')
  stop.abort()
  expect(await stopped).toMatchObject({ code: 'aborted' })
  finish()
  await first
  expect(await third).toBe('ran')
  expect(await turns.turn(stop.signal, async () => 'ran').catch(failureOf)).toMatchObject({ code: 'aborted' })
})
