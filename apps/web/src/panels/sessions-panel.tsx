import type { ReactNode } from 'react'
import type { SessionId } from '@tabwright/protocol'
import { SessionList, useNow } from '@tabwright/ui'
import { useLocation } from 'wouter'
import { useApp, useParts } from '../store/context'

/** The column of sessions. */
export function SessionsPanel({ current }: { readonly current: SessionId | undefined }): ReactNode {
  const [, navigate] = useLocation()
  const { handles } = useParts()
  const sessions = useApp((state) => state.sessions)
  const rename = useApp((state) => state.renameSession)
  const remove = useApp((state) => state.removeSession)
  const setView = useApp((state) => state.setView)
  const now = useNow(false)
  const go = (path: string): void => {
    setView('chat')
    navigate(path)
  }
  return (
    <SessionList
      sessions={sessions}
      current={current}
      now={now}
      hrefOf={(session) => `/s/${session}`}
      onOpen={(session) => go(`/s/${session}`)}
      onNew={() => go('/')}
      onRename={(session, title) => void rename(session, title)}
      onRemove={(session) => {
        handles.drop(session.id)
        if (session.id === current) go('/')
        void remove(session)
      }}
    />
  )
}
