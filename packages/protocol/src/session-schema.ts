import * as z from 'zod/mini'
import { bills, content, image, usage } from './content-schema'
import type { Failure } from './failure'
import { HANDS_CHOICE } from './hands-choice'
import type { KeptRule } from './kept-rule'
import { RUNGS } from './quality'
import { GUARD_POINTS, type GuardAnswer } from './guards'
import { LIMIT_SCOPES, LIMIT_UNITS } from './limits'
import { MODES, type Decision, type Rule, type RulePattern, type RuleRef, type Verdict } from './permission'
import type { DecidedHunks, LineSpan } from './review'
import type { WireRow } from './ports'
import {
  AGENT_FACTS,
  type AgentFact,
  type CompactionEnd,
  type EditBase,
  type FetchEnd,
  type FileChange,
  type SessionEventMap,
  type SessionEventType,
} from './session-event'
import type { Outcome, OutcomeDetail } from './tool'
import { agent, blob, call, digest, HEX, json, list, natural, number, session, text, trace, type Schema } from './words-schema'
import { LOG_FORMAT } from './version'

const failure = z.strictObject({
  code: z.enum([
    'aborted',
    'bad_input',
    'bad_response',
    'busy',
    'cut',
    'damaged',
    'denied',
    'fenced',
    'newer',
    'no_key',
    'not_found',
    'not_permitted',
    'offline',
    'rejected_key',
    'sandbox_lost',
    'spend_limit',
    'stale',
    'storage_full',
    'storage_off',
    'timeout',
    'too_large',
    'unavailable',
    'unexpected',
  ]),
  message: text,
  retryAfterMs: z.exactOptional(number),
  detail: z.exactOptional(json),
}) satisfies Schema<Failure>

const pattern = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('tool'), tool: text }),
  z.strictObject({ type: z.literal('argv'), tool: text, argv: list(text), exact: z.boolean(), cwd: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('commands'), tool: text, commands: list(list(text)), cwd: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('bytes'), tool: text, bytes: text }),
  z.strictObject({ type: z.literal('host'), tool: text, host: text }),
  z.strictObject({ type: z.literal('path'), tool: text, path: text }),
  z.strictObject({ type: z.literal('acts'), tool: text }),
]) satisfies Schema<RulePattern>

const reach = z.enum(['built-in', 'session', 'project', 'user'])
const rule = z.strictObject({
  id: text,
  effect: z.enum(['deny', 'ask', 'allow']),
  pattern,
  scope: reach,
  why: text,
  identity: z.exactOptional(text),
}) satisfies Schema<Rule>

/** A rule as it stands in the row store, beside the log. */
export const KEPT_RULE_SCHEMA = z.strictObject({
  id: text,
  effect: z.enum(['deny', 'ask', 'allow']),
  pattern,
  scope: z.enum(['project', 'user']),
  why: text,
  identity: z.exactOptional(text),
  createdAt: number,
  lastUsed: z.exactOptional(number),
  project: z.exactOptional(z.strictObject({ id: text, name: text })),
}) satisfies Schema<KeptRule>

const by = z.exactOptional(list(z.strictObject({ id: text, scope: reach, text }) satisfies Schema<RuleRef>))

const verdict = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('allow'), rule: text, shown: text, by }),
  z.strictObject({ type: z.literal('deny'), rule: text, reason: text, by }),
  z.strictObject({
    type: z.literal('ask'),
    reason: text,
    by,
    offer: z.exactOptional(rule),
    broader: z.exactOptional(rule),
    names: z.exactOptional(list(text)),
    writes: z.exactOptional(list(text)),
  }),
]) satisfies Schema<Verdict>

const decider = z.enum(['rule', 'user'])
const decision = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('allow'), by: decider, remember: z.exactOptional(rule) }),
  z.strictObject({ type: z.literal('deny'), by: decider, note: z.exactOptional(text) }),
]) satisfies Schema<Decision>

