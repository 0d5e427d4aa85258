import { failureOf, isJsonObject } from '@tabwright/protocol'
import { modelMemory, type ModelMemory } from '../core/model-traits'
import type { Database } from './database'
import type { SideStoreOptions } from './preview-idb'

/** What models refuse, for all tabs of this browser. Where the database fails, this worker's own memory does. */
export function modelsIdb(database: Database, { lost }: Pick<SideStoreOptions, 'lost'>): ModelMemory {
  const memory = modelMemory()
  return {
    async refuses(model, trait) {
      try {
        const value = await database.run(async (handle) => (await handle.get('settings', keyOf(model)))?.value)
        if (value !== undefined && !(value instanceof Uint8Array) && isJsonObject(value) && value[trait] === false) return true
      } catch (error) {
        lost(failureOf(error))
      }
      return memory.refuses(model, trait)
    },
    async noteRefused(model, trait) {
      await memory.noteRefused(model, trait)
      try {
        await database.run(async (handle) => {
          const { store } = handle.transaction('settings', 'readwrite')
          const known = (await store.get(keyOf(model)))?.value
          const before = known !== undefined && !(known instanceof Uint8Array) && isJsonObject(known) ? known : {}
          await store.put({ key: keyOf(model), value: { ...before, [trait]: false } })
        })
      } catch (error) {
        lost(failureOf(error))
      }
    },
  }
}

const keyOf = (model: string): string => `model:${model}`
