import type {
  Clock,
  EventLog,
  FileChange,
  Hands,
  Hash,
  Inbox,
  Model,
  ModelInfo,
  Random,
  SessionId,
  WireStore,
  Workspace,
  WorkspaceDelta,
} from '@tabwright/protocol'
import type { LiveUpdate } from './live'

/** Everything the core touches. With the same code and other ports it runs in the simulator. */
export interface Ports {
  readonly session: SessionId
  readonly log: EventLog & WireStore & Inbox
  readonly workspace: Workspace
  readonly hands: Hands
  /** Asked at the start of each request; a change applies from the next turn on. */
  readonly model: () => ModelChoice
  readonly preview: Preview
  readonly clock: Clock
  readonly random: Random
  readonly hash: Hash
  readonly text: TextCodec
  /** Line counts of a delta, for facts. */
  readonly describe: (delta: WorkspaceDelta) => Promise<readonly FileChange[]>
  /** For the screen; may be lost. */
  readonly live: (update: LiveUpdate) => void
}

export interface ModelChoice {
  readonly model: Model
  readonly info: ModelInfo
}

/** The text streamed so far, kept beside the log so that a killed tab can show what was interrupted. May lose its last second. */
export interface Preview {
  save(text: string): void
  take(): Promise<string>
}

/** UTF-8 at the border between bytes and text. */
export interface TextCodec {
  encode(text: string): Uint8Array
  /** `undefined`: these bytes are not text (not UTF-8, or they hold a NUL). A byte order mark is kept. */
  decode(bytes: Uint8Array): string | undefined
}
