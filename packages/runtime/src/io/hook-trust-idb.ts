import { isJsonObject, type SessionId } from '@tabwright/protocol'
import type { HookTrust } from '../core/hooks/hook-ports'
import { writing, type Database } from './database'
import { projectOf } from './rules-idb'

const keyOf = (project: string): string => `hooks:${project}`

/** Which hooks of a session's project a person trusted: one row, of this browser. Nothing of a repository or an import ever writes it. */
export function hookTrustIdb(database: Database, session: SessionId): HookTrust {
  return {
    trusted: async () => {
      const key = keyOf(await projectOf(database, session))
      const value = await database.run(async (handle) => (await handle.get('settings', key))?.value)
      if (value === undefined || value instanceof Uint8Array || !isJsonObject(value)) return undefined
      return typeof value['digest'] === 'string' ? value['digest'] : undefined
    },
    trust: async (digest) => {
      const key = keyOf(await projectOf(database, session))
      await database.run(async (handle) => {
        const tx = handle.transaction('settings', 'readwrite', { durability: 'strict' })
        await writing(tx, async (keep) => keep(digest === undefined ? tx.store.delete(key) : tx.store.put({ key, value: { digest } })))
      })
    },
  }
}

/** Where the browser keeps nothing: trusted as long as this worker lives. */
export function hookTrustMemory(): HookTrust {
  let kept: string | undefined
  return { trusted: async () => kept, trust: async (digest) => void (kept = digest) }
}
