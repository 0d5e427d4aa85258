import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { cleanTitle } from './clean-title'
import styles from './session-list.module.css'

export interface RenameFieldProps {
  readonly label: string
  readonly title: string
  /** The new title, trimmed; undefined when the person changed their mind or left nothing that shows. */
  readonly onDone: (title: string | undefined) => void
}

/** A title being changed in place: Enter or leaving keeps it, Escape does not. */
export function RenameField({ label, title, onDone }: RenameFieldProps): ReactNode {
  const [text, setText] = useState(title)
  const field = useRef<HTMLInputElement>(null)
  const over = useRef(false)
  useEffect(() => {
    // A menu that just closed gives the focus back to its trigger first; the field takes it after that.
    const frame = requestAnimationFrame(() => field.current?.select())
    return () => cancelAnimationFrame(frame)
  }, [])
  const finish = (kept: boolean): void => {
    if (over.current) return
    over.current = true
    onDone(kept ? cleanTitle(text) : undefined)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation()
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Enter') finish(true)
    if (event.key === 'Escape') finish(false)
  }
  return (
    <input
      ref={field}
      className={styles['rename']}
      aria-label={label}
      value={text}
      maxLength={120}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={onKeyDown}
      onBlur={() => finish(document.hasFocus())}
    />
  )
}
