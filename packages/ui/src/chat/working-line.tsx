import type { ReactNode } from 'react'
import type { Compacting, SessionStatus } from '@tabwright/protocol'
import { said, t, type Phrase } from '../language'
import { Button } from '../layout/button'
import { elapsed } from '../layout/figures'
import { useNow } from '../layout/use-now'
import styles from './working-line.module.css'

export interface WorkingLineProps {
  readonly status: SessionStatus
  /** A summary that is being made beside the work. */
  readonly compacting: Compacting | undefined
  /** A worker died and the next one reads the log. */
  readonly recovering: boolean
  readonly onRetryNow: () => void
  /** Another model may answer where this one is asked too much. */
  readonly onSwitchModel?: (() => void) | undefined
  readonly onStop: () => void
}

/** What the agent does right now and for how long, or how long until it tries again. Nothing while it rests. */
export function WorkingLine({ status, compacting, recovering, onRetryNow, onSwitchModel, onStop }: WorkingLineProps): ReactNode {
  const now = useNow(status.type === 'running' || status.type === 'retrying' || compacting !== undefined)
  if (recovering) {
    return (
      <p className={styles['line']} role="status">
        <span className={styles['plane']} aria-hidden />
        <span>{t('Recovering: everything up to the last step is in the log, and it goes on from there.')}</span>
      </p>
    )
  }
  if (status.type === 'running') {
    return (
      <p className={styles['line']}>
        <span className={styles['plane']} aria-hidden />
        <span>
          {workText(status.what)} <span className={styles['time']}>· {elapsed(now - status.since)}</span>
        </span>
      </p>
    )
  }
  if (status.type !== 'retrying')
    return compacting === undefined ? null : <Summarising since={compacting.since} now={now} onStop={onStop} />
  const left = Math.max(0, Math.ceil((status.retryAt - now) / 1000))
  return (
    <div className={styles['retry']}>
      <p>
        <span role="alert">{said(status.failure.message)}</span>{' '}
        <span className={styles['time']}>
          {left === 0
            ? t('Trying again (attempt {n}).', { n: status.attempt })
            : t('Retrying in {s} s (attempt {n}).', { s: left, n: status.attempt })}
        </span>
      </p>
      <Button onPress={onRetryNow}>{t('Retry now')}</Button>
      {status.failure.code === 'busy' && onSwitchModel !== undefined && <Button onPress={onSwitchModel}>{t('Switch model')}</Button>}
      <Button look="plain" onPress={onStop}>
        {t('Stop retrying')}
      </Button>
    </div>
  )
}

const WORK: readonly Phrase[] = ['Starting', 'Thinking', 'Stopping', 'Reading the answer', 'Working']

/** What the session says that it does comes from the runtime, in English. What is none of these stands as it came. */
function workText(what: string): string {
  const known = WORK.find((text) => text === what)
  if (known !== undefined) return t(known)
  const tool = /^Running (.+)$/.exec(what)?.[1]
  return tool === undefined ? what : t('Running {tool}', { tool })
}

interface SummarisingProps {
  readonly since: number
  readonly now: number
  readonly onStop: () => void
}

function Summarising({ since, now, onStop }: SummarisingProps): ReactNode {
  return (
    <div className={styles['line']} role="status" aria-live="off">
      <span className={styles['plane']} aria-hidden />
      <span className={styles['what']}>
        {t('Summarising…')} <span className={styles['time']}>· {elapsed(now - since)}</span>
      </span>
      <Button look="plain" onPress={onStop} title={t('The conversation stays as it is')}>
        {t('Stop summarising')}
      </Button>
    </div>
  )
}
