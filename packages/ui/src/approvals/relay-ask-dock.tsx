import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { RelayAsk } from '@tabwright/protocol'
import { Radio } from 'lucide-react'
import { Rich, t, type Text } from '../language'
import { Button } from '../layout/button'
import { AskCard, useAsking } from './ask-card'
import { ExactRequest, Visible } from './exact-request'
import { isOccupied } from './typing'
import { usePlace } from './use-place'
import styles from './permission-card.module.css'

export interface RelayAskDockProps {
  /** Oldest first; one is asked at a time. */
  readonly asks: readonly RelayAsk[]
  readonly titleOf: (session: string) => string | undefined
  readonly onAnswer: (ask: RelayAsk, isAllowed: boolean) => Promise<void>
}

/** Where a person is asked about calls of other programs, whatever the page shows. Always mounted: what is announced must have been there before. */
export function RelayAskDock({ asks, titleOf, onAnswer }: RelayAskDockProps): ReactNode {
  const place = usePlace(asks.map(({ id }) => ({ digest: id })))
  const [first] = asks
  return (
    <>
      <div aria-live="assertive" className="visually-hidden">
        {first !== undefined && t('A program on the relay asks. {question}', { question: titleFor(first) })}
      </div>
      {first !== undefined && (
        <div className={styles['over']}>
          <RelayAskCard key={first.id} ask={first} place={place} titleOf={titleOf} onAnswer={(isAllowed) => onAnswer(first, isAllowed)} />
        </div>
      )}
    </>
  )
}

const OTHER = 'Let {by} call {name}?'
type Request = Exclude<Extract<Text, `Let {by} ${string}?`>, typeof OTHER>

const TITLES: Readonly<Record<string, Request>> = {
  send_message: 'Let {by} write to the agent?',
  create_session: 'Let {by} make a session?',
  interrupt: 'Let {by} stop the agent?',
  list_sessions: 'Let {by} see the list of sessions?',
  status: 'Let {by} see how a session stands?',
  wait: 'Let {by} wait until a session rests?',
  get_events: 'Let {by} read what happened in a session?',
  list_files: 'Let {by} see the names of a session’s files?',
  read_file: 'Let {by} read a file of a session?',
}

function titleFor({ by, function: name }: RelayAsk): string {
  const known = TITLES[name]
  return known ? t(known, { by }) : t(OTHER, { by, name })
}

interface RelayAskCardProps extends Pick<RelayAskDockProps, 'titleOf'> {
  readonly ask: RelayAsk
  readonly place: { readonly n: number; readonly of: number }
  readonly onAnswer: (isAllowed: boolean) => Promise<void>
}

function RelayAskCard({ ask, place, titleOf, onAnswer }: RelayAskCardProps): ReactNode {
  const [read, setRead] = useState(false)
  const deny = useRef<HTMLButtonElement>(null)
  const { ready, problem, give, refuses } = useAsking<boolean>({ digest: ask.id, safe: deny, isOccupied, onAnswer })
  const onKeyDown = (event: KeyboardEvent): void => {
    if (refuses(event) || event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    if (ready) void give(false)
  }
  return (
    <AskCard
      label={t('A program asks')}
      icon={<Radio size={18} aria-hidden />}
      title={titleFor(ask)}
      tool={ask.function}
      reason={
        <Rich
          text={
            ask.session === undefined
              ? '{by} is another program on the relay; that is what it calls itself. It waits for your answer, and not for long.'
              : '{by} is another program on the relay; that is what it calls itself. It is about the session “{title}”. It waits for your answer, and not for long.'
          }
          with={{ by: <Visible text={ask.by} />, title: ask.session && (titleOf(ask.session) ?? ask.session) }}
        />
      }
      place={place}
      problem={problem}
      onKeyDown={onKeyDown}
      first={read ? undefined : t('Scroll to the end of the request to allow it.')}
      actions={
        <>
          <Button ref={deny} disabled={!ready} onPress={() => void give(false)} title={t('Deny (Esc)')}>
            {t('Deny')}
          </Button>
          <span className={styles['gap']} />
          <Button look="primary" disabled={!ready || !read} onPress={() => void give(true)}>
            {t('Allow once')}
          </Button>
        </>
      }
    >
      <ExactRequest bytes={ask.bytes} command={undefined} folder={undefined} onRead={() => setRead(true)} />
    </AskCard>
  )
}
