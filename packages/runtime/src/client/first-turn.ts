import type { SessionScreen } from '@tabwright/protocol'

/** The part of an open session that tells when work was done in it. */
interface Working {
  getScreen(): Pick<SessionScreen, 'status' | 'lastStop'>
  subscribe(listener: () => void): () => void
}

/**
 * Calls `ask` once, when the first turn in any of the sessions given to it has ended: from then on there is something to lose. Browsers
 * judge by use, and some ask the person, so a question at the first visit would be answered with no.
 */
export function afterFirstTurn(ask: () => void): (session: Working) => void {
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
      ask()
    })
  }
}
