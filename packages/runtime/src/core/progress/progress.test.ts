import { callId, type Content, type FileChange, type SessionEvent, type SessionEventMap, type SessionEventType } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { progressOf } from './progress'
import { progressMarkdown } from './progress-markdown'
import { testFigures } from './test-figures'

type Fact = { [K in SessionEventType]: readonly [K, SessionEventMap[K]] }[SessionEventType]

const A = 'a'.repeat(64)
const B = 'b'.repeat(64)

function log(facts: readonly Fact[]): readonly SessionEvent[] {
  return facts.map(([type, data], index) => ({ type, data, seq: index + 1, at: 1_000 * (index + 1) }) as unknown as SessionEvent)
}

const said = (text: string): Fact => ['message.user', { content: [{ type: 'text', text }], from: 'user' }]
const usage = { input: 10, output: 5, cacheRead: 100, cacheWrite: 7 }
const answer = (...content: Content[]): Fact => ['message.assistant', { content, stopReason: 'x', usage, model: 'm', ms: 1 }]
const asks = (id: string, command: string): Content => ({ type: 'call', id: callId(id), name: 'shell', input: JSON.stringify({ command }) })
const started = (id: string): Fact => ['call.started', { call: callId(id), digest: A as never, effect: 'tx', key: id }]
const ended = (id: string, text: string, exitCode: number): Fact => [
  'call.ended',
  {
    call: callId(id),
    ms: 3,
    outcome:
      exitCode === 0
        ? { type: 'done', text, detail: { exitCode } }
        : { type: 'failed', text, failure: { code: 'unexpected', message: 'no' }, detail: { exitCode } },
  },
]
const changed = (path: string, more: Partial<FileChange> = {}): Fact => [
  'workspace.changed',
  { by: 'agent', changes: [{ path, before: null, after: A as never, added: 3, removed: 1, ...more }] },
]
const turn: Fact = ['turn.started', { model: 'm' }]
const end: Fact = ['turn.ended', { stop: 'end' }]

