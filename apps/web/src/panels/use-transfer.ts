import { useCallback, useMemo } from 'react'
import { failureOf } from '@tabwright/protocol'
import type { ExportedFile, SessionHandle } from '@tabwright/runtime'
import { importSentence, progressSentence, type IncomingFiles, type OutgoingFiles } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useParts } from '../store/context'
import { tellLinked } from '../store/folder-links'
import { offerFile, plainName } from '../store/offer-file'

/** Files in and out of a session's workspace, with words about it at the bottom of the page. */
export interface Transfer {
  readonly bring: (files: IncomingFiles) => void
  readonly take: (what: OutgoingFiles) => void
}

/** An announcement a second is enough. */
const SAID_MS = 1000

export function useTransfer(handle: SessionHandle): Transfer {
  const { store } = useParts()
  const { say } = store.getState()
  const bring = useCallback(
    (files: IncomingFiles): void => {
      const { name } = files
      let said = performance.now()
      say(progressSentence(name, 0, 0))
      const progress = (done: number, of: number): void => {
        if (performance.now() - said < SAID_MS) return
        said = performance.now()
        say(progressSentence(name, done, of))
      }
      handle.importFiles(files, progress).then(
        (result) => {
          say(importSentence(name, result))
          if (files.type === 'folder') tellLinked(handle.id)
        },
        (error: unknown) => say(notImported(failureOf(error).message)),
      )
    },
    [handle, say],
  )
  const take = useCallback(
    (what: OutgoingFiles): void => {
      const title = store.getState().sessions?.find(({ id }) => id === handle.id)?.title ?? ''
      say(t('Packing the files …'))
      handle.exportFiles(what).then(
        ({ name, file }) => {
          const full = nameOf(what, name, title)
          offerFile(file, full)
          say(t('Downloaded {name}.', { name: full }))
        },
        (error: unknown) => say(failureOf(error).message),
      )
    },
    [handle, say, store],
  )
  return useMemo(() => ({ bring, take }), [bring, take])
}

const notImported = (message: string): string =>
  message.includes('Nothing was imported') ? message : t('{why} Nothing was imported.', { why: message })

/** What is of the whole session is called by its title. */
function nameOf(what: OutgoingFiles, name: ExportedFile['name'], title: string): string {
  return what.type === 'everything' || what.type === 'patch' ? `${plainName(title)}-${name}` : name
}
