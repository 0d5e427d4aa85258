import { sessionId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { sessionLock, type Locks } from './lock-web'

interface Holder {
  readonly lose: (error: unknown) => void
}

/** One origin's locks, as the standard describes them. */
function fakeLocks(): Locks {
  const held = new Map<string, Holder>()
  const waiting: { readonly name: string; readonly go: () => void }[] = []
  const request = async (name: string, options: LockOptions, callback: (lock: Lock | null) => unknown): Promise<unknown> => {
    const holder = held.get(name)
    if (holder && options.ifAvailable) return callback(null)
    if (holder && !options.steal) {
      await new Promise<void>((resolve, reject) => {
        const one = { name, go: resolve }
        waiting.push(one)
        options.signal?.addEventListener('abort', () => {
          waiting.splice(waiting.indexOf(one), 1)
          reject(new DOMException('no longer wanted', 'AbortError'))
        })
      })
      return request(name, options, callback)
    }
    holder?.lose(new DOMException('stolen', 'AbortError'))
    return new Promise((resolve, reject) => {
      const mine: Holder = { lose: reject }
      held.set(name, mine)
      Promise.resolve(callback({ name, mode: 'exclusive' })).then((value) => {
        if (held.get(name) === mine) held.delete(name)
        resolve(value)
        const next = waiting.findIndex((one) => one.name === name)
        waiting.splice(next, next < 0 ? 0 : 1)[0]?.go()
      }, reject)
    })
  }
  return { request: request as Locks['request'] }
}

const SESSION = sessionId('s1')

it('[rule 116] is given to one tab at a time, and to the next when the first lets go', async () => {
  const locks = fakeLocks()
  const [first, second] = [sessionLock(SESSION, locks), sessionLock(SESSION, locks)]
  expect(await first.tryAcquire()).toBe(true)
  expect(await first.tryAcquire()).toBe(true)
  expect(await second.tryAcquire()).toBe(false)
  expect(await sessionLock(sessionId('s2'), locks).tryAcquire()).toBe(true)
  first.release()
  await expect.poll(() => second.tryAcquire()).toBe(true)
  expect(await first.tryAcquire()).toBe(false)
})

it('tells its holder when another tab takes over, and can be taken back', async () => {
  const locks = fakeLocks()
  const [first, second] = [sessionLock(SESSION, locks), sessionLock(SESSION, locks)]
  const lost: string[] = []
  first.onLost(() => lost.push('first'))
  const stop = second.onLost(() => lost.push('second'))
  await first.tryAcquire()
  await second.steal()
  await expect.poll(() => lost).toEqual(['first'])
  expect(await first.tryAcquire()).toBe(false)
  stop()
  await first.steal()
  expect(await second.tryAcquire()).toBe(false)
  expect(lost).toEqual(['first'])
})

it('[rule 116] waits in line until whoever has it lets go, and holds it then', async () => {
  const locks = fakeLocks()
  const [first, second, third] = [sessionLock(SESSION, locks), sessionLock(SESSION, locks), sessionLock(SESSION, locks)]
  await first.tryAcquire()
  const order: string[] = []
  const signal = new AbortController().signal
  const waits = [second.wait(signal).then((isOurs) => order.push(`second ${isOurs}`)), third.wait(signal).then(() => order.push('third'))]
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(order).toEqual([])
  first.release()
  await waits[0]
  expect(order).toEqual(['second true'])
  expect(await first.tryAcquire()).toBe(false)
  expect(await second.wait(signal)).toBe(true)
  second.release()
  await waits[1]
  expect(order).toEqual(['second true', 'third'])
})

it('[rule 116] stops waiting when it is told to, and takes nothing afterwards', async () => {
  const locks = fakeLocks()
  const [first, second] = [sessionLock(SESSION, locks), sessionLock(SESSION, locks)]
  const lost: string[] = []
  second.onLost(() => lost.push('second'))
  await first.tryAcquire()
  const stop = new AbortController()
  const waiting = second.wait(stop.signal)
  stop.abort()
  expect(await waiting).toBe(false)
  first.release()
  await expect.poll(() => first.tryAcquire()).toBe(true)
  expect(lost).toEqual([])
  const never = new AbortController()
  const alone = sessionLock(SESSION, null).wait(never.signal)
  never.abort()
  expect(await alone).toBe(false)
})

it('grants every wish where the platform has no locks', async () => {
  const lock = sessionLock(SESSION, null)
  expect(await lock.tryAcquire()).toBe(true)
  await lock.steal()
  lock.release()
})
