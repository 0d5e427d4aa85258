import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { WebSocket } from 'ws'
import { readConfig } from '../../apps/relay/src/config'
import { startRelay } from '../../apps/relay/src/relay'
import { Worker } from '../../packages/relay-client/src/worker'
import { FoundFunctions } from '../../packages/runtime/src/worker/relay/found-functions'

/** Milliseconds from a worker's registration until a tab's registry holds the function with its schema, and from its leaving until it is gone. */
export interface FoundSample {
  readonly comes: readonly number[]
  readonly goes: readonly number[]
}

const TOKEN = 'bench-token-0123456789'
/** What is there already, of another worker. */
const OTHERS = 200
const TIMES = 40

const data = mkdtempSync(join(tmpdir(), 'tabwright-bench-found-'))
const parsed = readConfig(['--port', '0'], { TABWRIGHT_DATA: data, TABWRIGHT_TOKEN: TOKEN }, data)
if (parsed.type !== 'config') throw new Error('no configuration')
const relay = await startRelay(parsed.config, { version: 'bench', log: pino({ level: 'silent' }), say: () => undefined })

const joined = (name: string): Worker =>
  new Worker({
    address: `ws://127.0.0.1:${relay.port}/worker`,
    name,
    socket: (address) => new WebSocket(address, { headers: { authorization: `Bearer ${TOKEN}` } }),
  })
const request = { type: 'object', properties: { order: { type: 'string' }, cents: { type: 'integer' } }, required: ['order'] } as const
const [others, offering, tab] = [joined('others'), joined('offering'), joined('tab')]
for (let n = 0; n < OTHERS; n++) others.registerFunction(`others::f${n}`, () => Promise.resolve(null), { request })

let waiting: { readonly holds: () => boolean; readonly done: () => void } | undefined
// Not `tab::`, which is the pages' own.
const found = new FoundFunctions(tab, 'reader::', () => {
  if (waiting?.holds() === true) waiting.done()
})
const until = (holds: () => boolean): Promise<void> => (holds() ? Promise.resolve() : new Promise((done) => (waiting = { holds, done })))
// It is told of changes only; what is there before, a tab asks for as soon as it has joined.
await found.refresh()
await until(() => found.list.length >= OTHERS)

const comes: number[] = []
const goes: number[] = []
for (let n = 0; n < TIMES; n++) {
  const id = `offering::f${n}`
  const isThere = (): boolean => found.list.some((one) => one.id === id)
  const began = performance.now()
  const registered = offering.registerFunction(id, () => Promise.resolve(null), { request })
  await until(isThere)
  const left = performance.now()
  registered.unregister()
  await until(() => !isThere())
  comes.push(left - began)
  goes.push(performance.now() - left)
}
for (const worker of [others, offering, tab]) worker.close()
await relay.close()
rmSync(data, { recursive: true, force: true })
const sample: FoundSample = { comes, goes }
console.log(JSON.stringify(sample))
