import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { MODES, type Mode, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories()
const encode = (content: string): Uint8Array => new TextEncoder().encode(content)

async function asked(s: Story, nth: number): Promise<SessionEvent<'call.judged'>['data']> {
  await s.until('call.judged', nth)
  const last = (await s.facts()).filter((event) => event.type === 'call.judged').at(-1)
  if (last?.data.verdict.type !== 'ask') throw new Error(`nothing is asked: ${JSON.stringify(last?.data)}`)
  return last.data
}

async function allow(s: Story, nth: number): Promise<void> {
  const { call, digest } = await asked(s, nth)
  await s.commands.decide({ call, digest, answer: 'once' })
}

const outcomes = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome.type] : []))

describe('modes', () => {
  const CALLS = {
    read: tool('read_file', { path: 'a.txt' }, { id: 't1' }),
    edit: tool('write_file', { path: 'b.txt', content: 'x' }, { id: 't1' }),
    shell: tool('shell', { command: 'make' }, { id: 't1' }),
    look: tool('shell', { command: 'ls && cat a.txt | wc -l' }, { id: 't1' }),
    secret: tool('read_file', { path: '.env' }, { id: 't1' }),
    policy: tool('write_file', { path: '.vscode/tasks.json', content: '{}' }, { id: 't1' }),
  }
  const WANTED: Readonly<Record<Mode, Readonly<Record<keyof typeof CALLS, 'allow' | 'ask' | 'deny'>>>> = {
    ask: { read: 'allow', edit: 'ask', shell: 'ask', look: 'allow', secret: 'ask', policy: 'ask' },
    'accept-edits': { read: 'allow', edit: 'allow', shell: 'ask', look: 'allow', secret: 'ask', policy: 'ask' },
    plan: { read: 'allow', edit: 'deny', shell: 'deny', look: 'allow', secret: 'ask', policy: 'deny' },
    auto: { read: 'allow', edit: 'allow', shell: 'allow', look: 'allow', secret: 'ask', policy: 'ask' },
    bypass: { read: 'allow', edit: 'allow', shell: 'allow', look: 'allow', secret: 'allow', policy: 'allow' },
  }

  it.each(MODES.flatMap((mode) => Object.entries(CALLS).map(([kind, call]) => [mode, kind, call] as const)))(
    '[F40] %s answers to: %s',
    async (mode, kind, call) => {
      const s = await start({ files: { 'a.txt': 'x', '.env': 'KEY=1' }, script: [answer([call]), answer([text('ok')])] })
      await s.commands.setMode(mode)
      await s.commands.send('go')
      await s.until('call.judged')
      const judged = (await s.facts()).find((event) => event.type === 'call.judged')
      const wanted: Readonly<Record<string, string>> = WANTED[mode]
      expect(judged?.data.verdict.type).toBe(wanted[kind])
      await s.driver.stop()
    },
  )

  it('[rule 88] judges anew what waits for an answer, and the rest of the batch by the new mode', async () => {
    const writes = ['a', 'b', 'c'].map((name) => tool('write_file', { path: `${name}.txt`, content: 'x' }, { id: name }))
    const s = await start({ script: [answer(writes), answer([text('ok')])] })
    await s.commands.setMode('ask')
    await s.commands.send('go')
    const first = await asked(s, 1)
    await s.commands.setMode('accept-edits')
    await s.until('turn.ended')
    expect(await outcomes(s)).toEqual(['done', 'done', 'done'])
    await expect(s.commands.decide({ ...first, answer: 'deny' })).rejects.toThrow('no longer open')
  })

  it('[F44] denies in plan mode what would change something, tells the model, and lets it act when the plan is over', async () => {
    const write = (id: string): ReturnType<typeof tool> => tool('write_file', { path: 'a.txt', content: 'new' }, { id })
    const s = await start({
      files: { 'a.txt': 'old' },
      script: [answer([write('t1')]), answer([text('I would write it.')]), answer([write('t2')]), answer([text('Written.')])],
    })
    await s.commands.setMode('plan')
    await s.commands.send('plan it')
    await s.until('turn.ended')
    expect(await s.file('a.txt')).toBe('old')
    expect(await outcomes(s)).toEqual(['denied'])
    expect(s.server.requests[0]?.body).toContain('switched to plan mode')
    await s.commands.setMode('accept-edits')
    await s.commands.send('do it')
    await s.until('turn.ended', 2)
    expect(await s.file('a.txt')).toBe('new')
    expect(s.server.requests[2]?.body).toContain('ended plan mode')
  })

  it.each(['plan', 'bypass'] as const)('[rule 89] does not go on in %s when the session is opened again', async (mode) => {
    const s = await start({
      script: [answer([text('ok')]), answer([tool('write_file', { path: 'a.txt', content: 'x' })]), answer([text('ok')])],
    })
    await s.commands.setMode(mode)
    await s.commands.send('hi')
    await s.until('turn.ended')
    await s.restart()
    await s.commands.send('write')
    await asked(s, 1)
    expect(s.journal.state.mode).toBe('ask')
  })

  it('goes on in auto when the session is opened again, and chosen twice it is one fact', async () => {
    const s = await start({ script: [answer([tool('shell', { command: 'make' })]), answer([text('ok')])] })
    await s.commands.setMode('auto')
    await s.commands.setMode('auto')
    await s.restart()
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.ran).toEqual(['make'])
    expect((await s.facts()).filter((event) => event.type === 'mode.chosen')).toHaveLength(1)
  })
})

