import type { SessionId } from './ids'
import { isJsonObject, parseJson } from './json'
import type { ShareAddress } from './share'

/** A link to a session that is followed while it goes on, made in this browser. */
export interface LiveLink {
  readonly id: string
  readonly session: SessionId
  readonly title: string
  /** With the key in it: whoever has it follows the session. */
  readonly address: string
  /** Wall clock of its beginning. */
  readonly at: number
  /** 0: never. */
  readonly expires: number
  /** How many look on; undefined where the relay does not say. */
  readonly viewers: number | undefined
  /** `starting`: nobody has anything yet. `behind`: viewers do not have the newest, and `problem` says why. */
  readonly state: 'starting' | 'on' | 'behind'
  readonly problem?: string
}

/** Why a relay ends the connection of somebody who follows, as the code of a socket's end. */
export const LIVE_ENDS = {
  unknown: 4404,
  revoked: 4410,
  expired: 4411,
  ended: 4412,
  'too-many-requests': 4429,
  'too-many-viewers': 4503,
  /** Who follows sent something. */
  'read-only': 4403,
} as const

export type LiveEnd = keyof typeof LIVE_ENDS

/** What is meant by the code of a socket's end; undefined: the connection broke. */
export function liveEndOf(code: number): LiveEnd | undefined {
  const names = Object.keys(LIVE_ENDS).filter((name): name is LiveEnd => name in LIVE_ENDS)
  return names.find((name) => LIVE_ENDS[name] === code)
}

/** What a relay tells those who follow, beside the frames. */
export interface LiveNote {
  readonly viewers: number
  /** Milliseconds since the owner was heard; null: not since this relay began. */
  readonly heard: number | null
  /** The owner was to be heard by now. */
  readonly isAway: boolean
}

/** The note in a text; undefined for anything else. */
export function readLiveNote(text: string): LiveNote | undefined {
  const json = parseJson(text)
  const { viewers, heard, isAway } = isJsonObject(json) ? json : {}
  if (typeof viewers !== 'number' || typeof isAway !== 'boolean') return undefined
  return typeof heard === 'number' || heard === null ? { viewers, heard, isAway } : undefined
}

/** Where a session stands at the relay, for its owner. */
export interface LiveStanding {
  readonly epoch: number
  /** The counter that comes next. */
  readonly next: number
  readonly viewers: number
}

/** @param origin where shared sessions are read. The key stands behind the `#`, which no browser sends. */
export function liveAddress(origin: string, { id, key }: ShareAddress): string {
  return `${origin}/l/${id}#${key}`
}
