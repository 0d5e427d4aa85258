// Longest stretch without letting messages in. Well below the 200 ms in which a cancel must arrive.
const STRETCH_MS = 25

/** Asks for a turn of the event loop. Node gives a port a thousand messages before its timers have one, so there it is asked in its own way. */
function nextTurn(then: () => void): () => void {
  const own: unknown = Reflect.get(globalThis, 'setImmediate')
  if (typeof own === 'function') return () => void Reflect.apply(own, globalThis, [then])
  const channel = new MessageChannel()
  channel.port1.addEventListener('message', then)
  channel.port1.start()
  return () => channel.port2.postMessage(0)
}

/**
 * A check for loops of awaits: they run as microtasks and starve a worker's messages for as long as they last.
 * Returns a promise to wait for when it is time to let a message in, else undefined.
 */
export function breather(now: () => number = () => performance.now()): () => Promise<void> | undefined {
  let waiting: (() => void)[] = []
  let last = now()
  const wakeAll = (): void => {
    const woken = waiting
    waiting = []
    last = now()
    for (const wake of woken) wake()
  }
  const soon = nextTurn(wakeAll)
  return () => {
    if (now() - last < STRETCH_MS) return undefined
    return new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length === 1) soon()
    })
  }
}
