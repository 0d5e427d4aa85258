import type { PersonAnswer, PersonQuestion } from './question'
import type { Bill, Cleared, Content, Usage } from './content'
import type { Failure } from './failure'
import type { AgentId, BlobHash, CallId, Digest, SessionId, TraceId } from './ids'
import type { GuardAnswer, GuardPoint } from './guards'
import type { HandsChoice } from './hands-choice'
import type { LimitRaised, LimitReached } from './limits'
import type { Decision, Mode, Verdict } from './permission'
import type { QualityCheck, Rung } from './quality'
import type { Effort, FileEntry, WireRow } from './ports'
import type { DecidedHunks, RefusedName } from './review'
import type { EffectClass, Outcome } from './tool'
import type { LOG_FORMAT } from './version'

export type TurnStop = 'end' | 'requires-action' | 'budget' | 'refusal' | 'interrupted' | 'failed'

/** One file before and after: `null` means that it is not there. Line counts are of a text diff, 0 for binary. */
export interface FileChange {
  readonly path: string
  readonly before: BlobHash | null
  readonly after: BlobHash | null
  readonly added: number
  readonly removed: number
  /** Kind of the file before and after, where one of them is not a plain file. */
  readonly modes?: { readonly before: FileEntry['mode'] | null; readonly after: FileEntry['mode'] | null }
  /** Permission bits before and after, where one of them is not what its mode stands for; `null` where it is. */
  readonly permissions?: { readonly before: number | null; readonly after: number | null }
  /** The new time of writing, where nothing else changed. */
  readonly mtime?: number
}

/** How a summary came about: by the API's own block, or as text that begins a new wire. */
export type CompactionWay = 'block' | 'text'
export type CompactionEnd =
  /** `dropped`: messages of the old wire that the summary stands for. */
  { readonly type: 'done'; readonly summary: string; readonly dropped: number } | { readonly type: 'failed'; readonly failure: Failure }

/** How a request to the network ended: its status and how many bytes came, or why they did not. */
export type FetchEnd =
  | { readonly type: 'answered'; readonly status: number; readonly bytes: number }
  | { readonly type: 'failed'; readonly failure: Failure }

/** What becomes of one file of a folder on the person's disk: `null` means that it is removed. */
interface FolderFile {
  readonly path: string
  readonly hash: BlobHash | null
}

/** What to do about a call whose end is unknown. */
export type Resolution = 'done' | 'again' | 'skip'

/** A function of another worker that is called. `identity`: of the token that its worker came with, where the relay says it. */
export interface RemoteCallee {
  readonly function: string
  readonly worker: string
  readonly identity?: string
}

