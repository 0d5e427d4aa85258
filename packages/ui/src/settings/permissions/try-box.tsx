import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { failureOf, type Mode, type Verdict } from '@tabwright/protocol'
import { modeName } from '../../chat/mode-chip'
import { t } from '../../language'
import styles from '../settings.module.css'

export interface TryBoxProps {
  readonly mode: Mode
  readonly onTry: (call: string) => Promise<Verdict>
}

/** Judges a call that nobody makes. */
export function TryBox({ mode, onTry }: TryBoxProps): ReactNode {
  const ids = { call: useId(), help: useId() }
  const [call, setCall] = useState('')
  const [said, setSaid] = useState<{ readonly tone: 'ok' | 'danger' | 'ask'; readonly text: string }>()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      const verdict = await onTry(call)
      setSaid({ tone: verdict.type === 'allow' ? 'ok' : verdict.type === 'deny' ? 'danger' : 'ask', text: verdictText(verdict) })
    } catch (error) {
      setSaid({ tone: 'danger', text: failureOf(error).message })
    }
  }
  return (
    <>
      <h3>{t('Would this call be allowed?')}</h3>
      <form className={styles['form']} onSubmit={(event) => void submit(event)} aria-label={t('Try a call')}>
        <label htmlFor={ids.call}>{t('Call')}</label>
        <input
          id={ids.call}
          aria-describedby={ids.help}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          placeholder="shell(npm test && git push)"
          value={call}
          onChange={(event) => {
            setCall(event.target.value)
            setSaid(undefined)
          }}
        />
        <small id={ids.help} className={styles['help']}>
          {t(
            'Judged by the rules above in mode {mode}, and nothing runs. What you allowed for one session, and links between its files, are not counted.',
            { mode: modeName(mode) },
          )}
        </small>
        <div className={styles['row']}>
          <button type="submit" className={styles['submit']} disabled={call.trim() === ''}>
            {t('Try')}
          </button>
          <p role="status" data-tone={said?.tone}>
            {said?.text}
          </p>
        </div>
      </form>
    </>
  )
}

/** One sentence that names the rule or the mode. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.type) {
    case 'allow':
      return t(verdict.by ? 'Allowed by rule {shown}.' : 'Allowed by {shown}.', { shown: verdict.shown })
    case 'deny':
      return t('Denied: {reason}.', { reason: verdict.reason })
    case 'ask':
      return t('Asks: {reason}.', { reason: verdict.reason.replace(/\.$/, '') })
  }
}
