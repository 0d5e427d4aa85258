import { createHmac } from 'node:crypto'
import { openRelayDatabase } from '../database-file'
import type { Refusal } from '../refusal'
import { deriveKey, type VaultKey } from '../vault-key'

/** What a key may spend on a day, from midnight UTC; undefined: as much as it can. */
export interface DayCap {
  /** At list prices. */
  readonly dollars: number | undefined
  /** Of models without a known price: what is unknown is not nothing. */
  readonly tokens: number | undefined
}

/** What was spent: dollars where the price is known, tokens where it is not. */
export interface Spent {
  readonly dollars: number
  readonly tokens: number
}

/** What each model key spent on each day, in the relay's database. It outlives the relay, and knows keys only by a mark of them. */
export interface Ledger {
  /** Why a further request with this key is refused, or undefined. */
  refusal(key: string): Refusal | undefined
  /** On the disk when it returns. */
  add(key: string, spent: Spent): void
  /** Of today. */
  spent(key: string): Spent
  close(): void
}

export interface LedgerOptions {
  readonly data: string
  readonly vaultKey: VaultKey
  readonly cap: DayCap
  readonly now?: () => number
}

const DAY_MS = 86_400_000
/** Nobody asks about older ones. */
const KEPT_DAYS = 400

export function openLedger({ data, vaultKey, cap, now = Date.now }: LedgerOptions): Ledger {
  const db = openRelayDatabase(data)
  db.exec(
    'CREATE TABLE IF NOT EXISTS spending (day INTEGER NOT NULL, mark TEXT NOT NULL, dollars REAL NOT NULL, tokens INTEGER NOT NULL, PRIMARY KEY (day, mark))',
  )
  const today = (): number => Math.floor(now() / DAY_MS)
  db.prepare('DELETE FROM spending WHERE day < ?').run(today() - KEPT_DAYS)
  const adding = db.prepare(
    'INSERT INTO spending (day, mark, dollars, tokens) VALUES (?, ?, ?, ?) ON CONFLICT (day, mark) DO UPDATE SET dollars = dollars + excluded.dollars, tokens = tokens + excluded.tokens',
  )
  const reading = db.prepare('SELECT dollars, tokens FROM spending WHERE day = ? AND mark = ?')
  const markKey = deriveKey(vaultKey, 'spending mark')
  const markOf = (key: string): string => createHmac('sha256', markKey).update(key).digest('hex')
  const spent = (key: string): Spent => parseSpent(reading.get(today(), markOf(key)))
  return {
    spent,
    refusal: (key) => (cap.dollars === undefined && cap.tokens === undefined ? undefined : refusalOf(spent(key), cap)),
    add: (key, { dollars, tokens }) => {
      if (dollars === 0 && tokens === 0) return
      adding.run(today(), markOf(key), dollars, tokens)
    },
    close: () => {
      db.close()
    },
  }
}

function refusalOf(spent: Spent, cap: DayCap): Refusal | undefined {
  const over = (what: string, variable: string): Refusal => {
    const message = `${what} Nothing was sent. It goes on tomorrow (UTC), or when the relay is started with a higher ${variable}.`
    return { status: 402, type: 'spend_cap', message }
  }
  if (cap.dollars !== undefined && spent.dollars >= cap.dollars)
    return over(
      `This relay’s cap of $${cap.dollars} a day for the model key is reached: $${spent.dollars.toFixed(2)} were spent today.`,
      'TABWRIGHT_DAY_DOLLARS',
    )
  if (cap.tokens !== undefined && spent.tokens >= cap.tokens)
    return over(
      `This relay’s cap of ${cap.tokens} tokens a day for models without a known price is reached: ${spent.tokens} were used today.`,
      'TABWRIGHT_DAY_TOKENS',
    )
  return undefined
}

function parseSpent(row: unknown): Spent {
  if (row === undefined) return { dollars: 0, tokens: 0 }
  if (typeof row !== 'object' || row === null) throw new TypeError('the ledger gave a row that is none')
  const fields = new Map<string, unknown>(Object.entries(row))
  const [dollars, tokens] = [fields.get('dollars'), fields.get('tokens')]
  if (typeof dollars !== 'number' || typeof tokens !== 'number') throw new TypeError('the ledger gave a row of another shape')
  return { dollars, tokens }
}
