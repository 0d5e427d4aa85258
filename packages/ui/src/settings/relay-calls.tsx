import type { ReactNode } from 'react'
import { MOST_WORKER_FUNCTIONS, ruleNameOf, type RemoteCall, type WorkerFunction } from '@tabwright/protocol'
import { Visible } from '../approvals/exact-request'
import { plural } from '../language'
import styles from './settings.module.css'

/** Functions of other programs, as agents here find them. */
export function FoundFunctions({ functions }: { readonly functions: readonly WorkerFunction[] }): ReactNode {
  return (
    <>
      <h3>What agents can call</h3>
      <p className={styles['aside']}>
        {functions.length === 0
          ? 'No other program offers a function now.'
          : 'Each call asks you, unless a rule in Permissions speaks for it, such as orders::refund or orders::*. What a program says of its functions is its own word.'}
      </p>
      {functions.length >= MOST_WORKER_FUNCTIONS && (
        <p className={styles['aside']}>{`These are the first ${MOST_WORKER_FUNCTIONS} by their names; agents find no more of them.`}</p>
      )}
      {functions.length > 0 && (
        <div className={styles['table']} tabIndex={0} role="region" aria-label="Functions of other programs">
          <table>
            <thead>
              <tr>
                <th scope="col">Function</th>
                <th scope="col">Whose</th>
                <th scope="col">What it says of itself</th>
                <th scope="col">Used</th>
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
                  <td>{uses === 0 ? 'not yet' : plural(uses, 'time')}</td>
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
      <h3>Who called</h3>
      <CallTable label="Calls from the relay" who="Who" calls={calls.filter(({ to }) => to === undefined)} titleOf={titleOf} />
      <h3>Whom agents called</h3>
      <CallTable label="Calls of agents" who="Whom" calls={calls.filter(({ to }) => to !== undefined)} titleOf={titleOf} />
    </>
  )
}

const OUTCOMES: Readonly<Record<RemoteCall['outcome'], string>> = { begun: 'begun', done: 'done', failed: 'refused or failed' }

function CallTable({ label, who, calls, titleOf }: RelayCallsProps & { readonly label: string; readonly who: string }): ReactNode {
  if (calls.length === 0) return <p className={styles['aside']}>Nobody yet.</p>
  return (
    <div className={styles['table']} tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">{who}</th>
            <th scope="col">What</th>
            <th scope="col">How it ended</th>
          </tr>
        </thead>
        <tbody>
          {calls.map((call, place) => (
            <tr key={`${call.at} ${place}`}>
              <td>{new Date(call.at).toLocaleString()}</td>
              <td>{call.to ?? call.by}</td>
              <td>
                {call.function}
                {call.session !== undefined && `, ${titleOf(call.session) ?? 'a session that is gone'}`}
              </td>
              <td data-effect={call.outcome === 'failed' ? 'deny' : undefined}>{call.why ?? OUTCOMES[call.outcome]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
