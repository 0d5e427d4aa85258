import {
  fail,
  failureOf,
  type Clock,
  type Hash,
  type LiveLink,
  type LiveStanding,
  type SessionId,
  type ShareAddress,
  type ShareChoice,
} from '@tabwright/protocol'
import type { LiveLine, LiveRefused } from '@tabwright/relay-client'
import type { ImageStore } from '../io/image-store'
import { cleanImage } from '../portable/clean-image'
import { cleanings } from '../portable/cleanings'
import { settledImage, type SettledImage } from '../portable/live-cut'
import { packPiece, type LivePiece } from '../portable/live-piece'
import { piecesAfter, type SentImage } from '../portable/live-pieces'
import { liveSealer, type LiveSealer } from '../portable/live-seal'
import { readOn, type SessionImage } from '../portable/session-image'
import type { Timers } from './timers'

/** A live link as this browser keeps it: with its key, and the token that ends it. */
export interface KeptLive extends ShareAddress {
  readonly token: string
  readonly origin: string
  readonly session: SessionId
  readonly title: string
  readonly choice: ShareChoice
  readonly at: number
  readonly expires: number
  /** The newest epoch that was ever begun. */
  readonly epoch: number
}

/** What following takes from outside, for its owner. */
export interface LiveRunPorts {
  readonly images: () => Promise<ImageStore>
  readonly watch: (session: SessionId, listener: () => void) => Promise<() => void>
  readonly line: LiveLine
  readonly clock: Pick<Clock, 'now'>
  readonly hash: Hash
  readonly timers: Timers
  /** Makes an epoch this browser's before anything is sealed in it, later than `told`; undefined: the link is not kept any more. */
  readonly nextEpoch: (id: string, told: number) => Promise<number | undefined>
  readonly told: (id: string, news: LiveNews) => void
}

export type LiveNews = Pick<LiveLink, 'state' | 'viewers'> & { readonly problem?: string | undefined }

/** So often the relay hears that the owner is there. */
const BEAT_MS = 3_000
/** Facts come in little groups. */
const GATHER_MS = 40

/** Brings what is new to those who follow, until the link is over or the signal says so. Nothing leaves that was not looked through. */
export async function runLive(link: KeptLive, ports: LiveRunPorts, signal: AbortSignal): Promise<'over' | 'stopped'> {
  const wake = createWake(ports.timers, signal)
  const unwatch = await ports.watch(link.session, wake.now)
  const owner = createOwner(link, ports)
  try {
    while (!signal.aborted) {
      const began = performance.now()
      if ((await oneRound(link.id, owner, ports)) === 'over') return 'over'
      // A long session takes its time to be looked through: half of it is left to others.
      await wake.next(Math.max(GATHER_MS, performance.now() - began))
    }
    return 'stopped'
  } finally {
    unwatch()
    wake.close()
  }
}

async function oneRound(id: string, owner: Owner, { told }: LiveRunPorts): Promise<'over' | undefined> {
  try {
    const done = await owner.round()
    if (done === 'over') return 'over'
    told(id, { state: 'on', viewers: done.viewers })
  } catch (error) {
    told(id, { state: 'behind', viewers: undefined, problem: failureOf(error).message })
  }
  return undefined
}

interface Owner {
  round(): Promise<LiveStanding | 'over'>
}

interface Epoch {
  readonly sealer: LiveSealer
  readonly sent: SentImage | undefined
}

/** What of the session has been read, and what of that is new. */
interface Looking {
  /** Reads on and looks through what there is. @param epoch undefined: those who follow have nothing of what is there */
  look(epoch: Epoch | undefined): Promise<SettledImage | 'same'>
}

function createLooking({ session, choice }: KeptLive, { images, hash }: LiveRunPorts): Looking {
  const before = cleanings()
  let image: SessionImage | undefined
  return {
    async look(epoch) {
      const known = image
      image = await readOn(await images(), session, { hash, before: known })
      if (epoch && known && known.facts.length === image.facts.length && known.title === image.title) return 'same'
      const settled = settledImage(image)
      const { image: clean } = await cleanImage(image, hash, { ...choice, cut: () => settled, cleanings: before })
      return { ...clean, isOpen: settled.isOpen }
    },
  }
}

