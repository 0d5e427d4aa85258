import { answer, drop, hold, htmlPage, httpError, outline, text, tool, errorEvent, stream, stories, type Story } from '@tabwright/testkit'
import { callId, digestOf, MAIN_AGENT, sessionId, traceId, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories()

const bodies = (s: Story): readonly string[] => s.server.requests.map((request) => request.body)

describe('a worker that dies', () => {
  it('[rule 68] asks again with the same bytes after dying between request and answer', async () => {
    const held = hold()
    const s = await start({
      script: [answer([text('never seen')], { before: [{ type: 'hold', until: held.until }] }), answer([text('ok')])],
    })
    await s.commands.send('go')
    await s.server.arrived(1)
    await s.restart()
    await s.until('turn.ended')
    held.release()
    expect(bodies(s)[1]).toBe(bodies(s)[0])
    expect(outline(await s.facts()).filter((line) => line.startsWith('message.assistant'))).toHaveLength(1)
    expect(outline(await s.facts())).toContain('model.failed cut')
  })

  it('[rule 67] uses the stored result after dying between result and next request', async () => {
    const held = hold()
    const s = await start({
      script: [
        answer([tool('shell', { command: 'ls' }, { id: 't1' })]),
        answer([text('lost')], { before: [{ type: 'hold', until: held.until }] }),
        answer([text('ok')]),
      ],
    })
    await s.commands.send('go')
    await s.server.arrived(2)
    await s.restart()
    await s.until('turn.ended')
    held.release()
    expect(s.ran).toEqual(['ls'])
    expect(bodies(s)[2]).toBe(bodies(s)[1])
  })

  it('[rule 66] runs a tx call again after dying in the middle: the first try left nothing', async () => {
    let dies = true
    const s: Story = await start({
      files: { 'a.txt': '' },
      script: [answer([tool('shell', { command: 'ls' }, { id: 't1' })]), answer([text('ok')])],
      shell: async (_command, run) => {
        run.files.write('a.txt', new TextEncoder().encode('ran'))
        if (!dies) return {}
        dies = false
        return new Promise(() => undefined)
      },
    })
    await s.commands.send('go')
    await s.until('call.started')
    expect(await s.file('a.txt')).toBe('')
    await s.restart()
    await s.until('turn.ended')
    expect(await s.file('a.txt')).toBe('ran')
    expect(outline(await s.facts()).filter((line) => line.startsWith('call.started'))).toHaveLength(1)
  })

  it('[rule 69] asks the rules again before a call starts: one that came meanwhile counts', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: [
        answer([tool('read_file', { path: 'a.txt' }, { id: 't1' })]),
        answer([tool('read_file', { path: 'a.txt' }, { id: 't2' })]),
        answer([text('ok')]),
      ],
    })
    const append = s.store.append.bind(s.store)
    s.store.append = async (session, epoch, commit) => {
      const events = await append(session, epoch, commit)
      const isPlanned = commit.drafts.some((draft) => draft.type === 'call.decided' && draft.data.call === 't2')
      return isPlanned ? new Promise(() => undefined) : events
    }
    await s.commands.send('go')
    await expect.poll(async () => outline(await s.facts()).filter((line) => line.startsWith('call.decided'))).toHaveLength(2)
    s.store.append = append
    s.driver.close()
    const { epoch } = await s.store.claim(sessionId('story'))
    const judged = (await s.facts()).find((event) => event.type === 'call.judged')
    const deny = { id: 'deny', effect: 'deny', pattern: { type: 'tool', tool: 'read_file' }, scope: 'session', why: 'said so' } as const
    const decision = { type: 'allow', by: 'user', remember: deny } as const
    const digest = judged?.type === 'call.judged' ? judged.data.digest : digestOf('0'.repeat(64))
    await s.store.append(sessionId('story'), epoch, {
      drafts: [{ type: 'call.decided', data: { call: callId('t1'), digest, decision }, agent: MAIN_AGENT, trace: traceId('x') }],
      durability: 'strict',
    })
    await s.restart()
    await s.until('turn.ended')
    expect(outline(await s.facts())).toContain('call.ended t2 denied')
    expect(outline(await s.facts())).not.toContain('call.started t2')
  })

  it('[rule 69] does not start a call that a person allowed and a rule denied since', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: [
        answer([tool('read_file', { path: 'a.txt' }, { id: 't1' })]),
        answer([tool('shell', { command: 'make all' }, { id: 't2' })]),
        answer([text('ok')]),
      ],
    })
    const judgedOf = async (id: string): Promise<Extract<SessionEvent, { type: 'call.judged' }>['data'] | undefined> =>
      (await s.facts()).flatMap((fact) => (fact.type === 'call.judged' && fact.data.call === id ? [fact.data] : []))[0]
    await s.commands.send('go')
    await expect.poll(async () => (await judgedOf('t2'))?.verdict.type).toBe('ask')
    // The worker dies when the person's yes is durable and the call has not begun.
    const append = s.store.append.bind(s.store)
    s.store.append = async (session, epoch, commit) => {
      const events = await append(session, epoch, commit)
      return commit.drafts.some((draft) => draft.type === 'call.decided') ? new Promise(() => undefined) : events
    }
    const asked = await judgedOf('t2')
    const first = await judgedOf('t1')
    if (!asked || !first) throw new Error('both calls were judged')
    void s.commands.decide({ call: asked.call, digest: asked.digest, answer: 'once' })
    await expect.poll(async () => outline(await s.facts()).filter((line) => line.startsWith('call.decided'))).toHaveLength(2)
    s.store.append = append
    s.driver.close()
    const { epoch } = await s.store.claim(sessionId('story'))
    const deny = { id: 'deny', effect: 'deny', pattern: { type: 'tool', tool: 'shell' }, scope: 'session', why: 'said so' } as const
    const decision = { type: 'allow', by: 'user', remember: deny } as const
    await s.store.append(sessionId('story'), epoch, {
      drafts: [
        { type: 'call.decided', data: { call: first.call, digest: first.digest, decision }, agent: MAIN_AGENT, trace: traceId('x') },
      ],
      durability: 'strict',
    })
    await s.restart()
    await s.until('turn.ended')
    expect(outline(await s.facts())).toContain('call.ended t2 denied')
    expect(outline(await s.facts())).not.toContain('call.started t2')
    expect(s.ran).toEqual([])
  })

  it('[rule 72] keeps the finished results of a parallel batch', async () => {
    const counts = new Map<string, number>()
    let blocks = true
    const s = await start({
      tools: [
        {
          spec: { name: 'read_file', description: 'reads', input: { type: 'object' }, effect: 'pure', readOnly: true },
          run: (input) => {
            const key = JSON.stringify(input)
            counts.set(key, (counts.get(key) ?? 0) + 1)
            return key.includes('3') && blocks ? new Promise(() => undefined) : Promise.resolve({ text: key })
          },
        },
      ],
      script: [answer([tool('read_file', { n: 1 }), tool('read_file', { n: 2 }), tool('read_file', { n: 3 })]), answer([text('ok')])],
    })
    await s.commands.send('go')
    await s.until('call.ended', 2)
    blocks = false
    await s.restart()
    await s.until('turn.ended')
    expect([...counts]).toEqual([
      ['{"n":1}', 1],
      ['{"n":2}', 1],
      ['{"n":3}', 2],
    ])
  })

  it('[F01] ends with the same log after dying at every fact of a three-tool turn', async () => {
    const script = [
      answer([text('a'), tool('read_file', { path: 'a.txt' }, { id: 't1' })]),
      answer([tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }, { id: 't2' })]),
      answer([tool('shell', { command: 'ls' }, { id: 't3' })]),
      answer([text('done')]),
    ]
    // The script answers by what the request holds, so a request that is asked again gets the same answer.
    const byProgress = ({ body }: { body: string }): (typeof script)[number] =>
      script[(body.match(/"tool_result"/g) ?? []).length] ?? answer([text('?')])
    const whole = await start({ files: { 'a.txt': 'one' }, script: byProgress })
    await whole.commands.send('go')
    await whole.until('turn.ended')
    const expected = outline(await whole.facts())
    await whole.close()
    const quiet = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.startsWith('model.'))
    for (let at = 3; at < expected.length; at++) {
      const s = await start({ files: { 'a.txt': 'one' }, script: byProgress })
      const append = s.store.append.bind(s.store)
      let dead = false
      s.store.append = async (session, epoch, commit) => {
        if (dead) return new Promise(() => undefined)
        const events = await append(session, epoch, commit)
        dead = (events.at(-1)?.seq ?? 0) >= at
        return dead ? new Promise(() => undefined) : events
      }
      await s.commands.send('go')
      await expect.poll(() => dead).toBe(true)
      s.store.append = append
      await s.restart()
      await s.until('turn.ended')
      expect(quiet(outline(await s.facts())), `died at fact ${at}`).toEqual(quiet(expected))
      expect(s.ran, `died at fact ${at}`).toEqual(['ls'])
      expect(await s.file('a.txt')).toBe('two')
      await s.close()
    }
  })
})

