import { FailureError, parseModelInfo, type Json, type JsonObject, type ModelInfo } from '@tabwright/protocol'
import { failureOfAnswer, mediaType, notAnAnswer, unreachable } from './model-failure'
import { parseObject } from './model-json'

/** Where to ask. `fetch` decides about credentials and redirects. */
export interface ModelListOptions {
  readonly baseUrl: string
  readonly token: string
  readonly fetch: typeof fetch
  readonly now: () => number
  readonly signal?: AbortSignal
}

/** More pages than any provider has: a server whose `has_more` never ends must not hold us. */
const MAX_PAGES = 20
/** The protocol version of the Messages API that the SDK of this release sends too. */
const API_VERSION = '2026-10-21'

/**
 * The provider's models, newest first as it lists them, retired ones left out. Limits are the provider's own or absent.
 * @throws FailureError `rejected_key`, `no_key`, `offline`, `busy`, `bad_response`
 */
export async function listModels(options: ModelListOptions): Promise<readonly ModelInfo[]> {
  const models: ModelInfo[] = []
  let after: string | undefined
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await readPage(options, after)
    const data = answer['data']
    if (!Array.isArray(data)) throw new FailureError(notAnAnswer('JSON without a model list', 200))
    models.push(...data.flatMap((entry: Json) => parseModelInfo(entry) ?? []))
    const last = answer['last_id']
    if (answer['has_more'] !== true || typeof last !== 'string' || last === after) break
    after = last
  }
  return models
}

async function readPage(options: ModelListOptions, after: string | undefined): Promise<JsonObject> {
  const query = after === undefined ? '?limit=1000' : `?limit=1000&after_id=${encodeURIComponent(after)}`
  const response = await ask(options, `${options.baseUrl.replace(/\/+$/, '')}/v1/models${query}`)
  const body = await response.text()
  if (!response.ok) {
    const header = (name: string): string | null => response.headers.get(name)
    throw new FailureError(failureOfAnswer({ status: response.status, header, body, now: options.now() }))
  }
  const answer = parseObject(body)
  if (!answer) throw new FailureError(notAnAnswer(mediaType(response.headers.get('content-type')), response.status))
  return answer
}

async function ask(options: ModelListOptions, url: string): Promise<Response> {
  try {
    return await options.fetch(url, {
      headers: {
        authorization: `Bearer ${options.token}`,
        'anthropic-version': API_VERSION,
        'anthropic-dangerous-direct-browser-access': 'true',
      },
      ...(options.signal ? { signal: options.signal } : {}),
    })
  } catch (error) {
    throw new FailureError(unreachable(new URL(url).host), { cause: error })
  }
}
