import { parseJson, rowOf } from './rows'
import type { StoreDatabase } from './store-database'
import type { TriggerStore } from '../engine/built-in'

/** Durable bindings in SQLite. */
export function createTriggerStore(db: StoreDatabase): TriggerStore {
  return {
    list: () =>
      Promise.resolve(
        db.all('SELECT * FROM bindings ORDER BY seq').map((given) => {
          const row = rowOf(given)
          const metadata = row.optionalText('metadata')
          return {
            id: row.text('id'),
            triggerType: row.text('trigger_type'),
            functionId: row.text('function_id'),
            config: row.json('config'),
            metadata: metadata === undefined ? undefined : parseJson(metadata),
            binder: row.text('binder'),
          }
        }),
      ),
    put: ({ id, triggerType, functionId, config, metadata, binder }) =>
      db.commit(() => {
        db.run(
          `INSERT INTO bindings (id, trigger_type, function_id, config, metadata, binder) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET trigger_type = excluded.trigger_type, function_id = excluded.function_id,
           config = excluded.config, metadata = excluded.metadata, binder = excluded.binder`,
          id,
          triggerType,
          functionId,
          JSON.stringify(config),
          metadata === undefined ? null : JSON.stringify(metadata),
          binder,
        )
      }),
    remove: (id) => db.commit(() => db.run('DELETE FROM bindings WHERE id = ?', id) > 0),
  }
}
