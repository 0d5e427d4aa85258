import { Suspense, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { Banner, PairingForm } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useApp, useParts } from '../store/context'
import { useRole } from '../store/session-view'
import { RoleBanner } from './lazy-session'
import { storageBanner } from './storage-banner'

interface BannersProps {
  readonly handle: SessionHandle | undefined
  readonly session: SessionRow | undefined
}

/** What concerns the whole page, worst first. */
export function Banners({ handle, session }: BannersProps): ReactNode {
  return (
    <>
      <StorageBanner handle={handle} session={session} />
      <Suspense>{handle !== undefined && session !== undefined && <RoleBanner handle={handle} session={session} />}</Suspense>
      <OfflineBanner />
      <UpdateBanner />
      <ProviderBanner />
    </>
  )
}

function StorageBanner({ handle, session }: BannersProps): ReactNode {
  const storage = useApp((state) => state.storage)
  const failure = useApp((state) => state.sessionsFailure)
  const readSessions = useApp((state) => state.readSessions)
  const readStorage = useApp((state) => state.readStorage)
  const setSettings = useApp((state) => state.setSettings)
  const exportSession = useApp((state) => state.exportSession)
  const role = useRole(handle)
  const [read, setRead] = useState<string>()
  // The banner of the paused session says the same and more.
  const isSaid = role?.type === 'paused' && role.failure.code === 'storage_full'
  const banner = storageBanner(storage, { failure, isSaid, read })
  if (banner === undefined) return null
  const again = (): void => {
    void readSessions()
    void readStorage()
  }
  const presses = {
    'Free space': () => setSettings('storage'),
    Export: () => session !== undefined && void exportSession(session),
    Restore: () => setSettings('storage'),
    Reload: () => location.reload(),
    'Try again': again,
    Dismiss: () => setRead(banner.text),
  }
  const actions = banner.actions
    .filter((label) => label !== 'Export' || session !== undefined)
    .map((label) => ({ label: t(label), onPress: presses[label] }))
  return (
    <Banner kind={banner.kind} actions={actions}>
      {banner.text}
    </Banner>
  )
}

const subscribeOnline = (listener: () => void): (() => void) => {
  addEventListener('online', listener)
  addEventListener('offline', listener)
  return () => {
    removeEventListener('online', listener)
    removeEventListener('offline', listener)
  }
}

/** Said only where something out there is asked: the demo model needs no network. */
function OfflineBanner(): ReactNode {
  const isOnline = useSyncExternalStore(subscribeOnline, () => navigator.onLine)
  const provider = useApp((state) => state.connection?.provider.type)
  const connect = useApp((state) => state.connect)
  useEffect(() => {
    if (isOnline) return
    return () => void connect()
  }, [isOnline, connect])
  if (isOnline || provider === undefined || provider === 'demo') return null
  return <Banner kind="note">{t('This machine is offline. What you write is kept, and requests go on when the network is back.')}</Banner>
}

/** A newer build is loaded by a person and never while something runs that a reload would end. */
function UpdateBanner(): ReactNode {
  const { offline, handles } = useParts()
  const isReady = useSyncExternalStore(offline.watch, () => offline.state().isUpdateReady)
  const isAtWork = useSyncExternalStore(handles.watch, handles.isAtWork)
  if (!isReady) return null
  if (isAtWork) return <Banner kind="note">{t('Update ready. It can be loaded as soon as nothing runs here.')}</Banner>
  return (
    <Banner kind="note" actions={[{ label: t('Reload'), onPress: offline.update }]}>
      {t('Update ready.')}
    </Banner>
  )
}

function ProviderBanner(): ReactNode {
  const relay = useApp((state) => state.relay)
  const connection = useApp((state) => state.connection)
  const failure = useApp((state) => state.providerFailure)
  const connect = useApp((state) => state.connect)
  const setSettings = useApp((state) => state.setSettings)
  if (relay === 'locked' && failure !== undefined) return <PairingForm why={failure.message} onPair={connect} />
  if (failure !== undefined) {
    const isKey = failure.code === 'rejected_key' || failure.code === 'no_key'
    const action = isKey
      ? { label: t('Fix key'), onPress: () => setSettings('providers') }
      : { label: t('Try again'), onPress: () => void connect() }
    return (
      <Banner kind="alert" actions={[action]}>
        {t('{why} Until then the demo model answers.', { why: failure.message })}
      </Banner>
    )
  }
  if (connection === undefined) return null
  const missing = relay === 'none' ? t('No relay here: a key stays in this tab’s memory.') : ''
  if (connection.provider.type === 'demo') {
    return (
      <Banner kind="note" actions={[{ label: t('Connect a provider'), onPress: () => setSettings('providers') }]}>
        {t('You are in demo mode (scripted model, no key).')}
        {missing !== '' && ` ${missing}`}
      </Banner>
    )
  }
  return missing === '' ? null : <Banner kind="note">{missing}</Banner>
}
