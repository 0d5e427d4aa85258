import { answer, fakeHash, stories, text, tool, type Story, type StoryOptions } from '@tabwright/testkit'
import { HOOKS_FILE, type Json, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { utf8 } from '../../worker/text-utf8'
import { compileExpression } from '../../io/expression-re2'
import type { HookEnd, HookJob } from './hook-ports'
import { hookReader } from './project-hooks'

const start = stories()

type Handlers = Readonly<Record<string, (input: { readonly [key: string]: Json }, job: HookJob) => HookEnd | Promise<HookEnd>>>
interface Group {
  readonly event: string
  readonly script: string
  readonly matcher?: string
  readonly more?: Readonly<Record<string, Json>>
}

const says = (value: Json): HookEnd => ({ type: 'ended', exitCode: 0, stdout: JSON.stringify(value), stderr: '' })
const exits = (exitCode: number, stderr = ''): HookEnd => ({ type: 'ended', exitCode, stdout: '', stderr })
const own = (event: string, more: Readonly<Record<string, Json>>): HookEnd =>
  says({ hookSpecificOutput: { hookEventName: event, ...more } })
const decides = (permissionDecision: string): HookEnd =>
  own('PreToolUse', { permissionDecision, permissionDecisionReason: `because ${permissionDecision}` })

/** A project with handlers that are functions here, trusted as they are. */
async function project(
  groups: readonly Group[],
  handlers: Handlers,
  options: StoryOptions & { readonly untrusted?: true },
): Promise<{ s: Story; asked: string[]; trust: () => Promise<void> }> {
  const asked: string[] = []
  let trusted: string | undefined
  const config: Record<string, Json[]> = {}
  for (const { event, script, matcher, more } of groups) {
    const handler = { type: 'script', path: `.tabwright/hooks/${script}`, ...more }
    config[event] = [...(config[event] ?? []), { ...(matcher !== undefined && { matcher }), hooks: [handler] }]
  }
  const scripts = Object.fromEntries(groups.map(({ script }) => [`.tabwright/hooks/${script}`, '// played by the test']))
  const s = await start({
    ...options,
    files: { ...options.files, [HOOKS_FILE]: JSON.stringify({ hooks: config }), ...scripts },
    hooks: {
      trust: { trusted: async () => trusted, trust: async (digest) => void (trusted = digest) },
      place: {
        run: async (job) => {
          const input: { readonly [key: string]: Json } = JSON.parse(job.input)
          const name = job.script.replace('.tabwright/hooks/', '')
          asked.push(`${JSON.stringify(input['hook_event_name']).replaceAll('"', '')} ${name}`)
          const handler = handlers[name]
          if (!handler) throw new Error(`nobody plays ${name}`)
          return handler(input, job)
        },
      },
    },
  })
  const trust = async (): Promise<void> => {
    const found = await hookReader({ workspace: s.workspace, text: utf8, hash: fakeHash, expression: compileExpression })()
    if (found.type !== 'found') throw new Error(JSON.stringify(found))
    trusted = found.digest
  }
  if (!options.untrusted) await trust()
  return { s, asked, trust }
}

const run = (command: string, id = 't1'): ReturnType<typeof tool> => tool('shell', { command }, { id })
const calls = (command = 'ls'): StoryOptions => ({
  script: [answer([run(command)]), answer([text('ok')])],
  guards: { input: 'off', tool: 'off', output: 'off', check: 'off' },
})
const ends = async (s: Story): Promise<readonly SessionEvent<'call.ended'>['data']['outcome'][]> =>
  (await s.facts()).flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome] : []))
const verdicts = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) => (event.type === 'call.judged' ? [event.data.verdict.type] : []))
const said = async (s: Story): Promise<readonly string[]> =>
  (await s.facts()).flatMap((event) =>
    event.type === 'guard.answered' ? [`${event.data.point} ${event.data.answers.map(({ type }) => type).join(' ')}`] : [],
  )

async function go(s: Story, mode: 'ask' | 'auto' | 'plan' = 'auto'): Promise<void> {
  await s.commands.setMode(mode)
  await s.commands.send('go')
}

