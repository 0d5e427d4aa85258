import type { SessionId } from '@tabwright/protocol'

/** Politeness between tabs: who holds it writes. Safety is the epoch's, because a stolen lock does not stop its victim's code. */
export interface SessionLock {
  /** True: it is ours until released, lost, or the worker ends. */
  tryAcquire(): Promise<boolean>
  /** Takes it from whoever has it. Resolves when it is ours. */
  steal(): Promise<void>
  /** Waits until whoever has it lets go of it or ends. False: the signal came first. */
  wait(signal: AbortSignal): Promise<boolean>
  /** Called when another tab took it from us. */
  onLost(listener: () => void): () => void
  release(): void
}

/** What this lock needs of the Web Locks API. */
export type Locks = Pick<LockManager, 'request'>

/** @param locks the platform's; null where there are none (old browsers, insecure pages): every wish is granted and the epoch alone decides */
export function sessionLock(session: SessionId, locks: Locks | null = platformLocks()): SessionLock {
  const name = `session:${session}`
  const listeners = new Set<() => void>()
  let release: (() => void) | undefined

  const request = (manager: Locks, options: LockOptions): Promise<boolean> =>
    new Promise((resolve, reject) => {
      let mine: (() => void) | undefined
      const held = manager.request(name, options, (lock) => {
        if (!lock) return resolve(false)
        return new Promise<void>((end) => {
          mine = end
          release = end
          resolve(true)
        })
      })
      held.catch((error: unknown) => {
        // Before it was granted: the request failed. After: someone stole it.
        if (!mine && options.signal?.aborted) return resolve(false)
        if (!mine) return isForbidden(error) ? resolve(true) : reject(error)
        if (release === mine) release = undefined
        for (const listener of listeners) listener()
      })
    })

  return {
    tryAcquire: async () => (release !== undefined || !locks ? true : request(locks, { ifAvailable: true })),
    steal: async () => {
      if (release === undefined && locks) await request(locks, { steal: true })
    },
    wait: async (signal) => {
      if (release !== undefined) return true
      if (locks) return request(locks, { signal })
      // Nobody can be waited for: every wish was granted. Another tab's epoch decides.
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve(false), { once: true }))
    },
    onLost(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    release() {
      release?.()
      release = undefined
    },
  }
}

/** Where the browser keeps no data it grants no locks either; no other tab can see this session then. */
function isForbidden(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'SecurityError'
}

function platformLocks(): Locks | null {
  const platform: { readonly navigator?: { readonly locks?: Locks } } = globalThis
  return platform.navigator?.locks ?? null
}
