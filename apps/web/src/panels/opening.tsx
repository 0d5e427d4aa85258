import type { ReactNode } from 'react'
import { t } from '@tabwright/ui/language'
import styles from './opening.module.css'

/** Where a conversation will be. */
export function Opening(): ReactNode {
  return (
    <div className={styles['skeleton']} role="status" aria-label={t('Opening the session')}>
      <span />
      <span />
      <span />
    </div>
  )
}
