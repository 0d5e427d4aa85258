import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { parseRule, type Rule, type RuleEffect, type RuleScope, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { RuleBook } from './rule-book'

const start = stories()

interface Book extends RuleBook {
  readonly kept: Rule[]
  readonly usedIds: string[]
  change(rules: readonly Rule[]): void
}

function book(...rules: readonly Rule[]): Book {
  const listeners = new Set<() => void>()
  const kept = [...rules]
  const usedIds: string[] = []
  return {
    kept,
    usedIds,
    read: async () => [...kept],
    keep: async (rule) => void kept.push(rule),
    used: (ids) => void usedIds.push(...ids),
    watch: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    change: (next) => {
      kept.splice(0, kept.length, ...next)
      for (const listener of listeners) listener()
    },
  }
}

function rule(effect: RuleEffect, typed: string, scope: RuleScope = 'user'): Rule {
  const read = parseRule(typed)
  if ('wrong' in read) throw new Error(read.wrong)
  return { id: `${scope} ${effect} ${typed}`, effect, pattern: read.pattern, scope, why: 'you wrote it' }
}

async function judged(s: Story, nth = 1): Promise<SessionEvent<'call.judged'>['data']> {
  await s.until('call.judged', nth)
  const found = (await s.facts()).filter((event) => event.type === 'call.judged')[nth - 1]
  if (!found) throw new Error('nothing was judged')
  return found.data
}

const outcomes = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome.type] : []))

const once = (command: string, id = 't1'): ReturnType<typeof answer>[] => [
  answer([tool('shell', { command }, { id })]),
  answer([text('ok')]),
]

describe('rules beyond the session', () => {
  it('[F41] let a call pass, and the log says which did and how far it reaches', async () => {
    const rules = book(rule('allow', 'shell(npm run *)', 'project'))
    const s = await start({ script: once('npm run build'), rules })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.ran).toEqual(['npm run build'])
    expect((await judged(s)).verdict).toMatchObject({
      type: 'allow',
      shown: 'shell(npm run *) (in this project: you wrote it)',
      by: [{ scope: 'project', text: 'shell(npm run *)' }],
    })
    expect(rules.usedIds).toEqual(['project allow shell(npm run *)'])
  })

  it('[F41] deny before they ask, and ask before they allow, whatever their scope', async () => {
    const all = [rule('allow', 'shell', 'project'), rule('ask', 'shell(npm *)'), rule('deny', 'shell(npm publish *)', 'project')]
    const s = await start({
      script: [
        answer([
          tool('shell', { command: 'make' }, { id: 't1' }),
          tool('shell', { command: 'npm publish --tag x' }, { id: 't2' }),
          tool('shell', { command: 'make; npm test' }, { id: 't3' }),
        ]),
        answer([text('ok')]),
      ],
      rules: book(...all),
    })
    await s.commands.setMode('bypass')
    await s.commands.send('go')
    const verdicts = [await judged(s, 1), await judged(s, 2), await judged(s, 3)].map(({ verdict }) => verdict)
    expect(verdicts.map(({ type }) => type)).toEqual(['allow', 'deny', 'ask'])
    // No rule that allows would help, so none is offered.
    expect(verdicts[2]).not.toHaveProperty('offer')
    expect(s.ran).toEqual(['make'])
    await s.driver.stop()
  })

  it('[rule 88] count from the moment of their change, for what waits as well', async () => {
    const rules = book()
    const s = await start({ script: once('npm test'), rules })
    await s.commands.send('go')
    expect((await judged(s)).verdict.type).toBe('ask')
    rules.change([rule('ask', 'read_file')])
    rules.change([rule('allow', 'shell(npm test)')])
    await s.until('turn.ended')
    expect(s.ran).toEqual(['npm test'])
    expect((await s.facts()).filter(({ type }) => type === 'call.judged')).toHaveLength(2)
  })

  it('[rule 88] count for what was allowed and did not begin yet', async () => {
    const rules = book(rule('allow', 'shell'))
    const s = await start({
      script: [
        answer([tool('shell', { command: 'first' }, { id: 't1' }), tool('shell', { command: 'second' }, { id: 't2' })]),
        answer([text('ok')]),
      ],
      shell: () => {
        rules.change([rule('deny', 'shell(second)')])
        return {}
      },
      rules,
    })
    await s.commands.send('go')
    await s.until('turn.ended')
    expect(s.ran).toEqual(['first'])
    expect(await outcomes(s)).toEqual(['done', 'denied'])
  })

  it('[rule 82] never take back what a person answered at the same moment', async () => {
    const rules = book()
    const s = await start({ script: once('npm test'), rules })
    await s.commands.send('go')
    const { call, digest } = await judged(s)
    const answered = s.commands.decide({ call, digest, answer: 'deny', note: 'no' })
    rules.change([rule('allow', 'shell(npm test)')])
    await answered
    await s.until('turn.ended')
    expect(s.ran).toEqual([])
    expect(await outcomes(s)).toEqual(['denied'])
  })

  it('change while nobody has the session open: what waited is judged anew when it is opened', async () => {
    const rules = book()
    const s = await start({ script: once('npm test'), rules })
    await s.commands.send('go')
    await judged(s)
    s.driver.close()
    rules.change([rule('allow', 'shell(npm test)')])
    await s.restart()
    await s.until('turn.ended')
    expect(s.ran).toEqual(['npm test'])
  })

  it('[F41] are kept before the answer that makes them, and not with the session', async () => {
    const rules = book()
    const s = await start({ script: [...once('npm run build -- --fast'), ...once('npm run build', 't2')], rules })
    await s.commands.send('go')
    const { call, digest, verdict } = await judged(s)
    expect(verdict).toMatchObject({
      offer: { pattern: { argv: ['npm', 'run', 'build', '--', '--fast'], exact: true } },
      broader: { pattern: { argv: ['npm', 'run', 'build'], exact: false } },
    })
    await s.commands.decide({ call, digest, answer: 'project', rule: 'broad' })
    await s.until('turn.ended')
    expect(rules.kept).toMatchObject([{ effect: 'allow', scope: 'project', pattern: { argv: ['npm', 'run', 'build'] } }])
    expect(s.journal.state.rules).toEqual([])
    await s.commands.send('again')
    await s.until('turn.ended', 2)
    expect(s.ran).toHaveLength(2)
    rules.change([])
    expect(s.journal.state.rules).toEqual([])
  })

  it('[INV-10] judge nothing when they cannot be read', async () => {
    const broken: RuleBook = { ...book(), read: () => Promise.reject(new Error('the rows are gone')) }
    const s = await start({ script: once('ls'), rules: broken })
    await s.commands.send('go')
    await expect.poll(() => s.halts.length).toBe(1)
    expect(s.ran).toEqual([])
  })
})

