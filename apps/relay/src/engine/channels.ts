import { randomBytes, randomUUID } from 'node:crypto'
import type { ChannelRef } from '@tabwright/protocol/relay'
import { sameSecret, secretName } from '../secret'
import { EngineError, type ChannelItem } from './built-in'
import { keysIn, keysInParts } from './channel-keys'
import { limitFor, type EngineLimits } from './engine-limits'
import { accountOf, subjectOf, type Identity } from './identity'

/** One end of a channel that is open: a socket, or the relay itself. */
export interface ChannelEnd {
  /** Takes an item; `done` once it has left. */
  send(item: ChannelItem, done: () => void): void
  /** No more is taken in from this end until `resume`. */
  pause(): void
  resume(): void
  /** @param clean whether everything was handed over */
  close(clean: boolean, why: string): void
}

export type Direction = ChannelRef['direction']

/** A pipe from one writer to one reader. Holds a bounded number of bytes and lets the writer wait. */
export interface Channel {
  readonly id: string
  ref(direction: Direction): ChannelRef
  /** `busy`: that end is open already. @param by who opens it, where that is known: its key alone opens an end */
  open(direction: Direction, end: ChannelEnd, by?: Identity): 'opened' | 'busy'
  /** From the writer. */
  push(item: ChannelItem): void
  /** @param clean the end closed on purpose */
  ended(direction: Direction, clean: boolean): void
  destroy(why: string): void
}

export interface Channels {
  /** @param by whose it is: it goes with its token. @throws EngineError `too_many` */
  create(bufferItems: number, by: Identity): Channel
  /** With the right key only. */
  find(id: string, direction: Direction, key: string): Channel | undefined
  /**
   * A frame goes to a worker, or an answer to whoever asked by HTTP: keys of ends that stand in it are its own from now on. The published
   * SDK shows nothing but the key when it opens an end, so this is how it is known whose an end is. What goes through a channel is looked
   * at for the same reason: it goes to whoever has its reading end.
   */
  handed(text: string, to: Identity): void
  /** The same of an answer that comes in parts, cut anywhere. */
  handedInParts(to: Identity): (part: ChannelItem) => void
  /** Lets go of channels that nobody opened. */
  sweep(now: number): void
  /** Ends those that somebody made, holds an end of, or has a key of, who is no more. */
  revoke(isGone: (identity: Identity) => boolean): void
  readonly size: number
  close(): void
}

export function createChannels(
  limits: Pick<EngineLimits, 'channels' | 'channelsOfIdentity' | 'backends' | 'channelBytes' | 'channelIdleMs' | 'frame'>,
  now: () => number,
  isGone: (identity: Identity) => boolean = () => false,
): Channels {
  const all = new Map<string, PipeChannel>()
  const ends = endsByKey(isGone)
  const counts = countsOf(limits)
  const gone = (channel: PipeChannel): void => {
    all.delete(channel.id)
    ends.remove(channel)
    counts.remove(channel.account)
  }
  return {
    create: (bufferItems, by) => {
      if (all.size >= limits.channels) throw new EngineError('too_many', `${all.size} channels are open already.`)
      const account = counts.add(by)
      const channel = new PipeChannel(
        { bytes: limits.channelBytes, hardBytes: limits.channelBytes + 4 * limits.frame, items: bufferItems },
        { account, gone, withKey: ends.find },
      )
      channel.bornAt = now()
      ends.add(channel, by)
      all.set(channel.id, channel)
      return channel
    },
    handed: (text, to) => {
      if (all.size > 0) ends.give(keysIn(text), to)
    },
    handedInParts: (to) => {
      const keysOf = keysInParts()
      return (part) => ends.give(keysOf(part), to)
    },
    find: (id, direction, key) => {
      const channel = all.get(id)
      return channel?.fits(direction, key) === true ? channel : undefined
    },
    sweep: (at) => {
      for (const one of all.values())
        if (one.isWaiting && at - one.bornAt > limits.channelIdleMs) one.destroy('nobody opened the other end')
    },
    revoke: (isGone) => {
      for (const one of all.values()) if ([...one.of].some(isGone)) one.destroy('the token was revoked')
    },
    get size() {
      return all.size
    },
    close: () => {
      for (const one of all.values()) one.destroy('the relay stops')
    },
  }
}

/** An end of a channel, as its key opens it. */
interface KeyedEnd {
  readonly channel: PipeChannel
  readonly direction: Direction
}

function endsByKey(isGone: (identity: Identity) => boolean) {
  const ends = new Map<string, KeyedEnd>()
  const find = (key: string): KeyedEnd | undefined => ends.get(secretName(key))
  return {
    find,
    /** Who makes a channel has both keys of it. */
    add: (channel: PipeChannel, by: Identity): void => {
      for (const [direction, key] of channel.keys) {
        channel.join(by, direction)
        ends.set(secretName(key), { channel, direction })
      }
    },
    remove: ({ keys }: PipeChannel): void => {
      for (const [, key] of keys) ends.delete(secretName(key))
    },
    give: (keys: readonly string[], to: Identity): void => {
      for (const key of keys) {
        const found = find(key)
        found?.channel.join(to, found.direction)
        // Its token was revoked while it waited for this, after its channels were ended.
        if (isGone(to)) found?.channel.destroy('the token was revoked')
      }
    },
  }
}

/** How many each identity has made. */
function countsOf(limits: Pick<EngineLimits, 'channelsOfIdentity' | 'backends'>) {
  const counts = new Map<string, number>()
  return {
    /** @returns on whose account it is @throws EngineError `too_many` */
    add: (by: Identity): string => {
      const account = accountOf(subjectOf(by))
      const own = counts.get(account) ?? 0
      if (own >= limitFor(limits, 'channelsOfIdentity', by))
        throw new EngineError(
          'too_many',
          `"${by.id}" has ${own} channels open already, and no more are made. One that nobody opens goes by itself.`,
        )
      counts.set(account, own + 1)
      return account
    },
    remove: (account: string): void => {
      const left = (counts.get(account) ?? 1) - 1
      if (left > 0) counts.set(account, left)
      else counts.delete(account)
    },
  }
}

