import { createServer, type Server } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { listen, PortTaken } from './listen'
import { portOwner } from './port-owner'
import { startForTest } from './relay-under-test'

const open: Server[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await new Promise((resolve) => server.close(resolve))
})

const create = () => {
  const server = createServer()
  open.push(server)
  return server
}

it('a taken port is an error and never another port, and nothing stays half open', async () => {
  const first = await listen({ hosts: ['127.0.0.1', '::1'], port: 0 }, create)
  await expect(listen({ hosts: ['127.0.0.1', '::1'], port: first.port }, create)).rejects.toThrow(PortTaken)
  expect(first.servers).toHaveLength(2)
})

it('a stranger on the IPv6 half of localhost counts as taken', async () => {
  const stranger = await listen({ hosts: ['::1'], port: 0 }, create)
  await expect(listen({ hosts: ['127.0.0.1', '::1'], port: stranger.port }, create)).rejects.toThrow(PortTaken)
  // The IPv4 half was let go again.
  const after = await listen({ hosts: ['127.0.0.1'], port: stranger.port }, create)
  expect(after.port).toBe(stranger.port)
})

it('an address that this machine does not have is named', async () => {
  await expect(listen({ hosts: ['203.0.113.1'], port: 0 }, create)).rejects.toThrow('203.0.113.1')
})

it('the one who has the port is named: another relay, or a program with its process', async () => {
  const relay = await startForTest()
  expect(await portOwner(relay.port)).toMatch(/^another Tabwright/)
  await relay.stop()
  const other = await listen({ hosts: ['127.0.0.1'], port: 0 }, () => {
    const server = create()
    server.on('request', (_request, response) => response.end('hello'))
    return server
  })
  const owner = await portOwner(other.port)
  expect(owner).not.toContain('Tabwright')
  if (process.platform === 'linux') expect(owner).toContain(`(process ${process.pid})`)
})
