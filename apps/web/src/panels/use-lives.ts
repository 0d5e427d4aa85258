import { useEffect, useMemo, useState } from 'react'
import type { LiveLink, SessionId } from '@tabwright/protocol'
import { useParts } from '../store/context'

/** The links by which others follow a session now, as they stand. */
export function useLives(session: SessionId | undefined): readonly LiveLink[] {
  const { shares } = useParts()
  const [all, setAll] = useState<readonly LiveLink[]>([])
  useEffect(() => {
    let isHere = true
    const read = (): void => {
      shares.live.list().then(
        (links) => {
          if (isHere) setAll(links)
        },
        (error: unknown) => reportError(error),
      )
    }
    read()
    const stop = shares.live.watch(read)
    return () => {
      isHere = false
      stop()
    }
  }, [shares])
  return useMemo(() => all.filter((link) => link.session === session), [all, session])
}
