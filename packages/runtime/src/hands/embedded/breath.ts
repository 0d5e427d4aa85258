// Longest stretch without letting messages in. Well below the 200 ms in which a cancel must arrive.
const STRETCH_MS = 25

/**
 * A check for loops of awaits: they run as microtasks and starve a worker's messages for as long as they last.
 * Returns a promise to wait for when it is time to let a message in, else undefined.
 */
export function breather(now: () => number = () => performance.now()): () => Promise<void> | undefined {
  const channel = new MessageChannel()
  let waiting: (() => void)[] = []
  let last = now()
  channel.port1.addEventListener('message', () => {
    const woken = waiting
    waiting = []
    last = now()
    for (const wake of woken) wake()
  })
  channel.port1.start()
  return () => {
    if (now() - last < STRETCH_MS) return undefined
    return new Promise((resolve) => {
      waiting.push(resolve)
      if (waiting.length === 1) channel.port2.postMessage(0)
    })
  }
}
