import type { Json } from '@tabwright/protocol'
import { EngineError, type Binding, type CallContext, type Engine, type InvokeOptions, type Service } from '../engine/built-in'
import { DEFAULT_IDENTITY, type Identity } from '../engine/identity'
import { SQLITE, type StoreKind } from '../stores/store-kinds-under-test'
import type { Stores } from '../stores/stores'
import { SERVICE_LIMITS, type ServiceLimits } from './bounds'
import type { ServiceParts } from './parts'

type Answer = (data: Json | undefined, options: InvokeOptions) => Json | undefined | Promise<Json | undefined>

/** For tests of services: stores, and an engine whose functions are the test's. Workers come with the relay's own tests. */
export interface ServicesUnderTest {
  readonly parts: ServiceParts
  readonly engine: Engine
  readonly stores: Stores
  readonly clock: { now: number }
  /** Live functions. What was taken out of here is gone, not unknown. */
  readonly functions: Map<string, Answer>
  /** Ids of identities by their functions, where somebody in particular has one. */
  readonly owners: Map<string, string>
  /** Live identities by id; `default` may do everything. */
  readonly identities: Map<string, Identity>
  readonly failures: unknown[]
  readonly reports: unknown[]
  call(service: Service, id: string, data: Json, context?: Partial<CallContext>): Promise<Json | undefined>
  bind(service: Service, binding: Partial<Binding> & Pick<Binding, 'triggerType' | 'functionId' | 'config'>): Promise<void>
  /** As a restart does: other stores over what was kept. The service before must be closed. */
  reopen(): ServiceParts
  remove(): void
}

/** @param kind SQLite, but for suites that another technology has to pass */
export function servicesForTest(limits: Partial<ServiceLimits> = {}, now?: () => number, kind: StoreKind = SQLITE): ServicesUnderTest {
  const place = kind.place()
  const clock = { now: Date.UTC(2026, 0, 1) }
  const functions = new Map<string, Answer>()
  const identities = new Map<string, Identity>([[DEFAULT_IDENTITY.id, DEFAULT_IDENTITY]])
  const failures: unknown[] = []
  const reports: unknown[] = []
  const owners = new Map<string, string>()
  const engine = engineOf(functions, identities, owners)
  const tell = now ?? (() => clock.now)
  const allLimits = { ...SERVICE_LIMITS, ...limits }
  const openHere = () => place.open({ limit: allLimits.storeBytes, now: tell })
  let stores = openHere()
  const partsOf = (): ServiceParts => ({
    engine,
    stores,
    limits: allLimits,
    now: tell,
    random: () => 0,
    failed: (_what, thrown) => void failures.push(thrown),
    report: (what, about) => void reports.push({ what, ...about }),
  })
  return {
    parts: partsOf(),
    engine,
    get stores() {
      return stores
    },
    clock,
    functions,
    owners,
    identities,
    failures,
    reports,
    call: async (service, id, ...[payload, context = {}]) => {
      const found = service.functions.find((one) => one.id === id)
      if (found === undefined) throw new Error(`no such function: ${id}`)
      const calling = { as: DEFAULT_IDENTITY, worker: undefined, invocation: 'i', trace: {}, depth: 0, metadata: undefined }
      return found.run(payload, { ...calling, signal: new AbortController().signal, ...context })
    },
    bind: async (service, binding) => {
      const found = service.triggerTypes.find((one) => one.type === binding.triggerType)
      if (found === undefined) throw new Error(`no such trigger type: ${binding.triggerType}`)
      await found.bind({ id: 'b', metadata: undefined, binder: DEFAULT_IDENTITY, worker: 'w', ...binding })
    },
    reopen: () => {
      stores.close()
      stores = openHere()
      return partsOf()
    },
    remove: () => {
      stores.close()
      place.remove()
    },
  }
}

function engineOf(
  functions: ReadonlyMap<string, Answer>,
  identities: ReadonlyMap<string, Identity>,
  owners: ReadonlyMap<string, string>,
): Engine {
  const seen = new Set<string>()
  return {
    presence: (id) => {
      if (functions.has(id)) {
        seen.add(id)
        return 'live'
      }
      return seen.has(id) ? 'gone' : 'unknown'
    },
    owner: (id) => owners.get(id),
    identity: (id) => identities.get(id),
    invoke: async (id, payload, options) => {
      const found = functions.get(id)
      if (found === undefined) throw new EngineError('function_not_found', `There is no function ${id}.`)
      return found(payload, options)
    },
    handed: () => undefined,
    handedInParts: () => () => undefined,
    createChannel: () => {
      throw new EngineError('unavailable', 'This engine has no channels.')
    },
  }
}
