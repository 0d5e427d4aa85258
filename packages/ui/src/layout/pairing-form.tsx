import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { said, t } from '../language'
import styles from './banner.module.css'
import controls from './controls.module.css'

export interface PairingFormProps {
  /** What the relay said to a page without a code, or with a wrong one. */
  readonly why: string
  /** Ends when the relay answered; what it said then comes as `why`. */
  readonly onPair: (code: string) => Promise<void>
}

/** A strip across the page for a relay that lets a page in only with the code that it printed: it is open to other machines or pages. */
export function PairingForm({ why, onPair }: PairingFormProps): ReactNode {
  const id = useId()
  const [code, setCode] = useState('')
  const [isAsking, setAsking] = useState(false)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (code.trim() === '' || isAsking) return
    setAsking(true)
    void onPair(code.trim()).finally(() => setAsking(false))
  }
  return (
    <form className={styles['banner']} data-kind="alert" data-testid="pairing" onSubmit={submit}>
      <p role="alert" id={`${id}-why`}>
        {said(why)}
      </p>
      <label htmlFor={id}>{t('Pairing code')}</label>
      <input
        id={id}
        className={styles['code']}
        aria-describedby={`${id}-why`}
        autoComplete="one-time-code"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={40}
        placeholder="ABCD-2345"
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <button type="submit" className={controls['button']} data-look="outline" disabled={isAsking}>
        {isAsking ? t('Asking…') : t('Pair')}
      </button>
    </form>
  )
}
