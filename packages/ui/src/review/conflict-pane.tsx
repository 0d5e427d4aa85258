import type { ConflictChoice, Hunk } from '@tabwright/protocol'
import { type JSX, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { t } from '../language'
import { Button } from '../layout/button'
import css from './conflict.module.css'
import type { Sides } from './conflict-text'
import { partPlace } from './part-place'
import { ThreeSides, type Chosen } from './three-sides'

export interface ConflictPaneProps {
  readonly conflict: Sides
  readonly hunk: Hunk
  readonly disabled: boolean
  readonly onApply: (how: ConflictChoice, text: string) => void
  readonly onClose: () => void
}

/** Lines that the person and the agent both changed: three sides, a choice, and what would stand there. */
export function ConflictPane({ conflict, hunk, disabled, onApply, onClose }: ConflictPaneProps): JSX.Element {
  const [chosen, setChosen] = useState<Chosen>()
  const names = { title: useId(), text: useId() }
  const first = useRef<HTMLInputElement>(null)
  // The person just asked for it.
  useEffect(() => first.current?.focus(), [])
  const apply = (): void => {
    if (chosen !== undefined && !disabled) onApply(chosen.how, chosen.text)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') onClose()
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) apply()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <section aria-labelledby={names.title} aria-describedby={names.text} data-keys="own" className={css.conflict} onKeyDown={onKeyDown}>
      <h3 id={names.title} className={css.title}>
        {t('Conflict in {place}', { place: partPlace(hunk) })}
      </h3>
      <p id={names.text} className={css.said}>
        {t('You and the agent both changed these lines. Nothing of yours is overwritten until you choose.')}
      </p>
      <ThreeSides sides={conflict} chosen={chosen} disabled={disabled} onChoose={setChosen} first={first} />
      <div className={css.actions}>
        <Button look="plain" onPress={onClose}>
          {t('Decide later')}
        </Button>
        <Button look="primary" disabled={disabled || chosen === undefined} onPress={apply} title={t('Apply (Ctrl+Enter)')}>
          {t('Apply')}
        </Button>
      </div>
    </section>
  )
}
