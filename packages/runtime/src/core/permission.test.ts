import { answer, outline, text, tool, stories, type Story } from '@tabwright/testkit'
import type { SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories()

async function asked(s: Story, nth = 1): Promise<SessionEvent<'call.judged'>['data']> {
  await s.until('call.judged', nth)
  const judged = (await s.facts()).filter((event) => event.type === 'call.judged')
  const last = judged.at(-1)
  if (!last) throw new Error('nothing was judged')
  return last.data
}

const resultsOf = (body: string | undefined): { tool_use_id: string; content: string; is_error?: boolean }[] =>
  JSON.parse(body ?? '{}')
    .messages.at(-1)
    .content.filter((block: { type: string }) => block.type === 'tool_result')

describe('permission', () => {
  it('holds the exact bytes and runs nothing before the answer', async () => {
    const s = await start({ script: [answer([tool('shell', { command: 'rm a', purpose: 'clean' }, { id: 't1' })]), answer([text('ok')])] })
    await s.commands.send('go')
    const { call, digest, bytes } = await asked(s)
    expect(bytes).toBe('{"command":"rm a","cwd":"/workspace","purpose":"clean"}')
    expect(s.ran).toEqual([])
    await s.commands.decide({ call, digest, answer: 'once' })
    await s.until('turn.ended')
    expect(s.ran).toEqual(['rm a'])
  })

  it('[rule 65] writes call.started before the command runs', async () => {
    const seen: string[][] = []
    const s: Story = await start({
      script: [answer([tool('shell', { command: 'rm a' }, { id: 't1' })]), answer([text('ok')])],
      shell: async () => {
        seen.push([...outline(await s.facts())])
        return {}
      },
    })
    await s.commands.send('go')
    const { call, digest } = await asked(s)
    await s.commands.decide({ call, digest, answer: 'once' })
    await s.until('turn.ended')
    expect(seen[0]?.at(-1)).toBe('call.started t1')
  })

  it('[rule 2] gives every call a result when one of three is denied with a note, and goes on', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: [
        answer([
          tool('read_file', { path: 'a.txt' }, { id: 't1' }),
          tool('shell', { command: 'rm a' }, { id: 't2' }),
          tool('read_file', { path: 'a.txt' }, { id: 't3' }),
        ]),
        answer([text('understood')]),
      ],
    })
    await s.commands.send('go')
    const { call, digest } = await asked(s, 2)
    await s.commands.decide({ call, digest, answer: 'deny', note: 'keep it' })
    await s.until('turn.ended')
    expect(resultsOf(s.server.requests[1]?.body).map((result) => [result.tool_use_id, result.is_error ?? false])).toEqual([
      ['t1', false],
      ['t2', true],
      ['t3', false],
    ])
    expect(resultsOf(s.server.requests[1]?.body)[1]?.content).toContain('keep it')
    expect(s.ran).toEqual([])
  })

  it('[rule 90] ends the turn at a bare no, and every sibling still has its result in the next request', async () => {
    const s = await start({
      script: [
        answer([tool('shell', { command: 'rm a' }, { id: 't1' }), tool('shell', { command: 'rm b' }, { id: 't2' })]),
        answer([text('ok')]),
      ],
    })
    await s.commands.send('go')
    const { call, digest } = await asked(s)
    await s.commands.decide({ call, digest, answer: 'deny' })
    await s.until('turn.ended')
    expect(outline(await s.facts()).slice(-3)).toEqual(['call.ended t1 denied', 'call.ended t2 skipped', 'turn.ended interrupted'])
    expect(s.server.requests).toHaveLength(1)
    await s.commands.send('something else')
    await s.until('turn.ended', 2)
    expect(resultsOf(s.server.requests[1]?.body)).toHaveLength(2)
    expect(s.server.problems).toEqual([])
  })

  it('does not ask again for a command that was allowed for the session, but asks for any other', async () => {
    const s = await start({
      script: [
        answer([tool('shell', { command: 'node --test' })]),
        answer([tool('shell', { command: 'node --test' })]),
        answer([tool('shell', { command: 'node --test x' }, { id: 'other' })]),
        answer([text('ok')]),
      ],
    })
    await s.commands.send('go')
    const first = await asked(s)
    await s.commands.decide({ call: first.call, digest: first.digest, answer: 'session' })
    const third = await asked(s, 3)
    expect(s.ran).toEqual(['node --test', 'node --test'])
    expect(third.call).toBe('other')
    await s.commands.decide({ call: third.call, digest: third.digest, answer: 'deny' })
    await s.until('turn.ended')
    expect(s.ran).toHaveLength(2)
  })

  it('[rule 81] survives a restart and is answered for exactly that call', async () => {
    const s = await start({ script: [answer([tool('shell', { command: 'rm a' }, { id: 't1' })]), answer([text('ok')])] })
    await s.commands.send('go')
    const { call, digest } = await asked(s)
    await s.restart()
    const wrong = { call, digest: 'f'.repeat(64) as typeof digest, answer: 'once' as const }
    await expect(s.commands.decide(wrong)).rejects.toThrow('changed since it was shown')
    expect(s.ran).toEqual([])
    await s.commands.decide({ call, digest, answer: 'once' })
    await s.until('turn.ended')
    expect(s.ran).toEqual(['rm a'])
    expect(outline(await s.facts()).filter((line) => line.startsWith('call.judged'))).toHaveLength(1)
  })

  it('[rule 82] takes the first answer; a second one is refused with a reason', async () => {
    const s = await start({ script: [answer([tool('shell', { command: 'rm a' })]), answer([text('ok')])] })
    await s.commands.send('go')
    const { call, digest } = await asked(s)
    const both = await Promise.allSettled([
      s.commands.decide({ call, digest, answer: 'deny' }),
      s.commands.decide({ call, digest, answer: 'once' }),
    ])
    expect(both.map((result) => result.status)).toEqual(['fulfilled', 'rejected'])
    await s.until('turn.ended')
    expect(s.ran).toEqual([])
  })
})

