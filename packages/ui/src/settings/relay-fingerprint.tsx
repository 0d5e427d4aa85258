import type { ReactNode } from 'react'
import { Rich } from '../language'
import styles from './settings.module.css'

/** Which relay the page speaks with, for a person to compare with what that printed when it started. */
export function RelayFingerprint({ fingerprint }: { readonly fingerprint: string }): ReactNode {
  return (
    <p className={styles['aside']}>
      <Rich
        text="This relay’s fingerprint is {fingerprint}. It printed the same when it started; another one is another relay."
        with={{ fingerprint: <code>{fingerprint}</code> }}
      />
    </p>
  )
}
