import type { IncomingHttpHeaders } from 'node:http'
import { continues, lintRequest, rawElements, rawMember, type WireProblem } from '../wire-linter'
import { answer, event, type AnswerOptions, type ScriptBlock, type StreamReply } from './reply'

/** The API's own summaries, as the scripted server plays them: what it checks in a request, and what it answers. */
export interface Summaries {
  /** Looks at a request before anything else does. */
  view(body: string, headers: IncomingHttpHeaders): SummaryView
  /** The server answers a request for a summary with this message. */
  issue(view: SummaryView, wire: string): void
}

/** A request with every summary in it spelled out. */
export interface SummaryView {
  /** The same request with the messages that its first block stands for in place of it, and without the parameter. */
  readonly body: string
  readonly isRequest: boolean
  /** It goes on from one that this server gave. */
  readonly isContinued: boolean
  /** It begins with a summary in words: a conversation of its own. */
  readonly startsOver: boolean
  readonly problems: readonly WireProblem[]
}

/** A request, as far as a script needs it. */
interface Asked {
  readonly body: string
}

/** Whether a script is asked for a summary by the API's own parameter. */
export function asksSummary({ body }: Asked): boolean {
  return rawMember(body, 'compaction') !== undefined
}

/** The instructions that a request for a summary carries; undefined for the API's own prompt. */
export function summaryInstructions({ body }: Asked): string | undefined {
  const value: unknown = JSON.parse(rawMember(body, 'compaction') ?? '{}')
  const instructions = isRecord(value) ? value['instructions'] : undefined
  return typeof instructions === 'string' ? instructions : undefined
}

/** The answer to a request for a summary; null: it came to nothing. */
export function summary(content: string | null, options: AnswerOptions = {}): StreamReply {
  return answer([compactionBlock(content)], { stopReason: 'compaction', ...options })
}

let signed = 0

/** The block comes empty, and one delta replaces what is in it. */
function compactionBlock(content: string | null): ScriptBlock {
  const head = '{"type":"compaction","signature":'
  const signature = JSON.stringify(`signed-${++signed}`)
  // Spaces and escapes as no serializer of ours writes them: whoever parses and writes anew is found out.
  const text = JSON.stringify(content).replaceAll('ü', '\\u00fc')
  return {
    isCall: false,
    wire: `${head}${signature},"content":${text},"encrypted_content":"e-${signed}"}`,
    events: (index) => [
      event(
        'content_block_start',
        `{"type":"content_block_start","index":${index},"content_block":${head}${signature},"content":null,"encrypted_content":null}}`,
      ),
      event(
        'content_block_delta',
        `{"type":"content_block_delta","index":${index},"delta":{"type":"compaction_delta","content":${text},"encrypted_content":"e-${signed}"}}`,
      ),
      event('content_block_stop', { type: 'content_block_stop', index }),
    ],
  }
}

const BETA = 'compact-2026-09-04'
/** How the product begins a conversation that goes on from a summary in words. */
const IN_WORDS = '<summary-of-this-conversation>'

/** One for each server. */
export function createSummaries(): Summaries {
  const issued = new Map<string, readonly string[]>()
  return {
    view: (body, headers) => {
      const messages = rawElements(rawMember(body, 'messages') ?? '[]')
      const isRequest = asksSummary({ body })
      const [first = '', ...rest] = messages
      const places = messages.flatMap((message, at) => Array.from({ length: blocksIn(message) }, () => at))
      const stands = issued.get(withoutMarkers(first))
      const spelled = stands ? [...stands, ...rest] : messages
      const problems = [
        ...(places.length > 0 || isRequest ? lintBeta(headers) : []),
        ...lintPlaces(places),
        ...(places.includes(0) && !stands ? [{ rule: 97, message: 'compaction_content_mismatch: this server gave no such block' }] : []),
        ...(stands ? lintBorder(stands.at(-1), rest[0]) : []),
        ...(isRequest ? lintAsking(body, spelled) : []),
      ]
      return {
        body: plainBody(body, spelled),
        isRequest,
        isContinued: stands !== undefined,
        startsOver: first.includes(IN_WORDS),
        problems,
      }
    },
    issue: ({ body }, wire) => void issued.set(wire, rawElements(rawMember(body, 'messages') ?? '[]').map(withoutMarkers)),
  }
}