/** Then those that are gone are forgotten: of the others there are never many. */
const MOST_CARRIED = 256

/** What a channel is among others. */
interface Surroundings {
  readonly account: string
  readonly gone: (channel: PipeChannel) => void
  /** Of any channel that there is. */
  readonly withKey: (key: string) => KeyedEnd | undefined
}

interface Bounds {
  readonly bytes: number
  /** What a writer may have sent before its pause took effect. */
  readonly hardBytes: number
  readonly items: number
}

class PipeChannel implements Channel {
  readonly id = randomUUID()
  bornAt = 0
  /** Who made it, who opened an end of it, and who was handed a key. */
  readonly of = new Set<Identity>()
  readonly #keys = { read: newKey(), write: newKey() }
  /** Among whose channels it counts. */
  readonly account: string
  readonly #bounds: Bounds
  readonly #around: Surroundings
  /** Those of them to whom what is written goes, and the ends of which keys went to them this way. */
  readonly #readers = new Set<Identity>()
  readonly #carried = new Map<PipeChannel, Direction>()
  readonly #keysOf = keysInParts()
  readonly #queue: ChannelItem[] = []
  readonly #ends: { read?: ChannelEnd; write?: ChannelEnd } = {}
  /** Waiting here and on the way to the reader. */
  #bytes = 0
  #items = 0
  #isPaused = false
  #isComplete = false
  #isGone = false

  constructor(bounds: Bounds, around: Surroundings) {
    this.#bounds = bounds
    this.account = around.account
    this.#around = around
  }

  get keys(): readonly (readonly [Direction, string])[] {
    return [
      ['read', this.#keys.read],
      ['write', this.#keys.write],
    ]
  }

  /** Who has a key of that end, or opened it. */
  join(who: Identity, direction: Direction): void {
    if (this.of.has(who) && (direction === 'write' || this.#readers.has(who))) return
    this.of.add(who)
    if (direction === 'write') return
    this.#readers.add(who)
    for (const [one, end] of this.#carried) one.join(who, end)
  }

  get isWaiting(): boolean {
    return this.#ends.read === undefined || (this.#ends.write === undefined && !this.#isComplete)
  }

  ref(direction: Direction): ChannelRef {
    return { channel_id: this.id, access_key: this.#keys[direction], direction }
  }

  fits(direction: Direction, key: string): boolean {
    return sameSecret(key, this.#keys[direction])
  }

  open(direction: Direction, end: ChannelEnd, by?: Identity): 'opened' | 'busy' {
    if (this.#isGone || this.#ends[direction] !== undefined || (direction === 'write' && this.#isComplete)) return 'busy'
    this.#ends[direction] = end
    if (by !== undefined) this.join(by, direction)
    if (direction === 'read') this.#flush()
    return 'opened'
  }

  push(item: ChannelItem): void {
    if (this.#isGone || this.#isComplete) return
    this.#items++
    this.#bytes += sizeOf(item)
    if (this.#bytes > this.#bounds.hardBytes) return this.destroy('the writer does not wait')
    for (const key of this.#keysOf(item)) this.#carry(key)
    this.#queue.push(item)
    this.#flush()
    if (!this.#isPaused && (this.#bytes > this.#bounds.bytes || this.#items >= this.#bounds.items)) {
      this.#isPaused = true
      this.#ends.write?.pause()
    }
  }

  ended(direction: Direction, clean: boolean): void {
    if (this.#isGone) return
    if (direction === 'read') return this.#finish(false, 'the reader is gone')
    // A reader that is not there yet still gets what was written.
    this.#isComplete = true
    if (!clean) return this.#finish(false, 'the writer broke off')
    if (this.#items === 0 && this.#ends.read !== undefined) this.#finish(true, 'complete')
    else if (this.#ends.write !== undefined) delete this.#ends.write
  }

  destroy(why: string): void {
    if (!this.#isGone) this.#finish(false, why)
  }

  #carry(key: string): void {
    const found = this.#around.withKey(key)
    if (found === undefined) return
    if (this.#carried.size >= MOST_CARRIED) for (const one of this.#carried.keys()) if (one.#isGone) this.#carried.delete(one)
    this.#carried.set(found.channel, found.direction)
    for (const reader of this.#readers) found.channel.join(reader, found.direction)
  }

  #flush(): void {
    const { read } = this.#ends
    if (read === undefined) return
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      const size = sizeOf(item)
      read.send(item, () => this.#left(size))
    }
    if (this.#isComplete && this.#items === 0) this.#finish(true, 'complete')
  }

  #left(size: number): void {
    this.#bytes -= size
    this.#items--
    if (this.#isGone) return
    if (this.#isPaused && this.#bytes <= this.#bounds.bytes / 2 && this.#items < Math.max(1, this.#bounds.items / 2)) {
      this.#isPaused = false
      this.#ends.write?.resume()
    }
    if (this.#isComplete && this.#items === 0) this.#finish(true, 'complete')
  }

  #finish(clean: boolean, why: string): void {
    this.#isGone = true
    this.#queue.length = 0
    this.#carried.clear()
    this.#around.gone(this)
    this.#ends.read?.close(clean, why)
    this.#ends.write?.close(clean, why)
  }
}

function sizeOf(item: ChannelItem): number {
  return typeof item === 'string' ? Buffer.byteLength(item) : item.length
}

function newKey(): string {
  return randomBytes(24).toString('base64url')
}
