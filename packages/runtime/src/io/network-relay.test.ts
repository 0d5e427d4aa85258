import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  FETCH_ANSWER_HEADER,
  FETCH_REQUEST_HEADER,
  FailureError,
  failureOf,
  networkRefusalOf,
  parseFetchRequest,
} from '@tabwright/protocol'
import { afterEach, describe, expect, it } from 'vitest'
import type { Network } from '../core/network'
import { networkOfRelay } from './network-relay'
import { relayFetch } from './relay-fetch'

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

type Answers = (incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer) => void

/** A network over a relay that answers as a test wants it to. */
async function networkOn(answers: Answers, renew = (): Promise<string> => Promise.resolve('token')): Promise<Network> {
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = []
    incoming.on('data', (part: Buffer) => parts.push(part))
    incoming.on('end', () => answers(incoming, outgoing, Buffer.concat(parts)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return networkOfRelay({ relay: relayFetch({ renew }), origin: `http://127.0.0.1:${port}` })
}

const signal = new AbortController().signal
const answer = (more: object = {}): Record<string, string> => {
  const told = { status: 200, statusText: 'OK', url: 'https://a.example/', headers: [], version: '1.1', ...more }
  return { [FETCH_ANSWER_HEADER]: Buffer.from(JSON.stringify(told)).toString('base64url') }
}
const GET = { method: 'GET', url: 'https://a.example/', headers: [], purpose: 'x' } as const

async function outcome(work: Promise<{ readonly body: AsyncIterable<Uint8Array> }>): Promise<string> {
  let text = ''
  try {
    for await (const part of (await work).body) text += new TextDecoder().decode(part)
    return text
  } catch (error) {
    return `${text}|${networkRefusalOf(failureOf(error))}: ${failureOf(error).message}`
  }
}

describe('the network through the relay', () => {
  it('describes the request in its header and sends the body as it is, with the bearer of the tab', async () => {
    let seen: { readonly asked: unknown; readonly body: Buffer; readonly bearer: string | undefined } | undefined
    const network = await networkOn((incoming, outgoing, body) => {
      const asked = parseFetchRequest(Buffer.from(String(incoming.headers[FETCH_REQUEST_HEADER]), 'base64url').toString())
      seen = { asked, body, bearer: incoming.headers.authorization }
      outgoing.writeHead(200, answer({ status: 404, headers: [['X-Ä', 'ö']] })).end('not there')
    })
    expect(await network.missing(signal)).toBeUndefined()
    const body = Uint8Array.of(0, 255, 10)
    const came = await network.send({ ...GET, method: 'POST', headers: [['X', '\u00e4']], body, useToken: true, connectMs: 500 }, signal)
    expect(came).toMatchObject({ status: 404, headers: [['X-Ä', 'ö']], version: '1.1' })
    expect(await outcome(Promise.resolve(came))).toBe('not there')
    expect(seen?.bearer).toBe('Bearer token')
    expect([...(seen?.body ?? [])]).toEqual([0, 255, 10])
    const headers = [['X', '\u00e4']]
    expect(seen?.asked).toEqual({ method: 'POST', url: GET.url, headers, redirect: 'manual', useToken: true, connectMs: 500 })
  })

  it('tells refusals of the relay apart, and what is no relay', async () => {
    const refused = async (status: number, type: string): Promise<string> => {
      const network = await networkOn((_incoming, outgoing) =>
        outgoing
          .writeHead(status, { 'content-type': 'application/json' })
          .end(JSON.stringify({ type: 'error', error: { type, message: 'Why.' } })),
      )
      return outcome(network.send(GET, signal))
    }
    expect(await refused(403, 'private_address')).toBe('|blocked: Why.')
    expect(await refused(409, 'no_token')).toBe('|no-token: Why.')
    expect(await refused(502, 'upstream_unknown')).toBe('|unknown-host: Why.')
    expect(await refused(502, 'upstream_unreachable')).toBe('|unreachable: Why.')
    expect(await refused(504, 'upstream_timeout')).toBe('|timeout: Why.')
    expect(await refused(413, 'too_large')).toBe('|too-large: Why.')
    const page = await networkOn((_incoming, outgoing) => outgoing.writeHead(405, { 'content-type': 'text/html' }).end('<html>'))
    expect(await outcome(page.send(GET, signal))).toContain('|no-relay: What answers at this address is no relay')
  })

  it('never takes a broken answer for a whole one', async () => {
    const network = await networkOn((_incoming, outgoing) => {
      outgoing.writeHead(200, { ...answer(), 'content-length': '10' })
      outgoing.write('half', () => outgoing.destroy())
    })
    expect(await outcome(network.send(GET, signal))).toBe(
      'half|cut: a.example broke off in the middle of its answer, or sent more than the relay lets through.',
    )
  })

  it('says so where there is no relay, or one that wants a code', async () => {
    const gone = await networkOn(
      () => undefined,
      () => Promise.reject(new FailureError({ code: 'offline', message: 'The relay does not answer.' })),
    )
    expect(await gone.missing(signal)).toBe(
      'The network needs the relay; start it with npm start (The relay does not answer.) Nothing was sent.',
    )
    const network = await networkOn((incoming) => incoming.socket.destroy())
    expect(await outcome(network.send(GET, signal))).toContain('|no-relay: The relay does not answer')
  })

  it('reads an address in the one spelling that is shown, judged and sent', async () => {
    const network = await networkOn(() => undefined)
    expect(network.address('HTTPS://A.Example:443/x/../y?q#part')).toEqual({
      href: 'https://a.example/y?q',
      origin: 'https://a.example',
      host: 'a.example',
    })
    for (const bad of [
      'ftp://a.example/',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'a.example',
      'https://me:pw@a.example/',
      `https://a.example/${'x'.repeat(9000)}`,
    ])
      expect(network.address(bad), bad).toHaveProperty('refused')
  })
})
