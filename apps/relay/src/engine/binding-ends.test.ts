import { Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { LIMITS } from '../limits'
import type { BindingEnd } from './built-in'
import { Connection } from './connection'
import { DEFAULT_IDENTITY } from './identity'
import { until } from './socket-under-test'
import { createTriggers, type Triggers } from './triggers'
import { Worker } from './worker'

let told: [string, BindingEnd][]
let triggers: Triggers
const failed = (what: string, thrown: unknown) => {
  throw new Error(what, { cause: thrown })
}
const worker = () => {
  // One that never opens: nothing is sent.
  const socket: WebSocket = Reflect.construct(WebSocket, [null, undefined, {}])
  const connection = new Connection(socket, new Socket(), { limits: LIMITS.engine, rate: 1, now: Date.now })
  return new Worker({ identity: DEFAULT_IDENTITY, connection, address: 'loopback', now: 0 })
}
const bind = (id: string, binder: Worker, config = {}) =>
  triggers.bind(
    { id, triggerType: 'tick', functionId: 'f::x', config, metadata: undefined, binder: DEFAULT_IDENTITY, worker: binder.id },
    binder,
  )

beforeEach(() => {
  told = []
  const tick = {
    type: 'tick',
    description: 'ticks',
    bind: () => Promise.resolve(),
    unbind: async (id: string, how: BindingEnd) => void told.push([id, how]),
  }
  triggers = createTriggers({ limits: LIMITS.engine, builtIns: new Map([['tick', tick]]), failed })
})
afterEach(() => expect(triggers.bindings()).toEqual([]))

it('what ends with its socket has left; what its binder ends, or binds to something else, was unbound', async () => {
  const binder = worker()
  for (const id of ['asked', 'replaced', 'lost']) await bind(id, binder)
  triggers.unbind('asked', binder)
  await bind('replaced', binder, { other: true })
  triggers.removeAll(binder)
  await until(() => expect(told).toHaveLength(4))
  expect(told).toEqual(
    expect.arrayContaining([
      ['asked', 'unbound'],
      ['replaced', 'unbound'],
      ['replaced', 'left'],
      ['lost', 'left'],
    ]),
  )
})
