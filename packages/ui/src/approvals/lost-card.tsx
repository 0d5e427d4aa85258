import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { failureOf, type Resolution, type UnknownCall } from '@tabwright/protocol'
import { CircleHelp } from 'lucide-react'
import { Button } from '../layout/button'
import { ago } from '../layout/figures'
import { ExactRequest } from './exact-request'
import { lostTitle, questionOf } from './request'
import { useArmed } from './use-armed'
import styles from './permission-card.module.css'

export interface LostCardProps {
  readonly lost: UnknownCall
  /** This one and those behind it. */
  readonly place: { readonly n: number; readonly of: number }
  /** The focus must stay where it is. */
  readonly isTyping: () => boolean
  readonly onResolve: (choice: Resolution) => Promise<void>
}

/**
 * Asks what became of a call that a worker which is gone had started. The focus is on the choice that changes nothing: saying "done" tells
 * the agent something that may be false, and running it again may do it twice. Give it the digest as `key`.
 */
export function LostCard({ lost, place, isTyping, onResolve }: LostCardProps): ReactNode {
  const { command, folder } = questionOf(lost)
  const armed = useArmed(lost.digest)
  const [read, setRead] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const leave = useRef<HTMLButtonElement>(null)
  const ids = { title: useId(), text: useId() }
  const ready = armed && !busy

  useEffect(() => {
    if (armed && !isTyping()) leave.current?.focus()
  }, [armed, isTyping])

  const give = async (choice: Resolution): Promise<void> => {
    if (!ready) return
    setBusy(true)
    try {
      await onResolve(choice)
    } catch (error) {
      setBusy(false)
      setProblem(failureOf(error).message)
    }
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    // A key held since before the card appeared was not meant for it.
    if (event.repeat || !armed) {
      if (event.repeat || event.key === 'Enter' || event.key === ' ' || event.key === 'Escape') event.preventDefault()
      event.stopPropagation()
      return
    }
    if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    void give('skip')
  }

  return (
    <div
      className={styles['card']}
      role="alertdialog"
      aria-label="Outcome unknown"
      aria-describedby={`${ids.title} ${ids.text}`}
      data-armed={armed}
      onKeyDown={onKeyDown}
    >
      <header className={styles['head']}>
        <CircleHelp size={18} aria-hidden />
        <strong id={ids.title}>{lostTitle(lost)}</strong>
        <code className={styles['tool']}>{lost.tool}</code>
        {place.of > 1 && (
          <span className={styles['place']}>
            {place.n} of {place.of}
          </span>
        )}
      </header>
      <div className={styles['body']}>
        <p id={ids.text} className={styles['reason']}>
          The app was restarted while this ran. It may or may not have happened. <Started at={lost.startedAt} />
        </p>
        <ExactRequest bytes={lost.bytes} command={command} folder={folder} onRead={() => setRead(true)} />
        {!read && <p className={styles['hint']}>Scroll to the end of the request to run it again.</p>}
        <p className={styles['hint']}>If you leave it, the agent is told that nobody knows, and looks before it does anything.</p>
        {problem !== undefined && (
          <p role="alert" className={styles['problem']}>
            {problem} Nothing was decided.
          </p>
        )}
      </div>
      <div className={styles['actions']}>
        <Button ref={leave} disabled={!ready} onPress={() => void give('skip')} title="Treat it as unknown (Esc)">
          Leave it
        </Button>
        <span className={styles['gap']} />
        <Button disabled={!ready || !read} onPress={() => void give('again')} title="Exactly the same once more">
          Run it again
        </Button>
        <Button disabled={!ready} onPress={() => void give('done')} title="The agent is told that you saw it done">
          It was done
        </Button>
      </div>
    </div>
  )
}

function Started({ at }: { readonly at: number }): ReactNode {
  const [now] = useState(() => Date.now())
  const time = new Date(at)
  const when = ago(at, now)
  return (
    <>
      It was started{' '}
      <time dateTime={time.toISOString()} title={time.toLocaleString('en-GB')}>
        {when === 'now' ? 'just now' : when.endsWith('min') || when.endsWith('h') ? `${when} ago` : when}
      </time>
      .
    </>
  )
}
