import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '@tabwright/protocol'
import { Worker } from '@tabwright/relay-client/worker'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { runTokenCommand } from '../cli/token-command'
import { WebSocket } from 'ws'
import { openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
})
afterAll(() => relay.stop())

const worker = (token = TOKEN) => openWorker(`ws://localhost:${relay.port}/worker`, token)
const sockets: WebSocket[] = []
function keptSocket(address: string): WebSocket {
  const ws = new WebSocket(address, { headers: { authorization: `Bearer ${TOKEN}` } })
  sockets.push(ws)
  return ws
}
const isCall = (frame: JsonObject) => frame['type'] === 'invokefunction'
const isResult = (id: string) => (frame: JsonObject) => frame['type'] === 'invocationresult' && frame['invocation_id'] === id

interface Place {
  readonly previous_worker_id: Json
  readonly reattach_token: Json
}

async function placeOf(socket: RawSocket): Promise<Place> {
  const { worker_id: id = null, reattach_token: token = null } = await socket.ofType('workerregistered')
  return { previous_worker_id: id, reattach_token: token }
}

/** Its socket breaks, and the relay has seen it. */
async function breakOff(socket: RawSocket, { previous_worker_id: id }: Place, observer: RawSocket): Promise<void> {
  socket.ws.terminate()
  await until(async () =>
    expect(JSON.stringify((await observer.call('engine::workers::list'))['result'])).not.toContain(JSON.stringify(id)),
  )
}

async function asked(owner: RawSocket, caller: RawSocket): Promise<string> {
  owner.send({ type: 'registerfunction', id: 're::x' })
  await owner.settled()
  const id = randomUUID()
  caller.send({ type: 'invokefunction', invocation_id: id, function_id: 're::x', data: {} })
  expect((await owner.next(isCall))['invocation_id']).toBe(id)
  return id
}

