import { useId, useState, type ReactNode } from 'react'
import { LANGUAGES, t, type LanguageChoice } from '../language'
import styles from './settings.module.css'

export interface LanguageProps {
  readonly language: LanguageChoice
  /** Rejects when the language cannot be loaded; then the page speaks as before. */
  readonly onLanguage: (choice: LanguageChoice) => Promise<void>
}

/** In what language the page speaks. Each is named by itself, for those who cannot read the one on screen. */
export function LanguageSection({ language, onLanguage }: LanguageProps): ReactNode {
  const id = useId()
  const [problem, setProblem] = useState<string>()
  const choose = async (value: string): Promise<void> => {
    setProblem(undefined)
    try {
      await onLanguage(LANGUAGES.find(([tag]) => tag === value)?.[0] ?? 'browser')
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <>
      <h3 id={id}>{t('Language')}</h3>
      <div className={styles['row']}>
        <select aria-labelledby={id} value={language} onChange={(event) => void choose(event.target.value)}>
          <option value="browser">{t('As the browser')}</option>
          {LANGUAGES.map(([tag, name]) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </select>
      </div>
      <p className={styles['aside']}>{t('What the agent writes, names of its tools and the texts of programs stay as they are.')}</p>
      {problem !== undefined && (
        <p role="alert" data-tone="bad">
          {t('The language could not be loaded: {why} The page speaks as before.', { why: problem })}
        </p>
      )}
    </>
  )
}
