import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import type { Logger } from 'pino'
import { isLoopbackHost } from './address'
import { ANTHROPIC_URL, type Config } from './config'
import { createFailedLogins } from './failed-logins'
import { createFrontDoor, type FrontDoor } from './front-door'
import { listen, type Listening } from './listen'
import { openMirrorStore } from './mirror-store'
import { createModelProxy } from './model-proxy'
import { isOwnUser } from './peer'
import { API_HEADERS, refuse } from './refusal'
import { createRoutes, type Noted, type Parts } from './routes'
import { createSessions } from './session'
import { createStaticFiles } from './static'
import { openVault } from './vault'
import { deriveKey, readVaultKey } from './vault-key'

/** A relay that is listening. */
export interface Relay {
  readonly port: number
  /** Where a person opens the app. */
  readonly url: string
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
}

/**
 * Opens the vault and listens.
 * @throws PortTaken when somebody else has the port; Error with a sentence for the terminal when the vault cannot be opened
 */
export async function startRelay(config: Config, around: Surroundings): Promise<Relay> {
  const vaultKey = readVaultKey(config.data, config.vaultKey)
  const environment = config.apiKey === undefined ? undefined : { key: config.apiKey, origin: config.baseUrl ?? ANTHROPIC_URL }
  const vault = openVault({ data: config.data, vaultKey, environment })
  const mirror = openMirrorStore(config.data, config.limits.mirrorBytes)
  const stampKey = deriveKey(vaultKey, 'session stamp')
  const sessions = createSessions({ limits: config.limits, stampKey, fixedToken: config.token })
  const failedLogins = createFailedLogins(config.limits)
  let listening: Listening | undefined
  const port = () => listening?.port ?? config.port
  const door = createFrontDoor({ config, port, sessions, failedLogins })
  const parts: Parts = {
    config,
    version: around.version,
    port,
    door,
    sessions,
    vault,
    vaultKeyFrom: vaultKey.from,
    proxy: createModelProxy({ vault, limits: config.limits, version: around.version }),
    mirror,
    files: createStaticFiles(config.dist),
    hasCode: needsCode(config),
    say: around.say,
    isOwnUser: around.isOwnUser ?? isOwnUser,
  }
  const handle = createHandler(parts, around.log)
  try {
    listening = await listen(config, () => httpServer(config, handle))
  } catch (thrown) {
    vault.close()
    mirror.close()
    throw thrown
  }
  const { servers } = listening
  return {
    port: port(),
    url: config.origins[0] !== undefined && !config.loopbackOnly ? config.origins[0] : `http://localhost:${port()}`,
    pairingCode: needsCode(config) ? sessions.pairingCode() : undefined,
    close: async () => {
      await Promise.all(servers.map((server) => stop(server, config.limits.drainMs)))
      vault.close()
      mirror.close()
    },
  }
}

/** A page on this machine pairs by itself; every other bind or origin needs the code. */
function needsCode(config: Config): boolean {
  return !config.loopbackOnly || config.origins.some((origin) => !isLoopbackHost(new URL(origin).hostname))
}

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void

function httpServer(config: Config, handle: Handler): Server {
  const server = createServer({ maxHeaderSize: config.limits.headers, requireHostHeader: false }, handle)
  // Without a listener an upgrade is an ordinary request, so it passes the same front door. Broken requests get no details.
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
    else socket.destroy()
  })
  return server
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
    log.info(
      { method: incoming.method, route, who, status: outgoing.statusCode, ms: Math.round(performance.now() - from), bytes, note },
      'request',
    )
  }
  // One turn later: a route that was cut off notes by whom after the connection has closed.
  outgoing.once('close', () => setImmediate(write))
}

function stop(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), drainMs)
    server.close(() => {
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
  })
}
