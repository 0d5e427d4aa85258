import type { Failure, ModelInfo, Provider, RelayState, RestoreOptions, SessionId, SessionRow, WhenLong } from '@tabwright/protocol'
import type { MirrorState, ModelAccess, StorageState } from '@tabwright/runtime'
import type { FrameOpen, FramePart, NarrowView, StartFrom, ThemeChoice, WorkbenchTab } from '@tabwright/ui'
import type { SettingsTab } from '@tabwright/ui/settings'

/** What answers, and how the session's worker gets there. */
export interface Connection {
  readonly provider: Provider
  readonly access: ModelAccess
  readonly models: readonly ModelInfo[]
  readonly model: ModelInfo
}

/** A short word at the bottom of the page. */
export interface Notice {
  readonly id: number
  readonly text: string
  /** The session that a click on Undo brings back. */
  readonly restores?: SessionId
}

/** What lies over the page, about the open session. */
export type Sheet =
  /** `before`: the number of a message before which one wants to be. */
  { readonly type: 'history'; readonly before: number | undefined } | { readonly type: 'progress' }

/** What was brought back in a session, and the way out of it. */
export interface RestoredNote {
  readonly session: SessionId
  readonly text: string
  readonly undo: Pick<RestoreOptions, 'to' | 'scope' | 'asOf'>
  /** The message that came back into the box. */
  readonly prompt?: string
}

/** What the page remembers between renders; sessions themselves live in their handles. */
export interface AppState {
  readonly relay: RelayState
  /** Where the relay says keys are kept, or this tab. */
  readonly keeper: 'relay' | 'tab'
  /** undefined until the page knows what answers. */
  readonly connection: Connection | undefined
  /** Why the provider could not be asked for its models. */
  readonly providerFailure: Failure | undefined
  /** undefined while they are read. */
  readonly sessions: readonly SessionRow[] | undefined
  readonly sessionsFailure: Failure | undefined
  readonly storage: StorageState | undefined
  readonly storageFailure: Failure | undefined
  /** undefined until it was asked for. */
  readonly mirror: MirrorState | undefined
  readonly notice: Notice | undefined
  readonly settings: SettingsTab | undefined
  readonly sheet: Sheet | undefined
  readonly restored: RestoredNote | undefined
  /** A text that belongs into the box of a session as soon as that is there. */
  readonly returned: { readonly session: SessionId; readonly text: string } | undefined
  readonly theme: ThemeChoice
  readonly whenLong: WhenLong
  readonly from: StartFrom
  readonly open: FrameOpen
  readonly tab: WorkbenchTab
  readonly view: NarrowView
  /** A wish to see one file's change; a new object each time. */
  readonly shownChange: { readonly path: string } | undefined
}

/** Everything that changes it. */
export interface AppActions {
  /** Finds the relay, the key and the models. Again whenever any of them may have changed. */
  readonly connect: () => Promise<void>
  /** Asks whether the relay still lives, and connects anew when it came back. */
  readonly lookForRelay: () => Promise<void>
  /**
   * Pairs with the relay again and keeps the new bearer in the connection; asked by several sessions at once it pairs once.
   * @throws FailureError when that needs a person
   */
  readonly renewToken: () => Promise<string>
  readonly pickModel: (model: ModelInfo) => void
  /** @throws FailureError that says why the key was not kept */
  readonly saveKey: (key: string, origin: string) => Promise<void>
  readonly removeKey: () => Promise<void>

  readonly readSessions: () => Promise<void>
  /** Keeps the text as the new session's draft first, so that it survives whatever happens next. */
  readonly createSession: (text: string) => Promise<SessionId>
  /** A new session that goes on from a place of this one; `draft` is kept as the text in its box. @throws FailureError */
  readonly forkSession: (session: SessionId, at?: number, draft?: string) => Promise<SessionId>
  readonly renameSession: (session: SessionId, title: string) => Promise<void>
  readonly removeSession: (session: SessionRow) => Promise<void>
  /** Several at once, to make room. */
  readonly removeSessions: (sessions: readonly SessionId[]) => Promise<void>
  readonly restoreSession: (session: SessionId) => Promise<void>
  /** Hands the session over as a file. */
  readonly exportSession: (session: Pick<SessionRow, 'id' | 'title'>) => Promise<void>
  /** @throws FailureError that names what is wrong with the file; nothing is kept then */
  /** @param isBackup the person says that it is their own, which may be larger */
  readonly importSession: (file: Blob, isBackup: boolean) => Promise<SessionId>
  readonly readStorage: () => Promise<void>
  readonly readMirror: () => Promise<void>
  /** @returns the recovery code, this one time @throws FailureError */
  readonly mirrorOn: (code?: string) => Promise<string>
  readonly mirrorOff: (erase: boolean) => Promise<void>
  /** @returns how many sessions came back @throws FailureError `stale` when sessions here differ */
  readonly restoreMirror: (code: string, conflict?: 'skip' | 'copy') => Promise<number>
  /** Asks the browser not to clear what is kept; false when it does not promise. */
  readonly persist: () => Promise<boolean>
  readonly dropNotice: () => void
  readonly say: (text: string) => void

  readonly setSettings: (tab: SettingsTab | undefined) => void
  readonly setSheet: (sheet: Sheet | undefined) => void
  readonly setRestored: (restored: RestoredNote | undefined) => void
  readonly giveBack: (session: SessionId, text: string) => void
  /** The text that was given back, once. */
  readonly takeReturned: (session: SessionId) => string | undefined
  readonly setTheme: (theme: ThemeChoice) => void
  readonly setWhenLong: (whenLong: WhenLong) => void
  readonly setFrom: (from: StartFrom) => void
  readonly setOpen: (part: FramePart, open: boolean) => void
  readonly setTab: (tab: WorkbenchTab) => void
  readonly setView: (view: NarrowView) => void
  readonly showChange: (path: string | undefined) => void
}

export type AppStore = AppState & AppActions

/** Changes a part of what the page remembers. */
export type Setter = (part: Partial<AppState>) => void
/** The whole store as it is now. */
export type Getter = () => AppStore
