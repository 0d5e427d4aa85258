import { useState, type ReactNode } from 'react'
import type { SessionId, SessionRow, SessionShelf } from '@tabwright/protocol'
import { Plus, Search } from 'lucide-react'
import { Button } from '../layout/button'
import { archivedOf, groupByDay, matching } from './group-by-day'
import { SessionItem } from './session-item'
import styles from './session-list.module.css'

export interface SessionListProps {
  /** Newest first; undefined while they are read. */
  readonly sessions: readonly SessionRow[] | undefined
  readonly current: SessionId | undefined
  readonly now: number
  readonly hrefOf: (session: SessionId) => string
  readonly onOpen: (session: SessionId) => void
  readonly onNew: () => void
  readonly onRename: (session: SessionId, title: string) => void
  /** On top, aside, or back among the others. */
  readonly onShelve: (session: SessionRow, shelf: SessionShelf | undefined) => void
  readonly onExport: (session: SessionRow) => void
  /** As a file without its secrets. */
  readonly onShare: (session: SessionRow) => void
  /** Hides it at once; the page offers to undo. */
  readonly onRemove: (session: SessionRow) => void
}

/** The column of sessions. */
export function SessionList(props: SessionListProps): ReactNode {
  const [query, setQuery] = useState('')
  const { sessions } = props
  const found = sessions === undefined ? [] : matching(sessions, query)
  return (
    <nav aria-label="Sessions" className={styles['column']}>
      <div className={styles['top']}>
        <Button onPress={props.onNew}>
          <Plus size={15} aria-hidden /> New session
        </Button>
        <label className={styles['search']}>
          <Search size={14} aria-hidden />
          <input
            type="search"
            aria-label="Search sessions"
            placeholder="Search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
        </label>
      </div>
      <div className={styles['list']}>
        {sessions === undefined && <Skeleton />}
        {sessions?.length === 0 && <p className={styles['empty']}>No sessions yet. What you start shows up here.</p>}
        {sessions !== undefined && sessions.length > 0 && found.length === 0 && (
          <p className={styles['empty']}>No title holds “{query}”.</p>
        )}
        {groupByDay(found, props.now).map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h2 className={styles['day']}>{group.title}</h2>
            <Items sessions={group.sessions} list={props} />
          </section>
        ))}
        <Archived key={query.trim() === '' ? 'all' : 'found'} isOpen={query.trim() !== ''} sessions={archivedOf(found)} list={props} />
      </div>
    </nav>
  )
}

interface ItemsProps {
  readonly sessions: readonly SessionRow[]
  readonly list: SessionListProps
}

function Items({ sessions, list }: ItemsProps): ReactNode {
  return (
    <ul>
      {sessions.map((session) => (
        <SessionItem key={session.id} session={session} isCurrent={session.id === list.current} list={list} />
      ))}
    </ul>
  )
}

/** What was put aside: folded, but for a search that finds some of it, or the session that is open. */
function Archived({ isOpen, sessions, list }: ItemsProps & { readonly isOpen: boolean }): ReactNode {
  if (sessions.length === 0) return null
  return (
    <details className={styles['archived']} open={isOpen || sessions.some(({ id }) => id === list.current)}>
      <summary className={styles['day']}>Archived ({sessions.length})</summary>
      <Items sessions={sessions} list={list} />
    </details>
  )
}

function Skeleton(): ReactNode {
  return (
    <div className={styles['skeleton']} role="status" aria-label="Reading sessions">
      <span />
      <span />
      <span />
    </div>
  )
}
