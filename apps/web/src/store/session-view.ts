import { useEffect, useState, useSyncExternalStore } from 'react'
import { failureOf, type SessionId, type SessionScreen } from '@tabwright/protocol'
import type { Role, SessionHandle } from '@tabwright/runtime'
import { useApp, useParts } from './context'
import { openOptions } from './open-options'

/** The open session's handle while its page is shown; undefined until it is known what answers. */
export function useHandle(session: SessionId | undefined): SessionHandle | undefined {
  const { handles, store } = useParts()
  const isReady = useApp((state) => state.connection !== undefined)
  const [handle, setHandle] = useState<SessionHandle>()
  useEffect(() => {
    const options = session === undefined ? undefined : openOptions(session, store.getState())
    if (session === undefined || options === undefined) return
    let isOver = false
    const entered = handles.enter(session, () => openOptions(session, store.getState()) ?? options)
    entered.then(
      (opened) => !isOver && setHandle(opened),
      // What opens it did not come: the middle of the page needs the same, and says so.
      () => undefined,
    )
    return () => {
      isOver = true
      setHandle(undefined)
      entered.then(
        () => handles.leave(session),
        () => undefined,
      )
    }
  }, [handles, session, store, isReady])
  return handle
}

const nothing = (): (() => void) => () => undefined

/** A piece of the session's screen. `select` must give the same thing for the same screen. */
export function useScreen<T>(handle: SessionHandle | undefined, select: (screen: SessionScreen) => T): T | undefined {
  return useSyncExternalStore(handle?.subscribe ?? nothing, () => (handle === undefined ? undefined : select(handle.getScreen())))
}

/** Whether this tab may write the session. */
export function useRole(handle: SessionHandle | undefined): Role | undefined {
  return useSyncExternalStore(handle?.subscribe ?? nothing, () => handle?.getRole())
}

/** Runs something that may fail and says so at the bottom of the page. */
export function useAttempt(): (work: Promise<unknown>) => void {
  const { store } = useParts()
  return (work) => {
    work.catch((error: unknown) => store.getState().say(failureOf(error).message))
  }
}
