import { fail, isJsonObject, parseModelInfo, type Json, type ModelInfo } from '@tabwright/protocol'
import { objectOf } from './answer'
import { openLine, type Call, type KeptBearer, type Line, type Session } from './line'
import { openMcp, type McpServers } from './mcp'
import { openMirror, type MirrorLine } from './mirror'
import { openLives, type LiveLine } from './lives'
import { openShares, type ShareLine } from './shares'

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

/** A token that the relay keeps for a host; never the token itself. */
export interface HostToken {
  /** Such as `https://github.com`: requests to no other origin get it. */
  readonly origin: string
  readonly user: string
  readonly last4: string
  /** False: it has to be entered again. */
  readonly readable: boolean
}

/** Tokens for git hosts. Every call throws a FailureError whose message can be shown. */
export interface HostTokens {
  list(): Promise<readonly HostToken[]>
  /** @param entry.user empty: one that most hosts take. The list afterwards. */
  put(entry: { readonly host: string; readonly user: string; readonly token: string }): Promise<readonly HostToken[]>
  /** The list afterwards. */
  remove(origin: string): Promise<readonly HostToken[]>
}

/** The place that the relay's operator wants told. */
export interface NotifyPlace {
  /** Its host; undefined: none was named. */
  host(): Promise<string | undefined>
  /** A session waits for its person. Told by several tabs it is said once. */
  tell(session: string): Promise<void>
}

/** The relay that serves this page, if there is one. */
export interface Relay {
  /**
   * Asks for a bearer. `none`: there is no relay here, as on a static host.
   * @param code what the relay printed at its start; only needed where the page is not on the relay's own machine
   * @throws FailureError `denied` when a code is needed or wrong, `busy` after too many wrong ones
   */
  pair(code?: string): Promise<Session | 'none'>
  /** Ends what a code bought: this page's bearers, what is kept of them, and its sockets. @throws FailureError */
  unpair(): Promise<void>
  readonly vault: Vault
  readonly hosts: HostTokens
  readonly notify: NotifyPlace
  readonly mcp: McpServers
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
  /** Where the bearer that a code bought outlives a reload. */
  readonly kept?: KeptBearer
}

/** More pages than any provider has; ends a server that always says there is another. */
const MOST_PAGES = 50

/** @param base where the relay is; default: the page's own origin */
export function connectRelay(base = '', options: RelayOptions = {}): Relay {
  const line = lineTo(base, options)
  return {
    pair: line.pair,
    unpair: line.unpair,
    vault: openVault(line),
    hosts: openHosts(line),
    notify: openNotify(line),
    mcp: openMcp(line),
    models: (token) => readModels(line, token),
  }
}

/** The place for encrypted sessions of the relay at `base`. */
export function connectMirror(base = '', options: RelayOptions = {}): MirrorLine {
  return openMirror(lineTo(base, options))
}

/** Shared sessions of the relay at `base`. */
export function connectShares(base = '', options: RelayOptions = {}): ShareLine {
  return openShares(lineTo(base, options))
}

/** Sessions of the relay at `base` that are followed live. */
export function connectLives(base = '', options: RelayOptions = {}): LiveLine {
  return openLives(lineTo(base, options))
}

/** Tickets for the relay's socket: each is good for one attempt, within 30 s. Rejects with a FailureError that can be shown. */
export function connectTickets(base = '', options: RelayOptions = {}): () => Promise<string> {
  const line = lineTo(base, options)
  const asked = 'Joining the relay'
  return async () => {
    const { ticket } = objectOf(await line.call({ method: 'POST', path: '/session', body: { for: 'worker' }, asked }), asked)
    return typeof ticket === 'string' ? ticket : fail('bad_response', `${asked}: there was no ticket in the answer.`)
  }
}

function lineTo(base: string, { fetch: send = (input, init) => fetch(input, init), ...rest }: RelayOptions): Line {
  return openLine(base.replace(/\/+$/, ''), { send, ...rest })
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

function openHosts(line: Line): HostTokens {
  const asked = "The relay's tokens"
  const path = '/vault/hosts'
  const entries = async (call: Omit<Call, 'asked' | 'path'>): Promise<readonly HostToken[]> => {
    const { hosts } = objectOf(await line.call({ ...call, path, asked }), asked)
    return Array.isArray(hosts) ? hosts.map(parseHost) : fail('bad_response', `${asked} could not be read.`)
  }
  return {
    list: () => entries({ method: 'GET' }),
    put: (entry) => entries({ method: 'PUT', body: entry }),
    remove: (origin) => entries({ method: 'DELETE', body: { origin } }),
  }
}

function openNotify(line: Line): NotifyPlace {
  const asked = "The relay's notice"
  const path = '/notify'
  return {
    host: async () => {
      const { host } = objectOf(await line.call({ method: 'GET', path, asked }), asked)
      return typeof host === 'string' ? host : undefined
    },
    tell: async (session) => {
      await line.call({ method: 'POST', path, body: { session }, asked })
    },
  }
}

function parseHost(value: Json): HostToken {
  const { origin, user, last4, readable } = isJsonObject(value) ? value : {}
  if (typeof origin !== 'string' || typeof user !== 'string' || typeof last4 !== 'string')
    return fail('bad_response', "The relay's tokens could not be read.")
  return { origin, user, last4, readable: readable !== false }
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
