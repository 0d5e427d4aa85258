import { lazy, Suspense, useEffect, useMemo, useState, version as reactVersion, type ReactNode } from 'react'
import type { SessionId, SessionRow } from '@tabwright/protocol'
import type { MirrorSectionProps } from '@tabwright/ui/settings'
import { useApp, useParts } from '../store/context'
import { ANTHROPIC } from '../store/connection'
import { probes } from '../store/probes'
import { version as VERSION } from '../../package.json'

const SettingsDialog = lazy(async () => ({ default: (await import('@tabwright/ui/settings')).SettingsDialog }))

const NO_SESSIONS: readonly SessionRow[] = []

/** The settings dialog, loaded when it is first asked for. */
export function SettingsPanel({ current }: { readonly current: SessionId | undefined }): ReactNode {
  const sessions = useApp((state) => state.sessions) ?? NO_SESSIONS
  const persist = useApp((state) => state.persist)
  const mirror = useMirror()
  const removeSessions = useApp((state) => state.removeSessions)
  const { handles } = useParts()
  const onDelete = async (ids: readonly SessionId[]): Promise<void> => {
    for (const id of ids) handles.drop(id)
    await removeSessions(ids)
  }
  const tab = useApp((state) => state.settings)
  const setSettings = useApp((state) => state.setSettings)
  const readStorage = useApp((state) => state.readStorage)
  const connection = useApp((state) => state.connection)
  const keeper = useApp((state) => state.keeper)
  const saveKey = useApp((state) => state.saveKey)
  const removeKey = useApp((state) => state.removeKey)
  const theme = useApp((state) => state.theme)
  const setTheme = useApp((state) => state.setTheme)
  const whenLong = useApp((state) => state.whenLong)
  const onWhenLong = useApp((state) => state.setWhenLong)
  const storage = useApp((state) => state.storage)
  const failure = useApp((state) => state.storageFailure)
  const about = useMemo(
    () => ({
      versions: [
        ['Tabwright', VERSION],
        ['React', reactVersion],
      ] as const,
      probes: probes(),
    }),
    [],
  )
  useEffect(() => {
    if (tab !== undefined) void readStorage()
  }, [tab, readStorage])
  if (connection === undefined || tab === undefined) return null
  const { provider } = connection
  return (
    <Suspense>
      <SettingsDialog
        tab={tab}
        onTab={setSettings}
        providers={{
          provider,
          keeper,
          origin: provider.type !== 'demo' ? provider.origin : keeper === 'tab' ? ANTHROPIC : '',
          fixedOrigin: keeper === 'tab',
          onSave: saveKey,
          onRemove: removeKey,
          ...(connection.model.clearsResults === true && { long: { whenLong, onWhenLong } }),
        }}
        appearance={{ theme, onTheme: setTheme }}
        storage={{
          storage,
          onPersist: persist,
          ...(mirror === undefined ? {} : { mirror }),
          space: { sessions, current, onDelete },
          ...(failure === undefined ? {} : { failure }),
        }}
        about={about}
      />
    </Suspense>
  )
}

function useMirror(): MirrorSectionProps | undefined {
  const mirror = useApp((state) => state.mirror)
  const turnOn = useApp((state) => state.mirrorOn)
  const onTurnOff = useApp((state) => state.mirrorOff)
  const onRestore = useApp((state) => state.restoreMirror)
  const [code, setCode] = useState<string>()
  const onTurnOn = async (known?: string): Promise<void> => setCode(await turnOn(known))
  return mirror && { mirror, code, onKept: () => setCode(undefined), onTurnOn, onTurnOff, onRestore }
}
