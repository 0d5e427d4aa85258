import { useEffect } from 'react'
import { presetOf, type Rule } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import type { PermissionsTabProps } from '@tabwright/ui/settings'
import { useApp } from '../store/context'
import { useScreen } from '../store/session-view'
import { START_MODES } from '../store/start-mode'

const NONE: readonly Rule[] = []

/** What Settings › Permissions shows and does, for the open session or for new ones. */
export function usePermissions(handle: SessionHandle | undefined, isShown: boolean): PermissionsTabProps {
  const rules = useApp((state) => state.rules)
  const problem = useApp((state) => state.rulesProblem)
  const read = useApp((state) => state.readRules)
  const change = useApp((state) => state.changeRules)
  const tryCall = useApp((state) => state.tryCall)
  const startMode = useApp((state) => state.startMode)
  const setStartMode = useApp((state) => state.setStartMode)
  const mode = useScreen(handle, (screen) => screen.mode) ?? startMode
  const sessionRules = useScreen(handle, (screen) => screen.rules) ?? NONE
  const session = handle === undefined ? {} : { session: handle.id }
  useEffect(() => {
    if (isShown) void read()
  }, [isShown, read])
  return {
    rules,
    problem,
    mode,
    hasSession: handle !== undefined,
    onLevel: async (level) => {
      await change((kept) => kept.setLevel(level))
      const next = presetOf(level).mode
      await handle?.setMode(next)
      // One that ends with its session is none to begin the next one in.
      if (START_MODES.includes(next)) setStartMode(next)
    },
    onAdd: ({ effect, text, reach }) =>
      change(async (kept) => void (await kept.add({ effect, text, ...(reach === 'project' && session) }))),
    onRemove: ({ id }) => change((kept) => kept.remove(id)),
    onPutBack: (rule) => change((kept) => kept.putBack(rule)),
    sessionRules: handle === undefined ? undefined : sessionRules,
    onRevoke: async ({ id }) => handle?.revokeRule(id),
    onTry: (text) => tryCall({ text, mode, ...session }),
  }
}
