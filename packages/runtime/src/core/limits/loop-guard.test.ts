import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import type { SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories()

const noticed = async (s: Story): Promise<readonly SessionEvent<'loop.noticed'>['data'][]> =>
  (await s.facts()).flatMap((event) => (event.type === 'loop.noticed' ? [event.data] : []))
const stop = async (s: Story): Promise<SessionEvent<'turn.ended'>['data'] | undefined> =>
  (await s.facts()).findLast((event) => event.type === 'turn.ended')?.data

describe('a circle', () => {
  const read = (n: number): ReturnType<typeof answer> => answer([tool('read_file', { path: 'a.txt' }, { id: `t${n}` })])

  it('[F70] [rule 110] is told to the model at three times, and not at two', async () => {
    const s = await start({ files: { 'a.txt': 'x' }, script: (_request, n) => (n < 3 ? read(n) : answer([text('Another way.')])) })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(await noticed(s)).toEqual([{ tool: 'read_file', times: 3, how: 'told' }])
    expect(s.server.requests[2]?.body).not.toContain('same results')
    expect(s.server.requests[3]?.body).toContain('same calls with the same results 3 times in a row')
    expect((await stop(s))?.stop).toBe('end')
  })

  it('[F70] [rule 110] ends the turn at five times and asks; let go on, it counts anew', async () => {
    const s = await start({ files: { 'a.txt': 'x' }, script: (_request, n) => (n < 7 ? read(n) : answer([text('ok')])) })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.server.requests).toHaveLength(5)
    expect(await noticed(s)).toEqual([
      { tool: 'read_file', times: 3, how: 'told' },
      { tool: 'read_file', times: 5, how: 'stopped' },
    ])
    expect(await stop(s)).toMatchObject({ stop: 'requires-action' })
    await s.restart()
    await s.driver.retry()
    await s.until('turn.ended', 2)
    expect((await stop(s))?.stop).toBe('end')
    expect(s.server.requests).toHaveLength(8)
  })

  it('[F70] is seen in a worker that starts in the middle of it', async () => {
    const s = await start({ files: { 'a.txt': 'x' }, script: (_request, n) => read(n) })
    await s.commands.send('go')
    await s.until('call.ended', 2)
    await s.restart()
    await s.until('turn.ended')
    expect(s.server.requests.length).toBeLessThanOrEqual(6)
    expect((await stop(s))?.stop).toBe('requires-action')
  })

  it('[F70] is seen over two calls that take turns, told once', async () => {
    const s = await start({
      files: { 'a.txt': 'x', 'b.txt': 'y' },
      script: (_request, n) => answer([tool('read_file', { path: n % 2 === 0 ? 'a.txt' : 'b.txt' }, { id: `t${n}` })]),
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect((await noticed(s)).map(({ how, times }) => [how, times])).toEqual([
      ['told', 3],
      ['stopped', 5],
    ])
    expect(s.server.requests).toHaveLength(10)
  })

  it('[F70] [rule 110] is none where the results change', async () => {
    const s = await start({
      script: (_request, n) =>
        n < 12 ? answer([tool('shell', { command: 'cat status' }, { id: `t${n}` })]) : answer([text('It is done.')]),
      shell: () => ({ text: `${s.ran.length} of 12` }),
    })
    await s.commands.setMode('auto')
    await s.commands.send('wait for it')
    await s.until('turn.ended')
    expect(s.ran).toHaveLength(12)
    expect(await noticed(s)).toEqual([])
  })

  it('[rule 110] is none where a command waits before it looks again', async () => {
    const s = await start({
      script: (_request, n) =>
        n < 12 ? answer([tool('shell', { command: 'sleep 5; cat status' }, { id: `t${n}` })]) : answer([text('It is done.')]),
      shell: () => ({ text: 'not yet' }),
    })
    await s.commands.setMode('auto')
    await s.commands.send('wait for it')
    await s.until('turn.ended')
    expect(s.ran).toHaveLength(12)
    expect(await noticed(s)).toEqual([])
  })

  it('[F70] begins anew when a person says something', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: async (_request, n) => {
        if (n === 1) await s.commands.send('look again')
        return n < 4 ? read(n) : answer([text('ok')])
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(await noticed(s)).toEqual([])
  })
})
