import {
  type Content,
  type EditBase,
  type Failure,
  type HandsChoice,
  type Mode,
  type Placeholder,
  type Rule,
  type SessionEvent,
  type SessionTaint,
  type TurnStop,
  EMBEDDED,
  NO_TAINT,
  UNNAMED_MODE,
} from '@tabwright/protocol'
import { toldBy } from './agents/told'
import { agentCallEnded, withCall, withReached } from './call-state'
import { foldFetches } from './fetch-fold'
import { foldQuestion } from './question-fold'
import { withMovedBases } from './moved-bases'
import { foldRules } from './session-rules'
import { foldTaint } from './taint'
import { asksOfWrites, type CallRecord, type FetchRecord, type RequestRecord, type Turn, type Unsent } from './records'
import { foldWire, holdsText, NO_WIRE, type WireState } from './wire-state'
import { foldLife, NO_LIFE, type HookLife, sendsBack } from './hooks/life'
import { guardedRecord } from './guards/guarded-record'
import { scriptOf, type ScriptName } from './guards/script'
import { foldQuality, NO_CHECKS, type QualityState } from './quality/state'
import { foldLoop, NO_LOOP, type LoopGuard } from './limits/loop-guard'
import { foldHosts, NO_HOSTS, type KnownHosts } from './gate/hosts'
import { ownWords } from './attached'
import { foldCompaction, NO_COMPACTION, type CompactionState } from './compaction/state'

/** What the loop needs to know of the log. A fold: the same after a crash as before it. */
export interface SessionState {
  readonly head: number
  readonly turn: Turn | undefined
  /** Model of the newest turn, open or ended. */
  readonly model: string | undefined
  /** How the newest turn ended, while none is open. */
  readonly stopped: { readonly stop: TurnStop; readonly failure?: Failure } | undefined
  /** The person stopped the newest turn: inbox rows up to this number wait until they act. */
  readonly held: number
  /** Calls of the newest assistant message, in its order. */
  readonly calls: readonly CallRecord[]
  /** Facts that the model has not been sent yet, in order. */
  readonly unsent: readonly Unsent[]
  /** The newest request has no answer yet. */
  readonly request: RequestRecord | undefined
  /** Why the newest complete answer stopped; undefined while something newer is to be sent. */
  readonly stopReason: string | undefined
  readonly rules: readonly Rule[]
  readonly mode: Mode
  /** Where commands run. */
  readonly hands: HandsChoice
  /** `app`: the person left it to the app. */
  readonly handsBy: SessionEvent<'hands.chosen'>['data']['by']
  readonly taint: SessionTaint
  /** Hosts that came up, and by whom. */
  readonly hosts: KnownHosts
  /** Requests to the network that have not ended, in order. */
  readonly fetches: readonly FetchRecord[]
  /** Instruction files as the model knows them. */
  readonly instructions: ReadonlyMap<string, string>
  readonly compaction: CompactionState
  readonly loop: LoopGuard
  /** Texts that the model knows by other names. */
  readonly placeholders: readonly Placeholder[]
  /** Calls of each tool in this turn. */
  readonly callCounts: ReadonlyMap<string, number>
  /** What the guards have against the newest answer; the model is asked once a turn to put it right. */
  readonly objections: readonly string[]
  /** It was asked in this turn. */
  readonly isCorrected: boolean
  /** A hook of the project stops this turn, for this reason. */
  readonly halted: string | undefined
  readonly life: HookLife
  readonly quality: QualityState
  /** What the person wrote in last, where that can be told. */
  readonly script: ScriptName | undefined
  readonly wire: WireState
}

