import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MachinePorts } from './machine-container'

/** In each Node of a container's double: tells which ports its program opens and closes. The end of the process closes them all. */
const HOOK = `'use strict'
const net = require('node:net')
const emit = net.Server.prototype.emit
let desk
const tell = (word, port) => {
  if (desk === undefined) {
    desk = net.connect(process.env.TABWRIGHT_DOUBLE_PORTS)
    desk.on('error', () => undefined)
    desk.unref()
  }
  desk.write(word + ' ' + port + '\\n')
}
net.Server.prototype.emit = function (event, ...words) {
  const address = event === 'listening' ? this.address() : undefined
  if (typeof address?.port === 'number') {
    tell('open', address.port)
    this.once('close', () => tell('close', address.port))
  }
  return Reflect.apply(emit, this, [event, ...words])
}
`

/** Which ports programs of a container's double listen on. */
export interface MachinePortDesk {
  /** Of each program that is to be watched. */
  readonly env: Readonly<Record<string, string>>
  watch(listener: MachinePorts): () => void
  close(): void
}

/** Watches programs of Node that are started with its variables. */
export async function watchMachinePorts(): Promise<MachinePortDesk> {
  const folder = await mkdtemp(join(tmpdir(), 'tabwright-ports-'))
  const [hook, socket] = [join(folder, 'hook.cjs'), join(folder, 'desk')]
  await writeFile(hook, HOOK)
  const listeners = new Set<MachinePorts>()
  const sockets = new Set<Socket>()
  const tell = (port: number, type: 'open' | 'close'): void => {
    for (const listener of listeners) listener(port, type, `http://localhost:${port}`)
  }
  const server = createServer((from) => {
    const open = new Set<number>()
    sockets.add(from)
    let rest = ''
    from.setEncoding('utf8')
    from.on('data', (text) => {
      const lines = `${rest}${String(text)}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const [word, number] = line.split(' ')
        const port = Number(number)
        if (word === 'open') open.add(port)
        else open.delete(port)
        tell(port, word === 'open' ? 'open' : 'close')
      }
    })
    // A program that is killed says nothing.
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      for (const port of open) tell(port, 'close')
    })
  })
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  return {
    env: { NODE_OPTIONS: `--require ${JSON.stringify(hook)}`, TABWRIGHT_DOUBLE_PORTS: socket },
    watch: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close: () => {
      listeners.clear()
      for (const one of sockets) one.destroy()
      server.close()
      void rm(folder, { recursive: true, force: true })
    },
  }
}
