import type { FileReview, LineSpan } from '@tabwright/protocol'
import { type JSX, useState } from 'react'
import { t } from '../language'
import { useMonaco } from '../editor/load-monaco'
import { Button } from '../layout/button'
import { changeView } from './change-view'
import css from './changes.module.css'
import { DiffHost } from './diff-host'
import { OneSideHost } from './one-side-host'
import type { ChangeState } from './use-change'

export interface DiffPaneProps {
  readonly state: ChangeState
  readonly review: FileReview
  readonly split: boolean
  readonly current?: LineSpan | undefined
  readonly onLine?: (line: number) => void
  readonly onGutter?: (line: number) => void
}

/** The selected file's change: a diff, or the sentence that says why there is none. */
export function DiffPane({ state, review, split, current, onLine, onGutter }: DiffPaneProps): JSX.Element {
  const monaco = useMonaco()
  const [anyway, setAnyway] = useState<string>()
  if (state.type === 'loading') return <p className={css.sentence}>{t('Reading the change…')}</p>
  if (state.type === 'failed') {
    return (
      <p role="alert" className={css.sentence}>
        {state.message}
      </p>
    )
  }
  const view = changeView(review, state.change)
  if (view.type === 'diff' && review.from && view.before === view.after)
    return <p className={css.sentence}>{t('Only the name changed.')}</p>
  if (view.type === 'sentence') return <p className={css.sentence}>{view.text}</p>
  if (view.heavy && anyway !== review.path) {
    return (
      <div className={css.sentence}>
        <p>{t('Diff too large to render.')}</p>
        <Button onPress={() => setAnyway(review.path)}>{t('Render anyway')}</Button>
      </div>
    )
  }
  if (monaco.type === 'failed') {
    return (
      <div role="alert" className={css.sentence}>
        <p>{monaco.message}</p>
        <Button onPress={monaco.retry}>{t('Try again')}</Button>
      </div>
    )
  }
  if (monaco.type === 'loading') return <p className={css.sentence}>{t('Reading the change…')}</p>
  if (view.type === 'one-side')
    return <OneSideHost monaco={monaco.monaco} path={review.path} text={view.text} side={view.side} onLine={onLine} onGutter={onGutter} />
  const { before, after } = view
  return (
    <DiffHost
      monaco={monaco.monaco}
      path={review.path}
      before={before}
      after={after}
      split={split}
      current={current}
      onLine={onLine}
      onGutter={onGutter}
    />
  )
}
