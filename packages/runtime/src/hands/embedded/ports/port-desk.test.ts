import { expect, it } from 'vitest'
import { PortDesk } from './port-desk'
import { MAX_PORT_BODY, type PortAsking } from './port-messages'

const GET = { port: 3000, method: 'GET', path: '/', headers: [] }

it.each([
  ['too_large', { ...GET, method: 'POST', body: new Uint8Array(MAX_PORT_BODY + 1) }],
  ['bad_input', { ...GET, method: '' }],
  ['bad_input', { ...GET, path: '' }],
  ['bad_input', { ...GET, headers: [['cookie', 'x'.repeat(70_000)]] as const }],
])('[O44] refuses as %s what the sandbox could not read, and goes on', async (code, request) => {
  const told: PortAsking[] = []
  const desk = new PortDesk(
    (message) => void told.push(message),
    () => () => undefined,
  )
  await expect(desk.request(request, new AbortController().signal)).rejects.toMatchObject({ failure: { code } })
  expect(told).toEqual([])
  const next = desk.request(GET, new AbortController().signal)
  expect(told).toMatchObject([{ type: 'port.request', path: '/' }])
  desk.take({ type: 'port.head', id: 1, status: 200, statusText: 'OK', headers: [] })
  expect(await next).toMatchObject({ status: 200 })
})
