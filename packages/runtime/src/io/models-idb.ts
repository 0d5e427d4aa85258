import { failureOf, isJsonObject } from '@tabwright/protocol'
import { modelMemory, type ModelMemory } from '../core/model-traits'
import type { Database } from './database'
import type { SideStoreOptions } from './preview-idb'

/** What models refuse, for all tabs of this browser. Where the database fails, this worker's own memory does. */
export function modelsIdb(database: Database, { lost }: Pick<SideStoreOptions, 'lost'>): ModelMemory {
  const memory = modelMemory()
  return {
    async refusesSystem(model) {
      try {
        const value = await database.run(async (handle) => (await handle.get('settings', keyOf(model)))?.value)
        if (value !== undefined && !(value instanceof Uint8Array) && isJsonObject(value) && value['system'] === false) return true
      } catch (error) {
        lost(failureOf(error))
      }
      return memory.refusesSystem(model)
    },
    async noteSystemRefused(model) {
      await memory.noteSystemRefused(model)
      try {
        await database.run(async (handle) => {
          await handle.put('settings', { key: keyOf(model), value: { system: false } })
        })
      } catch (error) {
        lost(failureOf(error))
      }
    },
  }
}

const keyOf = (model: string): string => `model:${model}`
