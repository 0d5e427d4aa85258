import { type DragEvent, type JSX, type ReactNode, Suspense, useRef, useState } from 'react'
import { lazyLayer } from '../layout/lazy-part'
import css from './transfer.module.css'
import { droppedFiles, type DroppedEntry, type IncomingFiles } from './incoming'
import { canLinkFolders, linkableFolder } from './pick-folder'

const DroppedFolder = lazyLayer('This dialog', async () => (await import('./dropped-folder')).DroppedFolder)

export interface DropZoneProps {
  /** What letting go does, as it is shown meanwhile. */
  readonly label: string
  readonly disabled?: boolean
  readonly onFiles: (files: IncomingFiles) => void
  /** What was dropped could not be read. */
  readonly onFailed: (error: unknown) => void
  readonly children: ReactNode
}

interface Asked {
  readonly folder: FileSystemDirectoryHandle
  readonly copy: () => void
}

/** A part of the page onto which files, folders and archives can be dropped. Everything it does is in a menu too. */
export function DropZone({ label, disabled = false, onFiles, onFailed, children }: DropZoneProps): JSX.Element {
  const [over, setOver] = useState(false)
  const [asked, setAsked] = useState<Asked>()
  // Each part inside tells of its own entering and leaving.
  const depth = useRef(0)
  const isTaken = (event: DragEvent): boolean => !disabled && event.dataTransfer.types.includes('Files')
  const enter = (by: 1 | -1) => (event: DragEvent) => {
    if (!isTaken(event)) return
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  const onDrop = (event: DragEvent): void => {
    depth.current = 0
    setOver(false)
    if (!isTaken(event)) return
    event.preventDefault()
    event.stopPropagation()
    // The items are there only until this handler returns.
    const items = [...event.dataTransfer.items]
    const entries = items.flatMap(entriesIn)
    const copy = (): void => void droppedFiles(entries).then((files) => files && onFiles(files), onFailed)
    const [only] = entries
    if (entries.length !== 1 || !only?.isDirectory || !canLinkFolders()) return copy()
    linkableFolder(items).then((folder) => (folder === undefined ? copy() : setAsked({ folder, copy })), onFailed)
  }
  const answer = (act: (asked: Asked) => void) => () => {
    setAsked(undefined)
    if (asked !== undefined) act(asked)
  }
  return (
    <div
      className={css.zone}
      onDragEnter={enter(1)}
      onDragLeave={enter(-1)}
      onDragOver={(event) => {
        if (isTaken(event)) event.preventDefault()
      }}
      onDrop={onDrop}
    >
      {children}
      {over && (
        <div className={css.over} role="status">
          {label}
        </div>
      )}
      {asked !== undefined && (
        <Suspense>
          <DroppedFolder
            name={asked.folder.name}
            onLink={answer(({ folder }) => onFiles({ type: 'folder', name: folder.name, folder }))}
            onCopy={answer(({ copy }) => copy())}
            onClose={answer(() => undefined)}
          />
        </Suspense>
      )}
    </div>
  )
}

/** What was dragged from another page is a file without an entry. */
function entriesIn(item: DataTransferItem): readonly DroppedEntry[] {
  const entry: DroppedEntry | null = item.webkitGetAsEntry()
  const file = entry === null ? item.getAsFile() : null
  if (file !== null) return [{ name: file.name, isDirectory: false, file: (done) => done(file) }]
  return entry === null ? [] : [entry]
}
