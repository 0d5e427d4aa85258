import { answer, hold, text, tool, stories, type Story, type StoryOptions } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'

const start = stories()

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)
const headOf = async (s: Story): Promise<number> => (await s.facts()).length
const judgedIn = async (s: Story) => (await s.facts()).flatMap((event) => (event.type === 'call.judged' ? [event.data] : []))

/** A turn that changes a.ts by a tool and b.ts by a shell command. */
const twoWays: StoryOptions = {
  files: { 'a.ts': 'a one\n', 'b.ts': 'b one\n', 'mine.ts': 'mine\n' },
  shell: (_command, run) => {
    run.files.write('b.ts', bytes('b by shell\n'))
    return { text: 'ok' }
  },
  script: [
    answer([tool('write_file', { path: 'a.ts', content: 'a by tool\n' }, { id: 't1' })]),
    answer([tool('shell', { command: 'make b' }, { id: 't2' })]),
    answer([text('done')]),
    answer([text('again')]),
  ],
}

async function changeBoth(): Promise<Story> {
  const s = await start(twoWays)
  await s.commands.send('change both\nplease')
  await s.until('call.judged', 2)
  const judged = (await judgedIn(s))[1]
  if (!judged) throw new Error('nothing was judged')
  await s.commands.decide({ call: judged.call, digest: judged.digest, answer: 'session' })
  await s.until('turn.ended')
  return s
}

describe('places', () => {
  it('[F34] are before each turn and each shell command, and where a person named one', async () => {
    const s = await changeBoth()
    await s.restorer.checkpoint('  good\n place ')
    const points = await s.history.points()
    expect(points.map(({ cause, label, turn, filesChangedSince, isBorder }) => [cause, label, turn, filesChangedSince, isBorder])).toEqual([
      ['turn', 'change both', 1, 2, true],
      ['shell', 'make b', 1, 1, false],
      ['named', 'good place', 1, 0, true],
    ])
  })

  it('are read from the log alone: a new worker lists the same', async () => {
    const s = await changeBoth()
    const before = await s.history.points()
    await s.restart()
    expect(await s.history.points()).toEqual(before)
  })

  it('compare to each other in both directions, with content to read', async () => {
    const s = await changeBoth()
    const [turn, shell] = await s.history.points()
    if (!turn || !shell) throw new Error('two places are expected')
    const forward = await s.history.compare(turn.seq, 'now')
    expect(forward.map(({ path, status, added, removed }) => [path, status, added, removed])).toEqual([
      ['a.ts', 'modified', 1, 1],
      ['b.ts', 'modified', 1, 1],
    ])
    const back = await s.history.compare(await headOf(s), turn.seq)
    expect(back.map(({ before, after }) => [after, before])).toEqual(forward.map(({ before, after }) => [before, after]))
    expect((await s.history.compare(turn.seq, shell.seq)).map(({ path }) => path)).toEqual(['a.ts'])
    const then = await s.history.read('a.ts', turn.seq)
    expect(then && new TextDecoder().decode(then)).toBe('a one\n')
    expect(await s.history.read('never.ts', turn.seq)).toBeNull()
    await expect(s.history.compare(999, 'now')).rejects.toMatchObject({ failure: { code: 'bad_input' } })
  })
})

