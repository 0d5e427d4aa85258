import { SIGNATURE } from './thinking-binding'

/** What the scripted server answers to one request. */
export type Reply =
  | StreamReply
  | { readonly type: 'http'; readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }
  /** The socket is closed before any header. */
  | { readonly type: 'drop' }

export interface StreamReply {
  readonly type: 'stream'
  readonly steps: readonly Step[]
  /** What the client must send back as its next assistant message, byte for byte; absent when the answer is not complete. */
  readonly wire?: string
  /** Pause between two steps. */
  readonly delayMs?: number
  /** Splits the body into chunks of this many bytes, through the middle of events and characters. */
  readonly chunkBytes?: number
  /** After this many bytes of body: `cut` resets the connection, `end` closes it as if all were well. */
  readonly stopAt?: { readonly byte: number; readonly how: 'cut' | 'end' }
  /** What else was paid for: attempts of other models, summaries on the way. They stand before the answer's own in `usage.iterations`. */
  readonly iterations?: readonly Iteration[]
}

/** One line of `usage.iterations`. */
export interface Iteration {
  readonly type: 'message' | 'compaction' | 'advisor_message'
  readonly model?: string
  readonly input_tokens: number
  readonly output_tokens: number
}

export type Step =
  | { readonly type: 'event'; readonly name: string; readonly data: string }
  /** Bytes as they are, such as a comment or a broken line. */
  | { readonly type: 'raw'; readonly text: string }
  /** Nothing until the promise resolves; the connection stays open. */
  | { readonly type: 'hold'; readonly until: Promise<void> }

/** One block of an answer: its events for a given place, and its text in the next request. */
export interface ScriptBlock {
  events(index: number): readonly Step[]
  readonly wire: string
  readonly isCall: boolean
}

/** A gate in a script: everything behind it waits for `release`. */
export interface Hold {
  readonly until: Promise<void>
  release(): void
}

export function hold(): Hold {
  let release = (): void => undefined
  const until = new Promise<void>((resolve) => (release = resolve))
  return { until, release }
}

export function event(name: string, data: unknown): Step {
  return { type: 'event', name, data: typeof data === 'string' ? data : JSON.stringify(data) }
}

export const ping: Step = event('ping', { type: 'ping' })

/** Text in pieces of about twelve characters, or in the given pieces. */
export function text(value: string, pieces: readonly string[] = split(value, 12)): ScriptBlock {
  return block(
    `{"type":"text","text":""}`,
    `{"type":"text","text":${JSON.stringify(value)}}`,
    pieces.map((piece) => ({ type: 'text_delta', text: piece })),
  )
}

/**
 * Thinking with its signature: by default one that the server binds to the conversation so far and checks when it comes back.
 * An empty text gives the shape of omitted thinking: only a signature delta.
 */
export function thinking(value: string, signature: string = SIGNATURE): ScriptBlock {
  const deltas = [...split(value, 16).map((piece) => ({ type: 'thinking_delta', thinking: piece })), { type: 'signature_delta', signature }]
  const wire = `{"type":"thinking","thinking":${JSON.stringify(value)},"signature":${JSON.stringify(signature)}}`
  return block('{"type":"thinking","thinking":"","signature":""}', wire, deltas)
}

let calls = 0

/** A tool call whose input streams in fragments. Ids are unique in the process unless given. */
export function tool(name: string, input: unknown, options: { readonly id?: string; readonly fragment?: number } = {}): ScriptBlock {
  return rawTool(name, JSON.stringify(input), options)
}

/** A tool call whose input is any text, broken JSON too. */
export function rawTool(name: string, input: string, options: { readonly id?: string; readonly fragment?: number } = {}): ScriptBlock {
  const id = options.id ?? `toolu_test_${++calls}`
  const head = `{"type":"tool_use","id":${JSON.stringify(id)},"name":${JSON.stringify(name)},"input":`
  const pieces = ['', ...split(input, options.fragment ?? 9)]
  const deltas = pieces.map((piece) => ({ type: 'input_json_delta', partial_json: piece }))
  return { ...block(`${head}{}}`, `${head}${isObject(input) ? input : '{}'}}`, deltas), isCall: true }
}

