import type { FileReview } from '@tabwright/protocol'
import { type JSX, type ReactNode, useId } from 'react'
import { plural, t } from '../language'
import { pointTitle } from '../history/restore-view'
import { totals } from './change-view'
import css from './scope.module.css'
import type { Scopes } from './use-scope'

export interface ScopeBarProps {
  readonly scopes: Scopes
  /** What waits for the person. */
  readonly waiting: readonly FileReview[]
}

/** From where on changes are shown, with what each choice comes to. */
export function ScopeBar({ scopes, waiting }: ScopeBarProps): JSX.Element | null {
  const { scope, points, turn, since, choose } = scopes
  const group = useId()
  const last = points.at(-1)
  if (last === undefined) return null
  // What was chosen and is gone is no choice any more.
  const chosen = scope.type === 'since' && points.some(({ seq }) => seq === scope.seq) ? scope.seq : last.seq
  const segment = (type: 'turn' | 'session' | 'since', name: string, sum: ReactNode): JSX.Element => (
    <label className={css.segment} data-chosen={scope.type === type}>
      <input
        type="radio"
        name={group}
        className="visually-hidden"
        checked={scope.type === type}
        onChange={() => choose(type === 'since' ? { type, seq: chosen } : { type })}
      />
      <span>{name}</span> {sum}
    </label>
  )
  return (
    <div className={css.bar}>
      <div role="radiogroup" aria-label={t('Scope')} className={css.segments}>
        {segment('turn', t('This turn'), <Sum files={turn?.changes ?? []} />)}
        {segment('session', t('Session'), <Sum files={waiting} />)}
        {segment('since', t('Since checkpoint…'), scope.type === 'since' && since && <Sum files={since.changes} />)}
      </div>
      {scope.type === 'since' && (
        <select
          aria-label={t('Checkpoint')}
          className={css.points}
          value={chosen}
          onChange={(event) => choose({ type: 'since', seq: Number(event.target.value) })}
        >
          {points.toReversed().map((point) => (
            <option key={point.seq} value={point.seq}>
              {pointTitle(point)}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}

function Sum({ files }: { readonly files: readonly Pick<FileReview, 'added' | 'removed'>[] }): JSX.Element {
  const { added, removed } = totals(files)
  return (
    <small className={css.sum} title={plural(files.length, 'file')}>
      <span className="visually-hidden">{plural(files.length, 'file')}, </span>
      {files.length === 0 ? '–' : `+${added} −${removed}`}
    </small>
  )
}
