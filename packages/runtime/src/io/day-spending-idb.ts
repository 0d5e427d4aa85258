import { failureOf, isJsonObject, LIMIT_UNITS, type Json } from '@tabwright/protocol'
import { daySpendingInMemory, sumOf, type DaySpending } from '../core/limits/day-spending'
import type { DayAmounts } from '../core/limits/budget'
import type { Spent } from '../core/limits/spending'
import type { Database } from './database'
import type { SideStoreOptions } from './preview-idb'

/** What a day cost, for all tabs of this browser. Where the database fails, this worker's own memory does: at worst other sessions are not counted. */
export function daySpendingIdb(database: Database, { lost }: Pick<SideStoreOptions, 'lost'>): DaySpending {
  const memory = daySpendingInMemory()
  return {
    note: async (day, session, amounts) => {
      await memory.note(day, session, amounts)
      try {
        await database.run(async (handle) => {
          const tx = handle.transaction('settings', 'readwrite', { durability: 'relaxed' })
          const key = keyOf(day)
          const before = rowOf((await tx.store.get(key))?.value)
          const gone = tx.store.delete(IDBKeyRange.bound(PREFIX, keyOf(day - KEPT_DAYS)))
          await Promise.all([gone, tx.store.put({ key, value: { ...before, [session]: jsonOf(amounts) } }), tx.done])
        })
      } catch (error) {
        lost(failureOf(error))
      }
    },
    others: async (day, session) => {
      try {
        const row = await database.run(async (handle) => rowOf((await handle.get('settings', keyOf(day)))?.value))
        return sumOf(Object.entries(row).flatMap(([id, value]) => (id === session ? [] : [amountsOf(value)])))
      } catch (error) {
        lost(failureOf(error))
        return memory.others(day, session)
      }
    },
  }
}

const PREFIX = 'spent:'
/** Clocks that are set back must not lose yesterday. */
const KEPT_DAYS = 7
const keyOf = (day: number): string => `${PREFIX}${String(Math.max(0, day)).padStart(8, '0')}`

function rowOf(value: Json | Uint8Array | undefined): Readonly<Record<string, Json>> {
  return value !== undefined && !(value instanceof Uint8Array) && isJsonObject(value) ? value : {}
}

const jsonOf = ({ spent, raised }: DayAmounts): Json => ({ spent: { ...spent }, raised: { ...raised } })

function amountsOf(value: Json): DayAmounts {
  return isJsonObject(value)
    ? { spent: spentOf(value['spent']), raised: spentOf(value['raised']) }
    : { spent: spentOf(null), raised: spentOf(null) }
}

function spentOf(value: Json | undefined): Spent {
  const spent = { tokens: 0, dollars: 0, steps: 0, minutes: 0 }
  if (value === undefined || !isJsonObject(value)) return spent
  for (const unit of LIMIT_UNITS) {
    const amount = value[unit]
    if (typeof amount === 'number') spent[unit] = amount
  }
  return spent
}
