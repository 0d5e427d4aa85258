import { useMemo } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import type { CardDoors } from '@tabwright/ui'
import { useApp } from '../store/context'
import { useAttempt } from '../store/session-view'

/** Where the cards of the conversation lead: to the editor, and to the person's terminal, where a command is run again as theirs. */
export function useDoors(handle: SessionHandle, isWriter: boolean): CardDoors {
  const openFile = useApp((state) => state.showFile)
  const openTerminal = useApp((state) => state.askTerminal)
  const attempt = useAttempt()
  return useMemo(
    () => ({
      openFile,
      openTerminal,
      rerun: isWriter
        ? (command) => {
            openTerminal()
            // Enter by itself: together with text it would be pasted, and only shown.
            attempt(handle.terminal.input(command).then(() => handle.terminal.input('\r')))
          }
        : undefined,
    }),
    [handle, isWriter, openFile, openTerminal, attempt],
  )
}