const detail = z.strictObject({
  exitCode: z.exactOptional(number),
  files: z.exactOptional(list(z.strictObject({ path: text, added: number, removed: number }))),
  full: z.exactOptional(text),
  summary: z.exactOptional(text),
}) satisfies Schema<OutcomeDetail>

const outcome = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('done'), text, detail: z.exactOptional(detail), images: z.exactOptional(list(image)) }),
  z.strictObject({ type: z.literal('failed'), text, failure, detail: z.exactOptional(detail) }),
  z.strictObject({ type: z.literal('denied'), text, note: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('skipped'), text }),
  z.strictObject({ type: z.literal('interrupted'), text }),
  z.strictObject({ type: z.literal('unknown'), text }),
]) satisfies Schema<Outcome>

const kind = z.enum(['file', 'executable', 'symlink', 'folder'])
const mode = z.enum(MODES)
const scope = z.enum(LIMIT_SCOPES)
const unit = z.enum(LIMIT_UNITS)
const guard = text
const hook = z.exactOptional(
  z.strictObject({
    ms: number,
    failure: z.exactOptional(text),
    asks: z.exactOptional(text),
    context: z.exactOptional(text),
    stops: z.exactOptional(text),
  }),
)
const guardAnswer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('pass'), guard, hook }),
  z.strictObject({ type: z.literal('warn'), guard, reason: text, hook }),
  z.strictObject({ type: z.literal('block'), guard, reason: text, hook }),
  z.strictObject({
    type: z.literal('modify'),
    guard,
    reason: text,
    placeholders: list(z.strictObject({ name: text, text })),
    bytes: z.exactOptional(text),
    hook,
  }),
]) satisfies Schema<GuardAnswer>
const fileChange = z.strictObject({
  path: text,
  before: z.nullable(blob),
  after: z.nullable(blob),
  added: number,
  removed: number,
  modes: z.exactOptional(z.strictObject({ before: z.nullable(kind), after: z.nullable(kind) })),
  permissions: z.exactOptional(z.strictObject({ before: z.nullable(natural), after: z.nullable(natural) })),
  mtime: z.exactOptional(number),
}) satisfies Schema<FileChange>

const span = z.strictObject({ start: natural, count: natural }) satisfies Schema<LineSpan>
const editBase = z.strictObject({ path: text, hash: z.nullable(blob) }) satisfies Schema<EditBase>

const decidedHunks = z.strictObject({
  hunks: list(z.strictObject({ old: span, now: span })),
  shown: blob,
  result: blob,
}) satisfies Schema<DecidedHunks>

const compactionEnd = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('done'), summary: text, dropped: natural }),
  z.strictObject({ type: z.literal('failed'), failure }),
]) satisfies Schema<CompactionEnd>

const fetchEnd = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('answered'), status: natural, bytes: natural }),
  z.strictObject({ type: z.literal('failed'), failure }),
]) satisfies Schema<FetchEnd>

const turnStop = z.enum(['end', 'requires-action', 'budget', 'refusal', 'interrupted', 'failed'])

