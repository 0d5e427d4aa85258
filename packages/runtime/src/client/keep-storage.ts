import type { SessionScreen } from '@tabwright/protocol'

/**
 * Asks the browser not to evict this site's data; true when it agreed. To be called after the first turn that ended, because browsers
 * judge by use and may ask the person. Only a page can ask, a worker cannot.
 */
export async function askToKeep(): Promise<boolean> {
  const platform: { readonly storage?: StorageManager } = navigator
  if (!platform.storage) return false
  return (await platform.storage.persisted()) || platform.storage.persist()
}

/** The part of an open session that tells when work was done in it. */
interface Working {
  getScreen(): Pick<SessionScreen, 'status' | 'lastStop'>
  subscribe(listener: () => void): () => void
}

/**
 * Calls `ask` once, when the first turn in any of the sessions given to it has ended: from then on there is something to lose. Browsers
 * judge by use, and some ask the person, so a question at the first visit would be answered with no.
 */
export function afterFirstTurn(ask: () => Promise<unknown>): (session: Working) => void {
  let isAsked = false
  return (session) => {
    if (isAsked) return
    let wasRunning = false
    const unsubscribe = session.subscribe(() => {
      const { status, lastStop } = session.getScreen()
      if (status.type === 'running') wasRunning = true
      if (isAsked || !wasRunning || status.type !== 'idle' || lastStop !== 'end') return
      isAsked = true
      unsubscribe()
      ask().catch(reportError)
    })
  }
}
