import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Limits } from './limits'

/** A bearer as its owner gets it. It is shown once and kept here only as a hash. */
export interface Bearer {
  readonly token: string
  /** Wall clock, milliseconds. */
  readonly expiresAt: number
}

/** What a presented credential is. `ended`: we made it, in this run or an earlier one, so it is no guess. */
export type Credential = 'session' | 'fixed' | 'ended' | 'wrong'

/** Bearers and pairing codes of one run of the relay. */
export interface Sessions {
  mint(): Bearer
  check(token: string): Credential
  /** The code that a person reads from the terminal; a new one after each use. */
  pairingCode(): string
  /** True once for the current code. Callers count wrong ones as failed logins. */
  usePairingCode(code: string): boolean
}

export interface SessionOptions {
  readonly limits: Pick<Limits, 'sessions' | 'sessionMs'>
  /** Survives restarts: tells a bearer of an earlier run, which an open tab still holds, from a guess. */
  readonly stampKey: Buffer
  /** `TABWRIGHT_TOKEN`. */
  readonly fixedToken: string | undefined
  readonly now?: () => number
}

interface Kept {
  readonly hash: Buffer
  readonly expiresAt: number
}

export function createSessions(options: SessionOptions): Sessions {
  const now = options.now ?? Date.now
  const fixed = options.fixedToken === undefined ? undefined : sha256(options.fixedToken)
  const stamp = (text: string) => createHmac('sha256', options.stampKey).update(text).digest().subarray(0, 16).toString('base64url')
  let kept: readonly Kept[] = []
  let code = newCode()

  function mint(): Bearer {
    const secret = randomBytes(32).toString('base64url')
    const token = `${secret}.${stamp(secret)}`
    const expiresAt = now() + options.limits.sessionMs
    kept = [...kept.filter((one) => one.expiresAt > now()), { hash: sha256(token), expiresAt }].slice(-options.limits.sessions)
    return { token, expiresAt }
  }

  function check(token: string): Credential {
    const hash = sha256(token)
    // Every record is compared, so that time tells nothing about which one matched.
    let found: Kept | undefined
    for (const one of kept) if (timingSafeEqual(one.hash, hash)) found = one
    if (found !== undefined) return found.expiresAt > now() ? 'session' : 'ended'
    if (fixed !== undefined && timingSafeEqual(fixed, hash)) return 'fixed'
    const [secret = '', mark = ''] = token.split('.', 2)
    return timingSafeEqual(sha256(stamp(secret)), sha256(mark)) ? 'ended' : 'wrong'
  }

  function usePairingCode(tried: string): boolean {
    const same = timingSafeEqual(sha256(tried.toUpperCase().replaceAll(/[\s-]/g, '')), sha256(code.replace('-', '')))
    if (same) code = newCode()
    return same
  }

  return { mint, check, pairingCode: () => code, usePairingCode }
}

/** 39 bits, without letters that are mistaken for one another; ten tries in ten minutes make that plenty. */
function newCode(): string {
  const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
  const pick = () => letters.charAt(randomInt(letters.length))
  return `${Array.from({ length: 4 }, pick).join('')}-${Array.from({ length: 4 }, pick).join('')}`
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
