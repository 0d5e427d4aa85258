import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Check, X } from 'lucide-react'
import { t } from '../language'
import { IconButton } from '../layout/icon-button'
import styles from './queue.module.css'

export interface QueueEditProps {
  readonly text: string
  readonly onText: (text: string) => void
  readonly onSave: () => void
  readonly onCancel: () => void
}

/** A queued message being changed where it stands: Enter keeps it, Escape does not. */
export function QueueEdit({ text, onText, onSave, onCancel }: QueueEditProps): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(field.current.value.length, field.current.value.length)
  }, [])
  // It grows with its text inside of a list that scrolls.
  useEffect(() => {
    // It returns a promise in newer browsers, which must not be taken for a clean-up.
    field.current?.parentElement?.scrollIntoView({ block: 'nearest' })
  }, [text])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') onCancel()
    else if (event.key === 'Enter' && !event.shiftKey) onSave()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <>
      <textarea
        ref={field}
        className={styles['field']}
        aria-label={t('Queued message')}
        rows={1}
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span className={styles['actions']}>
        <IconButton label={t('Save (Enter)')} onPress={onSave}>
          <Check size={14} aria-hidden />
        </IconButton>
        <IconButton label={t('Cancel (Escape)')} onPress={onCancel}>
          <X size={14} aria-hidden />
        </IconButton>
      </span>
    </>
  )
}
