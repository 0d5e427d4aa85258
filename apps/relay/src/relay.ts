import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import { isLoopbackHost } from './address'
import { ANTHROPIC_URL, type Config } from './config'
import { MCP_IDENTITY } from './engine/identity'
import { readTraceparent, traceOf } from './engine/trace'
import { createFailedLogins } from './failed-logins'
import { FolderTaken, holdFolder } from './folder-lock'
import { addressOf, createFrontDoor, shareOrigin, type FrontDoor } from './front-door'
import { openHostTokens } from './host-tokens'
import { createGuardedFetch } from './guarded-fetch/guarded-fetch'
import type { TargetRules } from './guarded-fetch/target'
import { httpServer, type Handler } from './http-server'
import { listen, type Listening } from './listen'
import { createLiveHub } from './live-hub'
import type { LiveParts } from './live-routes'
import { openLiveStore, type LiveStore } from './live-store'
import { openMirrorStore } from './mirror-store'
import { openMcpSecrets } from './mcp/mcp-secrets'
import { NO_MCP, type Mcp } from './mcp/mcp-servers'
import { createModelConnections } from './model-connections'
import { createNotifier } from './notify'
import { createModelProxy } from './model-proxy'
import { isOwnUser } from './peer'
import { API_HEADERS, refuse } from './refusal'
import { createRoutes, type Noted, type Parts } from './routes'
import { createRate } from './rate'
import { createSessions } from './session'
import { createShareGiving } from './share-giving'
import type { ShareParts } from './share-routes'
import { openShareStore, type ShareStore } from './share-store'
import { openLedger } from './spending/ledger'
import { createStaticFiles } from './static'
import { stopServer } from './stopping'
import { openVault } from './vault'
import { deriveKey, fingerprintOf, readVaultKey, type VaultKey } from './vault-key'
import { openWorkers, type Workers, type WorkersOptions } from './workers'

/** A relay that is listening. */
export interface Relay {
  readonly port: number
  /** Where a person opens the app. */
  readonly url: string
  /** What the app shows of this relay, to be compared. */
  readonly fingerprint: string
  /** What a person types where the page does not pair by itself; undefined when it does. */
  readonly pairingCode: string | undefined
  /** Lets open answers finish for a while, then cuts them; closes the vault. */
  close(): Promise<void>
}

/** What the relay needs beside its configuration. */
export interface Surroundings {
  readonly version: string
  readonly log: Logger
  readonly say: (line: string) => void
  readonly isOwnUser?: typeof isOwnUser
  /** Of state, queue, bindings and schedules; SQLite in the data folder unless given. */
  readonly stores?: WorkersOptions['stores']
}

/**
 * Opens the vault and listens.
 * @throws PortTaken when somebody else has the port; FolderTaken when another relay has the data; Error with a sentence for the terminal
 * when the vault cannot be opened
 */
export async function startRelay(config: Config, around: Surroundings): Promise<Relay> {
  const release = await held(config)
  try {
    const relay = await openRelay(config, around)
    return {
      ...relay,
      close: async () => {
        await relay.close()
        await release()
      },
    }
  } catch (thrown) {
    await release()
    throw thrown
  }
}

/** A second start of the same relay meets both: that the port is taken says more. */
async function held(config: Config): Promise<() => Promise<void>> {
  try {
    return await holdFolder(config.data)
  } catch (thrown) {
    if (thrown instanceof FolderTaken) for (const server of (await listen(config, () => createServer())).servers) server.close()
    throw thrown
  }
}

