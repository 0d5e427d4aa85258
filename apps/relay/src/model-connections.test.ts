import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createModelConnections, type ModelConnections } from './model-connections'

describe('a connection to the model server', () => {
  let server: Server
  let opened: number
  let now: number
  let connections: ModelConnections

  beforeEach(async () => {
    opened = 0
    now = 1_000_000
    connections = createModelConnections(() => now)
    server = createServer((incoming, outgoing) => {
      incoming.resume().on('end', () => outgoing.end('whole'))
    })
    server.on('connection', () => opened++)
    await once(server.listen(0, '127.0.0.1'), 'listening')
  })
  afterEach(async () => {
    server.closeAllConnections()
    await once(server.close(), 'close')
  })

  /** One whole answer, until its connection rests. */
  async function ask(): Promise<boolean> {
    const { port }: Pick<AddressInfo, 'port'> = Object(server.address())
    const url = new URL(`http://127.0.0.1:${port}/`)
    const outgoing = request(url, { agent: connections.agentFor(url) }).end()
    const [answer] = await once(outgoing, 'response')
    const { socket } = answer
    answer.resume()
    await once(answer, 'end')
    connections.rests(socket)
    await new Promise((resolve) => setImmediate(resolve))
    return outgoing.reusedSocket
  }

  it('is used again for what is asked soon after', async () => {
    expect([await ask(), await ask(), await ask()]).toEqual([false, true, true])
    expect(opened).toBe(1)
  })

  it('is not when the wall clock says that it rested for longer, as after a laptop’s sleep, or was turned back', async () => {
    await ask()
    now += 10_001
    expect(await ask()).toBe(false)
    now -= 60_000
    expect(await ask()).toBe(false)
    expect(opened).toBe(3)
  })

  it('is not when another that rested had died', async () => {
    await ask()
    connections.dropResting()
    expect(await ask()).toBe(false)
  })
})
