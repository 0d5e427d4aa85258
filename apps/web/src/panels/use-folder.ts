import { useCallback, useEffect, useState } from 'react'
import { failureOf } from '@tabwright/protocol'
import type { LinkedFolder, SessionHandle } from '@tabwright/runtime'
import type { IncomingFiles } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useParts } from '../store/context'
import { watchLinked } from '../store/folder-links'
import { isAsleep, mayRead, mayWrite } from '../store/folder-permission'
import { useRole } from '../store/session-view'

/** The folder of the disk that a session's files came from, and the way back to it. */
export interface FolderUse {
  readonly folder:
    | { readonly name: string; readonly isAsleep: boolean; readonly onWrite: () => void; readonly onIgnored: () => void }
    | undefined
  /** Its name while the dialog is open. */
  readonly writing: string | undefined
  readonly onClose: () => void
  readonly onWritten: (text: string) => void
}

interface Found {
  readonly of: SessionHandle
  readonly link: LinkedFolder
  readonly isAsleep: boolean
}

/** @param bring imports files into the session */
export function useFolder(handle: SessionHandle, bring: (files: IncomingFiles) => void): FolderUse {
  const { store } = useParts()
  const { say } = store.getState()
  const isWriter = useRole(handle)?.type === 'writer'
  const [found, setFound] = useState<Found>()
  const [writing, setWriting] = useState<string>()
  const look = useCallback(async (): Promise<void> => {
    const link = await handle.folder()
    setFound(link && { of: handle, link, isAsleep: await isAsleep(link.handle) })
  }, [handle])
  useEffect(() => {
    if (!isWriter) return
    const again = (): void => void look().catch(reportError)
    again()
    return watchLinked((session) => session === handle.id && again())
  }, [handle, isWriter, look])
  const link = found?.of === handle ? found.link : undefined
  const open = async ({ name, handle: disk }: LinkedFolder): Promise<void> => {
    if (!(await mayWrite(disk)))
      return say(t('The browser was not allowed to write to {name}. Nothing was written; ask again whenever you like.', { name }))
    setWriting(name)
    await look()
  }
  const takeIgnored = async ({ name, handle: disk }: LinkedFolder): Promise<void> => {
    if (await mayRead(disk)) bring({ type: 'folder', name, folder: disk, takesIgnored: true })
    else say(t('The browser was not allowed to read {name}. Nothing was imported; ask again whenever you like.', { name }))
  }
  return {
    folder: link && {
      name: link.name,
      isAsleep: found?.isAsleep ?? false,
      onWrite: () => {
        open(link).catch((error: unknown) => say(folderGone(link.name, error)))
      },
      onIgnored: () => {
        takeIgnored(link).catch((error: unknown) => say(folderGone(link.name, error)))
      },
    },
    writing,
    onClose: () => setWriting(undefined),
    onWritten: say,
  }
}

function folderGone(name: string, error: unknown): string {
  if (error instanceof DOMException && error.name === 'NotFoundError')
    return t(
      'The folder {name} is not where it was: it was moved, renamed or removed. The files here are kept; import it again from where it is now.',
      { name },
    )
  if (error instanceof DOMException)
    return t('The browser did not ask for the permission to write to {name}. Nothing was written; press it again.', { name })
  return failureOf(error).message
}
