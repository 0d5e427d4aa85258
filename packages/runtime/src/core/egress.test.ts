import { createHash } from 'node:crypto'
import { answer, outline, stories, text, tool, type Story } from '@tabwright/testkit'
import { FailureError, failureOf, networkRefusalOf, sessionId, type NetworkRequest, type Run, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { Network } from './network'
import { createInboxReader } from './inbox'

const start = stories()

interface Web extends Network {
  /** What was really sent. */
  readonly sent: NetworkRequest[]
  onSend: () => Promise<void>
}

/** A network that answers everything with its address. */
function web(): Web {
  const sent: NetworkRequest[] = []
  return {
    sent,
    onSend: () => Promise.resolve(),
    missing: () => Promise.resolve(undefined),
    digest: (bytes) => Promise.resolve(createHash('sha256').update(bytes).digest('hex')),
    address: (at) => ({ href: new URL(at).href, origin: new URL(at).origin, host: new URL(at).host }),
    async send(request) {
      sent.push(request)
      await this.onSend()
      const body = (async function* () {
        yield new TextEncoder().encode(`from ${request.url}`)
      })()
      return { status: 200, statusText: 'OK', url: request.url, headers: [], body }
    },
  }
}

const script = [answer([tool('shell', { command: 'run it' }, { id: 't1' })]), answer([text('ok')])]
const bytes = (said: string): Uint8Array => new TextEncoder().encode(said)

/** What a command did: asks for each in turn and prints what came, or why it did not. */
async function curl(run: Run, ...requests: readonly (Pick<NetworkRequest, 'url'> & Partial<NetworkRequest>)[]): Promise<string> {
  const lines: string[] = []
  for (const request of requests) {
    try {
      if (!run.fetch) throw new Error('there is no network in the run')
      const whole = { method: 'GET' as const, headers: [], purpose: 'curl', ...request }
      const came = await run.fetch(whole, { signal: run.signal, sent: () => undefined })
      let said = ''
      for await (const part of came.body) said += new TextDecoder().decode(part)
      lines.push(`${came.status} ${said}`)
    } catch (error) {
      lines.push(`${networkRefusalOf(failureOf(error))}: ${failureOf(error).message}`)
    }
  }
  return lines.join('\n')
}

const asked = (s: Story): Story['journal']['state']['fetches'] => s.journal.state.fetches.filter(({ decided }) => !decided)

async function decide(s: Story, said: 'deny' | 'once' | 'session', note?: string): Promise<void> {
  await expect.poll(() => asked(s).length, { timeout: 5000 }).toBe(1)
  const [fetch] = asked(s)
  if (!fetch) throw new Error('nothing is asked')
  await s.commands.decide({ call: fetch.id, digest: fetch.judged.digest, answer: said, ...(note !== undefined && { note }) })
}

/** Allows the shell call itself. */
async function allowShell(s: Story): Promise<void> {
  await s.until('call.judged')
  const call = s.journal.state.calls.find(({ judged }) => judged)
  if (!call?.judged) throw new Error('no call is judged')
  await s.commands.decide({ call: call.content.id, digest: call.judged.digest, answer: 'once' })
}

const ended = async (s: Story): Promise<string> => {
  await s.until('turn.ended')
  const fact = (await s.facts()).findLast((event): event is SessionEvent<'call.ended'> => event.type === 'call.ended')
  return fact?.data.outcome.text ?? ''
}
const fetches = async (s: Story): Promise<readonly string[]> => outline(await s.facts()).filter((line) => line.startsWith('fetch.'))

async function begin(network: Web | undefined, run: (run: Run) => Promise<string>): Promise<Story> {
  const s = await start({ script, ...(network && { network }), shell: async (_command, context) => ({ text: await run(context) }) })
  await s.commands.send('go')
  await allowShell(s)
  return s
}

describe('a request of a command', () => {
  it('is asked about with all that it sends, and is in the log before it is sent', async () => {
    const network = web()
    const s = await begin(network, (run) =>
      curl(run, { url: 'https://a.example/x?y=1#z', method: 'POST', headers: [['X-Mine', 'ä']], body: bytes('a=\u0007b') }),
    )
    let known: readonly string[] = []
    network.onSend = async () => void (known = await fetches(s))
    await expect.poll(() => asked(s).length).toBe(1)
    expect(network.sent, 'nobody has said yes').toEqual([])
    expect(JSON.parse(asked(s)[0]?.judged.bytes ?? '')).toEqual({
      method: 'POST',
      url: 'https://a.example/x?y=1#z',
      origin: 'https://a.example',
      headers: [['X-Mine', 'ä']],
      purpose: 'curl',
      body: { bytes: 4, sha256: await network.digest(bytes('a=\u0007b')), text: 'a=\\x07b' },
    })
    await decide(s, 'once')
    expect(await ended(s)).toBe('200 from https://a.example/x?y=1#z')
    expect(known).toEqual(['fetch.judged', 'fetch.decided', 'fetch.started'])
    expect(await fetches(s)).toEqual(['fetch.judged', 'fetch.decided', 'fetch.started', 'fetch.ended'])
    expect(network.sent).toHaveLength(1)
  })

  it('is let through without a question where it only reads from an origin that was allowed, and nowhere else', async () => {
    const network = web()
    const s = await begin(network, (run) =>
      curl(
        run,
        { url: 'https://a.example/1' },
        { url: 'https://a.example/2', method: 'HEAD' },
        { url: 'https://a.example:8443/3' },
        { url: 'https://a.example/4', body: bytes('x') },
        { url: 'https://a.example/5', headers: [['Authorization', 'Bearer x']] },
        { url: 'https://a.example/6', headers: [['X-Api-Key', 'x']] },
        { url: 'https://a.example/7', useToken: true },
        { url: 'https://a.example/8', method: 'DELETE' },
      ),
    )
    await decide(s, 'session')
    const offers: boolean[] = []
    for (const n of [3, 4, 5, 6, 7, 8]) {
      await expect.poll(() => asked(s)[0]?.judged.bytes).toContain(`/${n}"`)
      const verdict = asked(s)[0]?.judged.verdict
      offers.push(verdict?.type === 'ask' && verdict.offer !== undefined)
      await decide(s, 'deny')
    }
    expect(offers, 'what sends something is asked about each time').toEqual([true, false, false, false, false, false])
    const lines = (await ended(s)).split('\n')
    expect(lines.map((line) => line.split(/[ :]/)[0])).toEqual(['200', '200', 'denied', 'denied', 'denied', 'denied', 'denied', 'denied'])
    expect(network.sent.map(({ url }) => url)).toEqual(['https://a.example/1', 'https://a.example/2'])
  })

  it('that is denied is refused in words, is not asked about again by the same command, and the turn goes on', async () => {
    const network = web()
    const s = await begin(network, (run) => curl(run, { url: 'https://a.example/' }, { url: 'https://a.example/' }))
    await decide(s, 'deny', 'use the file')
    const words = 'denied: The person denied the request to a.example: use the file. Nothing was sent.'
    expect(await ended(s)).toBe(`${words}\n${words}`)
    expect(network.sent).toEqual([])
    expect(await fetches(s)).toEqual(['fetch.judged', 'fetch.decided', 'fetch.ended'])
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
  })

  it('without a relay is refused and asks nobody', async () => {
    const s = await begin(undefined, (run) => curl(run, { url: 'https://a.example/' }))
    expect(await ended(s)).toContain('no-relay: The network needs the relay; start it with npm start.')
    expect(await fetches(s)).toEqual([])
  })

  it('with a header that would show as two lines is refused and asks nobody', async () => {
    const network = web()
    const s = await begin(network, (run) =>
      curl(run, {
        url: 'https://a.example/',
        headers: [
          ['X', 'a\n\nPOST'],
          ['b c', 'd'],
        ],
      }),
    )
    expect(await ended(s)).toContain('blocked: A header of the request holds characters')
    expect(await fetches(s)).toEqual([])
  })

  it('[INV-1] whose bytes changed after they were decided on is not sent', async () => {
    const network = web()
    const body = bytes('small')
    const s = await begin(network, (run) => curl(run, { url: 'https://a.example/', method: 'POST', body }))
    await expect.poll(() => asked(s).length).toBe(1)
    body[0] = 0x53
    await decide(s, 'once')
    expect(await ended(s)).toContain('What was allowed is not what would be sent.')
    expect(network.sent).toEqual([])
  })

  it('ends with its command when the person stops, and is not sent', async () => {
    const network = web()
    const s = await begin(network, (run) => curl(run, { url: 'https://a.example/' }))
    await expect.poll(() => asked(s).length).toBe(1)
    await s.driver.stop()
    expect(s.journal.state.fetches).toEqual([])
    expect(network.sent).toEqual([])
    expect(outline(await s.facts())).toContain('call.ended t1 interrupted')
  })

  it('of the person’s own command is asked about too', async () => {
    const network = web()
    const s = await start({ script, network })
    const run = { signal: new AbortController().signal, files: s.workspace.draft(), output: () => undefined }
    const came = curl({ ...run, fetch: s.driver.egress.of(undefined) }, { url: 'https://a.example/' })
    await decide(s, 'once')
    expect(await came).toBe('200 from https://a.example/')
  })
})

it('another tab may answer: its word goes through the inbox, and only the first one counts', async () => {
  const network = web()
  const s = await begin(network, (run) => curl(run, { url: 'https://a.example/' }))
  await expect.poll(() => asked(s).length).toBe(1)
  const [fetch] = asked(s)
  if (!fetch) throw new Error('nothing is asked')
  const said = { call: fetch.id, digest: fetch.judged.digest }
  await s.store.post(sessionId('story'), { type: 'decide', answer: { ...said, answer: 'once' } })
  await s.store.post(sessionId('story'), { type: 'decide', answer: { ...said, answer: 'deny' } })
  const ports = { log: s.store, session: sessionId('story') }
  await createInboxReader({ ports, journal: s.journal, driver: s.driver, commands: s.commands }).look()
  expect(await ended(s)).toBe('200 from https://a.example/')
  expect((await s.facts()).filter(({ type }) => type === 'fetch.decided')).toHaveLength(1)
  expect(await s.store.readInbox(sessionId('story'))).toEqual([])
})

describe('a worker that died', () => {
  it('while a request was asked about: the card is gone, the command runs again and asks anew', async () => {
    const network = web()
    const s = await begin(network, (run) => curl(run, { url: 'https://a.example/' }))
    await expect.poll(() => asked(s).length).toBe(1)
    const [before] = asked(s)
    await s.restart()
    await expect.poll(() => asked(s)[0]?.id).not.toBe(before?.id)
    await decide(s, 'once')
    expect(await ended(s)).toBe('200 from https://a.example/')
    expect(s.ran).toEqual(['run it', 'run it'])
    expect(network.sent).toHaveLength(1)
  })

  it('[C10] after a request was sent: nobody knows what it did, so the command is not repeated without a word of the person', async () => {
    const network = web()
    const s = await begin(network, (run) => curl(run, { url: 'https://a.example/', method: 'POST' }))
    network.onSend = () => new Promise(() => undefined)
    await decide(s, 'once')
    await expect.poll(() => network.sent.length).toBe(1)
    network.onSend = () => Promise.resolve()
    await s.restart()
    await s.until('call.lost')
    expect(s.ran).toHaveLength(1)
    const call = s.journal.state.calls[0]
    if (!call?.judged) throw new Error('no call is judged')
    await s.commands.resolve({ call: call.content.id, digest: call.judged.digest, choice: 'skip' })
    expect(await ended(s)).toContain('Outcome unknown')
    expect(network.sent).toHaveLength(1)
  })
})

it('a break in the middle of an answer is told as one', async () => {
  const network = web()
  const s = await begin(
    {
      ...network,
      send: async (request) => ({
        status: 200,
        statusText: 'OK',
        url: request.url,
        headers: [],
        body: (async function* () {
          yield bytes('half')
          throw new FailureError({ code: 'cut', message: 'broke off', detail: { refusal: 'cut' } })
        })(),
      }),
    },
    (run) => curl(run, { url: 'https://a.example/' }),
  )
  await decide(s, 'once')
  expect(await ended(s)).toBe('cut: broke off')
  const fact = (await s.facts()).findLast((event) => event.type === 'fetch.ended')
  expect(fact?.data).toMatchObject({ result: { type: 'failed', failure: { code: 'cut' } } })
})
