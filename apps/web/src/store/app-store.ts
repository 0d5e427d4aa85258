import { fail, failureOf } from '@tabwright/protocol'
import { wantsCode, type Relay } from '@tabwright/relay-client'
import type { Catalogue } from '@tabwright/runtime'
import { LANGUAGE_KEY, languageChoice, languageOf, speak, t } from '@tabwright/ui/language'
import { applyTheme, densityOf, isWorkbenchTab, THEME_KEY, themeChoice } from '@tabwright/ui'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { KEYS_KEY, ownKeysOf, withKeys } from '../keys/key-map'
import type { AppState, AppStore, Getter, Setter } from './app-state'
import { connectProvider, forgetKey, keepKey, rememberModel, renewBearer, type ConnectionSources } from './connection'
import { keepingActions } from './keeping-actions'
import { readFrameOpen, writeFrameOpen } from './frame-memory'
import { sessionActions } from './session-actions'
import { PERSON_KEY, personOf, personText } from './git-person'
import { relayActions } from './relay-actions'
import { ruleActions } from './rule-actions'
import { START_MODE_KEY, startModeChoice } from './start-mode'
import { GUARDS_KEY, guardsOf, guardsText } from './guards'
import { LIMITS_KEY, limitsOf, limitsText } from './limits'
import { QUALITY_KEY, qualityOf, qualityText } from './quality'
import { START_PLACE_KEY, startPlaceChoice } from './start-place'
import { WHEN_LONG_KEY, whenLongChoice } from './when-long'
import { isRelayAlive } from './watch-relay'

/** What the store works on; all of it is given, so that tests give theirs. */
export interface StoreSources extends ConnectionSources {
  readonly catalogue: Catalogue
}

/** The page's one store. */
export function createAppStore(sources: StoreSources): StoreApi<AppStore> {
  return createStore<AppStore>((set, get) => ({
    ...initialState(sources),
    ...providerActions(sources, set, get),
    ...sessionActions(sources, set, get),
    ...keepingActions(sources, set, get),
    ...ruleActions(sources, set),
    ...relayActions(sources, set, get),
    ...viewActions(sources, set, get),
    ...choiceActions(sources, set, get),
    ...guardActions(sources, set),
  }))
}

function initialState({ memory, relay }: StoreSources): AppState {
  return {
    relay: relay === 'none' ? 'none' : 'connecting',
    fingerprint: undefined,
    isByCode: false,
    keeper: relay === 'none' ? 'tab' : 'relay',
    connection: undefined,
    providerFailure: undefined,
    sessions: undefined,
    sessionsFailure: undefined,
    storage: undefined,
    storageFailure: undefined,
    mirror: undefined,
    rules: undefined,
    rulesProblem: undefined,
    notice: undefined,
    settings: undefined,
    settingsFor: undefined,
    sheet: undefined,
    sharing: undefined,
    forking: undefined,
    restored: undefined,
    returned: undefined,
    theme: themeChoice(memory.getItem(THEME_KEY)),
    language: languageChoice(memory.getItem(LANGUAGE_KEY)),
    density: densityOf(memory.getItem(DENSITY_KEY)),
    whenLong: whenLongChoice(memory.getItem(WHEN_LONG_KEY)),
    guards: guardsOf(memory.getItem(GUARDS_KEY)),
    quality: qualityOf(memory.getItem(QUALITY_KEY)),
    limits: limitsOf(memory.getItem(LIMITS_KEY)),
    startMode: startModeChoice(memory.getItem(START_MODE_KEY)),
    startPlace: startPlaceChoice(memory.getItem(START_PLACE_KEY)),
    gitPerson: personOf(memory.getItem(PERSON_KEY)),
    from: 'demo',
    open: readFrameOpen(memory),
    tab: 'changes',
    view: 'chat',
    terminalAsked: false,
    shownChange: undefined,
    shownFile: undefined,
    fileSearch: undefined,
    keys: ownKeysOf(memory.getItem(KEYS_KEY)),
    hosts: undefined,
    mcp: undefined,
    membership: undefined,
  }
}