export const EMPTY_STATE: SessionState = {
  head: 0,
  turn: undefined,
  model: undefined,
  stopped: undefined,
  held: 0,
  calls: [],
  unsent: [],
  request: undefined,
  stopReason: undefined,
  rules: [],
  mode: UNNAMED_MODE,
  hands: EMBEDDED,
  handsBy: 'app',
  taint: NO_TAINT,
  hosts: NO_HOSTS,
  fetches: [],
  instructions: new Map(),
  compaction: NO_COMPACTION,
  loop: NO_LOOP,
  placeholders: [],
  callCounts: new Map(),
  objections: [],
  isCorrected: false,
  halted: undefined,
  life: NO_LIFE,
  quality: NO_CHECKS,
  script: undefined,
  wire: NO_WIRE,
}

/** What of the turn before does not go on. */
const NEW_TURN = {
  callCounts: new Map(),
  objections: [],
  isCorrected: false,
  halted: undefined,
  stopped: undefined,
  held: 0,
  request: undefined,
  stopReason: undefined,
} as const satisfies Partial<SessionState>

/** A call that no answer of the model holds. */
function aloneCall({ call: id, tool: name, input }: SessionEvent<'check.started'>['data']): CallRecord {
  return { content: { type: 'call', id, name, input }, isCheck: true }
}

/** Adds one fact. Pure; facts that the loop does not need only move the head. */
export function fold(state: SessionState, event: SessionEvent): SessionState {
  const taint = foldTaint(state.taint, toldBy(event))
  return {
    ...state,
    ...changeOf(state, event),
    taint,
    // Whoever of the session was told it: it is known to all.
    rules: foldRules(state.rules, toldBy(event)),
    hosts: foldHosts(state.hosts, toldBy(event), taint.untrusted !== undefined),
    compaction: foldCompaction(state.compaction, event),
    loop: foldLoop(state.loop, event, state.calls),
    life: foldLife(state.life, event),
    quality: foldQuality(state.quality, event),
    wire: foldWire(state.wire, event),
    head: event.seq,
  }
}

/** What stays of a fact that the conversation went back behind: whose words were here, what was private, which hosts came up. */
export function foldBehind(state: SessionState, event: SessionEvent): SessionState {
  const told = toldBy(event)
  const taint = foldTaint(state.taint, told)
  return { ...state, taint, hosts: foldHosts(state.hosts, told, taint.untrusted !== undefined) }
}

function changeOf(state: SessionState, event: SessionEvent): Partial<SessionState> {
  switch (event.type) {
    case 'turn.started':
      return {
        turn: { trace: event.trace, answers: 0, ...(isUnattended(state.unsent) && { isUnattended: true }) },
        ...NEW_TURN,
        calls: state.calls.filter(({ by }) => by === undefined),
        model: event.data.model,
      }
    case 'turn.ended':
      return {
        turn: undefined,
        halted: undefined,
        stopped: event.data,
        request: undefined,
        held: event.data.held ?? 0,
        fetches: state.fetches.filter(({ call }) => call === undefined),
        // What could not be sent travels along with the next turn. It starts none of its own: the one that it started has ended.
        unsent: state.unsent.map((item) => (item.type === 'message' ? { ...item, wakes: false } : item)),
      }
    case 'message.user':
      return said(state, event.data)
    case 'context.loaded':
      return loaded(state, event.data)
    case 'model.requested':
      return {
        unsent: state.unsent.filter((item) => !maySend(state.wire, item)),
        stopReason: undefined,
        request: {
          seq: event.seq,
          attempt: event.data.attempt,
          firstAt: event.data.attempt > 1 ? (state.request?.firstAt ?? event.at) : event.at,
        },
      }
    case 'model.failed':
      return state.request ? { request: { ...state.request, failed: event.data } } : {}
    case 'message.assistant':
      return answered(state, event.data)
    case 'guard.answered':
      return guarded(state, event.data)
    case 'check.started':
      return { calls: [aloneCall(event.data)] }
    case 'call.requested':
      return { calls: [{ ...aloneCall(event.data), by: event.data.by, ...(event.data.asks && { asks: true }) }] }
    case 'escalation.raised':
      // The same turn goes on with another request, or ends.
      return { stopReason: undefined, calls: [] }
    case 'history.rewound':
      return { held: event.data.held ?? 0 }
    case 'compaction.ended':
      return event.data.result.type === 'done' ? afterSummary(state) : {}
    default:
      return callChange(state, event)
  }
}