describe('edits of one answer', () => {
  const edits = ['a', 'b', 'c'].map((name) => tool('write_file', { path: `${name}.txt`, content: name }, { id: name }))

  it('wait together, and one word lets all of them pass, each with a decision of its own', async () => {
    const s = await start({ script: [answer(edits), answer([text('ok')])] })
    await s.commands.setMode('ask')
    await s.commands.send('go')
    const [first, ...others] = [await judged(s, 1), await judged(s, 2), await judged(s, 3)]
    if (!first) throw new Error('nothing waits')
    await s.commands.decide({
      call: first.call,
      digest: first.digest,
      answer: 'once',
      also: others.map(({ call, digest }) => ({ call, digest })),
    })
    await s.until('turn.ended')
    const decided = (await s.facts()).filter((event) => event.type === 'call.decided')
    expect(decided.map(({ data }) => [data.call, data.digest])).toEqual([first, ...others].map(({ call, digest }) => [call, digest]))
    expect(await s.file('c.txt')).toBe('c')
  })

  it('are decided all or none: one that changed since it was shown, or that asks for itself, stops the word', async () => {
    const policy = tool('write_file', { path: 'AGENTS.md', content: 'Obey.' }, { id: 'p' })
    const s = await start({ script: [answer([...edits, policy]), answer([text('ok')])] })
    await s.commands.setMode('ask')
    await s.commands.send('go')
    const first = await judged(s, 1)
    const last = await judged(s, 4)
    const wrong = { call: (await judged(s, 2)).call, digest: first.digest }
    await expect(s.commands.decide({ ...first, answer: 'once', also: [wrong] })).rejects.toThrow('changed since it was shown')
    await expect(s.commands.decide({ ...first, answer: 'once', also: [last] })).rejects.toThrow('by itself')
    await expect(s.commands.decide({ ...first, answer: 'deny', also: [wrong] })).rejects.toThrow('one request alone')
    expect((await s.facts()).filter(({ type }) => type === 'call.decided')).toEqual([])
    await s.driver.stop()
  })

  it('pass by file for the session, whatever their bytes; another file asks', async () => {
    const write = (path: string, content: string): ReturnType<typeof tool> =>
      tool('write_file', { path, content }, { id: `${path}${content}` })
    const s = await start({
      script: [answer([write('a.txt', '1')]), answer([write('a.txt', '2')]), answer([write('b.txt', '1')]), answer([text('ok')])],
    })
    await s.commands.setMode('ask')
    await s.commands.send('go')
    const first = await judged(s, 1)
    expect(first.verdict).toMatchObject({ offer: { pattern: { type: 'path', path: 'a.txt' } } })
    await s.commands.decide({ call: first.call, digest: first.digest, answer: 'session' })
    expect((await judged(s, 3)).verdict.type).toBe('ask')
    expect(await s.file('a.txt')).toBe('2')
    await s.driver.stop()
  })
})

describe('a harmless name that leads to a protected file', () => {
  const linked = async (): Promise<Story> => {
    const s = await start({
      files: { 'AGENTS.md': 'old' },
      script: [
        answer([tool('shell', { command: 'make links' }, { id: 'l' })]),
        answer([tool('shell', { command: 'cp x notes.md' }, { id: 't1' })]),
        answer([text('ok')]),
      ],
      shell: (command, { files }) => {
        if (command === 'make links') files.write('notes.md', new TextEncoder().encode('AGENTS.md'), { mode: 'symlink' })
        else files.write('AGENTS.md', new TextEncoder().encode('new'))
        return {}
      },
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    return s
  }

  it('[O20] is asked about once, by both names', async () => {
    const s = await linked()
    const { call, digest, verdict } = await judged(s, 2)
    expect(verdict).toMatchObject({ type: 'ask', names: ['AGENTS.md'], reason: expect.stringContaining('notes.md leads to AGENTS.md') })
    await s.commands.decide({ call, digest, answer: 'once' })
    await s.until('turn.ended')
    expect(await s.file('AGENTS.md')).toBe('new')
    expect((await s.facts()).filter(({ type }) => type === 'call.judged')).toHaveLength(2)
  })
})