function providerActions(
  sources: StoreSources,
  set: Setter,
  get: Getter,
): Pick<AppStore, 'connect' | 'lookForRelay' | 'renewToken' | 'pickModel' | 'saveKey' | 'removeKey' | keyof HostActions> {
  const connect = async (code?: string): Promise<void> => {
    set(await connectProvider(sources, handOver, code))
  }
  /** The mirror's worker pairs by itself where that takes no code; where it does, only the page has a bearer. */
  const handOver = (token: string): void => {
    sources.catalogue.mirror.useToken(token).catch((error: unknown) => {
      set({ mirror: { type: 'unavailable', reason: failureOf(error).message } })
    })
    // Its state tells what keeps it away; this is what cannot even begin.
    sources.catalogue.relay.join(token).catch((error: unknown) => get().say(failureOf(error).message))
  }
  let renewing: Promise<string> | undefined
  const renew = async (): Promise<string> => {
    const token = await renewBearer(sources).catch((error: unknown) => {
      const failure = failureOf(error)
      if (wantsCode(failure)) set({ relay: 'locked', providerFailure: failure })
      throw error
    })
    handOver(token)
    const { connection } = get()
    if (connection?.access.type === 'relay') set({ connection: { ...connection, access: { type: 'relay', token } } })
    return token
  }
  return {
    ...hostActions(sources, set, connect),
    connect,
    lookForRelay: async () => {
      if (get().relay === 'none' || get().relay === 'connecting') return
      const lives = await isRelayAlive()
      if (!lives) set({ relay: 'offline' })
      else if (get().relay === 'offline') await connect()
    },
    renewToken: () => {
      renewing ??= renew().finally(() => {
        renewing = undefined
      })
      return renewing
    },
    pickModel: (model) => {
      const { connection } = get()
      if (connection === undefined) return
      rememberModel(sources.memory, model)
      set({ connection: { ...connection, model } })
    },
    saveKey: async (key, origin) => {
      try {
        await keepKey(sources, key, origin)
      } finally {
        await connect()
      }
    },
    removeKey: async () => {
      await forgetKey(sources)
      await connect()
    },
  }
}

type HostActions = Pick<AppStore, 'unpair' | 'readHosts' | 'saveHost' | 'removeHost' | 'readMcp' | 'signInMcp' | 'signOutMcp'>

function hostActions({ relay }: StoreSources, set: Setter, connect: () => Promise<void>): HostActions {
  const there = (): Relay => (relay === 'none' ? fail('unavailable', t('The relay keeps this; start it with npm start.')) : relay)
  const tokens = (): Relay['hosts'] => there().hosts
  return {
    unpair: async () => {
      await there().unpair()
      await connect()
    },
    readHosts: async () => set({ hosts: await tokens().list() }),
    saveHost: async (host, user, token) => set({ hosts: await tokens().put({ host, user, token }) }),
    removeHost: async (origin) => set({ hosts: await tokens().remove(origin) }),
    readMcp: async () => set({ mcp: await there().mcp.list() }),
    signInMcp: async (server) => there().mcp.signIn(server),
    signOutMcp: async (server) => set({ mcp: await there().mcp.signOut(server) }),
  }
}

function guardActions({ memory }: StoreSources, set: Setter): Pick<AppStore, 'setGuards' | 'setLimits' | 'setQuality'> {
  return {
    setGuards: (guards) => {
      memory.setItem(GUARDS_KEY, guardsText(guards))
      set({ guards })
    },
    setQuality: (quality) => {
      memory.setItem(QUALITY_KEY, qualityText(quality))
      set({ quality })
    },
    setLimits: (limits) => {
      memory.setItem(LIMITS_KEY, limitsText(limits))
      set({ limits })
    },
  }
}

