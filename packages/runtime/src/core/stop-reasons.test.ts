import {
  answer,
  event,
  httpError,
  lintRequest,
  outline,
  rawBlock,
  rawMember,
  rawTool,
  stream,
  text,
  thinking,
  tool,
  stories,
  type Story,
  type StoryOptions,
} from '@tabwright/testkit'
import type { SessionEvent } from '@tabwright/protocol'
import { TOOLS } from '../tools'
import type { Tool } from './tool'
import { describe, expect, it } from 'vitest'
import { STOP_REASONS } from '../io/model-accumulator'
import { modelMemory } from './model-traits'
import { EMPTY_TRANSCRIPT, foldTranscript } from './transcript'

const start = stories()

const say = async (s: Story, words: string, turns = 1): Promise<void> => {
  await s.commands.send(words)
  await s.until('turn.ended', turns)
}
type Message = { role: string; content: { type: string; text?: string; tool_use_id?: string; toolset_name?: string }[] }
const messagesOf = (s: Story, n: number): readonly Message[] => JSON.parse(s.server.requests[n]?.body ?? '{"messages":[]}').messages
const linesOf = async (s: Story): Promise<readonly string[]> => outline(await s.facts())
const lastOf = async (s: Story): Promise<string | undefined> => (await linesOf(s)).at(-1)
type Of<T extends SessionEvent['type']> = Extract<SessionEvent, { readonly type: T }>
const facts = async <T extends SessionEvent['type']>(s: Story, type: T): Promise<Of<T>[]> =>
  (await s.facts()).filter((fact): fact is Of<T> => fact.type === type)

const search = (id: string): ReturnType<typeof rawBlock> =>
  rawBlock(`{"type":"server_tool_use","id":"${id}","name":"web_search","input":{"q":"x"}}`)
const found = (id: string): ReturnType<typeof rawBlock> => rawBlock(`{"type":"web_search_tool_result","tool_use_id":"${id}","content":[]}`)
const pause = { stopReason: 'pause_turn' }

describe('an answer that paused', () => {
  it('[rule 8] [F14] is sent back as it is; what people write meanwhile waits until the answer is whole', async () => {
    const s = await start({
      script: async (_request, n) => {
        if (n === 0) return answer([search('srv_1')], pause)
        if (n === 1) {
          await s.commands.send('hurry')
          return answer([found('srv_1'), search('srv_2')], pause)
        }
        return answer([n === 2 ? found('srv_2') : text('ok'), text('done')])
      },
    })
    await s.commands.send('look it up')
    await s.until('turn.ended', 2)
    const roles = [0, 1, 2, 3].map((n) => messagesOf(s, n).map((message) => message.role))
    expect(roles).toEqual([
      ['user'],
      ['user', 'assistant'],
      ['user', 'assistant', 'assistant'],
      ['user', 'assistant', 'assistant', 'assistant', 'user'],
    ])
    expect(messagesOf(s, 3).at(-1)?.content[0]?.text).toBe('hurry')
  })

  it('[rule 8] is sent back at most five times, and the next message waits for the rest of it', async () => {
    const s = await start({
      script: (_request, n) => {
        const before = n > 0 && n < 7 ? [found(`srv_${n - 1}`)] : []
        return n < 6 ? answer([...before, search(`srv_${n}`)], pause) : answer([...before, text('there')])
      },
    })
    await say(s, 'look')
    expect(s.server.requests).toHaveLength(6)
    expect(await lastOf(s)).toBe('turn.ended budget')
    await say(s, 'and now?', 2)
    // First the open answer is finished, then the message goes out.
    expect(messagesOf(s, 6).at(-1)?.role).toBe('assistant')
    expect(messagesOf(s, 7).at(-1)?.content[0]?.text).toBe('and now?')
  })

  it('[rule 7] [F14] holds everything but results back while a tool of the provider’s is at work', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: async (_request, n) => {
        if (n > 0) return answer([n === 1 ? found('srv_1') : text('ok'), text('done')])
        await s.commands.send('hurry')
        return answer([search('srv_1'), tool('read_file', { path: 'a.txt' }, { id: 't1' })], { stopReason: 'tool_use' })
      },
    })
    await s.commands.send('look')
    await s.until('turn.ended', 2)
    expect(
      messagesOf(s, 1)
        .at(-1)
        ?.content.map((block) => block.type),
    ).toEqual(['tool_result'])
    expect(messagesOf(s, 2).at(-1)?.content[0]?.text).toBe('hurry')
  })
})

