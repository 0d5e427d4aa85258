import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The vault's own key and where it came from; Settings says which. */
export interface VaultKey {
  readonly bytes: Buffer
  readonly from: 'environment' | 'file'
}

/**
 * `TABWRIGHT_VAULT_KEY` (32 bytes as 64 hex digits or as base64), else `vault.key` in the data folder, made on first use and
 * readable by its owner only.
 * @throws Error with a sentence for the terminal
 */
export function readVaultKey(data: string, fromEnvironment: string | undefined): VaultKey {
  mkdirSync(data, { recursive: true, mode: 0o700 })
  if (fromEnvironment !== undefined) return { bytes: parse(fromEnvironment, 'TABWRIGHT_VAULT_KEY'), from: 'environment' }
  const path = join(data, 'vault.key')
  try {
    // `wx`: of two relays that start at once, one makes the file and the other reads it.
    writeFileSync(path, `${randomBytes(32).toString('base64')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'EEXIST')) throw thrown
  }
  if (process.platform !== 'win32' && (statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600)
  return { bytes: parse(readFileSync(path, 'utf8').trim(), path), from: 'file' }
}

/** A key for another purpose, made from the vault's: knowing one tells nothing about the other. */
export function deriveKey(key: VaultKey, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key.bytes, createHash('sha256').update('tabwright').digest(), purpose, 32))
}

/**
 * What a person compares to know which relay the page speaks with: the terminal prints it, the app shows it. Of the vault's key, so it stays
 * as long as the data folder does and no other relay has it; it opens nothing.
 */
export function fingerprintOf(key: VaultKey): string {
  const digits = deriveKey(key, 'fingerprint').toString('hex').slice(0, 16)
  return digits.match(/.{4}/g)?.join('-') ?? digits
}

function parse(text: string, where: string): Buffer {
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64')
  if (bytes.length !== 32) throw new Error(`${where} must hold 32 bytes, as 64 hex digits or in base64.`)
  return bytes
}
