import type { ReactNode } from 'react'
import type { RelayAsk } from '@tabwright/protocol'
import { RelayAskDock } from '@tabwright/ui'
import { useApp } from '../store/context'

const NONE: readonly RelayAsk[] = []

/** Calls of other programs that wait for the person, whatever they look at. */
export function RelayAsks(): ReactNode {
  const asks = useApp((state) => state.membership?.asks) ?? NONE
  const sessions = useApp((state) => state.sessions)
  const change = useApp((state) => state.changeMembership)
  return (
    <RelayAskDock
      asks={asks}
      titleOf={(session) => sessions?.find(({ id }) => id === session)?.title}
      onAnswer={({ id }, isAllowed) => change((relay) => relay.answer(id, isAllowed))}
    />
  )
}
