import { randomBytes } from 'node:crypto'
import {
  StreamableHTTPClientTransport,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
} from '@modelcontextprotocol/client'
import { isJsonObject, parseJson, type Json } from '@tabwright/protocol'
import { sameSecret } from '../secret'
import { addressProblem } from './mcp-config'
import type { FetchLike } from './mcp-fetch'
import type { McpPlace, McpSecrets } from './mcp-secrets'

/** Signing in to one server, by OAuth with a proof key. What it gives stays in the vault. */
export interface SignIn {
  readonly provider: OAuthClientProvider
  /** Where the person goes, once the server has said so and until that was used. */
  readonly address: string | undefined
  /** Whether an answer with this mark was asked for, a while ago at most. */
  isExpecting(state: string): boolean
  finish(params: URLSearchParams, fetch: FetchLike): Promise<void>
  forget(): boolean
  /** What is sent along, to be taken out of answers. */
  secrets(): readonly string[]
}

export interface SignInOptions {
  readonly server: string
  readonly url: string
  readonly secrets: McpSecrets
  readonly callback: () => string
  readonly now?: () => number
}

const EXPECTED_MS = 10 * 60_000

export function createSignIn({ server, url, secrets, callback, now = Date.now }: SignInOptions): SignIn {
  const place = (what: McpPlace['what']): McpPlace => ({ server, url, what })
  let [verifier, state, address] = ['', '', '']
  let expectedUntil = 0
  let found: OAuthDiscoveryState | undefined
  const provider: OAuthClientProvider = {
    get redirectUrl() {
      return callback()
    },
    get clientMetadata() {
      return clientMetadata(callback())
    },
    state: () => {
      state = randomBytes(32).toString('base64url')
      return state
    },
    ...keeping(secrets, place),
    redirectToAuthorization: (to) => {
      // The address is the server's word, and a browser is about to open it.
      const problem = addressProblem(to.href)
      if (problem !== undefined) throw new Error(`The server names a place to sign in that is not opened: ${problem}`)
      address = to.href
      expectedUntil = now() + EXPECTED_MS
    },
    saveCodeVerifier: (given) => {
      verifier = given
    },
    codeVerifier: () => verifier,
    // What a sign-in was begun with is what it ends with, whatever the server says by then.
    saveDiscoveryState: (given) => {
      found = given
    },
    discoveryState: () => found,
    invalidateCredentials: (scope) => {
      if (scope === 'all' || scope === 'client') secrets.remove(place('client'))
      if (scope === 'all' || scope === 'discovery') found = undefined
      if (scope === 'all' || scope === 'tokens') secrets.remove(place('tokens'))
    },
  }
  return {
    provider,
    get address() {
      return address === '' ? undefined : address
    },
    isExpecting: (given) => state !== '' && now() < expectedUntil && sameSecret(given, state),
    finish: async (params, fetch) => {
      // Once, whatever comes of it.
      ;[state, address] = ['', '']
      const refused = params.get('error')
      if (refused !== null) throw new Error(`it was refused there (${refused.replaceAll(/[^\w. -]/g, '').slice(0, 100)})`)
      await new StreamableHTTPClientTransport(new URL(url), { fetch, authProvider: provider }).finishAuth(params)
    },
    forget: () => [secrets.remove(place('tokens')), secrets.remove(place('client'))].some(Boolean),
    secrets: () => {
      const tokens = secrets.get(place('tokens'))
      const client = secrets.get(place('client'))
      const all = [...['access_token', 'refresh_token'].map((name) => field(tokens, name)), field(client, 'client_secret')]
      return all.filter((one) => one !== undefined)
    },
  }
}

function field(value: Json | undefined, name: string): string | undefined {
  const found = isJsonObject(value) ? value[name] : undefined
  return typeof found === 'string' ? found : undefined
}

function clientMetadata(callback: string): OAuthClientProvider['clientMetadata'] {
  return {
    client_name: 'Tabwright',
    redirect_uris: [callback],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  }
}

/** What outlives the relay. */
function keeping(
  secrets: McpSecrets,
  place: (what: McpPlace['what']) => McpPlace,
): Pick<OAuthClientProvider, 'clientInformation' | 'saveClientInformation' | 'tokens' | 'saveTokens'> {
  return {
    clientInformation: () => kept<StoredOAuthClientInformation>(secrets.get(place('client')), 'client_id'),
    saveClientInformation: (client) => secrets.put(place('client'), asJson(client)),
    tokens: () => kept<StoredOAuthTokens>(secrets.get(place('tokens')), 'access_token'),
    saveTokens: (tokens) => secrets.put(place('tokens'), asJson(tokens)),
  }
}

/** What the library gave us to keep, given back to it. */
function kept<T>(value: Json | undefined, needed: string): T | undefined {
  if (field(value, needed) === undefined) return undefined
  const back: T = JSON.parse(JSON.stringify(value))
  return back
}

function asJson(value: object): Json {
  return parseJson(JSON.stringify(value)) ?? null
}
