import * as sdk0221 from 'iii-sdk'
import * as sdk0220 from 'iii-sdk-0220'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { openSocket, openWorker, until, type RawSocket } from './socket-under-test'

const TOKEN = 'automation-token-0123456789'
const VERSIONS = [
  { version: '0.22.1', sdk: sdk0221, shop: 'shop1' },
  { version: '0.22.0', sdk: sdk0220, shop: 'shop0' },
] as const

let relay: RelayUnderTest
beforeAll(async () => {
  vi.spyOn(console, 'debug').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
  relay = await startForTest({
    env: {
      TABWRIGHT_TOKEN: TOKEN,
      TABWRIGHT_AUTH_FUNCTION: 'gate::who',
      TABWRIGHT_FUNCTION_HOOK: 'gate::on-function',
      TABWRIGHT_TRIGGER_HOOK: 'gate::on-trigger',
      TABWRIGHT_TRIGGER_TYPE_HOOK: 'gate::on-type',
      TABWRIGHT_EXPOSE_FUNCTIONS: 'api::*, public=true',
    },
  })
})
afterAll(() => relay.stop())

interface Asked {
  readonly function_id?: string
  readonly trigger_type_id?: string
  readonly [field: string]: unknown
}

describe.each(VERSIONS)('hooks of the operator, with iii-sdk $version unchanged', ({ sdk, shop }) => {
  const open: sdk0221.IIIClient[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.shutdown()))
  })
  const worker = (workerName: string, headers: Record<string, string>): sdk0221.IIIClient => {
    const options = {
      workerName,
      headers,
      otel: { enabled: false },
      enableMetricsReporting: false,
      reconnectionConfig: { initialDelayMs: 50 },
    }
    const client = sdk.registerWorker(`ws://localhost:${relay.port}/worker`, options) as sdk0221.IIIClient
    open.push(client)
    return client
  }

  it('say who a stranger is, what it may register and as what; what is exposed it may call', async () => {
    const asked: Asked[] = []
    const gate = worker('gate', { authorization: `Bearer ${TOKEN}` })
    gate.registerFunction('gate::who', async ({ headers }: { headers: Record<string, string> }) => ({
      allowed_functions: [`${shop}::*`],
      forbidden_functions: ['api::secret'],
      allowed_trigger_types: [`${shop}::sold`, 'state'],
      allow_function_registration: true,
      allow_trigger_type_registration: true,
      function_registration_prefix: headers['x-shop'],
      context: { shop: headers['x-shop'] },
    }))
    gate.registerFunction('gate::on-function', async (input: Asked) => {
      asked.push(input)
      if (input.function_id?.endsWith('::steal')) throw new Error('not this one')
      if (input.function_id?.endsWith('::old'))
        return { function_id: `${shop}::new`, description: 'As the operator says', metadata: { v: 2 } }
      return {}
    })
    gate.registerFunction('gate::on-trigger', async (input: Asked) => {
      asked.push(input)
      return { function_id: `${shop}::new`, config: { of: 'everybody' } }
    })
    gate.registerFunction('gate::on-type', async (input: Asked) => {
      asked.push(input)
      return { description: 'When something was sold' }
    })
    const options = (metadata: Record<string, unknown>) => ({ metadata })
    gate.registerFunction('api::time', async () => 'noon')
    gate.registerFunction('api::secret', async () => 'never')
    gate.registerFunction('other::open', async () => 'open', options({ public: true }))
    gate.registerFunction('other::closed', async () => 'never', options({ public: 'true' }))
    const call = (client: sdk0221.IIIClient, id: string, payload: object = {}): Promise<unknown> =>
      client.trigger({ function_id: id, payload })
    await until(async () => expect(await call(gate, 'other::closed')).toBe('never'))

    const guest = worker('guest', { 'x-shop': shop })
    const bound: unknown[] = []
    guest.registerTriggerType(
      { id: `${shop}::sold`, description: 'x' },
      {
        registerTrigger: async ({ config, function_id }: { config: unknown; function_id: string }) =>
          void bound.push([function_id, config]),
        unregisterTrigger: async () => undefined,
      },
    )
    guest.registerFunction('old', async () => 'the old one under its new name', { description: 'theirs' })
    guest.registerFunction('steal', async () => 'never')
    guest.registerTrigger({ type: `${shop}::sold`, function_id: 'old', config: { of: 'me' } })
    await until(async () => expect(await call(gate, `${shop}::new`)).toBe('the old one under its new name'))
    await until(() => expect(bound).toEqual([[`${shop}::new`, { of: 'everybody' }]]))
    const { functions } = (await call(gate, 'engine::functions::list', { prefix: `${shop}::` })) as { functions: unknown[] }
    expect(functions).toMatchObject([{ function_id: `${shop}::new`, description: 'As the operator says', metadata: { v: 2 } }])
    const context = { shop }
    expect(asked).toMatchObject([
      { trigger_type_id: `${shop}::sold`, description: 'x', context },
      { function_id: `${shop}::old`, description: 'theirs', context },
      { function_id: `${shop}::steal`, context },
      { trigger_type: `${shop}::sold`, function_id: `${shop}::old`, config: { of: 'me' }, context },
    ])
    expect([await call(guest, 'api::time'), await call(guest, 'other::open')]).toEqual(['noon', 'open'])
    for (const id of ['api::secret', 'other::closed']) await expect(call(guest, id)).rejects.toThrow(/FORBIDDEN|may not call/)
    const seen = (await call(guest, 'engine::functions::list')) as { functions: { function_id: string }[] }
    expect(seen.functions.map((one) => one.function_id).toSorted()).toEqual(['api::time', 'other::open', `${shop}::new`])
  })
})

