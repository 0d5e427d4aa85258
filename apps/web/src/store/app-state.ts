import type {
  Attachment,
  Failure,
  GitPerson,
  KeptRule,
  GuardLevels,
  Membership,
  Limits,
  ModelInfo,
  Provider,
  QualityWish,
  RelayState,
  RestoreOptions,
  SessionId,
  SessionRow,
  SessionShelf,
  ShareAddress,
  Mode,
  WhenLong,
} from '@tabwright/protocol'
import type { HostToken, McpServer } from '@tabwright/relay-client'
import type { Catalogue, MirrorState, ModelAccess, RelayMember, Rules, SharedCopy, StorageState } from '@tabwright/runtime'
import type { LanguageChoice } from '@tabwright/ui/language'
import type { Chord, Density, FrameOpen, FramePart, NarrowView, StartFrom, ThemeChoice, WorkbenchTab } from '@tabwright/ui'
import type { SettingsTab } from '@tabwright/ui/settings'
import type { ActionId } from '../keys/actions'
import type { OwnKeys } from '../keys/key-map'
import type { StartPlace } from './start-place'

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
  /** What a click on Undo does otherwise; what fails is said. */
  readonly undo?: () => Promise<void>
}

/** What lies over the page. */
export type Sheet =
  | { readonly type: 'palette'; readonly of: 'everything' | 'files' }
  /** `before`: the number of a message before which one wants to be. */
  | { readonly type: 'history'; readonly before: number | undefined }
  | { readonly type: 'progress' }
  | { readonly type: 'share' }

/** A copy of a session for others, which waits for a person to have looked at what it does not have. */
export interface Sharing extends SharedCopy {
  /** An archive, or the conversation to read. */
  readonly form: 'zip' | 'markdown'
}

/** What the box of a new session starts with. */
export interface KeptDraft {
  readonly text: string
  readonly attached: readonly Attachment[]
}

/** A message on its way back into the box. */
export interface ReturnedMessage {
  readonly session: SessionId
  readonly text: string
  /** Number of its fact, for what was attached to it. */
  readonly fact?: number
  readonly attached?: readonly Attachment[]
}

/** What was brought back in a session, and the way out of it. */
export interface RestoredNote {
  readonly session: SessionId
  readonly text: string
  readonly undo: Pick<RestoreOptions, 'to' | 'scope' | 'asOf'>
  /** The message that came back into the box. */
  readonly prompt?: string
  /** Number of its fact. */
  readonly promptSeq?: number
}

/** What the page remembers between renders; sessions themselves live in their handles. */
export interface AppState {
  readonly relay: RelayState
  /** Of the relay that this page was paired with; undefined where there is none, or it said none. */
  readonly fingerprint: string | undefined
  /** A person entered the code for it: then it can be unpaired. */
  readonly isByCode: boolean
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
  /** This tab among the programs of the relay; undefined until it was asked for. */
  readonly membership: Membership | undefined
  /** Tokens for git hosts; undefined until they were asked for. */
  readonly hosts: readonly HostToken[] | undefined
  /** MCP servers of the relay; undefined until they were asked for. */
  readonly mcp: readonly McpServer[] | undefined
  /** Rules that outlive a session; undefined until they were asked for. */
  readonly rules: readonly KeptRule[] | undefined
  readonly rulesProblem: string | undefined
  readonly notice: Notice | undefined
  readonly settings: SettingsTab | undefined
  /** What the person came to the settings for, where that is one thing of a tab. */
  readonly settingsFor: 'wake' | undefined
  readonly sheet: Sheet | undefined
  readonly sharing: Sharing | undefined
  /** A shared session that the address asked to take over. */
  readonly forking: ShareAddress | undefined
  readonly restored: RestoredNote | undefined
  /** A text that belongs into the box of a session as soon as that is there. */
  readonly returned: ReturnedMessage | undefined
  readonly theme: ThemeChoice
  readonly language: LanguageChoice
  /** How much of a conversation is shown. */
  readonly density: Density
  readonly whenLong: WhenLong
  /** How much may be spent before the person is asked. */
  readonly limits: Limits
  /** How strict the guards are. */
  readonly guards: GuardLevels
  /** What finished work is held against, and who is asked when it fails. */
  readonly quality: QualityWish
  /** How much new sessions may do without asking. */
  readonly startMode: Mode
  /** Where commands of new sessions run. */
  readonly startPlace: StartPlace
  /** Who commits in the sandbox. */
  readonly gitPerson: GitPerson
  readonly from: StartFrom
  readonly open: FrameOpen
  readonly tab: WorkbenchTab
  readonly view: NarrowView
  /** The terminal was asked for by its key, and is to have the focus as soon as it is there. */
  readonly terminalAsked: boolean
  /** A wish to see one file's change; a new object each time. */
  readonly shownChange: { readonly path: string } | undefined
  /** A wish to see one file in the editor; a new object each time. */
  readonly shownFile: { readonly path: string; readonly line?: number } | undefined
  /** A wish to search in the contents of files; a new object each time. */
  readonly fileSearch: object | undefined
  /** Keys that the person chose. */
  readonly keys: OwnKeys
}

