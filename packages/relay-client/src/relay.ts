import { fail, isJsonObject, parseModelInfo, type Json, type ModelInfo } from '@tabwright/protocol'
import { objectOf } from './answer'
import { openLine, type Call, type Line, type Session } from './line'
import { openMirror, type MirrorLine } from './mirror'

/** What a relay tells about a stored key; never the key. */
export interface VaultEntry {
  readonly name: string
  /** Empty for a key too short to show a part of. */
  readonly last4: string
  /** Base URL that the key is bound to. */
  readonly origin: string
  readonly source: 'environment' | 'settings'
  readonly createdAt: number
  /** The one that model requests use. */
  readonly active: boolean
  /** False: it has to be entered again. */
  readonly readable: boolean
}

/** Keys that the relay keeps. Every call throws a FailureError whose message can be shown. */
export interface Vault {
  list(): Promise<readonly VaultEntry[]>
  /** Without `origin`: the address the relay was started with, or Anthropic's. The list afterwards. */
  put(key: string, origin?: string): Promise<readonly VaultEntry[]>
  /** Removes the key from Settings; one from the environment stays. The list afterwards. */
  remove(): Promise<readonly VaultEntry[]>
}

/** The relay that serves this page, if there is one. */
export interface Relay {
  /**
   * Asks for a bearer. `none`: there is no relay here, as on a static host.
   * @param code what the relay printed at its start; only needed where the page is not on the relay's own machine
   * @throws FailureError `denied` when a code is needed or wrong, `busy` after too many wrong ones
   */
  pair(code?: string): Promise<Session | 'none'>
  readonly vault: Vault
  /**
   * The models of the provider whose key the relay uses, with the limits that the provider states.
   * @param token a session's bearer; default: that of the last {@link Relay.pair}, renewed when it has ended
   * @throws FailureError `no_key`, `rejected_key`, `offline`, `bad_response`
   */
  models(token?: string): Promise<readonly ModelInfo[]>
}

/** For tests and for programs outside a page. */
export interface RelayOptions {
  readonly fetch?: typeof fetch
  /** A bearer that the page got, where pairing needs a person; undefined: this side pairs itself. */
  readonly bearer?: () => Promise<string | undefined>
}

/** More pages than any provider has; ends a server that always says there is another. */
const MOST_PAGES = 50

/** @param base where the relay is; default: the page's own origin */
export function connectRelay(base = '', options: RelayOptions = {}): Relay {
  const line = lineTo(base, options)
  return { pair: line.pair, vault: openVault(line), models: (token) => readModels(line, token) }
}

/** The place for encrypted sessions of the relay at `base`. */
export function connectMirror(base = '', options: RelayOptions = {}): MirrorLine {
  return openMirror(lineTo(base, options))
}

function lineTo(base: string, { fetch: send = (input, init) => fetch(input, init), bearer }: RelayOptions): Line {
  return openLine(base.replace(/\/+$/, ''), { send, bearer })
}

function openVault(line: Line): Vault {
  const asked = "The relay's keys"
  const path = '/vault/anthropic'
  const entries = async (call: Omit<Call, 'asked'>): Promise<readonly VaultEntry[]> => {
    const { keys } = objectOf(await line.call({ ...call, asked }), asked)
    return Array.isArray(keys) ? keys.map(parseEntry) : fail('bad_response', `${asked} could not be read.`)
  }
  return {
    list: () => entries({ method: 'GET', path: '/vault' }),
    put: (key, origin) => entries({ method: 'PUT', path, body: origin === undefined ? { key } : { key, origin } }),
    remove: () => entries({ method: 'DELETE', path }),
  }
}

async function readModels(line: Line, token: string | undefined): Promise<readonly ModelInfo[]> {
  const asked = 'The model list'
  const found: ModelInfo[] = []
  let after = ''
  for (let page = 0; page < MOST_PAGES; page++) {
    const path = `/v1/models?limit=1000${after === '' ? '' : `&after_id=${encodeURIComponent(after)}`}`
    const { data, has_more: more, last_id: last } = objectOf(await line.call({ method: 'GET', path, asked }, token), asked)
    if (!Array.isArray(data)) return fail('bad_response', `${asked}: the server's answer has no list in it.`)
    found.push(...data.flatMap((entry: Json) => parseModelInfo(entry) ?? []))
    if (more !== true || typeof last !== 'string' || last === '' || last === after) break
    after = last
  }
  return found
}

function parseEntry(value: Json): VaultEntry {
  const { name, last4, origin, source, createdAt, active, readable } = isJsonObject(value) ? value : {}
  const isText = typeof name === 'string' && typeof last4 === 'string' && typeof origin === 'string'
  const isKnown = source === 'environment' || source === 'settings'
  if (!isText || !isKnown || typeof createdAt !== 'number') return fail('bad_response', "The relay's keys could not be read.")
  return { name, last4, origin, source, createdAt, active: active === true, readable: readable !== false }
}