async function openRelay(config: Config, { isOwnUser: isOwn = isOwnUser, ...around }: Surroundings): Promise<Relay> {
  const vaultKey = readVaultKey(config.data, config.vaultKey)
  const kept = openKept(config, vaultKey, around.log)
  const sessions = createSessions({ limits: config.limits, stampKey: deriveKey(vaultKey, 'session stamp'), fixedToken: config.token })
  let listening: Listening | undefined
  const port = () => listening?.port ?? config.port
  const rules = () => targetRules(config, port())
  const notifier = createNotifier({ url: config.notifyUrl, rules, now: () => performance.now() })
  const workers = openWorkers(config, { ...around, rules, notifier, isOwnUser: isOwn, isEnded: sessions.isEnded })
  const door = createFrontDoor({ config, port, sessions, failedLogins: createFailedLogins(config.limits), worker: workers.find })
  const live = liveParts(config, kept.lives)
  const mcp = await openMcp(config, around, { vaultKey, port, rules, mint: () => workers.tickets.mint(MCP_IDENTITY).ticket })
  const parts: Parts = {
    config,
    version: around.version,
    fingerprint: fingerprintOf(vaultKey),
    port,
    door,
    sessions,
    vault: kept.vault,
    vaultKeyFrom: vaultKey.from,
    proxy: createModelProxy({ ...kept, connections: createModelConnections(Date.now), limits: config.limits, version: around.version }),
    hostTokens: kept.hostTokens,
    fetch: createGuardedFetch({ limits: config.limits, rules, token: (origin) => kept.hostTokens.use(origin) }),
    notifier,
    mcp,
    mirror: kept.mirror,
    shares: shareParts(config, kept.shares, port),
    live,
    hub: workers.hub,
    tickets: workers.tickets,
    answerHttp: workers.answerHttp,
    files: createStaticFiles(config.dist, port),
    hasCode: needsCode(config),
    say: around.say,
    isOwnUser: isOwn,
  }
  const closing = closings(config, { kept, live, mcp, workers })
  const handle = createHandler(parts, around.log)
  try {
    await workers.start()
    const upgrade = workers.upgrades(door, { ordinary: handle, live: live.hub })
    listening = await listen(config, () => httpServer(config.limits, handle).on('upgrade', upgrade))
  } catch (thrown) {
    await closing.unused()
    throw thrown
  }
  mcp.start()
  const { servers } = listening
  return {
    port: port(),
    url: shownAddress(config, port()),
    fingerprint: parts.fingerprint,
    pairingCode: needsCode(config) ? sessions.pairingCode() : undefined,
    close: () => closing.all(servers),
  }
}

interface Closing {
  readonly kept: Readonly<Record<string, { close(): void }>>
  readonly live: LiveParts
  readonly mcp: Mcp
  readonly workers: Pick<Workers, 'close'>
}

function closings({ limits }: Config, { kept, live, mcp, workers }: Closing) {
  const closeStores = () => Object.values(kept).forEach((store) => store.close())
  return {
    /** Nothing was ever taken in. */
    unused: async () => {
      live.hub.close()
      await workers.close(0)
      closeStores()
    },
    all: async (servers: readonly Server[]) => {
      const stopped = servers.map((server) => stopServer(server, limits.drainMs))
      live.hub.close()
      await mcp.close()
      await workers.close(limits.drainMs)
      await Promise.all(stopped)
      closeStores()
    },
  }
}

/** What lies in the data folder. */
function openKept(config: Config, vaultKey: VaultKey, log: Surroundings['log']) {
  const { data, dayCap, limits } = config
  const environment = config.apiKey === undefined ? undefined : { key: config.apiKey, origin: config.baseUrl ?? ANTHROPIC_URL }
  if (dayCap.dollars !== undefined && dayCap.tokens === undefined)
    log.warn('TABWRIGHT_DAY_DOLLARS is set alone: models without a list price are not capped. TABWRIGHT_DAY_TOKENS caps those.')
  return {
    vault: openVault({ data, vaultKey, environment }),
    hostTokens: openHostTokens({ data, vaultKey }),
    ledger: openLedger({ data, vaultKey, cap: dayCap }),
    mirror: openMirrorStore(data, limits.mirrorBytes),
    shares: openShareStore(data, { bytes: limits.shareBytes, shares: limits.shares }),
    lives: openLiveStore(data, limits),
  }
}

const mono = (): number => performance.now()

function liveParts({ limits }: Config, lives: LiveStore): LiveParts {
  const hub = createLiveHub({ store: lives, limits, opens: createRate(limits.shareReads, mono), now: mono })
  return { lives, hub, limits, writes: createRate(limits.liveWrites, mono), now: () => Date.now() }
}

function shareParts(config: Config, shares: ShareStore, port: () => number): ShareParts {
  const { shareReads, shareWrites } = config.limits
  return {
    shares,
    limits: config.limits,
    origin: () => shareOrigin(config, port()),
    reads: createRate(shareReads, mono),
    writes: createRate(shareWrites, mono),
    giving: createShareGiving(config.limits),
    now: () => Date.now(),
  }
}

interface McpSurroundings {
  readonly vaultKey: VaultKey
  readonly port: () => number
  readonly rules: () => TargetRules
  /** A way in for one socket. */
  readonly mint: () => string
}

