import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import type { Config } from './config'
import { createHub, type Hub } from './engine/engine'
import { guestsBy } from './engine/guest'
import { DEFAULT_IDENTITY, MCP_IDENTITY, ownPrefixes, TAB_IDENTITY, type Identity } from './engine/identity'
import { createTickets, type Tickets } from './engine/tickets'
import { createUpgrades, type UpgradeOptions } from './engine/upgrade'
import { openWorkerTokens } from './engine/worker-tokens'
import type { FrontDoor } from './front-door'
import type { TargetRules } from './guarded-fetch/target'
import type { isOwnUser } from './peer'
import type { Notifier } from './notify'
import { createNotifyService } from './services/notify-function'
import { openServices, type Services, type ServicesOptions } from './services/services'
import { TelemetryStore } from './telemetry/telemetry-store'

/** The meeting point of workers, with the tokens that open it. */
export interface Workers {
  readonly hub: Hub
  readonly tickets: Tickets
  /** The worker that a token was given to. */
  find(token: string): Identity | undefined
  /** Takes in sockets; everything else that wants an upgrade is handed on. */
  upgrades(
    door: FrontDoor,
    others: Pick<UpgradeOptions, 'ordinary' | 'live'>,
  ): (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** A request under `/http/`. */
  readonly answerHttp: Services['answer']
  /** Takes up what was left: bindings, items of queues. */
  start(): Promise<void>
  close(drainMs: number): Promise<void>
}

/** Names that tabs give themselves, one after the other, and those of what wakes their sessions, which nobody else shall be in the way of. */
const TAB_PREFIX = /^tab(?:-\d{1,6}|-wake)?$/

export interface WorkersOptions {
  readonly log: Logger
  readonly rules: () => TargetRules
  readonly notifier: Notifier
  readonly isOwnUser: typeof isOwnUser
  readonly stores?: ServicesOptions['stores']
  /** Whether a page is to be nobody any more. */
  readonly isEnded: (identity: Identity) => boolean
}

export function openWorkers(config: Config, { log, rules, notifier, isOwnUser, stores, isEnded }: WorkersOptions): Workers {
  const limits = { ...config.limits.engine, backends: config.backends }
  const tokens = openWorkerTokens({ data: config.data })
  const isGone = (identity: Identity) => tokens.isRevoked(identity) || isEnded(identity)
  const tickets = createTickets({ limits, isGone })
  const constant = new Map([DEFAULT_IDENTITY, TAB_IDENTITY, MCP_IDENTITY].map((one) => [one.id, one]))
  const services = openServices({ data: config.data, limits: config.limits.services, log, stores })
  const telemetry = new TelemetryStore()
  const hub = createHub({
    limits,
    log,
    telemetry,
    bindings: services.bindings,
    services: (engine) => [...services.make(engine), createNotifyService(notifier)],
    isGone,
    identity: (id) => constant.get(id) ?? tokens.byName(id),
    prefixOwner: (prefix) => {
      if (TAB_PREFIX.test(prefix)) return TAB_IDENTITY.id
      return ownPrefixes(MCP_IDENTITY).includes(prefix) ? MCP_IDENTITY.id : tokens.prefixOwner(prefix)
    },
    http: { rules, secrets: config.httpSecrets },
    middleware: config.middlewareFunction,
    registrationHooks: config.registrationHooks,
  })
  const { authFunction } = config
  const authenticate =
    authFunction === undefined
      ? undefined
      : guestsBy({ functionId: authFunction, exposed: config.exposed }, hub.engine, (thrown) =>
          log.warn({ err: thrown, function: authFunction }, 'nobody was let in: the auth function failed'),
        )
  // Tokens are revoked by another process, the command line, which has no way in here.
  const poll = setInterval(() => {
    if (tokens.changed()) hub.revoke((identity) => tokens.isRevoked(identity))
  }, limits.tokenPollMs)
  return {
    hub,
    tickets,
    find: (token) => tokens.find(token),
    upgrades: (door, others) => createUpgrades({ limits, door, tickets, hub, authenticate, isOwnUser, log, ...others }),
    answerHttp: services.answer,
    start: async () => {
      if (config.otlpEndpoint !== undefined) telemetry.passTo((await import('./telemetry/export-otlp')).exportTo(config.otlpEndpoint, log))
      await services.open()
      await hub.start()
    },
    close: async (drainMs) => {
      clearInterval(poll)
      services.pause()
      await hub.close(drainMs)
      await telemetry.close()
      services.close()
      tokens.close()
    },
  }
}
