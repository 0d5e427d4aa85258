import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { runTokenCommand } from '../cli/token-command'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { localChannel } from './channel-ends'
import { createChannels, type ChannelEnd, type Channels } from './channels'
import { DEFAULT_IDENTITY, TAB_IDENTITY } from './identity'
import { openSocket, openWorker, until, type RawSocket } from './socket-under-test'
import { WebSocket } from 'ws'

const TOKEN = 'automation-token-0123456789'
let relay: RelayUnderTest
beforeAll(async () => {
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN } })
})
afterAll(() => relay.stop())

interface Ref {
  readonly channel_id: string
  readonly access_key: string
  readonly direction: string
}

async function create(worker: RawSocket): Promise<{ readonly writer: Ref; readonly reader: Ref }> {
  const { result } = await worker.call('engine::channels::create', {})
  return result as unknown as { writer: Ref; reader: Ref }
}

const addressOf = ({ channel_id, access_key, direction }: Ref, more: Partial<Ref> = {}) =>
  `ws://localhost:${relay.port}/worker/ws/channels/${channel_id}?key=${more.access_key ?? access_key}&dir=${more.direction ?? direction}`

const open = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  new Promise<WebSocket>((resolve, reject) => {
    const ws = new WebSocket(url, { perMessageDeflate: false, headers })
    ws.once('open', () => resolve(ws))
    ws.once('error', reject)
  })

describe('a channel', () => {
  it('opens with the key of that end only, and each end once', async () => {
    const worker = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    const { writer, reader } = await create(worker)
    for (const url of [
      addressOf(writer, { access_key: 'wrong' }),
      addressOf(writer, { direction: 'read' }),
      addressOf(reader, { direction: 'write' }),
    ])
      expect(await openSocket(url)).toMatchObject({ status: 404 })
    expect(await openSocket(addressOf(writer), { origin: 'https://evil.example' })).toMatchObject({ status: 403 })
    const first = await open(addressOf(writer))
    const second = await open(addressOf(writer))
    const code = await new Promise((resolve) => second.on('close', resolve))
    expect(code).toBe(1008)
    expect(relay.logged()).not.toContain(writer.access_key)
    first.close()
    worker.ws.close()
  })

  it('keeps what was written before its reader came, text as text and bytes as bytes, and ends after the last of it', async () => {
    const worker = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    const { writer, reader } = await create(worker)
    const from = await open(addressOf(writer))
    from.send('one')
    from.send(Buffer.from([1, 2, 3]))
    from.close(1000)
    await new Promise((resolve) => from.on('close', resolve))
    const got: unknown[] = []
    const to = new WebSocket(addressOf(reader))
    to.on('message', (data: Buffer, isBinary) => got.push(isBinary ? [...data] : data.toString()))
    expect(await new Promise((resolve) => to.on('close', resolve))).toBe(1000)
    expect(got).toEqual(['one', [1, 2, 3]])
    worker.ws.close()
  })

  it('lets its writer wait for a reader that does not read, and hands over all when it does', async () => {
    const worker = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    const { writer, reader } = await create(worker)
    const [from, to] = [await open(addressOf(writer)), await open(addressOf(reader))]
    to.pause()
    const part = randomBytes(64 * 1024)
    const PARTS = 400
    let sent = 0
    for (let n = 0; n < PARTS; n++) from.send(part, () => sent++)
    // What the kernel takes on both sides is a few MB; the rest stays with the writer.
    let before = -1
    await until(async () => {
      const seen = before
      before = sent
      await new Promise((resolve) => setTimeout(resolve, 100))
      expect([sent, sent > 0]).toEqual([seen, true])
    })
    expect(from.bufferedAmount).toBeGreaterThan(0)
    expect(sent).toBeLessThan(PARTS)
    let bytes = 0
    to.on('message', (data: Buffer) => (bytes += data.length))
    to.resume()
    await until(() => expect(bytes).toBe(PARTS * part.length))
    from.close()
    await new Promise((resolve) => to.on('close', resolve))
    worker.ws.close()
  })

  it('ends with the token of who made it, and of who opened an end with it; that of others goes on', async () => {
    const token = runTokenCommand(['add', 'piper', '--data', relay.data], {}).out.trim()
    const base = `ws://localhost:${relay.port}/worker`
    const [owner, piper] = [await openWorker(base, TOKEN), await openWorker(base, token)]
    const [made, held, other] = [await create(piper), await create(owner), await create(owner)]
    const [from, to] = [await open(addressOf(made.writer)), await open(addressOf(made.reader))]
    const heldFrom = await open(addressOf(held.writer))
    const heldTo = await open(addressOf(held.reader), { authorization: `Bearer ${token}` })
    const [otherFrom, otherTo] = [await open(addressOf(other.writer)), await open(addressOf(other.reader))]
    const closed = [from, to, heldFrom, heldTo].map((ws) => new Promise((resolve) => ws.on('close', resolve)))
    runTokenCommand(['revoke', 'piper', '--data', relay.data], {})
    expect(await Promise.all(closed)).toEqual([1011, 1011, 1011, 1011])
    expect(await openSocket(addressOf(made.writer))).toMatchObject({ status: 404 })
    const got = new Promise((resolve) => otherTo.once('message', (data: Buffer) => resolve(data.toString())))
    otherFrom.send('still')
    expect(await got).toBe('still')
    otherFrom.close()
    owner.ws.close()
  })
})

