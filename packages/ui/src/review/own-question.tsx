import type { FileReview } from '@tabwright/protocol'
import { type JSX, useEffect, useRef } from 'react'
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
      aria-label="You changed this too"
      aria-describedby="own-question"
      className={css.question}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onAnswer(false)
      }}
    >
      <p id="own-question">
        You changed <Visible text={first.path} />
        {more > 0 && ` and ${more} more`} too. Rejecting {more > 0 ? 'them' : 'it'} whole would undo that as well; nothing of{' '}
        {more > 0 ? 'them' : 'it'} is decided yet.
      </p>
      <Button
        ref={safe}
        onPress={() => {
          onShow(first.path)
          onAnswer(false)
        }}
      >
        Decide part by part
      </Button>
      <Button look="danger" disabled={disabled} onPress={() => onAnswer(true)}>
        Reject with my changes
      </Button>
    </div>
  )
}
