import { UnauthorizedError } from '@modelcontextprotocol/client'
import { Worker } from '@tabwright/relay-client/worker'
import type { Logger } from 'pino'
import { WebSocket } from 'ws'
import type { TargetRules } from '../guarded-fetch/target'
import type { Refusal } from '../refusal'
import type { McpServer } from './mcp-config'
import { mcpFetch } from './mcp-fetch'
import { messageOf, openLink, type McpLink } from './mcp-link'
import { answerBridged, isListening } from './mcp-bridge'
import type { Mcp, McpAsking, McpEntry, McpState } from './mcp-servers'
import { createSignIn, type SignIn } from './mcp-sign-in'
import type { McpSecrets } from './mcp-secrets'

export interface McpOptions {
  readonly servers: readonly McpServer[]
  readonly version: string
  readonly secrets: McpSecrets
  readonly rules: () => TargetRules
  /** Where the sign-in comes back to. */
  readonly callback: () => string
  /** Of a new socket, and its Host: a ticket is in it. */
  readonly door: () => { readonly address: string; readonly host: string }
  readonly log: Logger
  /** A line for the person at the terminal. */
  readonly say: (line: string) => void
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000
/** For the few requests that trade a sign-in for a token. */
const SIGN_IN_MS = 60_000
/** A link that held so long was a good one. */
const GOOD_MS = 10_000

export function createMcp(options: McpOptions): Mcp {
  const members = options.servers.map((server) => new Member(server, options))
  const find = (name: string): Member | undefined => members.find((one) => one.server.name === name)
  return {
    list: () => members.map((one) => one.entry),
    signIn: async (name) => find(name)?.askToSignIn(),
    finishSignIn: async (params) => {
      const member = members.find((one) => one.signIn?.isExpecting(params.get('state') ?? ''))
      if (member === undefined) throw new Error('Nobody asked for this sign-in, or it took too long. Begin again in Settings › MCP.')
      await member.finishSignIn(params)
      return member.server.name
    },
    signOut: (name) => find(name)?.signOut() ?? false,
    reach: (name, asking) => find(name)?.reach(asking),
    start: () => members.forEach((one) => one.start()),
    close: async () => {
      await Promise.all(members.map((one) => one.close()))
      options.secrets.close()
    },
  }
}

/** So many requests of clients wait for one server. */
const MOST_AT_ONCE = 64
const WAITING = {
  connecting: 'it is being connected to.',
  connected: 'it is being connected to.',
  'needs-sign-in': 'somebody has to sign in to it first, in Settings › MCP.',
} as const

/** One server over all its connections. */
class Member {
  readonly server: McpServer
  readonly signIn: SignIn | undefined
  readonly #options: McpOptions
  #state: McpState = { type: 'connecting' }
  #link: McpLink | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  /** Requests of clients that are not over. */
  readonly #asked = new Set<McpAsking>()
  /** Clients that wait for changes. */
  readonly #listening = new Set<McpAsking>()
  #isClosed = false
  #running: Promise<void> = Promise.resolve()

  constructor(server: McpServer, options: McpOptions) {
    this.server = server
    this.#options = options
    const { secrets, callback } = options
    if (server.type === 'http' && server.oauth) this.signIn = createSignIn({ server: server.name, url: server.url, secrets, callback })
  }

