import type { JSX } from 'react'
import { t } from '../language'
import { StaticDiff } from '../review/static-diff'
import css from './editor.module.css'

export interface CompareTextsProps {
  /** What somebody else made of the file; `null`: it is gone. */
  readonly theirs: string | null
  /** What stands in the editor. */
  readonly mine: string
}

/** What a person typed beside what became of the file meanwhile. */
export function CompareTexts({ theirs, mine }: CompareTextsProps): JSX.Element {
  return (
    <section aria-label={t('The file and your text')} className={css.compare}>
      <p className={css.compareSaid}>{t('− is in the file, + is in your text')}</p>
      <StaticDiff before={theirs} after={mine} limit={200} />
    </section>
  )
}
