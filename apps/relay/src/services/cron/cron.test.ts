import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Json } from '@tabwright/protocol'
import type { BindingEnd, Service } from '../../engine/built-in'
import { DEFAULT_IDENTITY, type Identity } from '../../engine/identity'
import { createQueueService, type QueueService } from '../queue/queue'
import type { ServiceParts } from '../parts'
import { servicesForTest, type ServicesUnderTest } from '../services-under-test'
import { createCronService } from './cron'

const MINUTE = 60_000
const HOURLY = { expression: '0 0 * * * *' }

describe('cron', () => {
  let under: ServicesUnderTest
  let queue: QueueService
  let cron: Service
  let seen: Json[]
  const open = async (parts: ServiceParts) => {
    queue = createQueueService(parts)
    cron = createCronService(parts, queue.wake)
    await queue.open()
  }
  const close = async () => {
    await cron.close()
    await queue.close()
  }
  const listen = () => under.functions.set('w::tick', (data) => void seen.push(data ?? null))
  const bind = (config: Json = HOURLY, id = 'b') => under.bind(cron, { id, triggerType: 'cron', functionId: 'w::tick', config })
  const times = () => seen.map((one) => Object(one).scheduled_time)
  /** As the clock goes on: what a timer began is over before the next. */
  const pass = async (minutes: number) => {
    for (let n = 0; n < minutes; n++) {
      await vi.advanceTimersByTimeAsync(MINUTE)
      await settle()
    }
  }
  const settle = async () => {
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve))
  }

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: Date.UTC(2026, 0, 1, 0, 30) })
    under = servicesForTest({}, Date.now)
    seen = []
    listen()
    await open(under.parts)
  })
  afterEach(async () => {
    await close()
    under.remove()
    vi.useRealTimers()
    expect(under.failures).toEqual([])
  })

  it('[F57] two that bind it in one flush are one job, which goes on when the second leaves', async () => {
    await Promise.all([bind(HOURLY, 'one'), bind(HOURLY, 'two')])
    await cron.triggerTypes[0]?.unbind('two', 'unbound')
    await pass(31)
    expect(times()).toEqual(['2026-01-01T01:00:00.000Z'])
    await bind(HOURLY, 'three')
    await cron.triggerTypes[0]?.unbind('one', 'unbound')
    await pass(60)
    expect(seen).toMatchObject([{ job_id: 'one' }, { job_id: 'three', scheduled_time: '2026-01-01T02:00:00.000Z' }])
  })

  it('of several who bind it that of the function’s owner counts: nobody else’s condition keeps it from running', async () => {
    const of = (id: string, binder: Identity, config: Json) =>
      under.bind(cron, { id, triggerType: 'cron', functionId: 'w::tick', config, binder })
    const caller: Identity = { ...DEFAULT_IDENTITY, id: 'caller' }
    under.identities.set('caller', caller)
    under.functions.set('caller::never', () => false)
    await of('of the caller', caller, { ...HOURLY, condition_function_id: 'caller::never' })
    await of('of the owner', DEFAULT_IDENTITY, HOURLY)
    await pass(31)
    expect(seen).toEqual([])
    under.owners.set('w::tick', DEFAULT_IDENTITY.id)
    await pass(60)
    expect(seen).toMatchObject([{ job_id: 'of the owner' }])
  })

  it("slots while nobody had it bound were nobody's", async () => {
    await bind()
    await cron.triggerTypes[0]?.unbind('b', 'unbound')
    await pass(1)
    vi.setSystemTime(Date.UTC(2026, 0, 1, 5, 10))
    await bind()
    await pass(1)
    expect(seen).toEqual([])
  })

  it("a worker that lost its socket finds the newest slot when it is back; unbound, it would be nobody's", async () => {
    await bind()
    await cron.triggerTypes[0]?.unbind('b', 'left')
    await pass(95)
    expect(seen).toEqual([])
    await bind()
    await pass(1)
    expect(seen).toMatchObject([{ scheduled_time: '2026-01-01T02:00:00.000Z', missed_slots: 1 }])
  })

  it("slots since a restart after which nobody came back were nobody's too", async () => {
    await bind()
    await close()
    await open(under.reopen())
    await pass(2)
    vi.setSystemTime(Date.UTC(2026, 0, 1, 5, 10))
    await bind()
    await pass(1)
    expect(seen).toEqual([])
  })

  describe('of one identity', () => {
    const some = (id: string, epoch: string): Identity => ({ ...DEFAULT_IDENTITY, id, epoch })
    const [one, other] = [some('one', 'a'), some('other', 'b')]
    const bindAt = (minute: number, binder = one) =>
      under.bind(cron, {
        id: `${minute}`,
        triggerType: 'cron',
        functionId: 'w::tick',
        config: { expression: `0 ${minute} * * * *` },
        binder,
      })
    const unbind = (minute: number, how: BindingEnd) => cron.triggerTypes[0]?.unbind(`${minute}`, how)
    const tooMany = {
      code: 'too_many',
      message:
        '"one" has 2 jobs of cron and may have 2; this one was not taken. Unregister others first; what a worker left without that is kept for seven days, and goes when it is bound again and unregistered.',
    }
    beforeEach(async () => {
      await close()
      under.remove()
      under = servicesForTest({ cronJobsOfIdentity: 2 }, Date.now)
      await open(under.parts)
    })

    it('there are only so many, those that it left included; what it has is bound again, and others have theirs', async () => {
      for (const minute of [1, 2]) {
        await bindAt(minute)
        await unbind(minute, 'left')
      }
      await expect(bindAt(3)).rejects.toMatchObject(tooMany)
      await bindAt(1)
      await bindAt(3, other)
      await expect(bindAt(4)).rejects.toMatchObject(tooMany)
      // As the refusal says: bound again and unregistered, it goes.
      await unbind(1, 'unbound')
      await pass(1)
      await bindAt(4)
      expect(await under.stores.cron.bound()).toHaveLength(3)
    })

    it('those that come at once are counted, and one that could not be written down is not', async () => {
      const note = vi.spyOn(under.stores.cron, 'note').mockRejectedValueOnce(new Error('the disk is gone'))
      await expect(bindAt(1)).rejects.toThrow('the disk is gone')
      note.mockRestore()
      const ends = await Promise.allSettled([bindAt(2), bindAt(3), bindAt(4)])
      expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    })

    it('strangers without a prefix are one', async () => {
      for (const n of [1, 2]) await bindAt(n, some(`guest:${n}`, 'e'))
      await expect(bindAt(3, some('guest:3', 'e'))).rejects.toMatchObject({ code: 'too_many' })
    })
  })

  it('a function that is away gets the newest slot when it is back, once', async () => {
    await bind({ expression: '0 */2 * * * *' })
    under.functions.delete('w::tick')
    await pass(5)
    expect(seen).toEqual([])
    listen()
    await vi.advanceTimersByTimeAsync(2000)
    await settle()
    expect(seen).toMatchObject([{ scheduled_time: '2026-01-01T00:34:00.000Z', missed_slots: 1 }])
  })

  it('a run is not begun beside the one before', async () => {
    let finish: (() => void) | undefined
    let calls = 0
    under.functions.set('w::tick', () => {
      calls++
      return new Promise((resolve) => (finish = () => resolve(undefined)))
    })
    await bind({ expression: '0 */10 * * * *' })
    await pass(31)
    expect(calls).toBe(1)
    expect(under.reports).toHaveLength(2)
    finish?.()
    await pass(10)
    expect(calls).toBe(2)
    finish?.()
  })
})
