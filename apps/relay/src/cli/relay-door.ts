import { isJsonObject, parseJson, type Json } from '@tabwright/protocol'
import type { Environment } from '../config'
import { NoWayIn, WrongUse } from './command-end'
import { plain } from './terminal-text'

/** The way of a command into a relay that runs. */
export interface RelayDoor {
  /** Where workers join: `ws://…/worker`. */
  readonly workerAddress: string
  /** A bearer: that of the environment, or of a pairing with a relay of this machine and this person. @throws NoWayIn */
  bearer(): Promise<string>
  /** `POST /invoke`. @throws NoWayIn when nobody answers or nobody lets us in */
  invoke(functionId: string, data: Json | undefined, options?: { readonly enqueue?: string | undefined }): Promise<Invoked>
}

export type Invoked =
  | { readonly type: 'answer'; readonly value: Json }
  | { readonly type: 'failed'; readonly code: string; readonly message: string }

/** Where a relay is looked for when nobody names one. */
const DEFAULT_RELAY = 'http://localhost:7878'

/** Of all commands that talk with a relay. */
export const RELAY_HELP = `  --relay <address>     where the relay is (TABWRIGHT_RELAY, default ${DEFAULT_RELAY})

A relay of yours on this machine lets you in as it does your browser. Any other wants TABWRIGHT_TOKEN, which "tabwright token add" prints.
`

/** @throws WrongUse for an address that is none */
export function openDoor(given: string | undefined, environment: Environment): RelayDoor {
  const base = readAddress(given ?? (environment['TABWRIGHT_RELAY']?.trim() || DEFAULT_RELAY))
  const fixed = environment['TABWRIGHT_TOKEN']?.trim() || undefined
  const bearer = (): Promise<string> => (fixed === undefined ? pair(base) : Promise.resolve(fixed))
  return {
    workerAddress: `${base.origin.replace(/^http/, 'ws')}/worker`,
    bearer,
    invoke: async (functionId, data, { enqueue } = {}) => {
      const address = new URL(`/invoke/${encodeURIComponent(functionId)}`, base)
      if (enqueue !== undefined) address.searchParams.set('enqueue', enqueue)
      const headers = { authorization: `Bearer ${await bearer()}` }
      const { status, body } = await post(address, headers, data)
      if (status < 300) return { type: 'answer', value: body ?? null }
      const error = errorOf(body)
      if (status === 401) throw new NoWayIn(refused(base, error.message))
      return { type: 'failed', ...error }
    },
  }
}

function readAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.username !== '')
    throw new WrongUse(`${JSON.stringify(text)} is no address of a relay; http://localhost:7878 is one`)
  return url
}

/** As the page does it, which is silent for whoever started a relay on this machine. */
async function pair(base: URL): Promise<string> {
  const { status, body } = await post(new URL('/session', base), { origin: base.origin }, {})
  const token = field(body, 'token')
  if (status === 200 && typeof token === 'string') return token
  if (field(field(body, 'error'), 'type') === undefined)
    throw new NoWayIn(`What answers at ${base.origin} is no Tabwright; name the relay with --relay.`)
  throw new NoWayIn(`The relay at ${base.origin} lets nobody in without a token. Set TABWRIGHT_TOKEN; "tabwright token add" prints one.`)
}

async function post(
  address: URL,
  headers: Readonly<Record<string, string>>,
  data: Json | undefined,
): Promise<{ readonly status: number; readonly body: Json | undefined }> {
  try {
    const body = data === undefined ? '' : JSON.stringify(data)
    const answer = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
    return { status: answer.status, body: parseJson(await answer.text()) }
  } catch (thrown) {
    throw new NoWayIn(`No relay answers at ${address.origin} (${why(thrown)}). Start one with "tabwright", or name another with --relay.`)
  }
}

/** `fetch failed` says nothing; its cause does. */
function why(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return thrown instanceof Error ? thrown.message : String(thrown)
}

function refused(base: URL, message: string): string {
  return `The relay at ${base.origin} does not let you in: ${message}`
}

/** For the terminal: a worker words the failures of its functions as it likes. */
function errorOf(body: Json | undefined): { readonly code: string; readonly message: string } {
  const error = field(body, 'error')
  const code = field(error, 'type')
  const message = field(error, 'message')
  return {
    code: plain(code) || 'no_answer',
    message: plain(message) || 'The relay gave no reason.',
  }
}

function field(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) ? value[name] : undefined
}