/** Facts that stand in a log by themselves. */
const PLAIN_SCHEMAS = {
  'session.opened': z.strictObject({
    title: text,
    project: z.enum(['demo', 'blank']),
    mode: z.exactOptional(mode),
    parent: z.exactOptional(z.strictObject({ session, seq: natural })),
  }),
  'turn.started': z.strictObject({
    model: text,
    thinking: z.exactOptional(z.boolean()),
    effort: z.exactOptional(z.enum(['low', 'medium', 'high', 'xhigh', 'max'])),
    clearAt: z.exactOptional(natural),
  }),
  'turn.ended': z.strictObject({ stop: turnStop, failure: z.exactOptional(failure), held: z.exactOptional(natural) }),
  'message.user': z.strictObject({
    content: list(content),
    from: z.enum(['user', 'review', 'app', 'worker', 'agent']),
    by: z.exactOptional(z.string()),
  }),
  'model.requested': z.strictObject({ attempt: natural, messages: natural, wire: natural }),
  'model.failed': z.strictObject({
    failure,
    retryAt: z.exactOptional(number),
    partial: z.exactOptional(text),
    bills: z.exactOptional(bills),
  }),
  'message.assistant': z.strictObject({
    content: list(content),
    stopReason: text,
    usage,
    model: text,
    ms: number,
    bills: z.exactOptional(bills),
    cleared: z.exactOptional(z.strictObject({ toolUses: natural, tokens: natural })),
  }),
  'budget.reached': z.strictObject({ scope, unit, used: number, allowed: number, more: number }),
  'budget.raised': z.strictObject({ scope, unit, by: number }),
  'guard.answered': z.strictObject({
    point: z.enum(GUARD_POINTS),
    call: z.exactOptional(call),
    life: z.exactOptional(number),
    answers: list(guardAnswer),
    bills: z.exactOptional(bills),
  }),
  'check.started': z.strictObject({ call, tool: text, input: text }),
  'call.requested': z.strictObject({ call, tool: text, input: text, by: text, asks: z.exactOptional(z.literal(true)) }),
  'quality.checked': z.strictObject({
    verdict: z.enum(['passed', 'failed', 'none']),
    by: z.enum(['none', 'command', 'schema', 'question']),
    words: text,
    bills: z.exactOptional(bills),
  }),
  'escalation.raised': z.strictObject({ rung: z.enum(RUNGS), why: text, model: z.exactOptional(text) }),
  'loop.noticed': z.strictObject({ tool: text, times: natural, how: z.enum(['told', 'stopped']) }),
  'wire.mismatched': z.strictObject({ how: z.enum(['refused', 'dropped']), blocks: natural }),
  'mode.chosen': z.strictObject({ mode, by: z.enum(['user', 'app']) }),
  'hands.chosen': z.strictObject({ hands: HANDS_CHOICE, by: z.enum(['user', 'app']) }),
  'call.judged': z.strictObject({ call, verdict, digest, bytes: text, base: z.exactOptional(editBase) }),
  'call.edited': z.strictObject({ call, digest, bytes: text, told: text, base: z.exactOptional(editBase) }),
  'call.decided': z.strictObject({ call, digest, decision }),
  'call.started': z.strictObject({
    call,
    digest,
    effect: z.enum(['pure', 'tx', 'keyed', 'ask']),
    key: text,
    remote: z.exactOptional(z.strictObject({ function: text, worker: text, identity: z.exactOptional(text) })),
  }),
  'call.ended': z.strictObject({ call, outcome, ms: number, from: z.exactOptional(list(text)), bills: z.exactOptional(bills) }),
  'call.lost': z.strictObject({ call }),
  'call.resolved': z.strictObject({ call, digest, choice: z.enum(['done', 'again', 'skip']) }),
  'question.asked': z.strictObject({
    call,
    question: z.strictObject({
      text,
      options: list(z.strictObject({ label: text, about: z.exactOptional(text) })),
      several: z.boolean(),
    }),
  }),
  'question.answered': z.strictObject({
    call,
    answer: z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('answered'), chosen: list(text), text: z.exactOptional(text) }),
      z.strictObject({ type: z.literal('declined') }),
    ]),
  }),
  'call.late': z.strictObject({ call, how: z.enum(['done', 'failed']), ms: number }),
  'fetch.judged': z.strictObject({ fetch: call, call: z.exactOptional(call), verdict, digest, bytes: text }),
  'fetch.decided': z.strictObject({ fetch: call, digest, decision }),
  'fetch.started': z.strictObject({
    fetch: call,
    digest,
    call: z.exactOptional(call),
    host: z.exactOptional(text),
    token: z.exactOptional(z.literal(true)),
  }),
  'import.read': z.strictObject({ source: text }),
  'functions.told': z.strictObject({ workers: list(text), hosts: list(text) }),
  'network.chosen': z.strictObject({ open: z.boolean() }),
  'leak.stopped': z.strictObject({ fetch: z.exactOptional(call), call: z.exactOptional(call), host: text }),
  'rule.revoked': z.strictObject({ rule: text }),
  'fetch.ended': z.strictObject({ fetch: call, result: fetchEnd, ms: number }),
  'workspace.changed': z.strictObject({
    by: z.enum(['agent', 'user', 'terminal', 'review', 'seed', 'restore', 'import']),
    call: z.exactOptional(call),
    changes: list(fileChange),
  }),
  'folder.started': z.strictObject({ folder: text, files: list(z.strictObject({ path: text, hash: z.nullable(blob) })) }),
  'folder.ended': z.strictObject({
    folder: text,
    written: natural,
    removed: natural,
    failed: list(z.strictObject({ path: text, why: text })),
  }),
  'review.decided': z.strictObject({
    path: text,
    decision: z.enum(['accepted', 'rejected']),
    part: z.exactOptional(decidedHunks),
    why: z.exactOptional(text),
  }),
  'review.undone': z.strictObject({ path: text, refused: z.strictObject({ seq: natural, index: natural }) }),
  'context.loaded': z.strictObject({ path: text, text: z.nullable(text) }),
  'compaction.started': z.strictObject({
    trigger: z.enum(['auto', 'manual', 'overflow']),
    way: z.enum(['block', 'text']),
    messages: natural,
    instructions: z.exactOptional(text),
    added: z.exactOptional(text),
  }),
  'compaction.ended': z.strictObject({ result: compactionEnd, bills }),
  'checkpoint.made': z.strictObject({ name: text }),
  'history.restored': z.strictObject({ to: natural, paths: list(text), kept: list(text) }),
  'history.rewound': z.strictObject({ to: natural, wire: natural, held: z.exactOptional(natural) }),
  'agent.started': z.strictObject({ call, title: text, prompt: text, tools: list(text), mode: z.exactOptional(mode) }),
} satisfies { readonly [K in Exclude<SessionEventType, 'agent.noted'>]: Schema<SessionEventMap[K]> }

