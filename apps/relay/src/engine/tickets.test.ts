import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTokenCommand } from '../cli/token-command'
import { LIMITS } from '../limits'
import { startForTest, type RelayUnderTest } from '../relay-under-test'
import { ENGINE_LIMITS } from './engine-limits'
import { DEFAULT_IDENTITY, TAB_IDENTITY } from './identity'
import { openSocket, until } from './socket-under-test'
import { createTickets } from './tickets'

const TOKEN = 'automation-token-0123456789'

describe('a ticket', () => {
  it('is good once, and for half a minute', () => {
    let now = 1_000_000
    const tickets = createTickets({ limits: ENGINE_LIMITS, isGone: () => false, now: () => now })
    const [used, late, inTime] = [tickets.mint(TAB_IDENTITY), tickets.mint(TAB_IDENTITY), tickets.mint(DEFAULT_IDENTITY)]
    expect(used.expiresAt).toBe(now + 30_000)
    expect([tickets.use(used.ticket), tickets.use(used.ticket), tickets.use('guess')]).toEqual([TAB_IDENTITY, undefined, undefined])
    now += 29_999
    expect(tickets.use(inTime.ticket)).toBe(DEFAULT_IDENTITY)
    now += 1
    expect(tickets.use(late.ticket)).toBeUndefined()
  })

  it('beyond as many as are kept pushes out the oldest', () => {
    const tickets = createTickets({ limits: { tickets: 2, ticketMs: 30_000 }, isGone: () => false })
    const all = Array.from({ length: 3 }, () => tickets.mint(TAB_IDENTITY).ticket)
    expect(all.map((ticket) => tickets.use(ticket))).toEqual([undefined, TAB_IDENTITY, TAB_IDENTITY])
  })
})

describe('a ticket at the door', () => {
  let relay: RelayUnderTest
  const mint = async (token: string): Promise<{ readonly ticket: string; readonly expiresAt: number }> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const { text } = await relay.send({ method: 'POST', path: '/session', headers, body: '{"for":"worker"}' })
    return JSON.parse(text)
  }
  const enter = (ticket: string) => openSocket(`ws://localhost:${relay.port}/worker/${ticket}`)
  beforeAll(async () => {
    process.stdout.write('limits of this test: {"ticketMs":1000}\n')
    relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN }, limits: { engine: { ...LIMITS.engine, ticketMs: 1000 } } })
  })
  afterAll(() => relay.stop())

  it('that is dead lets nobody in', async () => {
    const { ticket, expiresAt } = await mint(TOKEN)
    await until(() => expect(Date.now()).toBeGreaterThanOrEqual(expiresAt))
    expect(await enter(ticket)).toMatchObject({ status: 401 })
  })

  it('of a token that was revoked since lets nobody in, also where another has its name', async () => {
    const args = ['--data', relay.data]
    const { ticket } = await mint(runTokenCommand(['add', 'brief', ...args], {}).out.trim())
    runTokenCommand(['revoke', 'brief', ...args], {})
    expect(runTokenCommand(['add', 'brief', ...args], {}).code).toBe(0)
    expect(await enter(ticket)).toMatchObject({ status: 401 })
  })
})
