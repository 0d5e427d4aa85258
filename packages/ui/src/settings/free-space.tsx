import { useState, type ReactNode } from 'react'
import { failureOf, type SessionId, type SessionRow } from '@tabwright/protocol'
import { Button } from '../layout/button'
import { plural, t } from '../language'
import { ago } from '../layout/figures'
import { deletable } from './deletable'
import styles from './settings.module.css'

export interface FreeSpaceProps {
  readonly sessions: readonly SessionRow[]
  /** The session on show is not offered. */
  readonly current: SessionId | undefined
  readonly onDelete: (sessions: readonly SessionId[]) => Promise<void>
}

/** How many are listed: the oldest, which are missed least. */
const LISTED = 50

/** Old sessions, to be deleted where the room is needed. Nothing is chosen beforehand. */
export function FreeSpace({ sessions, current, onDelete }: FreeSpaceProps): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<SessionId>>(new Set())
  const [busy, setBusy] = useState(false)
  const [sure, setSure] = useState(false)
  const [now] = useState(() => Date.now())
  const offered = deletable(sessions, current).slice(0, LISTED)
  const [problem, setProblem] = useState<string>()
  const wanted = offered.filter(({ id }) => chosen.has(id)).map(({ id }) => id)
  const toggle = (id: SessionId): void => {
    setSure(false)
    setChosen((all) => new Set(all.has(id) ? [...all].filter((one) => one !== id) : [...all, id]))
  }
  const remove = async (): Promise<void> => {
    if (!sure) return setSure(true)
    setBusy(true)
    setProblem(undefined)
    try {
      await onDelete(wanted)
    } catch (error) {
      setProblem(t('{message} What is still in the list was not deleted.', { message: failureOf(error).message }))
    } finally {
      setBusy(false)
      setSure(false)
    }
  }
  return (
    <section aria-label={t('Free space')}>
      <h3>{t('Free space')}</h3>
      {offered.length === 0 ? (
        <p>{t('There is no other session at rest that could be deleted.')}</p>
      ) : (
        <>
          <p>{t('Delete sessions that you no longer need. Export one first if you may want it again.')}</p>
          <ul className={styles['old']} aria-label={t('Old sessions')}>
            {offered.map((session) => (
              <li key={session.id}>
                <label>
                  <input type="checkbox" checked={chosen.has(session.id)} onChange={() => toggle(session.id)} />
                  <span>{session.title}</span>
                  <small>{ago(session.updatedAt, now)}</small>
                </label>
              </li>
            ))}
          </ul>
          <Button look="danger" disabled={busy || wanted.length === 0} onPress={() => void remove()}>
            {wanted.length === 0
              ? t('Delete sessions')
              : t(sure ? 'Really delete {sessions}' : 'Delete {sessions}', { sessions: plural(wanted.length, 'session') })}
          </Button>
          {problem !== undefined && <p role="alert">{problem}</p>}
        </>
      )}
    </section>
  )
}
