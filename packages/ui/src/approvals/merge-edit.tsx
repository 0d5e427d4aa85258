import { useMemo, useState, type ReactNode } from 'react'
import { Rich, t } from '../language'
import { Button } from '../layout/button'
import { StaticDiff } from '../review/static-diff'
import { ThreeSides, type Chosen } from '../review/three-sides'
import type { EditSides } from './edit-files'
import { Visible } from './exact-request'
import { editedText, mergedText, mergeOf } from './merge-texts'
import type { EditQuestion } from './request'
import styles from './permission-card.module.css'

export interface MergeEditProps {
  readonly edit: EditQuestion
  readonly sides: EditSides
  readonly disabled: boolean
  /** Puts this whole content in the place of the edit; bound to the version that was shown. */
  readonly onUse: (text: string, version: number) => void
}

/** The file changed while its edit waited: what the person wrote and what the agent wants, put together before anything is allowed. */
export function MergeEdit({ edit, sides, disabled, onUse }: MergeEditProps): ReactNode {
  const { base, now, version } = sides
  const agents = editedText(base ?? '', { before: edit.exactBefore, after: edit.exactAfter })
  const merge = useMemo(() => (agents === undefined || now === null ? undefined : mergeOf(base ?? '', now, agents)), [base, now, agents])
  const [chosen, setChosen] = useState<ReadonlyMap<number, Chosen>>(new Map())
  const conflicts = merge?.places.flatMap((place, at) => (place.isConflict ? [at] : [])) ?? []
  const isSettled = conflicts.every((at) => chosen.has(at))
  const text = merge && isSettled ? mergedText(merge, (at) => chosen.get(at)?.text ?? '') : undefined
  return (
    <section aria-label={t('Conflict')} className={styles['merge']}>
      <p role="status">
        <strong>
          <Rich text="{path} changed since the agent asked." with={{ path: <Visible text={edit.path} /> }} />
        </strong>{' '}
        {merge === undefined
          ? t('Its edit does not fit any more: deny it, and it reads the file again.')
          : conflicts.length === 0
            ? t('Your lines and the agent’s do not touch: both can stay.')
            : t('You and the agent changed the same lines. Nothing of yours is overwritten until you choose.')}
      </p>
      {merge !== undefined &&
        conflicts.map((at) => {
          const place = merge.places[at]
          return (
            place && (
              <ThreeSides
                key={`${version} ${at}`}
                sides={place}
                chosen={chosen.get(at)}
                disabled={disabled}
                onChoose={(one) => setChosen(new Map(chosen).set(at, one))}
              />
            )
          )
        })}
      {merge !== undefined && (
        <>
          {text !== undefined && text !== now && <StaticDiff before={now} after={text} />}
          {text !== undefined && text === now && <p>{t('Nothing of the edit would be left: deny it instead.')}</p>}
          <div className={styles['changeActions']}>
            <Button disabled={disabled || text === undefined || text === now} onPress={() => text !== undefined && onUse(text, version)}>
              {t('Use this')}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}