/** Every fact that the product can remember. Adding a line here is adding one. */
export interface SessionEventMap {
  /** `parent`: forked from there. `mode`: that of its beginning; without one edits are made unasked. */
  'session.opened': { title: string; project: 'demo' | 'blank'; mode?: Mode; parent?: { session: SessionId; seq: number } }
  /** What a turn is asked with stays so until it ends, over restarts too: the provider binds thinking to it. */
  /** `clearAt`: from so many tokens on the provider leaves old tool results out of what the model sees. */
  'turn.started': { model: string; thinking?: boolean; effort?: Effort; clearAt?: number }
  /** `held`: the person stopped the turn; inbox rows up to this number wait until a person acts. */
  'turn.ended': { stop: TurnStop; failure?: Failure; held?: number }
  /** `app`: the harness itself asks the model to go on. `agent`: what a sub-agent was asked to do. Only a message of somebody's starts a turn. */
  /** `by`: name of the worker that a message came `from`, as it calls itself. */
  'message.user': { content: readonly Content[]; from: 'user' | 'review' | 'app' | 'worker' | 'agent'; by?: string }
  /** A request is about to be sent: epoch `wire` of the wire holds its bytes, `messages` of them. `attempt` starts at 1. */
  'model.requested': { attempt: number; messages: number; wire: number }
  /** A request gave no complete answer. `retryAt` is the wall-clock deadline of the next attempt; `partial` is for the eye only. */
  'model.failed': { failure: Failure; retryAt?: number; partial?: string; bills?: readonly Bill[] }
  /** Calls are in here and nowhere else. `usage` is what fills the window; `bills` is there when what was billed is more than that. */
  'message.assistant': {
    content: readonly Content[]
    stopReason: string
    usage: Usage
    model: string
    ms: number
    bills?: readonly Bill[]
    /** What the model did not see of what was sent; `usage` is without it. */
    cleared?: Cleared
  }
  /** A limit of the person's was reached: the next request was not sent. */
  'budget.reached': LimitReached
  /** The person lets it go on: so much more. */
  'budget.raised': LimitRaised
  /** The same calls brought the same results so many times in a row: the model was told, or the turn was stopped and a person is asked. */
  'loop.noticed': { tool: string; times: number; how: 'told' | 'stopped' }
  /**
   * What guards and the project's hooks said, in their order; where there are guards alone and all let it pass there is no fact. `call`: before
   * it was judged, or before its result was kept. `life`: the epoch of the writer whose end was told. `bills`: a model was asked.
   */
  'guard.answered': { point: GuardPoint; call?: CallId; life?: number; answers: readonly GuardAnswer[]; bills?: readonly Bill[] }
  /** The check that a person set is run, as a call that no model asked for. */
  'check.started': { call: CallId; tool: string; input: string }
  /** A call that another program wants, and no answer of the model. `by`: what it calls itself. `asks`: a person is asked whatever rules allow. */
  'call.requested': { call: CallId; tool: string; input: string; by: string; asks?: true }
  /** What a check said of finished work; `none`: it could not be made. `words`: its reason, or the end of what it printed. */
  'quality.checked': { verdict: 'passed' | 'failed' | 'none'; by: QualityCheck['type']; words: string; bills?: readonly Bill[] }
  /** Work did not succeed: what is done about it, and why. */
  'escalation.raised': { rung: Rung; why: string; model?: string }
  /** The provider found another prefix than the one its thinking is bound to: it refused the request, or dropped `blocks` of thinking. */
  'wire.mismatched': { how: 'refused' | 'dropped'; blocks: number }
  /** `app`: the session was opened anew, where no mode goes on that lets everything or nothing pass. */
  'mode.chosen': { mode: Mode; by: 'user' | 'app' }
  /** Where commands run from now on. `app`: the session is a fork, which begins in the sandbox of its tab. */
  'hands.chosen': { hands: HandsChoice; by: 'user' | 'app' }
  /** `base`: of an edit that asks, the file that it is made against; what a person does to it meanwhile is not written over. */
  'call.judged': { call: CallId; verdict: Verdict; digest: Digest; bytes: string; base?: EditBase }
  /** A person changed what they were asked about: these bytes are judged now. `told` is what the model reads of it beside the result. */
  'call.edited': { call: CallId; digest: Digest; bytes: string; told: string; base?: EditBase }
  'call.decided': { call: CallId; digest: Digest; decision: Decision }
  /** Durable before the effect. */
  /** `remote`: a function of another worker; what it was given left the tab, and what it answers is that worker's word. */
  'call.started': { call: CallId; digest: Digest; effect: EffectClass; key: string; remote?: RemoteCallee }
  /** `from`: hosts and workers whose words it may hold. `bills`: a model was asked. */
  'call.ended': { call: CallId; outcome: Outcome; ms: number; from?: readonly string[]; bills?: readonly Bill[] }
  /** Started by a worker that is gone, and not of a kind that may repeat: a person says what becomes of it. */
  'call.lost': { call: CallId }
  'call.resolved': { call: CallId; digest: Digest; choice: Resolution }
  /** The agent asks the person something; the call waits for the answer, however long that takes. */
  'question.asked': { call: CallId; question: PersonQuestion }
  /** What the person said in the page. No worker and no model can write it. */
  'question.answered': { call: CallId; answer: PersonAnswer }
  /** A tool that was stopped came to an end after its call had ended: its result and its file changes were dropped. */
  'call.late': { call: CallId; how: 'done' | 'failed'; ms: number }
  /**
   * A command wants to reach the network: `bytes` say to where and with what. `call` is the shell call whose command it is; a command of
   * the person's own has none. Decided and started as calls are, so that nothing leaves without a fact that says so.
   */
  'fetch.judged': { fetch: CallId; call?: CallId; verdict: Verdict; digest: Digest; bytes: string }
  'fetch.decided': { fetch: CallId; digest: Digest; decision: Decision }
  /** Durable before anything is sent. */
  'fetch.started': { fetch: CallId; digest: Digest; call?: CallId; host?: string; token?: true }
  /** What a person brought in was read by the agent: others may have written it. `source`: a clause that says what. */
  'import.read': { source: string }
  /** The tools that are sent hold what these workers say of their functions; the hosts that they name in it. */
  'functions.told': { workers: readonly string[]; hosts: readonly string[] }
  /** The way to the network, for this session: whoever closes it takes a leg away from those who would carry something out. */
  'network.chosen': { open: boolean }
  /** A request was refused because it held the decoy of the session. */
  'leak.stopped': { fetch?: CallId; call?: CallId; host: string }
  /** A person took back what they had allowed for this session: the id of the rule. */
  'rule.revoked': { rule: string }
  'fetch.ended': { fetch: CallId; result: FetchEnd; ms: number }
  /** The workspace moved from one version to the next, in the same transaction as this fact. */
  'workspace.changed': { by: ChangedBy; call?: CallId; changes: readonly FileChange[] }
  /** The person had these files written to a folder of their disk. Durable before the first of them is touched. */
  'folder.started': { folder: string; files: readonly FolderFile[] }
  /** What was done of it, in files, and which are as they were, with words that follow the name. */
  'folder.ended': { folder: string; written: number; removed: number; failed: readonly { readonly path: string; readonly why: string }[] }
  /** `part`: of the file only these. `why` is the person's, for the agent. */
  'review.decided': { path: string; decision: 'accepted' | 'rejected'; part?: DecidedHunks; why?: string }
  /** What was refused is in the file again. */
  'review.undone': { path: string; refused: RefusedName }
  /** An instruction file as the model was told it; `text` is null once the file is gone. */
  'context.loaded': { path: string; text: string | null }
  /** The first `messages` messages of the present wire are being summarised. */
  /** `instructions`: the person's. `added`: what hooks of the project want kept. */
  'compaction.started': {
    trigger: 'auto' | 'manual' | 'overflow'
    way: CompactionWay
    messages: number
    instructions?: string
    added?: string
  }
  'compaction.ended': { result: CompactionEnd; bills: readonly Bill[] }
  /** A place to come back to, by name. Turns and shell commands are such places without a fact of their own. */
  'checkpoint.made': { name: string }
  /** Files are again as they were after fact `to`; those in `kept` were left as somebody else had changed them since. */
  'history.restored': { to: number; paths: readonly string[]; kept: readonly string[] }
  /**
   * The conversation goes on from after fact `to`: what lies between stays in the log and is no longer part of it. Epoch `wire` holds
   * what was sent up to there; 0 when that is nothing. `held`: rows of the inbox up to this number wait until a person acts.
   */
  'history.rewound': { to: number; wire: number; held?: number }
  /**
   * A sub-agent begins. It is named by the call that asked for it: whoever starts that call again finds it and goes on with it. `tools`: what it
   * may call. `mode`: it may do no more than in this one, and never more than the session.
   */
  'agent.started': { call: CallId; title: string; prompt: string; tools: readonly string[]; mode?: Mode }
  /** One fact of a sub-agent's own log. `wire`: messages whose exact bytes it is sent from now on; a `header` begins them anew. */
  'agent.noted': { call: CallId; fact: AgentFact; wire?: readonly WireRow[] }
}

