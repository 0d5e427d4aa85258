import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { WebSocket } from 'ws'
import { ROOT } from '../scripts/steps.mjs'
import { median } from './in-chromium.mjs'
import { isInstalled, natsPair, redisPair, serveNats, serveRedis, socketIoPair } from './relay-peers.mjs'

// Calls from one worker to another through the relay, beside a router that does nothing but forward. `node bench/run.mjs relay`
const OUT = join(ROOT, 'node_modules/.cache/tabwright-bench-relay/serve.mjs')
// `frames`: a router that reads each JSON frame, the least that our wire asks.
const SIDES = /** @type {const} */ (['relay', 'router', 'frames'])
const IDLE_SIDES = /** @type {const} */ (['relay', 'router'])
const PEERS = /** @type {const} */ (['socket.io', 'nats', 'redis'])
// Of idle connections: those that come while the engine still compiles what takes them in, and those that count.
const WARM = 1000
const IDLE = 1500
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

/** @typedef {typeof SIDES[number]} Side */
/** @typedef {typeof PEERS[number]} Peer */
/** @typedef {import('./relay-peers.mjs').Server} Server */
/** @typedef {{ rate: number, p50: number, p99: number, cpu: number }} Sample */

/**
 * @param {Side | Peer | 'relay for many'} side
 * @param {readonly string[]} [flags] of the process
 * @returns {Promise<Server>}
 */
async function serve(side, flags = []) {
  if (side === 'nats') return serveNats()
  if (side === 'redis') return serveRedis()
  const child = fork(OUT, [side], { execArgv: ['--expose-gc', ...flags] })
  const [{ port }] = await once(child, 'message')
  return {
    port,
    usage: async () => {
      child.send('usage')
      const [used] = await once(child, 'message')
      return used
    },
    stop: async () => child.disconnect(),
  }
}

/**
 * @param {Side} side
 * @param {number} port
 * @returns {Promise<WebSocket>}
 */
async function connect(side, port) {
  const url = side === 'relay' ? `ws://127.0.0.1:${port}/worker` : `ws://127.0.0.1:${port}`
  const ws = new WebSocket(url, { perMessageDeflate: false, headers: { authorization: 'Bearer bench-token-0123456789' } })
  await once(ws, 'open')
  return ws
}

/**
 * A caller and an owner who answers with what it got.
 * @param {Side} side
 * @param {Server} server
 * @param {number} size
 */
