import { isJsonObject, type Json } from '@tabwright/protocol'
import type { ChannelRef } from '@tabwright/protocol/relay'
import { CallError } from './call-error'
import type { Clock } from './clock'
import type { OpenSocket, Socket } from './socket'

/** What goes through a channel: text stays text, bytes stay bytes. */
export type ChannelItem = string | Uint8Array<ArrayBuffer>

/** What a channel's end takes from outside. */
export interface ChannelOptions {
  /** Of the worker's socket: channels hang below it and carry their own key. */
  readonly address: string
  readonly socket: OpenSocket
  readonly clock: Clock
}

/** Bytes of a frame, as the published clients cut them. */
const PIECE = 64 * 1024
/** Bytes that the socket may hold before a writer waits, and how often it looks: browsers do not tell. */
const UNSENT = 256 * 1024
const LOOK_MS = 5
/** What may wait for a reader before its socket is not read from, and, where a socket cannot pause, before it is given up. */
const UNREAD = 1024 * 1024
const UNREAD_AT_MOST = 64 * 1024 * 1024
const GONE = 'The other end of the channel broke off.'

/** Whether a value in a payload is one end of a channel. */
export function isChannelRef(value: Json | undefined): value is ChannelRef & { readonly [key: string]: Json } {
  if (!isJsonObject(value)) return false
  const { channel_id, access_key, direction } = value
  return typeof channel_id === 'string' && typeof access_key === 'string' && (direction === 'read' || direction === 'write')
}

/** The end that reads. It connects at the first read; a cancelled one tells the writer that nobody reads. */
export function readChannel(ref: ChannelRef, options: ChannelOptions): ReadableStream<ChannelItem> {
  let socket: Socket | undefined
  const end = (tell: () => void): void => {
    const one = socket
    socket = undefined
    if (one === undefined) return
    tell()
    one.close()
  }
  const start = (controller: ReadableStreamDefaultController<ChannelItem>): Socket => {
    const one = open(ref, options)
    const breakOff = (message: string): void => end(() => controller.error(channelError(message)))
    one.addEventListener('message', ({ data }) => {
      if (socket !== one) return
      if (typeof data === 'string') controller.enqueue(data)
      else if (data instanceof ArrayBuffer) controller.enqueue(new Uint8Array(data))
      const unread = -(controller.desiredSize ?? 0)
      if (unread > UNREAD) one.pause?.()
      if (unread > UNREAD_AT_MOST) breakOff('More came through the channel than was read; it was given up.')
    })
    one.addEventListener('error', () => breakOff(GONE))
    one.addEventListener('close', ({ code }) => (code === 1000 ? end(() => controller.close()) : breakOff(GONE)))
    return one
  }
  return new ReadableStream<ChannelItem>(
    {
      // Asked for only when everything that came was read.
      pull(controller) {
        if (socket === undefined) socket = start(controller)
        else socket.resume?.()
      },
      cancel: () => end(() => undefined),
    },
    { highWaterMark: 0, size: (item) => item?.length ?? 0 },
  )
}

/** The end that writes. A write resolves when there is room for more, `close` when everything has left; `abort` breaks off. */
export function writeChannel(ref: ChannelRef, options: ChannelOptions): WritableStream<ChannelItem> {
  const socket = open(ref, options)
  let isEnding = false
  let ended = (): void => undefined
  const closed = new Promise<void>((resolve) => (ended = resolve))
  async function send(piece: ChannelItem): Promise<void> {
    while (socket.bufferedAmount > UNSENT) await new Promise<void>((resolve) => void options.clock.after(LOOK_MS, resolve))
    socket.send(piece)
  }
  return new WritableStream<ChannelItem>({
    start(controller) {
      const breakOff = (): void => {
        if (!isEnding) controller.error(channelError(GONE))
        ended()
      }
      socket.addEventListener('close', breakOff)
      socket.addEventListener('error', breakOff)
      return new Promise<void>((resolve) => {
        socket.addEventListener('open', resolve)
        void closed.then(resolve)
      })
    },
    async write(item) {
      if (typeof item === 'string') return send(item)
      for (let at = 0; at < item.length; at += PIECE) await send(item.subarray(at, at + PIECE))
    },
    close() {
      isEnding = true
      socket.close(1000)
      return closed
    },
    abort() {
      isEnding = true
      socket.close(4000, 'aborted')
    },
  })
}

function open({ channel_id, access_key, direction }: ChannelRef, { address, socket }: ChannelOptions): Socket {
  const name = encodeURIComponent(channel_id)
  const one = socket(`${address}/ws/channels/${name}?key=${encodeURIComponent(access_key)}&dir=${direction}`)
  one.binaryType = 'arraybuffer'
  return one
}

function channelError(message: string): CallError {
  return new CallError('engine::channels', { code: 'channel_send_failed', message })
}
