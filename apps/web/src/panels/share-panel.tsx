import { Suspense, type ReactNode } from 'react'
import { lazyLayer } from '@tabwright/ui'
import { useApp } from '../store/context'

const ShareDialog = lazyLayer('This dialog', async () => (await import('@tabwright/ui/progress')).ShareDialog)

/** What a copy for others will not have, before it is saved. */
export function SharePanel(): ReactNode {
  const sharing = useApp((state) => state.sharing)
  const setSharing = useApp((state) => state.setSharing)
  const saveShared = useApp((state) => state.saveShared)
  if (sharing === undefined) return null
  const { title, removals, leftOut } = sharing
  return (
    <Suspense>
      <ShareDialog title={title} removals={removals} leftOut={leftOut} onSave={saveShared} onClose={() => setSharing(undefined)} />
    </Suspense>
  )
}
