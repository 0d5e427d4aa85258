import { useMemo } from 'react'
import type { SessionHandle } from '@tabwright/runtime'
import type { SlashCommand } from '@tabwright/ui'
import { t } from '@tabwright/ui/language'
import { ACTIONS, type ActionId } from '../keys/actions'
import { useApp } from '../store/context'
import { useActions } from './use-actions'
import { useSessionMenu } from './use-session-menu'

/** Names for lines of the session's menu, in the order in which they are offered. What they do is written there. */
const OF_THE_MENU: readonly (readonly [name: string, line: string])[] = [
  ['rewind', 'history'],
  ['fork', 'fork'],
  ['tasks', 'tasks'],
  ['cost', 'context'],
  ['trace', 'trace'],
  ['progress', 'progress'],
  ['export', 'export'],
  ['markdown', 'markdown'],
]

/** The same for actions of the page. */
const OF_THE_PAGE: readonly (readonly [name: string, action: ActionId])[] = [
  ['new', 'new-session'],
  ['model', 'model'],
  ['mode', 'mode'],
  ['changes', 'changes'],
  ['terminal', 'terminal'],
  ['settings', 'settings'],
  ['keys', 'shortcuts'],
]

/** What can be asked for by name at the start of the box: the session's own, and what its menu and the palette do. */
export function useCommands(handle: SessionHandle): readonly SlashCommand[] {
  const session = useApp((state) => state.sessions)?.find(({ id }) => id === handle.id)
  const setSheet = useApp((state) => state.setSheet)
  const menu = useSessionMenu(session)
  const actions = useActions(handle.id)
  return useMemo(() => {
    const plain = (name: string, about: string, does: () => void): SlashCommand => ({ name, about, run: async () => does() })
    return [
      {
        name: 'compact',
        argument: t('what to keep'),
        about: t('Summarise the conversation for the model; all of it stays here to read'),
        run: (kept) => (kept === '' ? handle.compact() : handle.compact(kept)),
      },
      ...OF_THE_MENU.flatMap(([name, id]) => menu.filter((line) => line.id === id).map(({ label, onPick }) => plain(name, label, onPick))),
      plain('share', t('Share'), () => setSheet({ type: 'share' })),
      ...OF_THE_PAGE.flatMap(([name, id]) =>
        ACTIONS.filter((action) => action.id === id).map(({ label }) => plain(name, t(label), () => actions()[id]?.())),
      ),
    ]
  }, [handle, menu, actions, setSheet])
}
