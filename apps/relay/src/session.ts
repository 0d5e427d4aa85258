import { createHmac, randomBytes, randomInt } from 'node:crypto'
import { TAB_IDENTITY, type Identity } from './engine/identity'
import type { Limits } from './limits'
import { hashedSecret, sameHash, sameSecret } from './secret'

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
  /** @param as whom it is of, where a page that was paired with a code asks again: what ends it ends all of that page */
  mint(as?: Identity): Bearer
  /** Of a live one: of a page that was paired with a code an identity of its own, by which its sockets are told from those of others. */
  identityOf(token: string): Identity | undefined
  /** Ends the bearer, and all others of a page that was paired with a code. */
  end(token: string): void
  /** Whether it is of a page that was ended. */
  isEnded(identity: Identity): boolean
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
  readonly identity: Identity
}

/** Who a page is that was paired with a code: like every tab, and another than each. */
export const pageOfItsOwn = (): Identity => ({ ...TAB_IDENTITY })

export function createSessions(options: SessionOptions): Sessions {
  const now = options.now ?? Date.now
  const fixed = options.fixedToken === undefined ? undefined : hashedSecret(options.fixedToken)
  const stamp = (text: string) => createHmac('sha256', options.stampKey).update(text).digest().subarray(0, 16).toString('base64url')
  let kept: readonly Kept[] = []
  const over = new WeakSet<Identity>()
  let code = newCode()

  function mint(identity = TAB_IDENTITY): Bearer {
    const secret = randomBytes(32).toString('base64url')
    const token = `${secret}.${stamp(secret)}`
    const expiresAt = now() + options.limits.sessionMs
    kept = [...kept.filter((one) => one.expiresAt > now()), { hash: hashedSecret(token), expiresAt, identity }].slice(
      -options.limits.sessions,
    )
    return { token, expiresAt }
  }

  /** Every record is compared, so that time tells nothing about which one matched. */
  function keptAs(hash: Buffer): Kept | undefined {
    let found: Kept | undefined
    for (const one of kept) if (sameHash(one.hash, hash)) found = one
    return found
  }

  function end(token: string): void {
    const ended = keptAs(hashedSecret(token))
    if (ended === undefined) return
    const isShared = ended.identity === TAB_IDENTITY
    if (!isShared) over.add(ended.identity)
    kept = kept.filter((one) => one !== ended && (isShared || one.identity !== ended.identity))
  }

  function check(token: string): Credential {
    const hash = hashedSecret(token)
    const found = keptAs(hash)
    if (found !== undefined) return found.expiresAt > now() ? 'session' : 'ended'
    if (fixed !== undefined && sameHash(fixed, hash)) return 'fixed'
    const [secret = '', mark = ''] = token.split('.', 2)
    return sameSecret(mark, stamp(secret)) ? 'ended' : 'wrong'
  }

  function usePairingCode(tried: string): boolean {
    const same = sameSecret(tried.toUpperCase().replaceAll(/[\s-]/g, ''), code.replace('-', ''))
    if (same) code = newCode()
    return same
  }

  return {
    mint,
    identityOf: (token) => keptAs(hashedSecret(token))?.identity,
    end,
    isEnded: (identity) => over.has(identity),
    check,
    pairingCode: () => code,
    usePairingCode,
  }
}

/** 39 bits, without letters that are mistaken for one another; ten tries in ten minutes make that plenty. */
function newCode(): string {
  const letters = 'ABCDEFGHJKMNPQRSTVWXYZ23456789'
  const pick = () => letters.charAt(randomInt(letters.length))
  return `${Array.from({ length: 4 }, pick).join('')}-${Array.from({ length: 4 }, pick).join('')}`
}
