import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { blobHash, digestOf, type BlobHash, type Hash } from '@tabwright/protocol'

const encoder = new TextEncoder()
/** Room for the text of nearly every fact: each one hashed needs none of its own. */
const room = new Uint8Array(16_384)
/** A code unit is at most three bytes. */
const FITS = Math.floor(room.length / 3)

/** SHA-256, synchronous: a hash inside a transaction may not wait for a promise, as SubtleCrypto's would. */
export const hashText: Hash = (text) => {
  const bytes = text.length > FITS ? encoder.encode(text) : room.subarray(0, encoder.encodeInto(text, room).written)
  return digestOf(bytesToHex(sha256(bytes)))
}

/** The same by the platform, many times faster, for whoever may wait. */
export function digestBytes(bytes: Uint8Array): Promise<BlobHash> {
  // Thousands of small files are hashed at a time: nothing is made for one that need not be. The platform does not hash shared memory.
  return crypto.subtle.digest('SHA-256', isOwn(bytes) ? bytes : bytes.slice()).then(hexOf)
}

function isOwn(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer
}

function hexOf(digest: ArrayBuffer): BlobHash {
  return blobHash(bytesToHex(new Uint8Array(digest)))
}

/** SHA-256 of a file's content. */
export function hashBytes(bytes: Uint8Array): BlobHash {
  return blobHash(bytesToHex(sha256(bytes)))
}

/** Bytes that are hashed at a time: some milliseconds. */
const HASHED_AT_ONCE = 1024 * 1024

/** As {@link hashBytes}, to be put down in between. */
export function* hashInPieces(bytes: Uint8Array): Generator<void, BlobHash, undefined> {
  const hash = sha256.create()
  for (let at = 0; at < bytes.length; at += HASHED_AT_ONCE) {
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE))
    yield
  }
  return blobHash(bytesToHex(hash.digest()))
}
