import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Json } from '@tabwright/protocol'
import type { Reattach } from '@tabwright/protocol/relay'
import type { Logger } from 'pino'
import type { WebSocket } from 'ws'
import { createAvailable, type Available } from './available'
import { callIn, endBroken } from './broken-frame'
import { EngineError, type BuiltIn, type BuiltInTrigger, type Engine, type Service, type TriggerStore } from './built-in'
import { createCalls } from './calls'
import { attachSocket, localChannel } from './channel-ends'
import { createChannels, type Channels, type Direction } from './channels'
import { CLOSE, Connection, type Ending } from './connection'
import { discovery, type Catalogue } from './discovery'
import { createDispatch, type CallRequest, type Dispatch } from './dispatch'
import { limitFor, socketsFrom, type EngineLimits } from './engine-limits'
import { createTakeFrame, type TakeFrame } from './frames'
import { throughMiddleware } from './middleware'
import { createHttpFunctions, type HttpFunctionOptions } from './http-function'
import { bySubject, RELAY_IDENTITY, subjectOf, type Identity } from './identity'
import { createAway, type Away } from './away'
import { infrastructure } from './infrastructure'
import { createRegistering, type HookNames } from './registration-hooks'
import { createRegistry, type Registry } from './registry'
import { bindStored, unbindRevoked } from './stored-bindings'
import { createTriggers, type Triggers } from './triggers'
import { createHops, type Hop, type Hops, type HopStart } from '../telemetry/hops'
import { prometheusText } from '../telemetry/prometheus'
import { telemetryFunctions } from '../telemetry/telemetry-functions'
import { TelemetrySockets } from '../telemetry/telemetry-sockets'
import type { TelemetryStore } from '../telemetry/telemetry-store'
import { sameSecret } from '../secret'
import { Worker } from './worker'

export interface EngineOptions {
  readonly limits: EngineLimits
  readonly log: Logger
  /** Identities as they are now. */
  readonly identity: (id: string) => Identity | undefined
  /** Whether it is to be nobody any more. */
  readonly isGone?: (identity: Identity) => boolean
  readonly prefixOwner: (prefix: string) => string | undefined
  readonly http: Pick<HttpFunctionOptions, 'rules' | 'secrets'>
  /** Called in place of what a worker with a context asked for. */
  readonly middleware?: string | undefined
  /** Asked before what a worker with a context registers counts. */
  readonly registrationHooks?: HookNames | undefined
  readonly bindings?: TriggerStore | undefined
  /** Where spans of calls go, and what is told of them. */
  readonly telemetry: TelemetryStore
  readonly services?: (engine: Engine) => readonly Service[]
  readonly now?: () => number
}

/** The meeting point of workers: connections, functions, calls, triggers, channels. */
export interface Hub {
  readonly engine: Engine
  /** Binds again what outlives connections. */
  start(): Promise<void>
  /** Why no further socket is taken from there, or undefined. */
  full(identity: Identity | undefined, address: string): string | undefined
  accept(ws: WebSocket, from: { readonly socket: Socket; readonly identity: Identity; readonly address: string }): void
  /** A socket over which a program tells what it did. */
  acceptTelemetry(ws: WebSocket, from: { readonly identity: Identity; readonly address: string }): void
  /** Joins a socket to a channel. False: there is none of that key. */
  acceptChannel(
    end: { readonly id: string; readonly direction: Direction; readonly key: string; readonly by: Identity | undefined },
    upgrade: (then: (ws: WebSocket) => void) => void,
  ): boolean
  /** For `POST /invoke`. */
  call(request: Omit<CallRequest, 'id' | 'caller' | 'settle'>): Promise<Json | undefined>
  /** A call that reaches a worker by another way than a call does: a span, a line and a count all the same. */
  hop(start: HopStart): Hop
  /** What it has done and holds, in the text format of Prometheus. */
  metrics(): string
  /** Sockets and bindings of identities that are no more. */
  revoke(isGone: (identity: Identity) => boolean): void
  /** What runs may end for a while; then every socket is closed so that its client comes back. */
  close(drainMs: number): Promise<void>
}

