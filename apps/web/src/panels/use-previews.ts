import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { hasPreviews, served, type SessionHandle } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'
import { useApp } from '../store/context'

/** Whether there can be a preview here: where the page comes from must have names for them. Asked again when the relay is another. */
export function usePreviews(): boolean {
  const relay = useApp((state) => state.relay)
  const [has, setHas] = useState(false)
  useEffect(() => {
    let isWanted = true
    hasPreviews().then((found) => {
      // A relay that is gone for a moment takes nothing off the screen.
      if (isWanted && found) setHas(true)
    }, reportError)
    return () => {
      isWanted = false
    }
  }, [relay])
  return has
}

/** Long enough that what is gone at once is no server. */
const SETTLE_MS = 300
const NONE: readonly number[] = []
const nothing = (): (() => void) => () => undefined

/** A program that begins to listen is shown: its tab comes to the front, the focus stays where it is, and the person is told. */
export function useServed(handle: SessionHandle | undefined, hasPreview: boolean): void {
  const ports = useSyncExternalStore(handle?.ports.subscribe ?? nothing, handle?.ports.list ?? (() => NONE))
  const setTab = useApp((state) => state.setTab)
  const say = useApp((state) => state.say)
  const known = useRef<{ readonly handle: SessionHandle | undefined; readonly ports: readonly number[] }>({ handle, ports: NONE })
  useEffect(() => {
    const before = known.current.handle === handle ? known.current.ports : NONE
    const fresh = served(ports).find((port) => !before.includes(port))
    const timer = setTimeout(() => {
      known.current = { handle, ports }
      if (fresh === undefined || !hasPreview) return
      setTab('preview')
      say(t('A program listens on port {port}. Preview shows its page.', { port: fresh }))
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [handle, ports, hasPreview, setTab, say])
}
