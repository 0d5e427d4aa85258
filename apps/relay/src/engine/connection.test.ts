import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { cutterTo, openSocket, openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
/** Short ones, so that waiting is possible; printed, because a limit that was changed must be seen. */
const SHORT = { pingMs: 40, silenceMs: 1500, graceMs: 100 }

let relay: RelayUnderTest
beforeAll(async () => {
  process.stdout.write(`limits of this test: ${JSON.stringify(SHORT)}\n`)
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: { ...LIMITS.engine, ...SHORT } } })
})
afterAll(() => relay.stop())

const isCall = (frame: JsonObject) => frame['type'] === 'invokefunction'

async function registered(socket: RawSocket, id: string): Promise<void> {
  socket.send({ type: 'registerfunction', id })
  await socket.settled()
}

describe('a connection that nothing passes through any more', () => {
  it('[C37] [R-03] is given up after its pings had no answer, its calls end, and one that answers stays', async () => {
    const between = await cutterTo(relay.port)
    const headers = { authorization: `Bearer ${TOKEN}`, host: `localhost:${relay.port}` }
    const owner = await openSocket(`ws://127.0.0.1:${between.port}/worker`, { headers })
    if ('status' in owner) throw new Error(owner.body)
    const caller = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    await registered(owner, 'cut::x')
    const short = caller.call('cut::x', {}, { timeout_ms: 200 })
    const long = caller.call('cut::x')
    await owner.next(isCall)
    await owner.next(isCall)
    between.cut()
    expect(await short).toMatchObject({ error: { code: 'TIMEOUT' } })
    expect(await long).toMatchObject({ error: { code: 'invocation_stopped' } })
    expect(await caller.call('cut::x')).toMatchObject({ error: { code: 'function_not_found' } })
    // Nobody told it, and it was silent itself all the while: its pongs were enough.
    expect(caller.ws.readyState).toBe(caller.ws.OPEN)
    between.close()
    caller.ws.close()
  })
})

describe('a client of another version', () => {
  it('[C40] [R-05] is told frame by frame what this relay does not know, and everything else works', async () => {
    const client = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    const other = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    // Fields and frames of a later version, and a field of ours that has become another one.
    client.send({ type: 'registerfunction', id: 'later::x', priority: 'high', invocation: null })
    client.send({ type: 'subscribeerrors', id: 'later-1' })
    expect(await client.ofType('error')).toMatchObject({ error: { code: 'unknown_frame' }, id: 'later-1' })
    const id = randomUUID()
    client.send({ type: 'invokefunction', invocation_id: id, function_id: { namespace: 'a', name: 'b' } })
    const refused = await client.ofType('error')
    expect(refused).toMatchObject({ error: { code: 'bad_frame' }, id })
    expect(JSON.stringify(refused)).toContain('function_id')
    const asked = other.call('later::x', { n: 1 }, { retries: 3 })
    const call = await client.next(isCall)
    expect(call).not.toHaveProperty('retries')
    client.send({ type: 'invocationresult', invocation_id: call['invocation_id'] ?? null, result: 2, usage: { ms: 1 } })
    expect(await asked).toMatchObject({ result: 2 })
    await until(() => expect(client.ws.readyState).toBe(client.ws.OPEN))
    ;[client, other].forEach(({ ws }) => ws.close())
  })
})
