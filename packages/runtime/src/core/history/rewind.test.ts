import { answer, asksSummary, httpError, summary, text, tool, stories, type Story, type StoryOptions } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'

const start = stories()

const judgedIn = async (s: Story) => (await s.facts()).flatMap((event) => (event.type === 'call.judged' ? [event.data] : []))
const requestedIn = async (s: Story) => (await s.facts()).flatMap((event) => (event.type === 'model.requested' ? [event.data] : []))
/** Everything of a request up to the end of its last message, so that a longer one can begin with it. */
const opening = (body: string): string => body.slice(0, body.lastIndexOf(']}'))
/** Where the provider may cut its cache is no part of what was said, and moves. */
const withoutMarks = (body: string): string => body.replaceAll(/,"cache_control":\{[^}]*\}/g, '')
const bodies = (s: Story): readonly string[] => s.server.requests.map((request) => withoutMarks(request.body))
const rowsOf = async (s: Story): Promise<readonly string[]> => {
  const [opened] = await s.facts()
  if (!opened) throw new Error('the session is empty')
  return (await s.store.readWire(opened.session)).map((row) => row.text)
}

async function say(s: Story, words: string): Promise<void> {
  const ended = (await s.facts()).filter(({ type }) => type === 'turn.ended').length
  await s.commands.send(words)
  await s.until('turn.ended', ended + 1)
}

async function turnPlace(s: Story, turn: number): Promise<number> {
  const point = (await s.history.points()).find((one) => one.cause === 'turn' && one.turn === turn && !one.isHidden)
  if (!point) throw new Error(`there is no turn ${turn}`)
  return point.seq
}

const threeAnswers: StoryOptions = { script: ['one', 'two', 'three', 'four', 'five'].map((said) => answer([text(said)])) }

describe('the conversation goes back', () => {
  it('[rule 24] and goes on with the very bytes that it had there, as an epoch of its own', async () => {
    const s = await start(threeAnswers)
    await say(s, 'first')
    await say(s, 'second')
    const restored = await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    expect(restored.prompt).toBe('second')
    await say(s, 'other second')
    const [, second, third] = bodies(s)
    const shared = second?.slice(0, second.indexOf('{"type":"text","text":"second"')) ?? ''
    expect(shared).toContain('"text":"one"')
    expect(third?.startsWith(shared)).toBe(true)
    expect(third).not.toContain('"second"')
    expect((await requestedIn(s)).map(({ wire }) => wire)).toEqual([1, 1, 2])
  })

  it('[rule 106] and what waited in the inbox waits on, over a restart too, until the person acts', async () => {
    const s = await start(threeAnswers)
    await say(s, 'first')
    await say(s, 'second')
    const [opened] = await s.facts()
    if (!opened) throw new Error('the session is empty')
    await s.store.post(opened.session, { type: 'message', text: 'meant for what was taken back' })
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    await s.restart()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(s.server.requests).toHaveLength(2)
    expect(await s.store.readInbox(opened.session)).toHaveLength(1)
    await say(s, 'go on')
    expect(bodies(s).at(-1)).toContain('meant for what was taken back')
    expect(await s.store.readInbox(opened.session)).toEqual([])
  })

  it('and a worker that starts after it asks with the same bytes', async () => {
    const s = await start(threeAnswers)
    await say(s, 'first')
    await say(s, 'second')
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    const rows = await rowsOf(s)
    await s.restart()
    await say(s, 'after')
    expect((await rowsOf(s)).slice(0, rows.length)).toEqual(rows)
    expect(bodies(s).at(-1)).not.toContain('"second"')
  })

  it('to before the first message: nothing of it is sent again, by a new worker either', async () => {
    const s = await start(threeAnswers)
    await say(s, 'first')
    await s.restorer.restore({ to: await turnPlace(s, 1), scope: 'conversation', keep: [] })
    await s.restart()
    await say(s, 'anew')
    expect(bodies(s)[1]).not.toContain('"first"')
    expect((await requestedIn(s)).map(({ wire, messages }) => [wire, messages])).toEqual([
      [1, 1],
      [2, 1],
    ])
  })

  it('and forward again: undoing brings back what was said, byte for byte', async () => {
    const s = await start(threeAnswers)
    await say(s, 'first')
    await say(s, 'second')
    const rows = await rowsOf(s)
    const { undo } = await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    await s.restorer.restore({ to: undo, scope: 'conversation', keep: [] })
    expect(await rowsOf(s)).toEqual(rows)
    await say(s, 'third')
    expect(bodies(s)[2]?.startsWith(opening(bodies(s)[1] ?? '-'))).toBe(true)
    expect((await s.history.points()).filter(({ cause, isHidden }) => cause === 'turn' && isHidden)).toEqual([])
  })

  it('more than once, to places on either path', async () => {
    const s = await start(threeAnswers)
    await say(s, 'first')
    await say(s, 'second')
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    await say(s, 'third')
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    await say(s, 'fourth')
    const last = bodies(s).at(-1) ?? ''
    expect([last.includes('"first"'), last.includes('"second"'), last.includes('"third"')]).toEqual([true, false, false])
    const hidden = (await s.history.points()).filter((point) => point.isHidden && point.cause === 'turn')
    await s.restorer.restore({ to: hidden.at(-1)?.seq ?? 0, scope: 'conversation', keep: [] })
    await say(s, 'fifth')
    expect(bodies(s).at(-1)).toContain('"first"')
    expect(bodies(s).at(-1)).not.toContain('"fourth"')
  })

  it('behind a turn that failed, and the request is not asked again', async () => {
    const s = await start({
      script: [answer([text('one')]), httpError(400, { type: 'invalid_request_error', message: 'no' }), answer([text('two')])],
    })
    await say(s, 'first')
    await say(s, 'bad')
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    expect(s.server.requests).toHaveLength(2)
    await say(s, 'good')
    expect(bodies(s)[2]).not.toContain('"bad"')
  })
})

