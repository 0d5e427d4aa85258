import { useEffect, useState } from 'react'
import { failureOf, HOOKS_FILE, HOOKS_FOLDER, type HooksView } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'

/** The hooks of the open session's project, as its files are now. */
export interface ProjectHooks {
  readonly view: HooksView | undefined
  readonly problem: string | undefined
}

/** @param isWanted they are on the screen, or may have to be */
export function useHooks(handle: SessionHandle | undefined, isWanted: boolean): ProjectHooks {
  const [hooks, setHooks] = useState<ProjectHooks>({ view: undefined, problem: undefined })
  useEffect(() => {
    if (handle === undefined || !isWanted) return
    let isOver = false
    const read = async (): Promise<void> => {
      try {
        const view = await handle.hooks()
        if (!isOver) setHooks({ view, problem: undefined })
      } catch (error) {
        if (!isOver) setHooks({ view: undefined, problem: failureOf(error).message })
      }
    }
    void read()
    const unwatch = handle.watchFiles((paths) => {
      if (paths.some((path) => path === HOOKS_FILE || path.startsWith(HOOKS_FOLDER))) void read()
    })
    return () => {
      isOver = true
      unwatch()
    }
  }, [handle, isWanted])
  return hooks
}
