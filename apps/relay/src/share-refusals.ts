import type { IncomingMessage } from 'node:http'
import type { Refusal } from './refusal'

/** What is answered where something that is shared cannot be had or changed. */
export const SHARE_REFUSALS = {
  unknown: {
    status: 404,
    type: 'share_unknown',
    message: 'There is no shared session of this name here. The link may be cut off or mistyped, or the session was shared elsewhere.',
  },
  revoked: { status: 410, type: 'share_revoked', message: 'Whoever shared this session has taken it back.' },
  expired: { status: 410, type: 'share_expired', message: 'The time for which this session was shared is over. Ask for a new link.' },
  notYours: { status: 403, type: 'share_not_yours', message: 'This link was made by another browser; nothing was changed.' },
  full: {
    status: 507,
    type: 'relay_full',
    message: 'The relay has no room for another shared session. Revoke one, or free space on its disk; what it shares stays.',
  },
  bad: (message: string): Refusal => ({ status: 400, type: 'bad_request', message }),
  tooMany: (waitMs: number): Refusal => ({
    status: 429,
    type: 'too_many_requests',
    message: `Too many requests for shared sessions from this address. Try again in ${Math.ceil(waitMs / 1000)} s.`,
    retryAfterMs: waitMs,
  }),
} as const satisfies Record<string, Refusal | ((of: never) => Refusal)>

/** 32 random bytes that the tab keeps: proof that a link is its own. */
const TOKEN = /^[0-9a-f]{64}$/

/** The proof in a request; undefined where there is none, or two. */
export function shareToken({ headersDistinct }: IncomingMessage): string | undefined {
  const [token = '', another] = headersDistinct['share-token'] ?? []
  return another === undefined && TOKEN.test(token) ? token : undefined
}
