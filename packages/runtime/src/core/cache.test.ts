import { answer, fakeClock, httpError, outline, text, thinking, tool, stories, type Story } from '@tabwright/testkit'
import { sessionId, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { foldTranscript, EMPTY_TRANSCRIPT } from './transcript'

const start = stories({ info: { adaptiveThinking: true } })

type Bills = Story['server']['bills']
const totalOf = ({ prompt, output }: Bills[number]): number => prompt.input + prompt.cacheRead + prompt.cacheWrite + output
const marksIn = (body: string): number => body.split('"cache_control":{"type":"ephemeral"').length - 1
const bodies = (s: Story): readonly string[] => s.server.requests.map(({ body }) => body)
const say = async (s: Story, words: string, turns: number): Promise<void> => {
  await s.commands.send(words)
  await s.until('turn.ended', turns)
}
const AGENTS = { 'AGENTS.md': `Use tabs.\n${'Keep it short. '.repeat(200)}`, 'a.txt': 'some text\n'.repeat(40) }

describe('a long session', () => {
  it('[F10] [F11] [F16] [rule 24] [rule 39] [rule 45] reads nearly everything from the cache for 40 turns, and no thinking is ever lost', async () => {
    const s = await start({
      files: AGENTS,
      script: (_request, n) =>
        n % 2 === 0
          ? answer([thinking(`step ${n}`), text('Reading.'), tool('read_file', { path: 'a.txt' })])
          : answer([thinking(''), text(`Answer ${n}: ${'words '.repeat(30)}`)]),
    })
    for (let turn = 1; turn <= 40; turn++) {
      if (turn === 20) await s.commands.save('AGENTS.md', 'Use spaces.', 1)
      if (turn % 10 === 0) await s.restart()
      await say(s, `Question ${turn}`, turn)
    }
    expect(s.server.mismatches).toEqual([])
    const { bills } = s.server
    expect(bills).toHaveLength(80)
    for (const [at, bill] of bills.entries()) {
      const before = bills[at - 1]
      if (before) expect(bill.prompt.cacheRead / totalOf(before), `request ${at}`).toBeGreaterThan(0.9)
    }
    expect(Math.max(...bodies(s).map(marksIn))).toBeLessThanOrEqual(4)
    const facts = await s.facts()
    const meter = facts.reduce(foldTranscript, EMPTY_TRANSCRIPT).contextUsed
    const served = bills.at(-1)
    expect(served && Math.abs(meter / totalOf(served) - 1)).toBeLessThan(0.01)
    // Nearly all of it came from the cache: whoever looks at `input` alone sees next to nothing.
    expect(served && served.prompt.input / totalOf(served)).toBeLessThan(0.01)
  }, 60_000)

  it('[rule 24] [rule 39] keeps markers out of what is stored: they move, the messages stay as they were sent', async () => {
    const s = await start({ files: AGENTS, script: (_request, n) => answer([text(`Answer ${n}`)]) })
    for (let turn = 1; turn <= 10; turn++) await say(s, `Question ${turn}`, turn)
    const [header, ...rows] = (await s.store.readWire(sessionId('story'))).map((row) => row.text)
    expect(marksIn(header ?? '')).toBe(1)
    expect(rows.filter((row) => row.includes('cache_control'))).toEqual([])
    expect(bodies(s).map(marksIn)).toEqual([3, ...Array.from({ length: 9 }, () => 4)])
  })

  it('[rule 40] finds the last write again behind thirty results in one turn', async () => {
    const reads = Array.from({ length: 30 }, () => tool('read_file', { path: 'a.txt' }))
    const s = await start({ files: AGENTS, script: [answer([text('First.')]), answer(reads), answer([text('Done.')])] })
    await say(s, 'one', 1)
    await say(s, 'read it all', 2)
    const [, second, third] = s.server.bills
    expect(second && third && third.prompt.cacheRead).toBeGreaterThan(
      (second ? second.prompt.cacheRead + second.prompt.cacheWrite : 0) * 0.95,
    )
  })

  it('[rule 41] puts nothing that changes from day to day in front of a breakpoint', async () => {
    const clock = fakeClock()
    const at = async (days: number): Promise<string> => {
      const s = await start({ files: AGENTS, clock, script: [answer([text('ok')])] })
      await clock.advance(days * 86_400_000)
      await say(s, 'hi', 1)
      const [body = ''] = bodies(s)
      await s.close()
      return body
    }
    expect(await at(0)).toBe(await at(40))
  })

  it('[rule 44] keeps the conversation for an hour once a tool has taken six minutes', async () => {
    const clock = fakeClock()
    const slow = tool('shell', { command: 'ls' })
    const s = await start({
      files: AGENTS,
      clock,
      shell: async () => {
        await clock.advance(6 * 60_000)
        return { text: 'done', exitCode: 0 }
      },
      script: [answer([slow]), answer([tool('shell', { command: 'ls -a' })]), answer([text('Done.')])],
    })
    await say(s, 'run it twice', 1)
    expect(bodies(s).map((body) => body.includes(',"cache_control":{"type":"ephemeral","ttl":"1h"},"system"'))).toEqual([false, true, true])
    const [first, second, third] = s.server.bills
    // The frozen part lives for an hour from the start; the rest of the first request was lost once, and not again.
    expect(second && first && second.prompt.cacheRead).toBeLessThan(first ? first.prompt.cacheRead + first.prompt.cacheWrite : 0)
    expect(third && second && third.prompt.cacheRead / totalOf(second)).toBeGreaterThan(0.9)
    expect(third?.prompt.cacheWriteHour).toBeGreaterThan(0)
  })
})

describe('a turn', () => {
  const settingsOf = (body: string): unknown => {
    const { model, thinking: thinks, output_config: output, max_tokens: most } = JSON.parse(body)
    return { model, thinks, output, most }
  }

  it('[rule 33] [F08] asks with the model, thinking and effort that it began with, whatever is chosen while a tool runs', async () => {
    const s = await start({
      info: { adaptiveThinking: true, efforts: ['low', 'high'] },
      files: AGENTS,
      script: [answer([tool('shell', { command: 'ls' })]), answer([text('a')]), answer([text('b')])],
      shell: () => {
        s.choice.info = { id: 'claude-test-small', label: 'Small', efforts: ['low', 'high'] }
        s.choice.effort = 'low'
        return {}
      },
    })
    s.choice.effort = 'high'
    await say(s, 'one', 1)
    await say(s, 'two', 2)
    const [one, two, three] = bodies(s).map(settingsOf)
    expect(two).toEqual(one)
    expect(one).toMatchObject({ model: 'claude-test-1', thinks: { type: 'adaptive' }, output: { effort: 'high' } })
    expect(three).toMatchObject({ model: 'claude-test-small', thinks: undefined, output: { effort: 'low' } })
  })

  it('[rule 33] [F08] asks so after a restart in the middle too', async () => {
    const s = await start({
      info: { adaptiveThinking: true, efforts: ['high'] },
      script: [answer([tool('shell', { command: 'node x' }, { id: 't1' })]), answer([text('a')])],
    })
    s.choice.effort = 'high'
    await s.commands.send('one')
    await s.until('call.judged')
    s.choice.info = { id: 'claude-test-small', label: 'Small' }
    delete s.choice.effort
    await s.restart()
    const judged = (await s.facts()).findLast((fact): fact is SessionEvent<'call.judged'> => fact.type === 'call.judged')
    if (judged) await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'once' })
    await s.until('turn.ended')
    const [one, two] = bodies(s).map((body) => JSON.parse(body))
    expect([two.model, two.thinking, two.output_config]).toEqual([one.model, one.thinking, one.output_config])
  })

  it('[rule 34] never forces a tool', async () => {
    const s = await start({ files: AGENTS, script: [answer([tool('read_file', { path: 'a.txt' })]), answer([text('ok')])] })
    await say(s, 'go', 1)
    expect(bodies(s).filter((body) => body.includes('"tool_choice"'))).toEqual([])
  })

  it('[rule 31] [rule 30] leaves thinking in its place when the model changes, and it is read again on return', async () => {
    const s = await start({ script: [answer([thinking('by A'), text('a')]), answer([thinking('by B'), text('b')]), answer([text('c')])] })
    const first = s.choice.info
    await say(s, 'one', 1)
    s.choice.info = { ...first, id: 'claude-test-small' }
    await say(s, 'two', 2)
    s.choice.info = first
    await say(s, 'three', 3)
    const [, , third = ''] = bodies(s)
    expect(third).toContain('by A')
    expect(third).toContain('by B')
    expect(outline(await s.facts())).not.toContain('wire.mismatched')
  })
})

