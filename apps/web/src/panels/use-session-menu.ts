import type { SessionRow } from '@tabwright/protocol'
import type { MenuEntry } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useApp } from '../store/context'
import { useAttempt } from '../store/session-view'
import { useFork } from './use-fork'

/** What can be done with the open session as a whole. */
export function useSessionMenu(session: SessionRow | undefined): readonly MenuEntry[] {
  const setSheet = useApp((state) => state.setSheet)
  const exportSession = useApp((state) => state.exportSession)
  const shareSession = useApp((state) => state.shareSession)
  const saveMarkdown = useApp((state) => state.saveMarkdown)
  const setSettings = useApp((state) => state.setSettings)
  const hasRelay = useApp((state) => state.connection !== undefined && state.keeper === 'relay')
  const showTab = useApp((state) => state.showTab)
  const fork = useFork(session?.id)
  const attempt = useAttempt()
  if (session === undefined) return []
  return [
    { id: 'history', label: t('Rewind…'), onPick: () => setSheet({ type: 'history', before: undefined }) },
    { id: 'progress', label: t('Progress'), onPick: () => setSheet({ type: 'progress' }) },
    { id: 'tasks', label: t('Tasks'), onPick: () => showTab('tasks') },
    { id: 'trace', label: t('Trace'), onPick: () => showTab('trace') },
    { id: 'context', label: t('Context'), onPick: () => showTab('context') },
    { id: 'fork', label: t('Fork'), onPick: () => attempt(fork()) },
    ...(hasRelay && session.isImported !== true
      ? [{ id: 'wake', label: t('Wake this session…'), onPick: () => setSettings('relay', 'wake') }]
      : []),
    { id: 'export', label: t('Export'), onPick: () => void exportSession(session) },
    { id: 'markdown', label: t('Save as Markdown'), onPick: () => void saveMarkdown(session) },
    { id: 'share', label: t('Save a copy to share'), onPick: () => void shareSession(session) },
  ]
}
