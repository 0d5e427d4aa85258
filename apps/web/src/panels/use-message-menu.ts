import { useCallback } from 'react'
import type { UserRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import type { MenuEntry } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useApp, useParts } from '../store/context'
import { failureOf } from '@tabwright/protocol'
import { useFork } from './use-fork'

/** What can be done with a message of the person's. The same function as long as the session is the same. */
export function useMessageMenu(handle: SessionHandle): (row: UserRow) => readonly MenuEntry[] {
  const { store } = useParts()
  const setSheet = useApp((state) => state.setSheet)
  const fork = useFork(handle.id)
  return useCallback(
    (row) => {
      const before = numberOf(row)
      if (row.from !== 'user' || before === undefined) return []
      const forkHere = async (): Promise<void> => {
        const points = await handle.points()
        const point = points.findLast(({ seq, isBorder, isHidden }) => isBorder && !isHidden && seq < before)
        const attached = row.attached === undefined ? [] : await handle.attachmentsOf({ fact: before })
        await fork(point?.seq, { text: row.text, attached })
      }
      return [
        { id: 'rewind', label: t('Rewind to here…'), onPick: () => setSheet({ type: 'history', before }) },
        {
          id: 'fork',
          label: t('Fork from here'),
          onPick: () => {
            forkHere().catch((error: unknown) => store.getState().say(failureOf(error).message))
          },
        },
      ]
    },
    [handle, store, setSheet, fork],
  )
}

/** The number of the fact behind a row: rows of facts are named `e` and their number. */
function numberOf({ key }: UserRow): number | undefined {
  const match = /^e(\d+)$/.exec(key)
  return match === null ? undefined : Number(match[1])
}
