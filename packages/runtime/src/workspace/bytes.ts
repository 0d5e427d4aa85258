import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { blobHash, type BlobHash } from '@tabwright/protocol'

/** Largest single file that the workspace takes. Above it a tab's memory, not the disk, becomes the limit. */
export const MAX_FILE_BYTES = 50_000_000

// As git: a NUL this early means binary. The whole file is decoded only when this says text.
const SNIFF = 8000

/** Address of a file's content. In plain JavaScript because opaque frames have no `crypto.subtle`. */
export function hashBytes(bytes: Uint8Array): BlobHash {
  return blobHash(bytesToHex(sha256(bytes)))
}

/** The text of a file, or undefined for a binary one: a NUL near the start, or bytes that are not UTF-8 and would not survive a save. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, SNIFF).includes(0)) return undefined
  try {
    // The byte order mark is kept, or saving an unchanged file would change it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (thrown) {
    if (thrown instanceof TypeError) return undefined
    throw thrown
  }
}

/** Whether an editor must not open these bytes as text. */
export function isBinary(bytes: Uint8Array): boolean {
  return textOf(bytes) === undefined
}
