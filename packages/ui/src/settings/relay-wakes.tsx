import { useEffect, useId, useRef, useState, type FormEvent, type ReactNode } from 'react'
import { failureOf, sessionId, type Membership, type Wake, type WakeTrigger, type WakeWish } from '@tabwright/protocol'
import { Rich, t } from '../language'
import { Visible } from '../approvals/exact-request'
import { Button } from '../layout/button'
import { dayOf } from '../layout/figures'
import styles from './settings.module.css'

export interface RelayWakesProps {
  readonly membership: Pick<Membership, 'wakes' | 'link'>
  /** Those that can be woken. */
  readonly sessions: readonly { readonly id: string; readonly title: string }[]
  /** Rejects with a FailureError that says what is wrong with it. */
  readonly onWake: (wish: WakeWish) => Promise<void>
  readonly onStopWaking: (id: string) => Promise<void>
  /** The one that is open: what the form begins with. */
  readonly current?: string | undefined
  /** The person came here to have it woken. */
  readonly isWanted?: boolean | undefined
}

/** What the relay wakes agents for: changes of state, topics and times. */
export function RelayWakes(props: RelayWakesProps): ReactNode {
  const { sessions, onWake, onStopWaking, current, isWanted } = props
  const { wakes, link } = props.membership
  const [problem, setProblem] = useState<string>()
  const stop = (id: string): void => {
    onStopWaking(id).then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(failureOf(error).message),
    )
  }
  return (
    <section aria-label={t('What wakes agents')}>
      <h3>{t('What wakes agents')}</h3>
      <p className={styles['aside']}>
        {t(
          'The relay sends your text to a session each time, with what happened. It keeps what is due while no tab is open. Nothing then passes unasked because of the session’s mode: what no rule allows waits for you.',
        )}
      </p>
      {wakes.map((wake) => (
        <div
          key={wake.id}
          className={styles['current']}
          data-on={wake.isBound || undefined}
          role="group"
          aria-label={wakeWords(wake.trigger)}
        >
          <p>
            <WakeSentence wake={wake} session={sessions.find(({ id }) => id === wake.session)?.title} />
            {!wake.isBound && ` ${t('The relay does not know of it now; it is told when this tab joins.')}`}
          </p>
          <Button look="danger" onPress={() => stop(wake.id)}>
            {t('Stop waking')}
          </Button>
        </div>
      ))}
      {problem !== undefined && <p role="alert">{problem}</p>}
      {sessions.length === 0 ? (
        <p className={styles['aside']}>{t('There is no session to wake.')}</p>
      ) : (
        <WakeForm sessions={sessions} isOpen={link.type === 'open'} onWake={onWake} current={current} isWanted={isWanted} />
      )}
    </section>
  )
}

function WakeSentence({ wake, session }: { readonly wake: Wake; readonly session: string | undefined }): ReactNode {
  const parts = {
    when: (
      <strong>
        <Visible text={wakeWords(wake.trigger)} />
      </strong>
    ),
    session: session ?? t('a session that is gone'),
    text: <Visible text={wake.text} />,
  }
  const isAsked = wake.by === 'agent'
  if (wake.until === undefined)
    return <Rich text={isAsked ? '{when} wakes {session}, as its agent asked: {text}' : '{when} wakes {session}: {text}'} with={parts} />
  return (
    <Rich
      text={isAsked ? '{when} wakes {session}, as its agent asked, until {day}: {text}' : '{when} wakes {session}, until {day}: {text}'}
      with={{ ...parts, day: dayOf(wake.until) }}
    />
  )
}

function wakeWords(trigger: WakeTrigger): string {
  if (trigger.type === 'queue') return t('Topic {topic}', { topic: trigger.topic })
  if (trigger.type === 'cron')
    return t('At {time}', { time: trigger.timezone === undefined ? trigger.expression : `${trigger.expression}, ${trigger.timezone}` })
  const { scope, key, condition } = trigger
  const place = key === undefined ? scope : `${scope} ${key}`
  return condition === undefined ? t('State {place}', { place }) : t('State {place}, when {condition}', { place, condition })
}

type Fields = Readonly<Record<'type' | 'what' | 'key' | 'more' | 'session' | 'text', string>>

