import { answer, fakeClock, hold, httpError, outline, text, tool, stories } from '@tabwright/testkit'
import { FailureError } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { shellTurns } from '../worker/shell-turns'

const start = stories()

describe('a writer that is put aside', () => {
  it('[rule 116] writes nothing more, least of all that the person stopped', async () => {
    const s = await start({
      script: [answer([tool('shell', { command: 'ls' }, { id: 't1' })]), answer([text('ok')])],
      shell: (_command, run) => new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(new Error('gone')))),
    })
    await s.commands.send('go')
    await s.until('call.started')
    const before = (await s.facts()).length
    s.driver.close()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(await s.facts()).toHaveLength(before)
    expect(s.halts).toEqual([])
  })
})

const full = (): Promise<never> => Promise.reject(new FailureError({ code: 'storage_full', message: 'full' }))

describe('a full disk in an awkward moment', () => {
  it('[rule 1] gives one result to each call when the fact beside it could not be written', async () => {
    const s = await start({
      files: { a: 'a', b: 'b' },
      script: [
        answer([tool('read_file', { path: 'a' }, { id: 'a' }), tool('read_file', { path: 'b' }, { id: 'b' })]),
        answer([text('ok')]),
      ],
    })
    const append = s.store.append.bind(s.store)
    let once = true
    s.store.append = (session, epoch, commit) => {
      if (!once || !commit.drafts.some((draft) => draft.type === 'call.started' && draft.data.call === 'a'))
        return append(session, epoch, commit)
      once = false
      return full()
    }
    await s.commands.send('go')
    await expect.poll(() => s.halts.length).toBe(1)
    s.driver.wake()
    await s.until('turn.ended')
    expect(outline(await s.facts()).filter((line) => line.startsWith('call.ended b'))).toEqual(['call.ended b done'])
    expect(s.server.problems).toEqual([])
  })

  it('[rule 107] keeps a stop that could not be written, and runs nothing again', async () => {
    let runs = 0
    const s = await start({
      script: [answer([tool('shell', { command: 'ls' }, { id: 't1' })]), answer([text('never')])],
      shell: (_command, run) => {
        runs++
        return new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(new Error('stopped'))))
      },
    })
    await s.commands.send('go')
    await expect.poll(() => runs).toBe(1)
    const append = s.store.append.bind(s.store)
    s.store.append = full
    await expect(s.driver.stop()).rejects.toThrow('full')
    s.store.append = append
    s.driver.wake()
    await s.until('turn.ended')
    expect(runs).toBe(1)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended interrupted')
  })

  it('[F18] shortens a long result all the same when the whole of it cannot be stored', async () => {
    const s = await start({
      script: [
        answer([tool('write_file', { path: '.tabwright', content: 'in the way' })]),
        answer([tool('shell', { command: 'ls' }, { id: 't2' })]),
        answer([text('ok')]),
      ],
      shell: () => ({ text: 'z'.repeat(100_000) }),
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.halts).toEqual([])
    expect(s.server.requests[2]?.body).toContain('could not be stored')
  })
})

describe('waiting to ask again', () => {
  it('[F07] [rule 56] honours retry-after in the turn after a stop', async () => {
    const held = hold()
    const clock = fakeClock()
    const s = await start({
      clock,
      script: [
        answer([text('long')], { after: [{ type: 'hold', until: held.until }] }),
        httpError(429, { type: 'rate_limit_error', message: 'slow' }, { 'retry-after': '10' }),
        answer([text('ok')]),
      ],
    })
    await s.commands.send('go')
    await expect.poll(() => s.live.some((update) => update.type === 'delta')).toBe(true)
    await s.driver.stop()
    held.release()
    await s.commands.send('again')
    await s.until('model.failed', 2)
    await clock.advance(9_000)
    expect(s.server.requests).toHaveLength(2)
    await clock.advance(2_000)
    await s.until('turn.ended', 2)
    expect(s.server.requests).toHaveLength(3)
  })
})

describe('one shell for two', () => {
  it('lets a command see the files that the one before it left, whoever asked for it', async () => {
    const turns = shellTurns(() => '/workspace')
    const order: string[] = []
    const never = new AbortController().signal
    const first = turns.turn(never, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      order.push('first')
    })
    const stopped = new AbortController()
    const second = turns.turn(stopped.signal, async () => void order.push('second'))
    const third = turns.turn(never, async () => void order.push('third'))
    stopped.abort()
    await expect(second).rejects.toThrow('Stopped')
    await Promise.all([first, third])
    expect(order).toEqual(['first', 'third'])
  })
})
