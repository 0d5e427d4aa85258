import { useState, type ReactNode } from 'react'
import type { Approval } from '@tabwright/protocol'
import { PermissionCard, type PermissionAnswer } from './permission-card'
import { questionOf } from './request'
import { isTyping } from './typing'

export interface PermissionDockProps {
  /** In order; one is asked at a time. */
  readonly pending: readonly Approval[]
  readonly onAnswer: (approval: Approval, answer: PermissionAnswer) => Promise<void>
  /** Called after a decision made inside the card, so that the focus can go back to the composer. */
  readonly onSettled: () => void
}

/** The place above the composer where permissions are asked for. Always mounted: what is announced must have been there before. */
export function PermissionDock({ pending, onAnswer, onSettled }: PermissionDockProps): ReactNode {
  const place = usePlace(pending)
  const [first] = pending
  if (first === undefined) return <div aria-live="assertive" className="visually-hidden" />
  const answer = async (given: PermissionAnswer): Promise<void> => {
    await onAnswer(first, given)
    onSettled()
  }
  return (
    <>
      <div aria-live="assertive" className="visually-hidden">
        Permission required. {questionOf(first).title}
      </div>
      <PermissionCard key={first.digest} approval={first} place={place} isTyping={isTyping} onAnswer={answer} />
    </>
  )
}

/** Those already answered count until the dock is empty, so that "2 of 3" follows "1 of 3". */
function usePlace(pending: readonly Approval[]): { readonly n: number; readonly of: number } {
  const [seen, setSeen] = useState<readonly string[]>([])
  const fresh = pending.map((approval) => approval.digest).filter((digest) => !seen.includes(digest))
  if (pending.length === 0 && seen.length > 0) setSeen([])
  if (fresh.length > 0) setSeen([...seen, ...fresh])
  const of = seen.length + fresh.length
  return { n: of - pending.length + 1, of }
}
