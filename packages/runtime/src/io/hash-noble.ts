import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { blobHash, digestOf, type BlobHash, type Hash } from '@tabwright/protocol'

/** SHA-256, synchronous: a hash inside a transaction may not wait for a promise, as SubtleCrypto's would. */
export const hashText: Hash = (text) => digestOf(bytesToHex(sha256(utf8ToBytes(text))))

/** The same by the platform, many times faster, for whoever may wait. */
export async function digestBytes(bytes: Uint8Array): Promise<BlobHash> {
  // A copy only where the bytes are shared memory, which the platform does not hash.
  const own = bytes.buffer instanceof ArrayBuffer ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength) : bytes.slice()
  return blobHash(bytesToHex(new Uint8Array(await crypto.subtle.digest('SHA-256', own))))
}

/** SHA-256 of a file's content. */
export function hashBytes(bytes: Uint8Array): BlobHash {
  return blobHash(bytesToHex(sha256(bytes)))
}
