import { type JSX, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { t } from '../language'
import { canLinkFolders, pickFolder } from './pick-folder'
import { ARCHIVES, chosenFiles, type ChosenFile, type IncomingFiles } from './incoming'

/** Opens the browser's dialogs. */
export interface FileInputsHandle {
  files(): void
  folder(): void
}

export interface FileInputsProps {
  readonly onFiles: (files: IncomingFiles) => void
  /** The browser refused the folder. */
  readonly onFailed: (error: unknown) => void
  /** Only archives are offered. */
  readonly archivesOnly?: boolean
  readonly ref?: Ref<FileInputsHandle>
}

/** The dialogs in which a person chooses what to bring. A folder is linked where the browser can, else uploaded. */
export function FileInputs({ onFiles, onFailed, archivesOnly = false, ref }: FileInputsProps): JSX.Element {
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement>(null)
  useImperativeHandle(ref, () => ({
    files: () => files.current?.click(),
    folder: () => {
      if (!canLinkFolders()) return folder.current?.click()
      pickFolder().then((picked) => picked && onFiles(picked), onFailed)
    },
  }))
  useEffect(() => {
    // No attribute that React knows.
    if (folder.current !== null) folder.current.webkitdirectory = true
  }, [])
  const take = (input: HTMLInputElement): void => {
    const list: readonly ChosenFile[] = [...(input.files ?? [])]
    const chosen = chosenFiles(list)
    // The same files again are a new try.
    input.value = ''
    if (chosen !== undefined) onFiles(chosen)
  }
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple={!archivesOnly}
        accept={archivesOnly ? ARCHIVES : undefined}
        aria-label={archivesOnly ? t('Archive to start from') : t('Files or archive to import')}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => take(event.target)}
      />
      <input
        ref={folder}
        type="file"
        aria-label={archivesOnly ? t('Folder to start from') : t('Folder to import')}
        className="visually-hidden"
        tabIndex={-1}
        onChange={(event) => take(event.target)}
      />
    </>
  )
}
