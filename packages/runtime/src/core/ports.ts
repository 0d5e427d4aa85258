import type {
  Clock,
  Effort,
  EventLog,
  FileChange,
  Hands,
  Hash,
  Inbox,
  Model,
  ModelInfo,
  Random,
  SessionId,
  SnapshotStore,
  WhenLong,
  WireStore,
  Workspace,
  WorkspaceDelta,
} from '@tabwright/protocol'
import type { Breaker } from './breaker'
import type { LiveUpdate } from './live'

/** Everything the core touches. With the same code and other ports it runs in the simulator. */
export interface Ports {
  readonly session: SessionId
  readonly log: EventLog & WireStore & Inbox
  /** Without them the whole log is read at each opening. */
  readonly snapshots?: SnapshotStore
  readonly workspace: Workspace
  readonly hands: Hands
  /** Asked at the start of each request; a change applies from the next turn on. */
  readonly model: () => ModelChoice
  /** Of all sessions together. */
  readonly breaker: Breaker
  readonly preview: Preview
  readonly clock: Clock
  readonly random: Random
  readonly hash: Hash
  readonly text: TextCodec
  readonly expression: CompileExpression
  readonly shell: ShellTurns
  /** Line counts of a delta, for facts. */
  readonly describe: (delta: WorkspaceDelta) => Promise<readonly FileChange[]>
  /** For the screen; may be lost. */
  readonly live: (update: LiveUpdate) => void
}

export interface ModelChoice {
  readonly model: Model
  readonly info: ModelInfo
  /** How hard it is asked to think; the model's default where none was chosen. */
  readonly effort?: Effort
  /** Default: a summary. */
  readonly whenLong?: WhenLong
}

/** The text streamed so far, kept beside the log so that a killed tab can show what was interrupted. May lose its last second. */
export interface Preview {
  /** @param request the `seq` of the `model.requested` fact; an empty text forgets */
  save(request: number, text: string): void
  /** Only what was saved for this very request. */
  take(request: number): Promise<string>
}

/**
 * A pattern that a model wrote, as a test for one line. In time linear in the line, whatever the pattern: a call of class
 * `pure` that never ends would be run again at each restart and the session could not be opened any more.
 * @throws FailureError `bad_input` for what is not a regular expression
 */
export type CompileExpression = (pattern: string, options: { readonly ignoreCase: boolean }) => Promise<(line: string) => boolean>

/** The one shell that agent and person share. */
export interface ShellTurns {
  /** Where it stands; a command is judged and run in this folder. */
  cwd(): string
  /**
   * Runs `task` when everything that was asked for before has ended and its files are in the workspace, so that no command
   * sees older files than the one before it left. @throws FailureError `aborted` when the signal comes first
   */
  turn<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T>
}

/** UTF-8 at the border between bytes and text. */
export interface TextCodec {
  encode(text: string): Uint8Array
  /** `undefined`: these bytes are not text (not UTF-8, or they hold a NUL). A byte order mark is kept. */
  decode(bytes: Uint8Array): string | undefined
}
