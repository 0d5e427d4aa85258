import { answer, fakeClock, htmlPage, httpError, outline, story, text, type Reply, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { circuitsInMemory, createBreaker, proofOf, type Breaker } from './breaker'

const URL = 'https://model.example'
function bench() {
  const clock = fakeClock()
  const circuits = circuitsInMemory()
  let n = 0
  const open = (): Breaker => createBreaker(circuits, { clock, random: () => Uint8Array.from([n++]) })
  const breaker = open()
  const fail = async (times: number, on = breaker): Promise<void> => {
    for (let i = 0; i < times; i++) {
      const admission = await on.admit(URL)
      if (admission.type === 'go') await on.report(URL, admission.id, 'down')
    }
  }
  return { clock, breaker, open, fail }
}

describe('the breaker of an address', () => {
  it('[F71] holds requests back for a minute after five failures within a minute', async () => {
    const { clock, breaker, fail } = bench()
    await fail(4)
    expect((await breaker.admit(URL)).type).toBe('go')
    await fail(1)
    expect(await breaker.admit(URL)).toEqual({ type: 'wait', until: clock.now() + 60_000 })
    expect((await breaker.admit('https://other.example')).type).toBe('go')
  })

  it('[F71] forgets failures that are older than a minute, and all of them after an answer', async () => {
    const { clock, breaker, fail } = bench()
    await fail(4)
    await clock.advance(61_000)
    await fail(4)
    expect((await breaker.admit(URL)).type).toBe('go')
    await breaker.report(URL, 'some', 'alive')
    await fail(4)
    expect((await breaker.admit(URL)).type).toBe('go')
  })

  it('[F71] lets exactly one of two concurrent requests out as a probe', async () => {
    const { clock, breaker, open, fail } = bench()
    await fail(5)
    await clock.advance(60_000)
    const [one, two] = await Promise.all([breaker.admit(URL), open().admit(URL)])
    expect([one.type, two.type].toSorted()).toEqual(['go', 'wait'])
    const id = one.type === 'go' ? one.id : two.type === 'go' ? two.id : ''
    await breaker.report(URL, id, 'alive')
    expect((await open().admit(URL)).type).toBe('go')
  })

  it('[F71] opens again when the probe fails, and survives a reload', async () => {
    const { clock, breaker, open, fail } = bench()
    await fail(5)
    await clock.advance(60_000)
    const probe = await breaker.admit(URL)
    if (probe.type === 'go') await breaker.report(URL, probe.id, 'down')
    expect(await open().admit(URL)).toEqual({ type: 'wait', until: clock.now() + 60_000 })
  })

  it('[F71] gives the probe to another when a person stopped it or its tab died', async () => {
    const { clock, breaker, fail } = bench()
    await fail(5)
    await clock.advance(60_000)
    const stopped = await breaker.admit(URL)
    if (stopped.type === 'go') await breaker.report(URL, stopped.id, 'none')
    expect((await breaker.admit(URL)).type).toBe('go')
    await clock.advance(5 * 60_000)
    expect((await breaker.admit(URL)).type).toBe('go')
  })

  it('[F71] counts what the address is to blame for: neither a stop nor an answer below 500', () => {
    const codes = [
      proofOf({ code: 'aborted', message: '' }),
      proofOf({ code: 'busy', message: '', detail: { status: 429 } }),
      proofOf({ code: 'rejected_key', message: '' }),
      proofOf({ code: 'spend_limit', message: '' }),
      proofOf({ code: 'bad_input', message: '' }),
      proofOf({ code: 'busy', message: '', detail: { status: 529 } }),
      proofOf({ code: 'offline', message: '' }),
    ]
    expect(codes).toEqual(['none', 'alive', 'rejected', 'unpaid', 'alive', 'down', 'down'])
  })

  it('[C31] holds every session back at once when the key is rejected, until it changes', async () => {
    const { clock, breaker, open } = bench()
    const first = await breaker.admit(URL)
    if (first.type === 'go') await breaker.report(URL, first.id, 'rejected')
    expect(await open().admit(URL)).toEqual({ type: 'wait', until: clock.now() + 60_000, refused: 'key' })
    await open().trustKey(URL)
    expect((await breaker.admit(URL)).type).toBe('go')
  })

  it('[C31] tries a rejected key once a minute, in one session', async () => {
    const { clock, breaker, open } = bench()
    const first = await breaker.admit(URL)
    if (first.type === 'go') await breaker.report(URL, first.id, 'rejected')
    await clock.advance(60_000)
    const probe = await breaker.admit(URL)
    expect([probe.type, (await open().admit(URL)).type]).toEqual(['go', 'wait'])
    if (probe.type === 'go') await breaker.report(URL, probe.id, 'rejected')
    expect(await open().admit(URL)).toEqual({ type: 'wait', until: clock.now() + 60_000, refused: 'key' })
  })

  it('[C31] holds every session back at once when the credit is used up, and says when the key is at fault instead', async () => {
    const { clock, breaker, open } = bench()
    const first = await breaker.admit(URL)
    if (first.type === 'go') await breaker.report(URL, first.id, 'unpaid')
    expect(await open().admit(URL)).toEqual({ type: 'wait', until: clock.now() + 60_000, refused: 'credit' })
    await clock.advance(60_000)
    const probe = await open().admit(URL)
    if (probe.type === 'go') await breaker.report(URL, probe.id, 'rejected')
    expect(await breaker.admit(URL)).toEqual({ type: 'wait', until: clock.now() + 60_000, refused: 'key' })
    await open().trustKey(URL)
    expect((await breaker.admit(URL)).type).toBe('go')
  })

  it('[C31] leaves an address that is down alone, whatever the key', async () => {
    const { breaker, fail } = bench()
    await fail(5)
    await breaker.trustKey(URL)
    expect((await breaker.admit(URL)).type).toBe('wait')
  })
})

describe('asking again', () => {
  const busy = (status: number, headers: Record<string, string> = {}): Reply =>
    httpError(status, { type: status === 429 ? 'rate_limit_error' : 'overloaded_error', message: 'slow down' }, headers)
  const run = async (script: readonly Reply[], turns = 1): Promise<Story> => {
    const s = await story({ script })
    await s.commands.send('go')
    await s.until('turn.ended', turns)
    await s.close()
    return s
  }
  const waits = async (s: Story): Promise<readonly number[]> =>
    (await s.facts()).flatMap((fact) => (fact.type === 'model.failed' && fact.data.retryAt ? [fact.data.retryAt - fact.at] : []))

  it.each([
    ['[C25] [rule 57] as told by a 429', busy(429, { 'retry-after': '2' }), 2000, 2000],
    ['[C25] [rule 56] as told in milliseconds, which go first', busy(529, { 'retry-after-ms': '1500', 'retry-after': '9' }), 1500, 1500],
    ['[C25] [rule 56] until a date', busy(503, { 'retry-after': new Date(Date.now() + 20_000).toUTCString() }), 15_000, 20_000],
    ['[C25] [rule 57] by its own measure for an acceleration limit', busy(429), 750, 1250],
    [
      '[O47] by its own measure where the wait is over',
      busy(429, { 'retry-after': new Date(Date.now() - 20_000).toUTCString() }),
      750,
      1250,
    ],
    ['[O47] by its own measure where the wait is less than nothing', busy(429, { 'retry-after': '-1' }), 750, 1250],
    ['[O47] by its own measure where the wait is no number', busy(429, { 'retry-after': 'abc' }), 750, 1250],
    ['[C26] by its own measure for a 500', busy(500), 750, 1250],
    ['[C26] by its own measure for a connection that broke', { type: 'drop' } as const, 750, 1250],
  ])('waits %s', async (_what, reply, least, most) => {
    const s = await run([reply, answer([text('ok')])])
    const [wait = 0] = await waits(s)
    expect(wait).toBeGreaterThanOrEqual(least - 60)
    expect(wait).toBeLessThanOrEqual(most + 60)
    expect(s.server.requests).toHaveLength(2)
  })

  it.each([
    [
      '[F07] [rule 57] the spend cap',
      httpError(429, { type: 'rate_limit_error', message: 'cap', details: { error_code: 'enforced_spend_limit_reached' } }),
    ],
    [
      '[rule 57] the limit a user set',
      httpError(400, { type: 'invalid_request_error', message: 'You have reached your specified API usage limits.' }),
    ],
    ['[rule 58] [C31] 401', httpError(401, { type: 'authentication_error', message: 'bad key' })],
    ['[rule 58] [C31] 402', httpError(402, { type: 'billing_error', message: 'pay' })],
    ['[rule 58] [C31] 403', httpError(403, { type: 'permission_error', message: 'no' })],
    ['[rule 58] 404', httpError(404, { type: 'not_found_error', message: 'no such model' })],
    ['[rule 58] 413', httpError(413, { type: 'request_too_large', message: 'too big' })],
    ['[rule 58] 400', httpError(400, { type: 'invalid_request_error', message: 'messages.0: bad' })],
    ['[C25] a pause of more than five minutes', busy(429, { 'retry-after': '301' })],
    ['[O47] a pause of an hour', busy(429, { 'retry-after': '3600' })],
  ])('does not ask again after %s', async (_what, reply) => {
    const s = await run([reply, answer([text('never')])])
    expect(s.server.requests).toHaveLength(1)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended failed')
  })

  it('[F07] [rule 55] [C25] [O47] asks five times in all, and no transport asks behind its back', async () => {
    const s = await run(Array.from({ length: 20 }, () => busy(529, { 'retry-after-ms': '1' })))
    expect(s.server.requests).toHaveLength(5)
    expect(s.server.requests.every(({ headers }) => headers['x-stainless-retry-count'] === '0')).toBe(true)
  })
})

describe('a key that is refused', () => {
  it.each([
    ['rejected_key', httpError(401, { type: 'authentication_error', message: 'bad key' }), 'rejected the key'],
    ['rejected_key', httpError(403, { type: 'permission_error', message: 'no' }), 'rejected the key'],
    ['spend_limit', httpError(402, { type: 'billing_error', message: 'pay' }), 'wanted to be paid'],
    ['spend_limit', httpError(400, { type: 'invalid_request_error', message: 'Your credit balance is too low.' }), 'wanted to be paid'],
  ])('[C31] is not asked with again by what waits (%s), and is when the person says so', async (code, refusal, words) => {
    const s = await story({ script: [refusal, answer([text('ok')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    await s.commands.send('and this')
    await s.until('turn.ended', 2)
    const failures = (await s.facts()).flatMap((fact) => (fact.type === 'model.failed' ? [fact.data.failure] : []))
    expect(failures.map((failure) => failure.code)).toEqual([code, code])
    expect(failures[1]?.message).toContain(words)
    expect(failures[1]?.message).toContain('nothing was sent')
    expect(s.server.requests).toHaveLength(1)
    await s.driver.retry()
    await s.until('turn.ended', 3)
    expect(s.server.requests).toHaveLength(2)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
    await s.close()
  })
})

describe('a reload in the middle of a pause', () => {
  it('[F07] [rule 56] keeps the deadline and the number of the try', async () => {
    const clock = fakeClock()
    const s = await story({
      clock,
      script: [httpError(529, { type: 'overloaded_error', message: 'x' }, { 'retry-after': '30' }), answer([text('ok')])],
    })
    await s.commands.send('go')
    await s.until('model.failed')
    await clock.advance(20_000)
    await s.restart()
    await clock.advance(9000)
    expect(s.server.requests).toHaveLength(1)
    await clock.advance(1500)
    await s.until('turn.ended')
    const attempts = (await s.facts()).flatMap((fact) => (fact.type === 'model.requested' ? [fact.data.attempt] : []))
    expect(attempts).toEqual([1, 2])
    await s.close()
  })
})

describe('the network', () => {
  it('[C32] is told from an answer by its content type, and when it is back the session goes on by itself', async () => {
    const s = await story({ script: [htmlPage('<html>Sign in to the Wi-Fi</html>'), answer([text('Back.')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended failed')
    await s.restart()
    await s.driver.online()
    await s.until('turn.ended', 2)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
    await s.close()
  })

  it('[C32] ends the wait for it as soon as it is back', async () => {
    const clock = fakeClock()
    const s = await story({ clock, script: [{ type: 'drop' }, answer([text('Back.')])] })
    await s.commands.send('go')
    await s.until('model.failed')
    await s.driver.online()
    await s.until('turn.ended')
    expect(s.server.requests).toHaveLength(2)
    await s.close()
  })
})