/** Everything that changes it. */
export interface AppActions {
  /**
   * Finds the relay, the key and the models. Again whenever any of them may have changed.
   * @param code that the relay printed, where it wants one from the person
   */
  readonly connect: (code?: string) => Promise<void>
  /** Ends what a code bought: the page is nobody's to the relay until another is entered. Rejects with a FailureError. */
  readonly unpair: () => Promise<void>
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
  /** @throws FailureError */
  readonly readHosts: () => Promise<void>
  /** @throws FailureError that says why the token was not kept */
  readonly saveHost: (host: string, user: string, token: string) => Promise<void>
  readonly removeHost: (origin: string) => Promise<void>
  /** @throws FailureError */
  readonly readMcp: () => Promise<void>
  /** Where the person signs in. @throws FailureError */
  readonly signInMcp: (server: string) => Promise<string>
  /** @throws FailureError */
  readonly signOutMcp: (server: string) => Promise<void>

  readonly readSessions: () => Promise<void>
  /** Keeps the text as the new session's draft first, so that it survives whatever happens next. */
  readonly createSession: (text: string, attached: readonly Attachment[]) => Promise<SessionId>
  /** A session without files, called by what will come into it. @throws FailureError */
  readonly createEmpty: (name: string) => Promise<SessionId>
  /** A new session that goes on from a place of this one; `draft` is kept as the text in its box. @throws FailureError */
  readonly forkSession: (session: SessionId, at?: number, draft?: KeptDraft) => Promise<SessionId>
  readonly renameSession: (session: SessionId, title: string) => Promise<void>
  readonly shelveSession: (session: SessionRow, shelf: SessionShelf | undefined) => Promise<void>
  readonly removeSession: (session: SessionRow) => Promise<void>
  /** Several at once, to make room. */
  readonly removeSessions: (sessions: readonly SessionId[]) => Promise<void>
  readonly restoreSession: (session: SessionId) => Promise<void>
  /** Hands the session over as a file. */
  readonly exportSession: (session: Pick<SessionRow, 'id' | 'title'>) => Promise<void>
  /** The same without its secrets, and says which those were. */
  readonly shareSession: (session: Pick<SessionRow, 'id' | 'title'>) => Promise<void>
  /** The conversation as Markdown, without its secrets, and says which those were. */
  readonly saveMarkdown: (session: Pick<SessionRow, 'id' | 'title'>) => Promise<void>
  /** Sessions that hold every word of it. @throws FailureError */
  readonly searchSessions: Catalogue['search']
  /** Saves the copy that was looked at. */
  readonly saveShared: () => void
  /** @throws FailureError that names what is wrong with the file; nothing is kept then */
  /** @param isBackup the person says that it is their own, which may be larger */
  readonly importSession: (file: Blob, isBackup: boolean) => Promise<SessionId>
  readonly readStorage: () => Promise<void>
  readonly readMirror: () => Promise<void>
  /** The recovery code is in the state of the mirror until it is kept. @throws FailureError */
  readonly mirrorOn: (code?: string) => Promise<void>
  /** The person has kept the recovery code. @throws FailureError */
  readonly mirrorKept: () => Promise<void>
  readonly mirrorOff: (erase: boolean) => Promise<void>
  /** @returns how many sessions came back @throws FailureError `stale` when sessions here differ */
  readonly restoreMirror: (code: string, conflict?: 'skip' | 'copy' | 'replace') => Promise<number>
  readonly readMembership: () => Promise<void>
  /** @throws FailureError that says why nothing was changed */
  readonly changeMembership: (change: (relay: RelayMember) => Promise<void>) => Promise<void>
  readonly readRules: () => Promise<void>
  /** Changes them and reads them anew. @throws FailureError */
  readonly changeRules: (change: (rules: Rules) => Promise<void>) => Promise<void>
  /** @throws FailureError for what is no call */
  readonly tryCall: Rules['tryCall']
  /** Asks the browser not to clear what is kept; false when it does not promise. */
  readonly persist: () => Promise<boolean>
  readonly dropNotice: () => void
  readonly say: (text: string, undo?: () => Promise<void>) => void
  /** Takes back what the notice on show tells of. */
  readonly undoNotice: () => Promise<void>

