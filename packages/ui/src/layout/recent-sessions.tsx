import type { MouseEvent, ReactNode } from 'react'
import type { SessionId, SessionRow } from '@tabwright/protocol'
import { t } from '../language'
import { ago } from './figures'
import { useNow } from './use-now'
import styles from './home.module.css'

export interface RecentSessionsProps {
  /** Newest first. */
  readonly sessions: readonly SessionRow[]
  readonly hrefOf: (session: SessionId) => string
  readonly onOpen: (session: SessionId) => void
}

/** So many stand on the start page; the column has all of them. */
const MOST = 4

/** What a person was at last, to go on with. */
export function RecentSessions({ sessions, hrefOf, onOpen }: RecentSessionsProps): ReactNode {
  const now = useNow(false)
  const shown = sessions.filter(({ isArchived }) => isArchived !== true).slice(0, MOST)
  if (shown.length === 0) return null
  const open = (event: MouseEvent, session: SessionId): void => {
    // With a modifier the browser opens a tab of its own, as for any link.
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onOpen(session)
  }
  return (
    <section className={styles['recent']} aria-label={t('Recent')}>
      <h2>{t('Recent')}</h2>
      <ul>
        {shown.map(({ id, title, updatedAt }) => (
          <li key={id}>
            <a href={hrefOf(id)} onClick={(event) => open(event, id)}>
              <bdi>{title}</bdi>
            </a>
            <span>{ago(updatedAt, now)}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