describe('progress', () => {
  it('says what was asked, done and left', () => {
    const progress = progressOf(
      log([
        said('Fix the bug\nand test it'),
        turn,
        answer(asks('c1', 'npm test')),
        started('c1'),
        ended('c1', 'ℹ pass 2\nℹ fail 1', 1),
        answer(asks('c2', 'sed -i s/a/b/ src/a.ts')),
        started('c2'),
        ended('c2', '', 0),
        changed('src/a.ts'),
        changed('src/a.ts', { added: 1, removed: 0, before: A as never, after: B as never }),
        answer({ type: 'text', text: 'Done.' }),
        end,
      ]),
      { queue: [{ n: 4, at: 9, text: 'and then the docs' }] },
    )
    expect(progress.goal.map((line) => line.text)).toEqual(['Fix the bug'])
    expect(progress.done.map(({ kind, text, result }) => [kind, text, result])).toEqual([
      ['asked', 'Fix the bug', 'ok'],
      ['command', 'npm test', 'failed'],
      ['command', 'sed -i s/a/b/ src/a.ts', 'ok'],
      ['file', 'src/a.ts', 'ok'],
      ['answered', 'Done.', 'ok'],
    ])
    expect(progress.done[1]).toMatchObject({ exitCode: 1, tests: { passed: 2, failed: 1 } })
    expect(progress.done[3]?.lines).toEqual({ added: 4, removed: 1 })
    expect(progress.left.map(({ kind, text }) => [kind, text])).toEqual([
      ['queued', 'and then the docs'],
      ['failed', 'npm test'],
      ['unreviewed', 'src/a.ts'],
    ])
    expect(progress.inHand).toEqual([])
    expect(progress.totals).toMatchObject({
      turns: 1,
      answers: 3,
      calls: { done: 1, failed: 1, denied: 0, unknown: 0 },
      files: 1,
      tokens: { input: 30, output: 15, cacheRead: 300, cacheWrite: 21 },
      workedMs: 10_000,
    })
  })

  it('takes a failure off the list when the same command succeeds', () => {
    const facts = [turn, answer(asks('c1', 'make')), started('c1'), ended('c1', '', 2), answer(asks('c2', 'make')), started('c2')]
    expect(progressOf(log(facts)).left.map((item) => item.text)).toEqual(['make'])
    expect(progressOf(log([...facts, ended('c2', '', 0), end])).left).toEqual([])
  })

  it('names what runs, what waits for a person and what was lost', () => {
    const judged: Fact = [
      'call.judged',
      { call: callId('c1'), verdict: { type: 'ask', reason: 'r' }, digest: A as never, bytes: '{"command":"rm x"}' },
    ]
    const asked = [turn, answer(asks('c1', 'rm x')), judged]
    const inHand = (facts: readonly Fact[]): readonly string[] => progressOf(log(facts)).inHand.map(({ kind, text }) => `${kind} ${text}`)
    expect(inHand(asked)).toEqual(['approval rm x'])
    const decided: Fact = ['call.decided', { call: callId('c1'), digest: A as never, decision: { type: 'allow', by: 'user' } }]
    expect(inHand([...asked, decided])).toEqual([])
    expect(inHand([...asked, decided, started('c1')])).toEqual(['running rm x'])
    expect(inHand([...asked, decided, started('c1'), ['call.lost', { call: callId('c1') }]])).toEqual(['lost rm x'])
    expect(inHand([turn, ['model.requested', { attempt: 1, messages: 1, wire: 1 }]])).toEqual(['answering The model is answering'])
  })

  it('[rule 105] leaves out the conversation that was rewound and keeps files and spending', () => {
    const progress = progressOf(
      log([
        said('one'),
        turn,
        answer({ type: 'text', text: 'first' }),
        end,
        said('two'),
        turn,
        changed('b.ts'),
        end,
        ['history.rewound', { to: 4, wire: 1 }],
      ]),
    )
    expect(progress.goal.map((line) => line.text)).toEqual(['one'])
    expect(progress.done.map((step) => step.text)).toEqual(['one', 'first', 'b.ts', 'The conversation goes on after step 4'])
    expect(progress.totals.turns).toBe(2)
    expect(progress.left.map((item) => item.text)).toEqual(['b.ts'])
  })

  it('stays a page that can be read after 10,000 facts, and counts what it leaves out', () => {
    const facts: Fact[] = []
    for (let i = 0; i < 2_500; i++) facts.push(said(`task ${i} ${'x'.repeat(500)}`), turn, changed(`src/${i}.ts`), end)
    const progress = progressOf(log(facts))
    expect(progress.done).toHaveLength(500)
    expect(progress.omitted).toEqual({ goal: 2_400, done: 4_500, left: 2_300 })
    expect(progress.goal.at(-1)?.text.startsWith('task 2499 ')).toBe(true)
    expect(progress.done.every((step) => step.text.length <= 200)).toBe(true)
    expect(progressMarkdown(progress).length).toBeLessThan(200_000)
  })

  it('keeps the words of a model as words in the page', () => {
    const page = progressMarkdown(
      progressOf(log([said('![x](https://evil/?q) <img src=x> `a`'), turn, answer(asks('c', 'echo `id`')), ended('c', '', 0)])),
    )
    expect(page).toContain('\\!\\[x\\](https://evil/?q) \\<img src=x\\> \\`a\\`')
    expect(page).toContain('`` echo `id` ``')
    expect(page).toContain('Cost: price not known')
  })
})

describe('test figures', () => {
  it.each([
    ['TAP of Node', '1..2\n# tests 3\n# suites 0\n# pass 2\n# fail 1\n# cancelled 0', { passed: 2, failed: 1 }],
    [
      'Vitest in colour',
      ' \u001b[2m Tests \u001b[22m \u001b[31m1 failed\u001b[39m | \u001b[32m3 passed\u001b[39m (4)\n',
      { passed: 3, failed: 1 },
    ],
    ['Jest', 'Tests:       1 failed, 3 passed, 4 total', { passed: 3, failed: 1 }],
    ['pytest', '==== 3 passed in 0.12s ====', { passed: 3, failed: 0 }],
    ['no summary', 'I passed 3 exams', undefined],
  ])('reads %s', (_name, output, figures) => {
    expect(testFigures(output)).toEqual(figures)
  })
})
