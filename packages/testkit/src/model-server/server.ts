import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { continues, lintHabits, lintRequest, rawElements, rawMember, type WireProblem } from '../wire-linter'
import { applyClearing, lintClearing } from './clearing'
import { createSummaries, lintSummaryRequest, type Summaries, type SummaryView } from './compaction'
import { promptCache, type PromptTokens } from './prompt-cache'
import { httpError, type Reply, type StreamReply } from './reply'
import { sendReply, type Filling } from './send-reply'
import { checkThinking, SIGNATURE, type Transformation } from './thinking-binding'

/** One request as it arrived. */
export interface ServedRequest {
  readonly method: string
  /** Path with query. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** True once the client left before the reply was whole. */
  readonly wasAborted: () => boolean
}

/** A model list row as the API gives it; missing fields get plausible values. */
export interface ServedModel {
  readonly id: string
  readonly display_name?: string
  readonly max_input_tokens?: number | null
  readonly max_tokens?: number | null
  readonly lifecycle?: 'active' | 'deprecated' | 'retired'
  readonly adaptive?: boolean
  /** Old tool results can be left out by the server. */
  readonly clears?: boolean
  /** Tools of the provider's run there. */
  readonly serverTools?: boolean
}

/** A list is used up in order; a function is asked for each request (numbered from 0). */
export type Script = readonly Reply[] | ((request: ServedRequest, n: number) => Reply | Promise<Reply>)

export interface ModelServerOptions {
  readonly script?: Script
  /** The only bearer that is accepted. Default: any that is not empty. */
  readonly token?: string
  /** Origin that may call from a browser. Default: none, no CORS headers at all. */
  readonly cors?: string
  readonly models?: readonly ServedModel[]
  /** Rows of one page of the model list. */
  readonly pageSize?: number
  /** Answer 400 to what the API would refuse or what breaks the append-only wire. Default true. */
  readonly lint?: boolean
  readonly port?: number
  /** Wall clock of the prompt cache. Default: the real one. */
  readonly now?: () => number
}

export interface ModelServer {
  /** Origin, without a slash at the end. */
  readonly url: string
  /** All `POST /v1/messages` with a good bearer, in order, refused ones too. */
  readonly requests: readonly ServedRequest[]
  /** What the linter found, over all requests. */
  readonly problems: readonly WireProblem[]
  /** What the linter would do otherwise, though the API takes it. */
  readonly warnings: readonly WireProblem[]
  /** Every line that the provider would bill, in order; answers that were cut too. */
  readonly bills: readonly ServedBill[]
  /** Thinking that did not fit, over all requests. */
  readonly mismatches: readonly Transformation[]
  /** Adds replies behind those that the script still holds. */
  enqueue(...replies: readonly Reply[]): void
  /** Replaces the script from the next request on. */
  setScript(script: Script): void
  /** Resolves when this many requests have arrived. */
  arrived(count: number): Promise<void>
  close(): Promise<void>
}

/** A line of the bill. */
export interface ServedBill {
  readonly model: string
  readonly prompt: PromptTokens
  readonly output: number
}

interface State {
  readonly warnings: WireProblem[]
  readonly bills: ServedBill[]
  readonly mismatches: Transformation[]
  /** Answers that paused: they alone may be the last message of a request. */
  readonly paused: Set<string>
  readonly options: ModelServerOptions
  readonly requests: ServedRequest[]
  readonly problems: WireProblem[]
  readonly answers: string[]
  /** With every summary in them spelled out. */
  readonly accepted: string[]
  readonly summaries: Summaries
  readonly count: ReturnType<typeof promptCache>
  readonly waiting: { readonly count: number; readonly resolve: () => void }[]
  script: Exclude<Script, readonly Reply[]> | undefined
  queue: Reply[]
}

const DEFAULT_MODELS: readonly ServedModel[] = [
  { id: 'claude-test-1', display_name: 'Claude Test 1', max_input_tokens: 1_000_000, max_tokens: 128_000 },
  { id: 'claude-test-small', display_name: 'Claude Test Small', max_input_tokens: 200_000, max_tokens: 64_000 },
]

