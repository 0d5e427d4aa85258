import type { StoredBinding } from '../engine/built-in'
import type { CronJob, CronStore } from './cron-store'
import { memoryQueue, nameOf, type KeptQueue } from './memory-queue-under-test'
import { applyOps } from './state-ops'
import type { StateChanged, StateConflict, StateEntry, StateStore, StateWrite } from './state-store'
import type { StoreOptions, Stores } from './stores'

/** What outlives the stores that are opened over it, as a disk does. */
export interface MemoryKept extends KeptQueue {
  readonly state: Map<string, StateEntry>
  readonly bindings: StoredBinding[]
  readonly cron: Map<string, CronJob>
  newest: number
}

export const emptyMemory = (): MemoryKept => ({
  state: new Map(),
  bindings: [],
  cron: new Map(),
  items: [],
  keys: new Map(),
  subscriptions: new Map(),
  newest: 0,
})

/**
 * For contract suites: stores of another kind than SQLite, as plain as they can be, so that whatever stands on the ports is shown to want
 * nothing else of them. A restart is another opening over the same memory; nothing outlives the process.
 */
export function openMemoryStores(kept: MemoryKept, { now = Date.now }: Pick<StoreOptions, 'now'>): Stores {
  const queue = memoryQueue(kept, now)
  return {
    state: memoryState(kept, queue.insert),
    queue: queue.store,
    triggers: {
      put: async (binding) => {
        const at = kept.bindings.findIndex(({ id }) => id === binding.id)
        kept.bindings.splice(at === -1 ? kept.bindings.length : at, at === -1 ? 0 : 1, structuredClone(binding))
      },
      remove: async (id) => {
        const at = kept.bindings.findIndex((one) => one.id === id)
        if (at !== -1) kept.bindings.splice(at, 1)
        return at !== -1
      },
      list: async () => structuredClone(kept.bindings),
    },
    cron: memoryCron(kept.cron),
    close: () => undefined,
  }
}

function memoryState(kept: MemoryKept, insert: ReturnType<typeof memoryQueue>['insert']): StateStore {
  function changed({ scope, key, change, expected }: StateWrite): StateChanged | StateConflict {
    const before = kept.state.get(nameOf(scope, key))
    if (expected !== undefined && expected !== (before?.version ?? 0)) return { type: 'conflict', version: before?.version ?? 0 }
    if (change.type === 'delete') return { type: 'changed', before, after: undefined, problems: [] }
    const { value, problems } = change.type === 'set' ? { value: change.value, problems: [] } : applyOps(before?.value, change.ops)
    const isNothing = value === undefined || (change.type === 'update' && problems.length === change.ops.length)
    const after = isNothing ? before : { scope, key, value: structuredClone(value), version: kept.newest + 1 }
    return { type: 'changed', before, after, problems }
  }
  return {
    get: async (scope, key) => structuredClone(kept.state.get(nameOf(scope, key))),
    list: async (scope, { limit, after = '' }) =>
      structuredClone([...kept.state.values()].filter((one) => one.scope === scope && one.key > after))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    groups: async () => [...new Set([...kept.state.values()].map((one) => one.scope))].toSorted(),
    write: async (write, announce) => {
      const outcome = changed(write)
      if (outcome.type === 'conflict' || outcome.before === outcome.after) return outcome
      // All that can fail comes before the first change.
      const items = announce(outcome)
      const name = nameOf(write.scope, write.key)
      if (outcome.after === undefined) kept.state.delete(name)
      else {
        kept.state.set(name, outcome.after)
        kept.newest = outcome.after.version
      }
      for (const item of items) insert(item)
      return structuredClone(outcome)
    },
  }
}

function memoryCron(jobs: Map<string, CronJob>): CronStore {
  return {
    get: async (job) => structuredClone(jobs.get(job)),
    bound: async () =>
      [...jobs.values()]
        .filter((one) => one.bound)
        .map(({ job }) => job)
        .toSorted(),
    note: async ({ job, slot, bound }) => void jobs.set(job, { job, bound, slot: Math.max(slot, jobs.get(job)?.slot ?? slot) }),
    take: async (job, slot) => {
      const before = jobs.get(job)
      if (before === undefined || before.slot >= slot) return false
      jobs.set(job, { ...before, slot })
      return true
    },
    forget: async (before) => {
      const old = [...jobs.values()].filter((one) => !one.bound && one.slot < before)
      for (const { job } of old) jobs.delete(job)
      return old.length
    },
  }
}
