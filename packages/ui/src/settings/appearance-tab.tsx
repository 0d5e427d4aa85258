import { useId, type ReactNode } from 'react'
import { t, type Phrase } from '../language'
import type { ThemeChoice } from '../theme/theme-choice'
import styles from './settings.module.css'

export interface AppearanceTabProps {
  readonly theme: ThemeChoice
  readonly onTheme: (theme: ThemeChoice) => void
}

const CHOICES: readonly (readonly [ThemeChoice, Phrase, Phrase])[] = [
  ['system', 'System', 'Follows the operating system'],
  ['light', 'Light', 'Paper'],
  ['dark', 'Dark', 'Ink'],
  ['contrast', 'High contrast', 'Light or dark as the system, with the strongest contrast'],
]

/** How it looks. */
export function AppearanceTab({ theme, onTheme }: AppearanceTabProps): ReactNode {
  const name = useId()
  return (
    <>
      <h3 id={`${name}-title`}>{t('Theme')}</h3>
      <div role="radiogroup" aria-labelledby={`${name}-title`} className={styles['themes']}>
        {CHOICES.map(([value, label, about]) => (
          <label key={value} className={styles['theme']}>
            <input type="radio" name={name} value={value} checked={theme === value} onChange={() => onTheme(value)} />
            <span className={styles['swatch']} data-theme={value} aria-hidden>
              <i />
              <i />
              <i />
            </span>
            <span>{t(label)}</span>
            <small>{t(about)}</small>
          </label>
        ))}
      </div>
    </>
  )
}
