/** So many loads within this time are no person's work: the page itself writes what loads it. */
const MOST = 8
const WITHIN_MS = 4000

/**
 * Whether a page may be loaded anew because files changed: one whose program writes files with each request would be loaded for ever.
 * @param restless called once whenever the answer becomes no
 */
export function createReloads(restless: () => void, now: () => number = () => performance.now()): { may(): boolean } {
  let times: number[] = []
  let isTold = false
  return {
    may: () => {
      const time = now()
      times = times.filter((one) => time - one < WITHIN_MS)
      if (times.length >= MOST) {
        if (!isTold) restless()
        isTold = true
        return false
      }
      isTold = false
      times.push(time)
      return true
    },
  }
}
