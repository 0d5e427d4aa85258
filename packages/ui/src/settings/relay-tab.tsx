import { useEffect, useId, useState, type FormEvent, type ReactNode } from 'react'
import { failureOf, type ChosenFunction, type Membership, type TabSetting, type TabSwitch } from '@tabwright/protocol'
import { said, t } from '../language'
import { Button } from '../layout/button'
import { FoundFunctions, RelayCalls } from './relay-calls'
import { RelayFingerprint } from './relay-fingerprint'
import { RelaySwitches } from './relay-switches'
import { RelayWakes, type RelayWakesProps } from './relay-wakes'
import { RelayWebSearch } from './relay-web-search'
import styles from './settings.module.css'

export interface RelayTabProps extends Omit<RelayWakesProps, 'membership'> {
  /** undefined while it is read. */
  readonly membership: Membership | undefined
  /** Of the relay, as it printed it when it started. */
  readonly fingerprint: string | undefined
  /** Where a person entered a code for this page. */
  readonly onUnpair?: (() => Promise<void>) | undefined
  readonly titleOf: (session: string) => string | undefined
  /** Reads it anew. */
  readonly onRead: () => Promise<void>
  readonly onOn: (isOn: boolean) => Promise<void>
  /** Rejects with a FailureError that says what is wrong with the name. */
  readonly onName: (name: string) => Promise<void>
  readonly onSwitch: (id: TabSwitch, setting: TabSetting) => Promise<void>
  readonly onWebSearch: (chosen: ChosenFunction | undefined) => Promise<void>
}

/** What other programs on the relay may do with this tab, what its agents may call there, and what was called. */
export function RelayTab(props: RelayTabProps): ReactNode {
  const { membership, onRead } = props
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    onRead().catch((error: unknown) => setProblem(failureOf(error).message))
  }, [onRead])
  const attempt = (work: Promise<void>): void => {
    work.then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(failureOf(error).message),
    )
  }
  if (membership === undefined)
    return problem === undefined ? <p className={styles['aside']}>{t('Reading…')}</p> : <p role="alert">{said(problem)}</p>
  return (
    <>
      <h3>{t('Relay')}</h3>
      <p>
        {t(
          'Programs that are joined to the relay can call this tab, and its agents can call them. They are never taken for you: the agent is told who wrote, what it does then is asked about as ever, and none of them can answer a question that is meant for you.',
        )}
      </p>
      <div className={styles['current']} data-on={membership.link.type === 'open' || undefined} role="group" aria-label={t('Connection')}>
        <p role="status">{standing(membership)}</p>
        <Button onPress={() => attempt(props.onOn(!membership.isOn))}>
          {membership.isOn ? t('Leave the relay') : t('Join the relay')}
        </Button>
      </div>
      {props.fingerprint !== undefined && <RelayFingerprint fingerprint={props.fingerprint} />}
      {props.onUnpair !== undefined && <Unpair onUnpair={props.onUnpair} attempt={attempt} />}
      {membership.refused.map((text) => (
        <p key={text} className={styles['aside']}>
          {t('The relay did not take this: {text}', { text })}
        </p>
      ))}
      {problem !== undefined && <p role="alert">{said(problem)}</p>}
      <NameForm key={membership.wish} wish={membership.wish} onName={props.onName} />
      <RelaySwitches membership={membership} onSwitch={(id, setting) => attempt(props.onSwitch(id, setting))} />
      <RelayWakes {...props} membership={membership} />
      <FoundFunctions functions={membership.functions} />
      <RelayWebSearch membership={membership} onWebSearch={(chosen) => attempt(props.onWebSearch(chosen))} />
      <RelayCalls calls={membership.calls} titleOf={props.titleOf} />
    </>
  )
}

function Unpair({
  onUnpair,
  attempt,
}: {
  readonly onUnpair: () => Promise<void>
  readonly attempt: (work: Promise<void>) => void
}): ReactNode {
  return (
    <div className={styles['current']} role="group" aria-label={t('Pairing')}>
      <p>{t('This tab was paired with a code and stays so over reloads, until it is closed or a day has passed.')}</p>
      <Button onPress={() => attempt(onUnpair())}>{t('Unpair this tab')}</Button>
    </div>
  )
}

function standing({ isOn, link, name }: Membership): string {
  if (!isOn) return t('This tab is not joined. Nobody can call it.')
  if (link.type === 'open') return t('Joined as {name}. Its functions begin with {name}::', { name: name ?? '' })
  if (link.type === 'waiting') return t('Not joined at the moment. {why} It is tried again by itself.', { why: link.why })
  return link.type === 'connecting' ? t('Joining…') : t('There is no relay to join. Start one with npm start.')
}

function NameForm({ wish, onName }: { readonly wish: string; readonly onName: (name: string) => Promise<void> }): ReactNode {
  const [name, setName] = useState(wish)
  const [problem, setProblem] = useState<string>()
  const field = useId()
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      await onName(name.trim())
      setProblem(undefined)
    } catch (error) {
      setProblem(failureOf(error).message)
    }
  }
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)}>
      <label htmlFor={field}>{t('Name')}</label>
      <input
        id={field}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <p className={styles['help']}>{t('A second tab of this browser gets a number behind it.')}</p>
      <div className={styles['row']}>
        <button type="submit" className={styles['submit']} disabled={name.trim() === '' || name.trim() === wish}>
          {t('Use this name')}
        </button>
        {problem !== undefined && (
          <p role="alert" data-tone="danger">
            {problem}
          </p>
        )}
      </div>
    </form>
  )
}
