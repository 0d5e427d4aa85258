import { fail, isJsonObject, parseJson, type LiveStanding } from '@tabwright/protocol'
import type { BytesAnswer, Line } from './line'

/** That nothing more is taken: `unknown` the relay has none of that name, `stale` it has something else under this number. */
export type LiveRefused = 'unknown' | 'stale' | 'over'

/**
 * The relay's place for sessions that are followed. Every call throws a FailureError whose message can be shown: `offline`, `storage_full`,
 * `too_large`, `busy`, `unavailable` without a relay.
 */
export interface LiveLine {
  /** Durable when it resolves. @param token proof of the same browser for the next time, 64 hex digits */
  put(id: string, token: string, frame: Uint8Array<ArrayBuffer>): Promise<LiveStanding | LiveRefused>
  /** Says that the owner is there. */
  beat(id: string, token: string): Promise<LiveStanding | LiveRefused>
  /** Ends it for good; `ended`: those who follow may keep what they have. One that the relay does not know is ended already. */
  end(id: string, token: string, how: 'ended' | 'revoked'): Promise<void>
}

const ASKED = 'Sharing live'
const NOTHING = new Uint8Array(0)

/** Sessions that are followed, behind a relay's line. */
export function openLives(line: Line): LiveLine {
  const put = async (id: string, token: string, body: Uint8Array<ArrayBuffer>): Promise<LiveStanding | LiveRefused> => {
    const headers = { 'share-token': token }
    return standingOf(await line.bytes({ method: 'PUT', path: `/live/${id}`, asked: ASKED, allow: [404, 409, 410], body, headers }))
  }
  return {
    put,
    beat: (id, token) => put(id, token, NOTHING),
    async end(id, token, how) {
      const path = how === 'ended' ? `/live/${id}/stream` : `/live/${id}`
      await line.bytes({ method: 'DELETE', path, asked: ASKED, allow: [404], headers: { 'share-token': token } })
    },
  }
}

function standingOf({ status, bytes }: BytesAnswer): LiveStanding | LiveRefused {
  if (status === 404) return 'unknown'
  if (status === 409) return 'stale'
  if (status === 410) return 'over'
  const json = parseJson(new TextDecoder().decode(bytes))
  const { epoch, next, viewers } = isJsonObject(json) ? json : {}
  if (typeof epoch === 'number' && typeof next === 'number' && typeof viewers === 'number') return { epoch, next, viewers }
  return fail('bad_response', `${ASKED}: the relay's answer could not be read.`)
}
