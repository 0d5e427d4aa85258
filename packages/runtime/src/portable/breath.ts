/** How long a worker may work on before others in it get their turn. */
const SLICE_MS = 16

/** To be awaited between pieces of long work: lets others have their turn when this one took long enough, and returns at once otherwise. */
export function createBreath(): () => Promise<void> {
  let rested = performance.now()
  return async () => {
    if (performance.now() - rested < SLICE_MS) return
    await new Promise((resolve) => setTimeout(resolve, 0))
    rested = performance.now()
  }
}
