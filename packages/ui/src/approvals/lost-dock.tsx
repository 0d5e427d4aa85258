import type { ReactNode } from 'react'
import type { Resolution, UnknownCall } from '@tabwright/protocol'
import { t } from '../language'
import { LostCard } from './lost-card'
import { lostTitle } from './request'
import { isOccupied } from './typing'
import { usePlace } from './use-place'

export interface LostDockProps {
  /** In order; one is asked at a time. */
  readonly lost: readonly UnknownCall[]
  readonly onResolve: (lost: UnknownCall, choice: Resolution) => Promise<void>
  /** Called after a decision made inside the card, so that the focus can go back to the composer. */
  readonly onSettled: () => void
}

/** The place above the composer where lost calls are asked about. Always mounted: what is announced must have been there before. */
export function LostDock({ lost, onResolve, onSettled }: LostDockProps): ReactNode {
  const place = usePlace(lost)
  const [first] = lost
  const resolve = async (choice: Resolution): Promise<void> => {
    if (first === undefined) return
    await onResolve(first, choice)
    onSettled()
  }
  return (
    <>
      <div aria-live="assertive" className="visually-hidden">
        {first !== undefined && t('Outcome unknown. {question}', { question: lostTitle(first) })}
      </div>
      {first !== undefined && <LostCard key={first.digest} lost={first} place={place} isOccupied={isOccupied} onResolve={resolve} />}
    </>
  )
}