/** What is wrong with a request for a summary, given those that were accepted before; all bodies with their summaries spelled out. */
export function lintSummaryRequest(body: string, accepted: readonly string[], answers: readonly string[]): readonly WireProblem[] {
  // It may end with the model's own words, and it may hold fewer messages than what was sent before.
  const own = lintRequest(body, { answers }).filter(({ rule }) => rule !== 20)
  const before = accepted.findLast((one) => continues(body, one) || continues(one, body))
  if (!before) return [...own, { rule: 100, message: 'the messages to summarise are not those that were sent' }]
  const other = ['model', 'system', 'tools'].filter((key) => rawMember(body, key) !== rawMember(before, key))
  return [...own, ...other.map((key) => ({ rule: 100, message: `${key} is not what the conversation was sent with` }))]
}

function lintBeta(headers: IncomingHttpHeaders): WireProblem[] {
  const named = String(headers['anthropic-beta'] ?? '').split(/\s*,\s*/)
  return named.includes(BETA) ? [] : [{ rule: 97, message: `the anthropic-beta header must name ${BETA}` }]
}

function lintPlaces(places: readonly number[]): WireProblem[] {
  const problems: WireProblem[] = places.some((at) => at > 0)
    ? [{ rule: 97, message: 'compaction_block_misplaced: a compaction block must be the first of the conversation' }]
    : []
  return places.length > 1 ? [...problems, { rule: 97, message: 'a request may hold one compaction block' }] : problems
}

function lintBorder(last: string | undefined, next: string | undefined): WireProblem[] {
  if (last === undefined || next === undefined) return []
  const [before, after] = [roleOf(last), roleOf(next)]
  return before === after || after === 'system'
    ? [{ rule: 99, message: `the first kept message is of role ${after}, like the last summarised` }]
    : []
}

const NOT_BESIDE = ['context_management', 'stop_sequences', 'output_format']

function lintAsking(body: string, messages: readonly string[]): WireProblem[] {
  const request = recordOf(JSON.parse(body))
  const problems: WireProblem[] = NOT_BESIDE.filter((key) => key in request).map((key) => ({
    rule: 100,
    message: `${key} cannot be combined with compaction`,
  }))
  const asked = recordOf(request['compaction'])
  if (asked['type'] !== 'summarize') problems.push({ rule: 100, message: 'compaction.type: must be summarize' })
  if ((summaryInstructions({ body }) ?? '').length > 16_384) problems.push({ rule: 100, message: 'compaction.instructions: too long' })
  const choice = recordOf(request['tool_choice'])['type']
  if (choice === 'any' || choice === 'tool') problems.push({ rule: 100, message: 'tool_choice cannot be forced beside compaction' })
  const output = recordOf(request['output_config'])
  if ('format' in output) problems.push({ rule: 100, message: 'output_config.format cannot be combined with compaction' })
  if ('remaining' in recordOf(output['task_budget'])) problems.push({ rule: 100, message: 'task_budget.remaining: leave it out' })
  if (messages.length === 0) problems.push({ rule: 100, message: 'compaction_nothing_to_summarize' })
  if (messages.at(-1)?.includes('"type":"tool_use"'))
    problems.push({ rule: 95, message: 'compaction_incomplete_turn: a call has no result' })
  return problems
}

/** The request as if nothing had ever been summarised. */
function plainBody(body: string, messages: readonly string[]): string {
  const parameter = rawMember(body, 'compaction')
  const plain = parameter === undefined ? body : body.replace(`,"compaction":${parameter}`, () => '')
  const old = rawMember(plain, 'messages')
  return old === undefined ? plain : plain.replace(`"messages":${old}`, () => `"messages":[${messages.join(',')}]`)
}

/** Cache markers may move; they are no part of what was said. */
function withoutMarkers(message: string): string {
  return message.replaceAll(/,"cache_control":\{[^{}]*\}/g, '')
}

function blocksIn(message: string): number {
  const { content } = recordOf(JSON.parse(message))
  return Array.isArray(content) ? content.filter((block) => recordOf(block)['type'] === 'compaction').length : 0
}

function roleOf(message: string): string {
  return String(recordOf(JSON.parse(message))['role'])
}

function recordOf(value: unknown): { readonly [key: string]: unknown } {
  return isRecord(value) ? value : {}
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
