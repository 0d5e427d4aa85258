import * as z from 'zod/mini'
import type { Bill, Content, Usage } from './content'
import type { Failure } from './failure'
import type { AgentId, BlobHash, CallId, Digest, SessionId, TraceId } from './ids'
import type { Json } from './json'
import type { Decision, Rule, RulePattern, Verdict } from './permission'
import type { CompactionEnd, FileChange, SessionEventMap, SessionEventType } from './session-event'
import type { Outcome, OutcomeDetail } from './tool'
import { LOG_FORMAT } from './version'

// Zod would otherwise compile parsers with `new Function`, which the page's policy forbids and reports.
z.config({ jitless: true })

type Schema<T> = z.ZodMiniType<T, T>

/** The schema checks the shape that the id's maker checks; the brand is a compile-time mark only. */
const branded = <T extends string>(shape: RegExp): Schema<T> => z.string().check(z.regex(shape)) as unknown as Schema<T>
/** An array that nobody may change; the check is that of a plain array. */
const list = <T>(item: Schema<T>): Schema<readonly T[]> => z.array(item) as unknown as Schema<readonly T[]>

const ID = /^[A-Za-z0-9_.:-]{1,128}$/
const HEX = /^[0-9a-f]{64}$/
const session = branded<SessionId>(ID)
const agent = branded<AgentId>(ID)
const trace = branded<TraceId>(ID)
const call = branded<CallId>(ID)
const digest = branded<Digest>(HEX)
const blob = branded<BlobHash>(HEX)
const json = z.json() as unknown as Schema<Json>
const text = z.string()
const number = z.number()
const natural = z.int().check(z.gte(0))

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

const usage = z.strictObject({
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite: number,
  cacheWriteHour: z.exactOptional(number),
}) satisfies Schema<Usage>

const bill = z.strictObject({ model: text, usage, estimated: z.exactOptional(z.literal(true)) }) satisfies Schema<Bill>
const bills = list(bill)

const content = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text }),
  z.strictObject({ type: z.literal('thinking'), text }),
  z.strictObject({ type: z.literal('image'), mediaType: text, blob: text }),
  z.strictObject({ type: z.literal('call'), id: call, name: text, input: text, toolset: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('unknown'), raw: json }),
]) satisfies Schema<Content>

const pattern = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('tool'), tool: text }),
  z.strictObject({ type: z.literal('argv'), tool: text, argv: list(text), exact: z.boolean(), cwd: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('bytes'), tool: text, bytes: text }),
]) satisfies Schema<RulePattern>

const rule = z.strictObject({
  id: text,
  effect: z.enum(['deny', 'ask', 'allow']),
  pattern,
  scope: z.enum(['built-in', 'session']),
  why: text,
}) satisfies Schema<Rule>

const verdict = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('allow'), rule: text, shown: text }),
  z.strictObject({ type: z.literal('deny'), rule: text, reason: text }),
  z.strictObject({ type: z.literal('ask'), reason: text, offer: z.exactOptional(rule) }),
]) satisfies Schema<Verdict>

const by = z.enum(['rule', 'user'])
const decision = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('allow'), by, remember: z.exactOptional(rule) }),
  z.strictObject({ type: z.literal('deny'), by, note: z.exactOptional(text) }),
]) satisfies Schema<Decision>

const detail = z.strictObject({
  exitCode: z.exactOptional(number),
  files: z.exactOptional(list(z.strictObject({ path: text, added: number, removed: number }))),
  full: z.exactOptional(text),
  summary: z.exactOptional(text),
}) satisfies Schema<OutcomeDetail>

const outcome = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('done'), text, detail: z.exactOptional(detail) }),
  z.strictObject({ type: z.literal('failed'), text, failure, detail: z.exactOptional(detail) }),
  z.strictObject({ type: z.literal('denied'), text, note: z.exactOptional(text) }),
  z.strictObject({ type: z.literal('skipped'), text }),
  z.strictObject({ type: z.literal('interrupted'), text }),
  z.strictObject({ type: z.literal('unknown'), text }),
]) satisfies Schema<Outcome>

const mode = z.enum(['file', 'executable', 'symlink'])
const fileChange = z.strictObject({
  path: text,
  before: z.nullable(blob),
  after: z.nullable(blob),
  added: number,
  removed: number,
  modes: z.exactOptional(z.strictObject({ before: z.nullable(mode), after: z.nullable(mode) })),
}) satisfies Schema<FileChange>

const compactionEnd = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('done'), summary: text, dropped: natural }),
  z.strictObject({ type: z.literal('failed'), failure }),
]) satisfies Schema<CompactionEnd>

const turnStop = z.enum(['end', 'requires-action', 'budget', 'refusal', 'interrupted', 'failed'])

/** What each fact carries. Strict: a field that this build does not know means another format or damage. */
export const DATA_SCHEMAS = {
  'session.opened': z.strictObject({
    title: text,
    project: z.enum(['demo', 'blank']),
    parent: z.exactOptional(z.strictObject({ session, seq: natural })),
  }),
  'turn.started': z.strictObject({
    model: text,
    thinking: z.exactOptional(z.boolean()),
    effort: z.exactOptional(z.enum(['low', 'medium', 'high', 'xhigh', 'max'])),
    clearAt: z.exactOptional(natural),
  }),
  'turn.ended': z.strictObject({ stop: turnStop, failure: z.exactOptional(failure), held: z.exactOptional(natural) }),
  'message.user': z.strictObject({ content: list(content), from: z.enum(['user', 'review', 'app']) }),
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
  'wire.mismatched': z.strictObject({ how: z.enum(['refused', 'dropped']), blocks: natural }),
  'call.judged': z.strictObject({ call, verdict, digest, bytes: text }),
  'call.decided': z.strictObject({ call, digest, decision }),
  'call.started': z.strictObject({ call, digest, effect: z.enum(['pure', 'tx', 'keyed', 'ask']), key: text }),
  'call.ended': z.strictObject({ call, outcome, ms: number }),
  'call.lost': z.strictObject({ call }),
  'call.resolved': z.strictObject({ call, digest, choice: z.enum(['done', 'again', 'skip']) }),
  'call.late': z.strictObject({ call, how: z.enum(['done', 'failed']), ms: number }),
  'workspace.changed': z.strictObject({
    by: z.enum(['agent', 'user', 'terminal', 'review', 'seed', 'restore', 'import']),
    call: z.exactOptional(call),
    changes: list(fileChange),
  }),
  'review.decided': z.strictObject({ path: text, decision: z.enum(['accepted', 'rejected']) }),
  'context.loaded': z.strictObject({ path: text, text: z.nullable(text) }),
  'compaction.started': z.strictObject({
    trigger: z.enum(['auto', 'manual', 'overflow']),
    way: z.enum(['block', 'text']),
    messages: natural,
    instructions: z.exactOptional(text),
  }),
  'compaction.ended': z.strictObject({ result: compactionEnd, bills }),
  'checkpoint.made': z.strictObject({ name: text }),
  'history.restored': z.strictObject({ to: natural, paths: list(text), kept: list(text) }),
  'history.rewound': z.strictObject({ to: natural, wire: natural, held: z.exactOptional(natural) }),
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
