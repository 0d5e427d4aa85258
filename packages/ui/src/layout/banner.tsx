import type { ReactNode } from 'react'
import { Button } from './button'
import styles from './banner.module.css'

/** Something to press in a banner. */
export interface BannerAction {
  readonly label: string
  readonly onPress: () => void
}

export interface BannerProps {
  /** `alert` for what went wrong or needs a decision; `note` for what is good to know. */
  readonly kind: 'alert' | 'note'
  /** One sentence: what happened, what was kept. */
  readonly children: ReactNode
  /** The one that helps most comes first. */
  readonly actions?: readonly BannerAction[]
}

/** A strip across the page for what concerns all of it. */
export function Banner({ kind, children, actions = [] }: BannerProps): ReactNode {
  return (
    <div className={styles['banner']} data-kind={kind} role={kind}>
      <p>{children}</p>
      {actions.map(({ label, onPress }, place) => (
        <Button key={label} look={kind === 'alert' && place === 0 ? 'outline' : 'plain'} onPress={onPress}>
          {label}
        </Button>
      ))}
    </div>
  )
}
