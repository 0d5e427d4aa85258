import { fail, frameMirrorHead, isJsonObject, type Json, type MirrorFrame } from '@tabwright/protocol'
import { objectOf } from './answer'
import type { BytesAnswer, Line } from './line'

/** What a relay tells of a session that it mirrors: names without meaning, sizes and times. */
export interface MirrorEntry {
  readonly session: string
  readonly version: number
  /** The relay's wall clock when it got the newest head. */
  readonly at: number
  readonly size: number
}

/** The newest head of a mirrored session, and the number that replaces it. */
export interface MirrorHead {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly version: number
}

/**
 * The relay's place for encrypted sessions. Names are 64 hex digits, made with a key that the relay does not have. Every call
 * throws a FailureError whose message can be shown: `offline`, `storage_full` when the relay has no room, `unavailable` without a relay.
 */
export interface MirrorLine {
  list(): Promise<readonly MirrorEntry[]>
  readHead(session: string): Promise<MirrorHead | undefined>
  /**
   * Replaces head `expected`, 0 for the first, and gives its number. Parts that it does not name are removed with that, and in no other way.
   * `stale`: another head is there. `incomplete`: a part that it names is not. Durable when it resolves.
   */
  writeHead(session: string, frame: MirrorFrame, expected: number): Promise<number | 'stale' | 'incomplete'>
  parts(session: string): Promise<readonly string[]>
  readPart(session: string, part: string): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** Durable when it resolves. */
  writePart(session: string, part: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  remove(session: string): Promise<void>
}

const ASKED = 'The mirror'

/** The mirror behind a relay's line. */
export function openMirror(line: Line): MirrorLine {
  const gone = (answer: BytesAnswer): boolean => answer.status === 404
  const read = (path: string): Promise<BytesAnswer> => line.bytes({ method: 'GET', path, asked: ASKED, allow: [404] })
  const drop = async (path: string): Promise<void> => void (await line.bytes({ method: 'DELETE', path, asked: ASKED, allow: [404] }))
  return {
    list: async () => entriesOf(objectOf(await line.call({ method: 'GET', path: '/mirror', asked: ASKED }), ASKED)['sessions']),
    async readHead(session) {
      const answer = await read(`/mirror/${session}`)
      if (gone(answer)) return undefined
      const version = Number(/^"(\d+)"$/.exec(answer.etag)?.[1] ?? Number.NaN)
      return Number.isSafeInteger(version) ? { bytes: answer.bytes, version } : unreadable()
    },
    async writeHead(session, frame, expected) {
      const call = { method: 'PUT', path: `/mirror/${session}`, asked: ASKED, allow: [409, 412] } as const
      const answer = await line.bytes({ ...call, body: frameMirrorHead(frame), headers: { 'if-match': `"${expected}"` } })
      if (answer.status === 409) return 'incomplete'
      return answer.status === 412 ? 'stale' : expected + 1
    },
    async parts(session) {
      const { parts } = objectOf(await line.call({ method: 'GET', path: `/mirror/${session}/parts`, asked: ASKED }), ASKED)
      return Array.isArray(parts) ? parts.map((one) => nameOf(isJsonObject(one) ? one['part'] : undefined)) : unreadable()
    },
    async readPart(session, part) {
      const answer = await read(`/mirror/${session}/${part}`)
      return gone(answer) ? undefined : answer.bytes
    },
    async writePart(session, part, bytes) {
      await line.bytes({ method: 'PUT', path: `/mirror/${session}/${part}`, asked: ASKED, body: bytes })
    },
    remove: (session) => drop(`/mirror/${session}`),
  }
}

function entriesOf(sessions: Json | undefined): readonly MirrorEntry[] {
  if (!Array.isArray(sessions)) return unreadable()
  return sessions.map((one: Json): MirrorEntry => {
    const { session, version, at, size } = isJsonObject(one) ? one : {}
    if (typeof version !== 'number' || typeof at !== 'number' || typeof size !== 'number') return unreadable()
    return { session: nameOf(session), version, at, size }
  })
}

function nameOf(value: Json | undefined): string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) ? value : unreadable()
}

function unreadable(): never {
  return fail('bad_response', `${ASKED}: the relay's answer could not be read.`)
}
