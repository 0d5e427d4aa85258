import type { IncomingMessage } from 'node:http'
import { readLiveFrame, SHARE_ID, type LiveFrame, type LiveStanding } from '@tabwright/protocol'
import { bucketOf } from './address'
import { bodyBounds, readBody } from './body'
import type { Limits } from './limits'
import type { LiveHub } from './live-hub'
import { LiveFull, type LiveOver, type LiveStore } from './live-store'
import type { Rate } from './rate'
import { API_HEADERS, refuse, type Refusal } from './refusal'
import { shareToken, SHARE_REFUSALS } from './share-refusals'

/** What a request about sessions that are followed may use. */
export interface LiveParts {
  readonly lives: LiveStore
  readonly hub: LiveHub
  readonly limits: Pick<Limits, 'liveFrame' | 'lives' | 'bodySilenceMs'>
  readonly writes: Rate
  readonly now: () => number
}

/**
 * Keeps a frame and passes it on to those who follow. Without one it says that the owner is there. Behind a bearer, and for one that is there
 * behind its own token.
 */
export async function writeLive(incoming: IncomingMessage, parts: LiveParts, id: string): Promise<Response> {
  const wait = parts.writes(bucketOf(incoming.socket.remoteAddress))
  if (wait > 0) return refuse(SHARE_REFUSALS.tooMany(wait))
  const token = shareToken(incoming)
  if (!SHARE_ID.test(id) || token === undefined) return refuse(SHARE_REFUSALS.bad(NEEDS))
  const bytes = await readBody(incoming, bodyBounds(parts.limits.liveFrame, parts.limits))
  if (!Buffer.isBuffer(bytes)) return refuse(bytes)
  if (bytes.length === 0) return beat(parts, id, token)
  const frame = readLiveFrame(bytes)
  if (typeof frame === 'string')
    return refuse(SHARE_REFUSALS.bad('What was sent is not a part of a session of this version. Reload the page.'))
  return keep({ id, token, bytes, frame }, parts)
}

/** Ends it for those who follow. Behind a bearer and its own token. */
export function leaveLive(
  incoming: IncomingMessage,
  parts: LiveParts,
  { id, how }: { readonly id: string; readonly how: 'revoked' | 'ended' },
): Response {
  const token = shareToken(incoming)
  if (!SHARE_ID.test(id) || token === undefined) return refuse(SHARE_REFUSALS.unknown)
  return whileThereIsRoom(() => {
    const done = parts.lives.end(id, token, how)
    if (done !== 'done') return refuse(done === 'unknown' ? SHARE_REFUSALS.unknown : SHARE_REFUSALS.notYours)
    parts.hub.over(id, how)
    return json({})
  })
}

const NEEDS = 'A session that is followed needs a name of 22 letters and a token of 64 hex digits.'

function beat({ lives, hub }: LiveParts, id: string, token: string): Response {
  const standing = lives.standing(id)
  if (standing === undefined) return refuse(SHARE_REFUSALS.unknown)
  if (!lives.isOwn(id, token)) return refuse(SHARE_REFUSALS.notYours)
  if (standing.state !== 'open') return refuse(overBy(standing.state))
  hub.heard(id)
  return standingOf(lives, hub, id)
}

interface Sent {
  readonly id: string
  readonly token: string
  readonly bytes: Buffer
  readonly frame: LiveFrame
}

function keep({ id, token, bytes, frame }: Sent, { lives, hub, limits, now }: LiveParts): Response {
  const { epoch, counter, expires } = frame
  if (expires !== 0 && expires <= now()) return refuse(SHARE_REFUSALS.expired)
  return whileThereIsRoom(() => {
    const done = lives.put({ id, token, epoch, counter, expires, bytes })
    if (done === 'kept') {
      hub.heard(id)
      return standingOf(lives, hub, id)
    }
    if (done === 'not-yours') return refuse(SHARE_REFUSALS.notYours)
    if (done === 'too-large') return refuse(TOO_LARGE)
    if (done === 'stale') return refuse(STALE)
    if (done === 'too-many')
      return refuse({ ...SHARE_REFUSALS.full, message: `This relay has ${limits.lives} sessions that are followed; end one of them.` })
    return refuse(overBy(done))
  })
}

function standingOf(lives: LiveStore, hub: LiveHub, id: string): Response {
  const { epoch = 0, next = 0 } = lives.standing(id) ?? {}
  return json({ epoch, next, viewers: hub.viewers(id) } satisfies LiveStanding)
}

const overBy = (how: LiveOver): Refusal => (how === 'ended' ? ENDED : SHARE_REFUSALS[how])

const ENDED: Refusal = { status: 410, type: 'live_ended', message: 'This live view has ended.' }

const STALE: Refusal = { status: 409, type: 'live_stale', message: 'What was sent does not follow what this relay has; begin anew.' }

const TOO_LARGE: Refusal = {
  status: 413,
  type: 'too_large',
  message: 'This session has become too large to be followed. Share a copy of it, or follow it without files.',
}

function whileThereIsRoom(write: () => Response): Response {
  try {
    return write()
  } catch (thrown) {
    if (!(thrown instanceof LiveFull)) throw thrown
    return refuse(SHARE_REFUSALS.full)
  }
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { ...API_HEADERS, 'content-type': 'application/json' } })
}
