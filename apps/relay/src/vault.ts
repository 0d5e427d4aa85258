import { createHmac, randomBytes } from 'node:crypto'
import type Database from 'libsql'
import { openRelayDatabase } from './database-file'
import { openText, sealText } from './sealed-text'
import { deriveKey, type VaultKey } from './vault-key'

/** What may be told about a key. There is no way to get the key itself out over the network. */
export interface VaultEntry {
  readonly name: 'anthropic'
  readonly last4: string
  /** Base URL that the key is bound to. */
  readonly origin: string
  readonly source: 'environment' | 'settings'
  /** Wall clock, milliseconds; of an environment key: when the relay started. */
  readonly createdAt: number
  /** The one that model requests use. */
  readonly active: boolean
  /** False: stored under another vault key; it has to be entered again. */
  readonly readable: boolean
}

/** A key in use, bound to one server. Never leaves the relay's process but in the request to that server. */
export interface UsableKey {
  readonly key: string
  readonly origin: string
}

/** Keys of model providers: encrypted in SQLite, or from the environment. */
export interface Vault {
  list(): readonly VaultEntry[]
  put(key: string, origin: string): void
  /** Removes the key from settings. False: there was none. */
  remove(): boolean
  /** Read at each request, so that a changed key counts at once. `unreadable`: stored under another vault key. */
  use(): UsableKey | 'none' | 'unreadable'
  close(): void
}

export interface VaultOptions {
  readonly data: string
  readonly vaultKey: VaultKey
  readonly environment: UsableKey | undefined
  readonly now?: () => number
}

interface Stored {
  readonly origin: string
  readonly last4: string
  readonly createdAt: number
  /** Of the environment's key when this one was put; empty: there was none. */
  readonly besides: string
  readonly iv: Buffer
  readonly sealed: Buffer
}

const NAME = 'anthropic'
const COLUMNS = ['origin', 'last4', 'created_at', 'besides', 'iv', 'sealed'] as const

/**
 * Which of two keys counts: the one that was set last. A key from Settings remembers which environment key it was put beside; while
 * the environment still has that one, Settings came later. Another key in the environment is newer, and wins.
 */
export function openVault(options: VaultOptions): Vault {
  const { environment, vaultKey, now = Date.now } = options
  const started = now()
  const db = openTable(options.data)
  const markKey = deriveKey(vaultKey, 'environment key mark')
  const markOf = (one: UsableKey | undefined) =>
    one === undefined ? '' : createHmac('sha256', markKey).update(`${one.origin}\n${one.key}`).digest('hex')

  const reading = db.prepare(`SELECT ${COLUMNS.join(', ')} FROM vault WHERE name = ?`)
  const stored = () => parseStored(reading.get(NAME))
  const settingsCount = (one: Stored) => environment === undefined || one.besides === markOf(environment)

  function list(): readonly VaultEntry[] {
    const one = stored()
    const entries: VaultEntry[] = []
    const active = one !== undefined && settingsCount(one)
    if (one !== undefined) {
      const { origin, last4, createdAt } = one
      entries.push({
        name: NAME,
        last4,
        origin,
        source: 'settings',
        createdAt,
        active,
        readable: openText(one, boundTo(one), vaultKey) !== undefined,
      })
    }
    if (environment !== undefined) {
      const { origin, key } = environment
      entries.push({ name: NAME, last4: last4Of(key), origin, source: 'environment', createdAt: started, active: !active, readable: true })
    }
    return entries
  }

  function put(key: string, origin: string): void {
    const createdAt = now()
    const iv = randomBytes(12)
    const sealed = sealText(key, { iv, boundTo: boundTo({ origin, createdAt }) }, vaultKey)
    db.prepare('INSERT OR REPLACE INTO vault (name, origin, last4, created_at, besides, iv, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
      NAME,
      origin,
      last4Of(key),
      createdAt,
      markOf(environment),
      iv,
      sealed,
    )
  }

  function use(): UsableKey | 'none' | 'unreadable' {
    const one = stored()
    if (one === undefined || !settingsCount(one)) return environment ?? 'none'
    const key = openText(one, boundTo(one), vaultKey)
    return key === undefined ? 'unreadable' : { key, origin: one.origin }
  }

  return {
    list,
    put,
    use,
    remove: () => db.prepare('DELETE FROM vault WHERE name = ?').run(NAME).changes > 0,
    close: () => void db.close(),
  }
}

function openTable(data: string): Database.Database {
  const db = openRelayDatabase(data)
  db.exec(
    'CREATE TABLE IF NOT EXISTS vault (name TEXT PRIMARY KEY, origin TEXT NOT NULL, last4 TEXT NOT NULL, created_at INTEGER NOT NULL, besides TEXT NOT NULL, iv BLOB NOT NULL, sealed BLOB NOT NULL)',
  )
  return db
}

/** A row as libsql gives it; a shape that we did not write is an error, not a missing key. */
function parseStored(row: unknown): Stored | undefined {
  if (row === undefined) return undefined
  if (typeof row !== 'object' || row === null) throw new TypeError('the vault gave a row that is none')
  const fields = new Map<string, unknown>(Object.entries(row))
  const [origin, last4, createdAt, besides, iv, sealed] = COLUMNS.map((name) => fields.get(name))
  const isText = typeof origin === 'string' && typeof last4 === 'string' && typeof besides === 'string'
  if (!isText || typeof createdAt !== 'number' || !Buffer.isBuffer(iv) || !Buffer.isBuffer(sealed)) {
    throw new TypeError('the vault gave a row of another shape')
  }
  return { origin, last4, createdAt, besides, iv, sealed }
}

/** The address is authenticated with the key: a row that was edited to point elsewhere does not open. */
function boundTo(one: { readonly origin: string; readonly createdAt: number }): string {
  return `v1|${NAME}|${one.createdAt}|${one.origin}`
}

/** Nothing of a short key is shown: its last four characters would be most of it. */
export function last4Of(key: string): string {
  return key.length >= 8 ? key.slice(-4) : ''
}
