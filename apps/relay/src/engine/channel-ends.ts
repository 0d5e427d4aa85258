import type { RawData, WebSocket } from 'ws'
import { EngineError, type ChannelItem, type LocalChannel } from './built-in'
import type { Channel, ChannelEnd, Direction } from './channels'
import { CLOSE } from './connection'
import type { Identity } from './identity'

/** Joins a socket to an end of a channel. An end that is taken closes the socket at once. */
export function attachSocket(
  ws: WebSocket,
  channel: Channel,
  { direction, by }: { readonly direction: Direction; readonly by: Identity | undefined },
): void {
  ws.on('error', () => channel.ended(direction, false))
  const end: ChannelEnd = {
    send: (item, done) => ws.send(item, { binary: typeof item !== 'string' }, () => done()),
    pause: () => ws.pause(),
    resume: () => ws.resume(),
    close: (clean, why) => {
      // A paused socket would not see the answer to its close.
      ws.resume()
      ws.close(clean ? 1000 : CLOSE.failed, why)
    },
  }
  if (channel.open(direction, end, by) === 'busy') return ws.close(CLOSE.policy, 'this end is open already')
  // A close without a code counts as a good one; a page that goes away, or a writer that gives up, has not said all.
  ws.on('close', (code) => channel.ended(direction, code === 1000 || code === 1005))
  ws.on('message', (data, isBinary) => {
    if (direction === 'write') channel.push(isBinary ? bytesOf(data) : bytesOf(data).toString('utf8'))
  })
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

/** The relay itself as one end. */
export function localChannel(channel: Channel, end: Direction): LocalChannel {
  const received: { readonly item: ChannelItem; readonly done: () => void }[] = []
  let closed: 'clean' | { readonly why: string } | undefined
  let isPaused = false
  let wake: (() => void)[] = []
  const woken = () => new Promise<void>((resolve) => wake.push(resolve))
  const wakeAll = () => {
    const waiting = wake
    wake = []
    for (const one of waiting) one()
  }
  const local: ChannelEnd = {
    send: (item, done) => {
      received.push({ item, done })
      wakeAll()
    },
    pause: () => {
      isPaused = true
    },
    resume: () => {
      isPaused = false
      wakeAll()
    },
    close: (clean, why) => {
      closed = clean ? 'clean' : { why }
      wakeAll()
    },
  }
  channel.open(end, local)
  const failIfBroken = () => {
    if (typeof closed === 'object') throw new EngineError('channel_send_failed', `The channel ended early: ${closed.why}.`)
  }
  async function* read(): AsyncIterable<ChannelItem> {
    for (;;) {
      const next = received.shift()
      if (next !== undefined) {
        yield next.item
        next.done()
        continue
      }
      failIfBroken()
      if (closed === 'clean') return
      await woken()
    }
  }
  return {
    ref: channel.ref(end === 'read' ? 'write' : 'read'),
    write: async (item) => {
      failIfBroken()
      channel.push(item)
      while (isPaused && closed === undefined) await woken()
      failIfBroken()
    },
    end: () => channel.ended('write', true),
    read,
    destroy: () => channel.destroy('it is not wanted any more'),
  }
}
