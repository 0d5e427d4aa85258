import type { CronStore } from './cron-store'
import { rowOf } from './rows'
import type { StoreDatabase } from './store-database'

/** Slots of schedules in SQLite. */
export function createCronStore(db: StoreDatabase): CronStore {
  return {
    get: (job) => {
      const row = db.get('SELECT slot, bound FROM cron WHERE job = ?', job)
      return Promise.resolve(
        row === undefined ? undefined : { job, slot: rowOf(row).number('slot'), bound: rowOf(row).number('bound') === 1 },
      )
    },
    bound: () => Promise.resolve(db.all('SELECT job FROM cron WHERE bound = 1 ORDER BY job').map((row) => rowOf(row).text('job'))),
    note: ({ job, slot, bound }) =>
      db.commit(() => {
        db.run(
          'INSERT INTO cron VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET slot = max(slot, excluded.slot), bound = excluded.bound',
          job,
          slot,
          bound ? 1 : 0,
        )
      }),
    take: (job, slot) => db.commit(() => db.run('UPDATE cron SET slot = ? WHERE job = ? AND slot < ?', slot, job, slot) > 0),
    forget: (before) => db.commit(() => db.run('DELETE FROM cron WHERE bound = 0 AND slot < ?', before)),
  }
}
