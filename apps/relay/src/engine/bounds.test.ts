import { once } from 'node:events'
import { connect } from 'node:net'
import type { JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { openSocket, openWorker, until } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
/** Small enough to be met in a test; printed, because a limit that was changed must be seen. */
const SMALL = {
  messages: { tab: 20, worker: 400 },
  pauseMs: 50,
  waiting: 64 * 1024,
  socketsOfIdentity: { tab: 2, worker: 6 },
  sockets: 8,
  channels: 1,
}

let relay: RelayUnderTest
let base: string
beforeAll(async () => {
  process.stdout.write(`limits of this test: ${JSON.stringify(SMALL)}\n`)
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: { ...LIMITS.engine, ...SMALL } } })
  base = `ws://localhost:${relay.port}/worker`
})
afterAll(() => relay.stop())

const headers = { authorization: `Bearer ${TOKEN}` }
const isCall = (frame: JsonObject) => frame['type'] === 'invokefunction'

describe('a socket', () => {
  it('that sends more than it may is warned and not read from, and the fourth time closed; others go on', async () => {
    const [flood, other] = [await openWorker(base, TOKEN), await openWorker(base, TOKEN)]
    const sending = setInterval(() => {
      for (let n = 0; n < 500 && flood.ws.bufferedAmount < 1_000_000; n++) flood.send('{"type":"pong"}')
    }, 5)
    expect(await flood.closed).toBe(1013)
    clearInterval(sending)
    expect(flood.frames.filter((frame) => frame['type'] === 'error')).toMatchObject([
      { error: { code: 'too_many' } },
      { error: { code: 'too_many' } },
      { error: { code: 'too_many' } },
    ])
    await other.settled()
    other.ws.close()
    await other.closed
  })

  it('that does not read gets no more calls, its callers are told, and in the end it is closed', async () => {
    const [slow, caller] = [await openWorker(base, TOKEN), await openWorker(base, TOKEN)]
    slow.send({ type: 'registerfunction', id: 'slow::x' })
    await slow.settled()
    slow.ws.pause()
    const text = 'x'.repeat(900_000)
    let busy = false
    for (let n = 0; n < 60 && !busy; n++) {
      const answered = caller.call('slow::x', text, { timeout_ms: 60_000 })
      const first = await Promise.race([answered, caller.settled().then(() => undefined)])
      busy = first !== undefined && JSON.stringify(first['error']).includes('"busy"')
    }
    expect(busy).toBe(true)
    // It answers no ping either.
    slow.ws.terminate()
    caller.ws.close()
    await caller.closed
  })

  it('beyond those of one identity, and of the relay, is refused with 503', async () => {
    const open = []
    for (;;) {
      const next = await openSocket(base, { headers })
      if ('status' in next) {
        expect(next.status).toBe(503)
        break
      }
      open.push(next)
    }
    expect(open.length).toBeLessThanOrEqual(SMALL.socketsOfIdentity.worker)
    for (const socket of open) socket.ws.close()
    await Promise.all(open.map((socket) => socket.closed))
    const again = await openWorker(base, TOKEN)
    again.ws.close()
  })

  it('that says nothing for too long is given up, and one that answers pings is not', async () => {
    const brief = { ...LIMITS.engine, pingMs: 50, silenceMs: 2000 }
    const other = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: brief } })
    const at = `ws://localhost:${other.port}/worker`
    const quiet = await openSocket(at, { headers, autoPong: false })
    const alive = await openSocket(at, { headers })
    if ('status' in quiet || 'status' in alive) throw new Error('refused')
    expect(await quiet.closed).toBe(1006)
    await alive.settled()
    await other.stop()
  })

  it('finds no further channel when all are taken', async () => {
    const worker = await openWorker(base, TOKEN)
    expect((await worker.call('engine::channels::create', {}))['error']).toBeUndefined()
    expect(await worker.call('engine::channels::create', {})).toMatchObject({ error: { code: 'too_many' } })
    worker.ws.close()
    await worker.closed
  })
})

describe('a relay that stops', () => {
  it('lets calls end, then closes with 1012, so that clients come back', async () => {
    const stopping = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { drainMs: 20_000 } })
    const at = `ws://localhost:${stopping.port}/worker`
    const [owner, caller] = [await openWorker(at, TOKEN), await openWorker(at, TOKEN)]
    owner.send({ type: 'registerfunction', id: 'last::x' })
    await owner.settled()
    const asked = caller.call('last::x')
    const { invocation_id: id = null } = await owner.next(isCall)
    const stopped = stopping.stop()
    await until(async () => expect(await openSocket(at, { headers }).catch(() => 'closed')).toBe('closed'))
    owner.send({ type: 'invocationresult', invocation_id: id, result: 'done' })
    expect(await asked).toMatchObject({ result: 'done' })
    expect([await owner.closed, await caller.closed]).toEqual([1012, 1012])
    await stopped
  })

  it('does not wait for a connection that a browser holds ready and never used', async () => {
    const stopping = await startForTest({ limits: { drainMs: 600_000 } })
    const ready = connect(stopping.port, '127.0.0.1')
    await once(ready, 'connect')
    // Taken in by the time that something asked later is answered.
    await stopping.send({ path: '/healthz' })
    const closed = once(ready, 'close')
    await stopping.stop()
    await closed
  })
})
