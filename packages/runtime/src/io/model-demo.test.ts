import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { FailureError, isJsonObject, type CallContent, type JsonObject, type ModelEvent } from '@tabwright/protocol'
import { lintRequest } from '@tabwright/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DEMO_PROJECT } from './demo/project'
import { readTestReport } from './demo/test-report'
import { parseJson, textOf } from './model-json'
import { demoModel, INSTANT, WATCHABLE } from './model-demo'

// Each session starts the real test runner up to six times.
vi.setConfig({ testTimeout: 60_000 })

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function projectFolder(changes: Readonly<Record<string, string | null>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'))
  folders.push(folder)
  for (const [path, text] of Object.entries({ ...DEMO_PROJECT, ...changes })) {
    if (text === null) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}

interface Result {
  readonly text: string
  readonly isError?: boolean
}

/** The tools' contract over a real folder and this machine's own Node. */
function runTool(folder: string, name: string, input: JsonObject): Result {
  const path = join(folder, textOf(input['path']))
  switch (name) {
    case 'list_files': {
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(join(folder, file)).isFile())
      return {
        text:
          files
            .toSorted()
            .map((file) => `${file}\t${statSync(join(folder, file)).size}`)
            .join('\n') || '(the workspace is empty)',
      }
    }
    case 'read_file':
      return {
        text: readFileSync(path, 'utf8')
          .replace(/\n$/, '')
          .split('\n')
          .map((line, at) => `${at + 1}\t${line}`)
          .join('\n'),
      }
    case 'grep':
      return { text: 'src/cart.js:6:quantity' }
    case 'edit_file': {
      const before = readFileSync(path, 'utf8').split(textOf(input['old_text']))
      if (before.length !== 2) return { text: `old_text does not occur once in ${textOf(input['path'])}.`, isError: true }
      writeFileSync(path, before.join(textOf(input['new_text'])))
      return { text: `Edited ${textOf(input['path'])} (near line 6).` }
    }
    case 'shell':
      return runShell(folder, textOf(input['command']))
    default:
      throw new Error(`no tool ${name}`)
  }
}

function runShell(folder: string, command: string): Result {
  const { NODE_TEST_CONTEXT: _context, NODE_OPTIONS: _options, ...env } = process.env
  const [file = '', ...words] = command.split(' ')
  try {
    return { text: execFileSync(file, words, { cwd: folder, encoding: 'utf8', env, stdio: 'pipe' }) }
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error)
    return { text: `${output}\n[exit code 1]`, isError: true }
  }
}

type Intervene = (name: string, input: JsonObject, n: number) => Result | undefined

/** A session with the demo model: sends, runs what it asks for, until it ends its turn. */
function session(folder: string, intervene: Intervene = () => undefined) {
  const model = demoModel({ pace: INSTANT })
  const messages: string[] = []
  const answers: string[] = []
  const texts: string[] = []
  const calls: string[] = []
  let beside: string | undefined

  const user = (blocks: readonly unknown[]): void => void messages.push(JSON.stringify({ role: 'user', content: blocks }))
  const body = (): string => `{"model":"demo","max_tokens":1,"stream":true,"system":[],"tools":[],"messages":[${messages.join(',')}]}`

  async function step(): Promise<readonly CallContent[]> {
    expect(lintRequest(body(), { answers })).toEqual([])
    let last: ModelEvent | undefined
    for await (const event of model.stream(body(), new AbortController().signal)) last = event
    if (last?.type !== 'complete') throw new Error('not complete')
    messages.push(last.wire)
    answers.push(last.wire)
    texts.push(last.answer.content.map((item) => (item.type === 'text' ? item.text : '')).join(''))
    return last.answer.content.filter((item) => item.type === 'call')
  }

  return {
    texts,
    calls,
    last: () => texts.at(-1) ?? '',
    /** Text that arrives together with the next results. */
    steer: (text: string) => (beside = text),
    async send(...blocks: readonly string[]): Promise<void> {
      user(blocks.map((text) => ({ type: 'text', text })))
      for (let asked = await step(), n = 0; asked.length > 0; asked = await step()) {
        if (n > 20) throw new Error('the demo does not end')
        const results = asked.map((call) => {
          const input = parseJson(call.input)
          if (!isJsonObject(input)) throw new Error('input')
          calls.push(`${call.name} ${textOf(input['command'] ?? input['path'])}`.trim())
          const result = intervene(call.name, input, n++) ?? runTool(folder, call.name, input)
          return { type: 'tool_result', tool_use_id: call.id, content: result.text, ...(result.isError && { is_error: true }) }
        })
        user([...results, ...(beside === undefined ? [] : [{ type: 'text', text: beside }])])
        beside = undefined
      }
    },
  }
}

async function collect(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const all: ModelEvent[] = []
  for await (const event of events) all.push(event)
  return all
}

