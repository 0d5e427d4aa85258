import type { ReactNode } from 'react'
import { Button } from './button'
import styles from './banner.module.css'

export interface BannerProps {
  /** `alert` for what went wrong or needs a decision; `note` for what is good to know. */
  readonly kind: 'alert' | 'note'
  /** One sentence: what happened, what was kept. */
  readonly children: ReactNode
  readonly action?: { readonly label: string; readonly onPress: () => void }
}

/** A strip across the page for what concerns all of it. */
export function Banner({ kind, children, action }: BannerProps): ReactNode {
  return (
    <div className={styles['banner']} data-kind={kind} role={kind}>
      <p>{children}</p>
      {action !== undefined && (
        <Button look={kind === 'alert' ? 'outline' : 'plain'} onPress={action.onPress}>
          {action.label}
        </Button>
      )}
    </div>
  )
}
