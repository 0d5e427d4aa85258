import { BaseAnthropic } from '@anthropic-ai/sdk/client'
import { APIError } from '@anthropic-ai/sdk/core/error'
import { Stream } from '@anthropic-ai/sdk/core/streaming'
import {
  assertNever,
  FailureError,
  failureOf,
  isJsonObject,
  type Clock,
  type Failure,
  type Model,
  type ModelEvent,
} from '@tabwright/protocol'
import { systemClock } from './clock-system'
import { createAccumulator, type Accumulator } from './model-accumulator'
import { failureOfAnswer, failureOfErrorEvent, mediaType, notAnAnswer, ownFailure, unreachable } from './model-failure'
import { watchBytes, type Watchdog } from './model-watchdog'

/** Where a model behind the Messages API is and how to reach it. */
export interface AnthropicOptions {
  readonly id: string
  readonly label: string
  /** Origin with an optional path prefix; `/v1/messages` is added. */
  readonly baseUrl: string
  /** Goes out as `Authorization: Bearer`. Behind the relay it is the tab's session bearer, never a key. */
  readonly token: string
  readonly fetch?: typeof fetch
  /** Default: the platform's clocks. */
  readonly clock?: Clock
}

/** A model behind the Messages API, over the official SDK's transport: its URL, headers, errors and event decoder. */
export function anthropicModel(options: AnthropicOptions): Model {
  const { id, label, baseUrl } = options
  return { id, label, endpoint: baseUrl, stream: (body, signal, betas = []) => streamAnswer({ options, body, betas }, signal) }
}

interface Asked {
  readonly options: AnthropicOptions
  readonly body: string
  /** Features that the provider gives only to who names them. */
  readonly betas: readonly string[]
}

interface Request extends Asked {
  readonly abort: AbortController
  readonly dog: Watchdog
}

async function* streamAnswer(asked: Asked, signal: AbortSignal): AsyncGenerator<ModelEvent, void, undefined> {
  const { options } = asked
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const dog = watchBytes(options.clock ?? systemClock)
  const accumulator = createAccumulator()
  let isComplete = false
  try {
    for await (const event of modelEvents({ ...asked, abort, dog }, accumulator)) {
      yield event
      isComplete = event.type === 'complete'
    }
    // The end of the iterator alone means nothing: an abort ends it silently, and so does a lost connection.
    if (!isComplete) throw new FailureError({ code: 'cut', message: 'The model server ended the answer before it was complete.' })
  } catch (error) {
    const failure: Failure = signal.aborted ? { code: 'aborted', message: 'The answer was stopped.' } : failureOfThrown(error, options)
    const known = isJsonObject(failure.detail) ? failure.detail : {}
    throw new FailureError({ ...failure, detail: { ...known, ...accumulator.remains() } }, { cause: error })
  } finally {
    signal.removeEventListener('abort', stop)
    dog.stop()
    abort.abort()
  }
}

/** The accumulator's events, with hints of silence between them. */
async function* modelEvents(request: Request, accumulator: Accumulator): AsyncGenerator<ModelEvent, void, undefined> {
  const source = eventData(request)
  // An aborted connection does not always end its stream; whoever stopped must not wait for it.
  const ended = onceAborted(request.abort.signal)
  let next = source.next()
  for (;;) {
    const waited = await Promise.race([request.dog.wait(next), ended])
    switch (waited.type) {
      case 'silent':
        yield { type: 'silent', ms: waited.ms }
        break
      case 'timeout':
        throw new FailureError({ code: 'timeout', message: `The model server sent nothing for ${Math.round(waited.ms / 1000)} seconds.` })
      case 'done':
        if (waited.value.done) return
        yield* accumulator.push(waited.value.value)
        next = source.next()
        break
      default:
        assertNever(waited)
    }
  }
}

/** Never resolves; rejects when the signal does. */
function onceAborted(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_resolve, reject) => {
    const end = (): void => reject(new FailureError({ code: 'aborted', message: 'The answer was stopped.' }))
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
  // Nobody may be waiting when the answer is whole and the connection is let go.
  ended.catch(() => undefined)
  return ended
}

/** Sends the body byte for byte and gives the data of each server-sent event as text. */
async function* eventData({ options, body, betas, abort, dog }: Request): AsyncGenerator<string, void, undefined> {
  const client = new BaseAnthropic({
    baseURL: options.baseUrl,
    authToken: options.token,
    apiKey: null,
    // The loop owns retries; two owners multiply them.
    maxRetries: 0,
    // A worker has no window, so the SDK would not see that it runs in a browser and would leave out its header.
    dangerouslyAllowBrowser: true,
    logLevel: 'off',
    fetch: countBytes(options.fetch ?? fetch, () => dog.touch()),
    // A redirect would carry the bearer to another address.
    fetchOptions: { redirect: 'error' },
  })
  const response = await client.post('/v1/messages', { body, headers: headersFor(betas), stream: true, signal: abort.signal }).asResponse()
  const media = mediaType(response.headers.get('content-type'))
  // A page in place of an answer is what a network's login page looks like: once the network is back it is worth another try.
  if (media === 'text/html') throw new FailureError({ ...notAnAnswer(media, response.status), detail: { reason: 'portal' } })
  if (media !== 'text/event-stream') throw new FailureError(notAnAnswer(media, response.status))
  try {
    for await (const { event, data } of Stream.rawEvents(response, abort)) {
      if (event === 'error') throw new FailureError(failureOfErrorEvent(data))
      if (data !== '') yield data
    }
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw new FailureError(
      { code: 'cut', message: 'The connection to the model server broke in the middle of the answer.' },
      { cause: error },
    )
  }
}

function headersFor(betas: readonly string[]): Record<string, string> {
  return { 'content-type': 'application/json', ...(betas.length > 0 && { 'anthropic-beta': betas.join(',') }) }
}

/** Every byte that arrives is a sign of life; the SDK shows only whole events. */
function countBytes(inner: typeof fetch, onBytes: () => void): typeof fetch {
  return async (input, init) => {
    const response = await inner(input, init)
    onBytes()
    if (!response.body) return response
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onBytes()
        controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(counted), { status, statusText, headers })
  }
}

function failureOfThrown(error: unknown, { baseUrl, clock = systemClock }: AnthropicOptions): Failure {
  const own = ownFailure(error)
  if (own) return own
  if (!(error instanceof APIError)) return failureOf(error)
  const { status, headers } = error
  if (status === undefined) return unreachable(hostOf(baseUrl))
  const body = error.error === undefined ? error.message : JSON.stringify(error.error)
  return failureOfAnswer({ status, header: (name) => headers?.get(name) ?? null, body, now: clock.now() })
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl
}
