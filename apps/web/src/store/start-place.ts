import { EMBEDDED, keyOfHands, type HandsChoice, type OfferedDirectory, type SessionId } from '@tabwright/protocol'

/** Where the choice is kept. */
export const START_PLACE_KEY = 'tabwright.place'

/** Where commands of new sessions run: left to the app, or a place by its key (`keyOfHands`). */
export type StartPlace = string
const AUTOMATIC = 'automatic'
const MOST = 2000

/** Anything that is not a known choice is left to the app. */
export function startPlaceChoice(text: string | null): StartPlace {
  const isKnown = text === 'embedded' || text === 'webcontainers' || (text?.startsWith('["remote",') === true && text.length <= MOST)
  return isKnown ? text : AUTOMATIC
}

interface Here {
  readonly offered: readonly OfferedDirectory[]
  /** The person agreed to WebContainers, and this page can have them. */
  readonly hasContainers: boolean
}

/** The place that a new session is given; undefined: none, the app chooses. `away`: it cannot be had at this moment. */
export function placeAtStart(place: StartPlace, { offered, hasContainers }: Here): HandsChoice | 'away' | undefined {
  if (place === AUTOMATIC) return undefined
  if (place === 'embedded') return EMBEDDED
  if (place === 'webcontainers') return hasContainers ? { type: 'webcontainers' } : 'away'
  return offered.map((one): HandsChoice => ({ ...one, type: 'remote' })).find((one) => keyOfHands(one) === place) ?? 'away'
}

const fresh = new Set<SessionId>()

/** This session was made just now, in this page. */
export function beginsNow(session: SessionId): void {
  fresh.add(session)
}

/** True once. A reload in between forgets it: then the session begins where the app begins all. */
export function takeBeginning(session: SessionId): boolean {
  return fresh.delete(session)
}