describe('hooks on a call', () => {
  it('[rule 83] [F45] what a hook makes of a call is what the gate judges, shows and runs; a restart asks the hook nothing', async () => {
    const { s, asked } = await project(
      [{ event: 'PreToolUse', matcher: 'shell', script: 'a.js' }],
      { 'a.js': () => own('PreToolUse', { updatedInput: { command: 'rm -rf x' } }) },
      calls('ls'),
    )
    await go(s, 'ask')
    await s.until('call.judged')
    await s.restart()
    await s.commands.setMode('plan')
    await s.commands.setMode('ask')
    await s.until('call.judged', 2)
    const judged = (await s.facts()).findLast((event) => event.type === 'call.judged')
    expect(judged?.data).toMatchObject({ verdict: { type: 'ask' }, bytes: expect.stringContaining('"command":"rm -rf x"') })
    expect(judged?.data.bytes, 'what the tool fills in is there again').toContain('"cwd"')
    expect(asked).toEqual(['PreToolUse a.js'])
    expect(await said(s)).toEqual(['pre-tool modify'])
    if (judged) await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'once' })
    await s.until('turn.ended')
    expect(s.ran).toEqual(['rm -rf x'])
  })

  it.each([
    ['allow', 'ask', 'make', ['ask']],
    ['allow', 'plan', 'make', ['deny']],
    ['allow', 'auto', 'make', ['allow']],
    ['ask', 'auto', 'make', ['ask']],
    ['defer', 'auto', 'make', ['ask']],
    ['deny', 'auto', 'make', []],
    ['allow ask', 'auto', 'make', ['ask']],
    ['ask deny', 'auto', 'make', []],
    ['allow', 'auto', 'cat .env', ['ask']],
  ] as const)(
    '[rule 84] [rule 91] hooks that say %s in mode %s about %s: never more than the rules allow',
    async (words, mode, command, wanted) => {
      const list = words.split(' ')
      const { s } = await project(
        list.map((_, i) => ({ event: 'PreToolUse', script: `${i}.js` })),
        Object.fromEntries(list.map((word, i) => [`${i}.js`, () => decides(word)])),
        { ...calls(command), files: { '.env': 'A=1' } },
      )
      await go(s, mode)
      await s.until(wanted[0] === 'ask' ? 'call.judged' : 'turn.ended')
      expect(await verdicts(s)).toEqual(wanted)
      expect(s.ran).toEqual(wanted[0] === 'allow' ? [command] : [])
      if (wanted.length === 0) expect((await ends(s))[0]?.text).toContain('because deny')
    },
  )

  it('[rule 84] a question of a hook stays one when the rules are looked at anew, and a person answers it', async () => {
    const { s } = await project([{ event: 'PreToolUse', script: 'a.js' }], { 'a.js': () => decides('ask') }, calls('make'))
    await go(s)
    await s.until('call.judged')
    await s.restart()
    await s.commands.setMode('ask')
    await s.until('call.judged', 2)
    await s.commands.setMode('auto')
    await s.until('call.judged', 3)
    const judged = (await s.facts()).findLast((event) => event.type === 'call.judged')
    expect(judged?.data.verdict).toMatchObject({ type: 'ask', reason: 'A hook of the project asks: because ask' })
    if (judged) await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'once' })
    await s.until('turn.ended')
    expect(s.ran).toEqual(['make'])
  })

  const FAILS: Handlers[string][] = [
    () => ({ type: 'timeout' }),
    () => ({ type: 'lost', message: 'the sandbox is gone' }),
    () => exits(1, 'TypeError: x'),
    () => ({ type: 'ended', exitCode: 0, stdout: '{"decision":', stderr: '' }),
    () => own('PostToolUse', {}),
    () => decides('perhaps'),
    () => own('PreToolUse', { updatedInput: 'rm' }),
    () => {
      throw new Error('broken')
    },
  ]

  it.each(FAILS.map((fails, i) => [i, fails] as const))(
    '[rule 85] failure %i decides nothing, and denies where the hook is a policy',
    async (_, fails) => {
      for (const policy of [false, true]) {
        const { s } = await project(
          [{ event: 'PreToolUse', script: 'a.js', more: { policy, timeout: 1 } }],
          { 'a.js': fails },
          calls('make'),
        )
        await go(s)
        await s.until('turn.ended')
        expect(s.ran).toEqual(policy ? [] : ['make'])
        expect(await said(s)).toEqual([`pre-tool ${policy ? 'block' : 'pass'}`])
        const facts = await s.facts()
        const answered = facts.find((event) => event.type === 'guard.answered')
        expect(answered?.data.answers[0]?.hook?.failure).toBeTruthy()
      }
    },
  )

  it('exit code 2 blocks with what the hook said on its standard error; what is added for the model comes with the result', async () => {
    const { s } = await project(
      [
        { event: 'PreToolUse', matcher: 'shell|write_file', script: 'a.js' },
        { event: 'PreToolUse', matcher: 'wr.*', script: 'b.js' },
      ],
      {
        'a.js': ({ tool_input }) =>
          JSON.stringify(tool_input).includes('deploy')
            ? exits(2, 'no deploys on Saturday')
            : own('PreToolUse', { additionalContext: 'mind the tests' }),
        'b.js': () => exits(2, 'never asked'),
      },
      { script: [answer([run('make deploy', 't1'), run('make', 't2')]), answer([text('ok')])] },
    )
    await go(s)
    await s.until('turn.ended')
    expect(s.ran).toEqual(['make'])
    const [denied, done] = await ends(s)
    expect(denied).toEqual({ type: 'denied', text: expect.stringContaining('no deploys on Saturday') })
    expect(done?.text).toContain("[The project's hook .tabwright/hooks/a.js adds: mind the tests]")
  })

  it('continue: false ends the turn, and nothing else of the answer runs', async () => {
    const { s } = await project(
      [{ event: 'PreToolUse', script: 'a.js' }],
      { 'a.js': () => says({ continue: false, stopReason: 'the freeze has begun.' }) },
      { script: [answer([run('make', 't1'), run('make test', 't2')])] },
    )
    await go(s)
    await s.until('turn.ended')
    expect(s.ran).toEqual([])
    expect((await ends(s)).map(({ type }) => type)).toEqual(['skipped', 'skipped'])
    expect(s.journal.state.stopped).toMatchObject({
      stop: 'requires-action',
      failure: { message: expect.stringContaining('the freeze has begun.') },
    })
  })

  it('[rule 108] a stop in the middle of a hook is a stop, and what the hook says then is nothing', async () => {
    let began: () => void = () => undefined
    const hears = new Promise<void>((resolve) => (began = resolve))
    const { s } = await project(
      [{ event: 'PreToolUse', script: 'a.js' }],
      {
        'a.js': (_, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve(decides('allow')), { once: true })
            began()
          }),
      },
      calls('make'),
    )
    await go(s)
    await hears
    await Promise.all([s.driver.stop(), s.driver.stop()])
    expect(s.ran).toEqual([])
    expect((await s.facts()).filter(({ type }) => type === 'turn.ended')).toHaveLength(1)
    expect(await said(s)).toEqual([])
    expect(s.journal.state.stopped?.stop).toBe('interrupted')
  })

  it('a person’s edit is another call to the hooks', async () => {
    const { s, asked } = await project(
      [{ event: 'PreToolUse', script: 'a.js' }],
      {
        'a.js': ({ tool_input }) =>
          JSON.stringify(tool_input).includes('test') ? says({}) : own('PreToolUse', { updatedInput: { command: 'make all' } }),
      },
      calls('make'),
    )
    await go(s, 'ask')
    await s.until('call.judged')
    const judged = (await s.facts()).findLast((event) => event.type === 'call.judged')
    if (!judged) throw new Error('nothing was judged')
    await s.commands.edit({ type: 'command', call: judged.data.call, digest: judged.data.digest, command: 'make test' })
    await s.until('call.judged', 2)
    const again = (await s.facts()).findLast((event) => event.type === 'call.judged')
    expect(again?.data.bytes).toContain('make test')
    expect(asked).toHaveLength(2)
    await s.driver.stop()
  })
})