describe('a socket that takes the place of a broken one', () => {
  it('gets the answer that came while nobody was there, and the one that may have been lost', async () => {
    const [owner, caller, observer] = [await worker(), await worker(), await worker()]
    const place = await placeOf(caller)
    const lost = await asked(owner, caller)
    owner.send({ type: 'invocationresult', invocation_id: lost, result: 'lost?' })
    await caller.next(isResult(lost))
    const late = await asked(owner, caller)
    await breakOff(caller, place, observer)
    owner.send({ type: 'invocationresult', invocation_id: late, result: 'late' })
    await owner.settled()
    const back = await worker()
    back.send({ type: 'reattach', ...place })
    expect(await back.next(isResult(late))).toMatchObject({ result: 'late' })
    expect(await back.next(isResult(lost))).toMatchObject({ result: 'lost?' })
    for (const socket of [owner, back, observer]) socket.ws.close()
  })

  it('[C38] answers what the broken one was asked, once; others, and what comes after it, are not heard', async () => {
    const [owner, caller, observer] = [await worker(), await worker(), await worker()]
    const place = await placeOf(owner)
    const id = await asked(owner, caller)
    await breakOff(owner, place, observer)
    const [thief, back] = [await worker(), await worker()]
    thief.send({ type: 'invocationresult', invocation_id: id, result: 'stolen' })
    await thief.settled()
    back.send({ type: 'reattach', ...place })
    back.send({ type: 'invocationresult', invocation_id: id, result: 'after all' })
    expect(await caller.next(isResult(id))).toMatchObject({ result: 'after all' })
    back.send({ type: 'invocationresult', invocation_id: id, result: 'and again' })
    await back.settled()
    await caller.settled()
    expect(caller.frames.filter(isResult(id))).toHaveLength(1)
    for (const socket of [caller, observer, thief, back]) socket.ws.close()
  })

  it('is sent once more what may have been lost on its way, where it says that it runs a call once, and nothing where it does not', async () => {
    const [owner, caller, observer] = [await worker(), await worker(), await worker()]
    const place = await placeOf(owner)
    const id = await asked(owner, caller)
    await breakOff(owner, place, observer)
    const sdk = await worker()
    const next = await placeOf(sdk)
    sdk.send({ type: 'reattach', ...place })
    await sdk.settled()
    expect(sdk.frames.filter(isCall)).toEqual([])
    await breakOff(sdk, next, observer)
    const back = await worker()
    back.send({ type: 'reattach', ...next, again: true })
    expect(await back.next(isCall)).toMatchObject({ invocation_id: id, function_id: 're::x' })
    back.send({ type: 'invocationresult', invocation_id: id, result: 'once' })
    expect(await caller.next(isResult(id))).toMatchObject({ result: 'once' })
    for (const socket of [caller, observer, back]) socket.ws.close()
  })

  it('is asked about what was too large to be kept: one that it knows goes on, one that was lost ends at once', async () => {
    const [owner, caller, observer] = [await worker(), await worker(), await worker()]
    const member = new Worker({ address: `ws://localhost:${relay.port}/worker`, name: 'large', random: () => 0, socket: keptSocket })
    const ends: ((value: string) => void)[] = []
    member.registerFunction('large::x', () => new Promise<string>((resolve) => ends.push(resolve)))
    await member.functions()
    const runs = caller.call('large::x', 'x'.repeat(100_000))
    await until(() => expect(ends).toHaveLength(1))
    sockets.at(-1)?.terminate()
    ends[0]?.('known')
    expect(await runs).toMatchObject({ result: 'known' })
    member.close()

    const place = await placeOf(owner)
    owner.send({ type: 'registerfunction', id: 'large::y' })
    await owner.settled()
    const lost = caller.call('large::y', 'x'.repeat(100_000))
    await owner.next(isCall)
    await breakOff(owner, place, observer)
    // Another process of the same worker, as it were: it knows of no call.
    const back = await worker()
    back.send({ type: 'reattach', ...place, again: true })
    back.send({ type: 'ping' })
    const { invocation_id: id = null, function_id: name = null } = await back.next(isCall)
    back.send({ type: 'invocationresult', invocation_id: id, function_id: name, error: { code: 'function_not_found', message: 'no' } })
    expect(await lost).toMatchObject({ error: { code: 'invocation_stopped', message: expect.stringContaining('large::y') } })
    for (const socket of [caller, observer, back]) socket.ws.close()
  })

  it('does not run again what it asks for once more where the answer is too large to be kept, or made room for others', async () => {
    const [owner, caller, observer] = [await worker(), await worker(), await worker()]
    const place = await placeOf(caller)
    const ids = []
    for (const length of [200_000, 100_000, 100_000]) {
      const id = await asked(owner, caller)
      owner.send({ type: 'invocationresult', invocation_id: id, result: 'x'.repeat(length) })
      await caller.next(isResult(id))
      ids.push(id)
    }
    await breakOff(caller, place, observer)
    const back = await worker()
    back.send({ type: 'reattach', ...place, again: true })
    await back.ofType('reattached')
    for (const id of ids) back.send({ type: 'invokefunction', invocation_id: id, function_id: 're::x', data: {} })
    const [large = '', old = '', kept = ''] = ids
    for (const id of [large, old]) {
      const { error, result } = await back.next(isResult(id))
      expect(result).toBeUndefined()
      expect(error).toEqual({ code: 'invocation_stopped', message: expect.stringContaining('it is not run again') })
    }
    expect(await back.next(isResult(kept))).toMatchObject({ result: 'x'.repeat(100_000) })
    await owner.settled()
    expect(owner.frames.filter(isCall)).toHaveLength(ids.length)
    for (const socket of [owner, back, observer]) socket.ws.close()
  })

  it('closes the other where that one only seems to live, and its calls go on', async () => {
    const [owner, caller] = [await worker(), await worker()]
    const place = await placeOf(owner)
    const id = await asked(owner, caller)
    const back = await worker()
    back.send({ type: 'reattach', ...place })
    back.send({ type: 'registerfunction', id: 're::x' })
    await owner.closed
    back.send({ type: 'invocationresult', invocation_id: id, result: 'moved' })
    expect(await caller.next(isResult(id))).toMatchObject({ result: 'moved' })
    expect(await caller.call('engine::functions::info', { function_id: 're::x' })).toMatchObject({ result: { function_id: 're::x' } })
    back.ws.close()
    caller.ws.close()
  })

  it('[O07] with a wrong token, or of another identity, takes nothing, and the place is still there for its owner', async () => {
    const stranger = runTokenCommand(['add', 'stranger', '--data', relay.data], {}).out.trim()
    const [owner, caller, observer] = [await worker(), await worker(), await worker()]
    const place = await placeOf(owner)
    const id = await asked(owner, caller)
    await breakOff(owner, place, observer)
    const [guess, other] = [await worker(), await worker(stranger)]
    guess.send({ type: 'reattach', ...place, reattach_token: 'guess' })
    other.send({ type: 'reattach', ...place })
    for (const socket of [guess, other]) {
      socket.send({ type: 'invocationresult', invocation_id: id, result: 'stolen' })
      await socket.settled()
    }
    const back = await worker()
    back.send({ type: 'reattach', ...place })
    back.send({ type: 'invocationresult', invocation_id: id, result: 'mine' })
    expect(await caller.next(isResult(id))).toMatchObject({ result: 'mine' })
    for (const socket of [caller, observer, guess, other, back]) socket.ws.close()
  })
})
