import { failureOf } from '@tabwright/protocol'
import { type JSX, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { t } from '../language'
import { newPath } from './file-tree'
import css from './files.module.css'

export interface NewFileProps {
  /** The folder to start from, ending in `/`, or empty. */
  readonly folder: string
  readonly existing: ReadonlySet<string>
  /** Makes it. @throws FailureError */
  readonly onCreate: (path: string) => Promise<void>
  readonly onClose: () => void
}

/** The line in which a new file gets its name. Enter makes it, Escape leaves. */
export function NewFile({ folder, existing, onCreate, onClose }: NewFileProps): JSX.Element {
  const [typed, setTyped] = useState(folder)
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const errorId = useId()

  useEffect(() => {
    input.current?.focus()
    input.current?.setSelectionRange(folder.length, folder.length)
  }, [folder])

  const create = async (): Promise<void> => {
    const wanted = newPath(typed, existing)
    if (wanted.type === 'refused') return setError(wanted.sentence)
    setBusy(true)
    try {
      await onCreate(wanted.path)
      onClose()
    } catch (thrown) {
      setBusy(false)
      setError(failureOf(thrown).message)
    }
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    // 229: the Enter that ends an input method's composition.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter' && !busy) void create()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={css.newFile}>
      <input
        ref={input}
        type="text"
        aria-label={t('New file name')}
        aria-invalid={error !== undefined}
        aria-describedby={error === undefined ? undefined : errorId}
        placeholder="folder/name.ts"
        spellCheck={false}
        autoComplete="off"
        className={css.input}
        value={typed}
        readOnly={busy}
        onChange={(event) => {
          setTyped(event.target.value)
          setError(undefined)
        }}
        onKeyDown={onKeyDown}
      />
      {error !== undefined && (
        <p id={errorId} role="alert" className={css.error}>
          {error}
        </p>
      )}
    </div>
  )
}
