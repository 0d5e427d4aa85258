import type { Exit, Process } from '../../processes/process'
import { Killed } from '../../signals'

/** Waits for a child. A waiting process that is ended waits no longer. @throws Killed */
export async function endOf(waiting: Process, child: Process): Promise<Exit> {
  return child.exit ?? (await orKilled(waiting, child.ended())) ?? { code: 0 }
}

/** Waits for something as long as the waiting process lives. @throws Killed */
export function orKilled<T>({ signal }: Process, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cut = (): void => reject(signal.reason instanceof Error ? signal.reason : new Killed('KILL'))
    if (signal.aborted) return cut()
    signal.addEventListener('abort', cut, { once: true })
    const settled = (): void => signal.removeEventListener('abort', cut)
    promise.then(
      (value) => {
        settled()
        resolve(value)
      },
      (thrown: unknown) => {
        settled()
        reject(thrown instanceof Error ? thrown : new Error(String(thrown)))
      },
    )
  })
}
