import { useId, useState, type FormEvent, type ReactNode } from 'react'
import { assertNever, failureOf, type Provider } from '@tabwright/protocol'
import { said, t } from '../language'
import { Button } from '../layout/button'
import { LongConversations, type LongConversationsProps } from './long-conversations'
import styles from './settings.module.css'

export interface ProvidersTabProps {
  readonly provider: Provider
  /** Who would keep a key entered now: the relay, or the memory of this tab. */
  readonly keeper: 'relay' | 'tab'
  /** Base URL to start from; empty means the relay's own. */
  readonly origin: string
  /** A host that a tab without a relay can reach: its headers name it, so it cannot be chosen here. */
  readonly fixedOrigin?: boolean
  /** Checks the key with the provider and keeps it. Rejects with a FailureError that says why not. */
  readonly onSave: (key: string, origin: string) => Promise<void>
  readonly onRemove: () => Promise<void>
  /** Not there where the model that answers leaves no choice. */
  readonly long?: LongConversationsProps
}

/** Which model answers, and the one key there is. A key can be put in and taken away, never read back. */
export function ProvidersTab(props: ProvidersTabProps): ReactNode {
  const { provider, keeper } = props
  return (
    <>
      <h3>{t('Anthropic, or any server that speaks its Messages API')}</h3>
      <Current provider={provider} onRemove={props.onRemove} />
      <KeyForm {...props} />
      <p className={styles['aside']}>
        {keeper === 'relay'
          ? t(
              'The relay on your machine keeps the key, encrypted, and adds it to requests on their way out. This page never sees it again.',
            )
          : t(
              'There is no relay, so the key stays in the memory of a worker in this tab and is gone when the tab closes. That is weaker than a relay: a script that took over this page could use the key. Start the relay with “npm start” to keep it out of the browser.',
            )}
      </p>
      {props.long !== undefined && <LongConversations {...props.long} />}
    </>
  )
}

function Current({ provider, onRemove }: Pick<ProvidersTabProps, 'provider' | 'onRemove'>): ReactNode {
  const [problem, setProblem] = useState<string>()
  const remove = (): void => {
    onRemove().then(
      () => setProblem(undefined),
      (error: unknown) => setProblem(failureOf(error).message),
    )
  }
  return (
    <div className={styles['current']} data-on={provider.type !== 'demo' || undefined}>
      <p>{describe(provider)}</p>
      {(provider.type === 'tab' || (provider.type === 'relay' && provider.source === 'settings')) && (
        <Button look="danger" onPress={remove}>
          {t('Remove key')}
        </Button>
      )}
      {problem !== undefined && <p role="alert">{said(problem)}</p>}
    </div>
  )
}

function describe(provider: Provider): string {
  switch (provider.type) {
    case 'demo':
      return t('No key yet: the demo model answers. It is a script that tours the product, not an intelligence.')
    case 'relay':
      return provider.source === 'environment'
        ? t('Connected to {origin}. The key ending in {last4} comes from the relay’s environment and is changed there.', {
            origin: provider.origin,
            last4: provider.last4,
          })
        : t('Connected to {origin}. The relay keeps the key ending in {last4}.', { origin: provider.origin, last4: provider.last4 })
    case 'tab':
      return t('Connected to {origin}. This tab holds the key ending in {last4} in memory.', {
        origin: provider.origin,
        last4: provider.last4,
      })
    default:
      return assertNever(provider)
  }
}

function KeyForm({ keeper, origin: first, fixedOrigin = false, onSave }: ProvidersTabProps): ReactNode {
  const [key, setKey] = useState('')
  const [origin, setOrigin] = useState(first)
  const [state, setState] = useState<
    { readonly type: 'idle' | 'saving' } | { readonly type: 'said'; readonly tone: 'ok' | 'danger'; readonly text: string }
  >({ type: 'idle' })
  const ids = { key: useId(), origin: useId() }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    setState({ type: 'saving' })
    try {
      await onSave(key.trim(), origin.trim())
      setKey('')
      setState({ type: 'said', tone: 'ok', text: t('The provider accepted the key. New turns use it.') })
    } catch (error) {
      setState({ type: 'said', tone: 'danger', text: failureOf(error).message })
    }
  }
  return (
    <form className={styles['form']} onSubmit={(event) => void submit(event)}>
      <label htmlFor={ids.key}>{t('API key')}</label>
      <input
        id={ids.key}
        type="password"
        autoComplete="off"
        spellCheck={false}
        placeholder="sk-ant-…"
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <label htmlFor={ids.origin}>{t('Base URL')}</label>
      <input
        id={ids.origin}
        type="url"
        spellCheck={false}
        readOnly={fixedOrigin}
        placeholder={t('As the relay is set up; https://api.anthropic.com unless told otherwise')}
        value={origin}
        onChange={(event) => setOrigin(event.target.value)}
      />
      <div className={styles['row']}>
        <button type="submit" className={styles['submit']} disabled={key.trim() === '' || state.type === 'saving'}>
          {state.type === 'saving' ? t('Checking…') : keeper === 'relay' ? t('Save in the relay') : t('Use in this tab')}
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