async function pair(side, server, size) {
  const owner = await connect(side, server.port)
  const caller = await connect(side, server.port)
  /** @type {Map<number, () => void>} */
  const waiting = new Map()
  let n = 0
  if (side === 'router') {
    owner.on('message', (data) => owner.send(data))
    caller.on('message', (/** @type {Buffer} */ data) => settle(data.readUInt32LE(2)))
  } else {
    owner.send(JSON.stringify({ type: 'registerfunction', id: 'bench::echo' }))
    owner.on('message', (/** @type {Buffer} */ data) => {
      const { type, invocation_id, function_id, data: got } = JSON.parse(data.toString())
      if (type !== 'invokefunction') return
      owner.send(
        JSON.stringify({ type: 'invocationresult', invocation_id, function_id, result: { text: got.text }, traceparent: TRACEPARENT }),
      )
    })
    caller.on('message', (/** @type {Buffer} */ data) => {
      const { type, invocation_id, error } = JSON.parse(data.toString())
      if (error) throw new Error(JSON.stringify(error))
      if (type === 'invocationresult') settle(Number.parseInt(invocation_id.slice(-12), 16))
    })
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const text = 'x'.repeat(size)
  const bytes = Buffer.alloc(size + 6, 'x')
  /** @param {number} id */
  function settle(id) {
    const resolve = waiting.get(id)
    waiting.delete(id)
    resolve?.()
  }
  function call() {
    const id = ++n
    const answered = new Promise((/** @type {(value?: undefined) => void} */ resolve) => waiting.set(id, resolve))
    if (side === 'router') {
      const frame = Buffer.from(bytes)
      frame.writeUInt32LE(id, 2)
      caller.send(frame)
    } else {
      const invocation_id = `00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`
      caller.send(
        JSON.stringify({ type: 'invokefunction', invocation_id, function_id: 'bench::echo', data: { text }, traceparent: TRACEPARENT }),
      )
    }
    return answered
  }
  return { call, close: () => [owner, caller].forEach((ws) => ws.terminate()) }
}

/**
 * @param {Side | Peer} side
 * @param {Server} server
 * @param {number} size
 * @returns {Promise<import('./relay-peers.mjs').Pair>}
 */
function pairOf(side, server, size) {
  switch (side) {
    case 'nats':
      return natsPair(server, size)
    case 'redis':
      return redisPair(server, size)
    case 'socket.io':
      return socketIoPair(server, size)
    default:
      return pair(side, server, size)
  }
}

/**
 * @param {Side | Peer} side
 * @param {Server} server
 * @param {{ size: number, inFlight: number }} load
 * @returns {Promise<Sample>}
 */
async function measure(side, server, { size, inFlight }) {
  const { call, close } = await pairOf(side, server, size)
  const many = inFlight === 1 ? 5000 : 20_000
  /** @type {number[]} */
  const took = []
  let left = 0
  const one = async () => {
    while (left-- > 0) {
      const from = performance.now()
      await call()
      took.push(performance.now() - from)
    }
  }
  const go = async (/** @type {number} */ count) => {
    left = count
    await Promise.all(Array.from({ length: inFlight }, one))
  }
  // As many before it counts: until then what runs is being compiled, on other threads of the same process.
  await go(many)
  took.length = 0
  const before = await server.usage()
  const from = performance.now()
  await go(many)
  const seconds = (performance.now() - from) / 1000
  const cpu = ((await server.usage()).cpu - before.cpu) / many
  close()
  took.sort((a, b) => a - b)
  const at = (/** @type {number} */ share) => took[Math.floor(took.length * share)] ?? 0
  return { rate: many / seconds, p50: at(0.5), p99: at(0.99), cpu }
}

/**
 * Bytes that a server of its own holds for a connection that does nothing, of many that come after many: what is compiled while the first come in is
 * more for the side with more script, and is not held for any of them.
 * @param {Side} side
 */
async function idle(side) {
  // Else the young generation grows once, by 8 MB, for the side that allocates more while it takes sockets in: none of that is held for them.
  const server = await serve(side === 'relay' ? 'relay for many' : side, ['--max-semi-space-size=1'])
  /** @type {WebSocket[]} */
  const open = []
  const grow = async (/** @type {number} */ count) => {
    for (let n = 0; n < count; n++) open.push(await connect(side, server.port))
    // Collected twice: what the first sets free is not given back before the second.
    await server.usage()
    return (await server.usage()).rss
  }
  const before = await grow(WARM)
  const after = await grow(IDLE)
  for (const ws of open) ws.terminate()
  await server.stop()
  return (after - before) / IDLE
}

const LOADS = [
  { size: 100, inFlight: 1 },
  { size: 100, inFlight: 64 },
  { size: 10_000, inFlight: 1 },
  { size: 10_000, inFlight: 64 },
]

/** @type {readonly { what: string, key: keyof Sample, unit: string, aim: string }[]} */
const FIGURES = [
  { what: 'calls', key: 'rate', unit: '/s', aim: '≥ 0.8 × the router at 64' },
  { what: 'p50', key: 'p50', unit: 'ms', aim: '–' },
  { what: 'p99', key: 'p99', unit: 'ms', aim: '≤ 2 ×' },
  { what: 'CPU of the server a call', key: 'cpu', unit: 'µs', aim: '–' },
]

/**
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
async function calls(rounds) {
  const peers = PEERS.filter((one) => one === 'socket.io' || isInstalled(`${one}-server`))
  for (const one of PEERS) if (!peers.includes(one)) console.log(`${one} is not on this machine and takes no part`)
  const rows = []
  for (const load of LOADS) {
    /** @type {Map<Side | Peer, Sample[]>} */
    const samples = new Map([...SIDES, ...peers].map((side) => [side, []]))
    for (let round = 0; round < rounds; round++) for (const [side, list] of samples) list.push(await sample(side, load))
    const of = (/** @type {Side | Peer} */ side, /** @type {keyof Sample} */ key) =>
      median((samples.get(side) ?? []).map((one) => one[key]))
    const where = `${load.size} B, ${load.inFlight} in flight`
    for (const { what, key, unit, aim } of FIGURES) {
      const [ours, limit] = [of('relay', key), of('router', key)]
      rows.push({ what: `P1 ${what}, ${where}`, unit, ours, limit, ratio: ours / limit, aim })
      const read = of('frames', key)
      rows.push({
        what: `P1 ${what}, ${where}, beside a router that reads the frames`,
        unit,
        ours,
        limit: read,
        ratio: ours / read,
        aim: '–',
      })
    }
    for (const peer of peers) {
      const [ours, theirs] = [of('relay', 'rate'), of(peer, 'rate')]
      rows.push({ what: `P1 calls, ${where}, beside ${peer}`, unit: '/s', ours, peer: theirs, ratio: ours / theirs, aim: 'ahead' })
    }
  }
  return rows
}

/**
 * A server of its own for each, because the first socket of a router is the one that answers.
 * @param {Side | Peer} side
 * @param {{ size: number, inFlight: number }} load
 * @returns {Promise<Sample>}
 */
async function sample(side, load) {
  const server = await serve(side)
  try {
    return await measure(side, server, load)
  } finally {
    await server.stop()
  }
}

/**
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
async function connections(rounds) {
  /** @type {Record<typeof IDLE_SIDES[number], number[]>} */
  const samples = { relay: [], router: [] }
  for (let round = 0; round < rounds; round++) for (const side of IDLE_SIDES) samples[side].push((await idle(side)) / 1024)
  const [ours, limit] = [median(samples.relay), median(samples.router)]
  return [
    { what: `P2 memory of an idle connection, of ${IDLE} after ${WARM}`, unit: 'KB', ours, limit, ratio: ours / limit, aim: '≤ 1.5 ×' },
  ]
}

/**
 * P1 and P2.
 * @param {number} rounds
 * @returns {Promise<readonly import('./run.mjs').Row[]>}
 */
export async function relay(rounds) {
  const bundle = await rolldown({ input: join(ROOT, 'bench/relay/serve.ts'), platform: 'node', external: ['libsql'] })
  await bundle.write({ file: OUT, format: 'esm', codeSplitting: false })
  await bundle.close()
  return [...(await calls(rounds)), ...(await connections(rounds))]
}
