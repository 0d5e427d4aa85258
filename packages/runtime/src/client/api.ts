import type {
  Attachment,
  Removal,
  BlobHash,
  CallEdit,
  CallId,
  ChosenModel,
  DraftKind,
  Digest,
  Failure,
  FoundSession,
  GitPerson,
  HandsChoice,
  HistoryPoint,
  HooksView,
  InboxAnswer,
  LimitRaised,
  Mode,
  ModelInfo,
  PointChange,
  Problem,
  Progress,
  Provider,
  RefusedName,
  ResolvedPart,
  PersonAnswer,
  PreviewSight,
  Resolution,
  Restored,
  RestoreOptions,
  RestorePlan,
  SessionId,
  SessionRow,
  SessionShelf,
  SessionScreen,
  ShareChoice,
  ShownChange,
  ShownPart,
} from '@tabwright/protocol'
import type { PageContainer } from './container/page-container'
import type { Insight } from './insight-api'
import type { Mirror } from './mirror-api'
import type { NewSession } from './new-session'
import type { OwnFiles } from './own-files-api'
import type { QueueApi } from './queue-api'
import type { RelayMember } from './relay-api'
import type { Rules } from './rules-api'
import type { Shares } from './share-api'
import type { PortsHandle } from './shown-ports'
import type { ChangeTexts, FileText } from './shown'
import type { AgentTerminalHandle, TerminalHandle } from './shown-terminal'

export type { Mirror, MirroredSession, MirrorState } from './mirror-api'
export type { PortsHandle } from './shown-ports'
export type { FileText } from './shown'
export type { AgentTerminalHandle, TerminalHandle } from './shown-terminal'

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
  /** Who commits in the sandbox; asked before each command. Default: nobody. */
  readonly gitPerson?: () => GitPerson
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
export interface SessionHandle extends Insight, OwnFiles, QueueApi {
  readonly id: SessionId
  /** The newest screen; a new object whenever anything changed, at most once a frame. */
  getScreen(): SessionScreen
  getRole(): Role
  /** For useSyncExternalStore: called after screen or role changed. */
  subscribe(listener: () => void): () => void
  /** Resolves when the message is durable. While the agent works it steers (delivered after the current tools), or waits for the turn's end. */
  send(text: string, attachments?: readonly Attachment[], when?: 'step' | 'after'): Promise<void>
  /** What is attached to a message: of the fact with this number, or of the inbox row that waits. Nothing where there is none. */
  attachmentsOf(message: { readonly fact: number } | { readonly queued: number }): Promise<readonly Attachment[]>
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
  /** Goes on behind the limit that stopped the session, with so much more. @throws FailureError `stale` when nothing is stopped there any more */
  raise(raise: LimitRaised): Promise<void>
  /** From the next call on, and for what waits for an answer; in the log, for every tab. */
  setMode(mode: Mode): Promise<void>
  /**
   * Where commands run, from the next one on; in the log, for every tab. Files of a directory come in. `automatic`: the app's choice, and why.
   * @throws FailureError `unavailable` where nobody offers it now: it is chosen all the same
   */
  setHands(hands: HandsChoice, automatic?: string): Promise<void>
  /** Closes the way to the network for this session, or opens it again; what waits for a word on it is denied. */
  setNetwork(open: boolean): Promise<void>
  /** Takes back what was allowed for this session. @throws FailureError `stale` when it is no rule of it any more */
  revokeRule(rule: string): Promise<void>
  decide(answer: InboxAnswer): Promise<void>
  /**
   * Puts what the person made of it in place of a call that waits for their answer: it is judged, shown and run so, and the agent is told.
   * @throws FailureError `stale` when it was answered or changed, `bad_input` for what cannot be run
   */
  edit(edit: CallEdit): Promise<void>
  /** What becomes of a call whose end is unknown. @throws FailureError `stale` when it was said already */
  resolve(answer: { readonly call: CallId; readonly digest: Digest; readonly choice: Resolution }): Promise<void>
  /** What the person says to a question of the agent's. @throws FailureError `stale` when it was answered, `bad_input` for what is no answer to it */
  answer(replied: { readonly call: CallId; readonly answer: PersonAnswer }): Promise<void>
  /**
   * Covers exactly what was shown. Rejecting undoes the changes in the workspace and tells the agent.
   * @throws FailureError `stale` when a file moved on since it was shown; nothing is decided then
   */
  review(shown: readonly ShownChange[], decision: 'accepted' | 'rejected'): Promise<void>
  /** Of one file these parts only; the agent is told which were refused, and why. As {@link SessionHandle.review}. */
  reviewPart(part: ShownPart): Promise<void>
  /** What becomes of lines that agent and person both changed, bound to the versions that were shown; the agent is told. As {@link SessionHandle.review}. */
  resolvePart(part: ResolvedPart): Promise<void>
  /** Puts a refused part into its file again and tells the agent. @throws FailureError `stale` when its place is not there any more */
  undoRefusal(path: string, refused: RefusedName): Promise<void>

