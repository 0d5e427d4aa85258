/** Why the relay itself did not do what was asked. Same shape as the Messages API's errors, so that its clients read ours too. */
export type RefusalType =
  | 'bad_request'
  | 'busy'
  | 'code_needed'
  | 'credential_in_address'
  | 'environment_key'
  | 'internal'
  | 'live_ended'
  | 'live_stale'
  | 'method_not_allowed'
  | 'mirror_incomplete'
  | 'mirror_stale'
  | 'no_key'
  | 'no_token'
  | 'not_allowed'
  | 'not_found'
  | 'not_signed_in'
  | 'private_address'
  | 'relay_full'
  | 'request_timeout'
  | 'session_ended'
  | 'share_expired'
  | 'share_not_yours'
  | 'share_revoked'
  | 'share_unknown'
  | 'spend_cap'
  | 'too_large'
  | 'too_many_failed_logins'
  | 'too_many_requests'
  | 'unsupported_content_type'
  | 'upstream_redirect'
  | 'upstream_timeout'
  | 'upstream_unknown'
  | 'upstream_unreachable'
  | 'upstream_unreadable'
  | 'wrong_host'
  | 'wrong_origin'

/** A refused request: what to answer. */
export interface Refusal {
  readonly status: 400 | 401 | 402 | 403 | 404 | 405 | 408 | 409 | 410 | 412 | 413 | 415 | 421 | 429 | 500 | 502 | 503 | 504 | 507
  readonly type: RefusalType
  /** One sentence for a person. Never holds a credential. */
  readonly message: string
  readonly retryAfterMs?: number
}

/** A request that was begun and not sent to its end. */
export const BODY_SILENT: Refusal = {
  status: 408,
  type: 'request_timeout',
  message: 'The request did not come to its end and nothing more of it came, so it was given up. Send it again, whole.',
}

/** Nothing of ours is cached, sniffed, framed or run: an answer of the API is data even when a provider sent HTML. */
export const API_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

/** The answer for a refusal. A wrong Host gets an empty body: the page that sent it must learn nothing. */
export function refuse(refusal: Refusal): Response {
  const headers: Record<string, string> = { ...API_HEADERS }
  if (refusal.retryAfterMs !== undefined) headers['retry-after'] = String(Math.ceil(refusal.retryAfterMs / 1000))
  if (refusal.type === 'wrong_host') return new Response(null, { status: refusal.status, headers })
  // The model client would repeat 409 and 5xx by itself; only an unreachable server is worth another try.
  if (refusal.type !== 'upstream_unreachable' && refusal.type !== 'busy') headers['x-should-retry'] = 'false'
  // What is missing of it is not waited for.
  if (refusal.status === 408) headers['connection'] = 'close'
  headers['content-type'] = 'application/json'
  const body = { type: 'error', error: { type: refusal.type, message: refusal.message } }
  return new Response(JSON.stringify(body), { status: refusal.status, headers })
}