/** Facts that a sub-agent has for itself. All others that its work leads to (files, the network, rules) are the session's. */
export const AGENT_FACTS = [
  'turn.started',
  'turn.ended',
  'message.user',
  'model.requested',
  'model.failed',
  'message.assistant',
  'budget.reached',
  'loop.noticed',
  'guard.answered',
  'wire.mismatched',
  'call.judged',
  'call.edited',
  'call.decided',
  'call.started',
  'call.ended',
  'call.lost',
  'call.resolved',
  'call.late',
  'context.loaded',
  'compaction.started',
  'compaction.ended',
] as const

export type AgentFactType = (typeof AGENT_FACTS)[number]

/** A fact of a sub-agent's own log, as it stands in the session's. */
export type AgentFact = { [K in AgentFactType]: { readonly type: K; readonly data: SessionEventMap[K] } }[AgentFactType]

/** Whose hand moved the workspace. */
/** A file that an edit is made against; `null`: it was not there. */
export interface EditBase {
  readonly path: string
  readonly hash: BlobHash | null
}

export type ChangedBy = 'agent' | 'user' | 'terminal' | 'review' | 'seed' | 'restore' | 'import'

export type SessionEventType = keyof SessionEventMap

export type SessionEvent<T extends SessionEventType = SessionEventType> = {
  [K in T]: {
    readonly v: typeof LOG_FORMAT
    readonly session: SessionId
    readonly agent: AgentId
    /** Starts at 1, no gaps. */
    readonly seq: number
    /** The writer's fence when this was written. */
    readonly epoch: number
    /** Wall clock, milliseconds. For people; order is `seq`. */
    readonly at: number
    readonly trace: TraceId
    readonly type: K
    readonly data: SessionEventMap[K]
    /** Hash of the event before this one; empty for the first. */
    readonly prev: string
    /** SHA-256 of the canonical text of everything above. */
    readonly hash: string
  }
}[T]

/** A fact not yet written: the log adds number, time, fence and hash. */
export type Draft<T extends SessionEventType = SessionEventType> = {
  [K in T]: { readonly type: K; readonly data: SessionEventMap[K]; readonly agent: AgentId; readonly trace: TraceId }
}[T]
