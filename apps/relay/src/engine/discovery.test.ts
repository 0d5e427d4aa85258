import { isJsonObject, type Json, type JsonObject } from '@tabwright/protocol'
import { Worker } from '@tabwright/relay-client/worker'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { openWorker, socketsWith, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
})
afterAll(() => relay.stop())

const address = () => `ws://localhost:${relay.port}/worker`
const worker = (): Promise<RawSocket> => openWorker(address(), TOKEN)
const idsOf = (rows: Json | undefined): readonly Json[] =>
  Array.isArray(rows) ? rows.map((row) => (isJsonObject(row) ? (row['function_id'] ?? null) : null)) : []
const resultOf = async (socket: RawSocket, id: string, data: JsonObject): Promise<JsonObject> => {
  const { result, error } = await socket.call(id, data)
  if (isJsonObject(result)) return result
  throw new Error(`${id} gave ${JSON.stringify(error)}`)
}

it('what is larger than lists can show is refused by its name and size; what is smaller stands', async () => {
  const socket = await worker()
  const large = { text: 'x'.repeat(600_000) }
  socket.send({ type: 'registerfunction', id: 'big::f', metadata: large })
  expect(await socket.ofType('registrationrejected')).toMatchObject({
    code: 'too_large',
    function_id: 'big::f',
    message: expect.stringMatching(/^big::f was not taken: .* 600011 bytes, and 131072 is the most/),
  })
  socket.send({ type: 'registertriggertype', id: 'big::t', trigger_request_format: large })
  expect(await socket.ofType('triggerregistrationresult')).toMatchObject({ trigger_type: 'big::t', error: { code: 'too_large' } })
  socket.send({ type: 'registertrigger', id: 'b1', trigger_type: 'big::t', function_id: 'big::f', config: large })
  expect(await socket.ofType('triggerregistrationresult')).toMatchObject({ id: 'b1', error: { code: 'too_large' } })
  socket.send({ type: 'registerfunction', id: 'big::f', metadata: { text: 'x'.repeat(130_000) } })
  expect(await resultOf(socket, 'engine::functions::info', { function_id: 'big::f' })).toMatchObject({ function_id: 'big::f' })
  socket.ws.close()
  await socket.closed
})

it('many that are large come in pages, and hide nothing of what others offer', async () => {
  const [large, small] = [await worker(), await worker()]
  const ids = Array.from({ length: 12 }, (_, n) => `full::f${String(n).padStart(2, '0')}`)
  // Text that takes three bytes a character.
  for (const id of ids)
    large.send({ type: 'registerfunction', id, metadata: { text: '漢'.repeat(20_000) }, request_format: { a: 'x'.repeat(60_000) } })
  await large.settled()
  small.send({ type: 'registerfunction', id: 'zz::small' })
  const first = await resultOf(small, 'engine::functions::list', {})
  expect(idsOf(first['functions']).length).toBeLessThan(12)
  expect(typeof first['next']).toBe('string')
  const member = new Worker({ address: address(), name: 'member', socket: socketsWith(TOKEN) })
  const all = await member.functions()
  expect(all.map((row) => row['function_id']).filter((id) => typeof id === 'string' && !id.includes('engine::'))).toEqual(
    expect.arrayContaining([...ids, 'zz::small']),
  )
  expect(new Set(all.map((row) => row['function_id'])).size).toBe(all.length)
  const { functions, left_off: left } = await resultOf(small, 'engine::functions::info', { function_ids: [...ids, 'zz::small'] })
  expect(idsOf(functions).length).toBeGreaterThan(0)
  expect([...idsOf(functions), ...(Array.isArray(left) ? left : [])]).toEqual([...ids, 'zz::small'])
  member.close()
  for (const socket of [large, small]) {
    socket.ws.close()
    await socket.closed
  }
})
