import { createHash, timingSafeEqual } from 'node:crypto'

/*
 * Every comparison with a secret is made here, so that none tells by its time how much of a guess was right. Where a secret is looked up
 * instead, it is by `secretName`.
 */

/** What is kept of a secret. */
export function hashedSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** By what a secret is found among others: its hash, in which nobody can come closer digit by digit. */
export function secretName(secret: string): string {
  return hashedSecret(secret).toString('hex')
}

/** Of two that were made by {@link hashedSecret}. */
export function sameHash(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}

/** Of what somebody presented, and what it has to be. Their lengths tell nothing either. */
export function sameSecret(given: string, own: string): boolean {
  return sameHash(hashedSecret(given), hashedSecret(own))
}

/** @param kept by {@link hashedSecret} */
export function isSecret(given: string, kept: Buffer): boolean {
  return sameHash(hashedSecret(given), kept)
}
