import { randomBytes } from 'node:crypto'
import { secretName } from '../secret'
import type { EngineLimits } from './engine-limits'
import type { Identity } from './identity'

/** A way in for a socket of a page, which can send no header: in the address, once, for half a minute. */
export interface Tickets {
  mint(identity: Identity): { readonly ticket: string; readonly expiresAt: number }
  /** Whose it was. It is used up, whatever comes of it. */
  use(ticket: string): Identity | undefined
}

export interface TicketOptions {
  readonly limits: Pick<EngineLimits, 'tickets' | 'ticketMs'>
  /** Whether its token was revoked since: then its ticket is none either. */
  readonly isGone: (identity: Identity) => boolean
  readonly now?: () => number
}

export function createTickets({ limits, isGone, now = Date.now }: TicketOptions): Tickets {
  const kept = new Map<string, { readonly identity: Identity; readonly expiresAt: number }>()
  return {
    mint: (identity) => {
      const ticket = randomBytes(32).toString('base64url')
      const expiresAt = now() + limits.ticketMs
      kept.set(secretName(ticket), { identity, expiresAt })
      for (const [hash, one] of kept) if (one.expiresAt <= now() || kept.size > limits.tickets) kept.delete(hash)
      return { ticket, expiresAt }
    },
    use: (ticket) => {
      const hash = secretName(ticket)
      const found = kept.get(hash)
      kept.delete(hash)
      return found !== undefined && found.expiresAt > now() && !isGone(found.identity) ? found.identity : undefined
    },
  }
}
