/** Runs what is given, so many at once, in order. */
export function createTurns(most: number): (work: () => Promise<void>) => void {
  const waiting: (() => Promise<void>)[] = []
  let running = 0
  const next = (): void => {
    const work = running < most ? waiting.shift() : undefined
    if (work === undefined) return
    running += 1
    void work().finally(() => {
      running -= 1
      next()
    })
  }
  return (work) => {
    waiting.push(work)
    next()
  }
}
