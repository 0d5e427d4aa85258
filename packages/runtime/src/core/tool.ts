import type { Failure, Hands, Json, LeaseId, OutcomeDetail, SessionEvent, ToolSpec, WorkspaceDraft } from '@tabwright/protocol'
import type { CompileExpression, TextCodec } from './ports'

/** A tool is a function that the model may call: what it is (`spec`) and what it does with an input that fits. */
export interface Tool {
  readonly spec: ToolSpec
  /** Runs one at a time with the person's commands, on the files that the one before left. */
  readonly usesShell?: true
  /** Fills in what the model left out and the result depends on, before anything is judged: an approval covers it too. */
  readonly prepare?: (input: Json, context: { readonly cwd: string }) => Json
  /** @throws FailureError `bad_input` naming the field that does not fit */
  readonly run: (input: Json, context: ToolContext) => Promise<ToolResult>
}

export interface ToolContext {
  /** A private view; becomes the workspace's next version together with the result, or never. */
  readonly files: WorkspaceDraft
  readonly hands: Hands
  readonly lease: () => Promise<LeaseId>
  readonly signal: AbortSignal
  readonly text: TextCodec
  readonly expression: CompileExpression
  /** Version of each file as the model last saw it. */
  readonly seen: Map<string, number>
  /** Names this call to the other side of an effect, the same at every repeat: who has seen it has done it. */
  readonly key: string
  /** The past of this very session. */
  readonly session: SessionReader
  readonly output: (text: string) => void
}

/** Slices of a session's own log. Read-only, and of no other session. */
export interface SessionReader {
  /** Number of the newest fact. */
  readonly head: number
  /** The model has the facts in front of this one only as a summary; 0: it has them all. */
  readonly summarised: number
  /** Both ends inclusive. */
  read(from: number, to: number): AsyncIterable<SessionEvent>
}

export interface ToolResult {
  readonly text: string
  readonly detail?: OutcomeDetail
  /** The tool worked, what it did failed: a test run with a failing test. */
  readonly failure?: Failure
}
