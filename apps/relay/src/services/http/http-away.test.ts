import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DEFAULT_IDENTITY } from '../../engine/identity'
import { servicesForTest, type ServicesUnderTest } from '../services-under-test'
import { createHttpService, type HttpService } from './http'

let under: ServicesUnderTest
let http: HttpService

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  under = servicesForTest()
  http = createHttpService(under.parts)
  under.functions.set('f::there', () => null)
  await under.bind(http, { id: 'b', triggerType: 'http', functionId: 'f::there', config: { api_path: 'there' } })
})
afterEach(async () => {
  await http.close()
  vi.useRealTimers()
  under.remove()
})

async function statusAfter(how: 'unbound' | 'left'): Promise<number> {
  await http.triggerTypes[0]?.unbind('b', how)
  await vi.advanceTimersByTimeAsync(60_000)
  const incoming = new IncomingMessage(new Socket())
  incoming.url = '/http/there'
  incoming.method = 'GET'
  const outgoing = new ServerResponse(incoming)
  await http.answer(incoming, outgoing, DEFAULT_IDENTITY)
  return outgoing.statusCode
}

it('an address whose binder lost its socket may come back; one that was taken away is none', async () => {
  expect(await statusAfter('left')).toBe(503)
})

it('an address that was unbound while its function is there is none', async () => {
  expect(await statusAfter('unbound')).toBe(404)
})
