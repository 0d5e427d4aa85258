import type { ReactNode, Ref } from 'react'
import styles from './controls.module.css'

export interface IconButtonProps {
  /** Its accessible name and tooltip. */
  readonly label: string
  /** What it is found by in every language. */
  readonly testId?: string
  readonly onPress: () => void
  /** For a button that stays pressed. */
  readonly pressed?: boolean
  readonly disabled?: boolean
  readonly children: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button that is only an icon. */
export function IconButton({ label, testId, onPress, pressed, disabled = false, children, ref }: IconButtonProps): ReactNode {
  return (
    <button
      ref={ref}
      type="button"
      className={styles['icon']}
      aria-label={label}
      data-testid={testId}
      title={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onPress}
    >
      {children}
    </button>
  )
}
