import { useMemo, useState, type ReactNode } from 'react'
import type { CostView, SessionScreen, WindowView } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { lazyPart, usePaneShown } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useAttempt, useScreen } from '../store/session-view'
import { Loading } from './bench-panels'

const ContextPane = lazyPart('The context', async () => (await import('@tabwright/ui/context')).ContextPane)

const TracePane = lazyPart('The trace', async () => (await import('@tabwright/ui/trace')).TracePane)

interface InsightPanelProps {
  readonly handle: SessionHandle
}

/** What is in the model's window. */
export function ContextPanel({ handle }: InsightPanelProps): ReactNode {
  const window = useScreen(handle, (screen) => screen.window)
  const isCompacting = useScreen(handle, (screen) => screen.compacting !== undefined)
  const moment = useScreen(handle, momentOf)
  const load = useReadAgain(handle, contextOf, moment)
  const cost = useReadAgain(handle, costsOf, moment)
  const attempt = useAttempt()
  if (window === undefined) return null
  return (
    <Loading>
      <ContextPane
        key={handle.id}
        load={load}
        window={window}
        cost={cost}
        onCompact={() => attempt(handle.compact())}
        compactBlocked={isCompacting ? t('A summary is being made.') : undefined}
      />
    </Loading>
  )
}

/** What took how long. */
export function TracePanel({ handle }: InsightPanelProps): ReactNode {
  // Of facts, not of what streams between them.
  const moment = useScreen(handle, ({ status }) => status)
  return (
    <Loading>
      <TracePane key={handle.id} read={useReadAgain(handle, traceOf, moment)} readFact={handle.fact} />
    </Loading>
  )
}

const contextOf = (handle: SessionHandle) => (): Promise<WindowView> => handle.contextWindow()
const costsOf = (handle: SessionHandle) => (): Promise<CostView> => handle.costs()
const traceOf = (handle: SessionHandle) => handle.trace

/** The window is another one after an answer and after a summary, not with every word that streams. */
function momentOf({ usage, compacting, rows }: SessionScreen): unknown {
  return rows.length === 0 ? undefined : (compacting ?? usage)
}

/** A reader of the session, as `readerOf` gives it. */
type Reader<A extends readonly unknown[], T> = (...asked: A) => Promise<T>

/** A reader that is another one when `moment` is, and while somebody can see what it reads. */
function useReadAgain<A extends readonly unknown[], T>(
  handle: SessionHandle,
  readerOf: (handle: SessionHandle) => Reader<A, T>,
  moment: unknown,
): Reader<A, T> {
  const isShown = usePaneShown()
  const [seen, setSeen] = useState(moment)
  if (isShown && seen !== moment) setSeen(moment)
  return useMemo(() => readerAt(readerOf(handle), seen), [handle, readerOf, seen])
}

/** Another function for another moment, that does the same. */
function readerAt<A extends readonly unknown[], T>(read: Reader<A, T>, _moment: unknown): Reader<A, T> {
  return (...asked) => read(...asked)
}
