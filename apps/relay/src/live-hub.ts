import { LIVE_ENDS, type LiveEnd, type LiveNote } from '@tabwright/protocol'
import { WebSocket } from 'ws'
import type { Limits } from './limits'
import type { LiveStore } from './live-store'
import type { Rate } from './rate'

/** From where somebody who was here before goes on. */
export interface LivePlace {
  readonly epoch: number
  readonly next: number
}

/** Those who follow sessions. They get, and nothing that they send goes anywhere. */
export interface LiveHub {
  /** Takes in a socket, or ends it with the reason. */
  accept(ws: WebSocket, of: { readonly id: string; readonly address: string; readonly from: LivePlace }): void
  /** The owner was heard; there may be new frames. */
  heard(id: string): void
  /** Ends the connections of all who follow it. */
  over(id: string, how: LiveEnd): void
  viewers(id: string): number
  close(): void
}

export interface LiveHubOptions {
  readonly store: LiveStore
  readonly limits: Limits
  /** Openings in a minute from one address. */
  readonly opens: Rate
  /** Never goes back. */
  readonly now: () => number
}

interface Viewer {
  readonly ws: WebSocket
  readonly address: string
  at: LivePlace
  /** Whether it answered since it was asked last. */
  isHere: boolean
}

interface Room {
  readonly viewers: Set<Viewer>
  /** What they were told last. */
  told: string
}

const end = (ws: WebSocket, how: LiveEnd): void => ws.close(LIVE_ENDS[how], how)

/** So many looks from one question to the next whether somebody is still there. */
const ASKS_EVERY = 20

export function createLiveHub(options: LiveHubOptions): LiveHub {
  const { store, limits } = options
  const { rooms, hear, tell, over, leave } = openRooms(options)
  let looks = 0
  const look = setInterval(() => {
    looks += 1
    for (const [id, room] of rooms) {
      const state = store.standing(id)?.state ?? 'unknown'
      if (state !== 'open') over(id, state)
      else tell(id, room)
      if (looks % ASKS_EVERY === 0) for (const viewer of room.viewers) ask(viewer)
    }
  }, limits.liveLookMs)
  look.unref()
  return {
    viewers: (id) => rooms.get(id)?.viewers.size ?? 0,
    over,
    heard(id) {
      hear(id)
      const room = rooms.get(id)
      if (!room) return
      tell(id, room)
      for (const viewer of room.viewers) pump(id, viewer, options)
    },
    accept(ws, { id, address, from }) {
      const why = refusal(id, address, { ...options, rooms })
      ws.on('error', () => ws.terminate())
      // A socket alone can say why: a page is not told with what its request was refused.
      if (why !== undefined) return end(ws, why)
      const room = rooms.get(id) ?? { viewers: new Set(), told: '' }
      rooms.set(id, room)
      const viewer: Viewer = { ws, address, at: from, isHere: true }
      room.viewers.add(viewer)
      ws.on('close', () => leave(id, viewer))
      ws.on('pong', () => (viewer.isHere = true))
      ws.on('message', () => end(ws, 'read-only'))
      tell(id, room, true)
      pump(id, viewer, options)
    },
    close() {
      clearInterval(look)
      for (const { viewers: some } of rooms.values()) for (const { ws } of some) ws.close(1012)
      rooms.clear()
    },
  }
}

interface Rooms {
  readonly rooms: Map<string, Room>
  /** The owner gave a sign. */
  hear(id: string): void
  /** Tells those in a room who is there, where that is new. */
  tell(id: string, room: Room, isAnew?: boolean): void
  over: LiveHub['over']
  leave(id: string, viewer: Viewer): void
}

function openRooms({ limits, now }: LiveHubOptions): Rooms {
  const rooms = new Map<string, Room>()
  const heard = new Map<string, number>()
  const tell: Rooms['tell'] = (id, room, isAnew = false) => {
    const at = heard.get(id)
    const since = at === undefined ? null : now() - at
    const isAway = since === null || since > limits.liveAwayMs
    const note: LiveNote = { viewers: room.viewers.size, heard: since === null ? null : Math.round(since), isAway }
    // The time itself passes without anybody telling it.
    const told = `${note.viewers} ${isAway}`
    if (told === room.told && !isAnew) return
    room.told = told
    for (const { ws } of room.viewers) if (ws.bufferedAmount < limits.liveAhead) ws.send(JSON.stringify(note))
  }
  return {
    rooms,
    tell,
    hear: (id) => void heard.set(id, now()),
    over(id, how) {
      const room = rooms.get(id)
      rooms.delete(id)
      heard.delete(id)
      for (const { ws } of room?.viewers ?? []) end(ws, how)
    },
    leave(id, viewer) {
      const room = rooms.get(id)
      if (!room?.viewers.delete(viewer)) return
      if (room.viewers.size === 0) rooms.delete(id)
      else tell(id, room)
    },
  }
}

function refusal(
  id: string,
  address: string,
  { store, limits, opens, rooms }: LiveHubOptions & { readonly rooms: ReadonlyMap<string, Room> },
): LiveEnd | undefined {
  if (opens(address) > 0) return 'too-many-requests'
  const state = store.standing(id)?.state ?? 'unknown'
  if (state !== 'open') return state
  const all = [...rooms.values()].flatMap((room) => [...room.viewers])
  const isFull =
    (rooms.get(id)?.viewers.size ?? 0) >= limits.liveViewers ||
    all.length >= limits.liveViewersAll ||
    all.filter((viewer) => viewer.address === address).length >= limits.liveViewersEach
  return isFull ? 'too-many-viewers' : undefined
}

function ask(viewer: Viewer): void {
  if (!viewer.isHere) return viewer.ws.terminate()
  viewer.isHere = false
  viewer.ws.ping()
}

/** Sends what they do not have, as fast as they take it: what waits for one who does not read stays in the store. */
function pump(id: string, viewer: Viewer, options: LiveHubOptions): void {
  const { store, limits } = options
  const { ws } = viewer
  while (ws.readyState === WebSocket.OPEN && ws.bufferedAmount < limits.liveAhead) {
    const standing = store.standing(id)
    if (standing?.state !== 'open') return
    if (viewer.at.epoch !== standing.epoch || viewer.at.next > standing.next) viewer.at = { epoch: standing.epoch, next: 0 }
    if (viewer.at.next === standing.next) return
    const bytes = store.frame(id, viewer.at.next)
    if (bytes === undefined) return
    viewer.at = { epoch: standing.epoch, next: viewer.at.next + 1 }
    ws.send(bytes, (error) => error ?? pump(id, viewer, options))
  }
}
