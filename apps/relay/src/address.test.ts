import { createServer, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { bucketOf, isLoopback, isLoopbackHost } from './address'
import { isOwnUser, peerUser } from './peer'

describe('an address', () => {
  it('[O06] has one bucket for all its spellings', () => {
    for (const one of ['127.0.0.1', '127.8.9.1', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', '::ffff:7f00:1'])
      expect(bucketOf(one)).toBe('loopback')
    expect(bucketOf('::ffff:203.0.113.7')).toBe(bucketOf('203.0.113.7'))
    expect(bucketOf('2001:db8:1:2::1')).toBe(bucketOf('2001:db8:1:2:ffff::9'))
    expect(bucketOf('2001:db8:1:2::1')).not.toBe(bucketOf('2001:db8:1:3::1'))
    expect([bucketOf('fe80::1%eth0'), bucketOf(undefined), bucketOf('rubbish')]).toEqual(['65152:0:0:0::/64', 'unknown', 'unknown'])
  })

  it('is loopback by its bytes, never by how its text begins', () => {
    for (const one of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) expect(isLoopback(one)).toBe(true)
    for (const one of ['127.evil.com', '128.0.0.1', '::2', '::ffff:128.0.0.1', '1::1', '', undefined]) expect(isLoopback(one)).toBe(false)
    for (const one of ['localhost', '127.0.0.1', '[::1]']) expect(isLoopbackHost(one)).toBe(true)
    for (const one of ['localhost.evil.com', '127.evil.com', 'xlocalhost', 'localhost.']) expect(isLoopbackHost(one)).toBe(false)
  })
})

describe('the user at the other end', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const row = (local: string, remote: string, state: string, uid: number) =>
    `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 563 1 0 100 0 0 10 0\n`
  const table =
    (text: string, at = '/proc/net/tcp') =>
    (path: string) =>
      Promise.resolve(path === at ? head + text : head)
  const ends = { remoteAddress: '127.0.0.1', remotePort: 0xc001, localPort: 7878 }

  it('is the owner of the established row of that connection, in either table', async () => {
    const own = row('0100007F:C001', '0100007F:1EC6', '01', 1001)
    const decoys =
      row('0200007F:C001', '0100007F:1EC6', '01', 7) +
      row('0100007F:C001', '0100007F:1EC7', '01', 8) +
      row('0100007F:1EC6', '0100007F:C001', '01', 9)
    expect(await peerUser(ends, table(decoys + own))).toBe(1001)
    const mapped = row('0000000000000000FFFF00000100007F:C001', '0000000000000000FFFF00000100007F:1EC6', '01', 1002)
    expect(await peerUser({ ...ends, remoteAddress: '::ffff:127.0.0.1' }, table(mapped, '/proc/net/tcp6'))).toBe(1002)
    const six = row('00000000000000000000000001000000:C001', '00000000000000000000000001000000:1EC6', '01', 1003)
    expect(await peerUser({ ...ends, remoteAddress: '::1' }, table(six, '/proc/net/tcp6'))).toBe(1003)
  })

  it('is nobody of ours for a connection that closes, which the kernel lists as user 0, and unknown for one that it does not list', async () => {
    for (const [state, uid] of [
      ['06', 0],
      ['05', 1001],
    ] as const) {
      const user = () => peerUser(ends, table(row('0100007F:C001', '0100007F:1EC6', state, uid)))
      expect(await user()).toBe('closing')
      if (process.platform === 'linux') expect(await isOwnUser(ends, user)).toBe(false)
    }
    expect(await peerUser(ends, () => Promise.reject(new Error('no such file')))).toBeUndefined()
  })

  it('is us for a connection of our own', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const client = connect(port, '127.0.0.1')
    const socket = await new Promise<import('node:net').Socket>((resolve) => server.once('connection', resolve))
    const { remoteAddress, remotePort, localPort } = socket
    expect(await isOwnUser({ remoteAddress, remotePort, localPort })).toBe(true)
    if (process.platform === 'linux') expect(await peerUser({ remoteAddress, remotePort, localPort })).toBe(process.getuid?.())
    client.destroy()
    socket.destroy()
    server.close()
  })
})
