import { HOOKS_FILE, type Json, type SessionEvent } from '@tabwright/protocol'
import {
  answer,
  askedBy,
  asksSummary,
  fakeHash,
  plays,
  resultOf,
  stories,
  summary,
  summaryInstructions,
  task,
  text,
  type Story,
  type StoryOptions,
} from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../io/expression-re2'
import { utf8 } from '../../worker/text-utf8'
import type { HookEnd, HookJob } from './hook-ports'
import { hookReader } from './project-hooks'

const start = stories()

type Handler = (input: { readonly [key: string]: Json }, job: HookJob) => HookEnd | Promise<HookEnd>

const ended = (exitCode: number, { stdout = '', stderr = '' } = {}): HookEnd => ({ type: 'ended', exitCode, stdout, stderr })
const says = (value: Json): HookEnd => ended(0, { stdout: JSON.stringify(value) })
const exits = (code: number, stderr: string): HookEnd => ended(code, { stderr })
const adds = (event: string, additionalContext: string): HookEnd =>
  says({ hookSpecificOutput: { hookEventName: event, additionalContext } })

const MOST_ASKED = 30

/** A project with trusted handlers, played by functions: all for one event, or each for its own. */
async function project(
  event: string | Readonly<Record<string, string>>,
  handlers: Readonly<Record<string, Handler>>,
  script: StoryOptions['script'],
): Promise<{ s: Story; asked: string[] }> {
  const asked: string[] = []
  let trusted: string | undefined
  const pathOf = (name: string): string => `.tabwright/hooks/${name}`
  const paths = Object.keys(handlers).map(pathOf)
  const scripts = (names: readonly string[]): Json => [{ hooks: names.map((name) => ({ type: 'script', path: pathOf(name) })) }]
  const hooks =
    typeof event === 'string'
      ? { [event]: scripts(Object.keys(handlers)) }
      : Object.fromEntries(Object.entries(event).map(([one, name]) => [one, scripts([name])]))
  const s = await start({
    script,
    files: { [HOOKS_FILE]: JSON.stringify({ hooks }), ...Object.fromEntries(paths.map((path) => [path, '// played by the test'])) },
    hooks: {
      trust: { trusted: async () => trusted, trust: async (digest) => void (trusted = digest) },
      place: {
        run: async (job) => {
          const name = job.script.replace('.tabwright/hooks/', '')
          // Whoever asks without end gets no answer, so that the test ends.
          if (asked.push(name) > MOST_ASKED) return new Promise(() => undefined)
          const handler = handlers[name]
          if (!handler) throw new Error(`nobody plays ${name}`)
          return handler(JSON.parse(job.input), job)
        },
      },
    },
  })
  const found = await hookReader({ workspace: s.workspace, text: utf8, hash: fakeHash, expression: compileExpression })()
  if (found.type !== 'found') throw new Error(JSON.stringify(found))
  trusted = found.digest
  return { s, asked }
}

const answersOf = async (s: Story): Promise<readonly SessionEvent<'guard.answered'>['data'][]> =>
  (await s.facts()).flatMap((event) => (event.type === 'guard.answered' ? [event.data] : []))

