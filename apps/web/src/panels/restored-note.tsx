import { useEffect, useRef, type ReactNode, type RefObject } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { RestoredStrip, type ComposerHandle } from '@tabwright/ui'
import { useApp } from '../store/context'
import { useScreen } from '../store/session-view'

interface RestoredNoteProps {
  readonly handle: SessionHandle
  readonly composer: RefObject<ComposerHandle | null>
}

/** What was brought back in this session, until the next message. */
export function RestoredNote({ handle, composer }: RestoredNoteProps): ReactNode {
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
    leave()
    // Its message is in the conversation again.
    if (restored.prompt === undefined) return
    const { promptSeq } = restored
    composer.current?.takeOut(restored.prompt, promptSeq === undefined ? [] : await handle.attachmentsOf({ fact: promptSeq }))
  }
  const leave = (): void => {
    setRestored(undefined)
    composer.current?.focus()
  }
  return <RestoredStrip text={restored.text} onUndo={undo} onDismiss={leave} />
}
