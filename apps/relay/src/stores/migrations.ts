import type Database from 'libsql'

/**
 * What makes version n+1 of the file out of version n. Released ones are never changed: add one.
 * Items wait in `ready` order behind one index that has only what could be delivered; `blocked` are those whose group has an earlier one.
 */
const STEPS: readonly string[] = [
  `
  CREATE TABLE state (
    scope TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (scope, key)
  ) WITHOUT ROWID;
  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE items (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL, function_id TEXT NOT NULL, payload TEXT NOT NULL,
    origin TEXT NOT NULL, note TEXT, grp TEXT, key TEXT, priority INTEGER NOT NULL, due INTEGER NOT NULL, at INTEGER NOT NULL,
    phase TEXT NOT NULL, attempts INTEGER NOT NULL, reasons TEXT NOT NULL, died_at INTEGER
  );
  CREATE INDEX items_ready ON items (queue, function_id, priority DESC, seq) WHERE phase = 'ready';
  CREATE INDEX items_later ON items (queue, function_id, due) WHERE phase = 'later';
  CREATE INDEX items_group ON items (queue, function_id, grp, seq) WHERE grp IS NOT NULL AND phase <> 'dead';
  CREATE INDEX items_dead ON items (queue, died_at, seq) WHERE phase = 'dead';
  CREATE INDEX items_queue ON items (queue, phase, at);
  CREATE TABLE keys (
    queue TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (queue, key)
  ) WITHOUT ROWID;
  CREATE INDEX keys_at ON keys (at);
  CREATE TABLE bindings (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, trigger_type TEXT NOT NULL, function_id TEXT NOT NULL,
    config TEXT NOT NULL, metadata TEXT, binder TEXT NOT NULL
  );
  CREATE TABLE subscriptions (
    queue TEXT NOT NULL, function_id TEXT NOT NULL, config TEXT NOT NULL, binder TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (queue, function_id)
  ) WITHOUT ROWID;
  CREATE TABLE cron (job TEXT PRIMARY KEY, slot INTEGER NOT NULL, bound INTEGER NOT NULL) WITHOUT ROWID;
  `,
  // Published to a subscription, not accepted for the function itself. Of older items nobody knows.
  `ALTER TABLE items ADD COLUMN published INTEGER NOT NULL DEFAULT 0;`,
]

/** Brings the file to the newest version, one transaction a step. A sentence when a newer relay has written it. */
export function migrate(db: Database.Database): string | undefined {
  const version = versionOf(db.prepare('PRAGMA user_version').get())
  if (version > STEPS.length) {
    return `The stores in the data folder have version ${version} and this relay knows ${STEPS.length}: start the newer one, or name another folder with --data.`
  }
  for (const [index, step] of STEPS.entries()) {
    if (index < version) continue
    db.exec('BEGIN IMMEDIATE')
    try {
      db.exec(step)
      db.exec(`PRAGMA user_version = ${index + 1}`)
      db.exec('COMMIT')
    } catch (thrown) {
      if (db.inTransaction) db.exec('ROLLBACK')
      throw thrown
    }
  }
  return undefined
}

function versionOf(row: unknown): number {
  const value = typeof row === 'object' && row !== null && 'user_version' in row ? row.user_version : undefined
  if (typeof value !== 'number') throw new TypeError('the stores gave no version')
  return value
}