function said(state: SessionState, data: SessionEvent<'message.user'>['data']): Partial<SessionState> {
  const { content, from } = data
  const unsent = [...state.unsent, messageOf(data)]
  if (from !== 'user') return { unsent }
  const { turn } = state
  const text = ownWords(content)
  // From here on a person is there, and the mode that they chose holds.
  return { unsent, script: scriptOf(text) ?? state.script, ...(turn && { turn: { trace: turn.trace, answers: turn.answers } }) }
}

/** Whether what a turn begins with came from programs alone. */
function isUnattended(unsent: readonly Unsent[]): boolean {
  const asking = unsent.flatMap((item) => (item.type === 'message' && item.wakes ? [item] : []))
  return asking.length > 0 && asking.every(({ by }) => by !== undefined)
}

/** Whether the next request may carry it: behind an answer that is not finished nothing may come but what that answer asked for. */
export function maySend(wire: WireState, item: Unsent): boolean {
  return !holdsText(wire) || (item.type === 'result' && !wire.paused)
}

function guarded(state: SessionState, { point, call, answers }: SessionEvent<'guard.answered'>['data']): Partial<SessionState> {
  const added = answers.flatMap((answer) => (answer.type === 'modify' ? answer.placeholders : []))
  const placeholders = added.length === 0 ? state.placeholders : [...state.placeholders, ...added]
  const halted = answers.find(({ hook }) => hook?.stops !== undefined)?.hook?.stops ?? state.halted
  if (point === 'answer') {
    const objections = answers.flatMap((answer) => (answer.type === 'block' ? [answer.reason] : []))
    return { objections, isCorrected: state.isCorrected || objections.length > 0 }
  }
  // The turn does not end: what the hooks said is the next thing that the model reads.
  if (point === 'stop') return { halted, ...(sendsBack(answers) && { stopReason: undefined }) }
  if (point !== 'pre-tool' || call === undefined) return { placeholders, halted: state.turn ? halted : undefined }
  return { placeholders, halted, calls: withCall(state, call, { guarded: guardedRecord(answers) }) }
}

function loaded(state: SessionState, data: { path: string; text: string | null }): Partial<SessionState> {
  const instructions = new Map(state.instructions)
  if (data.text === null) instructions.delete(data.path)
  else instructions.set(data.path, data.text)
  return { instructions, unsent: [...state.unsent, { type: 'instructions', ...data }] }
}

function answered(state: SessionState, data: { content: readonly Content[]; stopReason: string }): Partial<SessionState> {
  const callCounts = new Map(state.callCounts)
  // The calls of the answer before, where that was of this turn.
  for (const { content } of state.turn?.answers ? state.calls : []) callCounts.set(content.name, (callCounts.get(content.name) ?? 0) + 1)
  return {
    request: undefined,
    objections: [],
    callCounts,
    stopReason: data.stopReason,
    calls: data.content.filter((block) => block.type === 'call').map((content) => ({ content })),
    turn: state.turn && { ...state.turn, answers: state.turn.answers + 1 },
  }
}

/** A new wire begins. A request that was too long for the old one is asked again; a summary in words holds the calls and their results too. */
function afterSummary(state: SessionState): Partial<SessionState> {
  const { open } = state.compaction
  const again = open?.trigger === 'overflow' ? { request: undefined, stopReason: undefined } : {}
  if (open?.way !== 'text') return again
  const stopReason = state.stopReason === 'tool_use' || state.stopReason === 'pause_turn' ? undefined : state.stopReason
  return { stopReason, calls: [], unsent: state.unsent.filter((item) => item.type !== 'result'), ...again }
}

const based = ({ base }: { readonly base?: EditBase }): { readonly base?: EditBase } => (base ? { base } : {})

