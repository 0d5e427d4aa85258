import { FailureError, isJsonObject, type Failure, type FailureCode, type Json } from '@tabwright/protocol'
import { parseJson, textOf } from './model-json'

/** An answer that is not 2xx, as far as it decides what went wrong. */
export interface ErrorAnswer {
  readonly status: number
  /** Lower-case name in, value out. */
  readonly header: (name: string) => string | null
  readonly body: string
  /** Wall clock, for a `retry-after` that is a date. */
  readonly now: number
}

/** The provider's error object: `{"type":"error","error":{"type","message","details"?}}`. */
interface ProviderError {
  readonly type: string
  readonly message: string
  readonly code: string
}

/** What an HTTP error of the Messages API means for a person and for the retry owner. */
export function failureOfAnswer(answer: ErrorAnswer): Failure {
  const { status } = answer
  const media = mediaType(answer.header('content-type'))
  const error = providerError(parseJson(answer.body))
  if (!error && media === 'text/html' && status < 500) return notAnAnswer(media, status)
  const retryAfterMs = retryAfter(answer)
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs }
  const said = error?.message ?? ''
  if (error) {
    const special = failureOfSpecial(error)
    if (special) return special
  }
  if (status === 401 || status === 403) return { code: 'rejected_key', message: sentence('The provider rejected the key.', said) }
  if (status === 402)
    return {
      code: 'spend_limit',
      message: sentence('The provider wants to be paid before it goes on: the credit of this key is used up.', said),
    }
  if (status === 404) return { code: 'not_found', message: sentence('The provider does not know this model or address.', said) }
  if (status === 413) return { code: 'too_large', message: sentence('The request is larger than the provider accepts.', said) }
  // Whether the address itself is in trouble is for the breaker to read.
  const detail = { status }
  if (status === 429) return { code: 'busy', message: sentence('The provider asks us to slow down.', said), ...wait, detail }
  if (status === 408 || status === 409 || status >= 500) {
    return { code: 'busy', message: sentence(`The model server is overloaded or broken (HTTP ${status}).`, said), ...wait, detail }
  }
  return { code: 'bad_input', message: sentence(`The provider refused the request (HTTP ${status}).`, said || answer.body.slice(0, 300)) }
}

/** An `error` event in the middle of an answer, or an error object where an answer was expected. */
export function failureOfErrorEvent(data: string): Failure {
  const error = providerError(parseJson(data))
  if (!error) return { code: 'cut', message: 'The provider broke off its answer with an error that cannot be read.' }
  return (
    failureOfSpecial(error) ?? {
      code: CODES[error.type] ?? 'cut',
      message: sentence('The provider broke off its answer.', error.message || error.type),
    }
  )
}

/** Something that is not a model's answer came with a good status: a captive portal, a proxy's login page, a wrong address. */
export function notAnAnswer(media: string, status: number): Failure {
  const what = media === 'text/html' ? 'a web page (text/html)' : media === '' ? 'something without a content type' : media
  return {
    code: 'bad_response',
    message: `The model server answered with ${what}, not with a model's answer (HTTP ${status}). Check the address, and whether a network login page is in between.`,
  }
}

/** Where the page came from: requests to there are for the relay, which asks the model server. */
const ownHost = (): string | undefined => (typeof location === 'undefined' ? undefined : location.host)

/** No answer at all. */
export function unreachable(host: string, own = ownHost()): Failure {
  const message = host === own ? `The relay at ${host} cannot be reached.` : `The model server at ${host} cannot be reached.`
  return { code: 'offline', message }
}

/** A failure of ours that an SDK wrapped on its way up. */
export function ownFailure(thrown: unknown): Failure | undefined {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth++) {
    if (error instanceof FailureError) return error.failure
  }
  return undefined
}

