import { Suspense, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react'
import { EMBEDDED, failureOf, type AutomaticPlace, type HandsChoice, type OfferedDirectory } from '@tabwright/protocol'
import { automaticPlace, whyText, type SessionHandle } from '@tabwright/runtime'
import { HandsChip, lazyLayer } from '@tabwright/ui'
import { agree, isAgreed, takeWanted } from '../store/container-consent'
import { useApp, useParts } from '../store/context'
import { useAttempt, useRole } from '../store/session-view'

const ContainersConsent = lazyLayer('The question', async () => (await import('@tabwright/ui/settings')).ContainersConsent)

const WEBCONTAINERS: HandsChoice = { type: 'webcontainers' }
const MANIFEST = 'package.json'
const LOCK = 'package-lock.json'

interface SessionHandsProps {
  readonly handle: SessionHandle
  readonly hands: HandsChoice
  /** The person left it to the app. */
  readonly isAutomatic: boolean
  /** The agent has said something: before that nothing is chosen for it, and nothing costs anything. */
  readonly hasBegun: boolean
  /** What npm in the sandbox could not install whole. */
  readonly refused: string | undefined
}

/** Where the commands of a session run. */
export function SessionHands({ handle, hands, isAutomatic, hasBegun, refused }: SessionHandsProps): ReactNode {
  const attempt = useAttempt()
  const offered = useOffered()
  const { container } = useParts()
  const state = useSyncExternalStore(container.watch, container.state)
  const canHave = useCanHave()
  const [isAsked, setAsked] = useState(false)
  const automatic = useAutomatic(handle, canHave && state.type !== 'failed', refused)
  useEffect(() => {
    if (isAgreed() && takeWanted(handle.id)) attempt(handle.setHands(WEBCONTAINERS))
  }, [handle, attempt])
  const isLost = hands.type === 'webcontainers' && (state.type === 'failed' || !isAgreed())
  useMove(handle, isAutomatic && hasBegun ? moveOf(hands, automatic, isLost) : undefined)
  const choose = (wanted: HandsChoice): void => {
    if (wanted.type === 'webcontainers' && !isAgreed()) setAsked(true)
    else attempt(handle.setHands(wanted))
  }
  return (
    <>
      <HandsChip
        hands={hands}
        offered={offered}
        container={canHave ? state : undefined}
        automatic={automatic}
        isAutomatic={isAutomatic}
        onAutomatic={() => automatic && attempt(handle.setHands(automatic.hands, whyText(automatic)))}
        onHands={choose}
      />
      {isAsked && (
        <Suspense>
          <ContainersConsent onAgree={() => agree(handle.id)} onClose={() => setAsked(false)} />
        </Suspense>
      )}
    </>
  )
}

/** From the sandbox to what the project needs; back only where that was lost: what was installed there is not left for a half-written file. */
function moveOf(hands: HandsChoice, automatic: AutomaticPlace | undefined, isLost: boolean): AutomaticPlace | undefined {
  if (automatic === undefined) return undefined
  if (isLost) return automatic.hands.type === 'embedded' ? { ...automatic, hands: EMBEDDED } : undefined
  return hands.type === 'embedded' && automatic.hands.type === 'webcontainers' ? automatic : undefined
}

/** Moves a session that this tab writes, once for each reason. */
function useMove(handle: SessionHandle, move: AutomaticPlace | undefined): void {
  const attempt = useAttempt()
  const isWriter = useRole(handle)?.type === 'writer'
  const done = useRef('')
  useEffect(() => {
    if (move === undefined || !isWriter) return
    const which = JSON.stringify([handle.id, move])
    if (done.current === which) return
    done.current = which
    attempt(handle.setHands(move.hands, whyText(move)))
  }, [handle, move, isWriter, attempt])
}

/** What the app would choose, from the project's own words; undefined until they are read. */
function useAutomatic(handle: SessionHandle, canHave: boolean, refused: string | undefined): AutomaticPlace | undefined {
  const [read, setRead] = useState<{
    readonly of: SessionHandle
    readonly manifest: string | undefined
    readonly lock: string | undefined
  }>()
  useEffect(() => {
    let isOver = false
    const look = async (): Promise<void> => {
      const [manifest, lock] = await Promise.all([textOf(handle, MANIFEST), textOf(handle, LOCK)])
      if (!isOver) setRead({ of: handle, manifest, lock })
    }
    look().catch(reportError)
    const end = handle.watchFiles((paths) => {
      if (paths.includes(MANIFEST) || paths.includes(LOCK)) look().catch(reportError)
    })
    return () => {
      isOver = true
      end()
    }
  }, [handle])
  return useMemo(() => {
    if (read?.of !== handle) return undefined
    return automaticPlace({ isAgreed: isAgreed(), canHave, manifest: read.manifest, lock: read.lock, refused })
  }, [read, handle, canHave, refused])
}

/** Undefined where there is none, or the session is just closed: then nothing is known of a need. */
async function textOf(handle: SessionHandle, path: string): Promise<string | undefined> {
  try {
    const file = await handle.readFile(path)
    return file.type === 'text' ? file.text : undefined
  } catch (thrown) {
    if (failureOf(thrown).code === 'unexpected') reportError(thrown)
    return undefined
  }
}

/** Whether this page can have a container. Only the relay changes the page's policy when the person agrees. */
export function useCanHave(): boolean {
  return useApp(({ keeper }) => keeper === 'relay') && crossOriginIsolated
}

/** Directories that can be the place of commands now. */
export function useOffered(): readonly OfferedDirectory[] {
  const functions = useApp((state) => state.membership?.functions)
  return useMemo(() => (functions ?? []).flatMap(({ directory }) => directory ?? []), [functions])
}
