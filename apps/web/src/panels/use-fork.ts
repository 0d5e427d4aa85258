import { useCallback } from 'react'
import type { SessionId } from '@tabwright/protocol'
import { useLocation } from 'wouter'
import { sessionAddress } from '../store/address'
import type { KeptDraft } from '../store/app-state'
import { useApp } from '../store/context'

/** Goes on from a place of a session in a new one, and shows that. `draft` is what its box starts with. */
export function useFork(session: SessionId | undefined): (at?: number, draft?: KeptDraft) => Promise<void> {
  const [, navigate] = useLocation()
  const forkSession = useApp((state) => state.forkSession)
  const setView = useApp((state) => state.setView)
  return useCallback(
    async (at, draft) => {
      if (session === undefined) return
      const fork = await forkSession(session, at, draft)
      setView('chat')
      navigate(sessionAddress(fork, location.search))
    },
    [session, forkSession, setView, navigate],
  )
}
