import { mkdtempSync, rmSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonObject } from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runTokenCommand } from '../cli/token-command'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import type { Engine } from './built-in'
import { guestsBy } from './guest'
import { bySubject, subjectOf, type Identity } from './identity'
import { openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'

describe('a token that was given anew', () => {
  let data: string
  let relay: RelayUnderTest
  const start = async () => {
    relay = await startForTest({ data, env: { TABWRIGHT_TOKEN: TOKEN } })
  }
  const command = (...argv: readonly string[]) => {
    const { code, out, err } = runTokenCommand([...argv, '--data', data], {})
    expect([code, err]).toEqual([0, ''])
    return out.trim()
  }
  const add = () => command('add', 'rot', '--call', '*', '--bind', '*')
  const worker = (token = TOKEN) => openWorker(`ws://localhost:${relay.port}/worker`, token)
  const bindings = async (socket: RawSocket) => (await socket.call('engine::registered-triggers::list', {}))['result']
  const isCall = (frame: JsonObject) => frame['type'] === 'invokefunction'

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'tabwright-subjects-'))
    await start()
  })
  afterEach(async () => {
    await relay.stop()
    rmSync(data, { recursive: true })
  })

  it('gets nothing delivered that the one before it sent: what that left is a dead letter', async () => {
    const before = await worker(add())
    const receipt = await before.call('engine::queue::enqueue', { queue: 'jobs', function_id: 'w::work', data: 1 })
    expect(receipt['error']).toBeUndefined()
    command('revoke', 'rot')
    const after = await worker(add())
    const consumer = await worker()
    consumer.send({ type: 'registerfunction', id: 'w::work' })
    await until(async () =>
      expect((await consumer.call('engine::queue::topic_stats', { topic: 'jobs' }))['result']).toMatchObject({ depth: 0, dlq_depth: 1 }),
    )
    expect((await consumer.call('engine::queue::dlq_messages', { topic: 'jobs' }))['result']).toMatchObject([
      { error: '"rot" may not call anything any more.' },
    ])
    expect(consumer.frames.filter(isCall)).toEqual([])
    await after.call('engine::queue::enqueue', { queue: 'jobs', function_id: 'w::work', data: 2 })
    expect(await consumer.next(isCall)).toMatchObject({ data: 2 })
    for (const socket of [after, consumer]) socket.ws.close()
  })

  it('has no binding of the one before it, now or after the next start', async () => {
    const before = await worker(add())
    const binding = { trigger_type: 'state', function_id: 'w::work', config: { scope: 's' } }
    await before.call('engine::register_trigger', binding)
    expect(await bindings(before)).toMatchObject({ registered_triggers: [{ trigger_type: 'state' }] })
    command('revoke', 'rot')
    const token = add()
    await before.closed
    const after = await worker(token)
    expect(await bindings(after)).toMatchObject({ registered_triggers: [] })
    const own = await after.call('engine::register_trigger', { ...binding, config: { scope: 'own' } })
    expect(own['error']).toBeUndefined()
    await relay.stop()
    await start()
    const back = await worker(token)
    expect(await bindings(back)).toMatchObject({ registered_triggers: [{ config: { scope: 'own' } }] })
    // Revoked while no relay ran.
    await relay.stop()
    command('revoke', 'rot')
    const third = add()
    await start()
    expect(await bindings(await worker(third))).toMatchObject({ registered_triggers: [] })
    expect(relay.logged()).toContain('a stored binding was removed')
  })
})

describe('a stranger', () => {
  const engine = (answer: JsonObject): Engine => ({
    invoke: () => Promise.resolve(answer),
    presence: () => 'live',
    owner: () => undefined,
    identity: () => undefined,
    handed: () => undefined,
    handedInParts: () => () => undefined,
    createChannel: () => {
      throw new Error('no channels here')
    },
  })
  /** The first stranger after a start of the relay. */
  const first = async (answer: JsonObject): Promise<Identity> => {
    const asked = guestsBy({ functionId: 'gate::who', exposed: { names: [], by: [] } }, engine(answer), (thrown) => {
      throw thrown
    })
    const identity = await asked(new IncomingMessage(new Socket()))
    if (identity === undefined) throw new Error('was not let in')
    return identity
  }

  it('without a prefix is not who had its number before the relay started anew; of a prefix it is', async () => {
    const [before, after] = [await first({}), await first({})]
    expect(after.id).toBe(before.id)
    expect(bySubject(subjectOf(before), () => after)).toBeUndefined()
    expect(bySubject(subjectOf(after), () => after)).toBe(after)
    const shop = { function_registration_prefix: 'shop7' }
    const again = await first(shop)
    expect(bySubject(subjectOf(await first(shop)), () => again)).toBe(again)
  })
})
