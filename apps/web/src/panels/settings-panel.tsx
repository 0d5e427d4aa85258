import { useEffect, useMemo, useSyncExternalStore, version as reactVersion, type ReactNode } from 'react'
import type { SessionId, SessionRow } from '@tabwright/protocol'
import type { SessionHandle } from '@tabwright/runtime'
import { t } from '@tabwright/ui/language'
import {
  SettingsDialog,
  type GitHostsTabProps,
  type McpTabProps,
  type MirrorSectionProps,
  type OfflineFigures,
  type PlaceProps,
  type RelayTabProps,
} from '@tabwright/ui/settings'
import { useApp, useParts } from '../store/context'
import { isAgreed, withdraw } from '../store/container-consent'
import { ANTHROPIC } from '../store/connection'
import { useCanHave, useOffered } from './session-hands'
import { useHooks } from './use-hooks'
import { useShortcutList } from './use-shortcuts'
import { useNotifyChoice } from './use-notify'
import { useScreen } from '../store/session-view'
import { probes } from '../store/probes'
import { withStronger } from '../store/quality'
import { usePermissions } from './use-permissions'
import { version as VERSION } from '../../package.json'

const NO_SESSIONS: readonly SessionRow[] = []

interface SettingsPanelProps {
  readonly current: SessionId | undefined
  readonly handle: SessionHandle | undefined
}

/** The settings dialog, while it is open. */
export function SettingsPanel({ current, handle }: SettingsPanelProps): ReactNode {
  const sessions = useApp((state) => state.sessions) ?? NO_SESSIONS
  const persist = useApp((state) => state.persist)
  const mirror = useMirror()
  const asks = useAsks(handle)
  const hosts = useHosts()
  const mcp = useMcp()
  const member = useMember(sessions, current)
  const removeSessions = useApp((state) => state.removeSessions)
  const { handles } = useParts()
  const onDelete = async (ids: readonly SessionId[]): Promise<void> => {
    for (const id of ids) handles.drop(id)
    await removeSessions(ids)
  }
  const tab = useApp((state) => state.settings)
  const permissions = usePermissions(handle, tab === 'permissions')
  const hooks = useHooks(handle, tab === 'limits')
  const setSettings = useApp((state) => state.setSettings)
  const readStorage = useApp((state) => state.readStorage)
  const connection = useApp((state) => state.connection)
  const keeper = useApp((state) => state.keeper)
  const saveKey = useApp((state) => state.saveKey)
  const removeKey = useApp((state) => state.removeKey)
  const person = useApp((state) => state.gitPerson)
  const setPerson = useApp((state) => state.setGitPerson)
  const place = usePlace()
  const notify = useNotifyChoice(tab === 'general')
  const shortcuts = useShortcutList()
  const theme = useApp((state) => state.theme)
  const setTheme = useApp((state) => state.setTheme)
  const language = useApp((state) => state.language)
  const onLanguage = useApp((state) => state.setLanguage)
  const whenLong = useApp((state) => state.whenLong)
  const limits = useApp((state) => state.limits)
  const guards = useApp((state) => state.guards)
  const quality = useApp((state) => state.quality)
  const onQuality = useApp((state) => state.setQuality)
  const onGuards = useApp((state) => state.setGuards)
  const setLimits = useApp((state) => state.setLimits)
  const onWhenLong = useApp((state) => state.setWhenLong)
  const storage = useApp((state) => state.storage)
  const failure = useApp((state) => state.storageFailure)
  const offline = useOffline(tab === 'storage')
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
    <SettingsDialog
      tab={tab}
      onTab={setSettings}
      asks={asks}
      providers={{
        provider,
        keeper,
        origin: provider.type !== 'demo' ? provider.origin : keeper === 'tab' ? ANTHROPIC : '',
        fixedOrigin: keeper === 'tab',
        onSave: saveKey,
        onRemove: removeKey,
        ...(connection.model.clearsResults === true && { long: { whenLong, onWhenLong } }),
      }}
      {...(keeper === 'relay' && { hosts, mcp, relay: member })}
      general={{
        speech: { language, onLanguage },
        person,
        onPerson: setPerson,
        place,
        ...(notify && { notify }),
        ...(isAgreed() && { onWithdrawContainers: withdraw }),
      }}
      limits={{
        limits,
        onLimits: setLimits,
        guards: { guards, onGuards, canAsk: provider.type !== 'demo' },
        ...(provider.type !== 'demo' && {
          quality: { quality: withStronger(quality, connection.models), onQuality, models: connection.models },
        }),
        hooks: handle && { ...hooks, onTrust: handle.trustHooks },
      }}
      permissions={permissions}
      shortcuts={shortcuts}
      appearance={{ theme, onTheme: setTheme }}
      storage={{
        storage,
        onPersist: persist,
        ...(mirror === undefined ? {} : { mirror }),
        offline,
        space: { sessions, current, onDelete },
        ...(failure === undefined ? {} : { failure }),
      }}
      about={about}
    />
  )
}

