import type { Problem } from '@tabwright/protocol'
import { type JSX, useState } from 'react'
import { plural } from '../language'
import css from './editor.module.css'
import type { FileProblems } from './use-problems'

export interface ProblemsBarProps {
  readonly found: FileProblems
  /** Puts the cursor there. */
  readonly onShow: (problem: Problem) => void
}

/** How many problems the file has and the way through them; nothing where there is none. */
export function ProblemsBar({ found, onShow }: ProblemsBarProps): JSX.Element | null {
  const [shown, setShown] = useState<Problem>()
  if (found.type === 'none') return null
  if (found.type === 'failed') {
    return (
      <div className={css.problems}>
        <span role="status" className={css.problemsText}>
          Not checked: {found.message}
        </span>
      </div>
    )
  }
  const { problems } = found
  const at = shown === undefined ? -1 : problems.indexOf(shown)
  const next = problems[(at + 1) % problems.length]
  return (
    <div className={css.problems} data-tone={problems.some(({ severity }) => severity === 'error') ? 'danger' : 'warn'}>
      <span role="status" className={css.problemsText}>
        {plural(problems.length, 'problem')}
        {at >= 0 && shown !== undefined && `, line ${shown.line}: ${shown.message}`}
      </span>
      {next !== undefined && (
        <button
          type="button"
          className={css.stripButton}
          onClick={() => {
            setShown(next)
            onShow(next)
          }}
        >
          {at === -1 ? 'Show' : 'Next'} <kbd>F8</kbd>
        </button>
      )}
    </div>
  )
}