describe('a channel that is opened by its key alone, as the published SDK does', () => {
  it('ends with the token of the worker that the key was handed to; others go on', async () => {
    const token = runTokenCommand(['add', 'handed', '--register', 'h::*', '--data', relay.data], {}).out.trim()
    const base = `ws://localhost:${relay.port}/worker`
    const [owner, handed] = [await openWorker(base, TOKEN), await openWorker(base, token)]
    handed.send({ type: 'registerfunction', id: 'h::take' })
    await handed.settled()
    const { writer, reader } = await create(owner)
    const other = await create(owner)
    const call = owner.call('h::take', { deep: [{ reader: { ...reader } }] })
    const { data, invocation_id = null } = await handed.ofType('invokefunction')
    handed.send({ type: 'invocationresult', invocation_id, function_id: 'h::take', result: null })
    await call
    const given: { deep: { reader: Ref }[] } = JSON.parse(JSON.stringify(data))
    const to = await open(addressOf(given.deep[0]?.reader ?? reader))
    const from = await open(addressOf(writer))
    const [otherFrom, otherTo] = [await open(addressOf(other.writer)), await open(addressOf(other.reader))]
    const closed = [from, to].map((ws) => new Promise((resolve) => ws.on('close', resolve)))
    runTokenCommand(['revoke', 'handed', '--data', relay.data], {})
    expect(await Promise.all(closed)).toEqual([1011, 1011])
    const got = new Promise((resolve) => otherTo.once('message', (part: Buffer) => resolve(part.toString())))
    otherFrom.send('still')
    expect(await got).toBe('still')
    otherFrom.close()
    owner.ws.close()
  })

  it.each([
    ['calls', '/invoke/calls-give::it'],
    ['browses', '/http/browses'],
    ['streams', '/http/streams'],
  ])('ends with the token that got the key in the answer to one that %s: %s', async (name, path) => {
    const functionId = `${name}-give::it`
    const token = runTokenCommand(['add', name, '--call', functionId, '--data', relay.data], {}).out.trim()
    const owner = await openWorker(`ws://localhost:${relay.port}/worker`, TOKEN)
    owner.send({ type: 'registerfunction', id: functionId })
    const config = { api_path: `/${name}`, http_method: 'POST' }
    owner.send({ type: 'registertrigger', id: name, trigger_type: 'http', function_id: functionId, config })
    await owner.settled()
    const { writer, reader } = await create(owner)
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const asked = relay.send({ method: 'POST', path, headers, body: '{}' })
    const { invocation_id = null, data } = await owner.ofType('invokefunction')
    const result = { deep: [{ ...reader }] }
    if (name === 'streams') {
      const { response }: { response: Ref } = JSON.parse(JSON.stringify(data))
      const out = await open(addressOf(response))
      for (const part of JSON.stringify(result).match(/[^]{1,7}/g) ?? []) out.send(Buffer.from(part))
      out.close(1000)
    }
    owner.send({ type: 'invocationresult', invocation_id, function_id: functionId, ...(name !== 'streams' && { result }) })
    const given: { deep: Ref[] } = JSON.parse((await asked).text)
    const closed = [await open(addressOf(given.deep[0] ?? writer)), await open(addressOf(writer))].map(
      (ws) => new Promise((resolve) => ws.on('close', resolve)),
    )
    runTokenCommand(['revoke', name, '--data', relay.data], {})
    expect(await Promise.all(closed)).toEqual([1011, 1011])
    owner.ws.close()
  })
})

