import {
  answer,
  asksSummary,
  hold,
  httpError,
  outline,
  summary,
  summaryInstructions,
  text,
  thinking,
  tool,
  stories,
  type Reply,
  type Story,
  type StoryOptions,
} from '@tabwright/testkit'
import type { SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

/** Half of this window may be used until a summary is made: 30,000 tokens, which the scripted server counts as 120,000 characters. */
const INFO = { contextWindow: 60_000, maxOutput: 8000 }
const LONG = 'x'.repeat(120_000)
const FILES = { 'big.txt': `${'line of text\n'.repeat(2200)}`, 'AGENTS.md': 'Use tabs.\n' }

const start = stories({ info: INFO })

/** Answers of the conversation and of summaries, each in its own order. */
function script(answers: readonly Reply[], summaries: readonly (Reply | Promise<Reply>)[]): StoryOptions['script'] {
  const left = [...answers]
  const lists = [...summaries]
  const none = httpError(400, { type: 'invalid_request_error', message: 'the script has no more replies' })
  return async (request) => (asksSummary(request) || asksInWords(request.body) ? ((await lists.shift()) ?? none) : (left.shift() ?? none))
}

const asksInWords = (body: string): boolean => body.includes('Write a summary of this conversation') && !body.includes('"compaction":{')

interface Message {
  readonly role: string
  readonly content: readonly { readonly type: string; readonly text?: string; readonly content?: string; readonly thinking?: string }[]
}
const messagesOf = (body: string | undefined): readonly Message[] => JSON.parse(body ?? '{"messages":[]}').messages
const rolesOf = (body: string | undefined): string =>
  messagesOf(body)
    .map((message) => message.role)
    .join(' ')
const ended = async (s: Story): Promise<readonly SessionEvent<'compaction.ended'>['data'][]> =>
  (await s.facts()).flatMap((event) => (event.type === 'compaction.ended' ? [event.data] : []))
const lastTurn = async (s: Story): Promise<SessionEvent<'turn.ended'>['data'] | undefined> =>
  (await s.facts()).flatMap((event) => (event.type === 'turn.ended' ? [event.data] : [])).at(-1)

describe('a summary by the API itself', () => {
  it('[F20] [rule 45] [rule 97] is made once at the end of a turn that crossed the limit, and goes first, byte for byte, with its beta', async () => {
    const s = await start({
      script: script([answer([text('Read it.')]), answer([text('On.')]), answer([text('And on.')])], [summary('Grüße')]),
      // What is long is said to be long; that is not what this is about.
      guards: { input: 'off', tool: 'off', output: 'off', check: 'off' },
    })
    await s.commands.send(LONG)
    await s.until('compaction.ended')
    await s.commands.send('next')
    await s.until('turn.ended', 2)
    await s.commands.send('more')
    await s.until('turn.ended', 3)
    expect(s.server.requests.filter(asksSummary)).toHaveLength(1)
    const [, asked, next, more] = s.server.requests
    expect(asked?.headers['anthropic-beta']).toBe('compact-2026-09-04')
    for (const request of [next, more]) {
      expect(request?.headers['anthropic-beta']).toBe('compact-2026-09-04')
      expect(request?.body).toContain('{"type":"compaction","signature":"signed-')
      expect(request?.body).toContain(String.raw`"content":"Gr\u00fcße"`)
    }
    expect(rolesOf(next?.body)).toBe('assistant user')
    expect(rolesOf(more?.body)).toBe('assistant user assistant user')
    expect(await ended(s)).toMatchObject([{ result: { type: 'done', summary: 'Grüße', dropped: 2 }, bills: [{ model: 'claude-test-1' }] }])
    expect(outline(await s.facts()).slice(0, 8)).toEqual([
      'session.opened',
      'message.user user',
      'turn.started',
      'model.requested',
      'message.assistant end_turn',
      'compaction.started',
      'turn.ended end',
      'compaction.ended',
    ])
  })

  it('[rule 100] asks with the same model, system and tools, and with nothing that may not stand beside it', async () => {
    const s = await start({ script: script([answer([text('Read.')])], [summary('S')]) })
    await s.commands.send(LONG)
    await s.until('compaction.ended')
    const [first, asked] = s.server.requests.map((request) => JSON.parse(request.body))
    for (const key of ['model', 'system', 'tools', 'max_tokens']) expect(asked[key], key).toEqual(first[key])
    expect(asked.compaction).toEqual({ type: 'summarize' })
    expect(asked.messages.slice(0, 1)).toMatchObject([{ role: 'user' }])
  })

  it('[F21] [rule 98] goes in front of what was said while it was written, in the order block, kept, new', async () => {
    const gate = hold()
    const s = await start({
      script: script(
        [answer([text('Read.')]), answer([thinking('hm', 'sig-1'), text('While.')]), answer([text('After.')])],
        [gate.until.then(() => summary('S'))],
      ),
    })
    await s.commands.send(LONG)
    await s.until('compaction.started')
    await s.commands.send('meanwhile')
    await s.until('turn.ended', 2)
    gate.release()
    await s.until('compaction.ended')
    await s.commands.send('after')
    await s.until('turn.ended', 3)
    const messages = messagesOf(s.server.requests.at(-1)?.body)
    expect(messages.map((message) => message.content.map((block) => block.type).join('+'))).toEqual([
      'compaction',
      'text',
      'thinking+text',
      'text+text',
    ])
    expect(messages[1]?.content[0]?.text).toBe('meanwhile')
    expect(messages[3]?.content.at(-1)?.text).toBe('after')
    expect(s.server.requests.filter(asksSummary)).toHaveLength(1)
    expect(await ended(s)).toMatchObject([{ result: { dropped: 2 } }])
  })

  it('[rule 95] [rule 99] waits until no call is open, and cuts where every call has its result', async () => {
    const gate = hold()
    const s = await start({
      files: FILES,
      shell: async () => {
        await gate.until
        return { exitCode: 0, text: 'ran' }
      },
      script: script(
        [
          answer([text('First.')]),
          answer([tool('shell', { command: 'ls', purpose: 'look' }, { id: 't1' })]),
          answer([text('Done.')]),
          answer([text('Later.')]),
        ],
        [summary('S')],
      ),
    })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.send('run it')
    await s.until('call.started')
    await s.commands.compact()
    expect((await s.facts()).some((event) => event.type === 'compaction.started')).toBe(false)
    gate.release()
    await s.until('compaction.ended')
    await s.until('turn.ended', 2)
    const lines = outline(await s.facts())
    expect(lines.indexOf('compaction.started')).toBeGreaterThan(lines.indexOf('call.ended t1 done'))
    const asked = s.server.requests.find(asksSummary)
    expect(rolesOf(asked?.body)).toBe('user assistant user')
    await s.commands.send('later')
    await s.until('turn.ended', 3)
    expect(messagesOf(s.server.requests.at(-1)?.body)[1]?.role).toBe('assistant')
  })

  it.each([
    ['max_tokens', answer([text('I was going')], { stopReason: 'max_tokens' })],
    ['tool_use', answer([tool('write_file', { path: 'x', content: 'y' })])],
    ['refusal', answer([text('No.')], { stopReason: 'refusal' })],
    ['end_turn', answer([text('A summary, but not as a block.')])],
    ['an empty block', summary(null)],
    ['a block with another stop reason', summary('S', { stopReason: 'end_turn' })],
  ])('[rule 96] takes %s for no summary: nothing changes, nothing runs, and it is billed', async (_name, reply) => {
    const s = await start({ script: script([answer([text('Read.')]), answer([text('On.')])], [reply]) })
    await s.commands.send(LONG.slice(0, 3000))
    await s.until('turn.ended')
    await s.commands.compact()
    await s.until('compaction.ended')
    await s.commands.send('next')
    await s.until('turn.ended', 2)
    expect(await ended(s)).toMatchObject([
      { result: { type: 'failed', failure: { code: 'bad_response' } }, bills: [{ model: 'claude-test-1' }] },
    ])
    expect((await ended(s))[0]?.bills[0]?.usage.output).toBeGreaterThan(0)
    expect(rolesOf(s.server.requests.at(-1)?.body)).toBe('user assistant user')
    expect(await s.file('x')).toBeUndefined()
  })

  it('[F22] carries the instructions of /compact', async () => {
    const s = await start({ script: script([answer([text('Read.')])], [summary('S')]) })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.compact('keep the API names')
    await s.until('compaction.ended')
    const asked = s.server.requests.find(asksSummary)
    expect(asked && summaryInstructions(asked)).toContain('keep the API names')
    expect((await s.facts()).find((event) => event.type === 'compaction.started')?.data).toEqual({
      trigger: 'manual',
      way: 'block',
      messages: 2,
      instructions: 'keep the API names',
    })
  })

  it('[F24] [rule 101] says again what a summary cannot carry', async () => {
    const s = await start({ files: FILES, script: script([answer([text('Read.')]), answer([text('On.')])], [summary('S')]) })
    await s.commands.send('never touch b.ts')
    await s.until('turn.ended')
    await s.commands.compact()
    await s.until('compaction.ended')
    await s.commands.send('next')
    await s.until('turn.ended', 2)
    const told =
      messagesOf(s.server.requests.at(-1)?.body)
        .at(-1)
        ?.content.map((block) => block.text)
        .join('\n') ?? ''
    expect(told).toContain('<workspace-instructions path="AGENTS.md">\nUse tabs.')
    expect(told).toContain('<person>\nnever touch b.ts\n</person>')
    expect(told).toContain('read_session')
    expect(told.endsWith('next')).toBe(true)
  })

  it('[rule 102] is made before a request that would leave no room for its answer', async () => {
    const reads = Array.from({ length: 3 }, (_, i) => tool('read_file', { path: 'big.txt' }, { id: `r${i}` }))
    const s = await start({
      files: FILES,
      script: script([answer([text('Ready.')]), answer(reads), answer([text('Done.')])], [summary('S')]),
    })
    await s.commands.send('x'.repeat(100_000))
    await s.until('turn.ended')
    await s.commands.send('read it three times')
    await s.until('turn.ended', 2)
    const lines = outline(await s.facts())
    expect(lines.indexOf('compaction.ended')).toBeLessThan(lines.lastIndexOf('model.requested'))
    expect(messagesOf(s.server.requests.at(-1)?.body)[0]?.content[0]?.type).toBe('compaction')
    expect(await lastTurn(s)).toMatchObject({ stop: 'end' })
  })

  it('[rule 103] stops a turn when two summaries did not make room for a step', async () => {
    const calls = Array.from({ length: 9 }, (_, i) => answer([tool('list_files', {}, { id: `l${i}` })]))
    // The summary itself is longer than the limit.
    const s = await start({ script: script(calls, [summary(LONG), summary(LONG), summary(LONG), summary(LONG)]) })
    await s.commands.send(LONG)
    await s.until('turn.ended')
    expect(s.server.requests.filter(asksSummary)).toHaveLength(2)
    expect(await lastTurn(s)).toMatchObject({ stop: 'failed', failure: { code: 'too_large' } })
    expect((await lastTurn(s))?.failure?.message).toContain('summarised twice')
  })

  it('[rule 104] leaves everything as it was when it is stopped', async () => {
    const gate = hold()
    const s = await start({ script: script([answer([text('Read.')]), answer([text('On.')])], [gate.until.then(() => summary('S'))]) })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.compact()
    await s.until('compaction.started')
    await s.driver.stop()
    await s.driver.stop()
    gate.release()
    expect(await ended(s)).toMatchObject([{ result: { type: 'failed', failure: { code: 'aborted' } } }])
    await s.commands.send('next')
    await s.until('turn.ended', 2)
    expect(rolesOf(s.server.requests.at(-1)?.body)).toBe('user assistant user')
    expect(messagesOf(s.server.requests.at(-1)?.body)[0]?.content[0]?.text).toBe('hello')
  })

  it('[rule 105] leaves the log whole and the old wire where it was', async () => {
    const s = await start({ script: script([answer([text('Read.')])], [summary('S')]) })
    await s.commands.send('hello')
    await s.until('turn.ended')
    const before = (await s.facts()).map((event) => event.hash)
    await s.commands.compact()
    await s.until('compaction.ended')
    expect((await s.facts()).slice(0, before.length).map((event) => event.hash)).toEqual(before)
    const session = (await s.facts())[0]?.session
    if (!session) throw new Error('no session')
    expect((await s.store.readWire(session, 1)).map((row) => row.role)).toEqual(['header', 'user', 'assistant'])
    const [old, now] = await Promise.all([s.store.readWire(session, 1), s.store.readWire(session, 2)])
    expect(now.map((row) => row.role)).toEqual(['header', 'assistant'])
    expect(now[0]?.text).toBe(old[0]?.text)
  })

  it('[C12] keeps the old wire when the worker dies meanwhile, and does not try for ever', async () => {
    const gate = hold()
    const s = await start({
      script: script(
        [answer([text('Read.')]), answer([text('On.')])],
        [gate.until.then(() => summary('S')), gate.until.then(() => summary('S')), summary('T')],
      ),
    })
    await s.commands.send(LONG)
    await s.until('turn.ended')
    await s.until('compaction.started')
    await s.restart()
    await s.until('compaction.started', 2)
    await s.restart()
    await s.until('compaction.ended', 2)
    gate.release()
    expect(await ended(s)).toMatchObject([{ result: { failure: { code: 'cut' } } }, { result: { failure: { code: 'cut' } } }])
    await s.commands.send('next')
    await s.until('turn.ended', 2)
    expect(rolesOf(s.server.requests.at(-1)?.body)).toBe('user assistant user')
    expect(s.server.requests.filter(asksSummary).length).toBeLessThanOrEqual(3)
  })
})

describe('a summary in words', () => {
  const unknownParameter = httpError(400, { type: 'invalid_request_error', message: 'compaction: Extra inputs are not permitted' })

  it('[rule 36] goes on from a summary and what came after it as text, without any thinking', async () => {
    const s = await start({
      files: FILES,
      script: script(
        [
          answer([thinking('deep', 'sig-a'), text('Hi.')]),
          answer([thinking('deeper', 'sig-b'), tool('read_file', { path: 'AGENTS.md' }, { id: 't1' })]),
          answer([text('Done.')]),
          answer([text('More.')]),
        ],
        [unknownParameter, answer([thinking('what matters', 'sig-c'), text('What was said, in short.')])],
      ),
    })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.send('read it')
    await s.until('call.ended')
    await s.commands.compact('keep names')
    await s.until('compaction.ended', 2)
    await s.until('turn.ended', 2)
    await s.commands.send('more')
    await s.until('turn.ended', 3)
    const question = s.server.requests.find((request) => request.body.includes('keep names') && !asksSummary(request))
    expect(messagesOf(question?.body).at(-1)?.content[0]?.text).toContain('Write a summary of this conversation')
    const last = s.server.requests.at(-1)?.body ?? ''
    expect(last).toContain('<summary-of-this-conversation>')
    expect(last).toContain('What was said, in short.')
    expect(last).not.toContain('sig-a')
    expect(last).not.toContain('"type":"tool_result"')
    expect(await ended(s)).toMatchObject([
      { result: { type: 'failed' } },
      { result: { type: 'done', summary: 'What was said, in short.' } },
    ])
  })
})
