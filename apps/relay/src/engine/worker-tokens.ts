import { randomBytes } from 'node:crypto'
import { isFunctionName } from '@tabwright/protocol/relay'
import { openRelayDatabase } from '../database-file'
import { secretName } from '../secret'
import { MCP_IDENTITY, ownPrefixes, type Grants, type Identity } from './identity'

/** A token as it is listed: never the token itself. */
export interface TokenEntry {
  readonly name: string
  readonly grants: Grants
  readonly createdAt: number
}

/** Tokens that were given to workers, as SHA-256 in SQLite. Another process may change them: every look sees the newest. */
export interface WorkerTokens {
  /** The token, shown once. Undefined: that name has one. */
  add(name: string, grants: Grants): string | undefined
  list(): readonly TokenEntry[]
  /** False: there was none. */
  revoke(name: string): boolean
  find(token: string): Identity | undefined
  byName(name: string): Identity | undefined
  /** Whose names begin with it. */
  prefixOwner(prefix: string): string | undefined
  /** Whether the list has changed since this was asked last, by whomever. */
  changed(): boolean
  /** Whether this identity came from a token that is no more. */
  isRevoked(identity: Identity): boolean
  close(): void
}

/** Identities that exist without a token of their own. */
const RESERVED: ReadonlySet<string> = new Set(['default', 'tab', 'relay', 'engine', 'guest', MCP_IDENTITY.id])

/** Why a name cannot be one of a token, as a sentence. */
export function tokenNameProblem(name: string): string | undefined {
  if (!isFunctionName(name) || name.includes('::')) return 'A name is up to 64 of a-z, 0-9, "_" and "-".'
  return RESERVED.has(name) ? `"${name}" is a name of the relay itself.` : undefined
}

export function openWorkerTokens(options: { readonly data: string; readonly now?: () => number }): WorkerTokens {
  const { data, now = Date.now } = options
  const db = openRelayDatabase(data)
  db.exec(
    'CREATE TABLE IF NOT EXISTS worker_tokens (name TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, grants TEXT NOT NULL, created_at INTEGER NOT NULL)',
  )
  // Asked at each request, and preparing it takes longer than asking.
  const version = db.prepare('PRAGMA data_version').raw()
  let seen: unknown
  const issued = new WeakSet<Identity>()
  let byHash: ReadonlyMap<string, { readonly identity: Identity; readonly entry: TokenEntry }> = new Map()
  let asked = byHash

  /** A change of another process shows in a number that costs nothing to ask for. */
  function read(): typeof byHash {
    const row: unknown = version.get()
    const newest: unknown = Array.isArray(row) ? row[0] : undefined
    if (newest !== undefined && newest === seen) return byHash
    seen = newest
    const rows: readonly unknown[] = db.prepare('SELECT name, hash, grants, created_at FROM worker_tokens ORDER BY name').all()
    // The object is kept where the row is the same, so that a token that was given anew is told from the one that it replaced.
    byHash = new Map(
      rows.map((row) => parseRow(row)).map(({ hash, entry }) => [hash, byHash.get(hash) ?? { identity: identityOf(hash, entry), entry }]),
    )
    for (const one of byHash.values()) issued.add(one.identity)
    return byHash
  }

  const entries = () => [...read().values()]
  return {
    add: (name, grants) => {
      const token = `tw_${randomBytes(32).toString('base64url')}`
      const { changes } = db
        .prepare('INSERT OR IGNORE INTO worker_tokens (name, hash, grants, created_at) VALUES (?, ?, ?, ?)')
        .run(name, secretName(token), JSON.stringify(grants), now())
      seen = undefined
      return changes > 0 ? token : undefined
    },
    list: () => entries().map((one) => one.entry),
    revoke: (name) => {
      const { changes } = db.prepare('DELETE FROM worker_tokens WHERE name = ?').run(name)
      seen = undefined
      return changes > 0
    },
    find: (token) => read().get(secretName(token))?.identity,
    byName: (name) => entries().find((one) => one.entry.name === name)?.identity,
    prefixOwner: (prefix) => entries().find(({ identity }) => ownPrefixes(identity).includes(prefix))?.entry.name,
    changed: () => {
      const before = asked
      read()
      asked = byHash
      return asked !== before
    },
    isRevoked: (identity) => issued.has(identity) && !entries().some((one) => one.identity === identity),
    close: () => {
      db.close()
    },
  }
}

/** A token is told from the one of the same name that it replaced by what is kept of it. */
function identityOf(hash: string, { name, grants }: TokenEntry): Identity {
  return { id: name, epoch: hash.slice(0, 16), kind: 'worker', grants }
}

function parseRow(row: unknown): { readonly hash: string; readonly entry: TokenEntry } {
  const fields = new Map<string, unknown>(typeof row === 'object' && row !== null ? Object.entries(row) : [])
  const [name, hash, grants, createdAt] = ['name', 'hash', 'grants', 'created_at'].map((one) => fields.get(one))
  if (typeof name !== 'string' || typeof hash !== 'string' || typeof grants !== 'string' || typeof createdAt !== 'number')
    throw new TypeError('the list of tokens has a row of another shape')
  return { hash, entry: { name, createdAt, grants: parseGrants(grants) } }
}

function parseGrants(text: string): Grants {
  const value: unknown = JSON.parse(text)
  const fields = new Map<string, unknown>(typeof value === 'object' && value !== null ? Object.entries(value) : [])
  const list = (verb: string): readonly string[] => {
    const found = fields.get(verb)
    return Array.isArray(found) ? found.filter((one) => typeof one === 'string') : []
  }
  return { register: list('register'), call: list('call'), bind: list('bind'), provide: list('provide') }
}