/** What waits for the person behind the dialog: cards of this session, and of programs on the relay. */
function useAsks(handle: SessionHandle | undefined): string | undefined {
  const cards = useScreen(handle, ({ pending, unknowns, questions }) => pending.length + unknowns.length + questions.length) ?? 0
  const programs = useApp((state) => state.membership?.asks.length) ?? 0
  if (cards > 0) return t('The agent waits for your answer.')
  return programs > 0 ? t('A program on the relay waits for your answer.') : undefined
}

/** What the browser keeps of the page, asked for anew when it is looked at. */
function useOffline(isShown: boolean): OfflineFigures {
  const { offline } = useParts()
  useEffect(() => {
    if (isShown) void offline.look()
  }, [isShown, offline])
  return useSyncExternalStore(offline.watch, () => offline.state().kept)
}

function useHosts(): GitHostsTabProps {
  const hosts = useApp((state) => state.hosts)
  const onRead = useApp((state) => state.readHosts)
  const onSave = useApp((state) => state.saveHost)
  const onRemove = useApp((state) => state.removeHost)
  return { hosts, onRead, onSave, onRemove }
}

function useMcp(): McpTabProps {
  const servers = useApp((state) => state.mcp)
  const onRead = useApp((state) => state.readMcp)
  const onSignIn = useApp((state) => state.signInMcp)
  const onSignOut = useApp((state) => state.signOutMcp)
  return { servers, relay: location.origin, onRead, onSignIn, onSignOut }
}

function useMirror(): MirrorSectionProps | undefined {
  const mirror = useApp((state) => state.mirror)
  const onTurnOn = useApp((state) => state.mirrorOn)
  const onTurnOff = useApp((state) => state.mirrorOff)
  const onKept = useApp((state) => state.mirrorKept)
  const onRestore = useApp((state) => state.restoreMirror)
  return mirror && { mirror, onKept, onTurnOn, onTurnOff, onRestore }
}

function useMember(sessions: readonly SessionRow[], current: SessionId | undefined): RelayTabProps {
  const isWanted = useApp((state) => state.settingsFor === 'wake')
  const membership = useApp((state) => state.membership)
  const onRead = useApp((state) => state.readMembership)
  const change = useApp((state) => state.changeMembership)
  const fingerprint = useApp((state) => state.fingerprint)
  const isByCode = useApp((state) => state.isByCode)
  const unpair = useApp((state) => state.unpair)
  return {
    membership,
    fingerprint,
    onUnpair: isByCode ? unpair : undefined,
    titleOf: (session) => sessions.find(({ id }) => id === session)?.title,
    onRead,
    onOn: (isOn) => change((relay) => relay.setOn(isOn)),
    onName: (name) => change((relay) => relay.setName(name)),
    onSwitch: (id, setting) => change((relay) => relay.setSwitch(id, setting)),
    onWebSearch: (chosen) => change((relay) => relay.setWebSearch(chosen)),
    sessions: sessions.filter(({ isImported }) => isImported !== true),
    current,
    isWanted,
    onWake: (wish) => change((relay) => relay.addWake(wish)),
    onStopWaking: (id) => change((relay) => relay.removeWake(id)),
  }
}

/** Where commands of new sessions run. */
function usePlace(): PlaceProps {
  const place = useApp((state) => state.startPlace)
  const onPlace = useApp((state) => state.setStartPlace)
  const offered = useOffered()
  const hasContainers = useCanHave() && isAgreed()
  return { place, onPlace, offered, hasContainers }
}
