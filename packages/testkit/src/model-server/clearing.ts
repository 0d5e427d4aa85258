import type { IncomingHttpHeaders } from 'node:http'
import { rawMember, type WireProblem } from '../wire-linter'
import { promptCache } from './prompt-cache'

/** What the server says that it left out. */
export interface AppliedEdit {
  readonly type: string
  readonly cleared_tool_uses: number
  readonly cleared_input_tokens: number
}

type Loose = { readonly [key: string]: unknown }

const BETA = 'context-management-2025-06-27'
const CLEAR = 'clear_tool_uses_20250919'
const THINKING = 'clear_thinking_20251015'
const FIELDS: ReadonlySet<string> = new Set(['type', 'trigger', 'keep', 'clear_at_least', 'exclude_tools', 'clear_tool_inputs'])
/** What the API does where the edit does not say. */
const DEFAULT_TRIGGER = 100_000
const DEFAULT_KEEP = 3

/** What is wrong with the way in which a request asks the server to leave something out. */
export function lintClearing(body: string, headers: IncomingHttpHeaders): readonly WireProblem[] {
  const managed = managedBy(body)
  if (managed === undefined) return []
  const edits = editsOf(managed)
  const problem = (message: string): WireProblem => ({ rule: 16, message: `context_management: ${message}` })
  return [
    ...(String(headers['anthropic-beta'] ?? '').includes(BETA) ? [] : [problem('Extra inputs are not permitted (its beta is missing)')]),
    ...(rawMember(body, 'compaction') === undefined
      ? []
      : [{ rule: 100, message: 'context_management cannot be combined with compaction' }]),
    ...Object.keys(managed)
      .filter((key) => key !== 'edits')
      .map((key) => problem(`${key}: Extra inputs are not permitted`)),
    ...(edits.findIndex(({ type }) => type === THINKING) > 0 ? [problem(`${THINKING} must be the first edit`)] : []),
    ...edits.flatMap((edit) => lintEdit(edit).map(problem)),
  ]
}

function lintEdit(edit: Loose): string[] {
  if (edit['type'] === THINKING) return []
  if (edit['type'] !== CLEAR) return [`unknown edit ${String(edit['type'])}`]
  return [
    ...Object.keys(edit).filter((key) => !FIELDS.has(key)),
    ...lintAmount(edit, 'trigger', ['input_tokens', 'tool_uses']),
    ...lintAmount(edit, 'keep', ['tool_uses']),
    ...lintAmount(edit, 'clear_at_least', ['input_tokens']),
  ].map((what) => `${CLEAR}: ${what} is not valid`)
}

function lintAmount(edit: Loose, key: string, types: readonly string[]): string[] {
  const amount = edit[key]
  if (amount === undefined) return []
  const fits =
    isLoose(amount) && types.includes(String(amount['type'])) && Number.isInteger(amount['value']) && Number(amount['value']) >= 0
  return fits ? [] : [key]
}

/**
 * The request as the model sees it: above the border the oldest results are replaced, all but the newest few, if that frees enough.
 * Decided anew for each request from that request alone; `applied` is undefined where nothing was asked for.
 */
export function applyClearing(body: string): { readonly seen: string; readonly applied: readonly AppliedEdit[] | undefined } {
  const managed = managedBy(body)
  if (managed === undefined) return { seen: body, applied: undefined }
  const edit = editsOf(managed).find(({ type }) => type === CLEAR)
  const messages = rawMember(body, 'messages')
  const before = size(body)
  if (edit === undefined || messages === undefined || before < amountOf(edit, 'trigger', DEFAULT_TRIGGER))
    return { seen: body, applied: [] }
  const results = messages.split('{"type":"tool_result"').length - 1
  const uses = Math.max(0, results - amountOf(edit, 'keep', DEFAULT_KEEP))
  const seen = body.replace(messages, () => withoutResults(messages, uses))
  const tokens = before - size(seen)
  if (uses === 0 || tokens < amountOf(edit, 'clear_at_least', 0)) return { seen: body, applied: [] }
  return { seen, applied: [{ type: CLEAR, cleared_tool_uses: uses, cleared_input_tokens: tokens }] }
}

function withoutResults(messages: string, uses: number): string {
  let left = uses
  const list = JSON.parse(messages, (_key, value: unknown) => {
    if (!isLoose(value) || value['type'] !== 'tool_result' || left === 0) return value
    left--
    return { ...value, content: '[left out]' }
  })
  return JSON.stringify(list)
}

/** In tokens, whatever of it is in a cache. */
function size(body: string): number {
  const { input, cacheRead, cacheWrite } = promptCache({ now: () => 0 })(body).tokens
  return input + cacheRead + cacheWrite
}

function amountOf(edit: Loose, key: string, otherwise: number): number {
  const amount = edit[key]
  return isLoose(amount) ? Number(amount['value']) : otherwise
}

function managedBy(body: string): Loose | undefined {
  const raw = rawMember(body, 'context_management')
  const parsed: unknown = raw === undefined ? undefined : JSON.parse(raw)
  return isLoose(parsed) ? parsed : undefined
}

function editsOf(managed: Loose): readonly Loose[] {
  const edits = managed['edits']
  return Array.isArray(edits) ? edits.filter(isLoose) : []
}

function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