describe('channels in memory', () => {
  let clock = 0
  let channels: Channels
  const fresh = (more = {}) =>
    (channels = createChannels({ ...LIMITS.engine, channels: 2, channelBytes: 10, frame: 100, ...more }, () => clock))
  afterEach(() => channels.close())

  function end(): ChannelEnd & { readonly seen: string[]; readonly done: (() => void)[] } {
    const seen: string[] = []
    const done: (() => void)[] = []
    return {
      seen,
      done,
      send: (item, left) => {
        seen.push(String(item))
        done.push(left)
      },
      pause: () => seen.push('<pause>'),
      resume: () => seen.push('<resume>'),
      close: (clean, why) => seen.push(clean ? '<end>' : `<broken: ${why}>`),
    }
  }

  it('a full one pauses its writer until half of it has left', () => {
    const channel = fresh().create(64, TAB_IDENTITY)
    const [writer, reader] = [end(), end()]
    channel.open('write', writer)
    channel.open('read', reader)
    for (const item of ['aaaa', 'bbbb', 'cccc']) channel.push(item)
    expect(writer.seen).toEqual(['<pause>'])
    reader.done.shift()?.()
    expect(writer.seen).toEqual(['<pause>'])
    reader.done.shift()?.()
    expect(writer.seen).toEqual(['<pause>', '<resume>'])
    channel.ended('write', true)
    expect(reader.seen).toEqual(['aaaa', 'bbbb', 'cccc'])
    reader.done.shift()?.()
    expect(reader.seen.at(-1)).toBe('<end>')
    expect(channels.size).toBe(0)
  })

  it('a writer that does not wait, breaks off, or whose reader is gone ends both sides', () => {
    const all = fresh({ channels: 10, channelsOfIdentity: { tab: 10, worker: 10 } })
    const ends: [string, (channel: ReturnType<Channels['create']>) => void][] = [
      ['the writer does not wait', (channel) => channel.push('x'.repeat(1000))],
      ['the writer broke off', (channel) => channel.ended('write', false)],
      ['the reader is gone', (channel) => channel.ended('read', true)],
      ['asked for', (channel) => channel.destroy('asked for')],
    ]
    for (const [why, act] of ends) {
      const channel = all.create(64, TAB_IDENTITY)
      const [writer, reader] = [end(), end()]
      channel.open('write', writer)
      channel.open('read', reader)
      act(channel)
      expect([writer.seen.at(-1), reader.seen.at(-1)]).toEqual([`<broken: ${why}>`, `<broken: ${why}>`])
      expect(channel.open('read', end())).toBe('busy')
    }
    expect(all.size).toBe(0)
  })

  it('a key that comes to somebody who is no more ends its channel', () => {
    channels = createChannels(
      LIMITS.engine,
      () => clock,
      ({ id }) => id === 'revoked',
    )
    const [channel, other] = [channels.create(64, TAB_IDENTITY), channels.create(64, TAB_IDENTITY)]
    const writer = end()
    channel.open('write', writer)
    channels.handed(JSON.stringify({ at: [channel.ref('read')] }), { ...TAB_IDENTITY, id: 'revoked' })
    channels.handed(JSON.stringify(other.ref('read')), TAB_IDENTITY)
    expect(writer.seen).toEqual(['<broken: the token was revoked>'])
    expect(channels.size).toBe(1)
  })

  it('a key that goes through another channel is of whoever reads that, also who comes later, however it is cut; not of its writer', () => {
    const all = fresh({ channels: 10 })
    const [reader, late, writer] = ['reader', 'late', 'writer'].map((id) => ({ ...DEFAULT_IDENTITY, id }))
    if (reader === undefined || late === undefined || writer === undefined) throw new Error('three of them')
    for (const [who, ends] of [
      [reader, true],
      [late, true],
      [writer, false],
    ] as const) {
      const [outer, inner] = [all.create(64, TAB_IDENTITY), all.create(64, TAB_IDENTITY)]
      const held = end()
      inner.open('write', held)
      all.handed(JSON.stringify(outer.ref('write')), writer)
      if (who === reader) all.handed(JSON.stringify(outer.ref('read')), reader)
      const text = JSON.stringify({ deep: [inner.ref('read')] }, null, 1)
      const at = text.indexOf('access_key') + 20
      for (const part of [text.slice(0, at), Buffer.from(text.slice(at))]) outer.push(part)
      if (who === late) outer.open('read', end(), late)
      outer.destroy('done with')
      all.revoke((identity) => identity === who)
      expect([who.id, held.seen]).toEqual([who.id, ends ? ['<broken: the token was revoked>'] : []])
      inner.destroy('not wanted')
    }
  })

  it('a key in an answer that comes in parts is of whoever asked for it', () => {
    const all = fresh({ channels: 10 })
    const [one, other] = [all.create(64, TAB_IDENTITY), all.create(64, TAB_IDENTITY)]
    const held = [end(), end()]
    for (const [n, channel] of [one, other].entries()) channel.open('write', held[n] ?? end())
    const told = all.handedInParts(DEFAULT_IDENTITY)
    for (const letter of JSON.stringify(one.ref('read'))) told(letter)
    all.revoke((identity) => identity === DEFAULT_IDENTITY)
    expect(held.map(({ seen }) => seen)).toEqual([['<broken: the token was revoked>'], []])
  })

  it('only so many exist, and those that nobody opens go after five minutes', () => {
    const all = fresh()
    const used = all.create(64, TAB_IDENTITY)
    used.open('write', end())
    used.open('read', end())
    all.create(64, TAB_IDENTITY).open('write', end())
    expect(() => all.create(64, TAB_IDENTITY)).toThrow('open already')
    clock += LIMITS.engine.channelIdleMs + 1
    all.sweep(clock)
    expect(all.size).toBe(1)
  })

  it('one identity has only so many of them, and strangers without a prefix have them together; others go on', () => {
    const all = fresh({ channels: 10, channelsOfIdentity: { tab: 1, worker: 2 } })
    const page = all.create(64, TAB_IDENTITY)
    expect(() => all.create(64, TAB_IDENTITY)).toThrow('"tab" has 1 channels open already')
    for (const n of [1, 2]) {
      const stranger = { ...DEFAULT_IDENTITY, id: `guest:${n}`, epoch: 'e' }
      if (n === 1) all.create(64, stranger)
      else expect(() => all.create(64, stranger)).toThrow('open already')
    }
    for (let n = 0; n < 2; n++) all.create(64, DEFAULT_IDENTITY)
    expect(() => all.create(64, DEFAULT_IDENTITY)).toThrow('open already')
    page.destroy('not wanted')
    expect(() => all.create(64, TAB_IDENTITY)).not.toThrow()
  })

  it('the relay itself can be one end', async () => {
    const all = fresh({ channelBytes: 4 })
    const channel = all.create(64, TAB_IDENTITY)
    const ours = localChannel(channel, 'write')
    const reader = localChannel(channel, 'read')
    const written = (async () => {
      for (const item of ['aa', 'bb', 'cc', 'dd']) await ours.write(item)
      ours.end()
    })()
    const got: string[] = []
    for await (const item of reader.read()) got.push(String(item))
    await written
    expect(got).toEqual(['aa', 'bb', 'cc', 'dd'])
    const broken = localChannel(all.create(64, TAB_IDENTITY), 'read')
    broken.destroy()
    await expect(async () => {
      for await (const item of broken.read()) got.push(String(item))
    }).rejects.toThrow('ended early')
    await expect(ours.write('ee')).resolves.toBeUndefined()
  })
})
