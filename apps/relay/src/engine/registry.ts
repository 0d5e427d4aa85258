import type { HttpInvocation } from '@tabwright/protocol/relay'
import type { Json, JsonObject } from '@tabwright/protocol'
import type { Worker } from './worker'

/** A function as a worker registered it. */
export interface Registration {
  /** Under which it is called: with the prefix of its identity. */
  readonly id: string
  /** As its owner knows it. */
  readonly ownId: string
  readonly worker: Worker
  readonly description: string | undefined
  readonly request: Json | undefined
  readonly response: Json | undefined
  readonly metadata: JsonObject | undefined
  readonly invocation: HttpInvocation | undefined
}

/** Functions of workers. The first owner serves, later ones of the same identity wait, or share the work as replicas. */
export interface Registry {
  /** The worker in whose way it stands, or undefined when it was taken. */
  add(registration: Registration): Worker | undefined
  /** False: that worker has no such function. */
  remove(id: string, worker: Worker): boolean
  /** Everything of a worker that is gone. */
  removeAll(worker: Worker): void
  /** Who is to be asked now. */
  pick(id: string): Registration | undefined
  /** Under which it is called, what this worker knows by that name. */
  idOf(ownId: string, worker: Worker): string | undefined
  /** As its first owner says. */
  metadataOf(id: string): JsonObject | undefined
  /** Whose it is; all owners of one function are of one identity. */
  identityOf(id: string): string | undefined
  has(id: string, worker: Worker): boolean
  /** Can be called now. */
  isLive(id: string): boolean
  /** Had an owner within the time that owners are remembered. */
  wasThere(id: string): boolean
  /** Identity of the tab that offered it and whose socket ended; undefined: no tab, or one that took it back. */
  awayOf(id: string): string | undefined
  count(worker: Worker): number
  /** One for each function that can be called. */
  list(): readonly Registration[]
}

/** Names of functions whose owner went are remembered: whoever calls one meanwhile is told to come back. */
const REMEMBERED = 10_000

/** @param appeared a function is there that was not */
export function createRegistry(changed: () => void, appeared: (id: string) => void): Registry {
  const owners = new Map<string, Registration[]>()
  const ofWorker = new Map<Worker, Set<string>>()
  /** By their id: whose they were, where that is a tab that may come back. */
  const gone = new Map<string, string | undefined>()

  function remove(id: string, worker: Worker, away?: string): boolean {
    const all = owners.get(id)
    const at = all?.findIndex((one) => one.worker === worker) ?? -1
    if (all === undefined || at < 0) return false
    all.splice(at, 1)
    const mine = ofWorker.get(worker)
    mine?.delete(id)
    if (mine?.size === 0) ofWorker.delete(worker)
    if (all.length === 0) {
      owners.delete(id)
      gone.set(id, away)
      if (gone.size > REMEMBERED) for (const oldest of [...gone.keys()].slice(0, REMEMBERED / 10)) gone.delete(oldest)
    }
    changed()
    return true
  }

  return {
    add: (registration) => {
      const { id, worker } = registration
      const all = owners.get(id) ?? []
      const other = all.find((one) => one.worker.identity.id !== worker.identity.id)
      if (other !== undefined) return other.worker
      const at = all.findIndex((one) => one.worker === worker)
      if (at >= 0) all[at] = registration
      else all.push(registration)
      owners.set(id, all)
      gone.delete(id)
      const mine = ofWorker.get(worker) ?? new Set()
      ofWorker.set(worker, mine.add(id))
      changed()
      if (all.length === 1) appeared(id)
      return undefined
    },
    remove: (id, worker) => remove(id, worker),
    removeAll: (worker) => {
      const { identity, about } = worker
      // The command line of the same person signs in as a tab does, and is gone when it is gone.
      const away = identity.kind === 'tab' && about.runtime === 'browser' ? identity.id : undefined
      for (const id of ofWorker.get(worker) ?? []) remove(id, worker, away)
    },
    pick: (id) => pick(owners.get(id)),
    idOf: (ownId, worker) =>
      [...(ofWorker.get(worker) ?? [])].find((id) => owners.get(id)?.some((one) => one.worker === worker && one.ownId === ownId)),
    metadataOf: (id) => owners.get(id)?.[0]?.metadata,
    identityOf: (id) => owners.get(id)?.[0]?.worker.identity.id,
    has: (id, worker) => ofWorker.get(worker)?.has(id) === true,
    isLive: (id) => owners.has(id),
    wasThere: (id) => gone.has(id),
    awayOf: (id) => gone.get(id),
    count: (worker) => ofWorker.get(worker)?.size ?? 0,
    list: () => [...owners.values()].flatMap((all) => all[0] ?? []),
  }
}

function pick(all: Registration[] | undefined): Registration | undefined {
  const first = all?.[0]
  if (all === undefined || first === undefined || all.length === 1 || first.metadata?.['replicas'] !== true) return first
  let best = first
  for (const one of all) {
    if (one.metadata?.['replicas'] === true && one.worker.serves.size < best.worker.serves.size) best = one
  }
  // Behind the others, so that equally busy ones take turns.
  all.splice(all.indexOf(best), 1)
  all.push(best)
  return best
}