describe('what was decided after the place', () => {
  const shell = (id: string) => answer([tool('shell', { command: 'rm -rf build' }, { id })])
  const script = [answer([text('hello')]), shell('t1'), answer([text('done')]), shell('t1'), answer([text('done')])]

  async function allowed(answered: 'once' | 'session'): Promise<Story> {
    const s = await start({ script, lint: false })
    await say(s, 'hi')
    await s.commands.send('clean')
    await s.until('call.judged')
    const [judged] = await judgedIn(s)
    if (!judged) throw new Error('nothing was judged')
    await s.commands.decide({ call: judged.call, digest: judged.digest, answer: answered })
    await s.until('turn.ended', 2)
    return s
  }

  it.each(['once', 'session'] as const)('is void: the same call under the same id asks again (allowed %s)', async (answered) => {
    const s = await allowed(answered)
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    await s.commands.send('clean again')
    await s.until('call.judged', 2)
    const verdicts = (await judgedIn(s)).map(({ verdict }) => verdict.type)
    expect(verdicts).toEqual(['ask', 'ask'])
    expect(s.ran).toEqual(['rm -rf build'])
  })

  it('is void for a new worker too', async () => {
    const s = await allowed('session')
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    await s.restart()
    await s.commands.send('clean again')
    await s.until('call.judged', 2)
    expect((await judgedIn(s)).map(({ verdict }) => verdict.type)).toEqual(['ask', 'ask'])
    expect(s.ran).toEqual(['rm -rf build'])
  })
})

