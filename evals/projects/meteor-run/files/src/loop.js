export const STEP = 1 / 60

/**
 * Calls `update(STEP)` sixty times for each second that passed and then `render()` once.
 * Feed it the time of each frame in milliseconds.
 */
export function createLoop(update, render) {
  let last
  let owed = 0
  return (now) => {
    if (last !== undefined) owed += (now - last) / 1000
    last = now
    while (owed >= STEP) {
      update(STEP)
      owed -= STEP
    }
    render()
  }
}
