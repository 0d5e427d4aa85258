import { Suspense, type ReactNode } from 'react'
import type { RelayAsk } from '@tabwright/protocol'
import { t } from '../language'
import { lazyPart } from '../layout/lazy-part'
import { relayAskTitle } from './relay-ask-title'
import { usePlace } from './use-place'
import styles from './permission-card.module.css'

const RelayAskCard = lazyPart('The question', async () => (await import('./relay-ask-card')).RelayAskCard)

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
        {first !== undefined && t('A program on the relay asks. {question}', { question: relayAskTitle(first) })}
      </div>
      {first !== undefined && (
        <div className={styles['over']}>
          <Suspense>
            <RelayAskCard key={first.id} ask={first} place={place} titleOf={titleOf} onAnswer={(isAllowed) => onAnswer(first, isAllowed)} />
          </Suspense>
        </div>
      )}
    </>
  )
}
