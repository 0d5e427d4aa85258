import type { ReactNode } from 'react'
import type { Approval } from '@tabwright/protocol'
import { t } from '../language'
import type { EditFiles } from './edit-files'
import { editsWith } from './other-edits'
import { PermissionCard, type PermissionAnswer, type PermissionChange } from './permission-card'
import { questionOf } from './request'
import { isOccupied } from './typing'
import { usePlace } from './use-place'

export interface PermissionDockProps {
  /** In order; one is asked at a time. */
  readonly pending: readonly Approval[]
  readonly onAnswer: (approval: Approval, answer: PermissionAnswer) => Promise<void>
  readonly onChange: (approval: Approval, change: PermissionChange) => Promise<void>
  readonly files: EditFiles
  /** Called after a decision made inside the card, so that the focus can go back to the composer. */
  readonly onSettled: () => void
}

/** The place above the composer where permissions are asked for. Always mounted: what is announced must have been there before. */
export function PermissionDock({ pending, onAnswer, onChange, files, onSettled }: PermissionDockProps): ReactNode {
  const place = usePlace(pending)
  const [first] = pending
  if (first === undefined) return <div aria-live="assertive" className="visually-hidden" />
  const question = questionOf(first).title
  const answer = async (given: PermissionAnswer): Promise<void> => {
    await onAnswer(first, given)
    onSettled()
  }
  return (
    <>
      <div aria-live="assertive" className="visually-hidden">
        {first.task === undefined
          ? t('Permission required. {question}', { question })
          : t('Permission required, from the sub-agent {title}. {question}', { title: first.task.title, question })}
      </div>
      <PermissionCard
        key={first.digest}
        approval={first}
        place={place}
        isOccupied={isOccupied}
        others={editsWith(first, pending)}
        onAnswer={answer}
        onChange={(change) => onChange(first, change)}
        files={files}
      />
    </>
  )
}
