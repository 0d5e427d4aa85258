import { Suspense, useState, type ReactNode } from 'react'
import { failureOf, type ShareAddress } from '@tabwright/protocol'
import { lazyLayer } from '@tabwright/ui'
import { useLocation } from 'wouter'
import { t } from '@tabwright/ui/language'
import { sessionAddress } from '../store/address'
import { useApp, useParts } from '../store/context'

const ForkShared = lazyLayer('This dialog', async () => (await import('@tabwright/ui/share')).ForkShared)

/** The address asked to take over a shared session: a person says yes first. */
export function ForkSharedPanel(): ReactNode {
  const forking = useApp((state) => state.forking)
  return forking === undefined ? null : <Asked address={forking} />
}

function Asked({ address }: { readonly address: ShareAddress }): ReactNode {
  const { shares } = useParts()
  const setForking = useApp((state) => state.setForking)
  const readSessions = useApp((state) => state.readSessions)
  const [, navigate] = useLocation()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string>()
  const fork = async (): Promise<void> => {
    const session = await shares.fork(address)
    await readSessions()
    setForking(undefined)
    navigate(sessionAddress(session, location.search))
  }
  const onFork = (): void => {
    setBusy(true)
    setFailed(undefined)
    fork()
      .catch((error: unknown) => setFailed(t('{why} Nothing was made.', { why: failureOf(error).message })))
      .finally(() => setBusy(false))
  }
  return (
    <Suspense>
      <ForkShared busy={busy} failed={failed} onFork={onFork} onClose={() => setForking(undefined)} />
    </Suspense>
  )
}
