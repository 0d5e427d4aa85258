import type { ReactNode } from 'react'
import type { SessionId } from '@tabwright/protocol'
import { SessionList, useNow } from '@tabwright/ui'
import { useLocation } from 'wouter'
import { homeAddress, sessionAddress } from '../store/address'
import { useApp, useParts } from '../store/context'
import { useAttempt } from '../store/session-view'

/** The column of sessions. */
export function SessionsPanel({ current }: { readonly current: SessionId | undefined }): ReactNode {
  const [, navigate] = useLocation()
  const { handles } = useParts()
  const sessions = useApp((state) => state.sessions)
  const rename = useApp((state) => state.renameSession)
  const shelve = useApp((state) => state.shelveSession)
  const remove = useApp((state) => state.removeSession)
  const forkSession = useApp((state) => state.forkSession)
  const attempt = useAttempt()
  const exportSession = useApp((state) => state.exportSession)
  const shareSession = useApp((state) => state.shareSession)
  const saveMarkdown = useApp((state) => state.saveMarkdown)
  const search = useApp((state) => state.searchSessions)
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
      hrefOf={(session) => sessionAddress(session, location.search)}
      onOpen={(session) => go(sessionAddress(session, location.search))}
      onNew={() => go(homeAddress(location.search))}
      onRename={(session, title) => void rename(session, title)}
      onShelve={(session, shelf) => void shelve(session, shelf)}
      onFork={(session) => attempt(forkSession(session.id).then((fork) => go(sessionAddress(fork, location.search))))}
      onExport={(session) => void exportSession(session)}
      onShare={(session) => void shareSession(session)}
      onMarkdown={(session) => void saveMarkdown(session)}
      onSearch={search}
      onRemove={(session) => {
        handles.drop(session.id)
        if (session.id === current) go(homeAddress(location.search))
        void remove(session)
      }}
    />
  )
}
