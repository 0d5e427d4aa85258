import { useMemo, useState, type ReactNode } from 'react'
import type { SessionScreen, WindowView } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { lazyPart, usePaneShown } from '@tabwright/ui'
import { useAttempt, useScreen } from '../store/session-view'
import { Loading } from './bench-panels'

const ContextPane = lazyPart('The context', async () => (await import('@tabwright/ui/context')).ContextPane)

interface InsightPanelProps {
  readonly handle: SessionHandle
}

/** What is in the model's window. */
export function ContextPanel({ handle }: InsightPanelProps): ReactNode {
  const window = useScreen(handle, (screen) => screen.window)
  const isCompacting = useScreen(handle, (screen) => screen.compacting !== undefined)
  const load = useReadAgain(handle, contextOf, useScreen(handle, momentOf))
  const attempt = useAttempt()
  if (window === undefined) return null
  return (
    <Loading>
      <ContextPane
        key={handle.id}
        load={load}
        window={window}
        onCompact={() => attempt(handle.compact())}
        compactBlocked={isCompacting ? 'A summary is being made.' : undefined}
      />
    </Loading>
  )
}

const contextOf = (handle: SessionHandle): Promise<WindowView> => handle.contextWindow()

/** The window is another one after an answer and after a summary, not with every word that streams. */
function momentOf({ usage, compacting, rows }: SessionScreen): unknown {
  return rows.length === 0 ? undefined : (compacting ?? usage)
}

/** Reads anew when `moment` is another one, and only what somebody can see. */
function useReadAgain<T>(handle: SessionHandle, read: (handle: SessionHandle) => Promise<T>, moment: unknown): () => Promise<T> {
  const isShown = usePaneShown()
  const [seen, setSeen] = useState(moment)
  if (isShown && seen !== moment) setSeen(moment)
  return useMemo(() => readAt(handle, read, seen), [handle, read, seen])
}

/** Another function for another moment. */
function readAt<T>(handle: SessionHandle, read: (handle: SessionHandle) => Promise<T>, _moment: unknown): () => Promise<T> {
  return () => read(handle)
}
