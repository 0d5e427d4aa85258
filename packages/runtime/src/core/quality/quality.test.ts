import { answer, httpError, outline, rawTool, stories, text, tool, type Story, type StoryOptions } from '@tabwright/testkit'
import { DEFAULT_GUARDS, type ModelInfo, type QualityWish, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { billsOf } from '../bills'

const start = stories()
const TESTS: QualityWish = { check: { type: 'command', command: 'npm test' } }
const BUSY = httpError(529, { type: 'overloaded_error', message: 'busy' }, { 'retry-after-ms': '1' })
const STRONG: ModelInfo = { id: 'claude-strong-1', label: 'Strong', maxOutput: 8000 }

/** A model that edits at each request of a turn's beginning and then says that it is done. */
const works: StoryOptions['script'] = (_request, n) =>
  n % 2 === 0 ? answer([tool('write_file', { path: 'a.txt', content: `try ${n}` }, { id: `w${n}` })]) : answer([text(`Done ${n}.`)])
const shell = (codes: readonly number[]): NonNullable<StoryOptions['shell']> => {
  let n = 0
  return () => ({ exitCode: codes[Math.min(n++, codes.length - 1)] ?? 1, text: `run ${n}` })
}
const rungs = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'escalation.raised' ? [event.data.rung] : []))
const verdicts = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'quality.checked' ? [event.data.verdict] : []))
const stops = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'turn.ended' ? [event.data.stop] : []))

async function go(s: Story, turns = 1): Promise<void> {
  await s.commands.setMode('auto')
  await s.commands.send('fix it')
  await s.until('turn.ended', turns)
}

