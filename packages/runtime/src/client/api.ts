import type {
  CallId,
  ChosenModel,
  Digest,
  Failure,
  FileEntry,
  FileReview,
  HistoryPoint,
  ModelInfo,
  PointChange,
  Progress,
  Provider,
  Resolution,
  Restored,
  RestoreOptions,
  RestorePlan,
  SessionId,
  SessionRow,
  SessionScreen,
} from '@tabwright/protocol'

/** How the session's worker reaches a model. A key is never in here. */
export type ModelAccess =
  | { readonly type: 'demo' }
  /** Through the relay's proxy on the page's own origin, with the tab's session bearer. */
  | { readonly type: 'relay'; readonly token: string }
  /** Through the key worker of this tab. */
  | { readonly type: 'keys' }

export interface OpenOptions {
  readonly session: SessionId
  readonly access: ModelAccess
  /** Model for turns that start from now on. */
  readonly model: ChosenModel
  /** Pairs with the relay again when it ended the bearer, and gives the new one. @throws FailureError when that needs a person */
  readonly renewToken?: () => Promise<string>
}

/** Whether this tab may write the session. */
export type Role =
  | { readonly type: 'opening' }
  | { readonly type: 'writer' }
  /** The session's worker died, or the last tab that wrote it did, in the middle of a turn: it goes on in a moment. */
  | { readonly type: 'recovering' }
  /** Another tab writes; this one shows what it wrote. */
  | { readonly type: 'follower' }
  /** This tab writes, but it stopped: the log cannot be written (full disk) or the loop failed. Nothing runs until `retryNow`; nothing written is lost. */
  | { readonly type: 'paused'; readonly failure: Failure }
  /** Nobody can write it here: a fact is damaged, or of a newer build. Everything before that is shown and can be exported; nothing is cut. */
  | { readonly type: 'readonly'; readonly failure: Failure }
  | { readonly type: 'failed'; readonly failure: Failure }

/** An open session as the page sees it. Every promise rejects with a FailureError. */
export interface SessionHandle {
  readonly id: SessionId
  /** The newest screen; a new object whenever anything changed, at most once a frame. */
  getScreen(): SessionScreen
  getRole(): Role
  /** For useSyncExternalStore: called after screen or role changed. */
  subscribe(listener: () => void): () => void

  /** Resolves when the message is durable. While the agent works it steers: delivered after the current tools. */
  send(text: string): Promise<void>
  /** Takes back a queued message; false when it was delivered already. */
  withdraw(n: number): Promise<boolean>
  /** Another text for a queued message; false when it was delivered already. */
  editQueued(n: number, text: string): Promise<boolean>
  /** Puts queued messages in this order; `order` holds their numbers. False when one of them is gone. */
  reorderQueue(order: readonly number[]): Promise<boolean>
  /** Ends the turn. What is queued waits until the person sends something or calls {@link SessionHandle.retryNow}. */
  stop(): Promise<void>
  /**
   * Asks for a summary of the conversation so far, for the model; it is made beside the work, as soon as no call is open.
   * @param instructions what it must keep
   * @throws FailureError `unavailable` for the demo, `bad_input` when there is nothing to summarise yet
   */
  compact(instructions?: string): Promise<void>
  /** Ends the wait before the next attempt; after a stop, delivers what is queued and goes on. */
  retryNow(): Promise<void>
  decide(answer: {
    readonly call: CallId
    readonly digest: Digest
    readonly answer: 'deny' | 'once' | 'session'
    readonly note?: string
  }): Promise<void>
  /** What becomes of a call whose end is unknown. @throws FailureError `stale` when it was said already */
  resolve(answer: { readonly call: CallId; readonly digest: Digest; readonly choice: Resolution }): Promise<void>
  /**
   * Covers exactly what was shown. Rejecting undoes the changes in the workspace and tells the agent.
   * @throws FailureError `stale` when a file moved on since it was shown; nothing is decided then
   */
  review(shown: readonly ShownChange[], decision: 'accepted' | 'rejected'): Promise<void>

