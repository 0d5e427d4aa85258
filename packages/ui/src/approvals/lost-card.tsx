import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { Resolution, UnknownCall } from '@tabwright/protocol'
import { CircleHelp } from 'lucide-react'
import { locale, Rich, t } from '../language'
import { Button } from '../layout/button'
import { ago } from '../layout/figures'
import { AskCard, Origin, useAsking } from './ask-card'
import { ExactRequest } from './exact-request'
import { lostTitle, questionOf } from './request'
import styles from './permission-card.module.css'

export interface LostCardProps {
  readonly lost: UnknownCall
  /** This one and those behind it. */
  readonly place: { readonly n: number; readonly of: number }
  /** The focus must stay where it is. */
  readonly isOccupied: () => boolean
  readonly onResolve: (choice: Resolution) => Promise<void>
}

/**
 * Asks what became of a call that a worker which is gone had started. The focus is on the choice that changes nothing: saying "done" tells
 * the agent something that may be false, and running it again may do it twice. Give it the digest as `key`.
 */
export function LostCard({ lost, place, isOccupied, onResolve }: LostCardProps): ReactNode {
  const { command, folder } = questionOf(lost)
  const [read, setRead] = useState(false)
  const leave = useRef<HTMLButtonElement>(null)
  const { ready, problem, give, refuses } = useAsking<Resolution>({ digest: lost.digest, safe: leave, isOccupied, onAnswer: onResolve })
  const onKeyDown = (event: KeyboardEvent): void => {
    if (refuses(event) || event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    if (ready) void give('skip')
  }

  return (
    <AskCard
      label={t('Outcome unknown')}
      icon={<CircleHelp size={18} aria-hidden />}
      title={lostTitle(lost)}
      tool={lost.tool}
      reason={
        <>
          {lost.task !== undefined && <Origin task={lost.task} />}{' '}
          {t('The app was restarted while this ran. It may or may not have happened.')} <Started at={lost.startedAt} />
        </>
      }
      place={place}
      problem={problem}
      onKeyDown={onKeyDown}
      first={read ? undefined : t('Scroll to the end of the request to run it again.')}
      actions={
        <>
          <Button ref={leave} disabled={!ready} onPress={() => void give('skip')} title={t('Treat it as unknown (Esc)')}>
            {t('Leave it')}
          </Button>
          <span className={styles['gap']} />
          <Button disabled={!ready || !read} onPress={() => void give('again')} title={t('Exactly the same once more')}>
            {t('Run it again')}
          </Button>
          <Button disabled={!ready} onPress={() => void give('done')} title={t('The agent is told that you saw it done')}>
            {t('It was done')}
          </Button>
        </>
      }
    >
      <ExactRequest bytes={lost.bytes} command={command} folder={folder} onRead={() => setRead(true)} />
      <p className={styles['hint']}>{t('If you leave it, the agent is told that nobody knows, and looks before it does anything.')}</p>
    </AskCard>
  )
}

function Started({ at }: { readonly at: number }): ReactNode {
  const [now] = useState(() => Date.now())
  const time = new Date(at)
  const when = (
    <time dateTime={time.toISOString()} title={time.toLocaleString(locale())}>
      {sinceText(at, now)}
    </time>
  )
  return <Rich text="It was started {when}." with={{ when }} />
}

function sinceText(at: number, now: number): string {
  if (now - at < 60_000) return t('just now')
  // What is longer ago is told by its day.
  return now - at < 86_400_000 ? t('{when} ago', { when: ago(at, now) }) : ago(at, now)
}
