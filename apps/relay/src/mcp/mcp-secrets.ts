import { randomBytes } from 'node:crypto'
import { parseJson, type Json } from '@tabwright/protocol'
import { openText, sealText } from '../sealed-text'
import { openRelayDatabase } from '../database-file'
import type { VaultKey } from '../vault-key'

/** What signing in to a server gave, encrypted in the vault. There is no way to read it over the network. */
export interface McpSecrets {
  /** Undefined where nothing is kept, or it was kept for another address or with another vault key. */
  get(place: McpPlace): Json | undefined
  put(place: McpPlace, value: Json): void
  /** False: there was none. */
  remove(place: McpPlace): boolean
  close(): void
}

/** Bound to the address: a server of the same name at another one gets nothing of it. */
export interface McpPlace {
  readonly server: string
  readonly url: string
  readonly what: 'client' | 'tokens'
}

export function openMcpSecrets({ data, vaultKey }: { readonly data: string; readonly vaultKey: VaultKey }): McpSecrets {
  const db = openRelayDatabase(data)
  db.exec(
    'CREATE TABLE IF NOT EXISTS mcp_secrets (server TEXT NOT NULL, what TEXT NOT NULL, iv BLOB NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY (server, what))',
  )
  return {
    get: (place) => {
      const row: unknown = db.prepare('SELECT iv, sealed FROM mcp_secrets WHERE server = ? AND what = ?').get(place.server, place.what)
      const fields = new Map<string, unknown>(typeof row === 'object' && row !== null ? Object.entries(row) : [])
      const [iv, sealed] = [fields.get('iv'), fields.get('sealed')]
      if (!Buffer.isBuffer(iv) || !Buffer.isBuffer(sealed)) return undefined
      const text = openText({ iv, sealed }, boundTo(place), vaultKey)
      return text === undefined ? undefined : parseJson(text)
    },
    put: (place, value) => {
      const iv = randomBytes(12)
      const sealed = sealText(JSON.stringify(value), { iv, boundTo: boundTo(place) }, vaultKey)
      db.prepare('INSERT OR REPLACE INTO mcp_secrets (server, what, iv, sealed) VALUES (?, ?, ?, ?)').run(
        place.server,
        place.what,
        iv,
        sealed,
      )
    },
    remove: ({ server, what }) => db.prepare('DELETE FROM mcp_secrets WHERE server = ? AND what = ?').run(server, what).changes > 0,
    close: () => {
      db.close()
    },
  }
}

function boundTo({ server, url, what }: McpPlace): string {
  return `v1|mcp|${what}|${server}|${url}`
}