describe('an answer of nothing', () => {
  it('[rule 10] is asked about once, and then the turn is over', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: (_request, n) => answer(n === 0 ? [tool('read_file', { path: 'a.txt' })] : []),
    })
    await say(s, 'go')
    expect(s.server.requests).toHaveLength(3)
    expect(messagesOf(s, 2).at(-1)?.content.at(-1)?.text).toContain('Your answer was empty')
    expect(messagesOf(s, 2).filter((message) => message.content.length === 0)).toEqual([])
    expect(await lastOf(s)).toBe('turn.ended end')
  })
})

describe('an answer that was cut at the length limit', () => {
  it('[rule 60] goes on by a word of the harness, at most three times', async () => {
    const s = await start({ script: () => answer([text('and so on ')], { stopReason: 'max_tokens' }) })
    await say(s, 'write a book')
    expect(s.server.requests).toHaveLength(4)
    expect((await facts(s, 'message.user')).map((fact) => fact.data.from)).toEqual(['user', 'app', 'app', 'app'])
    expect((await facts(s, 'turn.ended'))[0]?.data.failure?.code).toBe('too_large')
  })

  it('[rule 60] inside of a call is asked for again with more room, and nothing of it runs or is sent', async () => {
    const cut = answer([text('Writing.'), tool('write_file', { path: 'a', content: 'half' }, { id: 'cut' })], { stopReason: 'max_tokens' })
    const s = await start({
      info: { maxOutput: 128_000 },
      script: [cut, cut, answer([tool('write_file', { path: 'a', content: 'whole' }, { id: 'whole' })]), answer([text('ok')])],
    })
    await say(s, 'go')
    const sizes = s.server.requests.map(({ body }) => JSON.parse(body).max_tokens)
    expect(sizes).toEqual([32_000, 64_000, 128_000, 32_000])
    expect(messagesOf(s, 2)).toEqual(messagesOf(s, 0))
    expect(s.server.requests[3]?.body).not.toContain('half')
    expect(await s.file('a')).toBe('whole')
    // What was thrown away was paid for all the same.
    expect((await facts(s, 'model.failed')).map((fact) => fact.data.bills?.length)).toEqual([1, 1])
  })

  it('[rule 60] [rule 4] inside of a call that no model’s limit holds is answered with a result that says so, and goes on', async () => {
    const s = await start({
      script: [
        answer([tool('write_file', { path: 'a', content: 'x' }, { id: 't1' })], { stopReason: 'max_tokens' }),
        answer([text('In smaller steps, then.')]),
      ],
    })
    await say(s, 'go')
    expect(await linesOf(s)).toContain('call.ended t1 skipped')
    expect(
      messagesOf(s, 1)
        .at(-1)
        ?.content.map((block) => block.type),
    ).toEqual(['tool_result'])
    expect(await s.file('a')).toBeUndefined()
  })
})

describe('an answer that is none', () => {
  it('[rule 61] a refusal leaves nothing in the wire and is not asked again', async () => {
    const s = await start({ script: [answer([text('Sure, ')], { stopReason: 'refusal' }), answer([text('fine')])] })
    await say(s, 'do harm')
    expect(await lastOf(s)).toBe('turn.ended refusal')
    await say(s, 'do good', 2)
    expect(s.server.requests[1]?.body).not.toContain('Sure')
    expect(s.server.requests).toHaveLength(2)
  })

  it('[rule 62] [C30] a window that is full runs nothing and says so to whoever makes summaries', async () => {
    const s = await start({
      script: [answer([tool('write_file', { path: 'a', content: 'x' }, { id: 't1' })], { stopReason: 'model_context_window_exceeded' })],
    })
    await say(s, 'go')
    const [failed] = await facts(s, 'model.failed')
    expect(failed?.data.failure).toMatchObject({ code: 'too_large', detail: { reason: 'window' } })
    expect(await linesOf(s)).not.toContain('call.started t1')
    expect(await s.file('a')).toBeUndefined()
  })

  it.each([...STOP_REASONS].filter((reason) => reason !== 'tool_use'))(
    '[F02] [rule 4] [rule 63] runs no tool on %s and ends in words',
    async (stopReason) => {
      const s = await start({
        lint: false,
        script: (_request, n) =>
          n === 0
            ? answer([text('x'), tool('write_file', { path: 'a', content: 'y' }, { id: 't1' })], { stopReason })
            : answer([text('ok')]),
      })
      await say(s, 'go')
      expect(await s.file('a')).toBeUndefined()
      expect(await linesOf(s)).not.toContain('call.started t1')
      expect(await lastOf(s)).toMatch(/^turn\.ended (end|failed|refusal|budget)$/)
    },
  )
})

