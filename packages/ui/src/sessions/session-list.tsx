import { useState, type ReactNode } from 'react'
import type { FoundSession, SessionId, SessionRow, SessionShelf } from '@tabwright/protocol'
import { Plus, Search } from 'lucide-react'
import { t } from '../language'
import { Button } from '../layout/button'
import { archivedOf, groupByDay, inState, matching, STATES, type StateFilter } from './group-by-day'
import { SessionItem } from './session-item'
import { useSearch, type Found, type Said } from './use-search'
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
  /** Goes on from its newest place in a new one. */
  readonly onFork: (session: SessionRow) => void
  readonly onExport: (session: SessionRow) => void
  /** As a file without its secrets. */
  readonly onShare: (session: SessionRow) => void
  /** As a page to read, without its secrets. */
  readonly onMarkdown: (session: SessionRow) => void
  /** Looks through the messages of all sessions. Keep the function. */
  readonly onSearch: (query: string) => Promise<readonly FoundSession[]>
  /** Hides it at once; the page offers to undo. */
  readonly onRemove: (session: SessionRow) => void
}

/** The column of sessions. */
export function SessionList(props: SessionListProps): ReactNode {
  const [query, setQuery] = useState('')
  const [state, setState] = useState<StateFilter>('all')
  const { sessions } = props
  const said = useSearch(query, props.onSearch)
  const found = sessions === undefined ? [] : inState(matching(sessions, query, said.found), state)
  const isNarrowed = query.trim() !== '' || state !== 'all'
  return (
    <nav aria-label={t('Sessions')} data-testid="sessions-column" className={styles['column']}>
      <div className={styles['top']}>
        <Button onPress={props.onNew}>
          <Plus size={15} aria-hidden /> {t('New session')}
        </Button>
        <div className={styles['search']}>
          <Search size={14} aria-hidden />
          <input
            type="search"
            aria-label={t('Search sessions')}
            placeholder={t('Search')}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
          />
          <select
            aria-label={t('Sessions shown')}
            value={state}
            onChange={({ target }) => setState(STATES.find(([name]) => name === target.value)?.[0] ?? 'all')}
          >
            {STATES.map(([name, label]) => (
              <option key={name} value={name}>
                {t(label)}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div className={styles['list']}>
        {sessions === undefined && <Skeleton />}
        {sessions?.length === 0 && <p className={styles['empty']}>{t('No sessions yet. What you start shows up here.')}</p>}
        {sessions !== undefined && sessions.length > 0 && found.length === 0 && (
          <p className={styles['empty']}>{nothingFound(query, state, said)}</p>
        )}
        {groupByDay(found, props.now).map((group) => (
          <section key={group.title} aria-label={t(group.title)}>
            <h2 className={styles['day']}>{t(group.title)}</h2>
            <Items sessions={group.sessions} words={said.found} list={props} />
          </section>
        ))}
        <Archived key={isNarrowed ? 'found' : 'all'} isOpen={isNarrowed} sessions={archivedOf(found)} words={said.found} list={props} />
      </div>
    </nav>
  )
}

/** Why the list is empty, while something is asked of it. */
function nothingFound(query: string, state: StateFilter, said: Said): string {
  if (query.trim() === '') return t('No session here is “{state}”.', { state: t(STATES.find(([name]) => name === state)?.[1] ?? 'All') })
  if (said.problem !== undefined)
    return t('No title holds “{query}”. The messages could not be looked through: {why}', { query, why: said.problem })
  return said.isLooking ? t('Looking through the messages…') : t('No session holds “{query}”.', { query })
}

interface ItemsProps {
  readonly sessions: readonly SessionRow[]
  /** What a search found, by session. */
  readonly words: Found
  readonly list: SessionListProps
}

function Items({ sessions, words, list }: ItemsProps): ReactNode {
  return (
    <ul>
      {sessions.map((session) => (
        <SessionItem key={session.id} session={session} isCurrent={session.id === list.current} words={words.get(session.id)} list={list} />
      ))}
    </ul>
  )
}

/** What was put aside: folded, but for a search that finds some of it, or the session that is open. */
function Archived({ isOpen, sessions, words, list }: ItemsProps & { readonly isOpen: boolean }): ReactNode {
  if (sessions.length === 0) return null
  return (
    <details className={styles['archived']} open={isOpen || sessions.some(({ id }) => id === list.current)}>
      <summary className={styles['day']}>{t('Archived ({n})', { n: sessions.length })}</summary>
      <Items sessions={sessions} words={words} list={list} />
    </details>
  )
}

function Skeleton(): ReactNode {
  return (
    <div className={styles['skeleton']} role="status" aria-label={t('Reading sessions')}>
      <span />
      <span />
      <span />
    </div>
  )
}
