import { Suspense, useEffect, useMemo, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { HandsChoice, OfferedDirectory } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { HandsChip, lazyLayer } from '@tabwright/ui'
import { agree, isAgreed, takeWanted } from '../store/container-consent'
import { useApp, useParts } from '../store/context'
import { useAttempt } from '../store/session-view'

const ContainersConsent = lazyLayer('The question', async () => (await import('@tabwright/ui/settings')).ContainersConsent)

const WEBCONTAINERS: HandsChoice = { type: 'webcontainers' }

interface SessionHandsProps {
  readonly handle: SessionHandle
  readonly hands: HandsChoice
}

/** Where the commands of a session run. */
export function SessionHands({ handle, hands }: SessionHandsProps): ReactNode {
  const attempt = useAttempt()
  const offered = useOffered()
  const { container } = useParts()
  const state = useSyncExternalStore(container.watch, container.state)
  // Only the relay changes the page's policy when the person agrees.
  const canHave = useApp(({ keeper }) => keeper === 'relay') && crossOriginIsolated
  const [isAsked, setAsked] = useState(false)
  useEffect(() => {
    if (isAgreed() && takeWanted(handle.id)) attempt(handle.setHands(WEBCONTAINERS))
  }, [handle, attempt])
  const choose = (wanted: HandsChoice): void => {
    if (wanted.type === 'webcontainers' && !isAgreed()) setAsked(true)
    else attempt(handle.setHands(wanted))
  }
  return (
    <>
      <HandsChip hands={hands} offered={offered} container={canHave ? state : undefined} onHands={choose} />
      {isAsked && (
        <Suspense>
          <ContainersConsent onAgree={() => agree(handle.id)} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  )
}

/** Directories that can be the place of commands now. */
function useOffered(): readonly OfferedDirectory[] {
  const functions = useApp((state) => state.membership?.functions)
  return useMemo(() => (functions ?? []).flatMap(({ directory }) => directory ?? []), [functions])
}
