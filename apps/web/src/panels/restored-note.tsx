import { useEffect, useRef, type ReactNode } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { RestoredStrip } from '@tabwright/ui'
import { useApp } from '../store/context'
import { useScreen } from '../store/session-view'

/** What was brought back in this session, until the next message. */
export function RestoredNote({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const restored = useApp((state) => state.restored)
  const setRestored = useApp((state) => state.setRestored)
  const turns = useScreen(handle, (screen) => screen.status.type !== 'idle') ?? false
  const isOurs = restored?.session === handle.id
  const wasIdle = useRef(!turns)
  useEffect(() => {
    if (isOurs && turns && wasIdle.current) setRestored(undefined)
    wasIdle.current = !turns
  }, [isOurs, turns, setRestored])
  if (restored === undefined || !isOurs) return null
  const undo = async (): Promise<void> => {
    await handle.restore({ ...restored.undo, keep: [] })
    setRestored(undefined)
  }
  return <RestoredStrip text={restored.text} onUndo={undo} onDismiss={() => setRestored(undefined)} />
}
