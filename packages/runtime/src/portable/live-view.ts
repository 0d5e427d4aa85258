import { failureOf, liveEndOf, readLiveNote, type Failure, type LiveEnd, type LiveNote, type ShareAddress } from '@tabwright/protocol'
import { liveImage, type LiveImage } from './live-image'
import { unpackPiece } from './live-piece'
import { liveOpener, type OpenedPiece } from './live-seal'
import { shareProblem } from './share-seal'
import type { SharedSession } from './shared'

/** What somebody who follows a session sees of it. */
export interface LiveView {
  /** Undefined until the first moment of it has come whole. */
  readonly session: SharedSession | undefined
  /** `away`: its owner is not heard. `offline`: the relay is not. */
  readonly state: 'connecting' | 'on' | 'away' | 'offline'
  readonly viewers: number | undefined
  /** Wall clock when the owner was heard last; undefined: not known. */
  readonly heardAt: number | undefined
}

/** Why nothing more comes. `ended`: what came may stay to be read. */
export type LiveOver = { readonly type: 'ended'; readonly message: string } | { readonly type: 'refused'; readonly failure: Failure }

/** The end of a connection of somebody who follows. */
export interface LiveSocket {
  close(): void
}

/** What comes over a connection. */
export interface LiveEars {
  bytes(bytes: Uint8Array): void
  text(text: string): void
  closed(code: number): void
}

/** What following takes from outside. */
export interface LiveViewOptions {
  readonly address: ShareAddress
  /** @param from the first piece that is not here yet */
  readonly connect: (from: Place, ears: LiveEars) => LiveSocket
  readonly now: () => number
  readonly after: (ms: number, act: () => void) => () => void
  readonly show: (view: LiveView) => void
  readonly over: (why: LiveOver) => void
}

interface Place {
  readonly epoch: number
  readonly next: number
}

/** Waits before another try, and never longer than the last of these. */
const WAITS_MS = [250, 1_000, 3_000, 8_000]

/** Follows a session until it is over or the returned function is called. Shows nothing that does not open with the key and fit together. */
export function followLive(options: LiveViewOptions): () => void {
  const state: State = {
    opener: liveOpener(options.address),
    image: liveImage(),
    place: { epoch: 0, next: 0 },
    session: undefined,
    note: undefined,
    heardAt: undefined,
  }
  // Answered at the first piece; until then nobody waits for it.
  state.opener.catch(() => undefined)
  let line: Line | undefined
  let isOver = false
  let tries = 0
  let takeBack: (() => void) | undefined
  const stop = (): void => {
    isOver = true
    takeBack?.()
    line?.leave()
  }
  const begin = (): void => {
    takeBack = undefined
    line = openLine(state, options, {
      well: () => (tries = 0),
      broken: () => {
        show('offline', state, options)
        takeBack = options.after(WAITS_MS[Math.min(tries++, WAITS_MS.length - 1)] ?? 0, begin)
      },
      over: (why) => {
        if (isOver) return
        stop()
        options.over(why)
      },
    })
  }
  const problem = shareProblem()
  if (problem === undefined) begin()
  else options.over({ type: 'refused', failure: { code: 'unavailable', message: problem } })
  return stop
}

/** A connection, from its beginning until it breaks or is left. */
interface Line {
  leave(): void
}

interface LineEnds {
  /** Something came that fits. */
  readonly well: () => void
  /** It broke, or something is missing: another one goes on from where this one was. */
  readonly broken: () => void
  readonly over: (why: LiveOver) => void
}

function openLine(state: State, options: LiveViewOptions, { well, broken, over }: LineEnds): Line {
  let isPresent = true
  let work = Promise.resolve()
  const leave = (): void => {
    isPresent = false
    socket.close()
  }
  const gone = (): void => {
    if (!isPresent) return
    leave()
    broken()
  }
  const take = async (bytes: Uint8Array): Promise<void> => {
    if (!isPresent) return
    const opened = await (await state.opener)(bytes)
    if (place(opened, state) === 'gap') return gone()
    well()
    state.heardAt = state.note?.isAway === true ? state.heardAt : options.now()
    show('on', state, options)
  }
  const socket = options.connect(state.place, {
    bytes: (bytes) => {
      work = work.then(() => take(bytes)).catch((error: unknown) => over({ type: 'refused', failure: failureOf(error) }))
    },
    text: (text) => {
      const note = isPresent ? readLiveNote(text) : undefined
      if (!note) return
      well()
      state.note = note
      state.heardAt = note.heard === null ? state.heardAt : options.now() - note.heard
      show('on', state, options)
    },
    closed: (code) => {
      const end = liveEndOf(code)
      // What came before the end is shown before it.
      void work.then(() => (end === undefined || !isPresent ? gone() : over(overBy(end))))
    },
  })
  return { leave }
}

interface State {
  readonly opener: ReturnType<typeof liveOpener>
  image: LiveImage
  /** The piece that comes next. */
  place: Place
  session: SharedSession | undefined
  note: LiveNote | undefined
  heardAt: number | undefined
}

/** Puts a piece where it belongs. What was there before is passed over: a relay may send it again, and it says nothing new. */
function place({ epoch, counter, piece }: OpenedPiece, state: State): 'placed' | 'gap' {
  if (epoch < state.place.epoch || (epoch === state.place.epoch && counter < state.place.next)) return 'placed'
  if (epoch > state.place.epoch) {
    if (counter !== 0) return 'gap'
    state.image = liveImage()
    state.place = { epoch, next: 0 }
  }
  if (counter > state.place.next) return 'gap'
  state.session = state.image.add(unpackPiece(piece)) ?? state.session
  state.place = { epoch, next: counter + 1 }
  return 'placed'
}

function show(line: 'on' | 'offline', { session, note, heardAt }: State, { show: tell }: LiveViewOptions): void {
  const isAway = note?.isAway === true
  const state = line === 'offline' ? 'offline' : session === undefined ? 'connecting' : isAway ? 'away' : 'on'
  tell({ session, state, viewers: line === 'offline' ? undefined : note?.viewers, heardAt })
}

function overBy(end: LiveEnd): LiveOver {
  if (end === 'ended') return { type: 'ended', message: SENTENCES.ended }
  return { type: 'refused', failure: { code: AGAIN.has(end) ? 'busy' : 'not_found', message: SENTENCES[end] } }
}

const AGAIN: ReadonlySet<LiveEnd> = new Set(['too-many-requests', 'too-many-viewers'])

const SENTENCES: Readonly<Record<LiveEnd, string>> = {
  unknown: 'There is no live view of this name here. The link may be cut off or mistyped, or the session was shared elsewhere.',
  revoked: 'Whoever shared this session has taken the link back. Nothing of it is shown any more.',
  expired: 'The time for which this session could be followed is over. Ask for a new link.',
  ended: 'This live view has ended. What you read is the session as it was then.',
  'too-many-requests': 'Too many live views were opened from your network in the last minute. Try again in a moment.',
  'too-many-viewers': 'As many follow this session as can. Try again when somebody has left.',
  'read-only': 'This live view was closed because something was sent to it. It can only be read; open the link again.',
}
