import type { ReactNode } from 'react'
import type { SessionStatus } from '@tabwright/protocol'
import { Button } from '../layout/button'
import { elapsed } from '../layout/figures'
import { useNow } from '../layout/use-now'
import styles from './working-line.module.css'

export interface WorkingLineProps {
  readonly status: SessionStatus
  readonly onRetryNow: () => void
  readonly onStop: () => void
}

/** What the agent does right now and for how long, or how long until it tries again. Nothing while it rests. */
export function WorkingLine({ status, onRetryNow, onStop }: WorkingLineProps): ReactNode {
  const now = useNow(status.type === 'running' || status.type === 'retrying')
  if (status.type === 'running') {
    return (
      <p className={styles['line']}>
        <span className={styles['plane']} aria-hidden />
        <span>
          {status.what} <span className={styles['time']}>· {elapsed(now - status.since)}</span>
        </span>
      </p>
    )
  }
  if (status.type !== 'retrying') return null
  const left = Math.max(0, Math.ceil((status.retryAt - now) / 1000))
  return (
    <div className={styles['retry']}>
      <p>
        <span role="alert">{status.failure.message}</span>{' '}
        <span className={styles['time']}>
          {left === 0 ? `Trying again (attempt ${status.attempt}).` : `Retrying in ${left} s (attempt ${status.attempt}).`}
        </span>
      </p>
      <Button onPress={onRetryNow}>Retry now</Button>
      <Button look="plain" onPress={onStop}>
        Stop retrying
      </Button>
    </div>
  )
}
