import { useId, type ReactNode } from 'react'
import { GUARD_LEVELS, GUARD_SETS, type GuardLevel, type GuardLevels, type GuardSet } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import styles from './settings.module.css'

export interface GuardsSectionProps {
  readonly guards: GuardLevels
  readonly onGuards: (guards: GuardLevels) => void
  /** There is a model that can be asked. */
  readonly canAsk: boolean
}

const SETS: Readonly<Record<GuardSet, { readonly name: Phrase; readonly about: Phrase; readonly block: Phrase }>> = {
  input: {
    name: 'What goes to the model',
    about:
      'Keys, card numbers, bank accounts and e-mail addresses in your messages, messages of more than 50,000 characters, look-alike letters, and results that read like orders to the agent.',
    block: 'Hide',
  },
  tool: {
    name: 'What the agent does',
    about:
      'More than 50 calls of one tool in a turn, and commands that remove folders, drop changes, overwrite what was pushed or publish.',
    block: 'Block',
  },
  output: {
    name: 'What the agent says',
    about:
      'Final answers that name files which are not there, open a block of code and do not close it, or are written in another script than yours.',
    block: 'Send back once',
  },
  check: {
    name: 'Another look at what the agent says',
    about:
      'One more request to the model for each final answer: does it claim what nothing bears out, does it insult or threaten? It is billed and counts for your limits.',
    block: 'Send back once',
  },
}

/** How strict each set of guards is. */
export function GuardsSection({ guards, onGuards, canAsk }: GuardsSectionProps): ReactNode {
  const id = useId()
  const labelOf = (set: GuardSet, level: GuardLevel): Phrase => (level === 'off' ? 'Off' : level === 'warn' ? 'Show' : SETS[set].block)
  return (
    <>
      <h3>{t('Guards')}</h3>
      <p>
        {t(
          'Guards look at words and may be wrong in both directions. They can stop a call or hide a text; they never allow what your permissions do not.',
        )}
      </p>
      {GUARD_SETS.filter((set) => set !== 'check' || canAsk).map((set) => (
        <fieldset key={set} className={styles['guard']} aria-describedby={`${id}-${set}`}>
          <legend>{t(SETS[set].name)}</legend>
          {GUARD_LEVELS.map((level) => (
            <label key={level}>
              <input
                type="radio"
                name={`${id}-${set}`}
                value={level}
                checked={guards[set] === level}
                onChange={() => onGuards({ ...guards, [set]: level })}
              />
              {t(labelOf(set, level))}
            </label>
          ))}
          <p id={`${id}-${set}`} className={styles['aside']}>
            {t(SETS[set].about)}
          </p>
        </fieldset>
      ))}
      <p className={styles['aside']}>
        {t(
          'What is hidden has a placeholder such as ⟦hidden-1⟧ for the model; where the model uses it in a call, it stands again for what it hides, and you see that.',
        )}
      </p>
    </>
  )
}
