import { useId, type ReactNode } from 'react'
import { LEVELS, presetOf, type KeptRule, type Level, type Mode } from '@tabwright/protocol'
import { t, type Phrase } from '../../language'
import styles from '../settings.module.css'

export interface LevelChoiceProps {
  readonly rules: readonly KeptRule[]
  readonly mode: Mode
  readonly hasSession: boolean
  readonly onLevel: (level: Level) => void
}

const WORDS: Readonly<Record<Level, readonly [name: Phrase, about: Phrase]>> = {
  'read-only': ['Read only', 'Edits ask. Commands that do more than look, and the network, are denied.'],
  'workspace-write': ['Write in the workspace', 'Edits pass. Commands and the network ask.'],
  'danger-full-access': ['Full access to the sandbox', 'Edits and commands pass. Protected files and the network ask.'],
  prompt: ['Ask each time', 'Reading passes. Everything else asks.'],
  allow: ['Allow everything', 'Protected files pass as well; for this session only. The network asks.'],
}

/** Five levels over modes and rules. None is marked where mode and rules are of a person's own making. */
export function LevelChoice({ rules, mode, hasSession, onLevel }: LevelChoiceProps): ReactNode {
  const name = useId()
  const level = levelOf(mode, rules)
  return (
    <>
      <h3 id={`${name}-title`}>{t('Level')}</h3>
      <p>
        {hasSession
          ? t('For this session, and for new ones. A level sets the mode, and the rules that belong to it.')
          : t('For new sessions. A level sets the mode, and the rules that belong to it.')}
      </p>
      <div role="radiogroup" aria-labelledby={`${name}-title`} className={styles['choices']}>
        {LEVELS.filter((one) => one !== 'allow' || hasSession).map((one) => (
          <label key={one} className={styles['choice']}>
            <input type="radio" name={name} checked={level === one} onChange={() => onLevel(one)} />
            <span>{t(WORDS[one][0])}</span>
            <small>{t(WORDS[one][1])}</small>
          </label>
        ))}
      </div>
    </>
  )
}

/** The level that a mode and rules amount to. */
export function levelOf(mode: Mode, rules: readonly KeptRule[]): Level | undefined {
  const denied = (level: Level): boolean =>
    presetOf(level).denies.every(({ type, tool }) =>
      rules.some(({ effect, scope, pattern }) => effect === 'deny' && scope === 'user' && pattern.type === type && pattern.tool === tool),
    )
  // The one that denies first: the other of its mode denies nothing, which is always so.
  return LEVELS.find((level) => presetOf(level).mode === mode && denied(level))
}