  listFiles(): Promise<readonly FileEntry[]>
  readFile(path: string): Promise<FileText>
  /** @throws FailureError `stale` when someone else changed the file since `base` (a version; 0 for a new file) */
  saveFile(path: string, text: string, base: number): Promise<FileEntry>
  /** Both sides of a pending change, for the diff editor. */
  readChange(path: string): Promise<{ readonly before: FileText | null; readonly after: FileText | null }>
  /** Places in this session that one can come back to, in order. */
  points(): Promise<readonly HistoryPoint[]>
  /** Gives the present a name, to come back to it. */
  checkpoint(name: string): Promise<void>
  /** What became of each file between two places (numbers of {@link HistoryPoint.seq}). */
  compare(from: number, to: number | 'now'): Promise<readonly PointChange[]>
  /** A file as it was at a place; `null` when it was not there. */
  readPoint(path: string, at: number | 'now'): Promise<FileText | null>
  /** What going back to a place would do to the files, and what has to be asked first. */
  planRestore(to: number): Promise<RestorePlan>
  /**
   * Brings back files, conversation or both, whole or not at all. Itself a place that can be gone back to.
   * @throws FailureError `not_permitted` while the agent is at work, `stale` when a file changed after the plan, `not_found` when contents are gone
   */
  restore(options: RestoreOptions): Promise<Restored>
  /** A new session that goes on from a place at which no turn is open, or from the newest such place. This one stays as it is. */
  fork(at?: number): Promise<SessionId>
  /** Called with the paths that changed, whoever changed them. */
  watchFiles(listener: (paths: readonly string[]) => void): () => void

  /** What was asked for, is done, in hand and left; as it is durable now. */
  progress(): Promise<Progress>

  readonly terminal: TerminalHandle
  /** Applies from the next turn on. */
  setModel(model: ChosenModel, access: ModelAccess): Promise<void>
  takeOver(): Promise<void>
  close(): void
}

/** A pending change as it was on the screen. */
export type ShownChange = Pick<FileReview, 'path' | 'after'>

export type FileText =
  | { readonly type: 'text'; readonly text: string; readonly version: number }
  | { readonly type: 'binary'; readonly size: number; readonly version: number }
  /** Over 5 MB: not opened in an editor. */
  | { readonly type: 'large'; readonly size: number; readonly version: number }

/** One shell, shared by the person and the agent. */
export interface TerminalHandle {
  /** Everything shown so far (newest 1 MB), ANSI included. */
  history(): Promise<string>
  subscribe(listener: (text: string) => void): () => void
  /** Runs one command line; resolves when it ended. */
  run(command: string): Promise<{ readonly exitCode: number; readonly cwd: string }>
  interrupt(): Promise<void>
  cwd(): Promise<string>
  /** True while a command that {@link run} started goes on. The session's `subscribe` tells when that changes. */
  isRunning(): boolean
}

/** All sessions of this browser. */
export interface Catalogue {
  list(): Promise<readonly SessionRow[]>
  watch(listener: () => void): () => void
  create(options: { readonly title: string; readonly project: 'demo' | 'blank' }): Promise<SessionId>
  rename(session: SessionId, title: string): Promise<void>
  /** Hides it; its data goes 10 s later or at the next start. */
  remove(session: SessionId): Promise<void>
  restore(session: SessionId): Promise<void>
  /** As {@link SessionHandle.fork}. */
  fork(session: SessionId, at?: number): Promise<SessionId>
  /** Composer text, saved per session. */
  readDraft(session: SessionId): Promise<string>
  saveDraft(session: SessionId, text: string): Promise<void>
  storage(): Promise<StorageState>
  /** Called when {@link storage} may say something else than before. */
  watchStorage(listener: () => void): () => void
  /** Asks the browser not to evict this site's data; true when it agreed. Browsers judge by use: after the first turn that ended. */
  persist(): Promise<boolean>
  /** A zip with the session's facts, wire, files and contents, and two pages to read. The same session gives the same bytes. */
  exportSession(session: SessionId): Promise<Uint8Array<ArrayBuffer>>
  /**
   * Keeps an exported session as one that can be read, exported and forked, never written.
   * @param options `isBackup`: the person says that it is a backup of their own, which may be larger (500 MiB, else 25)
   * @throws FailureError `bad_input`, `too_large`, `newer` with one sentence that names what is wrong; nothing is kept then
   */
  importSession(bytes: Uint8Array, options?: { readonly isBackup?: boolean }): Promise<SessionId>
  readonly mirror: Mirror
}

