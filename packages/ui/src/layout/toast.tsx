import { useEffect, type ReactNode } from 'react'
import { Button } from './button'
import styles from './toast.module.css'

export interface ToastProps {
  readonly text: string
  readonly action?: { readonly label: string; readonly onPress: () => void }
  /** Milliseconds until it goes by itself. */
  readonly lasts: number
  readonly onGone: () => void
}

/** A short word at the bottom, with at most one thing to do about it. Give it a `key` of its own. */
export function Toast({ text, action, lasts, onGone }: ToastProps): ReactNode {
  useEffect(() => {
    const timer = setTimeout(onGone, lasts)
    return () => clearTimeout(timer)
  }, [lasts, onGone])
  return (
    <div className={styles['toast']} role="status">
      <span>{text}</span>
      {action !== undefined && (
        <Button look="plain" onPress={action.onPress}>
          {action.label}
        </Button>
      )}
    </div>
  )
}
