import type { Remote } from 'comlink'
import type { ChosenModel, FileEntry, FileReview, Json, Progress, SessionEvent, SessionId, WindowMeter } from '@tabwright/protocol'
import type { HiddenRange, LiveUpdate } from '../core/facts'
import type { Catalogue, FileText, MirrorState, MirroredSession, ModelAccess, Role, SessionHandle, ShownChange, StorageState } from './api'

/** What the session's worker offers to its page, over comlink. */
export interface SessionWorker {
  open(options: WorkerOptions, host: Remote<PageHost>, batches: MessagePort): Promise<void>
  /** @param id made by the page: sent again with the same one, it is the same message (C01) */
  send(text: string, id?: string): Promise<void>
  withdraw(n: number): Promise<boolean>
  editQueued: SessionHandle['editQueued']
  reorderQueue: SessionHandle['reorderQueue']
  stop(): Promise<void>
  compact(instructions?: string): Promise<void>
  retryNow(): Promise<void>
  /** The network is back. */
  online(): Promise<void>
  decide(answer: Parameters<SessionHandle['decide']>[0]): Promise<void>
  resolve: SessionHandle['resolve']
  /** Holds this lock as long as the worker lives. False: there are no locks here. */
  hold(name: string): Promise<boolean>
  review(shown: readonly ShownChange[], decision: 'accepted' | 'rejected'): Promise<void>
  listFiles(): Promise<readonly FileEntry[]>
  readFile(path: string): Promise<FileText>
  saveFile(path: string, text: string, base: number): Promise<FileEntry>
  readChange(path: string): Promise<{ readonly before: FileText | null; readonly after: FileText | null }>
  progress(): Promise<Progress>
  points: SessionHandle['points']
  checkpoint: SessionHandle['checkpoint']
  compare: SessionHandle['compare']
  readPoint: SessionHandle['readPoint']
  planRestore: SessionHandle['planRestore']
  restore: SessionHandle['restore']
  terminalHistory(): Promise<string>
  terminalRun(command: string): Promise<{ readonly exitCode: number; readonly cwd: string }>
  terminalInterrupt(): Promise<void>
  terminalCwd(): Promise<string>
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
  /** A port to the key worker, and the provider's origin. @throws when no key was entered */
  keyPort(): Promise<{ readonly port: MessagePort; readonly origin: string }>
  /** Another bearer for the relay. @throws FailureError when the page cannot get one */
  renewToken(): Promise<string>
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
  readonly terminal: string
}

/** The mirror, as the catalogue's worker offers it. */
export interface MirrorWorker {
  mirrorState(): Promise<MirrorState>
  watchMirror(listener: () => void): Promise<() => void>
  turnMirrorOn(code?: string): Promise<string>
  turnMirrorOff(options?: { readonly erase?: boolean }): Promise<void>
  findMirrored(code: string): Promise<readonly MirroredSession[]>
  restoreMirrored(code: string, conflict?: 'refuse' | 'skip' | 'copy'): Promise<readonly SessionId[]>
  useMirrorToken(token: string): Promise<void>
}

/** What the catalogue's worker offers to its page, over comlink. Listeners and the functions that end them travel as proxies. */
export interface CatalogueWorker extends Omit<Catalogue, 'watch' | 'watchStorage' | 'persist' | 'storage' | 'mirror'>, MirrorWorker {
  /**
   * Resolves when the list is open; the reason when the browser keeps nothing. `isNew`: there was no database before.
   * @throws FailureError `newer`, `busy`
   */
  open(): Promise<{ readonly type: 'kept'; readonly isNew: boolean } | { readonly type: 'off'; readonly reason: string }>
  watch(listener: () => void): Promise<() => void>
  storage(): Promise<StorageState>
  watchStorage(listener: () => void): Promise<() => void>
  readSetting(key: string): Promise<Json | undefined>
  saveSetting(key: string, value: Json): Promise<void>
  /** A port for a session's worker to the sessions in memory; undefined where they are in the database. */
  memoryPort(): Promise<MessagePort | undefined>
}
