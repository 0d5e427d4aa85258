import { Suspense, useState, type ReactNode } from 'react'
import { t } from '../language'
import { lazyLayer } from '../layout/lazy-part'
import type { SessionCost, Usage, WindowMeter } from '@tabwright/protocol'
import { count } from '../layout/figures'
import { AROUND, levelOf, meterText, shareOf } from './context-figures'
import styles from './status-line.module.css'

export interface ContextMeterProps {
  readonly window: WindowMeter
  readonly cost: SessionCost
  readonly usage: Usage
  /** Summarises the conversation now; not there where that does not work. */
  readonly onCompact?: () => void
  /** Shows what is in the window, part by part. */
  readonly onParts?: (() => void) | undefined
  /** Why it cannot be summarised right now. */
  readonly compactBlocked?: string
}

const load = (): Promise<typeof import('./context-popup')> => import('./context-popup')
const ContextPopup = lazyLayer('The figures', async () => (await load()).ContextPopup)

/** How full the model's window is, as a ring with the mark where a summary is made. A press opens the figures. */
export function ContextMeter(props: ContextMeterProps): ReactNode {
  const [isWanted, setWanted] = useState(false)
  const { window } = props
  const share = shareOf(window.used, window.limit)
  const mark = window.compactAt === undefined ? undefined : shareOf(window.compactAt, window.limit)
  const text = meterText(window)
  const prefetch = (): void => {
    load().catch(reportError)
  }
  const button = (
    <button
      type="button"
      className={styles['details']}
      aria-label={t('Context details')}
      aria-haspopup="dialog"
      aria-expanded={false}
      title={t('Context used: {used}', { used: text })}
      onPointerEnter={prefetch}
      onFocus={prefetch}
      onClick={() => setWanted(true)}
    />
  )
  return (
    <span className={styles['meterbox']}>
      <span
        className={styles['meter']}
        role="meter"
        aria-label={t('Context used')}
        data-testid="context-meter"
        aria-valuemin={0}
        aria-valuemax={window.limit ?? Math.max(window.used, 1)}
        aria-valuenow={Math.min(window.used, window.limit ?? window.used)}
        aria-valuetext={text}
        data-level={levelOf(window)}
      >
        <svg viewBox="0 0 16 16" width="15" height="15" aria-hidden>
          <circle cx="8" cy="8" r="6" />
          <circle cx="8" cy="8" r="6" strokeDasharray={`${share * AROUND} ${AROUND}`} transform="rotate(-90 8 8)" />
          {mark !== undefined && mark < 1 && <path d="M8 0.5V4" transform={`rotate(${mark * 360} 8 8)`} />}
        </svg>
        <span className={styles['figure']}>{window.limit === undefined ? count(window.used) : `${Math.round(share * 100)}%`}</span>
      </span>
      {isWanted ? (
        <Suspense fallback={button}>
          <ContextPopup {...props} className={styles['details']} />
        </Suspense>
      ) : (
        button
      )}
    </span>
  )
}
