import type { FileReview } from '@tabwright/protocol'
import { type JSX, useEffect, useRef } from 'react'
import { Rich, t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import css from './changes.module.css'

export interface OwnQuestionProps {
  readonly files: readonly FileReview[]
  readonly disabled: boolean
  readonly onShow: (path: string) => void
  readonly onAnswer: (over: boolean) => void
}

/** Rejecting a file that the person changed too would undo what they wrote: they say so, or decide part by part. */
export function OwnQuestion({ files, disabled, onShow, onAnswer }: OwnQuestionProps): JSX.Element | null {
  const safe = useRef<HTMLButtonElement>(null)
  const [first] = files
  const path = first?.path
  useEffect(() => {
    if (path !== undefined) safe.current?.focus()
  }, [path])
  if (first === undefined) return null
  const more = files.length - 1
  return (
    <div
      role="alertdialog"
      aria-label={t('You changed this too')}
      aria-describedby="own-question"
      className={css.question}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onAnswer(false)
      }}
    >
      <p id="own-question">
        {more > 0 ? (
          <Rich
            text="You changed {path} and {more} more too. Rejecting them whole would undo that as well; nothing of them is decided yet."
            with={{ path: <Visible text={first.path} />, more }}
          />
        ) : (
          <Rich
            text="You changed {path} too. Rejecting it whole would undo that as well; nothing of it is decided yet."
            with={{ path: <Visible text={first.path} /> }}
          />
        )}
      </p>
      <Button
        ref={safe}
        onPress={() => {
          onShow(first.path)
          onAnswer(false)
        }}
      >
        {t('Decide part by part')}
      </Button>
      <Button look="danger" disabled={disabled} onPress={() => onAnswer(true)}>
        {t('Reject with my changes')}
      </Button>
    </div>
  )
}
