import type { Remote } from 'comlink'
import type {
  ChosenModel,
  FileEntry,
  FileReview,
  GitPerson,
  Json,
  PortReply,
  PortRequest,
  PreviewSight,
  Progress,
  Sending,
  SessionEvent,
  SessionId,
  ShownChange,
  TerminalSize,
  WindowMeter,
} from '@tabwright/protocol'
import type { HiddenRange, LiveUpdate } from '../core/facts'
import type { Catalogue, FileText, MirrorState, MirroredSession, ModelAccess, Role, SessionHandle, StorageState } from './api'
import type { OpenedContainer } from './container/page-container'
import type { RelayMember } from './relay-api'
import type { Rules } from './rules-api'
import type { Lives, Shares } from './share-api'

/** What the session's worker offers to its page, over comlink. */
export interface SessionWorker {
  open(options: WorkerOptions, host: Remote<PageHost>, batches: MessagePort): Promise<void>
  /** @param id made by the page: sent again with the same one, it is the same message (C01) */
  send(text: string, id?: string, more?: Sending): Promise<void>
  attachmentsOf: SessionHandle['attachmentsOf']
  withdraw(n: number): Promise<boolean>
  changeQueued: SessionHandle['changeQueued']
  reorderQueue: SessionHandle['reorderQueue']
  stop(): Promise<void>
  compact(instructions?: string): Promise<void>
  retryNow(): Promise<void>
  /** The network is back. */
  online(): Promise<void>
  setMode: SessionHandle['setMode']
  setHands: SessionHandle['setHands']
  raise: SessionHandle['raise']
  setNetwork: SessionHandle['setNetwork']
  revokeRule: SessionHandle['revokeRule']
  decide(answer: Parameters<SessionHandle['decide']>[0]): Promise<void>
  edit: SessionHandle['edit']
  resolve: SessionHandle['resolve']
  answer: SessionHandle['answer']
  /** Holds this lock as long as the worker lives. False: there are no locks here. */
  hold(name: string): Promise<boolean>
  review(shown: readonly ShownChange[], decision: 'accepted' | 'rejected'): Promise<void>
  reviewPart: SessionHandle['reviewPart']
  resolvePart: SessionHandle['resolvePart']
  undoRefusal: SessionHandle['undoRefusal']
  listFiles(): Promise<readonly FileEntry[]>
  readFile(path: string): Promise<FileText>
  problems: SessionHandle['problems']
  readContent: SessionHandle['readContent']
  readBytes: SessionHandle['readBytes']
  saveFile(path: string, text: string, base: number): Promise<FileEntry>
  searchFiles: SessionHandle['searchFiles']
  changeFiles: SessionHandle['changeFiles']
  undoFiles: SessionHandle['undoFiles']
  listFolders: SessionHandle['listFolders']
  importFiles: SessionHandle['importFiles']
  exportFiles: SessionHandle['exportFiles']
  folder: SessionHandle['folder']
  planFolder: SessionHandle['planFolder']
  readConflict: SessionHandle['readConflict']
  writeFolder: SessionHandle['writeFolder']
  readChange: SessionHandle['readChange']
  progress(): Promise<Progress>
  contextWindow: SessionHandle['contextWindow']
  costs: SessionHandle['costs']
  trace: SessionHandle['trace']
  fact: SessionHandle['fact']
  hooks: SessionHandle['hooks']
  trustHooks: SessionHandle['trustHooks']
  /** The page lets the session go in good order; resolves within two seconds. */
  leave(): Promise<void>
  points: SessionHandle['points']
  checkpoint: SessionHandle['checkpoint']
  compare: SessionHandle['compare']
  readPoint: SessionHandle['readPoint']
  planRestore: SessionHandle['planRestore']
  restore: SessionHandle['restore']
  terminalHistory(screen: 'agent' | 'person'): Promise<string>
  terminalInput(screen: 'agent' | 'person', text: string): Promise<void>
  terminalResize(screen: 'agent' | 'person', size: TerminalSize): Promise<void>
  askPort(request: PortRequest, rest?: MessagePort): Promise<PortReply>
  takeOverShell(): Promise<void>
  giveShellBack(): Promise<void>
  setModel(model: ChosenModel, access: ModelAccess): Promise<void>
  takeOver(): Promise<void>
}

export interface WorkerOptions {
  readonly session: SessionId
  readonly access: ModelAccess
  readonly model: ChosenModel
  /** The page's origin: the relay's proxy is there. */
  readonly origin: string
}

/** What only a page can do for a worker. */
export interface PageHost {
  /** Puts up the locked frame and hands over its port. */
  openFrame(): Promise<MessagePort>
  closeFrame(): Promise<void>
  /** Another one, for the project's hooks. */
  openHookFrame(): Promise<MessagePort>
  closeHookFrame(): Promise<void>
  /** Another one, for the shell over the programs of a WebContainer. */
  openContainerFrame(): Promise<MessagePort>
  closeContainerFrame(): Promise<void>
  /** The page's WebContainer, for this session from now on. @throws FailureError `unavailable` where there is none to be had */
  openContainer(): Promise<OpenedContainer>
  /** A port to the key worker, and the provider's origin. @throws when no key was entered */
  keyPort(): Promise<{ readonly port: MessagePort; readonly origin: string }>
  /** Another bearer for the relay. @throws FailureError when the page cannot get one */
  renewToken(): Promise<string>
  /** Who commits in the sandbox, as it is now. */
  gitPerson(): Promise<GitPerson>
  /** What the preview of this session shows, and with a picture how; undefined where none is open. */
  lookAtPreview(withPicture?: boolean): Promise<PreviewSight | undefined>
  /** A port to the functions of other workers on the relay. */
  functionsPort(): Promise<MessagePort>
  /** A port to the sessions in this tab's memory, where the browser keeps nothing. */
  memoryPort(): Promise<MessagePort | undefined>
}

