import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { HistoryPoint } from '@tabwright/protocol'
import { Bookmark, MessageSquare, SquareTerminal, Undo2 } from 'lucide-react'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { plural, t } from '../language'
import { clock } from '../layout/figures'
import { pointTitle } from './restore-view'
import css from './history.module.css'

export interface PointListProps {
  /** Newest first. */
  readonly points: readonly HistoryPoint[]
  readonly chosen: number | undefined
  readonly onChoose: (seq: number) => void
  readonly now: number
}

/** More would be slow to lay out, and nobody looks for a place among a thousand. */
const PAGE = 200

const ICONS: Readonly<Record<HistoryPoint['cause'], ReactNode>> = {
  turn: <MessageSquare size={14} aria-hidden />,
  shell: <SquareTerminal size={14} aria-hidden />,
  named: <Bookmark size={14} aria-hidden />,
  restore: <Undo2 size={14} aria-hidden />,
}

/** The places one can go back to. Radio buttons: the arrow keys move through them. */
export function PointList({ points, chosen, onChoose, now }: PointListProps): ReactNode {
  const [shown, setShown] = useState(PAGE)
  const list = useRef<HTMLFieldSetElement>(null)
  // Whoever opens this came for a place; the arrow keys move on from it.
  useEffect(() => list.current?.querySelector<HTMLInputElement>('input:checked')?.focus(), [])
  return (
    <fieldset ref={list} className={css['points']}>
      <legend className="visually-hidden">{t('Points')}</legend>
      {points.slice(0, shown).map((point) => (
        <label key={point.seq} className={css['point']} data-cause={point.cause} data-hidden={point.isHidden || undefined}>
          <input type="radio" name="point" checked={point.seq === chosen} onChange={() => onChoose(point.seq)} />
          {ICONS[point.cause]}
          <span className={css['label']}>
            <Visible text={pointTitle(point)} />
          </span>
          <span className={css['when']}>
            {clock(point.at, now)}
            {point.isHidden && ` · ${t('taken back')}`}
            {point.filesChangedSince > 0 && ` · ${t('{files} since', { files: plural(point.filesChangedSince, 'file') })}`}
          </span>
        </label>
      ))}
      {points.length > shown && (
        <Button look="plain" onPress={() => setShown(shown + PAGE)}>
          {t('Show older')}
        </Button>
      )}
    </fieldset>
  )
}
