import type { ReactNode } from 'react'
import { ChevronRight } from 'lucide-react'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { clock } from '../layout/figures'
import { useNow } from '../layout/use-now'
import { barOf, kindWord, stepSentence, stepTime, tookText, type TraceRow } from './trace-rows'
import css from './trace.module.css'

interface Place {
  readonly index: number
  readonly isTabStop: boolean
  readonly onStand: () => void
  readonly onFold: () => void
}

interface TurnRowProps extends Place {
  readonly row: Extract<TraceRow, { type: 'turn' }>
}

/** A turn: what it was asked with, how long it took and what took it. */
export function TurnRow({ row: { turn, isOpen }, index, isTabStop, onStand, onFold }: TurnRowProps): ReactNode {
  const now = useNow(false)
  const time = turn.isOpen ? t('under way') : stepTime(turn)
  const sentence = [
    t('Turn: {title}', { title: turn.title }),
    clock(turn.start, now),
    time,
    tookText(turn),
    ...(turn.error === undefined ? [] : [turn.error]),
  ].join(', ')
  return (
    <div
      role="treeitem"
      aria-level={1}
      aria-expanded={isOpen}
      className={css['turn']}
      data-row={index}
      data-failed={turn.error !== undefined || undefined}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={onStand}
      onClick={onFold}
      onKeyDown={pressed(onFold)}
    >
      <span className="visually-hidden">{sentence}</span>
      <ChevronRight size={14} aria-hidden />
      <span className={css['title']} aria-hidden>
        <Visible text={turn.title === '' ? t('A turn that nobody wrote to') : turn.title} />
      </span>
      <span className={css['time']} aria-hidden>
        {time}
      </span>
      <span className={css['notes']} aria-hidden>
        {clock(turn.start, now)} · {tookText(turn)}
        {turn.error !== undefined && <em> · {turn.error}</em>}
      </span>
    </div>
  )
}

interface StepRowProps extends Place {
  readonly row: Extract<TraceRow, { type: 'step' }>
  readonly isShown: boolean
  /** The fact, where it is open. */
  readonly children: ReactNode
}

/** A step: its name, its place in the time of its turn, and how long it took. */
export function StepRow({ row: { step, turn }, index, isTabStop, onStand, onFold, isShown, children }: StepRowProps): ReactNode {
  const { from, share } = barOf(step, turn)
  return (
    <>
      <div
        role="treeitem"
        aria-level={step.within === undefined ? 2 : 3}
        aria-expanded={isShown}
        title={stepSentence(step)}
        className={css['step']}
        data-row={index}
        data-kind={step.kind}
        data-failed={step.error !== undefined || undefined}
        data-within={step.within !== undefined || undefined}
        tabIndex={isTabStop ? 0 : -1}
        onFocus={onStand}
        onClick={onFold}
        onKeyDown={pressed(onFold)}
      >
        <span className="visually-hidden">{stepSentence(step)}</span>
        <span className={css['name']} aria-hidden>
          <span className={css['kind']}>{kindWord(step.kind)}</span> <Visible text={step.name} />
        </span>
        <span className={css['track']} aria-hidden>
          <span
            style={{ insetInlineStart: `${from * 100}%`, inlineSize: `${share * 100}%` }}
            data-open={step.end === undefined || undefined}
          />
        </span>
        <span className={css['time']} aria-hidden>
          {stepTime(step)}
        </span>
      </div>
      {children}
    </>
  )
}

function pressed(onFold: () => void): (event: React.KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    onFold()
  }
}
