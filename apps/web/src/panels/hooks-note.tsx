import { useState, type ReactNode } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { HooksStrip } from '@tabwright/ui'
import { useApp } from '../store/context'
import { useHooks } from './use-hooks'

/** Says that the project brings hooks that do not run yet, until somebody looks at them or leaves them off. */
export function HooksNote({ handle, isOpen }: { readonly handle: SessionHandle; readonly isOpen: boolean }): ReactNode {
  const { view } = useHooks(handle, isOpen)
  const [left, setLeft] = useState<string>()
  const setSettings = useApp((state) => state.setSettings)
  if (view?.type !== 'found' || view.isTrusted || view.digest === left) return null
  return <HooksStrip isChanged={view.isChanged} onLook={() => setSettings('limits')} onDismiss={() => setLeft(view.digest)} />
}
