import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { DEFAULT_LIMITS, LIMIT_SCOPES, LIMIT_UNITS, type Limits, type LimitScope, type LimitUnit } from '@tabwright/protocol'
import { t, type Phrase } from '../language'
import { GuardsSection, type GuardsSectionProps } from './guards-section'
import { HooksSection, type HooksSectionProps } from './hooks-section'
import { QualitySection, type QualitySectionProps } from './quality-section'
import { emptyField, fieldKey, limitsOfFields, fieldsOf } from './limit-fields'
import styles from './settings.module.css'

export interface LimitsTabProps {
  readonly limits: Limits
  readonly onLimits: (limits: Limits) => void
  readonly guards: GuardsSectionProps
  /** Not there for the demo, whose answers are what they are. */
  readonly quality?: QualitySectionProps | undefined
  /** Of the project of the open session; undefined where none is open. */
  readonly hooks?: HooksSectionProps | undefined
}

const SCOPE_NAMES: Readonly<Record<LimitScope, Phrase>> = { turn: 'A turn', session: 'A session', day: 'A day' }
const UNIT_NAMES: Readonly<Record<LimitUnit, Phrase>> = { tokens: 'Tokens', dollars: 'US dollars', steps: 'Steps', minutes: 'Minutes' }

/** How much may be spent before a person is asked. */
export function LimitsTab({ limits, onLimits, guards, quality, hooks }: LimitsTabProps): ReactNode {
  const [fields, setFields] = useState(() => fieldsOf(limits))
  const title = useId()
  const about = useId()
  const { next, wrong } = limitsOfFields(fields)
  const isSame = JSON.stringify(next) === JSON.stringify(limits)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (wrong.length > 0) return
    setFields(fieldsOf(next))
    onLimits(next)
  }
  const reset = (): void => {
    setFields(fieldsOf(DEFAULT_LIMITS))
    onLimits(DEFAULT_LIMITS)
  }
  return (
    <>
      <h3 id={title}>{t('Limits')}</h3>
      <p id={about}>
        {t(
          'In front of each request the session looks at what was spent. At a limit the request under way is finished, no other is sent, and you are asked whether to go on. An empty field is no limit.',
        )}
      </p>
      <form onSubmit={submit} noValidate>
        <table className={styles['limits']} aria-labelledby={title} aria-describedby={about}>
          <thead>
            <tr>
              <td />
              {LIMIT_SCOPES.map((scope) => (
                <th key={scope} scope="col">
                  {t(SCOPE_NAMES[scope])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {LIMIT_UNITS.map((unit) => (
              <tr key={unit}>
                <th scope="row">{t(UNIT_NAMES[unit])}</th>
                {LIMIT_SCOPES.map((scope) => {
                  const key = fieldKey(scope, unit)
                  return (
                    <td key={scope}>
                      <input
                        inputMode={unit === 'dollars' ? 'decimal' : 'numeric'}
                        autoComplete="off"
                        maxLength={14}
                        aria-label={t('{unit}, {scope}', { unit: t(UNIT_NAMES[unit]), scope: t(SCOPE_NAMES[scope]).toLowerCase() })}
                        aria-invalid={wrong.includes(key)}
                        placeholder={emptyField(scope, unit)}
                        value={fields[key] ?? ''}
                        onChange={(event) => setFields({ ...fields, [key]: event.target.value })}
                      />
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <div className={styles['row']}>
          <button type="submit" className={styles['submit']} disabled={isSame || wrong.length > 0}>
            {t('Save')}
          </button>
          <button type="button" className={styles['quiet']} onClick={reset}>
            {t('Back to the defaults')}
          </button>
          {wrong.length > 0 ? (
            <p role="alert" data-tone="danger">
              {t('Write a number, or leave the field empty.')}
            </p>
          ) : (
            isSame && (
              <p role="status" data-tone="ok">
                {t('These limits hold.')}
              </p>
            )
          )}
        </div>
      </form>
      <p className={styles['aside']}>
        {t(
          'Tokens are those that a model reads anew and those that it writes; what it reads from the cache costs a small part and is not counted. Money is at list prices: what a model without a known price costs is unknown and not in it. Minutes are those of work, without the time in which you are waited for. Summaries count like everything else. A day begins at midnight UTC and is that of all sessions in this browser.',
        )}
      </p>
      <GuardsSection {...guards} />
      {quality && <QualitySection {...quality} />}
      {hooks && <HooksSection {...hooks} />}
    </>
  )
}