describe('where a command runs', () => {
  it('is part of what is allowed: the folder is shown, digested and passed on, wherever the shell stands later', async () => {
    const folders: unknown[] = []
    const s = await start({
      script: [answer([tool('shell', { command: 'rm -rf *' })]), answer([tool('shell', { command: 'rm -rf *' })]), answer([text('ok')])],
      shell: (_command, _run, input) => {
        folders.push(input)
        return {}
      },
    })
    s.cwd.now = '/workspace/build'
    await s.commands.send('go')
    const first = await asked(s)
    expect(first.bytes).toContain('"cwd":"/workspace/build"')
    await s.restart()
    s.cwd.now = '/workspace'
    await s.commands.decide({ call: first.call, digest: first.digest, answer: 'session' })
    const second = await asked(s, 2)
    expect(folders).toMatchObject([{ cwd: '/workspace/build' }])
    expect(second.bytes).toContain('"cwd":"/workspace"')
    await s.commands.decide({ call: second.call, digest: second.digest, answer: 'deny' })
    await s.until('turn.ended')
  })
})

describe('review', () => {
  it('decides nothing when a file moved on since it was shown', async () => {
    const s = await start({
      files: { 'a.txt': 'one' },
      script: [answer([tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' })]), answer([text('done')])],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    const shown = [...s.reviews()].map(([path, { after }]) => ({ path, after }))
    await s.commands.save('a.txt', 'three', 2)
    await expect(s.commands.review(s.reviews, shown, 'accepted')).rejects.toThrow('changed since it was shown')
    expect(s.reviews().size).toBe(1)
  })

  it('brings a file back that the agent made a folder of', async () => {
    const s: Story = await start({
      files: { a: 'a file' },
      script: [answer([tool('shell', { command: 'ls' })]), answer([text('done')])],
      shell: (_command, run) => {
        run.files.remove('a')
        run.files.write('a/b', new TextEncoder().encode('inside'))
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    await s.review(undefined, 'rejected')
    expect(await s.file('a')).toBe('a file')
    expect(await s.file('a/b')).toBeUndefined()
  })

  it('[rule 75] refuses to write over what a person saved since the agent read it', async () => {
    const s: Story = await start({
      files: { 'a.txt': 'one\n' },
      script: [
        answer([tool('read_file', { path: 'a.txt' })]),
        answer([tool('shell', { command: 'ls' })]),
        answer([tool('write_file', { path: 'a.txt', content: 'theirs' }, { id: 'w' })]),
        answer([tool('read_file', { path: 'a.txt' })]),
        answer([tool('write_file', { path: 'a.txt', content: 'agreed' })]),
        answer([text('ok')]),
      ],
      shell: async () => {
        await s.commands.save('a.txt', 'mine\n', 1)
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    const refused = (await s.facts()).find((event) => event.type === 'call.ended' && event.data.call === 'w')
    expect(refused?.type === 'call.ended' ? refused.data.outcome.text : '').toContain('changed since it was read')
    expect(await s.file('a.txt')).toBe('agreed')
  })

  it('undoes a rejected change and tells the model in the next request', async () => {
    const s = await start({
      files: { 'a.txt': 'one\n' },
      script: [
        answer([
          tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' }),
          tool('write_file', { path: 'new.txt', content: 'n' }),
        ]),
        answer([text('done')]),
        answer([text('I see')]),
      ],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect([...s.reviews().keys()].toSorted()).toEqual(['a.txt', 'new.txt'])
    await s.review(undefined, 'rejected')
    expect(await s.file('a.txt')).toBe('one\n')
    expect(await s.file('new.txt')).toBeUndefined()
    expect(s.reviews().size).toBe(0)
    expect(s.server.requests).toHaveLength(2)
    await s.commands.send('why?')
    await s.until('turn.ended', 2)
    const content = JSON.parse(s.server.requests[2]?.body ?? '{}').messages.at(-1).content
    expect(content[0].text).toContain('rejected those to: a.txt, new.txt')
    expect(content[1].text).toBe('why?')
  })

  it('keeps an accepted change, and a later one is measured from there', async () => {
    const s = await start({
      files: { 'a.txt': 'one\n' },
      script: [
        answer([tool('edit_file', { path: 'a.txt', old_text: 'one', new_text: 'two' })]),
        answer([text('done')]),
        answer([tool('edit_file', { path: 'a.txt', old_text: 'two', new_text: 'three' })]),
        answer([text('done')]),
      ],
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    await s.review('a.txt', 'accepted')
    expect(s.reviews().size).toBe(0)
    await s.commands.send('again')
    await s.until('turn.ended', 2)
    await s.review('a.txt', 'rejected')
    expect(await s.file('a.txt')).toBe('two\n')
  })

  it('[rule 75] keeps what a person typed while a command ran, and says so', async () => {
    const s: Story = await start({
      files: { 'a.txt': 'one\n' },
      script: [answer([tool('shell', { command: 'ls' })]), answer([text('ok')])],
      shell: async (_command, run) => {
        await s.commands.save('a.txt', 'mine\n', 1)
        run.files.write('a.txt', new TextEncoder().encode('theirs\n'))
        return {}
      },
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(await s.file('a.txt')).toBe('mine\n')
    expect(resultsOf(s.server.requests[1]?.body)[0]?.content).toContain('a.txt changed meanwhile')
  })
})
