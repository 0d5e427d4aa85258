import type { ReactNode } from 'react'
import type { FileReview, SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { TopBar } from '@tabwright/ui'
import { useLocation } from 'wouter'
import { homeAddress } from '../store/address'
import { useApp } from '../store/context'
import { useScreen } from '../store/session-view'
import { TrustChip } from './trust-chip'
import { useKeyText } from './use-key-text'
import { useLives } from './use-lives'
import { useSessionMenu } from './use-session-menu'

interface TopPanelProps {
  readonly session: SessionRow | undefined
  readonly handle: SessionHandle | undefined
}

const sum = (changes: readonly FileReview[], of: (change: FileReview) => number): number =>
  changes.reduce((all, change) => all + of(change), 0)

/** The bar at the top. */
export function TopPanel({ session, handle }: TopPanelProps): ReactNode {
  const [, navigate] = useLocation()
  const added = useScreen(handle, (screen) => sum(screen.changes, (change) => change.added)) ?? 0
  const removed = useScreen(handle, (screen) => sum(screen.changes, (change) => change.removed)) ?? 0
  const relay = useApp((state) => state.relay)
  const open = useApp((state) => state.open)
  const setOpen = useApp((state) => state.setOpen)
  const rename = useApp((state) => state.renameSession)
  const showChange = useApp((state) => state.showChange)
  const setSheet = useApp((state) => state.setSheet)
  const setSettings = useApp((state) => state.setSettings)
  const keyText = useKeyText()
  const menu = useSessionMenu(session)
  const [live] = useLives(session?.id)
  return (
    <TopBar
      session={session === undefined ? undefined : { title: session.title, added, removed }}
      menu={menu}
      onRename={(title) => session !== undefined && void rename(session.id, title)}
      onChanges={() => showChange(undefined)}
      onHome={() => navigate(homeAddress(location.search))}
      trust={handle && <TrustChip key={handle.id} handle={handle} />}
      relay={relay}
      live={live && { viewers: live.viewers, isBehind: live.state === 'behind' }}
      open={open}
      onOpen={setOpen}
      onShare={() => setSheet({ type: 'share' })}
      onSettings={() => setSettings('providers')}
      onPalette={() => setSheet({ type: 'palette', of: 'everything' })}
      keys={{ palette: keyText('palette'), sessions: keyText('sessions'), workbench: keyText('workbench') }}
    />
  )
}
