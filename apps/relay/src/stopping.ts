import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Of each server that {@link stoppable} was told of, the connections on which nothing was ever asked. */
const unusedOf = new WeakMap<Server, Set<Socket>>()

/** Keeps in mind which connections were never used. A browser holds one or two of these ready, and Node counts them as busy at the end. */
export function stoppable(server: Server): Server {
  const unused = new Set<Socket>()
  unusedOf.set(server, unused)
  return server
    .on('connection', (socket: Socket) => {
      unused.add(socket)
      socket.once('close', () => unused.delete(socket))
    })
    .on('request', ({ socket }) => unused.delete(socket))
    .on('upgrade', ({ socket }) => unused.delete(socket))
}

/** Answers what was asked, for at most `drainMs`; nothing else is waited for. */
export function stopServer(server: Server, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(() => server.closeAllConnections(), drainMs)
    server.close(() => {
      clearTimeout(late)
      resolve()
    })
    server.closeIdleConnections()
    for (const socket of unusedOf.get(server) ?? []) socket.destroy()
  })
}