/** The encrypted copy of this browser's sessions at the relay. Off until it is turned on. */
export interface Mirror {
  state(): Promise<MirrorState>
  /** Called when the state changed, and every ten seconds while it is on. */
  watch(listener: () => void): () => void
  /**
   * Begins to mirror all sessions.
   * @param code goes on with the key of this recovery code; without it a new one is made
   * @returns the recovery code. The key itself is kept so that it cannot be read: this is the one time that the code is given.
   * @throws FailureError `unavailable` without a relay or on a page that may not encrypt, `bad_input` for a code with a slip in it
   */
  turnOn(code?: string): Promise<string>
  /** Stops. The copies stay for whoever has the code, unless they are erased: now, or by another call when it is off already. */
  turnOff(options?: { readonly erase?: boolean }): Promise<void>
  /** What a code opens at the relay. @throws FailureError `bad_input`, `offline` */
  find(code: string): Promise<readonly MirroredSession[]>
  /**
   * Brings back every session that the code opens and that this browser has not: the same id, and it can be written. Those that are here
   * with all that the mirror has are left as they are.
   * @param conflict about sessions that are here, and of which the mirror has something else: `refuse` (default) restores nothing at all,
   * `skip` leaves them, `copy` keeps the mirror's as a copy to read
   * @returns what was restored
   * @throws FailureError `stale` with the sessions that conflict in `detail`, `not_found` when the code opens nothing
   */
  restore(code: string, conflict?: 'refuse' | 'skip' | 'copy'): Promise<readonly SessionId[]>
  /** A relay that is reached by a pairing code gives its bearer to the page; this hands it over. */
  useToken(token: string): Promise<void>
}

export type MirrorState =
  /** `hasCopies`: the relay still has what was mirrored before, and this browser can erase it. */
  | { readonly type: 'off'; readonly hasCopies?: true }
  | { readonly type: 'unavailable'; readonly reason: string }
  /** `at`: wall clock when the mirror last had everything; undefined before the first time. `problem`: why it is behind. */
  | { readonly type: 'on'; readonly at: number | undefined; readonly problem?: string }

/** A session at the relay that a recovery code opens. */
export interface MirroredSession {
  readonly session: SessionId
  readonly title: string
  /** Number of its newest mirrored fact. */
  readonly head: number
  /** Wall clock when it was mirrored. */
  readonly at: number
  /** `new`: not in this browser. `here`: it is, with everything the mirror has. `other`: the mirror has what this browser has not. */
  readonly local: 'new' | 'here' | 'other'
}

/** What keeps the sessions of this browser, as the page shows it. Each `reason` is a sentence for a person that says what to do. */
export type StorageState =
  | {
      readonly type: 'kept'
      readonly used: number
      readonly quota: number
      readonly persisted: boolean
      /** Nothing new begins until there is room again: free space, export, or keep a mirror. Nothing written is lost. */
      readonly full?: string
      /** The browser removed what this site had kept, and this is a new beginning. */
      readonly removed?: string
    }
  /** Private mode or policy: nothing outlives the tab. */
  | { readonly type: 'off'; readonly reason: string }
  /** A tab with an older version of the app holds the sessions; close or reload it. */
  | { readonly type: 'blocked'; readonly reason: string }
  /** The app was updated in another tab; this one let the sessions go and has to be reloaded. */
  | { readonly type: 'outdated'; readonly reason: string }

/** The key of a tab without a relay: in the memory of a worker of its own, gone with the tab. */
export interface KeyRing {
  /** Keeps the key and asks the provider for its models with it. @throws FailureError `rejected_key`, `offline` */
  put(key: string, origin: string): Promise<readonly ModelInfo[]>
  forget(): Promise<void>
  provider(): Provider | undefined
}

/** What the page builds everything from. */
export interface Runtime {
  readonly catalogue: Catalogue
  readonly keys: KeyRing
  open(options: OpenOptions): SessionHandle
}
