import { fail } from '@tabwright/protocol'

/** Takes one of `count` seats, in the order of asking; gives what frees it. @throws FailureError `aborted` when the signal comes first */
export function seats(count: number): (signal: AbortSignal) => Promise<() => void> {
  let free = count
  const waiting: (() => void)[] = []
  const stand = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  return async (signal) => {
    if (signal.aborted) return fail('aborted', 'Stopped before it began.')
    if (free > 0) free -= 1
    else {
      const seated = await new Promise<boolean>((resolve) => {
        const sit = (): void => {
          signal.removeEventListener('abort', leave)
          resolve(true)
        }
        const leave = (): void => {
          waiting.splice(waiting.indexOf(sit), 1)
          resolve(false)
        }
        waiting.push(sit)
        signal.addEventListener('abort', leave, { once: true })
      })
      if (!seated) return fail('aborted', 'Stopped before it began.')
    }
    return stand
  }
}