  readonly setSettings: (tab: SettingsTab | undefined, wanted?: AppStore['settingsFor']) => void
  readonly setSheet: (sheet: Sheet | undefined) => void
  readonly setSharing: (sharing: Sharing | undefined) => void
  readonly setForking: (forking: ShareAddress | undefined) => void
  readonly setRestored: (restored: RestoredNote | undefined) => void
  readonly giveBack: (returned: ReturnedMessage) => void
  /** What was given back, once. */
  readonly takeReturned: (session: SessionId) => ReturnedMessage | undefined
  readonly setTheme: (theme: ThemeChoice) => void
  /** Loads the language first. @throws TypeError when its file cannot be fetched; then nothing changes */
  readonly setLanguage: (language: LanguageChoice) => Promise<void>
  readonly setDensity: (density: Density) => void
  readonly setStartMode: (mode: Mode) => void
  readonly setStartPlace: (place: StartPlace) => void
  readonly setGuards: (guards: GuardLevels) => void
  readonly setQuality: (quality: QualityWish) => void
  readonly setLimits: (limits: Limits) => void
  readonly setWhenLong: (whenLong: WhenLong) => void
  readonly setGitPerson: (person: GitPerson) => void
  readonly setFrom: (from: StartFrom) => void
  readonly setOpen: (part: FramePart, open: boolean) => void
  readonly setTab: (tab: WorkbenchTab) => void
  readonly setView: (view: NarrowView) => void
  /** Shows the terminal and gives it the focus. */
  readonly askTerminal: () => void
  /** It has the focus. */
  readonly terminalFocused: () => void
  /** Puts the terminal away; a narrow screen shows `view` again. */
  readonly leaveTerminal: (view: NarrowView) => void
  readonly showChange: (path: string | undefined) => void
  readonly showFile: (path: string, line?: number) => void
  /** Shows the search in the contents of files. */
  readonly searchFiles: () => void
  /** Shows a tab of the workbench, whatever was open. */
  readonly showTab: (tab: WorkbenchTab) => void
  /** Undefined: the keys that the action came with. */
  readonly setKeys: (action: ActionId, keys: Chord | undefined) => void
}

export type AppStore = AppState & AppActions

/** Changes a part of what the page remembers. */
export type Setter = (part: Partial<AppState>) => void
/** The whole store as it is now. */
export type Getter = () => AppStore