describe('going back', () => {
  it('[F34] restores what a tool and what the shell changed, asks about the person’s own later edit, and touches nothing else', async () => {
    const s = await changeBoth()
    await s.commands.save('a.ts', 'a by me\n', s.workspace.stat('a.ts')?.version ?? 0)
    const [turn] = await s.history.points()
    const plan = await s.history.plan(turn?.seq ?? 0)
    expect(plan.changes.map(({ path }) => path)).toEqual(['a.ts', 'b.ts'])
    expect(plan.asks.map(({ path, by }) => [path, by])).toEqual([['a.ts', 'user']])
    expect(plan.missing).toEqual([])
    const restored = await s.restorer.restore({ to: plan.to, scope: 'code', keep: ['a.ts'], asOf: plan.asOf })
    expect(restored).toMatchObject({ paths: ['b.ts'], kept: ['a.ts'] })
    expect([await s.file('a.ts'), await s.file('b.ts'), await s.file('mine.ts')]).toEqual(['a by me\n', 'b one\n', 'mine\n'])
  })

  it('is a place of its own that can be undone, and the agent is told', async () => {
    const s = await changeBoth()
    const [turn] = await s.history.points()
    const { undo } = await s.restorer.restore({ to: turn?.seq ?? 0, scope: 'code', keep: [] })
    expect(await s.file('a.ts')).toBe('a one\n')
    expect((await s.history.points()).at(-1)).toMatchObject({ cause: 'restore', seq: undo, filesChangedSince: 2 })
    await s.commands.send('and now?')
    await s.until('turn.ended', 2)
    expect(s.server.requests.at(-1)?.body).toContain('The person put files back to an earlier state: a.ts, b.ts.')
    await s.restorer.restore({ to: undo, scope: 'code', keep: [] })
    expect([await s.file('a.ts'), await s.file('b.ts')]).toEqual(['a by tool\n', 'b by shell\n'])
  })

  it('[F34] does not lose by its undoing what the person saved after it', async () => {
    const s = await changeBoth()
    const [turn] = await s.history.points()
    const { undo, asOf } = await s.restorer.restore({ to: turn?.seq ?? 0, scope: 'both', keep: [] })
    expect(asOf).toBe(await headOf(s))
    await s.commands.save('b.ts', 'b by me\n', s.workspace.stat('b.ts')?.version ?? 0)
    const head = await headOf(s)
    await expect(s.restorer.restore({ to: undo, scope: 'both', keep: [], asOf })).rejects.toMatchObject({
      failure: { code: 'stale', message: expect.stringContaining('b.ts') },
    })
    expect([await s.file('a.ts'), await s.file('b.ts'), await headOf(s)]).toEqual(['a one\n', 'b by me\n', head])
  })

  it('[rule 80] changes nothing and writes nothing when one content is gone', async () => {
    const s = await changeBoth()
    const [turn] = await s.history.points()
    const old = (await s.history.compare(turn?.seq ?? 0, 'now')).find(({ path }) => path === 'b.ts')?.before
    await s.restart()
    if (old) s.store.blobs.delete(old)
    const head = await headOf(s)
    expect((await s.history.plan(turn?.seq ?? 0)).missing).toEqual(['b.ts'])
    await expect(s.restorer.restore({ to: turn?.seq ?? 0, scope: 'both', keep: [] })).rejects.toMatchObject({
      failure: { code: 'not_found', detail: { paths: ['b.ts'] } },
    })
    expect([await s.file('a.ts'), await s.file('b.ts'), await headOf(s)]).toEqual(['a by tool\n', 'b by shell\n', head])
  })

  it('[rule 80] is one entry: facts and files are there together, or nothing is', async () => {
    const s = await changeBoth()
    const [turn] = await s.history.points()
    const head = await headOf(s)
    await s.restorer.restore({ to: turn?.seq ?? 0, scope: 'both', keep: [] })
    const types = (await s.facts()).slice(head).map(({ type }) => type)
    expect(types).toEqual(['history.rewound', 'workspace.changed', 'history.restored'])
    await s.restart()
    expect(await s.file('b.ts')).toBe('b one\n')
  })

  it('refuses what somebody changed after the plan was shown', async () => {
    const s = await changeBoth()
    const [turn] = await s.history.points()
    const plan = await s.history.plan(turn?.seq ?? 0)
    await s.commands.save('b.ts', 'b by me\n', s.workspace.stat('b.ts')?.version ?? 0)
    await expect(s.restorer.restore({ to: plan.to, scope: 'code', keep: [], asOf: plan.asOf })).rejects.toMatchObject({
      failure: { code: 'stale' },
    })
    expect(await s.file('b.ts')).toBe('b by me\n')
  })

  it('waits for no turn: it is refused while one is open, and so is the inside of one for the conversation', async () => {
    const held = hold()
    const s = await start({ ...twoWays, script: [answer([text('late')], { before: [{ type: 'hold', until: held.until }] })] })
    await s.commands.send('go')
    await s.server.arrived(1)
    await expect(s.restorer.restore({ to: 1, scope: 'code', keep: [] })).rejects.toMatchObject({ failure: { code: 'not_permitted' } })
    held.release()
    await s.until('turn.ended')
    await expect(s.restorer.restore({ to: 3, scope: 'conversation', keep: [] })).rejects.toMatchObject({
      failure: { code: 'not_permitted' },
    })
  })

  it('brings back executables and links as what they were', async () => {
    const s = await start({
      files: {},
      shell: (command, run) => {
        if (command === 'make') {
          run.files.write('run.sh', bytes('#!/bin/sh\n'), { mode: 'executable' })
          run.files.write('link', bytes('run.sh'), { mode: 'symlink' })
        } else {
          run.files.write('run.sh', bytes('#!/bin/sh\n'), { mode: 'file' })
          run.files.write('link', bytes('no link\n'), { mode: 'file' })
        }
        return { text: 'ok' }
      },
      script: [
        answer([tool('shell', { command: 'make' }, { id: 't1' })]),
        answer([tool('shell', { command: 'break' }, { id: 't2' })]),
        answer([text('done')]),
      ],
    })
    await s.commands.send('go')
    for (const n of [1, 2]) {
      await s.until('call.judged', n)
      const judged = (await judgedIn(s))[n - 1]
      if (judged) await s.commands.decide({ call: judged.call, digest: judged.digest, answer: 'once' })
    }
    await s.until('turn.ended')
    const modes = (): unknown => ['run.sh', 'link'].map((path) => s.workspace.stat(path)?.mode)
    expect(modes()).toEqual(['file', 'file'])
    const second = (await s.history.points()).filter(({ cause }) => cause === 'shell')[1]
    const { undo } = await s.restorer.restore({ to: second?.seq ?? 0, scope: 'code', keep: [] })
    expect(modes()).toEqual(['executable', 'symlink'])
    await s.restorer.restore({ to: undo, scope: 'code', keep: [] })
    expect(modes()).toEqual(['file', 'file'])
    await s.review(undefined, 'rejected')
    expect(modes()).toEqual([undefined, undefined])
  })
})
