import { blake2b } from '@noble/hashes/blake2.js'
import { md5, sha1 } from '@noble/hashes/legacy.js'
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import type { Input } from '../../streams/stream'

/** Something that takes bytes in turn and gives their digest. */
export interface Digest {
  update(bytes: Uint8Array): unknown
  digest(): Uint8Array
}

/** A kind of digest. */
export interface DigestKind {
  /** As `--tag` writes it. */
  readonly tag: string
  readonly bits: number
  make(bits: number): Digest
}

const KINDS = {
  md5: { tag: 'MD5', bits: 128, make: () => md5.create() },
  sha1: { tag: 'SHA1', bits: 160, make: () => sha1.create() },
  sha224: { tag: 'SHA224', bits: 224, make: () => sha224.create() },
  sha256: { tag: 'SHA256', bits: 256, make: () => sha256.create() },
  sha384: { tag: 'SHA384', bits: 384, make: () => sha384.create() },
  sha512: { tag: 'SHA512', bits: 512, make: () => sha512.create() },
  blake2b: { tag: 'BLAKE2b', bits: 512, make: (bits: number) => blake2b.create({ dkLen: bits / 8 }) },
} satisfies Record<string, DigestKind>

export type DigestName = keyof typeof KINDS

export function digestKind(name: DigestName): DigestKind {
  return KINDS[name]
}

export function digestNamed(name: string): DigestName | undefined {
  return DIGEST_NAMES.find((one) => one === name)
}

export const DIGEST_NAMES: readonly DigestName[] = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'blake2b']

/** Digest of all that is left of an input, as hexadecimal digits. */
export async function hexDigest(input: Input, digest: Digest, tick: () => void): Promise<string> {
  for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
    tick()
    digest.update(chunk)
  }
  return [...digest.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
