import type { FileReview } from '@tabwright/protocol'
import { Check, Undo2 } from 'lucide-react'
import type { JSX } from 'react'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { LETTERS, reviewName, statusWord } from './change-view'
import css from './changes.module.css'

export interface ChangeRowProps {
  readonly review: FileReview
  readonly selected: boolean
  readonly disabled: boolean
  readonly viewed: boolean
  readonly onViewed: (isViewed: boolean) => void
  readonly onSelect: () => void
  readonly onDecide: (decision: 'accepted' | 'rejected') => void
}

/** Nothing is left but what could be taken back. */
function isDecided({ refused, added, removed, status }: FileReview): boolean {
  return refused !== undefined && added === 0 && removed === 0 && status === 'modified'
}

/** One changed file: what it is, by how much, and the two answers. */
export function ChangeRow({ review, selected, disabled, viewed, onViewed, onSelect, onDecide }: ChangeRowProps): JSX.Element {
  const cut = review.path.lastIndexOf('/') + 1
  return (
    <li aria-label={reviewName(review)} className={css.row} data-selected={selected} data-viewed={viewed} data-path={review.path}>
      <label className={css.viewed} title={t('Viewed')}>
        <input type="checkbox" checked={viewed} onChange={(event) => onViewed(event.target.checked)} />
        <span className="visually-hidden">{t('Viewed {path}', { path: review.path })}</span>
      </label>
      <button type="button" className={css.file} aria-pressed={selected} title={review.path} onClick={onSelect}>
        <span className={css.letter} data-status={review.status} aria-hidden="true">
          {LETTERS[review.status]}
        </span>
        <span className="visually-hidden">
          {review.from === undefined ? statusWord(review.status) : t('renamed from {path}, {similarity} % the same', review.from)},{' '}
        </span>
        <bdi className={css.path}>
          <span className={css.folder}>
            <Visible text={review.path.slice(0, cut)} />
          </span>
          <span className={css.name}>
            <Visible text={review.path.slice(cut)} />
          </span>
        </bdi>
        {review.from && (
          <span className={css.from} aria-hidden="true" title={t('{similarity} % the same', review.from)}>
            ← <Visible text={review.from.path} /> · {review.from.similarity} %
          </span>
        )}
        {review.own && (
          <span className={css.chip} data-own="">
            {review.conflicts === undefined ? t('Changed by you too') : t('Conflict')}
          </span>
        )}
        {review.refused !== undefined && <span className={css.chip}>{isDecided(review) ? t('Rejected') : t('Partly rejected')}</span>}
        <span className={css.counts}>
          <span className={css.plus}>+{review.added}</span> <span className={css.minus}>−{review.removed}</span>
        </span>
      </button>
      <span className={css.answers}>
        <Button look="plain" disabled={disabled} onPress={() => onDecide('rejected')}>
          <Undo2 size={14} aria-hidden="true" />
          <span>
            {t('Reject')}
            <span className="visually-hidden"> {review.path}</span>
          </span>
        </Button>
        <Button look="plain" disabled={disabled} onPress={() => onDecide('accepted')}>
          <Check size={14} aria-hidden="true" />
          <span>
            {t('Accept')}
            <span className="visually-hidden"> {review.path}</span>
          </span>
        </Button>
      </span>
    </li>
  )
}
