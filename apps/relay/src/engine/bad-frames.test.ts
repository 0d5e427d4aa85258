import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { openWorker } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
})
afterAll(() => relay.stop())

const worker = () => openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)

describe('bad frames', () => {
  const bad: readonly (readonly [string, string | Buffer])[] = [
    ['depth 10,000', `{"type":"ping","data":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
    ['too many keys', `{"type":"ping","data":{${Array.from({ length: 10_001 }, (_, n) => `"k${n}":1`).join(',')}}}`],
    ['a key twice', '{"type":"ping","type":"pong"}'],
    ['a key twice, below', '{"type":"ping","data":{"a":{"b":1,"b":2}}}'],
    ['a key twice, once escaped', '{"type":"ping","data":{"a":1,"\\u0061":2}}'],
    ['1e999', '{"type":"ping","data":1e999}'],
    ['half a character', '{"type":"ping","data":"\\ud800"}'],
    ['a byte order mark', '\uFEFF{"type":"ping"}'],
    ['trailing garbage', '{"type":"ping"} x'],
    ['no JSON', '{'],
    ['no object', '[1]'],
    ['no type', '{"a":1}'],
    ['a prototype for a type', '{"type":"__proto__x","__proto__":{"type":"ping"},"type2":1,"id":""'],
    ['bytes', Buffer.from('{"type":"ping"}')],
    ['another shape', '{"type":"invokefunction","invocation_id":"not-a-uuid","function_id":"a::b"}'],
  ]

  it.each(bad)('[O09] %s is refused without a stack trace, and the third time the socket is closed', async (_name, frame) => {
    const socket = await worker()
    for (let n = 0; n < 3; n++) socket.send(frame)
    expect(await socket.closed).toBe(1008)
    const errors = socket.frames.filter((one) => one['type'] === 'error')
    expect(errors.length).toBeGreaterThan(0)
    for (const one of errors) expect(one).toMatchObject({ error: { code: 'bad_frame' } })
    expect(JSON.stringify(errors)).not.toMatch(/ at |node:|\.ts/)
  })

  it('[O08] [O09] a frame of 2 MiB, or of countless pieces, ends its own socket only', async () => {
    const [large, pieces, other] = [await worker(), await worker(), await worker()]
    large.ws.on('error', () => undefined)
    large.send(`{"type":"ping","data":"${'x'.repeat(2 * 1024 * 1024)}"}`)
    expect(await large.closed).toBe(1009)
    for (let n = 0; n < 20_000 && pieces.ws.readyState === pieces.ws.OPEN; n++) pieces.ws.send('x', { fin: false })
    expect([1008, 1009, 1006]).toContain(await pieces.closed)
    await other.settled()
    other.ws.close()
  })

  it('frames that are not known are named and do no harm', async () => {
    const socket = await worker()
    for (let n = 0; n < 5; n++) socket.send({ type: 'newer', id: 'x1' })
    expect(await socket.ofType('error')).toMatchObject({ error: { code: 'unknown_frame' }, id: 'x1' })
    await socket.settled()
    socket.ws.close()
  })

  const broken: readonly (readonly [string, (id: string) => string])[] = [
    ['too many keys', (id) => answerText(id, `{${Array.from({ length: 10_001 }, (_, n) => `"k${n}":1`).join(',')}}`)],
    ['half a character', (id) => answerText(id, '"\\ud800"')],
    ['another shape', (id) => `{"type":"invocationresult","invocation_id":"${id}","error":"a text"}`],
  ]
  it.each(broken)('an answer of %s ends its call with the reason, and only by who was asked', async (_name, text) => {
    const [owner, caller, other] = [await worker(), await worker(), await worker()]
    owner.send({ type: 'registerfunction', id: 'broken::x' })
    await owner.settled()
    let isOver = false
    const called = caller.call('broken::x', 1).finally(() => (isOver = true))
    const { invocation_id: id } = await owner.ofType('invokefunction')
    if (typeof id !== 'string') throw new Error('a call without an id')
    other.send(text(id))
    await other.settled()
    await caller.settled()
    expect(isOver).toBe(false)
    owner.send(text(id))
    expect(await called).toMatchObject({ error: { code: 'serialization_error', message: expect.stringContaining('broken::x') } })
    expect(await owner.ofType('error')).toMatchObject({ error: { code: 'bad_frame' } })
    for (const socket of [owner, caller, other]) socket.ws.close()
  })

  const calls: readonly (readonly [string, (id: string) => string])[] = [
    ['half a character', (id) => callText(id, '"\\ud800"')],
    ['a key twice', (id) => callText(id, '{"a":1,"a":2}')],
    ['a key twice, one of them its id’s', (id) => callText(id, `{"invocation_id":"${randomUUID()}","invocation_id":"x"}`)],
    ['too many levels', (id) => callText(id, `${'['.repeat(100)}${']'.repeat(100)}`)],
    ['another shape', (id) => `{"type":"invokefunction","function_id":"broken::y","timeout_ms":1500.5,"invocation_id":"${id}"}`],
  ]
  it.each(calls)('a call of %s ends at once with the reason, and was not made', async (_name, text) => {
    const [owner, caller] = [await worker(), await worker()]
    owner.send({ type: 'registerfunction', id: 'broken::y' })
    await owner.settled()
    const id = randomUUID()
    caller.send(text(id))
    expect(await caller.ofType('invocationresult')).toEqual({
      type: 'invocationresult',
      invocation_id: id,
      error: { code: 'bad_frame', message: expect.stringMatching(/frame/), not_called: true },
    })
    expect(await caller.ofType('error')).toMatchObject({ error: { code: 'bad_frame' }, id })
    await owner.settled()
    expect(owner.frames.filter((one) => one['type'] === 'invokefunction')).toEqual([])
    for (const socket of [owner, caller]) socket.ws.close()
  })

  it('a call that runs is not ended by a broken frame of its id', async () => {
    const [owner, caller] = [await worker(), await worker()]
    owner.send({ type: 'registerfunction', id: 'broken::z' })
    await owner.settled()
    const id = randomUUID()
    caller.send({ type: 'invokefunction', invocation_id: id, function_id: 'broken::z' })
    await owner.ofType('invokefunction')
    caller.send(callText(id, '"\\ud800"'))
    expect(await caller.ofType('error')).toMatchObject({ id })
    owner.send({ type: 'invocationresult', invocation_id: id, result: 'done' })
    expect(await caller.ofType('invocationresult')).toMatchObject({ result: 'done' })
    caller.send(callText(id, '"\\ud800"'))
    await caller.ofType('error')
    await caller.settled()
    expect(caller.frames.filter((one) => one['type'] === 'invocationresult')).toHaveLength(1)
    for (const socket of [owner, caller]) socket.ws.close()
  })

  it('[O39] keys of the language in a payload arrive as they are and change nothing', async () => {
    const [owner, caller] = [await worker(), await worker()]
    owner.send({ type: 'registerfunction', id: 'proto::x' })
    await owner.settled()
    const payload = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}'
    caller.send(`{"type":"invokefunction","invocation_id":"${randomUUID()}","function_id":"proto::x","data":${payload}}`)
    const call = await owner.ofType('invokefunction')
    expect(Object.keys(call['data'] as JsonObject).toSorted()).toEqual(['__proto__', '_caller_worker_id', 'constructor', 'toString'])
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    owner.ws.close()
    caller.ws.close()
  })
})

function answerText(id: string, result: string): string {
  return `{"type":"invocationresult","invocation_id":"${id}","function_id":"broken::x","result":${result}}`
}

/** As our client writes it: what it is about stands behind the payload. */
function callText(id: string, data: string): string {
  return `{"type":"invokefunction","function_id":"broken::y","data":${data},"invocation_id":"${id}","timeout_ms":30000}`
}
