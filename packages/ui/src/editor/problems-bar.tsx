import type { Problem } from '@tabwright/protocol'
import { type JSX, useState } from 'react'
import { plural, t } from '../language'
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
          {t('Not checked: {message}', { message: found.message })}
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
        {at >= 0 && shown !== undefined && `, ${t('line {line}: {message}', { line: shown.line, message: shown.message })}`}
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
          {at === -1 ? t('Show') : t('Next')} <kbd>F8</kbd>
        </button>
      )}
    </div>
  )
}
