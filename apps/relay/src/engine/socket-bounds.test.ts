import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '@tabwright/protocol'
import { afterEach, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { runTokenCommand } from '../cli/token-command'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { Connection } from './connection'
import type { EngineLimits } from './engine-limits'
import { openSocket, openWorker } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
const ends: (() => Promise<unknown> | undefined)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const end of ends.splice(0)) await end()
})

async function relayWith(limits: Partial<EngineLimits>): Promise<RelayUnderTest> {
  const relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: { ...LIMITS.engine, ...limits } } })
  ends.push(() => relay.stop())
  return relay
}

const tokenOf = (relay: RelayUnderTest, name: string, ...more: readonly string[]): string =>
  runTokenCommand(['add', name, ...more, '--data', relay.data], {}).out.trim()

it('a socket that takes what it is sent too slowly is closed with 1013 once twice the limit waits for it, and not before', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false })
  ends.push(() => new Promise((resolve) => server.close(resolve)))
  await once(server, 'listening')
  const joined = once(server, 'connection')
  const slow = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { perMessageDeflate: false })
  const closed = once(slow, 'close')
  const opened = once(slow, 'open')
  const [ws, { socket }] = (await joined) as [WebSocket, { socket: ConstructorParameters<typeof Connection>[1] }]
  await opened
  // Its close gives up after a second, however busy the machine is.
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const limits = { badFrames: 3, waiting: 1024 * 1024, silenceMs: 60_000, pauseMs: 50 }
  const connection = new Connection(ws, socket, { limits, rate: 100, now: () => 0 })
  const ended: string[] = []
  connection.open({ frame: () => undefined, broken: () => undefined, telemetry: () => undefined, ended: (how) => void ended.push(how) })
  slow.pause()
  const waiting: number[] = []
  for (let n = 0; n < 1000 && connection.isOpen; n++) {
    waiting.push(ws.bufferedAmount)
    connection.sendText('x'.repeat(64 * 1024))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(ended).toEqual(['closed'])
  expect(waiting.pop()).toBeGreaterThan(2 * limits.waiting)
  expect(Math.max(...waiting)).toBeLessThanOrEqual(2 * limits.waiting)
  slow.resume()
  expect((await closed)[0]).toBe(1013)
})

it.each([
  ['sockets', 3, 'This relay has as many connections as it takes.'],
  ['socketsOfAddress', { own: 3, other: 1 }, 'This address has as many connections as one may have.'],
] as const)('a socket beyond %s is refused with 503, whoever it is, and taken again when another is gone', async (limit, most, why) => {
  const relay = await relayWith({ [limit]: most })
  const at = `ws://localhost:${relay.port}/worker`
  const tokens = ['one', 'two', 'three'].map((name) => tokenOf(relay, name))
  const [first, ...others] = await Promise.all(tokens.map((token) => openWorker(at, token)))
  const again = () => openSocket(at, { headers: { authorization: `Bearer ${TOKEN}` } })
  const refused = await again()
  expect(refused).toMatchObject({ status: 503 })
  expect('body' in refused && JSON.parse(refused.body)).toMatchObject({ error: { type: 'busy', message: why } })
  first?.ws.close()
  await first?.closed
  const taken = await again()
  if ('status' in taken) throw new Error(taken.body)
  for (const socket of [...others, taken]) await socket.settled()
})

it('calls of one identity are counted over all its sockets: one more is busy and not made, others may call', async () => {
  const relay = await relayWith({ callsOfIdentity: { tab: 1, worker: 3 } })
  const at = `ws://localhost:${relay.port}/worker`
  const token = tokenOf(relay, 'caller', '--call', '*')
  const owner = await openWorker(at, TOKEN)
  const [one, two, other] = [
    await openWorker(at, token),
    await openWorker(at, token),
    await openWorker(at, tokenOf(relay, 'other', '--call', '*')),
  ]
  owner.send({ type: 'registerfunction', id: 'wait::x' })
  await owner.settled()
  const waiting = [one.call('wait::x', 1), one.call('wait::x', 2), two.call('wait::x', 3)]
  const isCall = (frame: JsonObject) => frame['type'] === 'invokefunction'
  const asked = [await owner.next(isCall), await owner.next(isCall), await owner.next(isCall)]
  for (const socket of [one, two])
    expect(await socket.call('wait::x', 4)).toMatchObject({
      error: { code: 'busy', not_called: true, message: expect.stringContaining('"caller"') },
    })
  const others = other.call('wait::x', 5)
  expect(await owner.next(isCall)).toMatchObject({ data: 5 })
  for (const { invocation_id: id = null } of asked) owner.send({ type: 'invocationresult', invocation_id: id, result: 'done' })
  for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ result: 'done' })
  const free = two.call('wait::x', 6)
  expect(await owner.next(isCall)).toMatchObject({ data: 6 })
  void others
  void free
})
