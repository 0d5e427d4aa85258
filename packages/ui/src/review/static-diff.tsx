import { type JSX, useMemo, useState } from 'react'
import { withHiddenShown } from '@tabwright/protocol'
import { plural, t } from '../language'
import { type DiffRow, diffRows } from './diff-rows'
import css from './static-diff.module.css'

export interface StaticDiffProps {
  /** `null`: the file was not there. */
  readonly before: string | null
  readonly after: string | null
  /** Rows before "Show all"; all of them when left out of the question by `Infinity`. */
  readonly limit?: number
}

/** Larger texts are not compared on the page's own thread. */
const LARGEST = 1_000_000

/** A unified diff without an editor: light enough for each card of the transcript. */
export function StaticDiff({ before, after, limit = 24 }: StaticDiffProps): JSX.Element {
  const [all, setAll] = useState(false)
  const large = (before?.length ?? 0) + (after?.length ?? 0) > LARGEST
  const diff = useMemo(() => (large ? undefined : diffRows(before, after)), [before, after, large])
  if (diff === undefined) return <p className={css.note}>{t('This change is too large to show here. Open it in Changes.')}</p>
  if (diff.rows.length === 0) return <p className={css.note}>{t('No line differs.')}</p>
  const shown = all ? diff.rows : diff.rows.slice(0, limit)
  return (
    <div className={css.diff}>
      <div
        className={css.scroll}
        tabIndex={0}
        role="group"
        aria-label={t('{added} added, {removed} removed', { added: plural(diff.added, 'line'), removed: diff.removed })}
      >
        <div className={css.rows}>
          {shown.map((row, at) => (
            // Rows have no identity of their own: the diff is computed whole.
            <Line key={at} row={row} />
          ))}
        </div>
      </div>
      {shown.length < diff.rows.length && (
        <button type="button" className={css.more} onClick={() => setAll(true)}>
          {t('Show all {rows} lines', { rows: diff.rows.length })}
        </button>
      )}
    </div>
  )
}

const SIGNS = { same: ' ', added: '+', removed: '−' } as const

function Line({ row }: { readonly row: DiffRow }): JSX.Element {
  if (row.type === 'fold') return <div className={css.fold}>{t('{lines} unchanged', { lines: plural(row.lines, 'line') })}</div>
  if (row.type === 'note') return <div className={css.fold}>{row.text}</div>
  const { mark, text } = row
  return (
    <div className={css.line} data-type={row.type}>
      <span className={css.number} aria-hidden="true">
        {row.before ?? ''}
      </span>
      <span className={css.number} aria-hidden="true">
        {row.after ?? ''}
      </span>
      <span className={css.sign}>{SIGNS[row.type]}</span>
      <code className={css.text}>
        {mark === undefined ? (
          withHiddenShown(text)
        ) : (
          <>
            {withHiddenShown(text.slice(0, mark.from))}
            <mark className={css.mark}>{withHiddenShown(text.slice(mark.from, mark.to))}</mark>
            {withHiddenShown(text.slice(mark.to))}
          </>
        )}
      </code>
    </div>
  )
}