describe('what a provider may send unasked', () => {
  it('[rule 13] [F13] runs no call of a model that gave up in the middle', async () => {
    const border = rawBlock('{"type":"fallback","from":{"model":"a"},"to":{"model":"b"}}')
    const lost = tool('write_file', { path: 'lost', content: 'x' }, { id: 'lost' })
    const kept = tool('write_file', { path: 'kept', content: 'x' }, { id: 'kept' })
    const whole = answer([text('Let me.'), lost, border, kept])
    const { wire: _wire, ...unchecked } = whole
    const s = await start({ lint: false, script: [unchecked, answer([text('ok')])] })
    await say(s, 'go')
    expect([await s.file('lost'), await s.file('kept')]).toEqual([undefined, 'x'])
    expect(messagesOf(s, 1)[1]?.content.map((block) => block.type)).toEqual(['text', 'fallback', 'tool_use'])
  })

  it('[rule 14] names the family of a tool in its result', async () => {
    const tap = rawBlock('{"type":"tool_use","id":"t1","name":"tap","toolset_name":"computer","input":{"x":1}}')
    const s = await start({ script: [answer([tap], { stopReason: 'tool_use' }), answer([text('ok')])] })
    await say(s, 'go')
    expect(messagesOf(s, 1).at(-1)?.content[0]).toMatchObject({ tool_use_id: 't1', toolset_name: 'computer', is_error: true })
  })

  it.each([
    [
      '[rule 26] late and withdrawn tools',
      '{"type":"tool_search_tool_result","tool_use_id":"s","content":{"tool_references":[{"tool_name":"read_file"}]}}',
    ],
    ['[F17] a container’s block', '{"container":{"id":"c_1"},"type":"bash_code_execution_tool_result","tool_use_id":"s","content":[]}'],
    ['[F17] an advisor’s block', '{"zeta":1.0,"type":"advisor_result","text":"look again"}'],
  ])('%s survives the way there and back byte for byte', async (_what, json) => {
    const s = await start({ script: [answer([rawBlock(json), text('a')]), answer([text('b')])] })
    await say(s, 'one')
    await s.restart()
    await say(s, 'two', 2)
    expect(s.server.requests[1]?.body).toContain(json)
  })

  it('[rule 37] thinks in no turn, in the middle of one, or nothing at all', async () => {
    const s = await start({
      files: { 'a.txt': 'x' },
      script: [
        answer([text('no thought'), tool('read_file', { path: 'a.txt' }, { id: 't1' })]),
        answer([text('so'), thinking('between'), tool('read_file', { path: 'a.txt' }, { id: 't2' })]),
        answer([thinking('')]),
      ],
    })
    await say(s, 'go')
    await s.server.arrived(3)
    expect(await lastOf(s)).toBe('turn.ended end')
    expect(messagesOf(s, 2)[3]?.content.map((block) => block.type)).toEqual(['text', 'thinking', 'tool_use'])
    expect(s.server.mismatches).toEqual([])
  })
})

describe('a call that cannot be read', () => {
  it('[C29] is answered and asked about, and after three in a row the turn is over', async () => {
    const s = await start({ script: () => answer([rawTool('write_file', '{"path":"a","content":')]) })
    await say(s, 'go')
    expect(s.server.requests).toHaveLength(3)
    expect(await linesOf(s)).not.toContain('call.started')
    expect((await facts(s, 'turn.ended'))[0]?.data.failure?.code).toBe('bad_response')
    expect(await s.file('a')).toBeUndefined()
  })
})

describe('what is frozen', () => {
  it('[rule 26] [rule 28] sends the stored tools after an update of the app that brings another, and after another restart', async () => {
    const late = {
      spec: { name: 'late', description: 'came later', input: { type: 'object' }, effect: 'pure', readOnly: true },
      run: async () => ({ text: 'late' }),
    } as const
    const tools: Tool[] = [...TOOLS]
    const s = await start({ tools, script: (_request, n) => answer([text(`${n}`)]) })
    await say(s, 'one')
    tools.push(late)
    await s.restart()
    await say(s, 'two', 2)
    tools.length = 1
    await s.restart()
    await say(s, 'three', 3)
    const frozen = s.server.requests.map(({ body }) => rawMember(body, 'tools'))
    expect(new Set(frozen).size).toBe(1)
  })
})