describe('the check of finished work', () => {
  it('[F69] runs once through the gate and the hands, its result goes to nobody, and the turn ends', async () => {
    const s = await start({ script: works, shell: shell([0]), quality: TESTS })
    await go(s)
    expect(s.ran).toEqual(['npm test'])
    expect(
      outline(await s.facts())
        .slice(-7)
        .map((line) => line.replace(/check-\w+/, 'check')),
    ).toEqual([
      'check.started',
      'call.judged check allow',
      'call.decided check allow',
      'call.started check',
      'call.ended check done',
      'quality.checked',
      'turn.ended end',
    ])
    await s.commands.send('thanks')
    await s.until('turn.ended', 2)
    expect(s.server.requests.at(-1)?.body).not.toContain('npm test')
  })

  it('a turn that changed no file is not checked, nor one that stands as it was checked', async () => {
    const s = await start({
      script: (_r, n) => (n === 0 ? answer([tool('write_file', { path: 'a.txt', content: 'x' })]) : answer([text('ok')])),
      shell: shell([0]),
      quality: TESTS,
    })
    await go(s)
    await s.commands.send('and what is it?')
    await s.until('turn.ended', 2)
    expect(s.ran).toEqual(['npm test'])
  })

  it('[rule 87] asks like any call: a person who says no ends the turn, and nothing is known of the work', async () => {
    const s = await start({ script: works, quality: TESTS })
    await s.commands.setMode('accept-edits')
    await s.commands.send('fix it')
    await s.until('call.judged', 2)
    const judged = (await s.facts()).findLast((event) => event.type === 'call.judged')
    if (judged?.data.verdict.type !== 'ask') throw new Error('it was not asked')
    expect(judged.data.bytes).toContain('npm test')
    await s.restart()
    await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'deny' })
    await s.until('turn.ended')
    expect(s.ran).toEqual([])
    expect([await verdicts(s), await rungs(s), await stops(s)]).toEqual([[], [], ['interrupted']])
  })

  it('[rule 65] a check whose worker died runs again, and is one check', async () => {
    let began: () => void = () => undefined
    const runs = new Promise<void>((resolve) => (began = resolve))
    let n = 0
    const s = await start({
      script: works,
      quality: TESTS,
      shell: async () => {
        n += 1
        began()
        if (n === 1) await new Promise(() => undefined)
        return { exitCode: 0 }
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('fix it')
    await runs
    await s.restart()
    await s.until('turn.ended')
    expect((await s.facts()).filter(({ type }) => type === 'check.started')).toHaveLength(1)
    expect([n, await verdicts(s)]).toEqual([2, ['passed']])
  })
})

describe('the ladder', () => {
  it('[F69] tells the model what failed, and the turn goes on to its end once it is right', async () => {
    const s = await start({ script: works, shell: shell([1, 0]), quality: TESTS })
    await go(s)
    expect([await verdicts(s), await rungs(s), await stops(s)]).toEqual([['failed', 'passed'], ['retry'], ['end']])
    expect(s.server.requests[2]?.body).toContain('held against the check that the person set, and it failed')
    expect(s.server.requests[2]?.body).toContain('run 1')
  })

  it('[F69] [rule 109] is finite: twice again, another approach, the stronger model at the border of a turn, then a person', async () => {
    const s = await start({ script: works, shell: shell([1]), quality: { ...TESTS, stronger: STRONG } })
    await go(s, 2)
    expect(await rungs(s)).toEqual(['retry', 'retry', 'approach', 'model', 'human'])
    expect(await stops(s)).toEqual(['failed', 'requires-action'])
    const models = s.server.requests.map(({ body }) => JSON.parse(body).model)
    expect(models).toEqual([...Array<string>(8).fill('claude-test-1'), ...Array<string>(2).fill('claude-strong-1')])
    const facts = await s.facts()
    const raised = facts.findIndex((event) => event.type === 'escalation.raised' && event.data.rung === 'model')
    expect(facts.slice(raised, raised + 3).map(({ type }) => type)).toEqual(['escalation.raised', 'turn.ended', 'turn.started'])
    const reasons = facts.flatMap((event) => (event.type === 'escalation.raised' ? [event.data.why] : []))
    expect(reasons.every((why, i) => why.includes(`run ${i + 1}`))).toBe(true)
    expect(outline(facts).slice(-3)).toEqual(['escalation.raised', 'checkpoint.made', 'turn.ended requires-action'])
    // What a person says is another task: the model is theirs again, and so are the tries.
    await s.commands.send('try the other file')
    await s.until('escalation.raised', 6)
    expect(JSON.parse(s.server.requests[10]?.body ?? '{}').model).toBe('claude-test-1')
    expect((await rungs(s))[5]).toBe('retry')
    await s.driver.stop()
  })

  it('[F69] a worker that dies in the stronger model’s turn goes on with that model', async () => {
    const s = await start({ script: works, shell: shell([1]), quality: { ...TESTS, stronger: STRONG } })
    await s.commands.setMode('auto')
    await s.commands.send('fix it')
    await s.until('turn.started', 2)
    await s.restart()
    await s.until('turn.ended', 2)
    expect(s.server.requests.slice(8).every(({ body }) => JSON.parse(body).model === 'claude-strong-1')).toBe(true)
  })

  it.each<[what: string, script: StoryOptions['script']]>([
    ['a refusal', (_r, n) => (n === 0 ? answer([text('no')], { stopReason: 'refusal' }) : answer([text('done')]))],
    [
      'calls that cannot be read',
      (_r, n) => (n < 3 ? answer([rawTool('write_file', '{"path": ', { id: `w${n}` })]) : answer([text('done')])),
    ],
  ])(
    '[F69] %s goes to the stronger model where one was chosen, with the reason, and ends the turn as ever where none was',
    async (_what, script) => {
      const s = await start({ script, quality: { check: { type: 'none' }, stronger: STRONG } })
      await go(s, 2)
      expect(await rungs(s)).toEqual(['model'])
      expect(await stops(s)).toEqual(['failed', 'end'])
      expect(s.journal.state.model).toBe(STRONG.id)
      expect(s.server.requests.at(-1)?.body).toContain('Another model worked on this and did not succeed')
      const alone = await start({ script, quality: { check: { type: 'none' } } })
      await go(alone)
      expect(await rungs(alone)).toEqual([])
    },
  )

  it('[F69] a server that stays overloaded is asked for the stronger model, with the reason; its address is left alone for its minute all the same', async () => {
    const s = await start({ script: () => BUSY, quality: { check: { type: 'none' }, stronger: STRONG } })
    await go(s, 2)
    const raised = (await s.facts()).flatMap((event) => (event.type === 'escalation.raised' ? [event.data] : []))
    expect(raised[0]).toMatchObject({ rung: 'model', model: STRONG.id, why: expect.stringContaining('overloaded') })
    expect(s.server.requests, 'five tries of the first, and none within the minute').toHaveLength(5)
  })

  it('[F69] where the stronger model fails too a person is needed, and what was done is kept', async () => {
    const refuses: StoryOptions['script'] = () => answer([text('no')], { stopReason: 'refusal' })
    const s = await start({ script: refuses, quality: { check: { type: 'none' }, stronger: STRONG } })
    await go(s, 2)
    expect(await rungs(s)).toEqual(['model', 'human'])
    expect(await stops(s)).toEqual(['failed', 'requires-action'])
    expect((await s.facts()).filter(({ type }) => type === 'checkpoint.made')).toHaveLength(1)
  })

  it('[F69] a circle goes to the stronger model where one was chosen, else it ends as it always did', async () => {
    const circles: StoryOptions['script'] = (request, n) =>
      request.body.includes('fresh eyes') ? answer([text('Seen.')]) : answer([tool('read_file', { path: 'a.txt' }, { id: `r${n}` })])
    const s = await start({ files: { 'a.txt': 'x' }, script: circles, quality: { check: { type: 'none' }, stronger: STRONG } })
    await go(s, 2)
    expect([await rungs(s), await stops(s)]).toEqual([['model'], ['failed', 'end']])
    const plain = await start({ files: { 'a.txt': 'x' }, script: circles })
    await go(plain)
    expect([await rungs(plain), await stops(plain)]).toEqual([[], ['requires-action']])
  })
})

describe('another look', () => {
  /** The model that looks is asked outside of the conversation, by its own words. */
  const looks =
    (said: string): StoryOptions['script'] =>
    (request, n) =>
      request.body.includes('You look at one text') ? answer([text(said)]) : answer([text(`All 12 tests pass. ${n}`)])
  const helper = (s: Story): readonly string[] =>
    s.server.requests.map(({ body }) => body).filter((body) => body.includes('You look at one text'))
  const answers = async (s: Story): Promise<readonly SessionEvent<'guard.answered'>['data'][]> =>
    (await s.facts()).flatMap((event) => (event.type === 'guard.answered' ? [event.data] : []))

  it('[F46] is off by default', async () => {
    const s = await start({ script: looks('{"ok":false}') })
    await go(s)
    expect(helper(s)).toEqual([])
  })

  it('[F46] [rule 49] shows what it found, costs what it costs, and is asked once for an answer', async () => {
    const s = await start({
      script: looks('I say: {"ok":false,"reason":"No test was run."}'),
      guards: { ...DEFAULT_GUARDS, check: 'warn' },
    })
    await go(s)
    const [data] = await answers(s)
    expect(data?.answers).toEqual([{ type: 'warn', guard: 'another look', reason: 'No test was run.' }])
    expect(helper(s)).toHaveLength(1)
    const bills = (await s.facts()).flatMap((event) => billsOf(event))
    expect(bills).toHaveLength(s.server.requests.length)
    expect(s.journal.spending.session.tokens).toBe(bills.reduce((sum, { usage }) => sum + usage.input + usage.cacheWrite + usage.output, 0))
    expect(s.server.requests[0]?.body).not.toContain('look at one text')
  })

  it('[F46] block sends the answer back once, and then only shows it', async () => {
    const s = await start({ script: looks('{"ok":false,"reason":"No test was run."}'), guards: { ...DEFAULT_GUARDS, check: 'block' } })
    await go(s)
    expect((await answers(s)).map(({ answers: [one] }) => one?.type)).toEqual(['block', 'warn'])
    expect(s.server.requests.some(({ body }) => body.includes('No test was run. Put it right'))).toBe(true)
  })

  it('[F46] words that are no answer are no verdict, and a limit that is reached asks nothing', async () => {
    const s = await start({ script: looks('Certainly! Looks good.'), guards: { ...DEFAULT_GUARDS, check: 'block' } })
    await go(s)
    expect((await answers(s))[0]?.answers).toEqual([
      { type: 'warn', guard: 'another look', reason: expect.stringContaining('was not looked at') },
    ])
    const poor = await start({
      script: looks('{"ok":false}'),
      guards: { ...DEFAULT_GUARDS, check: 'block' },
      limits: { turn: { steps: 1 }, session: {}, day: {} },
    })
    await go(poor)
    expect(helper(poor)).toEqual([])
  })

  it('[F69] an answer is held against a schema, and a schema that would check nothing is said to be none', async () => {
    const schema = JSON.stringify({ type: 'object', required: ['files'] })
    const s = await start({
      script: (_r, n) => answer([text(n === 0 ? 'Done, see ```json\n{"file":1}\n```' : 'Done, see\n```json\n{"files":[]}\n```')]),
      quality: { check: { type: 'schema', schema } },
    })
    await go(s)
    expect([await verdicts(s), await rungs(s)]).toEqual([['failed', 'passed'], ['retry']])
    expect(s.server.requests[1]?.body).toContain('It does not fit the schema: the answer has no')
    const odd = await start({ script: () => answer([text('{}')]), quality: { check: { type: 'schema', schema: '{"pattern":"x"}' } } })
    await go(odd)
    expect([await verdicts(odd), await stops(odd)]).toEqual([['none'], ['end']])
  })

  it('[F69] a question that the person set is a check: no is a reason to try again', async () => {
    let asked = 0
    const s = await start({
      script: (request) =>
        request.body.includes('You look at one text')
          ? answer([text(asked++ === 0 ? '{"ok":false,"reason":"It names no file."}' : '{"ok":true,"reason":"fine"}')])
          : answer([text('Done.')]),
      quality: { check: { type: 'question', question: 'Does it name the files that were changed?' } },
    })
    await go(s)
    expect([await verdicts(s), await rungs(s)]).toEqual([['failed', 'passed'], ['retry']])
    expect(helper(s)[0]).toContain('Does it name the files that were changed?')
    expect(s.server.requests.at(-2)?.body).toContain('It names no file.')
  })
})
