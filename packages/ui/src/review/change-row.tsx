import type { FileReview } from '@tabwright/protocol'
import { Check, Undo2 } from 'lucide-react'
import type { JSX } from 'react'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { reviewName } from './change-view'
import css from './changes.module.css'

export interface ChangeRowProps {
  readonly review: FileReview
  readonly selected: boolean
  readonly disabled: boolean
  readonly onSelect: () => void
  readonly onDecide: (decision: 'accepted' | 'rejected') => void
}

const LETTERS = { added: 'A', modified: 'M', deleted: 'D' } as const

/** One changed file: what it is, by how much, and the two answers. */
export function ChangeRow({ review, selected, disabled, onSelect, onDecide }: ChangeRowProps): JSX.Element {
  const cut = review.path.lastIndexOf('/') + 1
  return (
    <li aria-label={reviewName(review)} className={css.row} data-selected={selected} data-path={review.path}>
      <button type="button" className={css.file} aria-pressed={selected} title={review.path} onClick={onSelect}>
        <span className={css.letter} data-status={review.status} aria-hidden="true">
          {LETTERS[review.status]}
        </span>
        <span className="visually-hidden">{review.status}, </span>
        <bdi className={css.path}>
          <span className={css.folder}>
            <Visible text={review.path.slice(0, cut)} />
          </span>
          <span className={css.name}>
            <Visible text={review.path.slice(cut)} />
          </span>
        </bdi>
        <span className={css.counts}>
          <span className={css.plus}>+{review.added}</span> <span className={css.minus}>−{review.removed}</span>
        </span>
      </button>
      <span className={css.answers}>
        <Button look="plain" disabled={disabled} onPress={() => onDecide('rejected')}>
          <Undo2 size={14} aria-hidden="true" />
          <span>
            Reject<span className="visually-hidden"> {review.path}</span>
          </span>
        </Button>
        <Button look="plain" disabled={disabled} onPress={() => onDecide('accepted')}>
          <Check size={14} aria-hidden="true" />
          <span>
            Accept<span className="visually-hidden"> {review.path}</span>
          </span>
        </Button>
      </span>
    </li>
  )
}