/** A block as raw JSON, sent whole: for types and key orders that no builder knows. `deltas` are sent as they are. */
export function rawBlock(json: string, deltas: readonly unknown[] = []): ScriptBlock {
  return block(json, json, deltas)
}

export interface AnswerOptions extends Partial<Pick<StreamReply, 'delayMs' | 'chunkBytes' | 'stopAt' | 'iterations'>> {
  /** Default: `tool_use` when a call is there, else `end_turn`. */
  readonly stopReason?: string
  /** Steps before the first block, such as pings and unknown events. */
  readonly before?: readonly Step[]
  /** Steps behind the last block, before `message_delta`. */
  readonly after?: readonly Step[]
  /** Ends the connection cleanly without `message_stop`. */
  readonly omitStop?: boolean
}

/** A whole answer. Usage is filled in by the server, which models a prompt cache. */
export function answer(blocks: readonly ScriptBlock[], options: AnswerOptions = {}): StreamReply {
  const stopReason = options.stopReason ?? (blocks.some((item) => item.isCall) ? 'tool_use' : 'end_turn')
  const steps: Step[] = [
    event('message_start', {
      type: 'message_start',
      message: {
        id: 'msg_test',
        type: 'message',
        role: 'assistant',
        model: MODEL,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: START_USAGE,
      },
    }),
    ...(options.before ?? [ping]),
    ...blocks.flatMap((item, index) => item.events(index)),
    ...(options.after ?? []),
    event('message_delta', { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage: END_USAGE }),
    ...(options.omitStop ? [] : [event('message_stop', { type: 'message_stop' })]),
  ]
  const isWhole = !options.omitStop && !options.stopAt
  const { delayMs, chunkBytes, stopAt, iterations } = options
  return {
    type: 'stream',
    steps,
    ...(isWhole ? { wire: `{"role":"assistant","content":[${blocks.map((item) => item.wire).join(',')}]}` } : {}),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(chunkBytes === undefined ? {} : { chunkBytes }),
    ...(stopAt === undefined ? {} : { stopAt }),
    ...(iterations === undefined ? {} : { iterations }),
  }
}

/** A stream of exactly these steps. */
export function stream(steps: readonly Step[], more: Omit<StreamReply, 'type' | 'steps'> = {}): StreamReply {
  return { type: 'stream', steps, ...more }
}

/** An `error` event in the middle of a stream. */
export function errorEvent(type: string, message: string): Step {
  return event('error', { type: 'error', error: { type, message } })
}

/** An HTTP error in the API's shape. */
export function httpError(
  status: number,
  error: { readonly type: string; readonly message: string; readonly details?: unknown },
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return {
    type: 'http',
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ type: 'error', error }),
  }
}

/** What a captive portal or a wrong address answers. */
export function htmlPage(html: string, status = 200): Reply {
  return { type: 'http', status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: html }
}

/** The connection is closed without an answer. */
export const drop: Reply = { type: 'drop' }

/** Id of the model that answers, unless the request's own is echoed. */
const MODEL = '$model'
/** The server puts numbers where these stand. */
export const START_USAGE = '$start-usage'
export const END_USAGE = '$end-usage'
export const MODEL_MARK = MODEL

function block(startJson: string, wire: string, deltas: readonly unknown[]): ScriptBlock {
  return {
    wire,
    isCall: false,
    events: (index) => [
      event('content_block_start', `{"type":"content_block_start","index":${index},"content_block":${startJson}}`),
      ...deltas.map((delta) => event('content_block_delta', { type: 'content_block_delta', index, delta })),
      event('content_block_stop', { type: 'content_block_stop', index }),
    ],
  }
}

function split(value: string, size: number): string[] {
  const pieces: string[] = []
  for (let at = 0; at < value.length; at += size) pieces.push(value.slice(at, at + size))
  return pieces
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch (error) {
    if (error instanceof SyntaxError) return false
    throw error
  }
}
