import type { ReactNode } from 'react'
import { assertNever } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { Banner } from '@tabwright/ui'
import { useApp } from '../store/context'
import { useAttempt, useRole } from '../store/session-view'

/** What concerns the whole page, worst first. */
export function Banners({ handle }: { readonly handle: SessionHandle | undefined }): ReactNode {
  return (
    <>
      <StorageBanner />
      {handle !== undefined && <RoleBanner handle={handle} />}
      <ProviderBanner />
    </>
  )
}

function StorageBanner(): ReactNode {
  const storage = useApp((state) => state.storage)
  const failure = useApp((state) => state.sessionsFailure)
  const read = useApp((state) => state.readSessions)
  if (storage?.type === 'off') {
    return <Banner kind="alert">Storage is switched off in this browser: everything works, but nothing outlives this tab.</Banner>
  }
  if (storage?.type === 'outdated' || storage?.type === 'blocked') {
    return (
      <Banner kind="alert" action={{ label: 'Reload', onPress: () => location.reload() }}>
        {storage.reason}
      </Banner>
    )
  }
  if (storage?.removed !== undefined) return <Banner kind="alert">{storage.removed}</Banner>
  if (storage?.full !== undefined) return <Banner kind="alert">{storage.full}</Banner>
  if (failure === undefined) return null
  return (
    <Banner kind="alert" action={{ label: 'Try again', onPress: () => void read() }}>
      The sessions could not be read: {failure.message}
    </Banner>
  )
}

function RoleBanner({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const role = useRole(handle)
  const attempt = useAttempt()
  if (role === undefined) return null
  switch (role.type) {
    case 'opening':
    case 'writer':
      return null
    case 'follower':
      return (
        <Banner kind="alert" action={{ label: 'Take over', onPress: () => attempt(handle.takeOver()) }}>
          Open in another tab: this one shows what happens there.
        </Banner>
      )
    case 'paused':
      return (
        <Banner kind="alert" action={{ label: 'Try again', onPress: () => attempt(handle.retryNow()) }}>
          {role.failure.message}
        </Banner>
      )
    case 'readonly':
      return role.failure.code === 'newer' ? (
        <Banner kind="alert" action={{ label: 'Reload', onPress: () => location.reload() }}>
          {role.failure.message}
        </Banner>
      ) : (
        <Banner kind="alert">{role.failure.message}</Banner>
      )
    case 'failed':
      return (
        <Banner kind="alert" action={{ label: 'Reload', onPress: () => location.reload() }}>
          {role.failure.message}
        </Banner>
      )
    default:
      return assertNever(role)
  }
}

function ProviderBanner(): ReactNode {
  const relay = useApp((state) => state.relay)
  const connection = useApp((state) => state.connection)
  const failure = useApp((state) => state.providerFailure)
  const connect = useApp((state) => state.connect)
  const setSettings = useApp((state) => state.setSettings)
  if (failure !== undefined) {
    const isKey = failure.code === 'rejected_key' || failure.code === 'no_key'
    const action = isKey
      ? { label: 'Fix key', onPress: () => setSettings('providers') }
      : { label: 'Try again', onPress: () => void connect() }
    return (
      <Banner kind="alert" action={action}>
        {failure.message} Until then the demo model answers.
      </Banner>
    )
  }
  if (connection === undefined) return null
  const missing = relay === 'none' ? ' No relay here: a key stays in this tab’s memory.' : ''
  if (connection.provider.type === 'demo') {
    return (
      <Banner kind="note" action={{ label: 'Connect a provider', onPress: () => setSettings('providers') }}>
        You are in demo mode (scripted model, no key).{missing}
      </Banner>
    )
  }
  return missing === '' ? null : <Banner kind="note">{missing.trim()}</Banner>
}
