import { fail, type Failure, type FailureCode } from './failure'
import type { FetchAnswer, FetchMethod } from './guarded-fetch'
import { isJsonObject } from './json'

/** Why nothing, or not all, came of a request. Commands give their exit codes by it. */
export const NETWORK_REFUSALS = [
  /** There is no relay, and without one there is no network. */
  'no-relay',
  /** The person, or a rule, said no. */
  'denied',
  /** Addresses that are never asked: this machine and its network, ports of no web server, what is no address at all. */
  'blocked',
  /** No token is kept for this host. */
  'no-token',
  'unknown-host',
  'unreachable',
  'timeout',
  /** More redirects than are followed, or one from https to http. */
  'redirects',
  'too-large',
  /** Too many requests at once. */
  'busy',
  /** It broke off on its way. */
  'cut',
] as const
export type NetworkRefusal = (typeof NETWORK_REFUSALS)[number]

const CODES: Readonly<Record<NetworkRefusal, FailureCode>> = {
  'no-relay': 'unavailable',
  denied: 'denied',
  blocked: 'not_permitted',
  'no-token': 'no_key',
  'unknown-host': 'offline',
  unreachable: 'offline',
  timeout: 'timeout',
  redirects: 'bad_response',
  'too-large': 'too_large',
  busy: 'busy',
  cut: 'cut',
}

/** @throws FailureError that {@link networkRefusalOf} reads */
export function refuseNetwork(refusal: NetworkRefusal, message: string): never {
  return fail(CODES[refusal], message, { detail: { refusal } })
}

/** Why a request failed; `cut` for what is no refusal of ours. */
export function networkRefusalOf({ detail, code }: Failure): NetworkRefusal {
  const named = isJsonObject(detail) ? detail['refusal'] : undefined
  return NETWORK_REFUSALS.find((refusal) => refusal === named) ?? (code === 'denied' ? 'denied' : 'cut')
}

/** A request to the network, as a command wants it sent. */
export interface NetworkRequest {
  readonly method: FetchMethod
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body?: Uint8Array
  /** In a line or a few, what it is for. Whoever asks says so; it is shown as a claim. */
  readonly purpose: string
  /** Sent with the token that is kept for this host. */
  readonly useToken?: boolean
  /** Milliseconds for the connection. */
  readonly connectMs?: number
  /** Milliseconds for all of it. */
  readonly wholeMs?: number
  /** The sandbox's own git made it, not a program that sends what it is told to. */
  readonly byGit?: boolean
  /** The sandbox's own npm made it, to read from a registry. */
  readonly npm?: NpmRead
  /** The push that git makes after this question for refs, where they are as it knows them: one answer may speak for both. */
  readonly announces?: AnnouncedPush
}

/** What npm says of a request of its own. */
export interface NpmRead {
  /** Address of the registry, with a slash at its end. */
  readonly registry: string
  /** All that the command was told to bring, `name` or `name@version`: one answer covers reading these, and what the registry says they need. */
  readonly wants: readonly string[]
  /** `sha512-…` of an archive: nothing is sent where this browser keeps it. */
  readonly integrity?: string | undefined
  /** Nothing is sent at all. */
  readonly isOffline?: boolean | undefined
}

/** Archives of packages by what they are: whoever asks for a hash gets exactly those bytes, whichever session brought them. */
export interface PackageStore {
  /** @param integrity `sha512-…` */
  get(integrity: string): Promise<Uint8Array | undefined>
  /** Called with bytes that were compared with their name. */
  put(integrity: string, bytes: Uint8Array): Promise<void>
}

/** A push that is shown before the question that comes first: exactly these bytes, or it is asked about anew. */
export interface AnnouncedPush {
  readonly url: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Uint8Array
  readonly purpose: string
}

/** The head of an answer; its bytes come as they arrive. Redirects are answers. */
export interface NetworkAnswer extends FetchAnswer {
  /** Ends where the answer ends; a break in the middle throws. Returning early ends the request. */
  readonly body: AsyncIterable<Uint8Array>
}

/** The first value of a header, whatever case its name is written in. @param name in small letters */
export function headerOf(headers: FetchAnswer['headers'], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1]
}

/**
 * Sends one request once it is decided, and gives the head of its answer. @throws FailureError, see {@link networkRefusalOf}
 * @param how.sent called when it was decided, right before it is sent: until then a person was asked, and no time counts
 */
export type NetworkFetch = (
  request: NetworkRequest,
  how: { readonly signal: AbortSignal; readonly sent: () => void },
) => Promise<NetworkAnswer>