  readFile(path: string): Promise<FileText>
  /** What the language's checker says of the file with this text, which may not be saved yet; nothing of files that are not checked unasked. */
  problems(path: string, text: string): Promise<readonly Problem[]>
  /** A content that the log names. @throws FailureError `not_found` when it is not in this browser any more */
  readContent(hash: BlobHash): Promise<FileText>
  /** The same as it is, up to 20 MB. @throws FailureError `too_large` */
  readBytes(hash: BlobHash): Promise<Uint8Array>
  /** Both sides of a pending change, for the diff editor. */
  readChange(path: string): Promise<ChangeTexts>
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
  /**
   * Brings files into the workspace, as one change with a checkpoint in front of it. Files that are there already are replaced.
   * @param progress told how far the reading is; `of` is 0 where nobody knows
   * @throws FailureError `bad_input`, `too_large`, `not_found` with one sentence that names what is wrong; nothing is imported then
   */
  importFiles(source: ImportSource, progress: (done: number, of: number) => void): Promise<ImportedFiles>
  /** @throws FailureError `not_found`, `too_large` */
  exportFiles(what: ExportWhat): Promise<ExportedFile>
  /** The folder of the person's disk that files came from last; undefined: none. Using its handle may need the person's permission again. */
  folder(): Promise<LinkedFolder | undefined>
  /**
   * Compares the linked folder with the workspace. Nothing is written.
   * @throws FailureError `not_found` when the folder is gone or there is none, `not_permitted` without the person's permission
   */
  planFolder(): Promise<FolderPlan>
  /**
   * Both sides of a file of a plan, as texts; `null`: it is not there.
   * @throws FailureError `stale` when it is not the newest plan
   */
  readConflict(plan: string, path: string): Promise<{ readonly disk: FileText | null; readonly here: FileText | null }>
  /**
   * Writes what a plan says, and nothing that the disk has otherwise by now.
   * @param overwrite conflicts in which the workspace's side is to be on the disk; the others stay as they are there
   * @throws FailureError `stale` when it is not the newest plan
   */
  writeFolder(plan: string, overwrite: readonly string[]): Promise<WrittenFolder>

  /** What was asked for, is done, in hand and left; as it is durable now. */
  progress(): Promise<Progress>
  /** The project's own hooks, as its files are now. */
  hooks(): Promise<HooksView>
  /** Lets them run as they were shown; without a digest none runs any more. @throws FailureError `stale` when they are others by now */
  trustHooks(digest: string | undefined): Promise<void>

  /** The person's shell, beside the agent's, on the same files. */
  readonly terminal: TerminalHandle
  readonly agentTerminal: AgentTerminalHandle
  readonly ports: PortsHandle
  /** A preview of this session is shown until the function that comes back is called: the agent may look at it. */
  showsPreview(look: (withPicture?: boolean) => Promise<PreviewSight>): () => void
  /** Applies from the next turn on. */
  setModel(model: ChosenModel, access: ModelAccess): Promise<void>
  takeOver(): Promise<void>
  close(): void
}

/** A folder of the person's disk. */
export interface LinkedFolder {
  readonly name: string
  readonly handle: FileSystemDirectoryHandle
}

/** What writing back to a folder would do. */
export interface FolderPlan {
  readonly id: string
  readonly folder: string
  readonly files: readonly FolderPlanFile[]
  /** Changed here and not written, with words that follow the name. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[]
  /** Changed or removed on the disk alone: they stay as they are there. */
  readonly theirs: readonly string[]
}

/** One file that writing back would touch. A `conflict` is written only where the person says so. */
export interface FolderPlanFile {
  readonly path: string
  readonly fate: 'add' | 'change' | 'remove' | 'conflict'
  /** `null`: it is not there. */
  readonly here: { readonly size: number } | null
  readonly disk: { readonly size: number; readonly lastModified: number } | null
  /** It may be run here; a browser cannot say so of a new file of the disk. */
  readonly losesBits?: boolean
}

/** What was written, in files. */
export interface WrittenFolder {
  readonly folder: string
  readonly written: number
  readonly removed: number
  /** Left as they are on the disk, with words that follow the name. */
  readonly failed: readonly { readonly path: string; readonly why: string }[]
}

