import { type JSX, useEffect, useRef, useState } from 'react'
import type { PreviewRow } from '@tabwright/protocol'
import { ChevronRight } from 'lucide-react'
import { plural, t, type Phrase } from '../language'
import { Button } from '../layout/button'
import css from './preview.module.css'

export interface ConsoleStripProps {
  readonly rows: readonly PreviewRow[]
  readonly errors: number
  readonly onClear: () => void
  /** Gives the errors to the agent. */
  readonly onFix?: (() => void) | undefined
}

const WORDS: Readonly<Record<PreviewRow['level'], Phrase>> = { log: 'Log', info: 'Info', debug: 'Debug', warn: 'Warning', error: 'Error' }

/** What the page printed. Folded it is one line with the number of errors. */
export function ConsoleStrip({ rows, errors, onClear, onFix }: ConsoleStripProps): JSX.Element {
  const [open, setOpen] = useState(false)
  const list = useRef<HTMLUListElement>(null)
  const newest = rows.at(-1)?.n
  useEffect(() => {
    if (open) list.current?.scrollTo({ top: list.current.scrollHeight })
  }, [open, newest])
  return (
    <section className={css.console} aria-label={t('Page console')}>
      <div className={css.strip}>
        <button type="button" className={css.fold} aria-expanded={open} onClick={() => setOpen(!open)}>
          <ChevronRight size={14} aria-hidden className={css.chevron} />
          {t('Console')}
          <span className={css.count} data-tone={errors > 0 ? 'danger' : undefined} role="status">
            {countText(rows.length, errors)}
          </span>
        </button>
        {errors > 0 && onFix !== undefined && (
          <Button look="plain" onPress={onFix}>
            {errors === 1 ? t('Fix this error') : t('Fix these errors')}
          </Button>
        )}
        {open && rows.length > 0 && (
          <Button look="plain" onPress={onClear}>
            {t('Clear')}
          </Button>
        )}
      </div>
      {open && (
        <ul ref={list} className={css.rows} aria-label={t('Console lines')} tabIndex={0}>
          {rows.length === 0 && <li className={css.row}>{t('The page has printed nothing.')}</li>}
          {rows.map(({ n, level, text, source }) => (
            <li key={n} className={css.row} data-level={level}>
              <span className={css.level}>{t(WORDS[level])}</span>
              <span className={css.text}>{text}</span>
              {source !== undefined && <span className={css.source}>{source}</span>}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function countText(lines: number, errors: number): string {
  if (errors > 0) return plural(errors, 'error')
  return lines === 0 ? '' : plural(lines, 'line')
}