describe('thinking that does not fit', () => {
  const MISMATCH = httpError(400, {
    type: 'invalid_request_error',
    message: 'messages.1.content.0: Invalid signature in thinking block. The block is bound to a different conversation',
  })

  it('[rule 29] [F11] is asked for once more without it, and so for the rest of the session', async () => {
    const s = await start({ script: [answer([thinking('x'), text('a')]), MISMATCH, answer([text('b')]), answer([text('c')])] })
    await say(s, 'one', 1)
    await say(s, 'two', 2)
    await s.restart()
    await say(s, 'three', 3)
    const asked = s.server.requests.map(({ body, headers }) => [
      JSON.parse(body).thinking.block_binding?.prefix_mismatch_behavior,
      headers['anthropic-beta'],
    ])
    const drop = ['drop_block', 'thinking-binding-controls-2026-08-01']
    expect(asked).toEqual([[undefined, undefined], [undefined, undefined], drop, drop])
    const lines = outline(await s.facts())
    expect(lines.filter((line) => line === 'wire.mismatched')).toHaveLength(1)
    const rows = (await s.facts()).reduce(foldTranscript, EMPTY_TRANSCRIPT).rows
    expect(rows.filter((row) => row.type === 'notice' && row.text.includes('earlier thinking'))).toHaveLength(1)
  })

  it('[rule 29] is not asked for a third time', async () => {
    const s = await start({ script: () => MISMATCH })
    await say(s, 'one', 1)
    expect(s.server.requests).toHaveLength(2)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended failed')
  })

  it('[rule 30] raises one alarm when the provider drops it, and none for another model’s', async () => {
    const s = await start({ lint: false, script: (_request, n) => (n === 1 ? MISMATCH : answer([thinking(`t${n}`), text('a')])) })
    await say(s, 'one', 1)
    await say(s, 'two', 2)
    // Somebody edits what was sent: the next requests carry thinking that belongs to other words.
    const readWire = s.store.readWire.bind(s.store)
    s.store.readWire = async (session, epoch) =>
      (await readWire(session, epoch)).map((row) => ({ ...row, text: row.text.replace('"one"', '"won"') }))
    await s.restart()
    await say(s, 'three', 3)
    await say(s, 'four', 4)
    const dropped = (await s.facts()).flatMap((fact) =>
      fact.type === 'wire.mismatched' && fact.data.how === 'dropped' ? [fact.data.blocks] : [],
    )
    expect(dropped).toEqual([2])
    expect(s.server.mismatches.length).toBeGreaterThan(2)
  })
})