describe('hooks on the end of a turn', () => {
  const talks: StoryOptions['script'] = (_request, n) => answer([text(`answer ${n}`)])

  it('[rule 109] a Stop hook sends the agent back with its reason; one that always does is cut after 8, and it is told from the second on', async () => {
    const active: Json[] = []
    const { s } = await project(
      'Stop',
      {
        'stop.js': ({ stop_hook_active, last_assistant_message }) => {
          active.push([stop_hook_active ?? null, last_assistant_message ?? null])
          return says({ decision: 'block', reason: `the list has ${10 - active.length} items left` })
        },
      },
      talks,
    )
    await s.commands.send('do the list')
    await s.until('turn.ended')
    expect(active).toEqual(Array.from({ length: 8 }, (_, n) => [n > 0, `answer ${n}`]))
    expect(s.server.requests).toHaveLength(9)
    expect(s.server.requests[1]?.body).toContain("[The project's hook .tabwright/hooks/stop.js sends you back: the list has 9 items left]")
    expect(s.journal.state.stopped?.stop).toBe('end')
    expect((await answersOf(s)).at(-1)).toMatchObject({ point: 'stop', answers: [{ type: 'warn' }] })
    await s.commands.send('once more')
    await s.until('turn.ended', 2)
    expect(active.slice(8)[0], 'the next turn counts anew').toEqual([false, 'answer 9'])
  })

  it('[rule 107] asks once for each end, nothing of a worker that starts later, and not at all where the person stops', async () => {
    let began: () => void = () => undefined
    const hears = new Promise<void>((resolve) => (began = resolve))
    const { s, asked } = await project(
      'Stop',
      {
        'stop.js': (_, { signal }) => {
          if (asked.length === 1) return adds('Stop', 'the branch is green')
          began()
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve(exits(2, 'go on')), { once: true }))
        },
      },
      talks,
    )
    await s.commands.send('hi')
    await s.until('turn.ended')
    expect(asked).toEqual(['stop.js'])
    await s.restart()
    await s.commands.send('again')
    await hears
    await s.driver.stop()
    expect(s.journal.state.stopped?.stop).toBe('interrupted')
    expect(s.server.requests).toHaveLength(2)
    expect(s.server.requests[1]?.body, 'what it adds travels with the next turn').toContain('adds: the branch is green')
  })

  it('[F45] continue: false beats a block, and the turn ends with the reason', async () => {
    const { s } = await project(
      'Stop',
      { 'stop.js': () => exits(2, 'go on'), 'b.js': () => says({ continue: false, stopReason: 'the freeze has begun.' }) },
      talks,
    )
    await s.commands.send('hi')
    await s.until('turn.ended')
    expect(s.server.requests).toHaveLength(1)
    expect(s.journal.state.stopped?.failure?.message).toContain('the freeze has begun.')
  })
})

describe("hooks on the end of a sub-agent's turn", () => {
  it('[rule 109] [rule 107] send it back 8 times at most, over a crash too, and its session begins a life once', async () => {
    let died: () => void = () => undefined
    const death = new Promise<void>((resolve) => (died = resolve))
    const active: Json[] = []
    const handlers: Readonly<Record<string, Handler>> = {
      'begin.js': () => adds('SessionStart', 'the branch is red'),
      'stop.js': async ({ stop_hook_active, last_assistant_message }) => {
        if (last_assistant_message === 'ok') return ended(0)
        active.push([stop_hook_active ?? null, last_assistant_message ?? null])
        // The worker dies while this handler is at it for the fifth time.
        if (active.length !== 5) return exits(2, 'go on')
        died()
        return new Promise(() => undefined)
      },
    }
    const { s, asked } = await project(
      { SessionStart: 'begin.js', Stop: 'stop.js' },
      handlers,
      plays({
        main: [answer([task('list')]), answer([text('ok')])],
        list: Array.from({ length: 9 }, (_, n) => answer([text(`answer ${n}`)])),
      }),
    )
    await s.commands.send('go')
    await death
    await s.restart()
    await s.until('turn.ended')
    const expected = Array.from({ length: 8 }, (_, n) => [n > 0, `answer ${n}`])
    expect(active).toEqual(expected.toSpliced(4, 0, ...expected.slice(4, 5)))
    expect(askedBy(s, 'list')).toHaveLength(9)
    expect((await resultOf(s, 'list'))?.outcome.text).toContain('answer 8')
    expect(
      asked.filter((name) => name === 'begin.js'),
      'once in each life',
    ).toHaveLength(2)
  })
})

describe('hooks in front of a summary', () => {
  it('[F45] what a hook adds in front of a summary is asked for, beside what the person wants kept', async () => {
    const { s } = await project('PreCompact', { 'a.js': () => adds('PreCompact', 'keep the ticket numbers') }, (request) =>
      asksSummary(request) ? summary('short') : answer([text('ok')]),
    )
    for (const turn of [1, 2, 3]) {
      await s.commands.send('hi')
      await s.until('turn.ended', turn)
    }
    await s.commands.compact('keep the names')
    await s.until('compaction.ended')
    const asked = s.server.requests.find(asksSummary)
    const wish = asked && summaryInstructions(asked)
    expect(wish).toContain('The person asked in particular: keep the names')
    expect(wish).toContain("[The project's hook .tabwright/hooks/a.js adds: keep the ticket numbers]")
    const started = (await s.facts()).find((event) => event.type === 'compaction.started')
    expect(started?.data).toMatchObject({ instructions: 'keep the names', added: expect.stringContaining('ticket numbers') })
  })
})
