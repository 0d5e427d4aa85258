import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, request, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { readConfig } from '../config'
import { startForTest, startUpstream, type Received, type RelayUnderTest } from '../relay-under-test'
import { createRedactor } from '../redactor'
import { openLedger } from './ledger'
import { createMeter } from './meter'

const KEY = 'sk-test-canary-0123456789'
const closers: (() => Promise<void> | void)[] = []

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tabwright-spending-'))
  closers.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`
/** An answer of a model, as it is streamed. */
const answer = (model: string, input: number, output: number): string =>
  [
    event({ type: 'message_start', message: { model, usage: { input_tokens: input, output_tokens: 1 } } }),
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'grüße' } }),
    event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: output } }),
    event({ type: 'message_stop' }),
  ].join('')

const streams = (text: string): RequestListener => {
  return (incoming, outgoing) => {
    incoming.resume()
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' }).end(text)
  }
}

interface Asking {
  readonly relay: RelayUnderTest
  readonly seen: readonly unknown[]
  readonly ask: (path?: string) => Promise<Received>
}

async function both(listener: RequestListener, env: Record<string, string>, data = folder()): Promise<Asking> {
  const upstream = await startUpstream(listener)
  const relay = await startForTest({ env: { ANTHROPIC_API_KEY: KEY, ANTHROPIC_BASE_URL: upstream.url, ...env }, data })
  closers.push(upstream.close, relay.stop)
  const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
  return { relay, seen: upstream.seen, ask: (path = '/v1/messages') => relay.send({ method: 'POST', path, headers, body: '{}' }) }
}

it('no byte waits for the disk, also of an answer that comes all at once, which is written down once', async () => {
  const text = answer('claude-opus-5', 10, 10)
  const waiting: unknown[] = []
  const server = createServer((_incoming, outgoing) => {
    outgoing.writeHead(200).flushHeaders()
    const add = () => void waiting.push(outgoing.socket?.writableLength)
    const meter = createMeter({ type: 'text/event-stream', now: Date.now, add, estimate: () => ({ dollars: 0, tokens: 0 }) })
    void pipeline(Readable.from([Buffer.from(text)]), meter, createRedactor(KEY), outgoing)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => void server.close())
  const address = server.address()
  const given = await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`)
  expect(await given.text()).toBe(text)
  expect(waiting).toEqual([0])
})

describe('the cap of a day', () => {
  it('lets an answer through byte for byte, stops what comes after the cap with words, and still counts tokens for nothing', async () => {
    const said = answer('claude-opus-5', 1_000_000, 100_000)
    const { ask, seen } = await both(streams(said), { TABWRIGHT_DAY_DOLLARS: '7.5' })
    expect((await ask()).text).toBe(said)
    const refused = await ask()
    expect(refused.status).toBe(402)
    expect(refused.headers['x-should-retry']).toBe('false')
    expect(JSON.parse(refused.text).error).toEqual({
      type: 'spend_cap',
      message:
        'This relay’s cap of $7.5 a day for the model key is reached: $7.50 were spent today. Nothing was sent. It goes on tomorrow (UTC), or when the relay is started with a higher TABWRIGHT_DAY_DOLLARS.',
    })
    expect((await ask('/v1/messages/count_tokens')).status).toBe(200)
    expect(seen).toHaveLength(2)
  })

  it('holds across a restart, counts models without a price in tokens, and is each key’s own', async () => {
    const data = folder()
    const unknown = streams(answer('my-own-model', 60, 40))
    const first = await both(unknown, { TABWRIGHT_DAY_TOKENS: '100', TABWRIGHT_DAY_DOLLARS: '1' }, data)
    expect((await first.ask()).status).toBe(200)
    await first.relay.stop()
    const again = await both(unknown, { TABWRIGHT_DAY_TOKENS: '100' }, data)
    expect(JSON.parse((await again.ask()).text).error.message).toContain('100 tokens a day')
    await again.relay.stop()
    const other = await both(unknown, { TABWRIGHT_DAY_TOKENS: '100', ANTHROPIC_API_KEY: `${KEY}-2` }, data)
    expect((await other.ask()).status).toBe(200)
    expect(readFileSync(join(data, 'relay.db')).includes(KEY)).toBe(false)
  })

  it('counts an answer in one piece, and what came of one that the page broke off', async () => {
    const whole = await both(
      (incoming, outgoing) => {
        incoming.resume()
        const message = { type: 'message', model: 'my-own-model', usage: { input_tokens: 3, output_tokens: 4 } }
        outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message))
      },
      { TABWRIGHT_DAY_TOKENS: '7' },
    )
    expect((await whole.ask()).status).toBe(200)
    expect((await whole.ask()).status).toBe(402)
    const cut = await both(
      (incoming, outgoing) => {
        incoming.resume()
        outgoing.writeHead(200, { 'content-type': 'text/event-stream' })
        const [start = ''] = answer('my-own-model', 5, 0).split('\n\n')
        const delta = event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x'.repeat(4000) } })
        outgoing.write(`${start}\n\n${delta}`)
      },
      { TABWRIGHT_DAY_TOKENS: '1000' },
    )
    await dropAfterFirstChunk(cut.relay)
    await expect.poll(async () => (await cut.ask()).status).toBe(402)
  })

  it.each(['before its headers', 'in the middle'])('counts what was asked for, where an answer in one piece is cut %s', async (where) => {
    let cut = (): void => undefined
    const { relay, ask } = await both(
      (incoming, outgoing) => {
        incoming.resume().on('end', () => {
          if (where === 'in the middle') outgoing.writeHead(200, { 'content-type': 'application/json' }).write('{"type":')
          setImmediate(cut)
        })
      },
      { TABWRIGHT_DAY_TOKENS: '1000' },
    )
    const stop = new AbortController()
    cut = () => stop.abort()
    const body = JSON.stringify({ model: 'my-own-model', max_tokens: 5, messages: [{ role: 'user', content: 'x'.repeat(4000) }] })
    const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
    const asked = fetch(`${relay.url}/v1/messages`, { method: 'POST', headers, body, signal: stop.signal }).then((answer) => answer.text())
    await expect(asked).rejects.toThrow('aborted')
    cut = () => undefined
    await expect.poll(() => relay.logged()).toContain('cut by the page')
    expect((await ask()).status).toBe(402)
  })

  it('says at the start that dollars alone cap no model without a price', async () => {
    const said = /models without a list price are not capped/
    expect((await both(streams(''), { TABWRIGHT_DAY_DOLLARS: '1' })).relay.logged()).toMatch(said)
    expect((await both(streams(''), { TABWRIGHT_DAY_DOLLARS: '1', TABWRIGHT_DAY_TOKENS: '1' })).relay.logged()).not.toMatch(said)
  })

  it('is a number or the relay does not start', () => {
    for (const bad of ['0', '-1', 'five', '1e3', '1,000'])
      expect(readConfig([], { TABWRIGHT_DAY_DOLLARS: bad }, '/dist')).toMatchObject({
        type: 'bad',
        message: expect.stringContaining('TABWRIGHT_DAY_DOLLARS'),
      })
  })
})

