import { randomBytes } from 'node:crypto'
import type { Json } from '@tabwright/protocol'
import { CallError, isChannelRef, Worker, type WorkerOptions } from '@tabwright/relay-client/worker'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { openWorker } from './socket-under-test'

const TOKEN = 'a-token-of-the-person-0123456789abcdef'
let relay: RelayUnderTest
const workers: Worker[] = []
const sockets: WebSocket[] = []

beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
})
afterAll(() => relay.stop())
afterEach(() => {
  for (const one of workers.splice(0)) one.close()
})

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 15_000 })
const address = (): string => `ws://127.0.0.1:${relay.port}/worker`

async function join(name: string, options: Partial<WorkerOptions> = {}): Promise<Worker> {
  const socket = (url: string): WebSocket => {
    const ws = new WebSocket(url, { headers: { authorization: `Bearer ${TOKEN}` } })
    sockets.push(ws)
    return ws
  }
  const worker = new Worker({ address: address(), name, socket, random: () => 0, ...options })
  workers.push(worker)
  await worker.workers()
  return worker
}

/** A call is answered behind everything that was registered before it. */
const settled = (worker: Worker): Promise<unknown> => worker.workers()

it('calls another worker, with metadata and trace context, and gets its result or its error', async () => {
  const owner = await join('owner')
  const seen: unknown[] = []
  owner.registerFunction('client::echo', (data, { caller, metadata, traceparent }) => {
    seen.push({ caller, metadata, traceparent })
    return data
  })
  owner.registerFunction('client::fail', () => Promise.reject(new CallError('client::fail', { code: 'no_stock', message: 'None left.' })))
  await settled(owner)
  const caller = await join('caller')
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
  expect(await caller.invoke('client::echo', { n: 1 }, { metadata: { session: 's' }, traceparent })).toEqual({ n: 1 })
  const ofTheRelay = expect.stringMatching(new RegExp(`^00-${'a'.repeat(32)}-[0-9a-f]{16}-01$`))
  expect(seen).toEqual([{ caller: caller.id, metadata: { session: 's' }, traceparent: ofTheRelay }])
  await expect(caller.invoke('client::fail')).rejects.toMatchObject({ code: 'no_stock', message: 'None left.', functionId: 'client::fail' })
  await expect(caller.invoke('client::absent')).rejects.toMatchObject({ code: 'function_not_found' })
  expect((await caller.functions({ prefix: 'client::' })).map((row) => row['function_id'])).toEqual(['client::echo', 'client::fail'])
})

it('says of what the relay refused, and of nothing else, that it was not called', async () => {
  const owner = await join('owner')
  owner.registerFunction('nested::honest', () => owner.invoke('nested::absent'))
  await settled(owner)
  const liar = await openWorker(address(), TOKEN)
  liar.send({ type: 'registerfunction', id: 'nested::lies' })
  await liar.settled()
  const caller = await join('caller')
  const code = 'function_not_found'
  await expect(caller.invoke('nested::absent')).rejects.toMatchObject({ code, isNotCalled: true })
  await expect(caller.invoke('nested::honest')).rejects.toMatchObject({ code, isNotCalled: false })
  const lied = expect(caller.invoke('nested::lies')).rejects.toMatchObject({ code, isNotCalled: false })
  const { invocation_id = null } = await liar.next((frame) => frame['type'] === 'invokefunction')
  liar.send({ type: 'invocationresult', invocation_id, error: { code, message: 'It ran.', not_called: true } })
  await lied
  liar.ws.close()
})

it('a page joins with a ticket, and with another one when its socket broke', async () => {
  const bearer = await relay.pair()
  let tickets = 0
  const ticketed = async (): Promise<string> => {
    tickets++
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
    const { text } = await relay.send({ method: 'POST', path: '/session', headers, body: '{"for":"worker"}' })
    const { ticket }: { readonly ticket: string } = JSON.parse(text)
    return `${address()}/${ticket}`
  }
  const page = await join('page', {
    address: ticketed,
    socket: (url) => {
      const ws = new WebSocket(url, { origin: `http://localhost:${relay.port}`, headers: { host: `localhost:${relay.port}` } })
      sockets.push(ws)
      return ws
    },
  })
  const before = page.id
  sockets.at(-1)?.terminate()
  await until(() => expect(page.id).not.toBe(before))
  await settled(page)
  expect(tickets).toBe(2)
})

