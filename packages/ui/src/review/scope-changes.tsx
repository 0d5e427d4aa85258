import type { FileReview, PointChange } from '@tabwright/protocol'
import { type JSX, useMemo, useState } from 'react'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { plural, t } from '../language'
import type { BothSides, ChangeSource } from './change-source'
import { LETTERS, nextSelection, statusWord, totals } from './change-view'
import css from './changes.module.css'
import { DiffPane } from './diff-pane'
import { useChange } from './use-change'
import type { ScopeFiles, Scopes } from './use-scope'

export interface ScopeChangesProps {
  readonly scopes: Scopes
  readonly source: ChangeSource
  readonly split: boolean
  /** What waits: there it can be decided. */
  readonly waiting: readonly FileReview[]
  readonly onDecide: (path: string) => void
}

/** What became of the files since a turn or a place began: to be looked at. It is decided where it waits. */
export function ScopeChanges({ scopes, source, split, waiting, onDecide }: ScopeChangesProps): JSX.Element {
  const { scope, turn, since, points, problem } = scopes
  if (problem !== undefined) {
    return (
      <p role="alert" className={css.sentence}>
        {problem}
      </p>
    )
  }
  const files = scope.type === 'turn' ? turn : since
  if (files === undefined && scope.type === 'since' && points.length > 0 && !points.some(({ seq }) => seq === scope.seq))
    return <p className={css.sentence}>{t('This checkpoint is not there any more. Choose another.')}</p>
  if (files === undefined)
    return <p className={css.sentence}>{points.length === 0 ? t('No turn has begun yet.') : t('Reading the past…')}</p>
  if (files.changes.length === 0)
    return (
      <p className={css.sentence}>
        {scope.type === 'turn' ? t('This turn changed no file.') : t('No file changed since this checkpoint.')}
      </p>
    )
  return <FilesSince key={files.from} files={files} source={source} split={split} waiting={waiting} onDecide={onDecide} />
}

interface FilesSinceProps extends Omit<ScopeChangesProps, 'scopes'> {
  readonly files: ScopeFiles
}

function FilesSince({ files: { from, changes }, source, split, waiting, onDecide }: FilesSinceProps): JSX.Element {
  const reviews = useMemo(
    () => changes.map(({ path, status, added, removed, after }) => ({ path, status, added, removed, after })),
    [changes],
  )
  const [selected, setSelected] = useState<string>()
  const path = nextSelection(selected, [], reviews) ?? reviews[0]?.path
  const shown = reviews.find((one) => one.path === path)
  const sum = totals(changes)
  return (
    <>
      <header className={css.head}>
        <p className={css.totals}>
          {plural(changes.length, 'file')} <span className={css.plus}>+{sum.added}</span> <span className={css.minus}>−{sum.removed}</span>
        </p>
        {shown !== undefined && waiting.some((one) => one.path === shown.path) && (
          <Button onPress={() => onDecide(shown.path)}>{t('Accept or reject…')}</Button>
        )}
      </header>
      <ul role="list" aria-label={t('Changed files')} className={css.list}>
        {changes.map((change) => (
          <Row key={change.path} change={change} selected={change.path === path} onSelect={() => setSelected(change.path)} />
        ))}
      </ul>
      <div className={css.diff}>{shown !== undefined && <Diff source={source} review={shown} from={from} split={split} />}</div>
    </>
  )
}

interface RowProps {
  readonly change: PointChange
  readonly selected: boolean
  readonly onSelect: () => void
}

function Row({ change, selected, onSelect }: RowProps): JSX.Element {
  const { path, status, added, removed } = change
  return (
    <li aria-label={`${path} +${added} −${removed}`} className={css.row} data-selected={selected}>
      <button type="button" className={css.file} aria-pressed={selected} title={path} onClick={onSelect}>
        <span className={css.letter} data-status={status} aria-hidden="true">
          {LETTERS[status]}
        </span>
        <span className="visually-hidden">{statusWord(status)}, </span>
        <bdi className={css.path}>
          <span className={css.name}>
            <Visible text={path} />
          </span>
        </bdi>
        <span className={css.counts}>
          <span className={css.plus}>+{added}</span> <span className={css.minus}>−{removed}</span>
        </span>
      </button>
    </li>
  )
}

interface DiffProps {
  readonly source: ChangeSource
  readonly review: FileReview
  readonly from: number
  readonly split: boolean
}

function Diff({ source, review, from, split }: DiffProps): JSX.Element {
  const sides = useMemo(
    () => ({
      watchFiles: (listener: (paths: readonly string[]) => void) => source.watchFiles(listener),
      readChange: async (path: string): Promise<BothSides> => {
        const [before, after] = await Promise.all([source.readPoint(path, from), source.readPoint(path, 'now')])
        return { before, after }
      },
    }),
    [source, from],
  )
  const state = useChange(sides, review)
  return <DiffPane state={state} review={review} split={split} />
}
