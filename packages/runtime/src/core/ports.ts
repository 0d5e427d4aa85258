import type {
  Clock,
  Effort,
  EventLog,
  FileChange,
  GuardLevels,
  Hands,
  Hash,
  Inbox,
  Limits,
  Model,
  ModelInfo,
  NetworkAnswer,
  QualityWish,
  Random,
  SessionId,
  SnapshotStore,
  WhenLong,
  WireStore,
  Workspace,
  WorkspaceDelta,
} from '@tabwright/protocol'
import type { Breaker } from './breaker'
import type { Diagnostics } from './diagnostics'
import type { Sight, ToolImage } from './tool'
import type { Network } from './network'
import type { ReadCommandLine } from './gate/command-line'
import type { ReadPush } from './gate/push'
import type { Functions } from './functions/functions'
import type { HookPorts } from './hooks/hook-ports'
import type { DaySpending } from './limits/day-spending'
import type { LiveUpdate } from './live'
import type { ModelMemory } from './model-traits'
import type { Places } from './places'
import type { RuleBook } from './rule-book'

/** Everything the core touches. With the same code and other ports it runs in the simulator. */
export interface Ports {
  readonly session: SessionId
  readonly log: EventLog & WireStore & Inbox
  /** Without them the whole log is read at each opening. */
  readonly snapshots?: SnapshotStore
  /** Facts between two snapshots. Default: what a long session can do with. */
  readonly snapshotEvery?: number
  readonly workspace: Workspace
  readonly hands: Hands
  /** Where else commands can run. Omitted: nowhere. */
  readonly places?: Places
  /** The way to the network. Omitted: there is none. */
  readonly network?: Network
  /** Functions of other workers. Omitted: there are none. */
  readonly functions?: Functions
  /** Asked at the start of each request; a change applies from the next turn on. */
  readonly model: () => ModelChoice
  /** Of all sessions together. */
  readonly breaker: Breaker
  /** Of all sessions together. */
  readonly models: ModelMemory
  /** Rules that outlive this session. */
  readonly rules: RuleBook
  readonly preview: Preview
  /** How much may be spent before a person is asked, as it is now. */
  readonly limits: () => Limits
  /** How strict the guards are, as it is now. */
  readonly guards: () => GuardLevels
  /** What finished work is held against, as it is now. */
  readonly quality: () => QualityWish
  /** The model that is asked when nothing else helped; undefined: none was chosen, or it cannot be reached. */
  readonly stronger?: () => ModelChoice | undefined
  /** What the project's own hooks need. Omitted: there are none. */
  readonly hooks?: HookPorts
  /** Of all sessions together. */
  readonly spent: DaySpending
  readonly clock: Clock
  readonly random: Random
  readonly hash: Hash
  readonly text: TextCodec
  readonly expression: CompileExpression
  readonly pages: PageReader
  readonly pictures: ShowPicture
  /** What checks files for errors. Omitted: nothing does. */
  readonly diagnostics?: Diagnostics
  /** Looks at the preview of this session. Omitted: nobody can. */
  readonly sight?: Sight
  /** By the parser that the shell runs commands with. */
  readonly readCommand: ReadCommandLine
  /** By what reads packs of git for the shell. */
  readonly readPush: ReadPush
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

/**
 * A picture as a model is shown it: made smaller where it has to be, without what cameras write beside it.
 * @throws FailureError `bad_input` for what is none, `too_large`
 */
export type ShowPicture = (bytes: Uint8Array, name: string) => Promise<ToolImage>

/** What servers send, for a reader. */
export interface PageReader {
  /** As text; undefined where it is none. */
  read(bytes: Uint8Array, answer: Pick<NetworkAnswer, 'headers' | 'url'>): Promise<ReadText | undefined>
  /** The whole address that a `Location` or a link stands for; undefined where it is none. */
  link(text: string, at: string): string | undefined
}

export interface ReadText {
  /** Of a page; empty where there is none. */
  readonly title: string
  readonly text: string
  /** Of the bytes, lower-case hex. */
  readonly sha256: string
  /** The end of a page that is very long or deeply nested was left out. */
  readonly isCut: boolean
}

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
