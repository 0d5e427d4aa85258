import { Suspense, useCallback, useState, type ReactNode } from 'react'
import { lazyLayer } from '@tabwright/ui'
import type { SessionHandle } from '@tabwright/runtime'
import { useApp } from '../store/context'

const ProgressDialog = lazyLayer('The figures', async () => (await import('@tabwright/ui/progress')).ProgressDialog)

interface ProgressPanelProps {
  readonly handle: SessionHandle
  readonly title: string
}

/** What the open session did so far, loaded when it is first asked for. */
export function ProgressPanel({ handle, title }: ProgressPanelProps): ReactNode {
  const sheet = useApp((state) => state.sheet)
  const setSheet = useApp((state) => state.setSheet)
  const [round, setRound] = useState(0)
  // Another round is another function, and is read anew.
  const load = useCallback(async () => {
    const page = await handle.progress()
    return { ...page, round }
  }, [handle, round])
  if (sheet?.type !== 'progress') return null
  return (
    <Suspense>
      <ProgressDialog title={title} load={load} onAgain={() => setRound((n) => n + 1)} onClose={() => setSheet(undefined)} />
    </Suspense>
  )
}
