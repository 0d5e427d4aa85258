import { answer, asksSummary, stories, summary, text, thinking, tool, type Reply, type Story, type StoryOptions } from '@tabwright/testkit'
import { sessionId, type SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { EMPTY_TRANSCRIPT, foldTranscript } from '../transcript'

/** Above 60,000 tokens, which the scripted server counts as 240,000 characters, something is done. */
const INFO = { contextWindow: 90_000, maxOutput: 8000, clearsResults: true, adaptiveThinking: true }
/** About 7,000 tokens in each read. */
const FILES = { 'big.txt': `${'line of text\n'.repeat(2100)}` }
const MANAGED = 'context-management-2025-06-27'

const begin = stories({ info: INFO, files: FILES })

async function start(options: Pick<StoryOptions, 'script'> & Partial<StoryOptions>): Promise<Story> {
  const s = await begin(options)
  s.choice.whenLong = 'clear'
  return s
}

let reads = 0
const read = (): Reply =>
  answer([
    thinking(`step ${++reads}`),
    text('Reading.'),
    // Each another one: calls that repeat themselves would be ended.
    tool('read_file', { path: 'big.txt', offset: 1, limit: 2000 + (reads % 100) }, { id: `r${reads}` }),
  ])

/** So many reads, then words; summaries beside that. */
function script(count: number, after: readonly Reply[] = []): StoryOptions['script'] {
  const left = [...Array.from({ length: count }, read), answer([text('Done.')]), ...after]
  return (request) => (asksSummary(request) ? summary('S') : (left.shift() ?? answer([text('Nothing more.')])))
}

const say = async (s: Story, words: string, turns: number): Promise<void> => {
  await s.commands.send(words)
  await s.until('turn.ended', turns)
}
const answers = async (s: Story): Promise<readonly SessionEvent<'message.assistant'>['data'][]> =>
  (await s.facts()).flatMap((event) => (event.type === 'message.assistant' ? [event.data] : []))
const managedIn = (body: string): unknown => JSON.parse(body).context_management
const betasIn = (request: Story['server']['requests'][number]): string => String(request.headers['anthropic-beta'] ?? '')
const readOf = ({ usage }: SessionEvent<'message.assistant'>['data']): number => usage.input + usage.cacheRead + usage.cacheWrite

describe('the provider leaves out old tool results', () => {
  it('[F19] where the person chose it: asked for at our border, with its beta, and no summary is made', async () => {
    const s = await start({ script: script(12) })
    await say(s, 'read', 1)
    const { requests, problems } = s.server
    expect(problems).toEqual([])
    expect(requests).toHaveLength(13)
    for (const request of requests) {
      expect(betasIn(request)).toBe(MANAGED)
      expect(managedIn(request.body)).toEqual({
        edits: [
          {
            type: 'clear_tool_uses_20250919',
            trigger: { type: 'input_tokens', value: 60_000 },
            keep: { type: 'tool_uses', value: 3 },
            clear_at_least: { type: 'input_tokens', value: 20_000 },
          },
        ],
      })
    }
    const all = await answers(s)
    const last = all.at(-1)
    expect(last?.cleared).toMatchObject({ toolUses: 9 })
    expect(last && readOf(last)).toBeLessThan(35_000)
    expect((await s.facts()).filter(({ type }) => type === 'compaction.started')).toEqual([])
  })

  it('[F19] [rule 24] changes nothing that is stored or sent: every request continues the one before it, with every result whole', async () => {
    const s = await start({ script: script(12) })
    await say(s, 'read', 1)
    const bodies = s.server.requests.map(({ body }) => body)
    const results = (body: string): readonly string[] =>
      JSON.parse(body).messages.flatMap((message: { content: readonly { type: string; content: string }[] }) =>
        message.content.flatMap((block) => (block.type === 'tool_result' ? [block.content] : [])),
      )
    const sent = results(bodies.at(-1) ?? '')
    expect(sent).toHaveLength(12)
    expect(new Set(sent.map((one) => one.length)).size).toBe(1)
    expect((await answers(s)).some(({ cleared }) => cleared !== undefined)).toBe(true)
    const rows = await s.store.readWire(sessionId('story'))
    expect(rows.filter(({ role }) => role === 'header')).toHaveLength(1)
    expect(rows.some(({ text: stored }) => stored.includes('context_management'))).toBe(false)
    // Thinking is bound to what was sent, not to what was left of it.
    expect(s.server.mismatches).toEqual([])
  })

  it('[F19] [rule 33] holds for a turn as it began, over a restart too, whatever is chosen meanwhile', async () => {
    const s = await start({ script: [read(), answer([text('Done.')]), answer([text('Next.')])] })
    const asked = s.until('model.requested')
    const sending = say(s, 'read', 1)
    await asked
    delete s.choice.whenLong
    await s.restart()
    await sending
    await say(s, 'next', 2)
    const managed = s.server.requests.map(({ body }) => managedIn(body) !== undefined)
    expect(managed.at(-1)).toBe(false)
    expect(managed.slice(0, -1).every(Boolean)).toBe(true)
    expect((await s.facts()).flatMap((event) => (event.type === 'turn.started' ? [event.data.clearAt] : []))).toEqual([60_000, undefined])
  })

  it('[F19] is not asked for by default, nor of a model whose list does not name it', async () => {
    const unasked = await begin({ script: script(1) })
    await say(unasked, 'read', 1)
    const unable = await start({ info: { ...INFO, clearsResults: false }, script: script(1) })
    await say(unable, 'read', 1)
    for (const request of [...unasked.server.requests, ...unable.server.requests]) {
      expect(managedIn(request.body)).toBeUndefined()
      expect(betasIn(request)).toBe('')
    }
  })

  it('[F19] [rule 46] what was left out is in no count: the bill is what the provider says, and it says what was left out', async () => {
    const s = await start({ script: script(12) })
    await say(s, 'read', 1)
    const bills = s.server.bills.map(({ prompt }) => prompt.input + prompt.cacheRead + prompt.cacheWrite)
    expect((await answers(s)).map(readOf)).toEqual(bills)
    const screen = (await s.facts()).reduce(foldTranscript, EMPTY_TRANSCRIPT)
    expect(screen.cleared).toEqual((await answers(s)).at(-1)?.cleared)
    const notices = screen.rows.flatMap((row) => (row.type === 'notice' ? [row.text] : []))
    const said = notices.filter((words) => words.startsWith('The provider left out'))
    expect(said.length).toBeGreaterThan(0)
    // One for each 20,000 tokens, not one for each request.
    expect(said.length).toBeLessThan((await answers(s)).filter(({ cleared }) => cleared).length)
  })
})

describe('a summary beside it', () => {
  it('[F19] [F20] is made when nothing is left to leave out, with the field left out', async () => {
    const s = await start({
      info: { ...INFO, contextWindow: 60_000 },
      script: script(1, [answer([text('Read it.')]), answer([text('On.')])]),
    })
    await say(s, 'read', 1)
    await say(s, 'x'.repeat(120_000), 2)
    await s.until('compaction.ended')
    const asked = s.server.requests.find(asksSummary)
    expect(asked && managedIn(asked.body)).toBeUndefined()
    expect(asked && betasIn(asked)).toBe('compact-2026-09-04')
    await say(s, 'on', 3)
    expect(betasIn(s.server.requests.at(-1) ?? expect.fail('no request'))).toBe(`${MANAGED},compact-2026-09-04`)
    expect(s.server.problems).toEqual([])
  })

  it('[F19] [rule 100] can be asked for all the same, of no more than fits the window without anything left out', async () => {
    const s = await start({ script: script(12, [answer([text('On.')])]) })
    await say(s, 'read', 1)
    await s.commands.compact()
    await s.until('compaction.ended')
    const asked = s.server.requests.find(asksSummary)
    expect(asked && managedIn(asked.body)).toBeUndefined()
    // Everything would be 96,000 tokens; 80,000 leave room for the summary, and characters are only a measure.
    expect(asked?.body.length).toBeLessThan(300_000)
    expect(asked?.body.length).toBeGreaterThan(200_000)
    const started = (await s.facts()).flatMap((event) => (event.type === 'compaction.started' ? [event.data] : []))
    expect(started).toMatchObject([{ trigger: 'manual', way: 'block' }])
    await say(s, 'on', 2)
    expect(s.server.problems).toEqual([])
  })

  it('[F19] is made before the next request when the person chose summaries again and the whole would not fit', async () => {
    const s = await start({ script: script(12, [answer([text('On.')])]) })
    await say(s, 'read', 1)
    delete s.choice.whenLong
    await say(s, 'on', 2)
    const order = s.server.requests.slice(-2).map((request) => (asksSummary(request) ? 'summary' : 'answer'))
    expect(order).toEqual(['summary', 'answer'])
    expect(s.server.problems).toEqual([])
  })
})