describe('a hook', () => {
  let gate: RawSocket
  const gatekeeper = async (answers: (id: string, socket: RawSocket, call: string) => void): Promise<void> => {
    gate = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    for (const id of ['gate::who', 'gate::on-function']) gate.send({ type: 'registerfunction', id })
    gate.ws.on('message', (bytes: Buffer) => {
      const { type, function_id: id, invocation_id: call } = JSON.parse(bytes.toString('utf8'))
      const result = { allow_function_registration: true, function_registration_prefix: 'late', context: {} }
      if (type === 'invokefunction' && id === 'gate::who') gate.send({ type: 'invocationresult', invocation_id: call, result })
      else if (type === 'invokefunction') answers(id, gate, call)
    })
    await gate.settled()
  }
  const stranger = async (): Promise<RawSocket> => {
    const opened = await openSocket(`ws://localhost:${relay.port}/worker`)
    if ('status' in opened) throw new Error(`refused with ${opened.status}`)
    return opened
  }
  const listed = async (): Promise<unknown> => (await gate.call('engine::functions::list', { prefix: 'late::' }))['result']
  afterEach(async () => {
    gate.ws.close()
    await gate.closed
  })

  it('that answers with no object, or fails, has said no, and whoever asked reads it', async () => {
    const answers = [{ result: true }, { error: { code: 'broken', message: 'secret words' } }, {}]
    await gatekeeper((_id, socket, call) => socket.send({ type: 'invocationresult', invocation_id: call, ...answers.shift() }))
    const guest = await stranger()
    for (const id of ['one', 'two', 'three']) guest.send({ type: 'registerfunction', id })
    for (const id of ['one', 'two', 'three'])
      expect(await guest.next((one) => one['function_id'] === id)).toMatchObject({
        type: 'registrationrejected',
        code: 'FORBIDDEN',
        message: 'The operator of this relay does not allow it.',
      })
    expect(await listed()).toEqual({ functions: [] })
    guest.ws.close()
  })

  it('cannot give a name that is not the stranger’s, or the relay’s own', async () => {
    const names = ['orders::refund', 'engine::functions::list', 'No Name']
    await gatekeeper((_id, socket, call) =>
      socket.send({ type: 'invocationresult', invocation_id: call, result: { function_id: names.shift() ?? null } }),
    )
    const guest = await stranger()
    for (const id of ['one', 'two', 'three']) guest.send({ type: 'registerfunction', id })
    for (const id of ['one', 'two', 'three'])
      expect(await guest.next((one) => one['function_id'] === id)).toMatchObject({ type: 'registrationrejected' })
    guest.ws.close()
  })

  it('keeps the order of what one worker sends, and what a worker asked for that left meanwhile does not count', async () => {
    const held: (() => void)[] = []
    await gatekeeper(
      (_id, socket, call) => void held.push(() => socket.send({ type: 'invocationresult', invocation_id: call, result: {} })),
    )
    const guest = await stranger()
    guest.send({ type: 'registerfunction', id: 'brief' })
    guest.send({ type: 'unregisterfunction', id: 'brief' })
    guest.send({ type: 'registerfunction', id: 'stays' })
    await until(() => expect(held).toHaveLength(1))
    held[0]?.()
    await until(() => expect(held).toHaveLength(2))
    held[1]?.()
    await until(async () => expect(await listed()).toMatchObject({ functions: [{ function_id: 'late::stays' }] }))
    guest.send({ type: 'registerfunction', id: 'too-late' })
    await until(() => expect(held).toHaveLength(3))
    guest.ws.close()
    await guest.closed
    await until(async () => expect(await listed()).toEqual({ functions: [] }))
    held[2]?.()
    await gate.settled()
    expect(await listed()).toEqual({ functions: [] })
  })
})
