import type { Locks } from '../../io/lock-web'

/** A name that no other tab of this browser has, until it is let go. */
export interface HeldName {
  readonly name: string
  release(): void
}

/** Tabs that may share one browser; more than anybody has. */
const MOST = 1000

/** The name itself, or with the first free number behind it. Without locks nobody can tell, and a second tab's functions wait at the relay. */
export async function holdName(wish: string, locks: Locks | null): Promise<HeldName> {
  if (locks === null) return { name: wish, release: () => undefined }
  for (let number = 1; number < MOST; number++) {
    const name = number === 1 ? wish : `${wish}-${number}`
    const release = await hold(`tabwright-relay-${name}`, locks)
    if (release !== undefined) return { name, release }
  }
  return { name: wish, release: () => undefined }
}

function hold(lock: string, locks: Locks): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    locks
      .request(lock, { ifAvailable: true }, (held) => {
        if (held === null) return resolve(undefined)
        return new Promise<void>((release) => resolve(release))
      })
      .catch(reject)
  })
}