const KINDS = {
  state: { label: 'State changes', what: 'Scope', hint: 'research-tasks', more: 'Only when', moreHint: 'status == "pending"' },
  queue: { label: 'Something is published', what: 'Topic', hint: 'orders', more: undefined, moreHint: '' },
  cron: {
    label: 'At times',
    what: 'Seconds, minutes, hours, day, month, weekday',
    hint: '0 0 9 * * 1-5',
    more: 'Time zone',
    moreHint: 'UTC',
  },
} as const

const kindOf = (type: string): keyof typeof KINDS => (type === 'queue' || type === 'cron' ? type : 'state')

function triggerOf({ type, what, key, more }: Fields): WakeTrigger {
  const [name, one, rest] = [what.trim(), key.trim(), more.trim()]
  switch (kindOf(type)) {
    case 'queue':
      return { type: 'queue', topic: name }
    case 'cron':
      return { type: 'cron', expression: name, ...(rest !== '' && { timezone: rest }) }
    case 'state':
      return { type: 'state', scope: name, ...(one !== '' && { key: one }), ...(rest !== '' && { condition: rest }) }
  }
}

interface WakeFormProps extends Pick<RelayWakesProps, 'sessions' | 'onWake' | 'current' | 'isWanted'> {
  readonly isOpen: boolean
}

const EMPTY = { what: '', key: '', more: '', text: '' } as const

function WakeForm({ sessions, isOpen, onWake, current, isWanted }: WakeFormProps): ReactNode {
  const first = sessions.find((one) => one.id === current) ?? sessions[0]
  const [fields, setFields] = useState<Fields>({ type: 'state', ...EMPTY, session: first?.id ?? '' })
  const begin = useRef<HTMLSelectElement>(null)
  useEffect(() => {
    if (isWanted === true) begin.current?.focus()
  }, [isWanted])
  const [problem, setProblem] = useState<string>()
  const id = useId()
  const kind = KINDS[kindOf(fields.type)]
  const set = (name: keyof Fields) => (event: { readonly target: { readonly value: string } }) =>
    setFields({ ...fields, [name]: event.target.value })
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    try {
      await onWake({ session: sessionId(fields.session), trigger: triggerOf(fields), text: fields.text })
      setFields({ ...fields, ...EMPTY })
      setProblem(undefined)
    } catch (error) {
      setProblem(failureOf(error).message)
    }
  }
  const plain = { spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } as const
  return (
    <form className={styles['form']} aria-label={t('Wake a session')} onSubmit={(event) => void submit(event)}>
      <label htmlFor={`${id}-type`}>{t('When')}</label>
      <select id={`${id}-type`} ref={begin} value={fields.type} onChange={set('type')}>
        {Object.entries(KINDS).map(([type, { label }]) => (
          <option key={type} value={type}>
            {t(label)}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-what`}>{t(kind.what)}</label>
      <input id={`${id}-what`} {...plain} placeholder={kind.hint} value={fields.what} onChange={set('what')} />
      {kindOf(fields.type) === 'state' && (
        <>
          <label htmlFor={`${id}-key`}>{t('Key')}</label>
          <input id={`${id}-key`} {...plain} placeholder={t('all of them')} value={fields.key} onChange={set('key')} />
        </>
      )}
      {kind.more !== undefined && (
        <>
          <label htmlFor={`${id}-more`}>{t(kind.more)}</label>
          <input id={`${id}-more`} {...plain} placeholder={kind.moreHint} value={fields.more} onChange={set('more')} />
        </>
      )}
      <label htmlFor={`${id}-session`}>{t('Wake')}</label>
      <select id={`${id}-session`} value={fields.session} onChange={set('session')}>
        {sessions.map((one) => (
          <option key={one.id} value={one.id}>
            {one.title}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-text`}>{t('Say')}</label>
      <input id={`${id}-text`} value={fields.text} placeholder={t('Look into it and say what you find.')} onChange={set('text')} />
      <div className={styles['row']}>
        <button type="submit" className={styles['submit']} disabled={!isOpen || fields.what.trim() === '' || fields.text.trim() === ''}>
          {t('Wake this session')}
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