describe('a message while tools run', () => {
  const steering =
    (s: () => Story): NonNullable<StoryOptions['shell']> =>
    async () => {
      await s().commands.send('hurry')
      return {}
    }
  const script: StoryOptions['script'] = [answer([tool('shell', { command: 'ls' })]), answer([text('ok')]), answer([text('ok')])]

  it.each([
    ['[F12] a model before the feature', "role 'system' is not supported on this model"],
    ['[F12] a server that imitates the API', "messages.3.role: Input should be 'user' or 'assistant'"],
  ])('is said as the user’s at once to a model that refuses it, and in every session after that: %s', async (_, message) => {
    const refusal = httpError(400, { type: 'invalid_request_error', message })
    let left = [...script]
    const served: StoryOptions['script'] = ({ body }) =>
      body.includes('"role":"system"') ? refusal : (left.shift() ?? answer([text('and so on')]))
    const models = modelMemory()
    // Not one of those that are tried by name.
    const info = { id: 'claude-next-9', adaptiveThinking: true }
    const s: Story = await start({ info, models, shell: steering(() => s), script: served })
    await say(s, 'go')
    expect(s.server.requests.map(({ body }) => body.includes('"role":"system"'))).toEqual([false, true, false])
    expect(messagesOf(s, 2).map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'user'])
    expect(messagesOf(s, 2).at(-1)?.content[0]?.text).toContain('The user sent the following message while you were working:\nhurry')
    await say(s, 'and now', 2)
    expect(s.server.problems).toEqual([])
    left = [...script]
    const other: Story = await start({ info, models, shell: steering(() => other), script: served })
    await say(other, 'go')
    expect(other.server.requests.map(({ body }) => body.includes('"role":"system"'))).toEqual([false, false])
  })

  it('[rule 9] [rule 18] [F12] goes behind the results as a message of its own where the model takes one', async () => {
    const s: Story = await start({ info: { id: 'claude-opus-5-5' }, shell: steering(() => s), script })
    await say(s, 'go')
    expect(messagesOf(s, 1).map((message) => message.role)).toEqual(['user', 'assistant', 'user', 'system'])
    expect(messagesOf(s, 1).at(-1)?.content[0]?.text).toContain('The user sent the following message while you were working:\nhurry')
    expect(s.server.warnings).toEqual([])
    await say(s, 'and now', 2)
    expect(messagesOf(s, 2).map((message) => message.role)).toEqual(['user', 'assistant', 'user', 'system', 'assistant', 'user'])
  })

  it('[rule 9] travels in the user’s turn for models that do not, which the linter warns of', async () => {
    const s: Story = await start({ shell: steering(() => s), script })
    await say(s, 'go')
    expect(messagesOf(s, 1).map((message) => message.role)).toEqual(['user', 'assistant', 'user'])
    expect(s.server.warnings.map((warning) => warning.rule)).toEqual([9])
  })

  it('[rule 18] is said again as the user’s when no answer came behind it', async () => {
    const s: Story = await start({
      info: { id: 'claude-opus-5-5' },
      shell: steering(() => s),
      script: [answer([tool('shell', { command: 'ls' })]), answer([text('no')], { stopReason: 'refusal' }), answer([text('ok')])],
    })
    await say(s, 'go')
    await say(s, 'go on', 2)
    expect(messagesOf(s, 2).map((message) => message.role)).toEqual(['user', 'assistant', 'user', 'user', 'user'])
    expect(JSON.stringify(messagesOf(s, 2))).toContain('hurry')
  })
})

describe('a cut stream', () => {
  it('[C27] is not in context, is shown, and is asked for once more by itself', async () => {
    const half = [
      ...answer([text('Half a sen')]).steps.slice(0, 4),
      event('error', { type: 'error', error: { type: 'overloaded_error', message: 'x' } }),
    ]
    const s = await start({ script: [stream(half), answer([text('Whole.')])] })
    await say(s, 'go')
    expect(messagesOf(s, 1)).toEqual(messagesOf(s, 0))
    const rows = (await s.facts()).reduce(foldTranscript, EMPTY_TRANSCRIPT).rows
    expect(rows.find((row) => row.type === 'notice')).toMatchObject({ partial: 'Half a sen' })
    expect(lintRequest(s.server.requests[1]?.body ?? '')).toEqual([])
  })
})