function callChange(state: SessionState, event: SessionEvent): Partial<SessionState> {
  switch (event.type) {
    case 'session.opened':
      return event.data.mode === undefined ? {} : { mode: event.data.mode }
    case 'mode.chosen':
      // What waits for an answer is judged anew: the new mode may need none, or allow none.
      return { mode: event.data.mode, calls: askedAnew(state.calls) }
    case 'hands.chosen':
      return { hands: event.data.hands, handsBy: event.data.by, calls: askedAnew(state.calls) }
    case 'call.judged':
      return {
        calls: withCall(state, event.data.call, {
          judged: event.data,
          decided: undefined,
          ...begun(state, event.data),
          ...based(event.data),
        }),
      }
    case 'call.edited': {
      const { call, bytes, told } = event.data
      // Guards and hooks look at what a person made of it, not at what it was.
      return {
        calls: withCall(state, call, { edited: { bytes, told }, judged: undefined, guarded: undefined, ...based(event.data) }),
      }
    }
    case 'call.decided':
      return { calls: withCall(state, event.data.call, { decided: event.data }) }
    case 'call.started':
      return { calls: withCall(state, event.data.call, startedWith(event.data)) }
    case 'call.lost':
      return { calls: withCall(state, event.data.call, { lost: true }) }
    case 'call.resolved':
      return { calls: withCall(state, event.data.call, { resolved: event.data.choice }) }
    case 'call.ended':
      if (state.calls.find((call) => call.content.id === event.data.call)?.ended) return {}
      return {
        fetches: state.fetches.filter(({ call }) => call !== event.data.call),
        calls: withCall(state, event.data.call, { ended: event.data.outcome }),
        unsent: state.calls.some(({ content, isCheck }) => isCheck && content.id === event.data.call)
          ? state.unsent
          : [...state.unsent, resultOf(event.data)],
      }
    case 'workspace.changed':
      return { calls: withMovedBases(state.calls, event.data) }
    case 'fetch.started':
      return event.data.call === undefined ? {} : { calls: withReached(state, event.data.call, event.data.host) }
    case 'agent.noted':
      return event.data.fact.type === 'call.ended' ? agentCallEnded(state, event.data.call, event.data.fact.data) : {}
    default:
      return { fetches: foldFetches(state.fetches, event), calls: foldQuestion(state.calls, event) }
  }
}

/** One that ran and was not kept has not begun, but for one that ran where it is not undone. */
function begun(state: SessionState, { call: id, verdict }: SessionEvent<'call.judged'>['data']): Pick<CallRecord, 'started' | 'reached'> {
  const call = state.calls.find(({ content }) => content.id === id)
  const stays = verdict.type === 'ask' && verdict.writes !== undefined && call?.started?.effect === 'ask'
  return stays ? { started: call.started, reached: call.reached } : { started: undefined, reached: undefined }
}

function startedWith(started: SessionEvent<'call.started'>['data']): Partial<CallRecord> {
  const from = started.remote && { from: [`the worker ${started.remote.worker}`] }
  return { started, lost: undefined, resolved: undefined, reached: undefined, ...from }
}

function resultOf({ call, outcome, from }: SessionEvent<'call.ended'>['data']): Unsent {
  return { type: 'result', call, outcome, ...(from && { from }) }
}

/** What waits for an answer is judged again, but for what ran where it is not undone: that waits for a word on what it did. */
function askedAnew(calls: readonly CallRecord[]): readonly CallRecord[] {
  return calls.map((call) => (isAsked(call) && !(call.started && asksOfWrites(call)) ? { ...call, judged: undefined } : call))
}

/** Waits for a person's word. */
function isAsked({ judged, decided, ended }: CallRecord): boolean {
  return judged !== undefined && decided === undefined && ended === undefined
}

function messageOf({ content, from, by }: SessionEvent<'message.user'>['data']): Unsent {
  return { type: 'message', content, wakes: from !== 'review' && from !== 'app', ...(by !== undefined && { by }) }
}
