import type { ReactNode } from 'react'
import { MOST_WORKER_FUNCTIONS, ruleNameOf, type RemoteCall, type WorkerFunction } from '@tabwright/protocol'
import { Visible } from '../approvals/exact-request'
import { locale, plural, t, type Phrase } from '../language'
import styles from './settings.module.css'

/** Functions of other programs, as agents here find them. */
export function FoundFunctions({ functions }: { readonly functions: readonly WorkerFunction[] }): ReactNode {
  return (
    <>
      <h3>{t('What agents can call')}</h3>
      <p className={styles['aside']}>
        {functions.length === 0
          ? t('No other program offers a function now.')
          : t(
              'Each call asks you, unless a rule in Permissions speaks for it, such as orders::refund or orders::*. What a program says of its functions is its own word.',
            )}
      </p>
      {functions.length >= MOST_WORKER_FUNCTIONS && (
        <p className={styles['aside']}>
          {t('These are the first {count} by their names; agents find no more of them.', {
            count: MOST_WORKER_FUNCTIONS,
          })}
        </p>
      )}
      {functions.length > 0 && (
        <div className={styles['table']} tabIndex={0} role="region" aria-label={t('Functions of other programs')}>
          <table>
            <thead>
              <tr>
                <th scope="col">{t('Function')}</th>
                <th scope="col">{t('Whose')}</th>
                <th scope="col">{t('What it says of itself')}</th>
                <th scope="col">{t('Used')}</th>
              </tr>
            </thead>
            <tbody>
              {functions.map(({ id, worker, description, uses }) => (
                <tr key={id}>
                  <td>{ruleNameOf(id)}</td>
                  <td>
                    <Visible text={worker} />
                  </td>
                  <td>
                    <Visible text={description} />
                  </td>
                  <td>{uses === 0 ? t('not yet') : plural(uses, 'time')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

interface RelayCallsProps {
  /** Newest first. */
  readonly calls: readonly RemoteCall[]
  readonly titleOf: (session: string) => string | undefined
}

/** Who called this tab, and whom its agents called. */
export function RelayCalls({ calls, titleOf }: RelayCallsProps): ReactNode {
  return (
    <>
      <h3>{t('Who called')}</h3>
      <CallTable label={t('Calls from the relay')} who={t('Who')} calls={calls.filter(({ to }) => to === undefined)} titleOf={titleOf} />
      <h3>{t('Whom agents called')}</h3>
      <CallTable label={t('Calls of agents')} who={t('Whom')} calls={calls.filter(({ to }) => to !== undefined)} titleOf={titleOf} />
    </>
  )
}

const OUTCOMES: Readonly<Record<RemoteCall['outcome'], Phrase>> = { begun: 'begun', done: 'done', failed: 'refused or failed' }

function CallTable({ label, who, calls, titleOf }: RelayCallsProps & { readonly label: string; readonly who: string }): ReactNode {
  if (calls.length === 0) return <p className={styles['aside']}>{t('Nobody yet.')}</p>
  return (
    <div className={styles['table']} tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('When')}</th>
            <th scope="col">{who}</th>
            <th scope="col">{t('What')}</th>
            <th scope="col">{t('How it ended')}</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call, place) => (
            <tr key={`${call.at} ${place}`}>
              <td>{new Date(call.at).toLocaleString(locale())}</td>
              <td>{call.to ?? call.by}</td>
              <td>
                {call.function}
                {call.session !== undefined && `, ${titleOf(call.session) ?? t('a session that is gone')}`}
              </td>
              <td data-effect={call.outcome === 'failed' ? 'deny' : undefined}>{call.why ?? t(OUTCOMES[call.outcome])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
