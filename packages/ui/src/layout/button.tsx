import type { ReactNode, Ref } from 'react'
import styles from './controls.module.css'

export interface ButtonProps {
  readonly children: ReactNode
  readonly onPress: () => void
  /** `primary`: the one thing to do here. `danger`: takes something away. `plain`: text only. */
  readonly look?: 'primary' | 'outline' | 'plain' | 'danger'
  readonly disabled?: boolean
  readonly title?: string
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button with words. */
export function Button({ children, onPress, look = 'outline', disabled = false, title, ref }: ButtonProps): ReactNode {
  return (
    <button ref={ref} type="button" className={styles['button']} data-look={look} disabled={disabled} title={title} onClick={onPress}>
      {children}
    </button>
  )
}
