import { FailureError, isJsonObject, parseJson, type Failure, type FailureCode, type Json, type JsonObject } from '@tabwright/protocol'

/** What a relay answered, read once. `json` is undefined for anything that is not JSON. */
export interface Answer {
  readonly status: number
  readonly json: Json | undefined
  readonly retryAfterMs: number | undefined
}

/** Reads a response whole. A body that breaks off counts as one that is not JSON. */
export async function readAnswer(response: Response): Promise<Answer> {
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  const after = Number(response.headers.get('retry-after') ?? Number.NaN)
  const text = await response.text().catch(() => '')
  return {
    status: response.status,
    json: isJson ? parseJson(text) : undefined,
    retryAfterMs: Number.isFinite(after) && after >= 0 ? after * 1000 : undefined,
  }
}

/** The `error` of an answer in the shape that the Messages API and the relay share. */
export function errorOf(answer: Answer): { readonly type: string; readonly message: string } | undefined {
  const error = isJsonObject(answer.json) ? answer.json['error'] : undefined
  if (!isJsonObject(error)) return undefined
  const { type, message } = error
  return typeof type === 'string' && typeof message === 'string' ? { type, message } : undefined
}

/** The relay's own refusals by their type; everything else is judged by its status. */
const CODES: Readonly<Record<string, FailureCode>> = {
  busy: 'busy',
  code_needed: 'denied',
  mirror_stale: 'stale',
  no_key: 'no_key',
  not_signed_in: 'denied',
  relay_full: 'storage_full',
  session_ended: 'denied',
  too_large: 'too_large',
  too_many_failed_logins: 'busy',
  upstream_redirect: 'bad_response',
  upstream_unreachable: 'offline',
  upstream_unreadable: 'bad_response',
  wrong_origin: 'denied',
}

/** An answer that is not what was asked for, as a failure with one sentence for a person. */
export function refusalOf(answer: Answer, asked: string): FailureError {
  const error = errorOf(answer)
  const code = CODES[error?.type ?? ''] ?? codeOf(answer.status)
  const failure: Failure = {
    code,
    message: messageOf({ answer, code, asked }, error?.message),
    ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }),
    ...(error?.type === 'code_needed' && { detail: { wants: 'code' } }),
  }
  return new FailureError(failure)
}

/** Whether the relay pairs with this page only when a person enters the code that it printed. */
export function wantsCode({ detail }: Failure): boolean {
  return isJsonObject(detail) && detail['wants'] === 'code'
}

/** The fields of an answer that must be an object. @throws FailureError `bad_response` */
export function objectOf(answer: Answer, asked: string): JsonObject {
  if (isJsonObject(answer.json)) return answer.json
  throw new FailureError({ code: 'bad_response', message: `${asked}: the answer could not be read.` })
}

function messageOf(what: { answer: Answer; code: FailureCode; asked: string }, said: string | undefined): string {
  if (what.code === 'rejected_key') return `The model server did not accept the key${said === undefined ? '.' : `: ${said}`}`
  if (said !== undefined) return said
  if (what.answer.json === undefined) return `${what.asked}: the server answered ${what.answer.status} with something that is not JSON.`
  return `${what.asked}: the server answered ${what.answer.status}.`
}

function codeOf(status: number): FailureCode {
  if (status === 401 || status === 403) return 'rejected_key'
  if (status === 400 || status === 409 || status === 415 || status === 422) return 'bad_input'
  if (status === 404 || status === 405) return 'not_found'
  if (status === 413) return 'too_large'
  if (status === 429 || status === 503 || status === 529) return 'busy'
  return status >= 500 ? 'unavailable' : 'bad_response'
}
