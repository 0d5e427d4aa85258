import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deriveKey, type VaultKey } from './vault-key'

/** A text encrypted for the disk. */
export interface SealedText {
  readonly iv: Buffer
  readonly sealed: Buffer
}

/** @param boundTo authenticated with the text: a record whose other fields were edited does not open */
export function sealText(text: string, { iv, boundTo }: { readonly iv: Buffer; readonly boundTo: string }, vaultKey: VaultKey): Buffer {
  const cipher = createCipheriv('aes-256-gcm', deriveKey(vaultKey, 'vault records'), iv)
  cipher.setAAD(Buffer.from(boundTo))
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** Undefined where the record was made with another vault key or was changed. */
export function openText({ iv, sealed }: SealedText, boundTo: string, vaultKey: VaultKey): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', deriveKey(vaultKey, 'vault records'), iv, { authTagLength: 16 })
  decipher.setAAD(Buffer.from(boundTo))
  decipher.setAuthTag(sealed.subarray(-16))
  try {
    return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString('utf8')
  } catch (thrown) {
    // Another vault key, or a changed row: `final` cannot tell, and for the person it is the same: enter it again.
    if (thrown instanceof Error && /auth/i.test(thrown.message)) return undefined
    throw thrown
  }
}
