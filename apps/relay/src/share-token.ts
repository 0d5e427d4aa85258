import { createHash, timingSafeEqual } from 'node:crypto'

/** What is kept of the token that proves whose a link is. */
export const hashedToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** @param kept by {@link hashedToken} */
export const isToken = (token: string, kept: Buffer): boolean => timingSafeEqual(hashedToken(token), kept)
