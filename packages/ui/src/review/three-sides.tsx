import type { ConflictChoice } from '@tabwright/protocol'
import { type JSX, type Ref, useId } from 'react'
import { t } from '../language'
import { Visible } from '../approvals/exact-request'
import css from './conflict.module.css'
import { CHOICES, chosenText, type Sides } from './conflict-text'

/** What was chosen, and what will stand there. */
export interface Chosen {
  readonly how: ConflictChoice
  readonly text: string
}

export interface ThreeSidesProps {
  readonly sides: Sides
  readonly chosen: Chosen | undefined
  readonly disabled: boolean
  readonly onChoose: (chosen: Chosen) => void
  readonly first?: Ref<HTMLInputElement>
}

/** Lines that two changed: as they were, as either made them, the choice, and what it comes to. */
export function ThreeSides({ sides, chosen, disabled, onChoose, first }: ThreeSidesProps): JSX.Element {
  const group = useId()
  const choose = (how: ConflictChoice): void =>
    // Editing begins with what was chosen before it.
    onChoose({ how, text: how === 'hand' ? (chosen?.text ?? sides.yours) : chosenText(sides, how) })
  return (
    <>
      <div className={css.sides}>
        <Side name={t('Before both')} text={sides.base} />
        <Side name={t('Yours')} text={sides.yours} />
        <Side name={t('Agent’s')} text={sides.agents} />
      </div>
      <fieldset className={css.choices}>
        <legend className="visually-hidden">{t('What shall stand there')}</legend>
        {CHOICES.map(({ how, label }, at) => (
          <label key={how} className={css.choice}>
            <input
              ref={at === 0 ? first : undefined}
              type="radio"
              name={group}
              checked={chosen?.how === how}
              disabled={disabled}
              onChange={() => choose(how)}
            />
            <span>{t(label)}</span>
          </label>
        ))}
      </fieldset>
      {chosen !== undefined && (
        <textarea
          className={css.result}
          aria-label={t('What will stand there')}
          rows={Math.min(10, Math.max(2, chosen.text.split('\n').length))}
          readOnly={chosen.how !== 'hand'}
          spellCheck={false}
          placeholder={t('No lines')}
          value={chosen.text}
          onChange={(event) => onChoose({ how: 'hand', text: event.target.value })}
        />
      )}
    </>
  )
}

function Side({ name, text }: { readonly name: string; readonly text: string }): JSX.Element {
  return (
    <figure className={css.side}>
      <figcaption>{name}</figcaption>
      <pre tabIndex={0} aria-label={name}>
        {text === '' ? <em>{t('No lines')}</em> : <Visible text={text.replace(/\r?\n$/, '')} />}
      </pre>
    </figure>
  )
}
