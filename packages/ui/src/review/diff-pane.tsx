import type { FileReview } from '@tabwright/protocol'
import { type JSX, useState } from 'react'
import { useMonaco } from '../editor/load-monaco'
import { Button } from '../layout/button'
import type { ChangeSource } from './change-source'
import { changeView } from './change-view'
import css from './changes.module.css'
import { DiffHost } from './diff-host'
import { OneSideHost } from './one-side-host'
import { useChange } from './use-change'

export interface DiffPaneProps {
  readonly source: Pick<ChangeSource, 'readChange' | 'watchFiles'>
  readonly review: FileReview
  readonly split: boolean
}

/** The selected file's change: a diff, or the sentence that says why there is none. */
export function DiffPane({ source, review, split }: DiffPaneProps): JSX.Element {
  const state = useChange(source, review)
  const monaco = useMonaco()
  const [anyway, setAnyway] = useState<string>()
  if (state.type === 'loading') return <p className={css.sentence}>Reading the change…</p>
  if (state.type === 'failed') {
    return (
      <p role="alert" className={css.sentence}>
        {state.message}
      </p>
    )
  }
  const view = changeView(review, state.change)
  if (view.type === 'sentence') return <p className={css.sentence}>{view.text}</p>
  if (view.heavy && anyway !== review.path) {
    return (
      <div className={css.sentence}>
        <p>Diff too large to render.</p>
        <Button onPress={() => setAnyway(review.path)}>Render anyway</Button>
      </div>
    )
  }
  if (monaco.type === 'failed') {
    return (
      <div role="alert" className={css.sentence}>
        <p>{monaco.message}</p>
        <Button onPress={monaco.retry}>Try again</Button>
      </div>
    )
  }
  if (monaco.type === 'loading') return <p className={css.sentence}>Reading the change…</p>
  if (view.type === 'one-side') return <OneSideHost monaco={monaco.monaco} path={review.path} text={view.text} side={view.side} />
  return <DiffHost monaco={monaco.monaco} path={review.path} before={view.before} after={view.after} split={split} />
}
