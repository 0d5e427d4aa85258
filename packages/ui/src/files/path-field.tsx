import { failureOf } from '@tabwright/protocol'
import { type JSX, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { newPath } from './file-tree'
import css from './files.module.css'

export interface PathFieldProps {
  /** Its accessible name. */
  readonly label: string
  /** What stands in it at first. */
  readonly initial: string
  /** The part of it that typing replaces; omitted: none, the caret is at the end. */
  readonly selected?: { readonly from: number; readonly to: number }
  readonly existing: ReadonlySet<string>
  /** @throws FailureError */
  readonly onPath: (path: string) => Promise<void>
  readonly onClose: () => void
}

/** The line in which a file or folder gets its path. Enter takes it, Escape leaves. */
export function PathField({ label, initial, selected, existing, onPath, onClose }: PathFieldProps): JSX.Element {
  const [typed, setTyped] = useState(initial)
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const errorId = useId()
  const { from, to } = selected ?? { from: initial.length, to: initial.length }

  useEffect(() => {
    input.current?.focus()
    input.current?.setSelectionRange(from, to)
  }, [from, to])

  const take = async (): Promise<void> => {
    // What it is called already is no new name, and nothing to be done.
    if (initial !== '' && typed === initial && selected !== undefined) return onClose()
    const wanted = newPath(typed, existing)
    if (wanted.type === 'refused') return setError(wanted.sentence)
    setBusy(true)
    try {
      await onPath(wanted.path)
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
    else if (event.key === 'Enter' && !busy) void take()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className={css.newFile}>
      <input
        ref={input}
        type="text"
        aria-label={label}
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