/** Everything that one meeting point holds. */
class Meeting implements Hub {
  readonly engine: Engine
  readonly #options: EngineOptions
  readonly #now: () => number
  readonly #workers = new Map<string, Worker>()
  /** Those whose socket broke and who may come back. */
  readonly #detached = new Map<string, { readonly worker: Worker; readonly timer: NodeJS.Timeout }>()
  readonly #builtIns = new Map<string, BuiltIn>()
  readonly #builtInTriggers = new Map<string, BuiltInTrigger>()
  readonly #calls = createCalls()
  readonly #channels: Channels
  readonly #registry: Registry
  readonly #away: Away
  readonly #triggers: Triggers
  readonly #available: Available
  readonly #hops: Hops
  readonly #telemetry: TelemetrySockets
  readonly #dispatch: Dispatch
  readonly #takeFrame: TakeFrame
  readonly #services: readonly Service[]
  readonly #heartbeat: NodeJS.Timeout

  constructor(options: EngineOptions) {
    const { limits } = options
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#channels = createChannels(limits, this.#now, options.isGone)
    this.#registry = createRegistry(
      () => this.#available.functionsChanged(),
      (id) => this.#away.appeared(id),
    )
    this.#away = createAway({ calls: this.#calls, registry: this.#registry, most: limits.away })
    this.#triggers = createTriggers({ limits, builtIns: this.#builtInTriggers, failed: this.#failed })
    const catalogue: Catalogue = {
      registry: this.#registry,
      triggers: this.#triggers,
      builtIns: this.#builtIns,
      builtInTriggers: this.#builtInTriggers,
      workers: () => this.#workers.values(),
    }
    this.engine = this.#makeEngine()
    this.#available = createAvailable({
      catalogue,
      engine: this.engine,
      failed: (what, thrown) => options.log.debug({ err: thrown, what }, 'a handler was not told'),
    })
    this.#hops = createHops({ store: options.telemetry, log: options.log, now: this.#now })
    const { telemetryBytes: bytes, telemetrySockets: sockets, badFrames, silenceMs } = limits
    this.#telemetry = new TelemetrySockets({ store: options.telemetry, now: this.#now, bytes, sockets, badFrames, silenceMs })
    this.#dispatch = this.#makeDispatch()
    this.#takeFrame = this.#makeTakeFrame()
    this.#services = options.services?.(this.engine) ?? []
    this.#addBuiltIns(catalogue)
    this.#heartbeat = setInterval(() => {
      for (const { connection } of this.#workers.values()) connection.check(this.#now())
      this.#telemetry.check()
      this.#channels.sweep(this.#now())
    }, limits.pingMs)
  }

  start(): Promise<void> {
    return bindStored({ ...this.#options, triggers: this.#triggers, failed: this.#failed })
  }

  full(identity: Identity | undefined, address: string): string | undefined {
    const { limits } = this.#options
    const all = [...this.#workers.values(), ...this.#telemetry.all]
    // A channel is two sockets at most.
    if (all.length + this.#channels.size * 2 >= limits.sockets) return 'This relay has as many connections as it takes.'
    if (all.filter((one) => one.address === address).length >= socketsFrom(limits, address))
      return 'This address has as many connections as one may have.'
    if (identity === undefined) return undefined
    const ofIdentity = all.filter((one) => one.identity.id === identity.id).length
    if (ofIdentity < limitFor(limits, 'socketsOfIdentity', identity)) return undefined
    return `"${identity.id}" has as many connections as one may have.`
  }

  accept(ws: WebSocket, { socket, identity, address }: Parameters<Hub['accept']>[1]): void {
    const { limits } = this.#options
    const sends = (text: string): void => this.#channels.handed(text, identity)
    const connection = new Connection(ws, socket, { limits, rate: limitFor(limits, 'messages', identity), now: this.#now, sends })
    const worker = new Worker({ identity, connection, address, now: this.#now() })
    this.#workers.set(worker.id, worker)
    connection.open({
      frame: (frame) => this.#takeFrame(worker, frame),
      broken: (text, why) => {
        const about = callIn(text)
        endBroken(worker, { about, why }, this.#calls)
        return about?.id
      },
      telemetry: (message) => this.#telemetry.take(identity, message),
      ended: (how) => this.#ended(worker, how),
    })
    connection.send({ type: 'workerregistered', worker_id: worker.id, reattach_token: worker.reattachToken })
    this.#available.workerChanged('worker_connected', worker.id)
  }

  acceptTelemetry(...taken: Parameters<Hub['acceptTelemetry']>): void {
    this.#telemetry.accept(...taken)
  }

  acceptChannel(
    { id, direction, key, by }: Parameters<Hub['acceptChannel']>[0],
    upgrade: (then: (ws: WebSocket) => void) => void,
  ): boolean {
    const channel = this.#channels.find(id, direction, key)
    if (channel === undefined) return false
    upgrade((ws) => attachSocket(ws, channel, { direction, by }))
    return true
  }

  hop(start: HopStart): Hop {
    return this.#hops.begin(start)
  }

  metrics(): string {
    return prometheusText(this.#hops.tally, {
      workers: this.#workers.size,
      functions: this.#registry.list().length,
      inFlight: this.#calls.size,
      channels: this.#channels.size,
      telemetry: this.#options.telemetry.counts,
    })
  }

  call(request: Omit<CallRequest, 'id' | 'caller' | 'settle'>): Promise<Json | undefined> {
    return new Promise((resolve, reject) => {
      this.#dispatch({
        ...request,
        id: randomUUID(),
        caller: undefined,
        settle: (end) => {
          if (end.type === 'result') return resolve(end.value ?? undefined)
          const { code, message, stacktrace, not_called: isNotCalled = false } = end.error
          return reject(new EngineError(code, message, { stacktrace: stacktrace ?? undefined, isNotCalled }))
        },
      })
    })
  }

  revoke(isGone: (identity: Identity) => boolean): void {
    for (const { identity, connection } of this.#workers.values())
      if (isGone(identity)) connection.close(CLOSE.policy, 'the token was revoked')
    this.#telemetry.revoke(isGone)
    this.#channels.revoke(isGone)
    for (const { worker, timer } of this.#detached.values()) {
      if (!isGone(worker.identity)) continue
      clearTimeout(timer)
      this.#detached.delete(worker.id)
      this.#abandon(worker)
    }
    unbindRevoked(isGone, { ...this.#options, triggers: this.#triggers, failed: this.#failed })
  }

  async close(drainMs: number): Promise<void> {
    clearInterval(this.#heartbeat)
    await drained(() => [...this.#workers.values()].every((one) => one.serves.size === 0 && one.calls.size === 0), drainMs)
    this.#available.close()
    for (const { connection } of this.#workers.values()) connection.close(CLOSE.restart, 'the relay restarts')
    for (const { worker, timer } of this.#detached.values()) {
      clearTimeout(timer)
      this.#abandon(worker)
    }
    this.#channels.close()
    this.#telemetry.close()
    await Promise.all(this.#services.map((service) => service.close()))
  }

  #failed = (what: string, thrown: unknown): void => {
    this.#options.log.error({ err: thrown, what }, 'the relay failed at this')
  }

  #makeEngine(): Engine {
    return {
      invoke: (functionId, data, more) => this.call({ functionId, data, metadata: undefined, ...more }),
      presence: (id) => (this.#builtIns.has(id) || this.#registry.isLive(id) ? 'live' : this.#registry.wasThere(id) ? 'gone' : 'unknown'),
      owner: (id) => this.#registry.identityOf(id),
      // A stranger is in no list: it is somebody as long as a socket of its is there or may come back.
      identity: (subject) => bySubject(subject, (id) => this.#options.identity(id) ?? this.#guest(id)),
      createChannel: (end) => localChannel(this.#channels.create(1024, RELAY_IDENTITY), end),
      handed: (text, to) => this.#channels.handed(text, to),
      handedInParts: (to) => this.#channels.handedInParts(to),
    }
  }

  #guest(id: string): Identity | undefined {
    const present = [...this.#workers.values(), ...[...this.#detached.values()].map(({ worker }) => worker)]
    return present.find(({ identity }) => identity.id === id)?.identity
  }

  #makeDispatch(): Dispatch {
    const { limits, http } = this.#options
    return createDispatch({
      limits,
      calls: this.#calls,
      registry: this.#registry,
      away: this.#away,
      builtIns: this.#builtIns,
      hops: this.#hops,
      http: createHttpFunctions({ ...http, answerBytes: limits.httpAnswer }),
      mayFire: (worker, functionId, owner) => this.#triggers.mayFire(worker, functionId, owner),
      failed: this.#failed,
    })
  }

  #makeTakeFrame(): TakeFrame {
    const { limits, prefixOwner, middleware } = this.#options
    return createTakeFrame({
      limits,
      calls: this.#calls,
      registry: this.#registry,
      triggers: this.#triggers,
      dispatch: this.#dispatch,
      isBuiltIn: (name) => this.#builtIns.has(name) || this.#builtInTriggers.has(name),
      prefixOwner,
      middleware: middleware === undefined ? undefined : throughMiddleware(middleware, this.#registry),
      registering: createRegistering({
        hooks: this.#options.registrationHooks ?? {},
        engine: this.engine,
        isThere: (worker) => this.#workers.get(worker.id) === worker,
        note: (hook, thrown) => this.#options.log.warn({ err: thrown, hook }, 'a registration was refused: its hook failed or said no'),
      }),
      reattach: (worker, frame) => this.#reattach(worker, frame),
    })
  }

  #addBuiltIns(catalogue: Catalogue): void {
    const { log, bindings, telemetry } = this.#options
    const own = infrastructure({
      calls: this.#calls,
      channels: this.#channels,
      triggers: this.#triggers,
      worker: (id) => this.#workers.get(id),
      introduced: (worker) => {
        this.#available.workerChanged('worker_metadata_updated', worker.id)
        // Rows of functions say whose they are.
        if (this.#registry.count(worker) > 0) this.#available.functionsChanged()
      },
      bindings,
      log: (level, line) => {
        log[level](line, 'a worker says')
        const { worker: service, ...more } = line
        telemetry.addLog({ ...more, service, level, at: this.#now(), attributes: {} })
      },
    })
    const functions = [
      ...own,
      ...discovery(catalogue),
      ...telemetryFunctions(telemetry),
      ...this.#services.flatMap((service) => service.functions),
    ]
    const types = [...this.#available.triggerTypes, ...this.#services.flatMap((service) => service.triggerTypes)]
    for (const one of functions) this.#builtIns.set(one.id, one)
    for (const one of types) this.#builtInTriggers.set(one.type, one)
  }

  /** Functions and bindings go at once; calls in flight wait a while for the worker to come back. */
  #ended(worker: Worker, how: Ending): void {
    this.#workers.delete(worker.id)
    this.#triggers.removeAll(worker)
    this.#registry.removeAll(worker)
    this.#available.workerChanged('worker_disconnected', worker.id)
    if (how !== 'broken') return this.#abandon(worker)
    const timer = setTimeout(() => {
      this.#detached.delete(worker.id)
      this.#abandon(worker)
    }, this.#options.limits.graceMs)
    this.#detached.set(worker.id, { worker, timer })
  }

  #abandon(worker: Worker): void {
    for (const one of worker.serves) {
      const message = `The worker that ran ${one.functionId} is gone.`
      this.#calls.end(one, { type: 'error', error: { code: 'invocation_stopped', message } })
    }
    for (const one of worker.calls) this.#calls.cancel(one, 'caller_gone')
  }

  #reattach(worker: Worker, { previous_worker_id: previous, reattach_token: token, again }: Reattach): void {
    const waiting = this.#detached.get(previous)
    const before = waiting?.worker ?? this.#workers.get(previous)
    // Said nothing about: who holds no token must not learn which workers there are.
    if (before === undefined || before === worker || subjectOf(before.identity) !== subjectOf(worker.identity)) return
    if (!sameSecret(token ?? '', before.reattachToken)) return
    clearTimeout(waiting?.timer)
    this.#detached.delete(previous)
    before.moveTo(worker, this.#options.limits)
    worker.connection.send({ type: 'reattached', previous_worker_id: previous })
    before.connection.close(CLOSE.policy, 'another socket took its place')
    // Those that did arrive are known by their id and dropped.
    for (const text of worker.kept) worker.connection.sendText(text)
    if (again !== true) return
    for (const { frame } of worker.serves) if (frame !== undefined) worker.connection.sendText(frame)
    worker.beUnsure()
  }
}

export function createHub(options: EngineOptions): Hub {
  return new Meeting(options)
}

/** Waits until it is so, but not longer. */
async function drained(isSo: () => boolean, longestMs: number): Promise<void> {
  const until = performance.now() + longestMs
  while (!isSo() && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 20))
}
