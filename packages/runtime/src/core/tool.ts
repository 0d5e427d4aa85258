import type {
  Bill,
  Failure,
  Hands,
  ImageContent,
  Json,
  LeaseId,
  NetworkFetch,
  OutcomeDetail,
  PersonQuestion,
  PreviewSight,
  SessionEvent,
  ToolSpec,
  WorkspaceDraft,
} from '@tabwright/protocol'
import type { TaskWish } from './agents/task-wish'
import type { Diagnostics } from './diagnostics'
import type { FunctionCall, Functions } from './functions/functions'
import type { CompileExpression, PageReader, ShowPicture, TextCodec } from './ports'
import type { Searched } from './searched'

/** A tool is a function that the model may call: what it is (`spec`) and what it does with an input that fits. */
export interface Tool {
  readonly spec: ToolSpec
  /** Of a function that somebody else runs: what it is given leaves the tab, and what it answers is theirs. */
  readonly owner?: ToolOwner
  /** What does its work now instead, or why nothing does. The model is told the same of it either way. */
  readonly standIn?: (functions: Functions) => Tool | Failure | undefined
  /** Runs one at a time with the person's commands, on the files that the one before left. */
  readonly usesShell?: true
  /** Fills in what the model left out and the result depends on, before anything is judged: an approval covers it too. */
  readonly prepare?: (input: Json, context: { readonly cwd: string }) => Json
  /** @throws FailureError `bad_input` naming the field that does not fit */
  readonly run: (input: Json, context: ToolContext) => Promise<ToolResult>
}

/** Whose it is. `function`: as rules name it, where that is not the name of the tool. */
export interface ToolOwner {
  /** Another name for what it does: rules that ask or deny by that name speak of it too, those that allow do not. */
  readonly also?: string
  readonly worker: string
  readonly version: string
  readonly identity?: string
  readonly function?: string
}

/** Undefined where no preview is open. `withPicture`: how it looks, too. */
export type Sight = (withPicture?: boolean) => Promise<PreviewSight | undefined>

export interface ToolContext {
  /** A private view; becomes the workspace's next version together with the result, or never. */
  readonly files: WorkspaceDraft
  readonly hands: Hands
  readonly lease: () => Promise<LeaseId>
  readonly signal: AbortSignal
  readonly text: TextCodec
  readonly expression: CompileExpression
  readonly pages: PageReader
  readonly pictures: ShowPicture
  /** What checks files; left out where there is none. */
  readonly diagnostics?: Diagnostics | undefined
  /** What the preview shows; left out where nobody can look. */
  readonly sight?: Sight | undefined
  /** Version of each file as the model last saw it. */
  readonly seen: Map<string, number>
  /** Names this call to the other side of an effect, the same at every repeat: who has seen it has done it. */
  readonly key: string
  /** The past of this very session. */
  readonly session: SessionReader
  readonly output: (text: string) => void
  /** Who calls, for a function that somebody else runs. */
  readonly origin: Pick<FunctionCall, 'session' | 'call' | 'traceparent'>
  /** Has a sub-agent do something. Resolves when it has ended, whichever worker began it. */
  readonly task: (wish: TaskWish) => Promise<ToolResult>
  /** One search of the web, by the model's provider. */
  readonly search: (query: string) => Promise<Searched>
  /** To the network: each request is a gated effect of its own. */
  readonly fetch: NetworkFetch
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

/** A picture that a tool brings along with its text. */
export interface ToolImage extends Pick<ImageContent, 'mediaType' | 'name' | 'width' | 'height'> {
  readonly bytes: Uint8Array
}

export interface ToolResult {
  readonly text: string
  /** Shown to the model and the person behind the text; only where the tool worked. */
  readonly images?: readonly ToolImage[]
  readonly detail?: OutcomeDetail
  /** Others whose words it may hold. */
  readonly from?: readonly string[]
  /** It holds what stands in files although the tool as such does not. */
  readonly quotes?: true
  /** What the person is asked: the call ends with their answer, and this text is nobody's. */
  readonly question?: PersonQuestion
  /** A model was asked. */
  readonly bills?: readonly Bill[]
  /** The tool worked, what it did failed: a test run with a failing test. */
  readonly failure?: Failure
}
