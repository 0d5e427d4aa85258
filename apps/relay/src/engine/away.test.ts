import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@tabwright/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { openSocket, openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
const RESULT = { type: 'invocationresult', function_id: 'tab::add', result: 3 }

let relay: RelayUnderTest
let base: string
beforeAll(async () => {
  relay = await startForTest({
    env: { TABWRIGHT_TOKEN: TOKEN, TABWRIGHT_METRICS: '1' },
    limits: { engine: { ...LIMITS.engine, away: 2, graceMs: 200 } },
  })
  base = `ws://localhost:${relay.port}/worker`
})
const tabs: RawSocket[] = []
afterEach(async () => {
  for (const { ws, closed } of tabs.splice(0)) {
    ws.close()
    await closed
  }
})
afterAll(() => relay.stop())

const isCall = (frame: JsonObject) => frame['type'] === 'invokefunction'
const isThere = async (observer: RawSocket) =>
  JSON.stringify((await observer.call('engine::functions::list', {}))['result']).includes('tab::add')

/** Until as many calls wait for an answer. */
const inFlight = (count: number) =>
  until(async () => {
    const { text } = await relay.send({ path: '/metrics', headers: { authorization: `Bearer ${TOKEN}` } })
    expect(text).toMatch(new RegExp(`^tabwright_calls_in_flight ${count}$`, 'm'))
  })

async function tab(): Promise<RawSocket> {
  const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
  const { text } = await relay.send({ method: 'POST', path: '/session', headers, body: '{"for":"worker"}' })
  const opened = await openSocket(`${base}/${JSON.parse(text).ticket}`)
  if ('status' in opened) throw new Error(opened.body)
  tabs.push(opened)
  await opened.call('engine::workers::register', { name: 'tab', runtime: 'browser' })
  opened.send({ type: 'registerfunction', id: 'tab::add' })
  await opened.settled()
  return opened
}

/** A tab offered it, and is closed. */
async function closed(observer: RawSocket): Promise<void> {
  const gone = await tab()
  gone.ws.close(1001)
  await until(async () => expect(await isThere(observer)).toBe(false))
}

describe('a call of a function whose tab is closed', () => {
  it('waits, runs once when the tab is back, and is answered', async () => {
    const caller = await openWorker(base, TOKEN)
    await closed(caller)
    const answered = caller.call('tab::add', { a: 1 })
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
    const posted = fetch(`${relay.url}/invoke/tab::add`, { method: 'POST', body: '{"a":2}', headers })
    await inFlight(2)
    const back = await tab()
    const calls = [await back.next(isCall), await back.next(isCall)]
    expect(new Set(calls.map(({ data }) => (data as JsonObject)['a']))).toEqual(new Set([1, 2]))
    for (const { invocation_id } of calls) back.send({ ...RESULT, invocation_id: invocation_id ?? null })
    expect((await answered)['result']).toBe(3)
    expect(await (await posted).json()).toBe(3)
    back.send({ type: 'registerfunction', id: 'tab::add' })
    await back.settled()
    expect(back.frames.filter(isCall)).toHaveLength(2)
  })

  it('says that nothing was called when its time is over, when it is called off, and when too many wait', async () => {
    const caller = await openWorker(base, TOKEN)
    await closed(caller)
    const error = { code: 'unavailable', not_called: true }
    expect(await caller.call('tab::add', {}, { timeout_ms: 50 })).toMatchObject({ error })
    const off = randomUUID()
    caller.send({ type: 'invokefunction', invocation_id: off, function_id: 'tab::add' })
    caller.send({ type: 'invokefunction', invocation_id: randomUUID(), function_id: 'tab::add' })
    expect(await caller.call('tab::add', {})).toMatchObject({ error })
    await caller.call('engine::invocations::cancel', { invocation_id: off })
    expect(await caller.next((frame) => frame['invocation_id'] === off)).toMatchObject({ error: { code: 'invocation_cancelled' } })
    // Who asked is gone: it does not run when the tab is back.
    caller.ws.close()
    await inFlight(0)
    const back = await tab()
    await back.settled()
    expect(back.frames.filter(isCall)).toEqual([])
  })

  it('is refused at once where the tab took the function back, or a program offered it', async () => {
    const [caller, program, page] = [await openWorker(base, TOKEN), await openWorker(base, TOKEN), await tab()]
    program.send({ type: 'registerfunction', id: 'desk::add' })
    await program.settled()
    program.ws.close()
    await program.closed
    page.send({ type: 'unregisterfunction', id: 'tab::add' })
    await page.settled()
    const error = { code: 'function_not_found', not_called: true }
    expect(await caller.call('tab::add', {})).toMatchObject({ error })
    await until(async () => expect(await caller.call('desk::add', {})).toMatchObject({ error }))
  })
})
