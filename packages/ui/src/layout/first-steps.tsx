import type { ReactNode } from 'react'
import { t } from '../language'
import { Button } from './button'
import styles from './home.module.css'

/** What a person who is here for the first time can see in a minute. */
export function FirstSteps({ onSkip }: { readonly onSkip: () => void }): ReactNode {
  return (
    <section className={styles['steps']} aria-label={t('First steps')}>
      <ol>
        <li>{t('Take an example below and send it: it works without a key.')}</li>
        <li>{t('Say yes or no where the agent asks before it does something.')}</li>
        <li>{t('Look at its changes, keep or reject each, and share the session.')}</li>
      </ol>
      <Button look="plain" onPress={onSkip}>
        {t('Skip')}
      </Button>
    </section>
  )
}
