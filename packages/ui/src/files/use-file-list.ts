import { failureOf } from '@tabwright/protocol'
import { useEffect, useState } from 'react'
import { t } from '../language'
import type { FileSource } from './file-source'

export type FileListState =
  | { readonly type: 'loading' }
  | { readonly type: 'ready'; readonly paths: readonly string[] }
  | { readonly type: 'failed'; readonly message: string }

/** The paths of files, and of folders with nothing in them, which end in `/` read again after changes; several in a row are one reading. */
export function useFileList(source: FileSource): FileListState {
  const [state, setState] = useState<FileListState>({ type: 'loading' })
  useEffect(() => {
    let gone = false
    let reading = false
    let again = false
    const read = async (): Promise<void> => {
      if (reading) {
        again = true
        return
      }
      reading = true
      const next = await pathsOf(source).then(
        (paths): FileListState => ({ type: 'ready', paths }),
        (thrown: unknown): FileListState => ({
          type: 'failed',
          message: t('The files could not be listed: {message}', { message: failureOf(thrown).message }),
        }),
      )
      reading = false
      if (gone) return
      setState(next)
      if (!again) return
      again = false
      void read()
    }
    const unwatch = source.watchFiles(() => void read())
    void read()
    return () => {
      gone = true
      unwatch()
    }
  }, [source])
  return state
}

async function pathsOf(source: FileSource): Promise<readonly string[]> {
  const [files, folders] = await Promise.all([source.listFiles(), source.listFolders()])
  return [...files.map(({ path }) => path), ...folders.map(({ path }) => `${path}/`)]
}