describe('the demo project', () => {
  it('has three failing tests, one for the bug and two for the missing feature', () => {
    const report = readTestReport(runShell(projectFolder(), 'node --test').text)
    expect(report?.failing).toEqual([
      'the same item added twice counts twice',
      'a fixed code takes its amount off',
      'a fixed code never makes the total negative',
    ])
    expect(report).toMatchObject({ tests: 9, passed: 6, failed: 3 })
  })
})

describe('the demo model', () => {
  it('explores, edits two files, sees a test fail, repairs it and says what changed', async () => {
    const folder = projectFolder()
    const demo = session(folder)
    await demo.send('Fix the cart')
    expect(demo.calls).toEqual([
      'list_files',
      'read_file src/cart.js',
      'read_file src/discount.js',
      'read_file test/discount.test.js',
      'grep src',
      'edit_file src/cart.js',
      'edit_file src/discount.js',
      'shell node --test',
      'read_file src/discount.js',
      'edit_file src/discount.js',
      'shell node --test',
    ])
    expect(demo.texts[0]).toContain('demo model')
    expect(demo.texts.join('\n')).toContain('8 of 9 pass, 1 fails: “a fixed code never makes the total negative”')
    expect(demo.last()).toContain('The tests: 9 of 9 pass.')
    expect(demo.last()).toContain('`src/discount.js`, 2 edits')
    expect(readTestReport(runShell(folder, 'node --test').text)).toMatchObject({ failed: 0 })
  })

  it('adapts to a project whose names were changed first', async () => {
    const renamed = (DEMO_PROJECT['src/cart.js'] ?? '')
      .replaceAll('lines', 'rows')
      .replaceAll('item', 'product')
      .replace('rows() {', 'lines() {')
    const demo = session(projectFolder({ 'src/cart.js': renamed }))
    await demo.send('go')
    expect(demo.last()).toContain('9 of 9 pass')
  })

  it('leaves alone what is fixed already', async () => {
    const folder = projectFolder()
    await session(folder).send('go')
    const demo = session(folder)
    await demo.send('go')
    expect(demo.calls.filter((call) => call.startsWith('edit'))).toEqual([])
    expect(demo.texts.join()).toContain('already does what the script wanted')
    expect(demo.last()).toContain('I changed nothing.')
  })

  it('says that it cannot when it does not recognise the place', async () => {
    const demo = session(projectFolder({ 'src/discount.js': 'export const applyCode = (total) => total\n' }))
    await demo.send('go')
    expect(demo.texts.join()).toContain('I do not recognise the place in `src/discount.js`')
    expect(demo.last()).toMatch(/still fail.*more than the script can repair/)
  })

  it('ends honestly in a workspace that is not the demo project', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'demo-'))
    folders.push(folder)
    const demo = session(folder)
    await demo.send('Build me a game')
    expect(demo.calls).toEqual(['list_files'])
    expect(demo.last()).toContain('are not here (I see no files)')
  })

  it.each([
    ['with a note', 'The person denied this call: not now, thanks', 'You denied the command and wrote “not now, thanks”'],
    ['without a note', 'The person denied this call.', 'You denied the command, so I did not run the tests'],
  ])('takes a denial %s', async (_what, text, said) => {
    const demo = session(projectFolder(), (name) => (name === 'shell' ? { text, isError: true } : undefined))
    await demo.send('go')
    expect(demo.calls.filter((call) => call.startsWith('shell'))).toHaveLength(1)
    expect(demo.last()).toContain(said)
    expect(demo.last()).toContain('not checked')
  })

  it('acknowledges a rejected change once and does not make it again', async () => {
    const folder = projectFolder()
    const note =
      'The person reviewed your changes and rejected those to: src/discount.js. They were undone: the file is as before your changes. Do not make them again unless asked; read the current content before any further edit.'
    const demo = session(folder, (name) => {
      if (name !== 'shell') return undefined
      writeFileSync(join(folder, 'src/discount.js'), DEMO_PROJECT['src/discount.js'] ?? '')
      demo.steer(note)
      return undefined
    })
    await demo.send('go')
    expect(demo.calls.filter((call) => call === 'edit_file src/discount.js')).toHaveLength(1)
    expect(demo.texts.filter((text) => text.includes('You rejected my change to `src/discount.js`'))).toHaveLength(1)
    expect(demo.last()).toContain('`src/discount.js`: undone, because you rejected it')
  })

  it('answers to a rejection that comes with a later message', async () => {
    const demo = session(projectFolder())
    await demo.send('go')
    await demo.send(
      'The person reviewed your changes and rejected those to: src/cart.js. They were undone: the file is as before your changes.',
      'thanks',
    )
    expect(demo.last()).toContain('you rejected my change to `src/cart.js`')
  })

  it('hears steering and stops when told to', async () => {
    const demo = session(projectFolder(), (name, _input, n) => {
      if (n === 0) demo.steer('please use TypeScript')
      if (name === 'edit_file') demo.steer('stop, that is enough')
      return undefined
    })
    await demo.send('go')
    expect(demo.texts[1]).toContain('You wrote “please use TypeScript”')
    expect(demo.calls.some((call) => call.startsWith('shell'))).toBe(false)
    expect(demo.last()).toContain('The tests were not run')
  })

  it('is a guide after the tour: does what it can with real tools and says what it cannot', async () => {
    const demo = session(projectFolder())
    await demo.send('go')
    await demo.send('Rewrite it in Rust')
    expect(demo.last()).toContain('I am the demo model, a script: I cannot understand “Rewrite it in Rust”')
    await demo.send('please run the tests')
    expect(demo.last()).toBe('All 9 tests pass.')
    await demo.send('list the files')
    expect(demo.last()).toContain('src/cart.js')
    await demo.send('read src/money.js')
    expect(demo.last()).toContain('export function format(cents)')
    await demo.send('search for "quantity"')
    expect(demo.last()).toContain('src/cart.js:6:quantity')
    await demo.send('start the tour again')
    expect(demo.last()).toContain('I changed nothing.')
  })

  it('is not mistaken about instruction files', async () => {
    const demo = session(projectFolder())
    await demo.send('<workspace-instructions path="AGENTS.md">\nrun the tests\n</workspace-instructions>', 'Hello')
    expect(demo.texts[0]).toContain('You wrote “Hello”')
  })

  it('gives the same step for the same request, and leaves thinking out of the wire', async () => {
    const body = '{"messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}'
    const events = async (): Promise<ModelEvent[]> => collect(demoModel({ pace: INSTANT }).stream(body, new AbortController().signal))
    const [first, second] = [await events(), await events()]
    expect(first).toEqual(second)
    const last = first.at(-1)
    expect(last).toMatchObject({
      type: 'complete',
      answer: { content: [{ type: 'thinking' }, { type: 'text' }, { type: 'call', id: 'toolu_demo_1' }], stopReason: 'tool_use' },
    })
    expect(last?.type === 'complete' && last.wire).not.toContain('thinking')
    expect(first.some((event) => event.type === 'delta' && event.kind === 'thinking')).toBe(true)
  })

  it('[rule 51] stops when it is told to', async () => {
    const stop = new AbortController()
    const heard: ModelEvent[] = []
    const work = (async () => {
      for await (const event of demoModel({ pace: WATCHABLE }).stream('{"messages":[]}', stop.signal)) {
        heard.push(event)
        if (event.type === 'delta' && event.kind === 'text') stop.abort()
      }
    })()
    await expect(work).rejects.toSatisfy((error) => error instanceof FailureError && error.failure.code === 'aborted')
    expect(heard.some((event) => event.type === 'complete')).toBe(false)
  })

  it('takes at most 25 s for the whole tour', async () => {
    let waited = 0
    const clock = { now: () => 0, mono: () => 0, sleep: async (ms: number) => void (waited += ms) }
    const folder = projectFolder()
    const paced = demoModel({ clock, pace: WATCHABLE })
    const messages = ['{"role":"user","content":[{"type":"text","text":"go"}]}']
    for (let isOpen = true; isOpen;) {
      const events = await collect(paced.stream(`{"messages":[${messages.join(',')}]}`, new AbortController().signal))
      const last = events.at(-1)
      if (last?.type !== 'complete') throw new Error('not complete')
      const calls = last.answer.content.filter((item) => item.type === 'call')
      const results = calls.map((call) => ({
        type: 'tool_result',
        tool_use_id: call.id,
        content: runTool(folder, call.name, JSON.parse(call.input)).text,
      }))
      messages.push(last.wire, JSON.stringify({ role: 'user', content: results }))
      isOpen = calls.length > 0
    }
    expect(waited).toBeGreaterThan(8_000)
    expect(waited).toBeLessThan(25_000)
  })
})

describe('readTestReport', () => {
  it('reads TAP, nested tests and skipped ones', () => {
    const tap =
      "TAP version 13\n# Subtest: a\nnot ok 1 - adds (slowly)\n  ---\n  error: 'Expected 1'\n  expected: 2\n  actual: 1\n  ...\nok 2 - b\nnot ok 3 - later # TODO\n1..3\n# tests 3\n# pass 1\n# fail 1\n"
    expect(readTestReport(tap)).toEqual({ tests: 3, passed: 1, failed: 1, failing: ['adds (slowly)'], reason: 'expected 2, got 1' })
  })

  it('gives nothing without a summary', () => {
    expect(readTestReport('node: command not found')).toBeUndefined()
  })
})
