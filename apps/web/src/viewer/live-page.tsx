import { useEffect, useState, type ReactNode } from 'react'
import type { ShareAddress } from '@tabwright/protocol'
import { followLive, type LiveOver, type LiveView, type LiveViewOptions } from '@tabwright/runtime/shared'
import { LiveStatus, NotShown, Viewer } from '@tabwright/ui/viewer'
import { useTitle } from './use-title'

/** The page that follows a session while it goes on, or says in one sentence why it does not. */
export function LivePage({ address }: { readonly address: ShareAddress }): ReactNode {
  const [view, setView] = useState<LiveView>()
  const [over, setOver] = useState<LiveOver>()
  const [tries, setTries] = useState(0)
  useEffect(() => {
    const after = (ms: number, act: () => void): (() => void) => {
      const timer = setTimeout(act, ms)
      return () => clearTimeout(timer)
    }
    return followLive({ address, connect: connectTo(address), now: () => Date.now(), after, show: setView, over: setOver })
  }, [address, tries])
  useTitle(view?.session?.title)
  const again = (): void => {
    setView(undefined)
    setOver(undefined)
    setTries(tries + 1)
  }
  if (over?.type === 'refused')
    return <NotShown message={over.failure.message} onAgain={over.failure.code === 'busy' ? again : undefined} />
  if (over && !view?.session) return <NotShown message={over.message} />
  const { session, viewers, heardAt, state = 'connecting' } = view ?? {}
  const live = { state: over ? 'ended' : state, viewers, heardAt } as const
  if (!session) return <LiveStatus {...live} />
  return <Viewer {...session} forkAddress={undefined} onSave={undefined} live={live} />
}

/** The relay's socket at this page's own name. */
function connectTo({ id }: ShareAddress): LiveViewOptions['connect'] {
  return ({ epoch, next }, ears) => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/live/${id}?epoch=${epoch}&next=${next}`)
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) ears.bytes(new Uint8Array(data))
      else if (typeof data === 'string') ears.text(data)
    })
    socket.addEventListener('close', ({ code }) => ears.closed(code))
    return socket
  }
}
