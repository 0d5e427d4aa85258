import { fail, failureOf } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { relayFetch } from './relay-fetch'

const json = (status: number, body: unknown): Response => Response.json(body, { status })
const refusal = (type: string): Response => json(401, { type: 'error', error: { type, message: 'No.' } })

/** A relay that knows one bearer, and what it was asked. */
function relay(known: string, refused: (token: string) => Response = () => refusal('session_ended')) {
  const asked: { readonly token: string; readonly body: unknown; readonly version: string | null }[] = []
  const send: typeof fetch = async (_input, init) => {
    const headers = new Headers(init?.headers)
    const token = headers.get('authorization') ?? ''
    asked.push({ token, body: init?.body, version: headers.get('x-version') })
    return token === `Bearer ${known}` ? json(200, { ok: true }) : refused(token)
  }
  return { asked, send }
}

const REQUEST = { method: 'POST', body: '{"n":1}', headers: { authorization: 'Bearer of-the-sdk', 'x-version': '1' } }

it('carries the bearer of the tab, whatever its caller sets', async () => {
  const { asked, send } = relay('t1')
  const line = relayFetch({ renew: async () => fail('unexpected', 'not needed'), fetch: send })
  line.setToken('t1')
  expect((await line.fetch('/v1/messages', REQUEST)).status).toBe(200)
  expect(asked).toEqual([{ token: 'Bearer t1', body: '{"n":1}', version: '1' }])
})

it('gets a new bearer when the relay ended the old one, sends the same request again and keeps it', async () => {
  for (const type of ['session_ended', 'not_signed_in']) {
    const { asked, send } = relay('t2', () => refusal(type))
    let renewals = 0
    const line = relayFetch({ renew: async () => `t${(renewals += 2)}`, fetch: send })
    line.setToken('t1')
    expect(await (await line.fetch('/v1/messages', REQUEST)).json()).toEqual({ ok: true })
    expect((await line.fetch('/v1/messages', REQUEST)).status).toBe(200)
    expect(asked.map(({ token }) => token)).toEqual(['Bearer t1', 'Bearer t2', 'Bearer t2'])
    expect(new Set(asked.map(({ body }) => body))).toEqual(new Set(['{"n":1}']))
    expect(renewals).toBe(2)
  }
})

it('never tries a third time', async () => {
  const { asked, send } = relay('never')
  const line = relayFetch({ renew: async () => 't2', fetch: send })
  const response = await line.fetch('/v1/messages', REQUEST)
  expect(response.status).toBe(401)
  expect(await response.json()).toMatchObject({ error: { type: 'session_ended' } })
  expect(asked).toHaveLength(2)
})

it('hands on every other answer whole, a refused key too', async () => {
  const answers = [refusal('authentication_error'), new Response('<h1>401</h1>', { status: 401 }), json(401, [1]), json(500, { a: 1 })]
  for (const answer of answers) {
    const whole = await answer.clone().text()
    const { asked, send } = relay('known', () => answer)
    const line = relayFetch({ renew: async () => fail('unexpected', 'not needed'), fetch: send })
    expect(await (await line.fetch('/v1/messages', REQUEST)).text()).toBe(whole)
    expect(asked).toHaveLength(1)
  }
})

it('renews once for requests that were refused side by side', async () => {
  const { asked, send } = relay('t2')
  let renewals = 0
  const renew = async (): Promise<string> => {
    renewals += 1
    await new Promise((resolve) => setTimeout(resolve, 5))
    return 't2'
  }
  const line = relayFetch({ renew, fetch: send })
  line.setToken('t1')
  const all = await Promise.all([1, 2, 3].map(() => line.fetch('/v1/messages', REQUEST)))
  expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
  expect([asked.length, renewals]).toEqual([6, 1])
})

it('fails with what the pairing says, tries anew at the next request, and can be stopped meanwhile', async () => {
  const { send } = relay('t2')
  const tries: (() => Promise<string>)[] = [async () => fail('denied', 'Enter the code.'), () => new Promise<string>(() => undefined)]
  const line = relayFetch({ renew: () => (tries.shift() ?? (async () => 't2'))(), fetch: send })
  line.setToken('t1')
  expect(await line.fetch('/v1/messages', REQUEST).catch(failureOf)).toMatchObject({ code: 'denied', message: 'Enter the code.' })
  const abort = new AbortController()
  const stopped = line.fetch('/v1/messages', { ...REQUEST, signal: abort.signal }).catch((error: unknown) => error)
  await new Promise((resolve) => setTimeout(resolve, 5))
  abort.abort()
  expect(await stopped).toMatchObject({ name: 'AbortError' })
})
