import { sessionId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { sessionLock, type Locks } from './lock-web'

interface Holder {
  readonly lose: (error: unknown) => void
}

/** One origin's locks, as the standard describes them. */
function fakeLocks(): Locks {
  const held = new Map<string, Holder>()
  const request = async (name: string, options: LockOptions, callback: (lock: Lock | null) => unknown): Promise<unknown> => {
    const holder = held.get(name)
    if (holder && options.ifAvailable) return callback(null)
    holder?.lose(new DOMException('stolen', 'AbortError'))
    return new Promise((resolve, reject) => {
      const mine: Holder = { lose: reject }
      held.set(name, mine)
      Promise.resolve(callback({ name, mode: 'exclusive' })).then((value) => {
        if (held.get(name) === mine) held.delete(name)
        resolve(value)
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

it('grants every wish where the platform has no locks', async () => {
  const lock = sessionLock(SESSION, null)
  expect(await lock.tryAcquire()).toBe(true)
  await lock.steal()
  lock.release()
})
