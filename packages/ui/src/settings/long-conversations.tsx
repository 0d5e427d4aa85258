import { useId, type ReactNode } from 'react'
import type { WhenLong } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import styles from './settings.module.css'

export interface LongConversationsProps {
  readonly whenLong: WhenLong
  readonly onWhenLong: (whenLong: WhenLong) => void
}

const CHOICES: readonly (readonly [WhenLong, Phrase, Phrase])[] = [
  ['summarise', 'Summarise it', 'A summary takes the place of what was said, for the model. You keep reading everything.'],
  [
    'clear',
    'Let the provider clear old tool results',
    'The provider leaves all but the newest three out of what the model sees, and the cache begins anew each time. When that no longer helps, a summary is made.',
  ],
]

/** What becomes of a conversation that grows too long for the model. Shown where there is more than one answer. */
export function LongConversations({ whenLong, onWhenLong }: LongConversationsProps): ReactNode {
  const name = useId()
  return (
    <>
      <h3 id={`${name}-title`}>{t('When the conversation gets long')}</h3>
      <div role="radiogroup" aria-labelledby={`${name}-title`} className={styles['choices']}>
        {CHOICES.map(([value, label, about]) => (
          <label key={value} className={styles['choice']}>
            <input type="radio" name={name} value={value} checked={whenLong === value} onChange={() => onWhenLong(value)} />
            <span>{t(label)}</span>
            <small>{t(about)}</small>
          </label>
        ))}
      </div>
      <p className={styles['aside']}>{t('Holds from the next turn on, in every session.')}</p>
    </>
  )
}
