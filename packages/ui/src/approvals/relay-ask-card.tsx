import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import type { RelayAsk } from '@tabwright/protocol'
import { Radio } from 'lucide-react'
import { Rich, t } from '../language'
import { Button } from '../layout/button'
import { AskCard, useAsking } from './ask-card'
import { ExactRequest, Visible } from './exact-request'
import { relayAskTitle } from './relay-ask-title'
import { isOccupied } from './typing'
import styles from './permission-card.module.css'

export interface RelayAskCardProps {
  readonly ask: RelayAsk
  readonly place: { readonly n: number; readonly of: number }
  readonly titleOf: (session: string) => string | undefined
  readonly onAnswer: (isAllowed: boolean) => Promise<void>
}

/** The question about one call, and what one says to it. */
export function RelayAskCard({ ask, place, titleOf, onAnswer }: RelayAskCardProps): ReactNode {
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
      title={relayAskTitle(ask)}
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
