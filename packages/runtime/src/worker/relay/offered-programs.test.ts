import { fail, sessionId, type Json, type SandboxProgram } from '@tabwright/protocol'
import type { Handler, IncomingCall } from '@tabwright/relay-client/worker'
import { expect, it } from 'vitest'
import type { Discovering } from './found-functions'
import { OfferedPrograms, type Offering, type ProgramAnswers } from './offered-programs'

const SESSION = sessionId('s1')
const SECRET = 'kept-in-a-file'

function stage(answers: Partial<ProgramAnswers> = {}) {
  const ended: Json[] = []
  const network = { isClosed: false }
  const programs = new OfferedPrograms({
    calls: { begin: async () => async (end) => void ended.push({ ...end }) },
    now: () => 1,
    nameOf: async () => 'a program',
    secretsOut: async () => (value) => JSON.parse(JSON.stringify(value).replaceAll(SECRET, '[secret]')),
  })
  const connection = (): { readonly functions: Map<string, readonly [Handler, unknown]>; readonly connection: Discovering } => {
    const functions = new Map<string, readonly [Handler, unknown]>()
    return {
      functions,
      connection: {
        registerFunction: (id, handler, about) => {
          functions.set(id, [handler, about])
          return { unregister: () => void functions.delete(id) }
        },
        registerTrigger: () => ({ unregister: () => undefined }),
        invoke: async () => null,
      },
    }
  }
  const offer = (functions: SandboxProgram['functions']): Offering =>
    programs.offer(
      { session: SESSION, name: 'shop', functions },
      { call: async () => null, cancel: () => undefined, isClosed: async () => network.isClosed, ...answers },
    )
  return { programs, connection, offer, network, ended }
}

const call = (signal = new AbortController().signal): IncomingCall => ({ functionId: 'tab::shop::quote', signal }) as IncomingCall

it('nothing that a program says of itself, and no error of it, tells a secret', async () => {
  const { programs, connection, offer, ended } = stage({ call: async () => fail('unexpected', `${'x'.repeat(990)}\n${SECRET}`) })
  const { functions, connection: open } = connection()
  programs.join(open, 'tab::')
  const schema = { type: 'object', description: SECRET }
  const { ids, ready } = offer([{ name: 'quote', description: `a\n${SECRET}`, request: schema, response: schema }])
  await ready
  expect(ids).toEqual(['tab::shop::quote'])
  const [handler, about] = functions.get('tab::shop::quote') ?? []
  expect(about).toEqual({
    description: 'a [secret]',
    request: { ...schema, description: '[secret]' },
    response: { ...schema, description: '[secret]' },
  })
  const thrown = await Promise.resolve(handler?.({}, call())).catch((error: unknown) => error)
  const why = `${'x'.repeat(990)} [secret]`.slice(0, 1000)
  expect(thrown).toMatchObject({ message: why })
  expect(ended).toEqual([{ outcome: 'failed', why }])
  await expect(offer([{ name: SECRET, description: '' }]).ready).rejects.toThrow('holds a secret')
  expect(functions.size, 'and what it offered before is gone').toBe(0)
})

it('what is offered is looked at again at each join, and a closed network lets nothing be told', async () => {
  const { programs, connection, offer, network } = stage()
  const first = connection()
  programs.join(first.connection, 'tab::')
  await offer([{ name: 'quote', description: '' }]).ready
  expect([...first.functions.keys()]).toEqual(['tab::shop::quote'])
  network.isClosed = true
  programs.leave()
  const second = connection()
  programs.join(second.connection, 'mine::')
  await expect(offer([{ name: 'quote', description: '' }]).ready).rejects.toThrow('is closed. Nothing is offered.')
  expect(second.functions.size).toBe(0)
  network.isClosed = false
  const { ready, withdraw } = offer([{ name: 'quote', description: '' }])
  withdraw()
  await ready
  expect(second.functions.size, 'taken back before it was told').toBe(0)
})

it('a call that nobody waits for any more does not reach the program', async () => {
  let calls = 0
  const { programs, connection, offer } = stage({ call: async () => ++calls })
  const { functions, connection: open } = connection()
  programs.join(open, 'tab::')
  await offer([{ name: 'quote', description: '' }]).ready
  const [handler] = functions.get('tab::shop::quote') ?? []
  await expect(handler?.({}, call(AbortSignal.abort()))).rejects.toThrow('was not called')
  expect(calls).toBe(0)
})
