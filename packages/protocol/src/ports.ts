import type { Bill, Cleared, Content, Usage } from './content'
import type { FailureError } from './failure'
import type { BlobHash, Digest, LeaseId, SessionId } from './ids'
import type { GuardLevels } from './guards'
import type { HandsPorts } from './hands-ports'
import type { InboxMessage, InboxRow, QueuedChange } from './inbox-message'
import type { QualityWish } from './quality'
import type { Json } from './json'
import type { Limits } from './limits'
import type { NetworkFetch } from './network'
import type { Draft, SessionEvent } from './session-event'
import type { ToolSpec } from './tool'

/** The session's facts, in order. The only truth; wire and screen are views of it. */
export interface EventLog {
  /** Makes the caller the session's writer: raises the fence in one transaction and returns it with the last number written and the newest epoch of the wire (0 when empty). */
  claim(session: SessionId): Promise<Claim>
  /**
   * Writes everything in `commit` in one transaction, or nothing.
   * @throws FailureError `fenced` when the session has a newer writer, `storage_full`, `storage_off`
   */
  append(session: SessionId, epoch: number, commit: Commit): Promise<readonly SessionEvent[]>
  /** Both ends inclusive, first fact is 1. */
  read(session: SessionId, from?: number, to?: number): AsyncIterable<SessionEvent>
}

/** What a new writer is told. */
export interface Claim {
  readonly epoch: number
  readonly head: number
  readonly wire: number
  /** Every rewind of the session, in order. */
  readonly rewinds: readonly Rewind[]
}

/** The conversation went back: fact `seq` says that it goes on from after fact `to`. */
export interface Rewind {
  readonly seq: number
  readonly to: number
}

/** What one transaction writes. */
export interface Commit {
  readonly drafts: readonly Draft[]
  /** Messages whose exact bytes are sent from now on; appended after those already stored. */
  readonly wire?: readonly WireRow[]
  /** File changes that must become visible together with the facts. */
  readonly files?: WorkspaceDelta
  /** Contents that the facts name and no file has: what a person attached, pictures that a tool brought. */
  readonly contents?: readonly NamedContent[]
  /** Inbox rows that these facts answer; gone in the same transaction. */
  readonly taken?: readonly number[]
  /** Those of `taken` that must still read as they did: refused as `stale` when one was edited or moved meanwhile. */
  readonly unchanged?: readonly InboxRow[]
  /** `strict`: resolves only when the disk has it. Everything a person saw as sent, decided or done is strict. */
  readonly durability: 'strict' | 'relaxed'
}

/** Bytes under their address. */
export interface NamedContent {
  readonly hash: BlobHash
  readonly bytes: Uint8Array
}

/** One message of the wire: `text` is the exact JSON text that is sent. Row 0 of an epoch is the header: `{"system":…,"tools":…}` without braces' content ever changing. */
export interface WireRow {
  readonly role: 'header' | 'user' | 'assistant' | 'system'
  readonly text: string
}

/** What folds were at some fact, so that a long session opens without reading it whole. Caches: losing one costs time, nothing else. */
export interface SnapshotStore {
  /** What was saved last under this name. It may be of another build, damaged, or of a log that went another way: whoever loads it checks. */
  load(session: SessionId, name: string): Promise<Snapshot | undefined>
  /** Replaces the one before in one step. */
  save(session: SessionId, name: string, snapshot: Snapshot): Promise<void>
}

/** A fold as it was after fact `seq`, whose hash is `hash`. */
export interface Snapshot {
  readonly seq: number
  readonly hash: string
  readonly data: Json
}

export interface WireStore {
  /** All rows of a wire epoch, in order; of the newest one when none is named. Empty before the first request. */
  readWire(session: SessionId, epoch?: number): Promise<readonly WireRow[]>
}

/** Commands to a session, from any tab, in order of arrival; durable before the promise resolves. */
export interface Inbox {
  /** @param id made by whoever says it: said again with the same id, it is the same message, delivered or not */
  post(session: SessionId, message: InboxMessage, id?: string): Promise<number>
  readInbox(session: SessionId): Promise<readonly InboxRow[]>
  /** Takes back a message that was not delivered yet. False: too late. */
  withdraw(session: SessionId, n: number): Promise<boolean>
  /** Changes a message that was not delivered yet. False: too late. */
  amend(session: SessionId, n: number, change: QueuedChange): Promise<boolean>
  /** Puts messages that were not delivered yet in this order; `order` holds their numbers. False: one of them is gone. */
  reorder(session: SessionId, order: readonly number[]): Promise<boolean>
}

/** Paths are relative to the workspace root, `/`-separated, without `.` or `..` segments; two spellings of a letter are two names. */
export interface FileEntry {
  readonly path: string
  readonly hash: BlobHash
  readonly size: number
  /** `folder`: one that is kept by itself, because it is empty or was given permissions of its own. Its content is empty. */
  readonly mode: 'file' | 'executable' | 'symlink' | 'folder'
  readonly mtime: number
  /** Permission bits, where they are not those that {@link FileEntry.mode} stands for: see {@link modePermissions}. */
  readonly permissions?: number
  /** Grows with every change of this path; an edit names the version it was made against. */
  readonly version: number
}

