import { expect, it } from 'vitest'
import { readChannel, writeChannel, type ChannelOptions } from './channel'
import { settle, TestClock, TestSocket } from './worker-under-test'

const REF = { channel_id: 'c', access_key: 'k' }
const KIB = 1024

/** A socket that can be paused, as that of Node can. */
class PausingSocket extends TestSocket {
  isPaused = false
  pause(): void {
    this.isPaused = true
  }
  resume(): void {
    this.isPaused = false
  }
}

function channel<S extends TestSocket>(socket: S): { readonly socket: S; readonly clock: TestClock; readonly options: ChannelOptions } {
  const clock = new TestClock()
  return { socket, clock, options: { address: 'ws://relay/worker', socket: () => socket, clock } }
}

const bytes = (size: number): ArrayBuffer => new ArrayBuffer(size)

it('a writer waits while 256 KiB are unsent, and goes on where it was', async () => {
  const { socket, clock, options } = channel(new TestSocket('a'))
  const writer = writeChannel({ ...REF, direction: 'write' }, options).getWriter()
  socket.tells('open')
  await writer.ready
  let isWritten = false
  const writing = writer.write(new Uint8Array(bytes(128 * KIB))).then(() => (isWritten = true))
  socket.bufferedAmount = 256 * KIB + 1
  await settle()
  const sent = socket.sent.length
  await clock.pass(10_000)
  expect([socket.sent.length, isWritten]).toEqual([sent, false])
  expect(sent).toBeLessThan(2)
  socket.bufferedAmount = 256 * KIB
  await clock.pass(10)
  await writing
  expect([socket.sent.length, isWritten]).toEqual([2, true])
})

it('a reader that does not read has its socket paused at 1 MiB, and read from again when it does', async () => {
  const { socket, options } = channel(new PausingSocket('a'))
  const reader = readChannel({ ...REF, direction: 'read' }, options).getReader()
  const first = reader.read()
  await settle()
  socket.tells('message', bytes(1))
  await first
  for (let n = 0; n < 16; n++) socket.tells('message', bytes(64 * KIB))
  expect(socket.isPaused).toBe(false)
  socket.tells('message', bytes(1))
  expect(socket.isPaused).toBe(true)
  for (let n = 0; n < 17; n++) await reader.read()
  const next = reader.read()
  await settle()
  expect(socket.isPaused).toBe(false)
  socket.tells('message', 'more')
  expect(await next).toEqual({ done: false, value: 'more' })
})

it('where a socket cannot be paused, a reader that does not read is given up at 64 MiB, with an error and not an end', async () => {
  const { socket, options } = channel(new TestSocket('a'))
  const reader = readChannel({ ...REF, direction: 'read' }, options).getReader()
  const first = reader.read()
  await settle()
  socket.tells('message', bytes(1))
  await first
  const part = bytes(8 * KIB * KIB)
  for (let n = 0; n < 8; n++) socket.tells('message', part)
  expect(socket.isClosed).toBe(false)
  socket.tells('message', bytes(1))
  expect(socket.isClosed).toBe(true)
  await expect(reader.read()).rejects.toMatchObject({ code: 'channel_send_failed', message: expect.stringContaining('given up') })
})