describe('a model server that fails', () => {
  it('[rule 53] drops a cut answer whole, runs none of its calls and asks again', async () => {
    const cut = answer([tool('write_file', { path: 'x', content: 'y' }, { id: 't1' }), text('more')], { omitStop: true })
    const s = await start({ script: [cut, answer([text('ok')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(await s.file('x')).toBeUndefined()
    expect(outline(await s.facts())).not.toContain('call.started t1')
    expect(bodies(s)[1]).toBe(bodies(s)[0])
  })

  it('[rule 54] asks again when the stream drops before anything was complete', async () => {
    const s = await start({ script: [drop, answer([text('ok')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
    expect(bodies(s)).toHaveLength(2)
  })

  it('asks again after an error event in the stream', async () => {
    const s = await start({ script: [stream([errorEvent('overloaded_error', 'busy')]), answer([text('ok')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
  })

  it('stops after five tries and says why', async () => {
    const s = await start({ script: () => httpError(529, { type: 'overloaded_error', message: 'busy' }) })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(bodies(s)).toHaveLength(5)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended failed')
  })

  it.each([
    ['a rejected key', httpError(401, { type: 'authentication_error', message: 'invalid' }), 'rejected_key'],
    ['a web page', htmlPage('<h1>Login</h1>'), 'bad_response'],
    ['a bad request', httpError(400, { type: 'invalid_request_error', message: 'no such field' }), 'bad_input'],
  ])('does not repeat after %s, and goes on when asked to', async (_what, reply, code) => {
    const s = await start({ script: [reply, answer([text('ok')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    const ended = (await s.facts()).at(-1)
    expect(ended?.type === 'turn.ended' ? ended.data.failure?.code : '').toBe(code)
    expect(bodies(s)).toHaveLength(1)
    await s.driver.retry()
    await s.until('turn.ended', 2)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
    expect(bodies(s)[1]).toBe(bodies(s)[0])
  })

  it('keeps nothing of a refusal', async () => {
    const s = await start({ script: [answer([text('Sure, ')], { stopReason: 'refusal' }), answer([text('ok')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended refusal')
    await s.commands.send('something else')
    await s.until('turn.ended', 2)
    expect(bodies(s)[1]).not.toContain('Sure, ')
  })
})

describe('a person who steps in', () => {
  it('[rule 107] stops a streaming answer: the text is shown as interrupted, the next turn works', async () => {
    const held = hold()
    const s = await start({
      script: [answer([text('A long answer')], { after: [{ type: 'hold', until: held.until }] }), answer([text('ok')])],
    })
    await s.commands.send('go')
    await expect.poll(() => s.live.filter((update) => update.type === 'delta').length).toBeGreaterThan(0)
    await s.driver.stop()
    const facts = await s.facts()
    expect(outline(facts).slice(-2)).toEqual(['model.failed aborted', 'turn.ended interrupted'])
    expect(facts.some((event) => event.type === 'model.failed' && event.data.partial?.startsWith('A long'))).toBe(true)
    held.release()
    await s.commands.send('again')
    await s.until('turn.ended', 2)
    expect(s.server.problems).toEqual([])
  })

  it('[rule 107] stops a running command and gives every open call a result', async () => {
    const s = await start({
      script: [
        answer([tool('shell', { command: 'ls' }, { id: 't1' }), tool('shell', { command: 'pwd' }, { id: 't2' })]),
        answer([text('ok')]),
      ],
      shell: (_command, run) => new Promise((_resolve, reject) => run.signal.addEventListener('abort', () => reject(new Error('stopped')))),
    })
    await s.commands.send('go')
    await s.until('call.started')
    await s.driver.stop()
    expect(outline(await s.facts()).slice(-3)).toEqual(['call.ended t1 interrupted', 'call.ended t2 interrupted', 'turn.ended interrupted'])
    await s.commands.send('again')
    await s.until('turn.ended', 2)
    expect(s.server.problems).toEqual([])
  })

  it('[rule 106] delivers a message sent while tools run once, at the next tool boundary', async () => {
    const s: Story = await start({
      script: [answer([tool('shell', { command: 'ls' })]), answer([text('ok')])],
      shell: async () => {
        await s.commands.send('be quick')
        return { text: 'listed' }
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    const content = JSON.parse(bodies(s)[1] ?? '{}').messages.at(-1).content
    expect(content.map((block: { type: string }) => block.type)).toEqual(['tool_result', 'text'])
    expect(content[1].text).toBe('be quick')
    expect(s.server.problems).toEqual([])
  })

  it('starts a new turn with what was sent after the last tool', async () => {
    const held = hold()
    const s = await start({
      script: [answer([text('first')], { before: [{ type: 'hold', until: held.until }] }), answer([text('second')])],
    })
    await s.commands.send('one')
    await s.server.arrived(1)
    await s.commands.send('two')
    held.release()
    await s.until('turn.ended', 2)
    expect(JSON.parse(bodies(s)[1] ?? '{}').messages.map((message: { role: string }) => message.role)).toEqual([
      'user',
      'assistant',
      'user',
    ])
  })
})

describe('a store that cannot write', () => {
  it('[rule 65] runs no tool when call.started cannot be written, and goes on when there is room again', async () => {
    const s = await start({ script: [answer([tool('shell', { command: 'ls' }, { id: 't1' })]), answer([text('ok')])] })
    const append = s.store.append.bind(s.store)
    s.store.append = (session, epoch, commit) =>
      commit.drafts.some((draft) => draft.type === 'call.started')
        ? Promise.reject(Object.assign(new Error('full'), { name: 'QuotaExceededError' }))
        : append(session, epoch, commit)
    await s.commands.send('go')
    await expect.poll(() => s.halts.length).toBe(1)
    expect(s.ran).toEqual([])
    s.store.append = append
    s.driver.wake()
    await s.until('turn.ended')
    expect(s.ran).toEqual(['ls'])
  })
})

describe('asking again', () => {
  it('[rule 20] never sends a request that ends with the model’s own words', async () => {
    const s = await start({ script: [answer([text('half an')], { stopReason: 'tired' }), answer([text(' answer')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    await s.driver.retry()
    expect(bodies(s)).toHaveLength(1)
    await s.commands.send('go on')
    await s.until('turn.ended', 2)
    expect(s.server.problems).toEqual([])
  })
})