/**
 * Where files come from: an archive that is unpacked (zip, tar, tar.gz), files under the paths that they are to have, or a folder of the disk,
 * which the session is linked to from then on.
 */
export type ImportSource =
  | { readonly type: 'archive'; readonly name: string; readonly file: Blob }
  | { readonly type: 'files'; readonly name: string; readonly files: readonly { readonly path: string; readonly file: Blob }[] }
  | {
      readonly type: 'folder'
      readonly name: string
      readonly folder: FileSystemDirectoryHandle
      /** Also what its `.gitignore` files leave out. */
      readonly takesIgnored?: boolean
    }

/** What an import did. */
export interface ImportedFiles {
  readonly added: number
  readonly changed: number
  /** Those that were there already, as they are. */
  readonly same: number
  /** Not taken, with words that follow the name. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[]
  /** Left out by the `.gitignore` files of a folder; what is one itself ends in a slash. */
  readonly ignored?: readonly string[]
}

/** What a person takes out of the workspace. */
export type ExportWhat =
  | { readonly type: 'file'; readonly path: string }
  /** A zip, in which the folder itself is on top. */
  | { readonly type: 'folder'; readonly path: string }
  /** A zip of all files. */
  | { readonly type: 'everything' }
  /** Everything that changed since what the session began with, as `git apply` takes it. */
  | { readonly type: 'patch' }

export interface ExportedFile {
  /** The last part of the file's name. */
  readonly name: string
  readonly file: Blob
}

/** All sessions of this browser. */
export interface Catalogue {
  list(): Promise<readonly SessionRow[]>
  /** Sessions whose title and messages hold every word. */
  search(query: string): Promise<readonly FoundSession[]>
  watch(listener: () => void): () => void
  create(options: NewSession): Promise<SessionId>
  rename(session: SessionId, title: string): Promise<void>
  /** Puts it on top of the list or aside; undefined: back among the others. */
  shelve(session: SessionId, shelf: SessionShelf | undefined): Promise<void>
  /** Hides it; its data goes 10 s later or at the next start. */
  remove(session: SessionId): Promise<void>
  restore(session: SessionId): Promise<void>
  /** As {@link SessionHandle.fork}. */
  fork(session: SessionId, at?: number): Promise<SessionId>
  /**
   * A file as an attachment of a message: a picture made smaller and without what cameras write beside it, a document, a text.
   * @throws FailureError with a sentence for what cannot be attached
   */
  readAttachment(file: Blob, name: string): Promise<Attachment>
  /** Text that was not sent yet, per session: what is in the box (the default), or comments of a review. */
  readDraft(session: SessionId, kind?: DraftKind): Promise<string>
  saveDraft(session: SessionId, text: string, kind?: DraftKind): Promise<void>
  storage(): Promise<StorageState>
  /** Called when {@link storage} may say something else than before. */
  watchStorage(listener: () => void): () => void
  /** Asks the browser not to evict this site's data; true when it agreed. Browsers judge by use: after the first turn that ended. */
  persist(): Promise<boolean>
  /** A zip with the session's facts, wire, files and contents, and two pages to read. The same session gives the same bytes. */
  exportSession(session: SessionId): Promise<Uint8Array<ArrayBuffer>>
  /** The same for others: without secrets. `removals` says from where what was taken, `leftOut` what is not in it at all. */
  exportToShare(session: SessionId, choice?: ShareChoice): Promise<SharedCopy>
  /** What was said, calls as lines and changes as diffs, as Markdown: for others too, so without secrets. */
  exportMarkdown(session: SessionId): Promise<SharedCopy>
  /**
   * Keeps an exported session as one that can be read, exported and forked, never written.
   * @param options `isBackup`: the person says that it is a backup of their own, which may be larger (500 MiB, else 25)
   * @throws FailureError `bad_input`, `too_large`, `newer` with one sentence that names what is wrong; nothing is kept then
   */
  importSession(bytes: Uint8Array, options?: { readonly isBackup?: boolean }): Promise<SessionId>
  readonly mirror: Mirror
  readonly relay: RelayMember
  readonly rules: Rules
  readonly shares: Shares
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
  /** The WebContainer of this page, for what is shown of it. */
  readonly container: Pick<PageContainer, 'state' | 'watch'>
  /** What opens a session, once it was fetched. */
  opener(): Promise<(options: OpenOptions) => SessionHandle>
}

/** A session as a file for others, and what it does not have. */
export interface SharedCopy {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** As others may read it. */
  readonly title: string
  readonly removals: readonly Removal[]
  readonly leftOut: readonly string[]
}