/** What happened since the last batch; at most one a frame. */
export interface Batch {
  readonly role?: Role
  /** Everything shown so far is void: the session is read anew. */
  readonly reset?: true
  /** With a reset: facts that the conversation went back behind. */
  readonly hidden?: readonly HiddenRange[]
  /** Facts from before those that came first. Until `isWhole`, more of them are on their way. */
  readonly past?: { readonly events: readonly SessionEvent[]; readonly isWhole: boolean }
  readonly events: readonly SessionEvent[]
  readonly live: readonly LiveUpdate[]
  readonly changes?: readonly FileReview[]
  /** Limits of the model that is chosen. */
  readonly window?: Omit<WindowMeter, 'used'>
  readonly queue?: readonly { readonly n: number; readonly text: string }[]
  /** Paths whose content changed. */
  readonly paths: readonly string[]
  /** What the person's terminal showed. */
  readonly terminal: string
  /** What the agent's commands showed. */
  readonly agentTerminal: string
  /** Whether a command of the person's runs, where that changed. */
  readonly isTerminalBusy?: boolean
  /** Where programs of the sandbox listen, where that changed. */
  readonly ports?: readonly number[]
  /** Of the paths, or of those that come next: what a program writes again and again. */
  readonly writtenAgain?: readonly string[]
}

/** The mirror, as the catalogue's worker offers it. */
export interface MirrorWorker {
  mirrorState(): Promise<MirrorState>
  watchMirror(listener: () => void): Promise<() => void>
  turnMirrorOn(code?: string): Promise<string>
  keptMirrorCode(): Promise<void>
  turnMirrorOff(options?: { readonly erase?: boolean }): Promise<void>
  findMirrored(code: string): Promise<readonly MirroredSession[]>
  restoreMirrored(code: string, conflict?: 'refuse' | 'skip' | 'copy' | 'replace'): Promise<readonly SessionId[]>
  useMirrorToken(token: string): Promise<void>
}

/** Links to shared sessions, as the catalogue's worker offers them. */
export interface ShareWorker {
  listShares: Shares['list']
  createShare: Shares['create']
  revokeShare: Shares['revoke']
  forkShare: Shares['fork']
}

/** Sessions that are followed live, as the catalogue's worker offers them. */
export interface LiveWorker {
  listLives: Lives['list']
  watchLives(listener: () => void): Promise<() => void>
  startLive: Lives['start']
  endLive: Lives['end']
}

/** The rules that outlive a session, as the catalogue's worker offers them. */
export interface RulesWorker {
  listRules: Rules['list']
  watchRules(listener: () => void): Promise<() => void>
  addRule: Rules['add']
  removeRule: Rules['remove']
  putBackRule: Rules['putBack']
  setLevel: Rules['setLevel']
  tryCall: Rules['tryCall']
}

/** This tab as a member of the relay, as the catalogue's worker offers it. */
export interface RelayMemberWorker {
  relayState: RelayMember['state']
  watchRelay(listener: () => void): Promise<() => void>
  watchRelayWake(listener: (session: SessionId, by: string) => void): Promise<() => void>
  joinRelay: RelayMember['join']
  retryRelay: RelayMember['retry']
  setRelayOn: RelayMember['setOn']
  setRelayName: RelayMember['setName']
  setRelaySwitch: RelayMember['setSwitch']
  setWebSearch: RelayMember['setWebSearch']
  addWake: RelayMember['addWake']
  removeWake: RelayMember['removeWake']
  answerRelay: RelayMember['answer']
}

/** What the catalogue's worker offers to its page, over comlink. Listeners and the functions that end them travel as proxies. */
export interface CatalogueWorker
  extends
    Omit<Catalogue, 'watch' | 'watchStorage' | 'persist' | 'storage' | 'mirror' | 'relay' | 'rules' | 'shares'>,
    MirrorWorker,
    ShareWorker,
    LiveWorker,
    RelayMemberWorker,
    RulesWorker {
  /**
   * Resolves when the list is open; the reason when the browser keeps nothing.
   * @throws FailureError `newer`, `busy`
   */
  open(): Promise<{ readonly type: 'kept' } | { readonly type: 'off'; readonly reason: string }>
  /** Name of the database that the list is in now; undefined where the browser keeps nothing. */
  databaseName(): Promise<string | undefined>
  watch(listener: () => void): Promise<() => void>
  storage(): Promise<StorageState>
  watchStorage(listener: () => void): Promise<() => void>
  readSetting(key: string): Promise<Json | undefined>
  saveSetting(key: string, value: Json): Promise<void>
  /** A port for a session's worker to the functions of other workers on the relay. */
  functionsPort(): Promise<MessagePort>
  /** A port for a session's worker to the sessions in memory; undefined where they are in the database. */
  memoryPort(): Promise<MessagePort | undefined>
}
