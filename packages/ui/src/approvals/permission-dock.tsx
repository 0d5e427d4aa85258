import { useEffect, useRef, type ReactNode } from 'react'
import type { Approval } from '@tabwright/protocol'
import { PermissionCard, type PermissionAnswer } from './permission-card'
import { questionOf } from './request'
import { useTyping } from './typing'

export interface PermissionDockProps {
  /** In order; one is asked at a time. */
  readonly pending: readonly Approval[]
  readonly onAnswer: (approval: Approval, answer: PermissionAnswer) => Promise<void>
  /** Called after a decision made inside the card, so that the focus can go back to the composer. */
  readonly onSettled: () => void
}

/** The place above the composer where permissions are asked for. Always mounted: it must know whether someone types when a card comes. */
export function PermissionDock({ pending, onAnswer, onSettled }: PermissionDockProps): ReactNode {
  const isTyping = useTyping()
  const [first] = pending
  // Those decided since the dock was last empty count, so that "2 of 3" follows "1 of 3".
  const decided = useRef(0)
  useEffect(() => {
    if (pending.length === 0) decided.current = 0
  }, [pending.length])
  if (first === undefined) return <div aria-live="assertive" className="visually-hidden" />
  const answer = async (given: PermissionAnswer): Promise<void> => {
    await onAnswer(first, given)
    decided.current += 1
    onSettled()
  }
  const place = { n: decided.current + 1, of: decided.current + pending.length }
  return (
    <>
      <div aria-live="assertive" className="visually-hidden">
        Permission required. {questionOf(first).title}
      </div>
      <PermissionCard key={first.digest} approval={first} place={place} isTyping={isTyping} onAnswer={answer} />
    </>
  )
}
