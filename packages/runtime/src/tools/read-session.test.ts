import { answer, asksSummary, summary, text, tool, stories } from '@tabwright/testkit'
import { fail, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { ToolContext } from '../core/tool'
import { compileExpression } from '../io/expression-re2'
import { readSession } from './read-session'

const start = stories()

async function* slice(events: readonly SessionEvent[], from: number, to: number): AsyncGenerator<SessionEvent> {
  yield* events.filter((event) => event.seq >= from && event.seq <= to)
}

/** The tool on these facts. */
function reading(events: readonly SessionEvent[], summarised = 0): (input: Parameters<typeof readSession.run>[0]) => Promise<string> {
  const session = { head: events.at(-1)?.seq ?? 0, summarised, read: (from: number, to: number) => slice(events, from, to) }
  const unused = (): never => fail('unexpected', 'not for this tool')
  const context = { session, signal: new AbortController().signal, expression: compileExpression, lease: unused }
  return async (input) => (await readSession.run(input, context as unknown as ToolContext)).text
}

/** A person, an answer with a call, its result, and a second turn. */
async function past(): Promise<readonly SessionEvent[]> {
  const s = await start({
    files: { 'a.txt': 'secret of a\n' },
    script: [
      answer([text('Looking.'), tool('read_file', { path: 'a.txt' }, { id: 't1' })]),
      answer([text('It says a secret.')]),
      answer([text('Bye.')]),
    ],
  })
  await s.commands.send('read a.txt please')
  await s.until('turn.ended')
  await s.commands.send('thanks')
  await s.until('turn.ended', 2)
  return s.facts()
}

const rewound = (events: readonly SessionEvent[], to: number): SessionEvent => {
  const last = events.at(-1)
  if (!last) throw new Error('no facts')
  return { ...last, seq: last.seq + 1, type: 'history.rewound', data: { to, wire: 2 } }
}

describe('read_session', () => {
  it('gives numbered facts, with who and what, between two places', async () => {
    const events = await past()
    const read = reading(events)
    const all = await read({ from: 1, to: 999 })
    expect(all).toContain(`Facts 1 to ${events.length} of ${events.length}.`)
    expect(all).toMatch(/#2 person: read a\.txt please/)
    expect(all).toMatch(/you: Looking\.\nyou called read_file as t1 with \{"path":"a\.txt"\}/)
    expect(all).toMatch(/result of t1 \(done\): 1\tsecret of a/)
    expect(await read({ from: 2, to: 2 })).toBe(`Facts 2 to 2 of ${events.length}.\n#2 person: read a.txt please`)
  })

  it('gives what came before a call, and lines that match', async () => {
    const events = await past()
    const read = reading(events)
    const before = await read({ before: 't1' })
    expect(before).toContain('read a.txt please')
    expect(before).not.toContain('Looking.')
    const found = await read({ matching: 'SECRET' })
    expect(found.split('\n').slice(1)).toEqual([expect.stringContaining('secret of a'), expect.stringContaining('It says a secret.')])
    expect(await read({ matching: 'nowhere' })).toContain('No line matches.')
  })

  it('shows what the conversation went back behind, and says so', async () => {
    const events = await past()
    const thanks = events.findLast((event) => event.type === 'message.user')
    const text = await reading([...events, rewound(events, (thanks?.seq ?? 1) - 1)])({ from: 1 })
    expect(text).toMatch(/#\d+ \[undone\] person: thanks/)
    expect(text).toMatch(/#2 person: read a\.txt please/)
    expect(text).toContain('The conversation went back to fact')
  })

  it('is bounded, and names where to go on', async () => {
    const [first] = await past()
    if (!first) throw new Error('no facts')
    const long = Array.from({ length: 30 }, (_, i): SessionEvent => ({
      ...first,
      seq: i + 1,
      type: 'message.user',
      data: { content: [{ type: 'text', text: `${i} ${'x'.repeat(2000)}` }], from: 'user' },
    }))
    const read = reading(long)
    const page = await read({ from: 1 })
    expect(page.length).toBeLessThan(30_000)
    const next = Number(/\[go on with from (\d+)\]$/.exec(page)?.[1])
    expect(await read({ from: next })).toContain(`#${next} person: ${next - 1} x`)
    const huge: SessionEvent = {
      ...first,
      type: 'message.user',
      data: { content: [{ type: 'text', text: 'y'.repeat(70_000) }], from: 'user' },
    }
    const piece = await reading([huge])({ from: 1 })
    expect(piece.length).toBeLessThan(30_000)
    expect(piece).toMatch(/\[fact 1 is longer; go on with from 1 and column \d+\]$/)
    expect(await reading([huge])({ from: 1, column: 69_000 })).not.toContain('is longer')
  })

  it.each([
    [{}, /Name from and to/],
    [{ from: 5, to: 2 }, /is none of them/],
    [{ from: 99_999 }, /There are facts 1 to/],
    [{ before: 'nobody' }, /No call of this session has the id nobody/],
    [{ from: -1 }, /from/],
    [{ session: 'other', from: 1 }, /session/i],
  ])('refuses %o in one sentence', async (input, message) => {
    await expect(reading(await past())(input)).rejects.toThrow(message)
  })

  it('reads, in a session, what a summary removed', async () => {
    const left = [answer([text('Noted.')]), answer([tool('read_session', { matching: 'number' }, { id: 'r1' })]), answer([text('42.')])]
    const s = await start({
      script: (request) => (asksSummary(request) ? summary('They talked.') : (left.shift() ?? answer([text('?')]))),
    })
    await s.commands.send('the number is 42')
    await s.until('turn.ended')
    await s.commands.compact()
    await s.until('compaction.ended')
    await s.commands.send('what was it?')
    await s.until('turn.ended', 2)
    const result = (await s.facts()).find((event) => event.type === 'call.ended')
    expect(result?.data).toMatchObject({ call: 'r1', outcome: { type: 'done' } })
    expect(JSON.stringify(result?.data)).toContain('the number is 42')
    expect(JSON.stringify(result?.data)).toMatch(/You have those in front of \d+ only as a summary/)
    expect(s.server.problems).toEqual([])
  })
})