describe('what a command did to protected files', () => {
  const script = [answer([tool('shell', { command: './build' }, { id: 't1' })]), answer([text('ok')])]

  it('[O20] is not kept before a person has seen which they are; allowed, the command runs again and it is', async () => {
    const s = await start({
      script,
      shell: (_, { files }) => {
        files.write('Agents.MD', encode('Obey.'))
        files.write('out.txt', encode('x'))
        return {}
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    const { verdict } = await asked(s, 2)
    expect(verdict).toMatchObject({ type: 'ask', writes: ['Agents.MD'] })
    expect(await s.file('out.txt')).toBeUndefined()
    await s.restart()
    await allow(s, 2)
    await s.until('turn.ended')
    expect(s.ran).toEqual(['./build', './build'])
    expect(await s.file('out.txt')).toBe('x')
    expect(await s.file('Agents.MD')).toBe('Obey.')
  })

  it('[O20] is not kept either after a yes that did not know of it, and asks again when the next run does something else', async () => {
    const names = ['.husky/pre-push', '.git/hooks/pre-commit']
    const s = await start({
      script,
      shell: (_, { files }) => {
        files.write(names[s.ran.length - 1] ?? '', encode('#!/bin/sh'))
        return {}
      },
    })
    await s.commands.send('go')
    await allow(s, 1)
    expect((await asked(s, 2)).verdict).toMatchObject({ writes: ['.husky/pre-push'] })
    await s.restart()
    await allow(s, 2)
    expect((await asked(s, 3)).verdict).toMatchObject({ writes: ['.git/hooks/pre-commit', '.husky/pre-push'] })
    await allow(s, 3)
    await s.until('turn.ended')
    expect(s.ran).toHaveLength(2)
    expect(await s.file('.git/hooks/pre-commit')).toBe('#!/bin/sh')
    expect(await s.file('.husky/pre-push')).toBeUndefined()
  })

  it('[O20] is kept after a yes without running again, while the worker lives', async () => {
    const s = await start({
      script,
      shell: (_, { files }) => {
        files.write('AGENTS.md', encode(`run ${s.ran.length}`))
        return { text: 'built' }
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    await allow(s, 2)
    await s.until('turn.ended')
    expect(s.ran).toEqual(['./build'])
    expect(await s.file('AGENTS.md')).toBe('run 1')
    expect(s.server.requests[1]?.body).toContain('built')
  })

  it('[O20] is not kept by a yes to a card that did not say so: judged anew by another mode, it is asked about again', async () => {
    const s = await start({
      script,
      shell: (_, { files }) => {
        files.write('AGENTS.md', encode('Obey.'))
        return {}
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    await asked(s, 2)
    await s.commands.setMode('ask')
    expect((await asked(s, 3)).verdict).not.toHaveProperty('writes')
    await allow(s, 3)
    expect((await asked(s, 4)).verdict).toMatchObject({ writes: ['AGENTS.md'] })
    expect(await s.file('AGENTS.md')).toBeUndefined()
    await allow(s, 4)
    await s.until('turn.ended')
    expect(await s.file('AGENTS.md')).toBe('Obey.')
    expect(s.ran).toHaveLength(1)
  })

  it('[O20] is asked about once where the words of the command named it', async () => {
    const s = await start({
      script: [answer([tool('shell', { command: 'cp -r hooks .husky' }, { id: 't1' })]), answer([text('ok')])],
      shell: (_, { files }) => {
        files.write('.husky/pre-push', encode('#!/bin/sh'))
        return {}
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    await allow(s, 1)
    await s.until('turn.ended')
    expect(await s.file('.husky/pre-push')).toBe('#!/bin/sh')
  })

  it('[O20] is dropped when a person says no', async () => {
    const s = await start({
      script,
      shell: (_, { files }) => {
        files.write('.env', encode('KEY=stolen'))
        return {}
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    const { call, digest } = await asked(s, 2)
    await s.commands.decide({ call, digest, answer: 'deny', note: 'leave it' })
    await s.until('turn.ended')
    expect(await s.file('.env')).toBeUndefined()
    expect(await outcomes(s)).toEqual(['denied'])
  })

  it.each([
    ['[core]\n\tbare = false\n[remote "origin"]\n\turl = https://git.example/o/r.git\n', 'kept'],
    ['[core]\n\thooksPath = /workspace/evil\n', 'asked'],
    ['[alias]\n\tst = !sh -c x\n', 'asked'],
    ['[include]\n\tpath = evil\n', 'asked'],
    ['[filter "x"]\n\tclean = sh\n', 'asked'],
  ])('lets git keep its settings, but for those that start a program: %j', async (config, wanted) => {
    const s = await start({
      script,
      shell: (_, { files }) => {
        files.write('.git/config', encode(config))
        files.write('.git/hooks', new Uint8Array(), { mode: 'folder' })
        return {}
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    await s.until(wanted === 'kept' ? 'turn.ended' : 'call.judged', wanted === 'kept' ? 1 : 2)
    expect((await s.file('.git/config')) === undefined).toBe(wanted === 'asked')
    await s.driver.stop()
  })
})
