import { createServer, type Server } from 'node:http'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { Server as SocketIoServer, type Socket } from 'socket.io'
import { WebSocketServer, type WebSocket } from 'ws'
import { readConfig } from '../../apps/relay/src/config'
import { ENGINE_LIMITS, type EngineLimits } from '../../apps/relay/src/engine/engine-limits'
import { LIMITS } from '../../apps/relay/src/limits'
import { startRelay } from '../../apps/relay/src/relay'

// One server of `bench/relay.mjs` in a process of its own. It says its port, and answers each message with what it has used so far.

/** The relay as it is, but for how many frames a second one socket may send: two clients stand for many here. */
async function serveRelay(more: Partial<EngineLimits> = {}): Promise<number> {
  const data = mkdtempSync(join(tmpdir(), 'tabwright-bench-'))
  const parsed = readConfig(['--port', '0'], { TABWRIGHT_DATA: data, TABWRIGHT_TOKEN: 'bench-token-0123456789' }, data)
  if (parsed.type !== 'config') throw new Error('no configuration')
  const limits = { ...LIMITS, engine: { ...ENGINE_LIMITS, messages: { tab: 200, worker: 200_000 }, ...more } }
  const log = pino({ level: 'warn' }, { write: (line: string) => process.stderr.write(line) })
  const relay = await startRelay({ ...parsed.config, limits }, { version: 'bench', log, say: () => undefined })
  return relay.port
}

/** As little as a router can do: two bytes say whose call it is, the rest is not looked at. */
function serveRouter(): Promise<number> {
  const server = createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: false })
  const all: WebSocket[] = []
  sockets.on('connection', (ws) => {
    const own = all.push(ws) - 1
    ws.on('message', (data: Buffer) => {
      // The first one answers, all others call.
      if (own === 0) return all[data.readUInt16LE(0)]?.send(data)
      data.writeUInt16LE(own, 0)
      return all[0]?.send(data)
    })
  })
  return listening(server)
}

/** The least that a wire of JSON frames asks: each is read, and sent on as it came. Nothing is checked, kept or timed. */
function serveFrames(): Promise<number> {
  const server = createServer()
  const callers = new Map<string, WebSocket>()
  let owner: WebSocket | undefined
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (ws) => {
    ws.on('message', (data: Buffer) => {
      const text = data.toString()
      const { type, invocation_id: id }: { type: string; invocation_id: string } = JSON.parse(text)
      if (type === 'registerfunction') owner = ws
      else if (type === 'invokefunction') {
        callers.set(id, ws)
        owner?.send(text)
      } else {
        callers.get(id)?.send(text)
        callers.delete(id)
      }
    })
  })
  return listening(server)
}

/** A call with an acknowledgement is handed to the first socket, and its acknowledgement back. */
async function serveSocketIo(): Promise<number> {
  const server = createServer()
  const all: Socket[] = []
  new SocketIoServer(server, { transports: ['websocket'], perMessageDeflate: false }).on('connection', (socket) => {
    all.push(socket)
    socket.on('call', (data: unknown, answer: (value: unknown) => void) => {
      all[0]?.emit('call', data, answer)
    })
  })
  return listening(server)
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

/** For thousands of connections from one machine with one token. */
const MANY: Partial<EngineLimits> = {
  socketsOfAddress: { own: 4000, other: 4000 },
  socketsOfIdentity: { tab: 16, worker: 4000 },
  calls: { tab: 64, worker: 1024 },
  callsOfIdentity: { tab: 256, worker: 8192 },
}

const SERVERS: Readonly<Record<string, () => Promise<number>>> = {
  relay: serveRelay,
  'relay for many': () => serveRelay(MANY),
  router: serveRouter,
  frames: serveFrames,
  'socket.io': serveSocketIo,
}
const serve = SERVERS[process.argv[2] ?? '']
if (serve === undefined) throw new Error(`There is no server ${process.argv[2]}.`)
const port = await serve()
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  // After the clock was read: collecting is no part of a call.
  globalThis.gc?.()
  process.send?.({ cpu: user + system, rss: process.memoryUsage().rss })
})
process.on('disconnect', () => process.exit(0))
process.send?.({ port })