/** Permission bits that a mode stands for. */
export function modePermissions(mode: FileEntry['mode']): number {
  if (mode === 'symlink') return 0o777
  return mode === 'file' ? 0o644 : 0o755
}

/** One change of one path. Bytes of `after` are stored before or with the delta. A symlink's bytes are its target. */
export interface PathChange {
  readonly path: string
  readonly before: BlobHash | null
  readonly after: {
    readonly hash: BlobHash
    readonly bytes: Uint8Array
    readonly mode: FileEntry['mode']
    readonly mtime: number
    readonly permissions?: number
    readonly version: number
  } | null
}
export type WorkspaceDelta = readonly PathChange[]

export interface WorkspaceReader {
  /** Files, without folders, sorted by path. */
  list(): readonly FileEntry[]
  /** Folders that are kept by themselves, sorted by path. Every other folder is there because something is in it. */
  folders(): readonly FileEntry[]
  stat(path: string): FileEntry | undefined
  /** @throws FailureError `not_found` */
  read(path: string): Promise<Uint8Array>
  /** A private copy-on-write view; of a draft, one on top of it. Costs the same for any number of files. */
  draft(): WorkspaceDraft
  /** Paths that do not hold the same here as there, sorted. Costs what differs where both come from one workspace. */
  differsFrom(other: WorkspaceReader): readonly string[]
}

/** The one road to files for agent, shell, editor and review. Nothing of a draft is visible to others until its delta was committed and {@link Workspace.adopt}ed. */
export interface Workspace extends WorkspaceReader {
  /** Makes a durable delta current. Paths that moved on since the draft began keep the newer content and are returned. */
  adopt(delta: WorkspaceDelta): readonly string[]
  /** Any file content this session ever had, by hash. */
  blob(hash: BlobHash): Promise<Uint8Array>
  /** The address that these bytes have as a content. */
  addressOf(bytes: Uint8Array): BlobHash
  /** Called after each adopt with the changed paths. */
  watch(listener: (paths: readonly string[]) => void): () => void
}

/** How a file is written. */
export interface WriteOptions {
  /** Version that the new content was made against. */
  readonly base?: number
  readonly mode?: FileEntry['mode']
  /** Permission bits; omitted: those of the mode, or those that a file of this mode had. */
  readonly permissions?: number
  /** When it was written; omitted: now. A time of its own is a change even where the content stays. */
  readonly mtime?: number
  /** The bytes came from {@link Workspace.blob} by this hash: they are neither copied nor hashed again. */
  readonly hash?: BlobHash
}

export interface WorkspaceDraft extends WorkspaceReader {
  /**
   * @param base version that the new content was made against; omitted: whatever is there
   * @throws FailureError `stale` when the path is at another version, `bad_input` for a path outside the workspace
   */
  write(path: string, bytes: Uint8Array, options?: WriteOptions): void
  /** @throws FailureError `not_found` */
  remove(path: string): void
  /** Works out the hashes of what was written, beside this thread where the platform can. Without it {@link WorkspaceDraft.delta} does so itself. */
  settle(): Promise<void>
  delta(): WorkspaceDelta
}

/** Where things are done. */
export interface Hands {
  readonly name: string
  readonly tools: readonly ToolSpec[]
  /** One sentence for the model and the person: what this place can and cannot do. */
  readonly caps: string
  /** Same session, same lease. */
  provision(session: SessionId, signal: AbortSignal): Promise<LeaseId>
  /** Streams through `run.output`; file changes land in `run.files`. Throws FailureError `sandbox_lost` only if the place is broken. */
  execute(lease: LeaseId, name: string, input: Json, run: Run): Promise<HandsResult>
  release(lease: LeaseId): Promise<void>
  /** Shells for persons, beside the agent's. Left out where there are none. */
  readonly terminals?: HandsTerminals
  /** Programs that listen there. Left out where nothing can. */
  readonly ports?: HandsPorts
}

/** Shells with a person at them, on the same files as the agent's commands. */
export interface HandsTerminals {
  /**
   * Opens the place where there is none, with the files of `run`.
   * @throws FailureError where it cannot be opened; later losses are told to `ends`
   */
  open(lease: LeaseId, terminal: OpenTerminal, run: Pick<Run, 'signal' | 'files'>): Promise<HandsTerminal>
  /** Brings the place's files and a draft in step without a command. Gives a sentence for each file that was left out. */
  sync(lease: LeaseId, run: Pick<Run, 'signal' | 'files'>): Promise<readonly string[]>
}

/** Characters across and down. */
export interface TerminalSize {
  readonly columns: number
  readonly rows: number
}