it('cancelling a call tells its owner', async () => {
  const owner = await join('owner')
  const aborted = new Promise<void>((resolve) => {
    owner.registerFunction('client::slow', (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => resolve())))
  })
  await settled(owner)
  const caller = await join('caller')
  const stop = new AbortController()
  const call = caller.invoke('client::slow', {}, { signal: stop.signal })
  stop.abort()
  await expect(call).rejects.toMatchObject({ code: 'invocation_cancelled' })
  await aborted
})

it('a call in flight survives that both sockets break, runs once, and is answered once', async () => {
  const owner = await join('owner')
  let runs = 0
  let finish: (value: string) => void = () => undefined
  owner.registerFunction('client::long', () => {
    runs++
    return new Promise<string>((resolve) => (finish = resolve))
  })
  await settled(owner)
  const caller = await join('caller')
  const before = [owner.id, caller.id]
  const answer = caller.invoke('client::long')
  await until(() => expect(runs).toBe(1))
  for (const one of sockets.splice(0)) one.terminate()
  await until(() => expect([owner.id, caller.id].some((id) => id === undefined || before.includes(id))).toBe(false))
  finish('done')
  expect([await answer, runs]).toEqual(['done', 1])
})

it('an answer that was given while the socket was broken arrives, and a bound trigger finds its provider again', async () => {
  const owner = await join('owner')
  const bound: string[] = []
  owner.registerTriggerType({ id: 'client::saved', bind: ({ id }) => void bound.push(id), unbind: () => undefined })
  let finish: (value: string) => void = () => undefined
  owner.registerFunction('client::late', () => new Promise<string>((resolve) => (finish = resolve)))
  await settled(owner)
  const ownSocket = sockets.at(-1)
  const caller = await join('caller')
  const { id } = caller.registerTrigger({ type: 'client::saved', functionId: 'client::late' })
  await until(() => expect(bound).toEqual([id]))
  const answer = caller.invoke('client::late')
  await settled(caller)
  ownSocket?.terminate()
  await until(() => expect(owner.id).toBeUndefined())
  finish('late')
  expect(await answer).toBe('late')
  await until(() => expect(bound).toEqual([id, id]))
})

it('300 kB go through a channel, both ways, in pieces', async () => {
  const bytes = new Uint8Array(randomBytes(300_000))
  const owner = await join('owner')
  owner.registerFunction('client::turn', async (data): Promise<Json> => {
    const { from, to } = data as { readonly from: Json; readonly to: Json }
    if (!isChannelRef(from) || !isChannelRef(to)) throw new TypeError('no channel')
    const parts: Uint8Array[] = []
    for await (const part of owner.openReader(from)) if (typeof part !== 'string') parts.push(part)
    const all = new Uint8Array(Buffer.concat(parts)).toReversed()
    const writer = owner.openWriter(to).getWriter()
    await writer.write('first')
    await writer.write(all)
    await writer.close()
    return all.length
  })
  await settled(owner)
  const caller = await join('caller')
  const there = await caller.createChannel()
  const back = await caller.createChannel()
  const answer = caller.invoke('client::turn', { from: { ...there.reader }, to: { ...back.writer } })
  const writer = caller.openWriter(there.writer).getWriter()
  await writer.write(bytes)
  await writer.close()
  const texts: string[] = []
  const parts: Uint8Array[] = []
  for await (const part of caller.openReader(back.reader)) {
    if (typeof part === 'string') texts.push(part)
    else parts.push(part)
  }
  expect(await answer).toBe(300_000)
  expect([texts, Buffer.concat(parts).equals(Buffer.from(bytes.toReversed()))]).toEqual([['first'], true])
})

it('a channel that breaks off is an error, not an end', async () => {
  const worker = await join('worker')
  const { reader, writer } = await worker.createChannel()
  const end = worker.openWriter(writer).getWriter()
  await end.write('one')
  const read = worker.openReader(reader).getReader()
  expect((await read.read()).value).toBe('one')
  await end.abort()
  await expect(read.read()).rejects.toMatchObject({ code: 'channel_send_failed' })
})

it('functions that come and go are told as they do', async () => {
  const watcher = await join('watcher')
  const seen: string[] = []
  watcher.registerFunction('client::told', (data) => void seen.push(JSON.stringify(data)), { metadata: { internal: true } })
  watcher.registerTrigger({ type: 'engine::functions-available', functionId: 'client::told' })
  await settled(watcher)
  const other = await join('other')
  const offered = other.registerFunction('client::new', () => 1)
  await until(() => expect(seen.at(-1)).toContain('client::new'))
  offered.unregister()
  await until(() => expect(seen.at(-1)).not.toContain('client::new'))
})