describe('files when the conversation goes back', () => {
  const script = [
    answer([tool('write_file', { path: 'a.ts', content: 'new\n' }, { id: 't1' })]),
    answer([text('done')]),
    answer([tool('write_file', { path: 'a.ts', content: 'newer\n' }, { id: 't2' })]),
    answer([text('done')]),
  ]

  it('stay as they are, still wait for review, and the agent is told', async () => {
    const s = await start({ script, files: { 'a.ts': 'old\n' } })
    await say(s, 'change it')
    await s.restorer.restore({ to: await turnPlace(s, 1), scope: 'conversation', keep: [] })
    expect(await s.file('a.ts')).toBe('new\n')
    expect([...s.reviews().keys()]).toEqual(['a.ts'])
    await s.restart()
    expect([...s.reviews().keys()]).toEqual(['a.ts'])
    await say(s, 'change it more')
    expect(bodies(s)[2]).toContain('These files are not as you know them from this conversation: a.ts.')
    await s.review(undefined, 'rejected')
    expect(await s.file('a.ts')).toBe('old\n')
  })

  it('go back with it when both do, and forward again with it', async () => {
    const s = await start({ script, files: { 'a.ts': 'old\n' } })
    await say(s, 'change it')
    const restored = await s.restorer.restore({ to: await turnPlace(s, 1), scope: 'both', keep: [] })
    expect(restored).toMatchObject({ prompt: 'change it', paths: ['a.ts'] })
    expect(await s.file('a.ts')).toBe('old\n')
    expect([...s.reviews().keys()]).toEqual([])
    await s.restorer.restore({ to: restored.undo, scope: 'both', keep: [] })
    expect(await s.file('a.ts')).toBe('new\n')
    expect((await s.history.points()).filter(({ cause, isHidden }) => cause === 'turn' && isHidden)).toEqual([])
  })
})

describe('[rule 105] across a summary', () => {
  const info = { contextWindow: 60_000, maxOutput: 8000 }
  // Past the place of a summary, and with room for the request itself, which also holds what tools there are.
  const long = 'x'.repeat(112_000)

  function summarised(way: 'block' | 'text'): StoryOptions {
    const said = ['one', 'two', 'three', 'four', 'five', 'six'].map((words) => answer([text(words)]))
    const isAsked = (body: string): boolean => body.includes('Write a summary of this conversation')
    return {
      info,
      script: (request) => {
        if (asksSummary(request)) {
          return way === 'block'
            ? summary('All of it.')
            : httpError(400, { type: 'invalid_request_error', message: 'compaction: unknown parameter' })
        }
        if (isAsked(request.body)) return answer([text('All of it, in words.')])
        return said.shift() ?? answer([text('more')])
      },
    }
  }

  async function pastSummary(way: 'block' | 'text'): Promise<Story> {
    const s = await start(summarised(way))
    await say(s, 'first')
    await say(s, long)
    await untilSummary(s)
    await say(s, 'third')
    return s
  }
  async function untilSummary(s: Story): Promise<void> {
    const done = async (): Promise<boolean> =>
      (await s.facts()).some((event) => event.type === 'compaction.ended' && event.data.result.type === 'done')
    for (let n = 1; !(await done()); n++) await s.until('compaction.ended', n)
  }
  const asks = (s: Story): readonly string[] =>
    bodies(s).filter((body) => !body.includes('Write a summary') && !body.includes('"compaction":{'))

  it.each(['block', 'text'] as const)('goes on with the old wire when it goes back to before it (%s)', async (way) => {
    const s = await pastSummary(way)
    const [, second] = asks(s)
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'conversation', keep: [] })
    await s.restart()
    await say(s, 'short')
    const shared = second?.slice(second.indexOf('"messages":['), second.indexOf('{"type":"text","text":"xxx')) ?? '-'
    expect(shared).toContain('"one"')
    expect(asks(s).at(-1)).toContain(shared)
    expect(asks(s).at(-1)).not.toContain('All of it')
  })

  it.each(['block', 'text'] as const)('goes on with the new wire when it goes back to right after it (%s)', async (way) => {
    const s = await pastSummary(way)
    const third = asks(s).at(-1) ?? '-'
    await s.restorer.restore({ to: await turnPlace(s, 3), scope: 'conversation', keep: [] })
    await s.restart()
    await say(s, 'third')
    expect(asks(s).at(-1)).toBe(third)
  })

  it.each(['block', 'text'] as const)('and comes back to behind it when that is undone (%s)', async (way) => {
    const s = await pastSummary(way)
    const rows = await rowsOf(s)
    const { undo } = await s.restorer.restore({ to: await turnPlace(s, 1), scope: 'conversation', keep: [] })
    await s.restorer.restore({ to: undo, scope: 'conversation', keep: [] })
    expect(await rowsOf(s)).toEqual(rows)
  })
})
