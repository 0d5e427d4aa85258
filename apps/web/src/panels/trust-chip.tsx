import { useCallback, type ReactNode } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import { TaintChip } from '@tabwright/ui'
import { useAttempt, useRole, useScreen } from '../store/session-view'
import { useFork } from './use-fork'

/** What came together in the open session, and what the person does about it. */
export function TrustChip({ handle }: { readonly handle: SessionHandle }): ReactNode {
  const taint = useScreen(handle, (screen) => screen.taint)
  const fork = useFork(handle.id)
  const attempt = useAttempt()
  const findFork = useCallback(
    async (before: number) => {
      const places = (await handle.points()).filter(({ seq, isBorder, isHidden }) => isBorder && !isHidden && seq < before)
      return places.reduce<number | undefined>((newest, { seq }) => Math.max(newest ?? 0, seq), undefined)
    },
    [handle],
  )
  const isReadOnly = useRole(handle)?.type === 'readonly'
  if (taint === undefined) return null
  return (
    <TaintChip
      taint={taint}
      onNetwork={isReadOnly ? undefined : (open) => attempt(handle.setNetwork(open))}
      findFork={findFork}
      onFork={(at) => attempt(fork(at))}
    />
  )
}
