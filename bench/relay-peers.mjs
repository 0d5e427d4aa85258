import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectNats } from '@nats-io/transport-node'
import { Redis } from 'ioredis'
import { io } from 'socket.io-client'

// What others offer for a call from one program to another. Servers of Debian's packages take part where they are installed.

/** @typedef {{ call: () => Promise<unknown>, close: () => void }} Pair */
/** @typedef {{ port: number, usage: () => Promise<{ cpu: number, rss: number }>, stop: () => Promise<void> }} Server */

/**
 * Whether the machine has that program.
 * @param {string} program
 */
export function isInstalled(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

/**
 * Whether somebody listens there.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/**
 * A server that is a program of its own, on a free port and in a folder that goes with it.
 * @param {string} program
 * @param {(port: number, folder: string) => readonly string[]} args
 * @returns {Promise<Server & { folder: string }>}
 */
async function program(program, args) {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'tabwright-peer-'))
  const child = spawn(program, args(port, folder), { stdio: 'ignore' })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 50))
  return {
    port,
    folder,
    // Fields 14 and 15 of the kernel's line, hundredths of a second; the name in front of them may hold spaces.
    usage: async () => {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return { cpu: (Number(fields[11]) + Number(fields[12])) * 10_000, rss: Number(fields[21]) * 4096 }
    },
    stop: async () => {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export const serveNats = () => program('nats-server', (port) => ['-a', '127.0.0.1', '-p', String(port)])

/** @param {readonly string[]} more */
export const serveRedis = (more = []) =>
  program('redis-server', (port, folder) => ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', '', ...more])

/**
 * Request and reply.
 * @param {{ port: number }} server
 * @param {number} size
 * @returns {Promise<Pair>}
 */
export async function natsPair({ port }, size) {
  const join = () => connectNats({ servers: `127.0.0.1:${port}` })
  const [owner, caller] = [await join(), await join()]
  owner.subscribe('bench.echo', { callback: (_error, message) => void message.respond(message.data) })
  await owner.flush()
  const payload = JSON.stringify({ text: 'x'.repeat(size) })
  return {
    call: () => caller.request('bench.echo', payload, { timeout: 30_000 }),
    close: () => [owner, caller].forEach((one) => void one.close()),
  }
}

/**
 * Publish and subscribe, with the id of the call in front of the payload.
 * @param {{ port: number }} server
 * @param {number} size
 * @returns {Promise<Pair>}
 */
export async function redisPair({ port }, size) {
  const all = Array.from({ length: 4 }, () => new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null }))
  const [ownerIn, ownerOut, callerIn, callerOut] = all
  if (ownerIn === undefined || ownerOut === undefined || callerIn === undefined || callerOut === undefined) throw new Error('no clients')
  /** @type {Map<string, (value?: undefined) => void>} */
  const waiting = new Map()
  await Promise.all([ownerIn.subscribe('bench.echo'), callerIn.subscribe('bench.answers')])
  ownerIn.on('message', (_channel, text) => void ownerOut.publish('bench.answers', text))
  callerIn.on('message', (_channel, text) => {
    const id = text.slice(0, text.indexOf(' '))
    waiting.get(id)?.()
    waiting.delete(id)
  })
  const payload = JSON.stringify({ text: 'x'.repeat(size) })
  let n = 0
  return {
    call: () => {
      const id = String(++n)
      const answered = new Promise((/** @type {(value?: undefined) => void} */ resolve) => waiting.set(id, resolve))
      void callerOut.publish('bench.echo', `${id} ${payload}`)
      return answered
    },
    close: () => all.forEach((one) => one.disconnect()),
  }
}

/**
 * With acknowledgements, the first socket is the one that answers.
 * @param {{ port: number }} server
 * @param {number} size
 * @returns {Promise<Pair>}
 */
export async function socketIoPair({ port }, size) {
  const join = () => {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], forceNew: true })
    return new Promise((/** @type {(one: typeof socket) => void} */ resolve) => socket.once('connect', () => resolve(socket)))
  }
  const [owner, caller] = [await join(), await join()]
  owner.on('call', (/** @type {unknown} */ data, /** @type {(answer: unknown) => void} */ answer) => answer(data))
  const payload = { text: 'x'.repeat(size) }
  return {
    call: () => new Promise((resolve) => caller.emit('call', payload, resolve)),
    close: () => [owner, caller].forEach((one) => one.disconnect()),
  }
}

/**
 * Entries a second that Redis has on the disk when it says so, with so many in flight.
 * @param {number} inFlight
 * @param {number} many
 * @returns {Promise<number>}
 */
export async function redisAppends(inFlight, many) {
  const server = await serveRedis(['--appendonly', 'yes', '--appendfsync', 'always'])
  const client = new Redis(server.port, '127.0.0.1', { maxRetriesPerRequest: null })
  const text = JSON.stringify({ text: 'x'.repeat(100) })
  const go = async (/** @type {number} */ count) => {
    let left = count
    const loop = async () => {
      while (left-- > 0) await client.xadd('bench', '*', 'payload', text)
    }
    await Promise.all(Array.from({ length: inFlight }, loop))
  }
  await go(many)
  const from = performance.now()
  await go(many)
  const rate = (1000 * many) / (performance.now() - from)
  client.disconnect()
  await server.stop()
  return rate
}
