import { useCallback, useId, useMemo, useState, type ReactNode } from 'react'
import type { HistoryPoint, PointChange } from '@tabwright/protocol'
import { ChevronRight } from 'lucide-react'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { clock } from '../layout/figures'
import type { BothSides, ChangeSource } from '../review/change-source'
import { DiffPane } from '../review/diff-pane'
import { StaticDiff } from '../review/static-diff'
import { useChange } from '../review/use-change'
import type { HistorySource } from './history-source'
import { pointTitle } from './restore-view'
import { useLoad } from '../layout/use-load'
import css from './history.module.css'

export interface PointFilesProps {
  readonly source: HistorySource
  readonly from: HistoryPoint
  /** What it can be compared with. */
  readonly points: readonly HistoryPoint[]
  readonly now: number
}

/** What differs between two points, file by file: light diffs in place, the editor on demand and one at a time. */
export function PointFiles({ source, from, points, now }: PointFilesProps): ReactNode {
  const [to, setTo] = useState<number | 'now'>('now')
  const [inEditor, setInEditor] = useState<PointChange>()
  const id = useId()
  // A point compared with itself, or one that is gone, says nothing: then it is the present.
  const other = to !== 'now' && (to === from.seq || !points.some((point) => point.seq === to)) ? 'now' : to
  const [first, second]: readonly [number, number | 'now'] = other === 'now' || other > from.seq ? [from.seq, other] : [other, from.seq]
  const load = useCallback(() => source.compare(first, second), [source, first, second])
  const changes = useLoad(load)
  const sides = useMemo(
    () => ({
      readChange: async (path: string) => {
        const [before, after] = await Promise.all([source.readPoint(path, first), source.readPoint(path, second)])
        return { before, after }
      },
      watchFiles: () => () => undefined,
    }),
    [source, first, second],
  )
  const open = changes.type === 'ready' ? changes.value.find((change) => change.path === inEditor?.path) : undefined
  return (
    <section className={css['compare']} aria-label={t('Compare')}>
      <label className={css['with']} htmlFor={id}>
        {t('Compare with')}
        <select
          id={id}
          value={String(other)}
          onChange={(event) => setTo(event.target.value === 'now' ? 'now' : Number(event.target.value))}
        >
          <option value="now">{t('Now')}</option>
          {points
            .filter((point) => point.seq !== from.seq)
            .map((point) => (
              <option key={point.seq} value={point.seq}>
                {clock(point.at, now)} · {pointTitle(point)}
              </option>
            ))}
        </select>
      </label>
      {changes.type === 'loading' && <p role="status">{t('Comparing…')}</p>}
      {changes.type === 'failed' && <p role="alert">{t('The points could not be compared: {message}', { message: changes.message })}</p>}
      {changes.type === 'ready' && changes.value.length === 0 && <p>{t('No file differs.')}</p>}
      {changes.type === 'ready' && changes.value.length > 0 && (
        <>
          <p className={css['sum']}>
            {changes.value.length === 1 ? t('1 file differs') : t('{count} files differ', { count: changes.value.length })}
          </p>
          <ul className={css['files']} aria-label={t('Files that differ')}>
            {changes.value.map((change) => (
              <ChangedFile key={change.path} change={change} sides={sides} onEditor={() => setInEditor(change)} />
            ))}
          </ul>
        </>
      )}
      {open !== undefined && (
        <div className={css['editor']}>
          <header>
            <strong>{open.path}</strong>
            <Button look="plain" onPress={() => setInEditor(undefined)}>
              {t('Close')}
            </Button>
          </header>
          <PointDiff sides={sides} change={open} />
        </div>
      )}
    </section>
  )
}

interface Sides extends Pick<ChangeSource, 'watchFiles'> {
  readChange(path: string): Promise<BothSides>
}

function PointDiff({ sides, change }: { readonly sides: Sides; readonly change: PointChange }): ReactNode {
  const review = { ...change, after: null }
  const state = useChange(sides, review)
  return <DiffPane state={state} review={review} split={false} />
}

interface ChangedFileProps {
  readonly change: PointChange
  readonly sides: Sides
  readonly onEditor: () => void
}

const LETTERS = { added: 'A', modified: 'M', deleted: 'D' } as const

function ChangedFile({ change, sides, onEditor }: ChangedFileProps): ReactNode {
  const [open, setOpen] = useState(false)
  return (
    <li aria-label={`${change.path} +${change.added} −${change.removed}`}>
      <button type="button" className={css['file']} aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={13} aria-hidden />
        <span className={css['letter']} data-status={change.status} aria-hidden>
          {LETTERS[change.status]}
        </span>
        <span className="visually-hidden">{change.status}, </span>
        <bdi className={css['path']}>
          <Visible text={change.path} />
        </bdi>
        <span className={css['counts']}>
          +{change.added} −{change.removed}
        </span>
      </button>
      {open && <FileDiff path={change.path} sides={sides} onEditor={onEditor} />}
    </li>
  )
}

function FileDiff({ path, sides, onEditor }: { readonly path: string; readonly sides: Sides; readonly onEditor: () => void }): ReactNode {
  const load = useCallback(() => sides.readChange(path), [sides, path])
  const state = useLoad(load)
  if (state.type === 'loading') return <p role="status">{t('Reading…')}</p>
  if (state.type === 'failed') return <p role="alert">{state.message}</p>
  const { before, after } = state.value
  const isText = (before === null || before.type === 'text') && (after === null || after.type === 'text')
  if (!isText) return <p>{t('A binary or very large file: there are no lines to compare.')}</p>
  return (
    <div className={css['diff']}>
      <StaticDiff before={before?.type === 'text' ? before.text : null} after={after?.type === 'text' ? after.text : null} />
      <Button look="plain" onPress={onEditor}>
        {t('Open in the editor')}
      </Button>
    </div>
  )
}