const [firstFact, ...otherFacts] = AGENT_FACTS.map((type) => z.strictObject({ type: z.literal(type), data: PLAIN_SCHEMAS[type] }))
/** The union of what {@link AGENT_FACTS} names, which a list cannot say to the compiler. */
const agentFact = z.discriminatedUnion('type', [firstFact, ...otherFacts] as [
  NonNullable<typeof firstFact>,
]) as unknown as Schema<AgentFact>
const wireRow = z.strictObject({ role: z.enum(['header', 'user', 'assistant', 'system']), text }) satisfies Schema<WireRow>

/** What each fact carries. Strict: a field that this build does not know means another format or damage. */
export const DATA_SCHEMAS = {
  ...PLAIN_SCHEMAS,
  'agent.noted': z.strictObject({ call, fact: agentFact, wire: z.exactOptional(list(wireRow)) }),
} satisfies { readonly [K in SessionEventType]: Schema<SessionEventMap[K]> }

/** What every fact carries beside its data. */
export const ENVELOPE_SCHEMA = z.strictObject({
  v: z.literal(LOG_FORMAT),
  session,
  agent,
  seq: z.int().check(z.gte(1)),
  epoch: natural,
  at: number,
  trace,
  type: z.enum(Object.keys(DATA_SCHEMAS) as [SessionEventType, ...SessionEventType[]]),
  data: z.unknown(),
  prev: z.string().check(z.regex(/^([0-9a-f]{64})?$/)),
  hash: z.string().check(z.regex(HEX)),
})

type Agreement = { readonly [K in SessionEventType]: SessionEventMap[K] extends z.output<(typeof DATA_SCHEMAS)[K]> ? true : K }
/** Does not compile once a schema asks for more than its fact promises; `satisfies` above guards the other direction. */
export type SchemasAgree = Agreement[SessionEventType] extends true
  ? true
  : { readonly disagree: Exclude<Agreement[SessionEventType], true> }