type ViewActions = Pick<
  AppStore,
  | 'setSettings'
  | 'setSheet'
  | 'setSharing'
  | 'setForking'
  | 'setRestored'
  | 'giveBack'
  | 'takeReturned'
  | 'setFrom'
  | 'setOpen'
  | 'setTab'
  | 'setView'
  | 'askTerminal'
  | 'terminalFocused'
  | 'leaveTerminal'
  | 'showChange'
  | 'showFile'
  | 'searchFiles'
  | 'showTab'
>

function viewActions({ memory }: StoreSources, set: Setter, get: Getter): ViewActions {
  const setOpen: ViewActions['setOpen'] = (part, open) => {
    // The drawer is in the workbench: to show the one is to show the other.
    const next = { ...get().open, [part]: open, ...(part === 'terminal' && open ? { workbench: true } : {}) }
    set({ open: next })
    writeFrameOpen(memory, next)
  }
  return {
    setOpen,
    setSettings: (settings, settingsFor) => set({ settings, settingsFor }),
    setSheet: (sheet) => set({ sheet }),
    setSharing: (sharing) => set({ sharing }),
    setForking: (forking) => set({ forking }),
    setRestored: (restored) => set({ restored }),
    giveBack: (returned) => set({ returned }),
    takeReturned: (session) => {
      const { returned } = get()
      if (returned?.session !== session) return undefined
      set({ returned: undefined })
      return returned
    },
    setFrom: (from) => set({ from }),
    setTab: (tab) => set({ tab }),
    setView: (view) => set(isWorkbenchTab(view) ? { view, tab: view } : { view }),
    askTerminal: () => {
      set({ view: 'terminal', terminalAsked: true })
      setOpen('terminal', true)
    },
    terminalFocused: () => set({ terminalAsked: false }),
    leaveTerminal: (view) => {
      set({ view, terminalAsked: false })
      setOpen('terminal', false)
    },
    showChange: (path) => {
      set({ tab: 'changes', view: 'changes', shownChange: path === undefined ? undefined : { path } })
      setOpen('workbench', true)
    },
    showFile: (path, line) => {
      set({ tab: 'files', view: 'files', shownFile: { path, ...(line !== undefined && { line }) } })
      setOpen('workbench', true)
    },
    searchFiles: () => {
      set({ tab: 'files', view: 'files', fileSearch: {} })
      setOpen('workbench', true)
    },
    showTab: (tab) => {
      set({ tab, view: tab })
      setOpen('workbench', true)
    },
  }
}

const DENSITY_KEY = 'tabwright.density'

type ChoiceActions = Pick<
  AppStore,
  'setTheme' | 'setLanguage' | 'setDensity' | 'setWhenLong' | 'setStartMode' | 'setStartPlace' | 'setGitPerson' | 'setKeys'
>

/** What a person chose for this browser. */
function choiceActions({ memory }: StoreSources, set: Setter, get: Getter): ChoiceActions {
  return {
    setDensity: (density) => {
      memory.setItem(DENSITY_KEY, density)
      set({ density })
    },
    setTheme: (theme) => {
      memory.setItem(THEME_KEY, theme)
      applyTheme(theme)
      set({ theme })
    },
    setLanguage: async (language) => {
      await speak(languageOf(language, navigator.languages))
      memory.setItem(LANGUAGE_KEY, language)
      set({ language })
    },
    setStartMode: (startMode) => {
      memory.setItem(START_MODE_KEY, startMode)
      set({ startMode })
    },
    setStartPlace: (place) => {
      const startPlace = startPlaceChoice(place)
      memory.setItem(START_PLACE_KEY, startPlace)
      set({ startPlace })
    },
    setWhenLong: (whenLong) => {
      memory.setItem(WHEN_LONG_KEY, whenLong)
      set({ whenLong })
    },
    setGitPerson: (person) => {
      const text = personText(person)
      memory.setItem(PERSON_KEY, text)
      set({ gitPerson: personOf(text) })
    },
    setKeys: (action, chord) => {
      const keys = withKeys(get().keys, action, chord)
      memory.setItem(KEYS_KEY, JSON.stringify(keys))
      set({ keys })
    },
  }
}