/** A page that reads the beginning of an answer and goes away. */
async function dropAfterFirstChunk(relay: RelayUnderTest): Promise<void> {
  const headers = { host: `localhost:${relay.port}`, authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
  await new Promise<void>((resolve) => {
    const outgoing = request(
      { host: '127.0.0.1', port: relay.port, method: 'POST', path: '/v1/messages', headers, agent: false },
      (response) =>
        response.once('data', () => {
          outgoing.destroy()
          resolve()
        }),
    )
    outgoing.on('error', () => resolve())
    outgoing.end('{}')
  })
}

const noEstimate = (): never => {
  throw new Error('nothing was cut')
}

describe('the meter', () => {
  it('reads events however their bytes are cut, and adds up to what the whole says', async () => {
    const bytes = Buffer.from(answer('claude-opus-5', 1000, 2000))
    for (const size of [1, 7, 64]) {
      const spent: number[] = []
      const meter = createMeter({
        type: 'text/event-stream; charset=utf-8',
        now: () => 0,
        add: ({ dollars }) => spent.push(dollars),
        estimate: noEstimate,
      })
      const out: Buffer[] = []
      meter.on('data', (part: Buffer) => out.push(part))
      for (let at = 0; at < bytes.length; at += size) meter.write(bytes.subarray(at, at + size))
      await new Promise<void>((resolve) => meter.end(resolve))
      expect(Buffer.concat(out).equals(bytes)).toBe(true)
      expect(spent.reduce((sum, one) => sum + one, 0)).toBeCloseTo((1000 * 5 + 2000 * 25) / 1_000_000, 9)
    }
  })
})

describe('the ledger', () => {
  it('begins anew at midnight UTC', () => {
    let now = Date.UTC(2026, 10, 21, 23, 59)
    const cap = { dollars: 1, tokens: undefined }
    const ledger = openLedger({ data: folder(), vaultKey: { bytes: Buffer.alloc(32, 1), from: 'file' }, cap, now: () => now })
    closers.push(() => ledger.close())
    ledger.add(KEY, { dollars: 0.6, tokens: 5 })
    expect(ledger.refusal(KEY)).toBeUndefined()
    ledger.add(KEY, { dollars: 0.6, tokens: 0 })
    expect(ledger.refusal(KEY)?.type).toBe('spend_cap')
    expect(ledger.spent(KEY)).toEqual({ dollars: 1.2, tokens: 5 })
    now += 60_000
    expect(ledger.refusal(KEY)).toBeUndefined()
  })
})
