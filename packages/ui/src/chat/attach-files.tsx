import { useRef, useState, type DragEvent, type ReactNode } from 'react'
import { Plus } from 'lucide-react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import { isArchive } from '../transfer/incoming'
import styles from './attachments.module.css'

interface FilesProps {
  readonly onFiles: (files: readonly File[]) => void
}

/** Chooses files to attach. */
export function AttachButton({ onFiles }: FilesProps): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <IconButton label={t('Attach pictures, PDF or text')} onPress={() => input.current?.click()}>
        <Plus size={17} aria-hidden />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t('Files to attach')}
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])])
          // The same file again is a change again.
          currentTarget.value = ''
        }}
      />
    </>
  )
}

interface AttachZoneProps {
  readonly className: string | undefined
  /** Undefined: what is dropped here is for whoever is around it. */
  readonly onFiles: FilesProps['onFiles'] | undefined
  readonly children: ReactNode
}

/** Folders and archives are brought in, wherever they are let go: no message holds one. */
function isForWorkspace({ items }: DataTransfer): boolean {
  return [...items].some((item) => item.webkitGetAsEntry()?.isDirectory === true || isArchive(item.getAsFile()?.name ?? ''))
}

/** The box takes files that are dropped on it; around it they go into the workspace. */
export function AttachZone({ className, onFiles, children }: AttachZoneProps): ReactNode {
  const [over, setOver] = useState(false)
  // Each part inside tells of its own entering and leaving.
  const depth = useRef(0)
  /** Whether it is for the box; then it is not for whoever is around it. */
  const isOurs = (event: DragEvent): boolean => {
    if (onFiles === undefined || !event.dataTransfer.types.includes('Files')) return false
    event.stopPropagation()
    return true
  }
  const moveBy = (event: DragEvent, by: 1 | -1): void => {
    if (!isOurs(event)) return
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  const onDrop = (event: DragEvent): void => {
    depth.current = 0
    setOver(false)
    if (isForWorkspace(event.dataTransfer) || !isOurs(event)) return
    event.preventDefault()
    onFiles?.([...event.dataTransfer.files])
  }
  return (
    <div
      className={className}
      onDragEnter={(event) => moveBy(event, 1)}
      onDragLeave={(event) => moveBy(event, -1)}
      onDragOver={(event) => {
        if (isOurs(event)) event.preventDefault()
      }}
      onDrop={onDrop}
    >
      {children}
      {over && (
        <div className={styles['over']} role="status">
          {t('Drop to attach to the message')}
        </div>
      )}
    </div>
  )
}
