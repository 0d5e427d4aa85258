import type { JsonObject } from '@tabwright/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runTokenCommand } from '../cli/token-command'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { openSocket, openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
/** Small enough to be met in a test; printed, because a limit that was changed must be seen. */
const SMALL = { bindingsOfIdentity: { tab: 1, worker: 2 } }

let relay: RelayUnderTest
let base: string
beforeAll(async () => {
  process.stdout.write(`limits of this test: ${JSON.stringify(SMALL)}\n`)
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: { ...LIMITS.engine, ...SMALL } } })
  base = `ws://localhost:${relay.port}/worker`
})
afterAll(() => relay.stop())

const bind = (socket: RawSocket, id: string) =>
  socket.send({ type: 'registertrigger', id, trigger_type: 'state', function_id: 'desk::on', config: { scope: id } })
const listed = async (socket: RawSocket) => JSON.stringify((await socket.call('engine::registered-triggers::list', {}))['result'])

async function bound(socket: RawSocket, id: string): Promise<void> {
  bind(socket, id)
  await until(async () => expect(await listed(socket)).toContain(`"${id}"`))
}

/** Why it was refused. */
async function refused(socket: RawSocket, id: string): Promise<unknown> {
  bind(socket, id)
  return (await socket.next((frame: JsonObject) => frame['type'] === 'triggerregistrationresult' && frame['id'] === id))['error']
}

async function tab(): Promise<RawSocket> {
  const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
  const { text } = await relay.send({ method: 'POST', path: '/session', headers, body: '{"for":"worker"}' })
  const opened = await openSocket(`${base}/${JSON.parse(text).ticket}`)
  if ('status' in opened) throw new Error(opened.body)
  return opened
}

it('an identity has so many bindings over all its sockets, durable ones too; a further one is refused with the number, and others have theirs', async () => {
  const [one, other] = [await openWorker(base, TOKEN), await openWorker(base, TOKEN)]
  const desk = await openWorker(
    base,
    runTokenCommand(['add', 'desk', '--call', '*', '--bind', 'state', '--data', relay.data], {}).out.trim(),
  )
  const page = await tab()
  await bound(one, 'b-1')
  // Again is the same one.
  await bound(one, 'b-1')
  const durable = await other.call('engine::register_trigger', { trigger_type: 'state', function_id: 'desk::on', config: {} })
  expect(durable['error']).toBeUndefined()
  const error = { code: 'too_many', message: '"default" has 2 bindings already, and no more are taken.' }
  expect(await refused(other, 'b-2')).toEqual(error)
  const another = await one.call('engine::register_trigger', { trigger_type: 'state', function_id: 'desk::on', config: {} })
  expect(another['error']).toMatchObject(error)
  for (const id of ['d-1', 'd-2']) await bound(desk, id)
  await bound(page, 't-1')
  expect(await refused(page, 't-2')).toMatchObject({ code: 'too_many' })
  // With its socket go its bindings, and there is room again.
  one.ws.close()
  await until(async () => expect(await listed(other)).not.toContain('"b-1"'))
  await bound(other, 'b-3')
  expect(await refused(other, 'b-4')).toEqual(error)
  for (const socket of [other, desk, page]) socket.ws.close()
})
