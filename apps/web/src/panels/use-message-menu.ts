import { useMemo } from 'react'
import { fail, failureOf, type AgentRow, type Row, type UserRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import type { MenuEntry } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { useApp, useParts } from '../store/context'
import { borderBefore, borderBehind, goBackBefore, numberOf, type WentBack } from './go-back'
import { useFork } from './use-fork'

/** What can be done with the messages of a conversation. */
export interface MessageMenus {
  readonly user: (row: UserRow) => readonly MenuEntry[]
  readonly agent: (row: AgentRow) => readonly MenuEntry[]
}

/** What can be done with a message. The same functions as long as the session is the same and may be written, or not. */
export function useMessageMenus(handle: SessionHandle, canWrite: boolean): MessageMenus {
  const { store } = useParts()
  const setSheet = useApp((state) => state.setSheet)
  const setRestored = useApp((state) => state.setRestored)
  const giveBack = useApp((state) => state.giveBack)
  const fork = useFork(handle.id)
  return useMemo(() => {
    const does = (work: () => Promise<void>) => () => {
      work().catch((error: unknown) => store.getState().say(failureOf(error).message))
    }
    const note = ({ restored, text }: WentBack): void => {
      const fact = restored.promptSeq === undefined ? {} : { promptSeq: restored.promptSeq }
      const undo = { to: restored.undo, scope: 'conversation', asOf: restored.asOf } as const
      setRestored({
        session: handle.id,
        text: t('The conversation went back to before that message; files are as they were.'),
        undo,
        prompt: text,
        ...fact,
      })
    }
    const edit = async (row: UserRow): Promise<void> => {
      const back = await goBackBefore(handle, row)
      note(back)
      giveBack({ session: handle.id, text: back.text, attached: back.attached })
    }
    const retry = async (row: AgentRow): Promise<void> => {
      const back = await goBackBefore(handle, askedBefore(handle.getScreen().rows, row))
      try {
        await handle.send(back.text, back.attached)
      } catch (error) {
        // It is in the conversation no more: in the box it is not lost.
        giveBack({ session: handle.id, text: back.text, attached: back.attached })
        throw error
      }
    }
    return {
      user: (row) => {
        const before = numberOf(row)
        if (row.from !== 'user' || before === undefined) return []
        return [
          ...(canWrite ? [{ id: 'edit', label: t('Edit & resend'), onPick: does(() => edit(row)) }] : []),
          { id: 'rewind', label: t('Rewind to here…'), onPick: () => setSheet({ type: 'history', before }) },
          { id: 'fork', label: t('Fork from here'), onPick: does(() => forkBefore(handle, row, fork)) },
        ]
      },
      agent: (row) => {
        const behind = numberOf(row)
        if (behind === undefined) return []
        return [
          ...(canWrite ? [{ id: 'retry', label: t('Retry'), onPick: does(() => retry(row)) }] : []),
          { id: 'fork-behind', label: t('Fork from here'), onPick: does(async () => fork(await borderBehind(handle, behind))) },
        ]
      },
    }
  }, [handle, canWrite, store, setSheet, setRestored, giveBack, fork])
}

/** Before a message, with it in the box. */
async function forkBefore(handle: SessionHandle, row: UserRow, fork: ReturnType<typeof useFork>): Promise<void> {
  const before = numberOf(row) ?? 0
  const attached = row.attached === undefined ? [] : await handle.attachmentsOf({ fact: before })
  await fork(await borderBefore(handle, before), { text: row.text, attached })
}

/** The message that an answer is to. */
function askedBefore(rows: readonly Row[], answer: AgentRow): UserRow {
  const at = rows.findIndex(({ key }) => key === answer.key)
  const asked = rows.slice(0, Math.max(0, at)).findLast((row) => row.type === 'user' && row.from === 'user')
  return asked?.type === 'user' ? asked : fail('not_found', t('No message of yours led to this answer: there is nothing to ask again.'))
}
