import type { ReactNode } from 'react'
import type { ShareChoice } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import css from './share-session.module.css'

export interface ChoiceFieldsProps {
  readonly choice: ShareChoice
  readonly onChoose: (choice: ShareChoice) => void
}

const FILES: readonly (readonly [ShareChoice['files'], Phrase])[] = [
  ['all', 'All files'],
  ['changed', 'Files that changed'],
  ['none', 'No files'],
]

/** What of a session goes to others. */
export function ChoiceFields({ choice, onChoose }: ChoiceFieldsProps): ReactNode {
  const box = (name: 'output' | 'images' | 'personal', label: string): ReactNode => (
    <label>
      <input type="checkbox" checked={choice[name]} onChange={(event) => onChoose({ ...choice, [name]: event.target.checked })} /> {label}
    </label>
  )
  return (
    <fieldset className={css['choice']}>
      <legend>{t('What goes in: the conversation, and')}</legend>
      <div className={css['boxes']}>
        {box('output', t('What commands and tools brought'))}
        {box('images', t('Pictures'))}
        <label>
          <span className={css['label']}>{t('Files')}</span>
          <select
            value={choice.files}
            onChange={({ target }) => {
              const [files] = FILES.find(([one]) => one === target.value) ?? []
              if (files !== undefined) onChoose({ ...choice, files })
            }}
          >
            {FILES.map(([value, label]) => (
              <option key={value} value={value}>
                {t(label)}
              </option>
            ))}
          </select>
        </label>
      </div>
      {box('personal', t('Hide e-mail addresses and home folders'))}
      <label className={css['words']}>
        <span className={css['label']}>{t('Also hide')}</span>
        <input
          type="text"
          placeholder={t('names and words, with commas between')}
          defaultValue={choice.words.join(', ')}
          onChange={({ target }) => onChoose({ ...choice, words: target.value.split(',').filter((word) => word.trim() !== '') })}
        />
      </label>
    </fieldset>
  )
}
