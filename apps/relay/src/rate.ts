const WINDOW_MS = 60_000

/** Counts what each address does. The milliseconds that it has to wait before it may do more; 0: it may. */
export type Rate = (address: string) => number

/** @param most so many in a minute from one address */
export function createRate(most: number, now: () => number): Rate {
  let counts = new Map<string, number>()
  let began = now()
  return (address) => {
    const at = now()
    // One window for all: nothing is kept of an address that was quiet.
    if (at - began >= WINDOW_MS) {
      counts = new Map()
      began = at
    }
    const count = (counts.get(address) ?? 0) + 1
    counts.set(address, count)
    return count > most ? Math.max(1, began + WINDOW_MS - at) : 0
  }
}
