import type { Logger } from 'pino'
import type { Engine, Service, TriggerStore } from '../engine/built-in'
import { openStores, type StoreOptions, type Stores } from '../stores/stores'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../engine/identity'
import { createCronService } from './cron/cron'
import { createHttpService, type HttpService } from './http/http'
import type { ServiceLimits } from './bounds'
import { createQueueService, type QueueService } from './queue/queue'
import type { ServiceParts } from './parts'
import { createStateService } from './state/state'

/** State, queue, cron and http, the first three on one set of stores. */
export interface Services {
  /** Where bindings lie that outlive connections. */
  readonly bindings: TriggerStore
  /** Makes the services for an engine, once. */
  make(engine: Engine): readonly Service[]
  /** A request under `/http/`; gives the route that it was, for the log. */
  answer(incoming: IncomingMessage, outgoing: ServerResponse, as: Identity): Promise<string>
  /** Delivers what is there from before. */
  open(): Promise<void>
  /** Begins nothing more; what is under way may end. */
  pause(): void
  /** After the services themselves were closed. */
  close(): void
}

/** What the services are opened with. */
export interface ServicesOptions {
  readonly data: string
  readonly limits: ServiceLimits
  readonly log: Logger
  /** Where what is durable lies: a file in the data folder, unless another technology is named. */
  readonly stores?: ((options: StoreOptions) => Stores) | undefined
}

/** @throws StoreTooNew when a newer relay has written the stores */
export function openServices({ data, limits, log, stores: openHere = openStores }: ServicesOptions): Services {
  const stores = openHere({ data, limit: limits.storeBytes })
  let queue: QueueService | undefined
  let http: HttpService | undefined
  return {
    bindings: stores.triggers,
    make: (engine) => {
      const parts: ServiceParts = {
        engine,
        stores,
        limits,
        now: Date.now,
        random: Math.random,
        failed: (what, thrown) => log.error({ err: thrown, what }, 'a service failed at this'),
        report: (what, about) => log.warn(about, what),
      }
      queue = createQueueService(parts)
      http = createHttpService(parts)
      return [queue, createStateService(parts, queue.wake), createCronService(parts, queue.wake), http]
    },
    answer: (incoming, outgoing, as) => {
      if (http === undefined) throw new Error('services were asked before they were made')
      return http.answer(incoming, outgoing, as)
    },
    open: async () => queue?.open(),
    pause: () => queue?.pause(),
    close: () => stores.close(),
  }
}
