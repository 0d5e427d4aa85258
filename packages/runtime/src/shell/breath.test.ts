import { afterEach, describe, expect, it, vi } from 'vitest'
import { breather } from './breath'

afterEach(() => vi.unstubAllGlobals())

/** Work without a pause that asks for a breath as loops do, until `isDone` or for so long. Gives how long it took. */
async function busy(isDone: () => boolean, mostMs: number): Promise<number> {
  const breathe = breather()
  const start = performance.now()
  const took = (): number => performance.now() - start
  while (!isDone() && took() < mostMs) {
    const until = performance.now() + 1
    while (performance.now() < until);
    await breathe()
  }
  return took()
}

describe('a breath', () => {
  it('lets timers in while a loop is busy, the first when it is due and all that follow', async () => {
    const fired: number[] = []
    const start = performance.now()
    const timer = setInterval(() => fired.push(performance.now() - start), 40)
    // A port that a thread sends itself messages on would have a thousand of them first: 25 s.
    const took = await busy(() => fired.length >= 3, 5000)
    clearInterval(timer)
    expect(fired.length).toBeGreaterThanOrEqual(3)
    expect(took).toBeLessThan(2000)
  })

  it('lets messages in where there is only a port to ask with, as in a browser', async () => {
    vi.stubGlobal('setImmediate', undefined)
    const { port1, port2 } = new MessageChannel()
    let heard = 0
    port1.addEventListener('message', () => (heard += 1))
    port1.start()
    port2.postMessage('cancel')
    await busy(() => heard > 0, 5000)
    port1.close()
    expect(heard).toBe(1)
  })

  it('is asked for only after 25 ms, and one turn wakes all who wait', async () => {
    let now = 0
    const breathe = breather(() => now)
    expect(breathe()).toBeUndefined()
    now = 24
    expect(breathe()).toBeUndefined()
    now = 25
    const waits = [breathe(), breathe(), breathe()]
    for (const wait of waits) expect(wait).toBeInstanceOf(Promise)
    for (const wait of waits) await wait
    expect(breathe()).toBeUndefined()
    now = 50
    expect(breathe()).toBeInstanceOf(Promise)
  })
})
