import type { ReactNode } from 'react'
import type { SessionId, SessionRow } from '@tabwright/protocol'
import { t } from '../language'
import { ago } from './figures'
import { useNow } from './use-now'
import styles from './home.module.css'

export interface RecentSessionsProps {
  /** Newest first. */
  readonly sessions: readonly SessionRow[]
  readonly onOpen: (session: SessionId) => void
}

/** So many stand on the start page; the column has all of them. */
const MOST = 4

/** What a person was at last, to go on with. */
export function RecentSessions({ sessions, onOpen }: RecentSessionsProps): ReactNode {
  const now = useNow(false)
  const shown = sessions.filter(({ isArchived }) => isArchived !== true).slice(0, MOST)
  if (shown.length === 0) return null
  return (
    <section className={styles['recent']} aria-label={t('Recent')}>
      <h2>{t('Recent')}</h2>
      <ul>
        {shown.map(({ id, title, updatedAt }) => (
          <li key={id}>
            {/* The link by that name is the column's: two of one name are hard to tell apart by ear. */}
            <button type="button" aria-label={t('Go on with {title}', { title })} onClick={() => onOpen(id)}>
              <bdi>{title}</bdi>
            </button>
            <span>{ago(updatedAt, now)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
