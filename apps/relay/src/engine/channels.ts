import { randomBytes, randomUUID } from 'node:crypto'
import type { ChannelRef } from '@tabwright/protocol/relay'
import { sameSecret, secretName } from '../secret'
import { EngineError, type ChannelItem } from './built-in'
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
   * SDK shows nothing but the key when it opens an end, so this is how it is known whose an end is.
   */
  handed(text: string, to: Identity): void
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
  const byKey = new Map<string, PipeChannel>()
  const counts = countsOf(limits)
  const gone = ({ id, keys, account }: PipeChannel): void => {
    all.delete(id)
    for (const key of keys) byKey.delete(secretName(key))
    counts.remove(account)
  }
  return {
    create: (bufferItems, by) => {
      if (all.size >= limits.channels) throw new EngineError('too_many', `${all.size} channels are open already.`)
      const account = counts.add(by)
      const channel = new PipeChannel(
        { bytes: limits.channelBytes, hardBytes: limits.channelBytes + 4 * limits.frame, items: bufferItems },
        { account, gone },
      )
      channel.bornAt = now()
      channel.of.add(by)
      all.set(channel.id, channel)
      for (const key of channel.keys) byKey.set(secretName(key), channel)
      return channel
    },
    handed: (text, to) => {
      if (all.size === 0 || !text.includes('"access_key"')) return
      for (const [, key = ''] of text.matchAll(KEY_IN_TEXT)) {
        const channel = byKey.get(secretName(key))
        channel?.of.add(to)
        // Its token was revoked while it waited for this, after its channels were ended.
        if (isGone(to)) channel?.destroy('the token was revoked')
      }
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

/** As a reference stands in a frame. */
const KEY_IN_TEXT = /"access_key"\s*:\s*"([\w-]{32})"/g

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
  readonly #gone: (channel: PipeChannel) => void
  readonly #queue: ChannelItem[] = []
  readonly #ends: { read?: ChannelEnd; write?: ChannelEnd } = {}
  /** Waiting here and on the way to the reader. */
  #bytes = 0
  #items = 0
  #isPaused = false
  #isComplete = false
  #isGone = false

  constructor(bounds: Bounds, of: { readonly account: string; readonly gone: (channel: PipeChannel) => void }) {
    this.#bounds = bounds
    this.account = of.account
    this.#gone = of.gone
  }

  get keys(): readonly string[] {
    return [this.#keys.read, this.#keys.write]
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
    if (by !== undefined) this.of.add(by)
    if (direction === 'read') this.#flush()
    return 'opened'
  }

  push(item: ChannelItem): void {
    if (this.#isGone || this.#isComplete) return
    this.#items++
    this.#bytes += sizeOf(item)
    if (this.#bytes > this.#bounds.hardBytes) return this.destroy('the writer does not wait')
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
    this.#gone(this)
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
