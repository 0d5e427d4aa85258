import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { t } from '../language'
import { Button } from '../layout/button'
import { LanguageSection, type LanguageProps } from './language-section'
import { NotifySection, type NotifyProps } from './notify-section'
import { PlaceSection, type PlaceProps } from './place-section'
import styles from './settings.module.css'

/** Who commits in the sandbox. */
export interface GitPersonView {
  readonly name: string
  readonly email: string
}

export interface GeneralTabProps {
  readonly speech: LanguageProps
  readonly person: GitPersonView
  readonly onPerson: (person: GitPersonView) => void
  readonly place: PlaceProps
  /** Not there where the browser has no notifications. */
  readonly notify?: NotifyProps
  /** Not there where the person did not agree to it. */
  readonly onWithdrawContainers?: () => void
}

/** What is about the person rather than about how it looks or what it runs on. */
export function GeneralTab({ speech, person, onPerson, place, notify, onWithdrawContainers }: GeneralTabProps): ReactNode {
  const [fields, setFields] = useState(person)
  const ids = { name: useId(), email: useId() }
  const isSame = fields.name.trim() === person.name && fields.email.trim() === person.email
  const isPerson = person.name !== '' && person.email !== ''
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const next = { name: fields.name.trim(), email: fields.email.trim() }
    setFields(next)
    onPerson(next)
  }
  return (
    <>
      <LanguageSection {...speech} />
      <h3>{t('Author of commits')}</h3>
      <p>
        {t(
          'Commits that are made in the sandbox, by you or by the agent, carry this name and address. Whoever gets the commits can read both. Without them git asks who you are and commits nothing.',
        )}
      </p>
      <form className={styles['form']} onSubmit={submit}>
        <label htmlFor={ids.name}>{t('Name')}</label>
        <input
          id={ids.name}
          autoComplete="name"
          spellCheck={false}
          maxLength={200}
          value={fields.name}
          onChange={(event) => setFields({ ...fields, name: event.target.value })}
        />
        <label htmlFor={ids.email}>{t('E-mail')}</label>
        <input
          id={ids.email}
          type="email"
          autoComplete="email"
          spellCheck={false}
          maxLength={200}
          value={fields.email}
          onChange={(event) => setFields({ ...fields, email: event.target.value })}
        />
        <div className={styles['row']}>
          <button type="submit" className={styles['submit']} disabled={isSame}>
            {t('Save')}
          </button>
          {isSame && isPerson && (
            <p role="status" data-tone="ok">
              {t('Commits are by {name} <{email}>.', { name: person.name, email: person.email })}
            </p>
          )}
        </div>
      </form>
      <PlaceSection {...place} />
      {notify !== undefined && <NotifySection {...notify} />}
      {onWithdrawContainers !== undefined && (
        <>
          <h3>{t('WebContainers')}</h3>
          <p>
            {t(
              'You agreed to the terms and the network of StackBlitz. Without that nothing is loaded from there; the page reloads, and what runs in a container ends.',
            )}
          </p>
          <div>
            <Button onPress={onWithdrawContainers}>{t('Withdraw')}</Button>
          </div>
        </>
      )}
    </>
  )
}
