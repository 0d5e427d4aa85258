import { answer, outline, rawTool, text, tool, withoutMarkers, stories, type Story } from '@tabwright/testkit'
import { DEFAULT_LIMITS, sessionId } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { EMPTY_TRANSCRIPT, foldTranscript } from './transcript'

const start = stories()

describe('a turn', () => {
  it('writes every fact in order: message, request, answer, judged, decided, started, ended, changed', async () => {
    const s = await start({
      files: { 'a.txt': 'one\n' },
      script: [
        answer([text('Looking.'), tool('read_file', { path: 'a.txt' }, { id: 't1' }), tool('glob', { pattern: '*.txt' }, { id: 't2' })]),
        answer([tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }, { id: 't3' })]),
        answer([text('Done.')]),
      ],
    })
    await s.commands.send('change it')
    await s.until('turn.ended')
    const lines = outline(await s.facts())
    expect(lines.slice(0, 9)).toEqual([
      'session.opened',
      'message.user user',
      'turn.started',
      'model.requested',
      'message.assistant tool_use',
      'call.judged t1 allow',
      'call.decided t1 allow',
      'call.judged t2 allow',
      'call.decided t2 allow',
    ])
    expect(lines.slice(9, 13).toSorted()).toEqual(['call.ended t1 done', 'call.ended t2 done', 'call.started t1', 'call.started t2'])
    expect(lines.slice(13)).toEqual([
      'model.requested',
      'message.assistant tool_use',
      'call.judged t3 allow',
      'call.decided t3 allow',
      'call.started t3',
      'call.ended t3 done',
      'workspace.changed a.txt',
      'model.requested',
      'message.assistant end_turn',
      'turn.ended end',
    ])
    expect(await s.file('a.txt')).toBe('two\n')
  })

  it('[rule 1] answers every call in the single next user message, before anything else', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: [
        answer([tool('read_file', { path: 'a.txt' }), tool('read_file', { path: 'nope' }), tool('list_files', {})]),
        answer([text('ok')]),
      ],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    const last = JSON.parse(s.server.requests[1]?.body ?? '{}').messages.at(-1)
    expect(last.role).toBe('user')
    expect(last.content.map((block: { type: string }) => block.type)).toEqual(['tool_result', 'tool_result', 'tool_result'])
  })

  it.each(['end_turn', 'max_tokens'])(
    '[rule 4] [O48] runs no tool when the answer stopped for %s, and still gives the call a result',
    async (stopReason) => {
      const s = await start({
        script: [answer([tool('write_file', { path: 'x', content: 'y' }, { id: 't1' })], { stopReason }), answer([text('ok')])],
      })
      await s.commands.send('go')
      await s.until('turn.ended')
      expect(outline(await s.facts())).toContain('call.ended t1 skipped')
      expect(await s.file('x')).toBeUndefined()
      await s.commands.send('go on')
      await s.until('turn.ended', 2)
      const messages = JSON.parse(s.server.requests[1]?.body ?? '{}').messages
      expect(messages.at(-1).content[0]).toMatchObject({ type: 'tool_result', tool_use_id: 't1', is_error: true })
    },
  )

  it('[rule 5] does not run a call whose input was cut, even with stop_reason tool_use', async () => {
    const s = await start({
      script: [answer([rawTool('write_file', '{"path":"a.txt","content":"hel', { id: 't1' })]), answer([text('ok')])],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(outline(await s.facts())).not.toContain('call.started t1')
    expect(await s.file('a.txt')).toBeUndefined()
    expect(s.server.requests[1]?.body).toContain('INVALID_JSON')
  })

  it('[rule 6] runs the sibling of a call with malformed JSON', async () => {
    const s = await start({
      files: { 'a.txt': 'hello' },
      script: [
        answer([rawTool('write_file', '{"p":"a\\q"}', { id: 'bad' }), tool('read_file', { path: 'a.txt' }, { id: 'good' })]),
        answer([text('ok')]),
      ],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    const lines = outline(await s.facts())
    expect(lines).toContain('call.ended bad failed')
    expect(lines).toContain('call.ended good done')
  })

  it.each([
    ['an unknown tool', tool('fly', { to: 'moon' }), "Tool 'fly' not found"],
    ['an input that does not fit', tool('read_file', { file: 'a' }), 'does not fit'],
    ['a path outside of the workspace', tool('read_file', { path: '../secret' }), 'workspace'],
    ['a path with NUL', tool('write_file', { path: 'a\u0000b', content: '' }), 'NUL'],
    ['text that is not there', tool('edit_file', { path: 'a.txt', old_text: 'zzz', new_text: 'y' }), 'does not occur'],
    ['text that is there twice', tool('edit_file', { path: 'a.txt', old_text: 'o', new_text: 'y' }), 'more than once'],
    ['a pattern that is not one', tool('grep', { pattern: '(' }), 'not a regular expression'],
  ])('tells the model about %s and lives on', async (_what, call, message) => {
    const s = await start({ files: { 'a.txt': 'foo boo' }, script: [answer([call]), answer([text('sorry')])] })
    await s.commands.send('go')
    await s.until('turn.ended')
    const result = JSON.parse(s.server.requests[1]?.body ?? '{}').messages.at(-1).content[0]
    expect(result.is_error).toBe(true)
    expect(result.content).toContain(message)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
  })

  it.each([
    ['an Error', new Error('boom')],
    ['undefined', undefined],
    [
      'a thing that cannot be read',
      {
        toString: () => {
          throw new Error('no')
        },
      },
    ],
  ])('[rule 78] keeps a tool that throws %s inside of the dispatcher', async (_what, thrown) => {
    const s = await start({
      tools: [
        {
          spec: { name: 'read_file', description: 'throws', input: { type: 'object' }, effect: 'pure', readOnly: true },
          run: () => Promise.reject(thrown),
        },
      ],
      script: [answer([tool('read_file', {})]), answer([text('ok')])],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
  })

  it('[rule 23] sends the same system and tools bytes in every request of a session', async () => {
    const s = await start({ script: [answer([text('1')]), answer([text('2')])] })
    await s.commands.send('a')
    await s.until('turn.ended')
    await s.restart()
    await s.commands.send('b')
    await s.until('turn.ended', 2)
    const frozen = s.server.requests.map(({ body }) => body.slice(body.indexOf('"system"'), body.indexOf('"messages"')))
    expect(frozen[1]).toBe(frozen[0])
  })

  it('[rule 24] sends what was sent before byte for byte at the start of every later request', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: [answer([text('a'), tool('read_file', { path: 'a.txt' })]), answer([text('b')]), answer([text('c')])],
    })
    await s.commands.send('one')
    await s.until('turn.ended')
    await s.commands.send('two')
    await s.until('turn.ended', 2)
    const bodies = s.server.requests.map(({ body }) => withoutMarkers(body).slice(0, -2))
    expect(bodies[1]?.startsWith(bodies[0] ?? '-')).toBe(true)
    expect(bodies[2]?.startsWith(bodies[1] ?? '-')).toBe(true)
  })

  it('[F27] [rule 27] appends a changed instruction file and leaves the first message as it was', async () => {
    const s = await start({ files: { 'AGENTS.md': 'use tabs' }, script: [answer([text('1')]), answer([text('2')])] })
    await s.commands.send('a')
    await s.until('turn.ended')
    await s.commands.save('AGENTS.md', 'use spaces', 1)
    await s.commands.send('b')
    await s.until('turn.ended', 2)
    const [one, two] = s.server.requests.map(({ body }) => JSON.parse(withoutMarkers(body)).messages)
    expect(one[0].content[0].text).toContain('use tabs')
    expect(two[0]).toEqual(one[0])
    expect(two.at(-1).content[0].text).toContain('use spaces')
  })

  it('[F18] shortens a 5 MB result before its first send and lets read_file page the rest', async () => {
    const s = await start({
      shell: () => ({ text: `start\n${'line\n'.repeat(1_000_000)}end`, exitCode: 0 }),
      script: [
        answer([tool('shell', { command: 'cat big.log' }, { id: 't1' })]),
        answer([tool('read_file', { path: '.tabwright/output/t1.txt', offset: 900_000, limit: 2 })]),
        answer([text('ok')]),
      ],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.server.requests[1]?.body.length).toBeLessThan(60_000)
    expect(JSON.parse(s.server.requests[2]?.body ?? '{}').messages.at(-1).content[0].content).toContain('900000\tline')
    expect(s.reviews().size).toBe(0)
  })

  it('[rule 17] shows the log without touching it: folding frozen facts leaves the next request as it was', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: [answer([text('*a*'), tool('read_file', { path: 'a.txt' })]), answer([text('b')]), answer([text('c')])],
    })
    await s.commands.send('one')
    await s.until('turn.ended')
    const before = (await s.store.readWire(sessionId('story'))).map((row) => row.text)
    const shown = (await s.facts()).map(frozen).reduce(foldTranscript, EMPTY_TRANSCRIPT)
    expect(shown.rows.length).toBeGreaterThan(2)
    await s.commands.send('two')
    await s.until('turn.ended', 2)
    expect((await s.store.readWire(sessionId('story'))).map((row) => row.text).slice(0, before.length)).toEqual(before)
  })

  it('[rule 18] sends no system message in the middle: steering, reviews and instructions travel in user messages', async () => {
    const s: Story = await start({
      files: { 'AGENTS.md': 'be kind' },
      script: [
        answer([tool('write_file', { path: 'a', content: 'b' }), tool('shell', { command: 'ls' })]),
        answer([text('ok')]),
        answer([text('ok')]),
      ],
      shell: async () => {
        await s.commands.send('hurry')
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    await s.review(undefined, 'rejected')
    await s.commands.send('again')
    await s.until('turn.ended', 2)
    const roles = s.server.requests.flatMap(({ body }) => JSON.parse(body).messages.map((message: { role: string }) => message.role))
    expect(new Set(roles)).toEqual(new Set(['user', 'assistant']))
  })

  const STEPS = DEFAULT_LIMITS.turn.steps ?? 0

  it('[rule 19] leaves a valid history when the step limit ends a turn with calls in flight', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: (_request, n) => (n < STEPS ? answer([tool('list_files', { path: `d${n}` })]) : answer([text('ok')])),
    })
    await s.commands.send('loop')
    await s.until('turn.ended')
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended budget')
    expect(s.server.requests).toHaveLength(STEPS)
    await s.commands.send('go on')
    await s.until('turn.ended', 2)
    expect(outline(await s.facts()).at(-1)).toBe('turn.ended end')
  })
})

/** Throws at any later write, however deep. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  Object.values(value).forEach(frozen)
  return Object.freeze(value)
}
