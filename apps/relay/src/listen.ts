import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isLoopback } from './address'
import type { Config } from './config'

/** The servers, one for each address, all on one port. */
export interface Listening {
  readonly port: number
  readonly servers: readonly Server[]
}

/** Somebody else listens there. A relay never moves to another port by itself: that would be another origin, without the sessions. */
export class PortTaken extends Error {
  readonly port: number
  readonly host: string

  constructor(port: number, host: string) {
    super(`port ${port} on ${host} is taken`)
    this.name = 'PortTaken'
    this.port = port
    this.host = host
  }
}

/**
 * Listens on every configured address or on none. A machine without IPv6 is fine; a stranger on the IPv6 half of `localhost` is not,
 * because browsers would talk to it.
 * @throws PortTaken
 */
export async function listen(config: Pick<Config, 'hosts' | 'port'>, create: () => Server): Promise<Listening> {
  const servers: Server[] = []
  let { port } = config
  try {
    for (const host of config.hosts) {
      const server = create()
      const outcome = await listenOn(server, host, port)
      if (outcome === 'no such address' && (servers.length > 0 || config.hosts.length > 1)) continue
      if (outcome === 'no such address') throw new Error(`This machine has no address ${host}.`)
      servers.push(server)
      port = outcome
    }
    if (servers.length === 0) throw new Error(`This machine has none of the addresses ${config.hosts.join(', ')}.`)
    return { port, servers }
  } catch (thrown) {
    for (const server of servers) server.close()
    throw thrown
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number | 'no such address'> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const code = 'code' in error ? error.code : undefined
      if (code === 'EADDRINUSE') reject(new PortTaken(port, host))
      else if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') resolve('no such address')
      else if (code === 'EACCES') reject(new Error(`This user may not listen on port ${port}. Choose one above 1023 with --port.`))
      else reject(error)
    })
    server.listen({ port, host, ipv6Only: host.includes(':') && !isLoopback(host) }, () => {
      resolve(portOf(server.address(), port))
    })
  })
}

function portOf(address: AddressInfo | string | null, asked: number): number {
  return typeof address === 'object' && address !== null ? address.port : asked
}
