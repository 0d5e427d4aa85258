import { failureOf, isJsonObject, type Json } from '@tabwright/protocol'
import { circuitsInMemory, CLOSED, type Circuit, type CircuitStore } from '../core/breaker'
import type { Database } from './database'
import type { SideStoreOptions } from './preview-idb'

/**
 * Circuits for all tabs of this browser. One read-and-write transaction for each change, so of two tabs that ask at the same moment one
 * gets the probe. Where the database fails, this worker's own memory does: a breaker must not be what stops a request.
 */
export function circuitsIdb(database: Database, { lost }: Pick<SideStoreOptions, 'lost'>): CircuitStore {
  const memory = circuitsInMemory()
  return {
    change: async (endpoint, task) => {
      try {
        return await database.run(async (handle) => {
          const tx = handle.transaction('settings', 'readwrite', { durability: 'relaxed' })
          const key = `breaker:${endpoint}`
          const { circuit, result } = task(circuitOf((await tx.store.get(key))?.value))
          await Promise.all([tx.store.put({ key, value: jsonOf(circuit) }), tx.done])
          return result
        })
      } catch (error) {
        lost(failureOf(error))
        return memory.change(endpoint, task)
      }
    },
  }
}

function jsonOf({ failures, openUntil, refused, probe }: Circuit): Json {
  return {
    failures: [...failures],
    ...(openUntil !== undefined && { openUntil }),
    ...(refused && { refused }),
    ...(probe && { probe: { id: probe.id, until: probe.until } }),
  }
}

/** Anything that cannot be read counts as closed: the worst that comes of it is one request too many. */
function circuitOf(value: Json | Uint8Array | undefined): Circuit {
  if (value === undefined || value instanceof Uint8Array || !isJsonObject(value)) return CLOSED
  const { failures, openUntil, refused, probe } = value
  return {
    failures: Array.isArray(failures) ? failures.filter((at) => typeof at === 'number') : [],
    ...(typeof openUntil === 'number' && { openUntil }),
    ...((refused === 'key' || refused === 'credit') && { refused }),
    ...(isJsonObject(probe) &&
      typeof probe['id'] === 'string' &&
      typeof probe['until'] === 'number' && { probe: { id: probe['id'], until: probe['until'] } }),
  }
}
