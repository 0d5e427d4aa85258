import type { SessionRow } from '@tabwright/protocol'
import type { MenuEntry } from '@tabwright/ui'
import { useApp } from '../store/context'

/** What can be done with the open session as a whole. */
export function useSessionMenu(session: SessionRow | undefined): readonly MenuEntry[] {
  const setSheet = useApp((state) => state.setSheet)
  const exportSession = useApp((state) => state.exportSession)
  if (session === undefined) return []
  return [
    { id: 'progress', label: 'Progress', onPick: () => setSheet({ type: 'progress' }) },
    { id: 'export', label: 'Export', onPick: () => void exportSession(session) },
  ]
}
