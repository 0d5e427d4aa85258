import { randomBytes } from 'node:crypto'
import type Database from 'libsql'
import { openText, sealText } from './sealed-text'
import { openRelayDatabase } from './database-file'
import { last4Of } from './vault'
import type { VaultKey } from './vault-key'

/** What may be told about a token; there is no way to get the token itself out over the network. */
export interface HostTokenEntry {
  /** Such as `https://github.com`: requests to no other origin get it. */
  readonly origin: string
  readonly user: string
  readonly last4: string
  readonly createdAt: number
  /** False: stored under another vault key; it has to be entered again. */
  readonly readable: boolean
}

/** A token in use. Never leaves the relay's process but in a request to its origin. */
export interface UsableToken {
  readonly user: string
  readonly token: string
}

/** Tokens for git hosts and the like, one for an origin, encrypted in SQLite. */
export interface HostTokens {
  list(): readonly HostTokenEntry[]
  put(entry: { readonly origin: string; readonly user: string; readonly token: string }): void
  /** False: there was none. */
  remove(origin: string): boolean
  /** Read at each request, so that a changed token counts at once. */
  use(origin: string): UsableToken | undefined
  close(): void
}

interface Stored {
  readonly origin: string
  readonly user: string
  readonly last4: string
  readonly createdAt: number
  readonly iv: Buffer
  readonly sealed: Buffer
}

const COLUMNS = ['origin', 'user', 'last4', 'created_at', 'iv', 'sealed'] as const

export function openHostTokens(options: { readonly data: string; readonly vaultKey: VaultKey; readonly now?: () => number }): HostTokens {
  const { data, vaultKey, now = Date.now } = options
  const db: Database.Database = openRelayDatabase(data)
  db.exec(
    'CREATE TABLE IF NOT EXISTS host_tokens (origin TEXT PRIMARY KEY, user TEXT NOT NULL, last4 TEXT NOT NULL, created_at INTEGER NOT NULL, iv BLOB NOT NULL, sealed BLOB NOT NULL)',
  )
  const select = `SELECT ${COLUMNS.join(', ')} FROM host_tokens`
  const tokenOf = (one: Stored): string | undefined => openText(one, boundTo(one), vaultKey)
  const find = (origin: string): Stored | undefined => parseStored(db.prepare(`${select} WHERE origin = ?`).get(origin))
  // One by one: libsql gives blobs of a list in another shape than those of one row.
  const origins = (): readonly string[] => db.prepare('SELECT origin FROM host_tokens ORDER BY origin').pluck().all().map(String)
  return {
    list: () =>
      origins()
        .flatMap((origin) => find(origin) ?? [])
        .map((one) => ({
          origin: one.origin,
          user: one.user,
          last4: one.last4,
          createdAt: one.createdAt,
          readable: tokenOf(one) !== undefined,
        })),
    put: ({ origin, user, token }) => {
      const createdAt = now()
      const iv = randomBytes(12)
      const sealed = sealText(token, { iv, boundTo: boundTo({ origin, user, createdAt }) }, vaultKey)
      db.prepare('INSERT OR REPLACE INTO host_tokens (origin, user, last4, created_at, iv, sealed) VALUES (?, ?, ?, ?, ?, ?)').run(
        origin,
        user,
        last4Of(token),
        createdAt,
        iv,
        sealed,
      )
    },
    remove: (origin) => db.prepare('DELETE FROM host_tokens WHERE origin = ?').run(origin).changes > 0,
    use: (origin) => {
      const one = find(origin)
      const token = one && tokenOf(one)
      return one === undefined || token === undefined ? undefined : { user: one.user, token }
    },
    close: () => {
      db.close()
    },
  }
}

/** Origin and name are authenticated with the token: a row that was edited to point elsewhere does not open. */
function boundTo(one: Pick<Stored, 'origin' | 'user' | 'createdAt'>): string {
  return `v1|host|${one.createdAt}|${one.origin}|${one.user}`
}

function parseStored(row: unknown): Stored | undefined {
  if (row === undefined) return undefined
  if (typeof row !== 'object' || row === null) throw new TypeError('the vault gave a row that is none')
  const fields = new Map<string, unknown>(Object.entries(row))
  const [origin, user, last4, createdAt, iv, sealed] = COLUMNS.map((name) => fields.get(name))
  const isText = typeof origin === 'string' && typeof user === 'string' && typeof last4 === 'string'
  if (!isText || typeof createdAt !== 'number' || !Buffer.isBuffer(iv) || !Buffer.isBuffer(sealed))
    throw new TypeError('the vault gave a row of another shape')
  return { origin, user, last4, createdAt, iv, sealed }
}

/** What a person typed as a host, as the origin that the token is bound to, or why it cannot be one. */
export function tokenOrigin(text: string, named: ReadonlySet<string>): { readonly origin: string } | { readonly problem: string } {
  const typed = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`
  if (text === '' || text.length > 512 || !URL.canParse(typed)) return { problem: 'That is not the name of a host, such as github.com.' }
  const url = new URL(typed)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { problem: 'A token is sent over https only.' }
  if (url.username !== '' || url.password !== '')
    return { problem: 'Enter the host without user name and password; they have fields of their own.' }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return { problem: 'Enter the host alone, without a path.' }
  const isNamed = named.has(`${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`)
  if (url.protocol === 'http:' && !isNamed)
    return { problem: 'The token would travel unprotected: use https, or start the relay with --fetch-host for this server.' }
  return { origin: url.origin }
}

/** What cannot be a token, or its user's name, as a sentence. */
export function tokenProblem({ user, token }: { readonly user: string; readonly token: string }): string | undefined {
  // Shorter ones could not be taken out of answers again.
  if (token.length < 8) return 'A token has 8 characters at least; check what was pasted.'
  if (token.length > 1024) return 'The token is longer than 1,024 characters.'
  if (!/^[\x21-\x7e]+$/.test(token)) return 'The token contains characters that no token has; check what was pasted.'
  if (!/^[\x21-\x39\x3b-\x7e]{1,128}$/.test(user)) return 'The user name contains characters that none has.'
  return undefined
}
