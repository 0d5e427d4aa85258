import { useEffect, useState } from 'react'
import type { SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { iconOf } from '../store/page-icon'
import { needsPerson, pageMark, pageTitle } from '../store/session-title'
import { useScreen } from '../store/session-view'
import { useNotify } from './use-notify'

/** The browser's tab says by title and icon what the session does, and that it is done until somebody looks. */
export function usePageTitle(handle: SessionHandle | undefined, session: SessionRow | undefined): void {
  const status = useScreen(handle, (screen) => (needsPerson(screen) ? 'waiting' : screen.status.type))
  const title = session?.title
  const isDone = useUnseenEnd(handle, status)
  useNotify(handle?.id, title, status === 'waiting')
  useEffect(() => {
    const mark = isDone ? 'done' : pageMark(status)
    document.title = pageTitle(mark, title)
    document.querySelector('link[rel="icon"]')?.setAttribute('href', iconOf(mark))
  }, [status, title, isDone])
}

/** Whether the session came to rest while nobody looked. */
function useUnseenEnd(handle: SessionHandle | undefined, status: string | undefined): boolean {
  const [ended, setEnded] = useState<SessionHandle>()
  const [before, setBefore] = useState({ handle, status })
  if (before.handle !== handle || before.status !== status) {
    setBefore({ handle, status })
    const worked = before.handle === handle && (before.status === 'running' || before.status === 'retrying')
    setEnded(worked && status === 'idle' && document.hidden ? handle : undefined)
  }
  useEffect(() => {
    const seen = (): void => {
      if (!document.hidden) setEnded(undefined)
    }
    document.addEventListener('visibilitychange', seen)
    return () => document.removeEventListener('visibilitychange', seen)
  }, [])
  return ended !== undefined && ended === handle
}
