import type { ReactNode } from 'react'
import type { SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { HistoryPanel } from './history-panel'
import { ProgressPanel } from './progress-panel'
import { ShareSessionPanel } from './share-session-panel'

interface SessionLayersProps {
  readonly session: SessionRow
  readonly handle: SessionHandle | undefined
}

/** What opens above the page of a session. */
export function SessionLayers({ session, handle }: SessionLayersProps): ReactNode {
  return (
    <>
      {handle !== undefined && <HistoryPanel handle={handle} />}
      {handle !== undefined && <ProgressPanel key={handle.id} handle={handle} title={session.title} />}
      <ShareSessionPanel session={session.id} title={session.title} />
    </>
  )
}