async function openMcp(
  config: Config,
  { version, log, say }: Surroundings,
  { vaultKey, port, rules, mint }: McpSurroundings,
): Promise<Mcp> {
  const servers = config.mcpServers
  if (servers.length === 0) return NO_MCP
  const { createMcp } = await import('./mcp/mcp')
  const secrets = openMcpSecrets({ data: config.data, vaultKey })
  const callback = (): string => `${shownAddress(config, port())}/mcp/callback`
  return createMcp({ servers, version, secrets, rules, callback, door: () => ownDoor(config, { port: port(), ticket: mint() }), log, say })
}

/** How a part of this process joins as a worker. */
function ownDoor(
  { hosts: [host = '127.0.0.1'] }: Config,
  { port, ticket }: { port: number; ticket: string },
): { address: string; host: string } {
  const to = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return { address: `ws://${to}:${port}/worker/${ticket}`, host: `localhost:${port}` }
}

function shownAddress({ origins, loopbackOnly }: Config, port: number): string {
  const [origin] = origins
  return origin !== undefined && !loopbackOnly ? origin : `http://localhost:${port}`
}

/** A tool reaches the open internet and what the operator named, and never this relay or a server that gets the key. */
function targetRules(config: Config, port: number): TargetRules {
  const own = ['localhost', '127.0.0.1', '[::1]', ...config.hosts.map((host) => (host.includes(':') ? `[${host}]` : host))]
  return {
    named: new Set(config.fetchHosts),
    own: new Set([...own.map((host) => `${host}:${port}`), ...config.origins.map(placeOf)]),
    providers: new Set(
      [ANTHROPIC_URL, ...(config.baseUrl === undefined ? [] : [config.baseUrl])].flatMap((at) => [new URL(at).hostname, placeOf(at)]),
    ),
  }
}

function placeOf(origin: string): string {
  const { hostname, port, protocol } = new URL(origin)
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`
}

/** A page on this machine pairs by itself; every other bind or origin needs the code. */
function needsCode(config: Config): boolean {
  return !config.loopbackOnly || config.origins.some((origin) => !isLoopbackHost(new URL(origin).hostname))
}

/** Host first, before anything reads the address: the router builds a URL from the Host and must not see a hostile one. */
function createHandler(parts: Parts, log: Logger): Handler {
  const noted = new WeakMap<IncomingMessage, Noted>()
  const note = (context: HttpBindings): Noted => noted.get(context.incoming) ?? { route: 'none', who: 'nobody' }
  const app = createRoutes(parts, note)
  app.onError((error, c) => {
    log.error({ err: { name: error.name, message: error.message, stack: error.stack }, route: c.get('noted').route }, 'request failed')
    return refuse({ status: 500, type: 'internal', message: 'The relay failed at this request; its log says why.' })
  })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  return (incoming, outgoing) => {
    const mine: Noted = { route: 'none', who: 'nobody' }
    noted.set(incoming, mine)
    logWhenDone(incoming, outgoing, { log, noted: mine })
    const refusal = checkHost(parts.door, incoming)
    if (refusal !== undefined) {
      outgoing.writeHead(refusal, { ...API_HEADERS, connection: 'close', 'content-length': '0' }).end()
      return
    }
    incoming.url = addressOf(incoming, parts.port(), parts.door.isShare(incoming))
    listener(incoming, outgoing).catch((error: unknown) => {
      log.error({ err: error }, 'the answer could not be written')
      outgoing.destroy()
    })
  }
}

/** The status of a refusal without a body, or undefined. */
function checkHost(door: FrontDoor, incoming: IncomingMessage): 421 | 400 | undefined {
  if (door.host(incoming) !== undefined) return 421
  // Only plain paths: `*`, `host:port` and whole URLs are for proxies, and a second host in them would be another rebinding.
  return incoming.url?.startsWith('/') === true && !incoming.url.startsWith('//') && URL.canParse(`http://localhost${incoming.url}`)
    ? undefined
    : 400
}

function logWhenDone(incoming: IncomingMessage, outgoing: ServerResponse, { log, noted }: { log: Logger; noted: Noted }): void {
  const from = performance.now()
  const before = incoming.socket.bytesWritten
  const write = () => {
    const { route, who, note } = noted
    const bytes = incoming.socket.bytesWritten - before
    const { method, headers } = incoming
    const { traceparent } = traceOf({ traceparent: typeof headers['traceparent'] === 'string' ? headers['traceparent'] : undefined })
    const trace = traceparent === undefined ? undefined : readTraceparent(traceparent).trace
    log.info({ method, route, who, status: outgoing.statusCode, ms: Math.round(performance.now() - from), bytes, note, trace }, 'request')
  }
  // One turn later: a route that was cut off notes by whom after the connection has closed.
  outgoing.once('close', () => setImmediate(write))
}
