import { Suspense, type ReactNode } from 'react'
import { lazyLayer } from '@tabwright/ui'
import type { HistoryPoint, Restored, RestoreOptions } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'
import { useApp } from '../store/context'
import { useAttempt, useRole, useScreen } from '../store/session-view'
import { useFork } from './use-fork'

const HistoryDialog = lazyLayer('The history', async () => (await import('@tabwright/ui/history')).HistoryDialog)

/** The past of the open session, loaded when it is first asked for. */
export function HistoryPanel({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const sheet = useApp((state) => state.sheet)
  const setSheet = useApp((state) => state.setSheet)
  const setRestored = useApp((state) => state.setRestored)
  const giveBack = useApp((state) => state.giveBack)
  const fork = useFork(handle.id)
  const blocked = useBlocked(handle)
  const role = useRole(handle)
  if (sheet?.type !== 'history') return null
  const onRestored = ({ undo, asOf, prompt, promptSeq }: Restored, scope: RestoreOptions['scope'], text: string): void => {
    const fact = promptSeq === undefined ? {} : { promptSeq }
    setRestored({ session: handle.id, text, undo: { to: undo, scope, asOf }, ...(prompt === undefined ? {} : { prompt }), ...fact })
    if (prompt !== undefined) giveBack({ session: handle.id, text: prompt, ...(promptSeq === undefined ? {} : { fact: promptSeq }) })
    setSheet(undefined)
  }
  const onFork = async (point: HistoryPoint): Promise<void> => {
    await fork(point.seq)
    setSheet(undefined)
  }
  return (
    <Suspense>
      <HistoryDialog
        key={handle.id}
        source={handle}
        before={sheet.before}
        blocked={blocked}
        canName={role?.type === 'writer'}
        onClose={() => setSheet(undefined)}
        onRestore={(options) => handle.restore(options)}
        onRestored={onRestored}
        onFork={onFork}
      />
    </Suspense>
  )
}

/** Why nothing can be restored now. A fork leaves the session as it is and is possible whenever it can be read. */
function useBlocked(
  handle: SessionHandle,
): { readonly why: string; readonly action?: { readonly label: string; readonly onPress: () => void } } | undefined {
  const status = useScreen(handle, (screen) => screen.status.type)
  const role = useRole(handle)
  const attempt = useAttempt()
  if (role?.type === 'follower') return { why: t('Another tab writes this session: take it over to restore anything.') }
  if (role?.type !== 'writer') return { why: t('This session cannot be written from here.') }
  if (status === 'idle') return undefined
  return {
    why: t('The agent is at work: stop it before anything is restored.'),
    action: { label: t('Stop'), onPress: () => attempt(handle.stop()) },
  }
}