/** What was sent, and what waits to be. */
function createOwner(link: KeptLive, ports: LiveRunPorts): Owner {
  const { line } = ports
  const { id, token, expires } = link
  const looking = createLooking(link, ports)
  let epoch: Epoch | undefined
  let pieces: readonly LivePiece[] = []
  /** Sealed once: what may have arrived is sent again to the letter. */
  let frame: Uint8Array<ArrayBuffer> | undefined
  let told = link.epoch

  const begin = async (): Promise<Epoch | undefined> => {
    const number = await ports.nextEpoch(id, told)
    if (number === undefined) return undefined
    told = number
    pieces = []
    frame = undefined
    return { sealer: await liveSealer(link, { epoch: number, expires }), sent: undefined }
  }
  const look = async (): Promise<'over' | undefined> => {
    const image = await looking.look(epoch)
    if (image === 'same') return undefined
    let next = epoch && piecesAfter(epoch.sent, image)
    if (!epoch || !next || next === 'anew') {
      epoch = await begin()
      if (!epoch) return 'over'
      next = piecesAfter(undefined, image)
    }
    if (next === 'anew') return undefined
    pieces = [...pieces, ...next.pieces]
    epoch = { ...epoch, sent: next.sent }
    return undefined
  }
  const send = async (): Promise<LiveStanding | LiveRefused | undefined> => {
    let answer: LiveStanding | LiveRefused | undefined
    while (epoch && pieces[0]) {
      frame ??= await epoch.sealer.seal(await packPiece(pieces[0]))
      answer = await line.put(id, token, frame)
      if (typeof answer === 'string') return answer
      frame = undefined
      pieces = pieces.slice(1)
    }
    return answer
  }
  /** Whether the link is over; then the relay knows it too. */
  const lookOrEnd = async (): Promise<boolean> => {
    const isTimeOver = expires !== 0 && expires <= ports.clock.now()
    if (!isTimeOver && (await look().catch(goneIsOver)) !== 'over') return false
    await line.end(id, token, 'ended')
    return true
  }
  /** What the relay has, where that is all of this epoch; `anew` where it is something else. */
  const bring = async (): Promise<LiveStanding | 'over' | 'anew'> => {
    const sent = await send()
    const answer = typeof sent === 'object' ? sent : await line.beat(id, token)
    if (answer === 'over') return 'over'
    if (typeof answer === 'object' && typeof sent !== 'string' && answer.epoch === told) return answer
    // Its folder is another one, or another tab went on: all of it once more, in a later epoch than it knows.
    if (typeof answer === 'object') told = Math.max(told, answer.epoch)
    return 'anew'
  }
  return { round: () => roundOf({ lookOrEnd, bring, drop: () => (epoch = undefined) }) }
}

interface Steps {
  lookOrEnd(): Promise<boolean>
  bring(): Promise<LiveStanding | 'over' | 'anew'>
  drop(): void
}

async function roundOf({ lookOrEnd, bring, drop }: Steps): Promise<LiveStanding | 'over'> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (await lookOrEnd()) return 'over'
    const answer = await bring()
    if (answer !== 'anew') return answer
    drop()
  }
  return fail('busy', 'The relay does not take what is new of this session; it is tried again.')
}

/** The session is not there any more: nobody is to wait for it. */
function goneIsOver(error: unknown): 'over' {
  if (failureOf(error).code === 'not_found') return 'over'
  throw error
}

/** Beginnings in one round, before the relay is left alone for a while. */
const MOST_TRIES = 3

interface Wake {
  readonly now: () => void
  /** Resolves when there is something to do, but not before so many milliseconds. */
  next(least: number): Promise<void>
  close(): void
}

function createWake(timers: Timers, signal: AbortSignal): Wake {
  let isDue = false
  let ring: (() => void) | undefined
  const now = (): void => {
    isDue = true
    ring?.()
  }
  const beat = timers.every(BEAT_MS, now)
  signal.addEventListener('abort', now)
  const rest = (ms: number): Promise<void> => new Promise((resolve) => timers.after(ms, resolve))
  return {
    now,
    async next(least) {
      await rest(least)
      if (!isDue && !signal.aborted) await new Promise<void>((resolve) => (ring = resolve))
      ring = undefined
      isDue = false
    },
    close: beat,
  }
}
