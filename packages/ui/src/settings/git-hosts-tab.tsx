import { useEffect, useId, useState, type FormEvent, type ReactNode } from 'react'
import { failureOf } from '@tabwright/protocol'
import { Rich, t, type Text } from '../language'
import { Button } from '../layout/button'
import styles from './settings.module.css'

/** A token that the relay keeps for a host, as far as anybody is told of it. */
export interface HostTokenView {
  /** Such as `https://github.com`. */
  readonly origin: string
  readonly user: string
  /** Empty for one too short to show a part of. */
  readonly last4: string
  /** False: it has to be entered again. */
  readonly readable: boolean
}

export interface GitHostsTabProps {
  /** undefined while they are read. */
  readonly hosts: readonly HostTokenView[] | undefined
  /** Reads the list anew. Rejects with a FailureError. */
  readonly onRead: () => Promise<void>
  readonly onSave: (host: string, user: string, token: string) => Promise<void>
  readonly onRemove: (origin: string) => Promise<void>
}

/** Tokens that the relay adds to requests of the sandbox, each for one host. A token can be put in and taken away, never read back. */
export function GitHostsTab({ hosts, onRead, onSave, onRemove }: GitHostsTabProps): ReactNode {
  const [problem, setProblem] = useState<string>()
  const said = (error: unknown): void => setProblem(failureOf(error).message)
  useEffect(() => {
    onRead().then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(failureOf(error).message),
    )
  }, [onRead])
  return (
    <>
      <h3>{t('Git hosts')}</h3>
      <p>
        {t(
          'Tokens for places that ask who you are. The relay keeps them, encrypted, and adds one to a request only after you allowed that very request. Nothing in the sandbox, no command and no model, ever sees a token.',
        )}
      </p>
      {hosts?.map((host) => (
        <div key={host.origin} className={styles['current']} data-on={host.readable || undefined} role="group" aria-label={host.origin}>
          <p>
            <Rich text={standing(host)} with={{ origin: <strong>{host.origin}</strong>, user: host.user, last4: host.last4 }} />
          </p>
          <Button look="danger" onPress={() => void onRemove(host.origin).catch(said)}>
            {t('Remove token')}
          </Button>
        </div>
      ))}
      {hosts?.length === 0 && <p className={styles['aside']}>{t('No token is kept.')}</p>}
      {problem !== undefined && <p role="alert">{problem}</p>}
      <TokenForm onSave={onSave} />
    </>
  )
}

type Standing = Extract<Text, `{origin} as {user}${string}`>

function standing({ readable, last4 }: HostTokenView): Standing {
  if (!readable) return '{origin} as {user}. It was stored under another key of the relay: enter it again.'
  return last4 === '' ? '{origin} as {user}.' : '{origin} as {user}, the token ending in {last4}.'
}

function TokenForm({ onSave }: Pick<GitHostsTabProps, 'onSave'>): ReactNode {
  const [fields, setFields] = useState({ host: '', user: '', token: '' })
  const [state, setState] = useState<
    { readonly type: 'idle' | 'saving' } | { readonly type: 'said'; readonly tone: 'ok' | 'danger'; readonly text: string }
  >({ type: 'idle' })
  const ids = { host: useId(), user: useId(), token: useId() }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setState({ type: 'saving' })
    try {
      await onSave(fields.host.trim(), fields.user.trim(), fields.token.trim())
      setFields({ host: '', user: '', token: '' })
      setState({ type: 'said', tone: 'ok', text: t('The relay keeps the token.') })
    } catch (error) {
      setState({ type: 'said', tone: 'danger', text: failureOf(error).message })
    }
  }
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)}>
      <label htmlFor={ids.host}>{t('Host')}</label>
      <input
        id={ids.host}
        spellCheck={false}
        autoCapitalize="none"
        placeholder="github.com"
        value={fields.host}
        onChange={(event) => setFields({ ...fields, host: event.target.value })}
      />
      <label htmlFor={ids.user}>{t('User name')}</label>
      <input
        id={ids.user}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        placeholder={t('Any will do for most hosts')}
        value={fields.user}
        onChange={(event) => setFields({ ...fields, user: event.target.value })}
      />
      <label htmlFor={ids.token}>{t('Token')}</label>
      <input
        id={ids.token}
        type="password"
        autoComplete="off"
        spellCheck={false}
        value={fields.token}
        onChange={(event) => setFields({ ...fields, token: event.target.value })}
      />
      <div className={styles['row']}>
        <button
          type="submit"
          className={styles['submit']}
          disabled={fields.host.trim() === '' || fields.token.trim() === '' || state.type === 'saving'}
        >
          {state.type === 'saving' ? t('Saving…') : t('Keep in the relay')}
        </button>
        {state.type === 'said' && (
          <p role={state.tone === 'danger' ? 'alert' : 'status'} data-tone={state.tone}>
            {state.text}
          </p>
        )}
      </div>
    </form>
  )
}