describe('hooks on a result', () => {
  it('[F45] a block is told to the model beside the result, another text replaces it, and both are facts', async () => {
    const { s } = await project(
      [
        { event: 'PostToolUse', script: 'a.js' },
        { event: 'PostToolUse', script: 'b.js' },
      ],
      {
        'a.js': ({ tool_response }) => says({ decision: 'block', reason: `run the linter too: ${JSON.stringify(tool_response)}` }),
        'b.js': () => own('PostToolUse', { updatedToolOutput: 'short' }),
      },
      { ...calls('make'), shell: () => ({ text: 'very long' }) },
    )
    await go(s)
    await s.until('turn.ended')
    expect(await said(s)).toEqual(['post-tool block modify'])
    const [outcome] = await ends(s)
    expect(outcome?.type).toBe('done')
    expect(outcome?.text).toMatch(/^short\n\[The project's hook .tabwright\/hooks\/a.js objects: run the linter too: .*very long/)
    expect(s.server.requests[1]?.body).toContain('run the linter too')
  })

  it('[F47] what a hook says goes through the same sieve for secrets as what tools say', async () => {
    const { s } = await project(
      [{ event: 'PreToolUse', script: 'a.js' }],
      { 'a.js': ({ tool_input }) => says({ decision: 'block', reason: `not ${JSON.stringify(tool_input)}` }) },
      { ...calls('deploy swordfish-9c1f2e'), files: { '.env': 'TOKEN=swordfish-9c1f2e' } },
    )
    await go(s)
    await s.until('turn.ended')
    expect((await ends(s))[0]?.text).not.toContain('swordfish')
  })
})

describe('hooks on a session', () => {
  it('[F45] begins once for each life, tells the model, and makes up for an end that nobody told', async () => {
    const { s, asked } = await project(
      [
        { event: 'SessionStart', script: 'begin.js' },
        { event: 'SessionEnd', script: 'end.js' },
      ],
      {
        'begin.js': ({ source }) => ({ type: 'ended', exitCode: 0, stdout: `The branch is main (${JSON.stringify(source)}).`, stderr: '' }),
        'end.js': ({ reason }) => says({ systemMessage: `left: ${JSON.stringify(reason)}` }),
      },
      { script: () => answer([text('ok')]) },
    )
    for (const turn of [1, 2]) {
      await s.commands.send('hi')
      await s.until('turn.ended', turn)
    }
    expect(s.server.requests[0]?.body).toContain('The branch is main (\\"startup\\").')
    await s.restart()
    await s.commands.send('again')
    await s.until('turn.ended', 3)
    expect(asked).toEqual(['SessionStart begin.js', 'SessionEnd end.js', 'SessionStart begin.js'])
    expect(s.server.requests[2]?.body).toContain('The branch is main (\\"resume\\").')
    await s.driver.leave()
    await s.driver.leave()
    expect(asked.slice(3)).toEqual(['SessionEnd end.js'])
    await s.restart()
    await s.commands.send('and again')
    await s.until('turn.ended', 4)
    expect(asked.slice(4)).toEqual(['SessionStart begin.js'])
  })

  it('[F45] a block in front of a summary keeps the conversation as it is', async () => {
    const { s } = await project(
      [{ event: 'PreCompact', matcher: 'manual', script: 'a.js' }],
      { 'a.js': () => exits(2, 'keep all of it') },
      { script: () => answer([text('ok')]) },
    )
    for (const turn of [1, 2, 3]) {
      await s.commands.send('hi')
      await s.until('turn.ended', turn)
    }
    const before = s.journal.wire.length
    await s.commands.compact()
    await s.until('compaction.ended')
    const ended = (await s.facts()).find((event) => event.type === 'compaction.ended')
    expect(ended?.data.result).toMatchObject({ type: 'failed', failure: { message: expect.stringContaining('keep all of it') } })
    expect(s.journal.wire).toHaveLength(before)
    expect(s.server.requests).toHaveLength(3)
  })
})

describe('trust', () => {
  it('nothing of a project runs before a person trusts it, nor after one byte of it changed', async () => {
    const { s, asked, trust } = await project(
      [{ event: 'PreToolUse', script: 'a.js' }],
      { 'a.js': () => says({}) },
      { script: () => (asked.length < 9 ? answer([text('ok')]) : answer([text('never')])), untrusted: true },
    )
    const turn = async (n: number): Promise<void> => {
      await s.commands.send('go')
      await s.until('turn.ended', n)
    }
    await turn(1)
    expect(asked).toEqual([])
    await trust()
    const entry = s.workspace.stat('.tabwright/hooks/a.js')
    await s.commands.save('.tabwright/hooks/a.js', '// another', entry?.version ?? 0)
    await turn(2)
    expect(asked).toEqual([])
  })

  const read = (config: Json | string, files: Readonly<Record<string, string>> = { '.tabwright/hooks/a.js': '' }) =>
    start({ script: [], files: { [HOOKS_FILE]: typeof config === 'string' ? config : JSON.stringify(config), ...files } }).then((s) =>
      hookReader({ workspace: s.workspace, text: utf8, hash: fakeHash, expression: compileExpression })(),
    )
  const one = (more: Json, group: Readonly<Record<string, Json>> = {}): Json => ({ hooks: { PreToolUse: [{ ...group, hooks: [more] }] } })

  it.each([
    ['not JSON', '{', 'not valid JSON'],
    ['another event', { hooks: { Setup: [] } }, '"Setup" is no event'],
    ['another type', one({ type: 'command', command: 'x' }), 'field "command"'],
    ['a path outside', one({ type: 'script', path: 'src/a.js' }), 'no "path" in'],
    ['a file that is not there', one({ type: 'script', path: '.tabwright/hooks/b.js' }), 'is not there'],
    ['an unknown field', one({ type: 'script', path: '.tabwright/hooks/a.js', async: true }), 'field "async"'],
    ['an expression that is none', one({ type: 'script', path: '.tabwright/hooks/a.js' }, { matcher: '(' }), 'cannot be used'],
  ])('[F45] %s makes all of them unusable, with the reason', async (_, config, reason) => {
    expect(await read(config)).toMatchObject({ type: 'broken', reason: expect.stringContaining(reason) })
  })
})
