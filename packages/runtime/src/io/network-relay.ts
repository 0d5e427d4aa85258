import {
  FailureError,
  failureOf,
  FETCH_ANSWER_HEADER,
  FETCH_REQUEST_HEADER,
  isJsonObject,
  parseFetchAnswer,
  refuseNetwork,
  type FetchAnswer,
  type FetchRequest,
  type NetworkAnswer,
  type NetworkRefusal,
  type NetworkRequest,
} from '@tabwright/protocol'
import type { Network } from '../core/network'
import { digestBytes } from './hash-noble'
import { parseObject } from './model-json'
import type { RelayFetch } from './relay-fetch'

/** What the network of a tab is made from. */
export interface NetworkOptions {
  readonly relay: RelayFetch
  /** The page's own origin, where the relay is. */
  readonly origin: string
}

/** The network through the relay's guarded fetch; a page may reach nothing else. */
export function networkOfRelay({ relay, origin }: NetworkOptions): Network {
  return {
    missing: async (signal) => {
      try {
        await relay.ready(signal)
        return undefined
      } catch (error) {
        if (signal.aborted) throw error
        return `The network needs the relay; start it with npm start (${failureOf(error).message}) Nothing was sent.`
      }
    },
    digest: digestBytes,
    address: addressOf,
    send: (request, signal) => send({ relay, origin }, request, signal),
  }
}

const MAX_URL = 8192

function addressOf(text: string): ReturnType<Network['address']> {
  const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return { refused: 'Only https addresses can be asked, and http where the relay’s operator named the server.' }
  if (url.username !== '' || url.password !== '')
    return { refused: `An address with a user name or password in it is not asked (${url.host}).` }
  // What stands behind the sign of a fragment is never sent.
  url.hash = ''
  return { href: url.href, origin: url.origin, host: url.host }
}

async function send({ relay, origin }: NetworkOptions, request: NetworkRequest, signal: AbortSignal): Promise<NetworkAnswer> {
  const { method, url, headers, body, useToken, connectMs, wholeMs } = request
  const described: FetchRequest = {
    method,
    url,
    headers: headers.map(([name, value]) => [name, value]),
    redirect: 'manual',
    ...(useToken && { useToken }),
    ...(connectMs !== undefined && { connectMs }),
    ...(wholeMs !== undefined && { wholeMs }),
  }
  const response = await relay
    .fetch(`${origin}/fetch`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', [FETCH_REQUEST_HEADER]: base64url(JSON.stringify(described)) },
      body: new Uint8Array(body ?? []),
      signal,
    })
    .catch((error: unknown) => notAnswered(error, signal))
  const answer = answerIn(response)
  if (answer === undefined) return refused(response)
  return { ...answer, body: bytesOf(response, new URL(url).host, signal) }
}

function notAnswered(error: unknown, signal: AbortSignal): never {
  if (signal.aborted || error instanceof FailureError) throw error
  return refuseNetwork('no-relay', 'The relay does not answer; start it again with npm start. Whether the request was sent is not known.')
}

function answerIn(response: Response): FetchAnswer | undefined {
  const header = response.headers.get(FETCH_ANSWER_HEADER)
  return header === null || !response.ok ? undefined : parseFetchAnswer(fromBase64url(header))
}

const REFUSALS: Readonly<Record<string, NetworkRefusal>> = {
  bad_request: 'blocked',
  private_address: 'blocked',
  no_token: 'no-token',
  upstream_unknown: 'unknown-host',
  upstream_unreachable: 'unreachable',
  upstream_timeout: 'timeout',
  upstream_redirect: 'redirects',
  too_large: 'too-large',
  busy: 'busy',
}

async function refused(response: Response): Promise<never> {
  const error = parseObject(await response.text())?.['error']
  const { type, message } = isJsonObject(error) ? error : {}
  const refusal = typeof type === 'string' ? (REFUSALS[type] ?? 'cut') : 'no-relay'
  if (typeof message === 'string') return refuseNetwork(refusal, message)
  return refuseNetwork('no-relay', `What answers at this address is no relay that fetches (status ${response.status}).`)
}

async function* bytesOf(response: Response, host: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  let isOver = false
  try {
    for (;;) {
      const next = await reader.read()
      isOver = next.done
      if (next.done) return
      yield next.value
    }
  } catch (error) {
    isOver = true
    if (signal.aborted) throw error
    return refuseNetwork('cut', `${host} broke off in the middle of its answer, or sent more than the relay lets through.`)
  } finally {
    // Nobody listens any more: the relay ends its own request then.
    if (!isOver) await reader.cancel()
  }
}

function base64url(text: string): string {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

function fromBase64url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)))
}
