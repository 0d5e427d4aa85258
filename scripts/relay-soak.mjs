import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { WebSocket } from 'ws'
import { ROOT } from './steps.mjs'

// `npm run soak:relay`, or `npm run soak:relay -- 60` for so many seconds: 2,000 idle and 200 busy connections for 10 minutes. What the
// relay holds in memory, read every 10 s after a collection, must be flat: the last quarter of the time not a tenth above the second.
const IDLE = 2000
const PAIRS = 100
const PAUSE_MS = 100
const OUT = join(ROOT, 'node_modules/.cache/tabwright-relay-soak/serve.mjs')
const seconds = Number(process.argv[2] ?? 600)
if (!(seconds >= 20)) {
  console.error('Say for how many seconds, 20 at least: npm run soak:relay -- 600')
  process.exit(2)
}

const bundle = await rolldown({ input: join(ROOT, 'bench/relay/serve.ts'), platform: 'node', external: ['libsql', 'socket.io'] })
await bundle.write({ file: OUT, format: 'esm', codeSplitting: false })
await bundle.close()
const child = fork(OUT, ['relay for many'], { execArgv: ['--expose-gc'] })
const [{ port }] = await once(child, 'message')

async function usage() {
  child.send('usage')
  const [used] = await once(child, 'message')
  return used
}

async function connect() {
  const headers = { authorization: 'Bearer bench-token-0123456789' }
  const ws = new WebSocket(`ws://127.0.0.1:${port}/worker`, { perMessageDeflate: false, headers })
  await once(ws, 'open')
  return ws
}

const counts = { calls: 0, failed: 0, closed: 0 }
let isOver = false

/**
 * One owner and one caller: calls of several sizes, values of the state, items of a queue.
 * @param {number} n
 */
async function busyPair(n) {
  const [owner, caller] = [await connect(), await connect()]
  const id = `soak::echo-${n}`
  owner.send(JSON.stringify({ type: 'registerfunction', id }))
  owner.on('message', (/** @type {Buffer} */ data) => {
    const { type, invocation_id, data: got } = JSON.parse(data.toString())
    if (type === 'invokefunction') owner.send(JSON.stringify({ type: 'invocationresult', invocation_id, result: { text: got.text } }))
  })
  /** @type {Map<string, (value?: undefined) => void>} */
  const waiting = new Map()
  caller.on('message', (/** @type {Buffer} */ data) => {
    const { type, invocation_id, error } = JSON.parse(data.toString())
    if (type !== 'invocationresult') return
    if (error) counts.failed++
    waiting.get(invocation_id)?.()
    waiting.delete(invocation_id)
  })
  for (const ws of [owner, caller]) ws.on('close', () => !isOver && counts.closed++)
  const call = (/** @type {string} */ functionId, /** @type {object} */ data) => {
    const invocation_id = randomUUID()
    const answered = new Promise((/** @type {(value?: undefined) => void} */ resolve) => waiting.set(invocation_id, resolve))
    caller.send(JSON.stringify({ type: 'invokefunction', invocation_id, function_id: functionId, data }))
    return answered
  }
  return async () => {
    for (let turn = 0; !isOver; turn++) {
      const text = 'x'.repeat([100, 1000, 10_000][turn % 3] ?? 0)
      await call(id, { text })
      if (turn % 10 === 0) await call('state::set', { scope: 'soak', key: `${n} ${turn % 100}`, value: { text } })
      if (turn % 10 === 5) await call('engine::queue::enqueue', { queue: `soak-${n}`, function_id: id, data: { text } })
      counts.calls++
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

/** @type {WebSocket[]} */
const idle = []
for (let n = 0; n < IDLE; n++) {
  const ws = await connect()
  ws.on('close', () => !isOver && counts.closed++)
  idle.push(ws)
}
const pairs = []
for (let n = 0; n < PAIRS; n++) pairs.push(await busyPair(n))
console.log(
  `${IDLE} idle and ${PAIRS * 2} busy connections to port ${port}; limits as they are, but 4,000 sockets of one address and token`,
)
const running = pairs.map((run) => run())
/** @type {number[]} */
const held = []
for (const until = Date.now() + seconds * 1000; Date.now() < until;) {
  await new Promise((resolve) => setTimeout(resolve, 10_000))
  const { rss } = await usage()
  held.push(rss / 1024 / 1024)
  console.log(`${held.length * 10} s: ${held.at(-1)?.toFixed(1)} MB resident, ${counts.calls} rounds`)
}
isOver = true
await Promise.all(running)

const quarter = (/** @type {number} */ from) => {
  const part = held.slice(Math.floor((held.length * from) / 4), Math.ceil((held.length * (from + 1)) / 4)).toSorted((a, b) => a - b)
  return part[Math.floor(part.length / 2)] ?? 0
}
const [second, last] = [quarter(1), quarter(3)]
const isFlat = last <= second * 1.1
const { calls, failed, closed } = counts
console.log(`second quarter ${second.toFixed(1)} MB, last ${last.toFixed(1)} MB: ${isFlat ? 'flat' : 'NOT flat'}`)
console.log(`${calls} rounds, ${failed} calls failed, ${closed} connections were lost`)
child.disconnect()
process.exit(isFlat && failed === 0 && closed === 0 ? 0 : 1)
