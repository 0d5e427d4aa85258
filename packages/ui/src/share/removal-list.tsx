import type { Removal } from '@tabwright/protocol'
import type { ReactNode } from 'react'
import { Visible } from '../approvals/exact-request'
import { plural, t } from '../language'
import css from './removal-list.module.css'

export interface RemovalListProps {
  readonly removals: readonly Removal[]
  /** What is left out as a whole, in words. */
  readonly leftOut: readonly string[]
}

/** What a copy for others does not have, place by place. */
export function RemovalList({ removals, leftOut }: RemovalListProps): ReactNode {
  const kinds = [...new Set(removals.map(({ mark }) => mark))].toSorted()
  return (
    <>
      {kinds.map((mark) => (
        <Kind key={mark} mark={mark} removals={removals.filter((one) => one.mark === mark)} />
      ))}
      {leftOut.length > 0 && (
        <ul className={css['places']} aria-label={t('Left out')}>
          {leftOut.map((one) => (
            <li key={one}>
              <Visible text={one} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** The same in a sentence. */
export function removalSentence(removals: readonly Removal[], leftOut: readonly string[]): string {
  const places = removals.reduce((sum, { count }) => sum + count, 0)
  const out =
    places === 0
      ? t('No secrets were found in it.')
      : t('{places} will hold a name instead of a value; the session keeps them.', { places: plural(places, 'place') })
  const packed = leftOut.length === 0 ? [] : [t('What nobody can look through is left out.')]
  return [out, ...packed, t('What nobody knows to be secret stays in it: look through it before you hand it on.')].join(' ')
}

/** One value, and everywhere it stood. */
function Kind({ mark, removals }: { readonly mark: string; readonly removals: readonly Removal[] }): ReactNode {
  const count = removals.reduce((sum, one) => sum + one.count, 0)
  return (
    <details className={css['kind']}>
      <summary>
        <code>
          <Visible text={mark} />
        </code>
        <span className={css['count']}>{plural(count, 'place')}</span>
      </summary>
      <ul className={css['places']}>
        {removals.map(({ place, count: times, sample }) => (
          <li key={place}>
            <Visible text={place} />
            {times > 1 && <span className={css['count']}> × {times}</span>}
            {sample !== undefined && (
              <code className={css['sample']}>
                <Visible text={sample} />
              </code>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}
