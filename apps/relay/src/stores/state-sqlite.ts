import type { Json } from '@tabwright/protocol'
import { insertItem } from './queue-sqlite'
import { rowOf } from './rows'
import { applyOps, type Updated } from './state-ops'
import type { StateChanged, StateConflict, StateEntry, StateStore, StateWrite } from './state-store'
import type { StoreDatabase } from './store-database'

/** State in SQLite. What a change causes goes into the queue in the same transaction: that is the outbox. */
export function createStateStore(db: StoreDatabase, now: () => number = Date.now): StateStore {
  let newest = newestVersion(db)

  const read = (scope: string, key: string): StateEntry | undefined => {
    const row = db.get('SELECT value, version FROM state WHERE scope = ? AND key = ?', scope, key)
    return row === undefined ? undefined : { scope, key, value: rowOf(row).json('value'), version: rowOf(row).number('version') }
  }

  function put(scope: string, key: string, value: Json): StateEntry {
    newest += 1
    db.run(
      'INSERT INTO state (scope, key, value, version) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version',
      scope,
      key,
      JSON.stringify(value),
      newest,
    )
    return { scope, key, value, version: newest }
  }

  /** Remembers the version that goes: after a restart the next one must still be above it. */
  function remove({ scope, key, version }: StateEntry): undefined {
    db.run('DELETE FROM state WHERE scope = ? AND key = ?', scope, key)
    db.run("INSERT INTO counters VALUES ('state', ?) ON CONFLICT DO UPDATE SET value = max(value, excluded.value)", version)
  }

  function change({ scope, key, change: asked, expected }: StateWrite): StateChanged | StateConflict {
    const before = read(scope, key)
    if (expected !== undefined && expected !== (before?.version ?? 0)) return { type: 'conflict', version: before?.version ?? 0 }
    if (asked.type === 'delete') {
      return { type: 'changed', before, after: before === undefined ? undefined : remove(before), problems: [] }
    }
    const { value, problems }: Updated = asked.type === 'set' ? { value: asked.value, problems: [] } : applyOps(before?.value, asked.ops)
    const nothing = value === undefined || (asked.type === 'update' && problems.length === asked.ops.length)
    return { type: 'changed', before, after: nothing ? before : put(scope, key, value), problems }
  }

  return {
    get: (scope, key) => Promise.resolve(read(scope, key)),
    list: (scope, { limit, after }) =>
      Promise.resolve(
        db
          .all('SELECT key, value, version FROM state WHERE scope = ? AND key > ? ORDER BY key LIMIT ?', scope, after ?? '', limit)
          .map(rowOf)
          .map((row) => ({ scope, key: row.text('key'), value: row.json('value'), version: row.number('version') })),
      ),
    groups: () => Promise.resolve(db.all('SELECT DISTINCT scope FROM state ORDER BY scope').map((row) => rowOf(row).text('scope'))),
    write: (write, announce) =>
      db.commit(() => {
        const changed = change(write)
        if (changed.type === 'changed' && changed.before !== changed.after) {
          for (const item of announce(changed)) insertItem(db, item, now())
        }
        return changed
      }),
  }
}

function newestVersion(db: StoreDatabase): number {
  const row = db.get(
    "SELECT max(coalesce((SELECT max(version) FROM state), 0), coalesce((SELECT value FROM counters WHERE name = 'state'), 0)) AS newest",
  )
  return rowOf(row).number('newest')
}