/** Starts a scripted Messages API on a loopback port: real HTTP, real server-sent events, checks like the real one. */
export async function startModelServer(options: ModelServerOptions = {}): Promise<ModelServer> {
  const state: State = {
    options,
    requests: [],
    problems: [],
    answers: [],
    accepted: [],
    summaries: createSummaries(),
    count: promptCache({ now: options.now ?? Date.now }),
    warnings: [],
    bills: [],
    mismatches: [],
    paused: new Set(),
    waiting: [],
    script: typeof options.script === 'function' ? options.script : undefined,
    queue: typeof options.script === 'function' ? [] : [...(options.script ?? [])],
  }
  const server = createServer({ noDelay: true }, (request, response) => {
    serve(state, request, response).catch((error: unknown) => {
      state.problems.push({ rule: 0, message: `the test server failed: ${String(error)}` })
      response.destroy()
    })
  })
  const port = await listen(server, options.port ?? 0)
  return {
    url: `http://127.0.0.1:${port}`,
    requests: state.requests,
    problems: state.problems,
    warnings: state.warnings,
    bills: state.bills,
    mismatches: state.mismatches,
    enqueue: (...replies) => void state.queue.push(...replies),
    setScript(script) {
      state.script = typeof script === 'function' ? script : undefined
      state.queue = typeof script === 'function' ? [] : [...script]
    },
    arrived: (count) =>
      new Promise((resolve) => {
        state.waiting.push({ count, resolve })
        tellWaiting(state)
      }),
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '/'
  if (state.options.cors !== undefined) allowOrigin(response, state.options.cors)
  if (request.method === 'OPTIONS') return void response.writeHead(state.options.cors === undefined ? 404 : 204).end()
  const body = await readBody(request)
  const refused = refuseBearer(state.options, request)
  if (refused) return void (await sendReply(response, refused, plainUsage))
  if (request.method === 'GET' && path.startsWith('/v1/models')) return sendModels(state.options, path, response)
  if (request.method !== 'POST' || path.split('?')[0] !== '/v1/messages') {
    return void (await sendReply(response, httpError(404, { type: 'not_found_error', message: `not found: ${path}` }), plainUsage))
  }
  let isAborted = false
  response.once('close', () => (isAborted = !response.writableFinished))
  const served: ServedRequest = { method: 'POST', path, headers: request.headers, body, wasAborted: () => isAborted }
  await answerMessages(state, served, response)
}

async function answerMessages(state: State, served: ServedRequest, response: ServerResponse): Promise<void> {
  const n = state.requests.push(served) - 1
  tellWaiting(state)
  const view = state.summaries.view(served.body, served.headers)
  const problems = state.options.lint === false ? [] : [...lintClearing(served.body, served.headers), ...lint(state, view)]
  state.problems.push(...problems)
  state.warnings.push(...lintHabits(served.body))
  const [problem] = problems
  if (problem) {
    const message = `[rule ${problem.rule}] ${problem.message}`
    return refuse(response, message)
  }
  const bound = checkThinking(view.body, served.headers)
  state.mismatches.push(...(bound.report ?? []).filter(({ reason }) => reason === 'prefix_binding_mismatch'))
  if (bound.refusal !== undefined) {
    state.mismatches.push({ type: 'thinking_dropped', path: bound.refusal, reason: 'prefix_binding_mismatch' })
    return refuse(response, bound.refusal)
  }
  state.accepted.push(view.body)
  const reply = state.script ? await state.script(served, n) : state.queue.shift()
  if (!reply) return refuse(response, 'the script has no more replies')
  // Known before the last byte is out: the client's next request may be faster than we are.
  if (reply.type === 'stream' && reply.wire !== undefined) {
    const wire = reply.wire.replaceAll(`"${SIGNATURE}"`, () => JSON.stringify(bound.signature))
    if (view.isRequest) state.summaries.issue(view, wire)
    else state.answers.push(wire)
    if (isPaused(reply)) state.paused.add(wire)
  }
  const model = requestedModel(served.body)
  const { seen, applied } = applyClearing(served.body)
  const looked = state.count(seen)
  if (reply.type === 'stream') looked.commit()
  const spent = await sendReply(response, reply, { model, prompt: looked.tokens, bound, applied })
  if (!spent || reply.type !== 'stream') return
  for (const { model: other = model, input_tokens: input, output_tokens: output } of reply.iterations ?? [])
    state.bills.push({ model: other, prompt: { ...plainUsage.prompt, input }, output })
  state.bills.push({ model, prompt: looked.tokens, output: spent.output })
}

function isPaused(reply: StreamReply): boolean {
  return reply.steps.some((step) => step.type === 'event' && step.data.includes('"stop_reason":"pause_turn"'))
}

async function refuse(response: ServerResponse, message: string): Promise<void> {
  await sendReply(response, httpError(400, { type: 'invalid_request_error', message }), plainUsage)
}

const plainUsage: Filling = {
  model: '',
  prompt: { input: 0, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 },
  bound: { signature: '', report: undefined },
}

/** A conversation of one message is new; every other one must continue something that was accepted before. */
function lint(state: State, { body, isRequest, isContinued, startsOver, problems }: SummaryView): readonly WireProblem[] {
  if (isRequest || problems.length > 0) return [...problems, ...(isRequest ? lintSummaryRequest(body, state.accepted, state.answers) : [])]
  const own = lintRequest(body, { answers: state.answers, paused: state.paused })
  const count = rawElements(rawMember(body, 'messages') ?? '[]').length
  if (own.length > 0 || count <= 1 || state.accepted.length === 0) return own
  const before = state.accepted.findLast((accepted) => continues(body, accepted))
  if (before === undefined && startsOver) return own
  if (before === undefined)
    return [
      {
        rule: isContinued ? 98 : 24,
        message: 'this conversation continues none that was sent before: a sent message was changed or removed',
      },
    ]
  return lintRequest(body, { previous: before, paused: state.paused })
}

function tellWaiting(state: State): void {
  for (const { count, resolve } of state.waiting) if (state.requests.length >= count) resolve()
}

function requestedModel(body: string): string {
  return String(JSON.parse(rawMember(body, 'model') ?? '""'))
}

function refuseBearer(options: ModelServerOptions, request: IncomingMessage): Reply | undefined {
  const sent = request.headers.authorization ?? ''
  const isGood = options.token === undefined ? /^Bearer \S+$/.test(sent) : sent === `Bearer ${options.token}`
  if (isGood) return undefined
  return httpError(401, {
    type: 'authentication_error',
    message: sent === '' ? 'authorization header is required' : 'invalid bearer token',
  })
}

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS')
  // By name: `*` does not cover authorization.
  response.setHeader(
    'access-control-allow-headers',
    'authorization, content-type, anthropic-version, anthropic-beta, anthropic-dangerous-direct-browser-access',
  )
  response.setHeader('cross-origin-resource-policy', 'cross-origin')
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  return Buffer.concat(chunks).toString('utf8')
}

function sendModels(options: ModelServerOptions, path: string, response: ServerResponse): void {
  const all = options.models ?? DEFAULT_MODELS
  const query = new URL(path, 'http://localhost').searchParams
  const after = query.get('after_id')
  const from = after === null ? 0 : all.findIndex((model) => model.id === after) + 1
  const size = options.pageSize ?? Number(query.get('limit') ?? 20)
  const page = all.slice(from, from + size)
  const answer = {
    data: page.map(modelRow),
    has_more: from + size < all.length,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
}

function modelRow(model: ServedModel): unknown {
  const { adaptive = true, clears = false, serverTools = false, ...fields } = model
  const capabilities = {
    thinking: { supported: adaptive, types: { adaptive: { supported: adaptive } } },
    context_management: { supported: clears, clear_tool_uses_20250919: { supported: clears } },
    server_tools: { supported: serverTools },
  }
  return {
    type: 'model',
    display_name: model.id,
    created_at: '2026-10-01T00:00:00Z',
    lifecycle: 'active',
    max_input_tokens: null,
    max_tokens: null,
    capabilities,
    ...fields,
  }
}