/** Media type without parameters, lower case. */
export function mediaType(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Codes of the provider's error types where no HTTP status tells. Unknown types count as a cut answer. */
const CODES: Readonly<Record<string, FailureCode>> = {
  invalid_request_error: 'bad_input',
  authentication_error: 'rejected_key',
  permission_error: 'rejected_key',
  not_found_error: 'not_found',
  request_too_large: 'too_large',
  rate_limit_error: 'busy',
  api_error: 'busy',
  overloaded_error: 'busy',
  timeout_error: 'busy',
  billing_error: 'spend_limit',
}

/** What the relay refuses itself, before any provider is asked. A 401 of these is not the key's fault. */
const RELAY_CODES: Readonly<Record<string, FailureCode>> = {
  code_needed: 'denied',
  not_signed_in: 'denied',
  session_ended: 'denied',
  spend_cap: 'spend_limit',
  wrong_origin: 'denied',
  upstream_redirect: 'bad_response',
  upstream_unreadable: 'bad_response',
  upstream_unreachable: 'offline',
}

/** Errors whose type, code or text says more than the status. */
function failureOfSpecial(error: ProviderError): Failure | undefined {
  if (error.type === 'no_key') return { code: 'no_key', message: error.message || 'No key for the provider is set up.' }
  const relayed = RELAY_CODES[error.type]
  if (relayed !== undefined) return { code: relayed, message: error.message || 'The relay refused the request.' }
  // Documented as a 429 that no waiting helps; the limit that a user sets comes as a 400 with these words.
  if (error.code === 'enforced_spend_limit_reached' || /credit balance is too low|usage limits|spend(ing)? limit/i.test(error.message)) {
    return { code: 'spend_limit', message: sentence('The spending limit at the provider is reached.', error.message) }
  }
  // Never passing: the same bytes would be refused again. The loop asks once more in another way.
  if (/invalid signature in (a )?thinking block|bound to a different conversation/i.test(error.message)) {
    const message = sentence('The provider found thinking that does not belong to this conversation.', error.message)
    return { code: 'bad_input', message, detail: { reason: 'prefix_mismatch' } }
  }
  // Documented for models before the feature; servers that only imitate the API say that the role is none.
  if (/role '?"?system'?"? is not supported|messages\.\d+\.role\b/i.test(error.message)) {
    const message = sentence('The provider takes no message of ours in the middle of a conversation.', error.message)
    return { code: 'bad_input', message, detail: { reason: 'system_role' } }
  }
  // It names the tool, its blocks, or the member of those that it would look in.
  if (/tool_search|defer_loading|tool_reference/i.test(error.message)) {
    const message = sentence('The provider does not search for tools with this model.', error.message)
    return { code: 'bad_input', message, detail: { reason: 'tool_search' } }
  }
  if (/prompt is too long|exceeds? the (model's )?context|context (window|length)/i.test(error.message)) {
    return {
      code: 'too_large',
      message: sentence('The conversation no longer fits the model.', error.message),
      detail: { reason: 'window' },
    }
  }
  return undefined
}

function providerError(body: Json | undefined): ProviderError | undefined {
  if (!isJsonObject(body)) return undefined
  const { error } = body
  if (!isJsonObject(error)) return undefined
  const code = isJsonObject(error['details']) ? error['details']['error_code'] : undefined
  return { type: textOf(error['type']), message: textOf(error['message']), code: textOf(code) }
}

/**
 * `retry-after-ms` is exact and goes first; `retry-after` is seconds or a date. A moment that is over says nothing about the next one: where
 * two clocks differ, all tries would follow each other at once.
 */
function retryAfter({ header, now }: ErrorAnswer): number | undefined {
  const ms = Number.parseFloat(header('retry-after-ms') ?? '')
  if (ms >= 0) return ms
  const text = header('retry-after')
  if (!text) return undefined
  const seconds = Number(text)
  if (!Number.isNaN(seconds)) return seconds >= 0 ? seconds * 1000 : undefined
  const left = Date.parse(text) - now
  return left > 0 ? left : undefined
}

/** Our plain sentence, then theirs: at most 600 characters of it, for some servers answer with a whole page. */
function sentence(ours: string, theirs: string): string {
  const said = theirs.trim().slice(0, 600)
  return said === '' ? ours : `${ours} It said: ${said}`
}