  get entry(): McpEntry {
    const { server } = this
    const where = server.type === 'http' ? new URL(server.url).host : 'a program on this machine'
    return { name: server.name, where, signsIn: this.signIn !== undefined, state: this.#state, tools: this.#link?.offered() ?? [] }
  }

  start(): void {
    clearTimeout(this.#timer)
    if (!this.#isClosed) this.#running = this.#run()
  }

  /** Tries to connect, which is how a server says where to sign in. */
  async askToSignIn(): Promise<string | undefined> {
    if (this.signIn === undefined) return undefined
    await this.#running
    clearTimeout(this.#timer)
    if (this.#state.type !== 'connected') await this.#connect()
    return this.signIn.address
  }

  async finishSignIn(params: URLSearchParams): Promise<void> {
    if (this.signIn === undefined || this.server.type !== 'http') return
    try {
      await this.signIn.finish(params, mcpFetch(this.server.url, this.#options.rules, AbortSignal.timeout(SIGN_IN_MS)))
    } catch (thrown) {
      throw new Error(`Signing in to ${this.server.name} did not work: ${messageOf(thrown, this.#secrets())}`, { cause: thrown })
    }
    this.#failures = 0
    this.start()
  }

  /** Straight to the server over the connection that its functions come from. */
  reach(asking: McpAsking): Promise<Response> | Refusal {
    // Those that listen ask nothing of the server, and keep nobody from asking.
    const kind = isListening(asking.request) ? this.#listening : this.#asked
    if (kind.size >= MOST_AT_ONCE) {
      const message = `${MOST_AT_ONCE} requests to the MCP server ${this.server.name} are running already.`
      return { status: 503, type: 'busy', message, retryAfterMs: 1000 }
    }
    const bridge = this.#link?.bridge
    if (bridge !== undefined && !asking.gone.aborted) {
      kind.add(asking)
      asking.gone.addEventListener('abort', () => kind.delete(asking), { once: true })
      return answerBridged(bridge, asking)
    }
    const why = this.#state.type === 'failed' ? this.#state.message : WAITING[this.#state.type]
    return { status: 503, type: 'upstream_unreachable', message: `The MCP server ${this.server.name} is not there: ${why}` }
  }

  signOut(): boolean {
    const was = this.signIn?.forget() ?? false
    void this.#link?.close()
    return was
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#link?.close()
  }

  async #run(): Promise<void> {
    const link = await this.#connect()
    if (link === undefined) return this.#later()
    const since = performance.now()
    void link.ended.then(() => {
      this.#link = undefined
      if (performance.now() - since > GOOD_MS) this.#failures = 0
      this.#state = { type: 'failed', message: 'It went away; it is tried again.' }
      this.#later()
    })
  }

  #later(): void {
    // Only a person can do something about it.
    if (this.#isClosed || this.#state.type === 'needs-sign-in') return
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++)
    this.#timer = setTimeout(() => this.start(), wait)
  }

  #secrets(): readonly string[] {
    const { server } = this
    const own = server.type === 'stdio' ? Object.values(server.env) : server.token === undefined ? [] : [server.token]
    return [...own, ...(this.signIn?.secrets() ?? [])]
  }

  async #connect(): Promise<McpLink | undefined> {
    const { server, signIn } = this
    const { rules, version, log, say } = this.#options
    try {
      const link = await openLink({
        server,
        version,
        fetch: server.type === 'http' ? (gone) => mcpFetch(server.url, rules, gone) : undefined,
        signIn: signIn?.provider,
        secrets: () => this.#secrets(),
        join: () => this.#join(),
        changed: (tools) => (this.#state = { type: 'connected', tools }),
      })
      if (this.#isClosed) await link.close()
      this.#link = link
      return link
    } catch (thrown) {
      const needsSignIn = signIn !== undefined && thrown instanceof UnauthorizedError && signIn.address !== undefined
      this.#state = needsSignIn ? { type: 'needs-sign-in' } : { type: 'failed', message: messageOf(thrown, this.#secrets()) }
      if (needsSignIn) say(`The MCP server ${server.name} wants somebody to sign in: ${signIn.address}`)
      else log.warn({ server: server.name, why: messageOf(thrown, this.#secrets()) }, 'an MCP server cannot be reached')
      return undefined
    }
  }

  #join(): Worker {
    let host = ''
    return new Worker({
      name: `mcp: ${this.server.name}`,
      runtime: 'tabwright-mcp',
      // Anew at each attempt: a ticket is used up by one.
      address: () => {
        const door = this.#options.door()
        host = door.host
        return Promise.resolve(door.address)
      },
      socket: (address) => new WebSocket(address, { headers: { host } }),
      onRefused: ({ code, id }) =>
        this.#options.log.warn({ server: this.server.name, code, id }, 'a function of an MCP server was not taken'),
    })
  }
}