export interface OpenTerminal {
  /** `agent`: that of the agent's commands, between them, and as their keyboard while they run. One at a time. */
  readonly shell: 'own' | 'agent'
  readonly size: TerminalSize
  /** Command lines that were run before, oldest first. */
  readonly history: readonly string[]
  readonly ends: TerminalEnds
  /** The way to the network, past the gate. */
  readonly fetch?: NetworkFetch | undefined
}

/** Where a person's shell shows and tells. */
export interface TerminalEnds {
  output(text: string): void
  state(state: { readonly isBusy: boolean; readonly cwd: string }): void
  /** A command line was entered. */
  entered(line: string): void
  /** The place is gone, and the shell with it. */
  lost(failure: FailureError): void
}

/** A person's shell that is open. */
export interface HandsTerminal {
  /** Keys and pastes, as a terminal sends them. */
  input(text: string): void
  resize(size: TerminalSize): void
  close(): void
}

export interface Run {
  readonly signal: AbortSignal
  readonly files: WorkspaceDraft
  output(stream: 'stdout' | 'stderr', text: string): void
  /** The way to the network: every request is decided before it is sent. Without it there is none. */
  readonly fetch?: NetworkFetch
}

export interface HandsResult {
  readonly exitCode: number
  /** Everything written, streams interleaved as they came; capped by the hand at 48 MB with a note in the middle. */
  readonly text: string
  /** Where the shell stands now. */
  readonly cwd: string
}

/** A model behind the Messages API, or the demo. */
export interface Model {
  readonly id: string
  readonly label: string
  /** Whoever answers, for the breaker: models at one address fail together. None: nothing that can fail. */
  readonly endpoint?: string
  /**
   * `body` is the exact JSON text of the request; `betas` are the features it uses that have to be asked for by name.
   * @throws FailureError for everything that is not a complete answer
   */
  stream(body: string, signal: AbortSignal, betas?: readonly string[]): AsyncIterable<ModelEvent>
}

export type ModelEvent =
  /** What the provider took the request for, so that an answer which never ends has a price too. */
  | { readonly type: 'started'; readonly model?: string; readonly usage?: Usage }
  | {
      readonly type: 'delta'
      readonly index: number
      readonly kind: 'text' | 'thinking' | 'input'
      readonly text: string
      readonly name?: string
      readonly id?: string
    }
  /** No byte for 20 s: a hint for the screen. */
  | { readonly type: 'silent'; readonly ms: number }
  /** `message_stop` came and the stop reason is valid. `wire` is the assistant message's exact JSON text for the next request. */
  | { readonly type: 'complete'; readonly answer: Answer; readonly wire: string }

export interface Answer {
  readonly content: readonly Content[]
  readonly stopReason: string
  readonly usage: Usage
  readonly model: string
  /** What was billed where it is more than `usage`: attempts of other models, summaries on the way. */
  readonly bills?: readonly Bill[]
  /** Blocks of earlier thinking that the provider dropped because the conversation before them is not the one they belong to. */
  readonly mismatched?: number
  /** Old tool results that the provider left out of what the model saw. */
  readonly cleared?: Cleared
}

/** How hard a model is asked to think. */
export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max'

/** The scripted model of the tour: no provider, no key. */
export const DEMO_MODEL_ID = 'demo'

/** A model that can be chosen. Limits come from the provider's model list, never from a guess. */
export interface ModelInfo {
  readonly id: string
  readonly label: string
  readonly contextWindow?: number
  readonly maxOutput?: number
  /** The provider's list says that `thinking: {type: 'adaptive'}` is understood. */
  readonly adaptiveThinking?: boolean
  /** Levels of effort that the provider's list names. */
  readonly efforts?: readonly Effort[]
  /** The provider's list says that it can leave out old tool results by itself. */
  readonly clearsResults?: boolean
  /** The provider's list says that it has tools of its own that run there. */
  readonly serverTools?: boolean
  /** What of a message it cannot take, where the provider's list says so. */
  readonly refuses?: readonly ('image' | 'document')[]
}

/** What happens when a conversation gets long: our summary, or the provider leaves out old tool results for as long as that helps. */
export type WhenLong = 'summarise' | 'clear'

/** A model and what the person chose about its use. */
export interface ChosenModel extends ModelInfo {
  /** Default: a summary. */
  readonly whenLong?: WhenLong
  /** How much may be spent before a person is asked. Default: `DEFAULT_LIMITS`. */
  readonly limits?: Limits
  /** How strict the guards are. Default: `DEFAULT_GUARDS`. */
  readonly guards?: GuardLevels
  /** What finished work is held against, and what is done where it fails. Default: `NO_QUALITY`. */
  readonly quality?: QualityWish
}

/** SHA-256 of UTF-8 text, lower-case hex. */
export type Hash = (text: string) => Digest

export interface Clock {
  /** Wall clock, milliseconds. */
  now(): number
  /** Never jumps back; only differences mean something. */
  mono(): number
  /** Rejects with FailureError `aborted`. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** Cryptographically random bytes. */
export type Random = (bytes: number) => Uint8Array
