import {
  answer,
  asksSummary,
  hold,
  httpError,
  outline,
  summary,
  text,
  tool,
  stories,
  type Reply,
  type Story,
  type StoryOptions,
} from '@tabwright/testkit'
import type { Row, SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { billsOf } from '../bills'
import { EMPTY_TRANSCRIPT, foldTranscript } from '../transcript'

const start = stories({ info: { contextWindow: 60_000, maxOutput: 8000 } })

const LONG = 'x'.repeat(120_000)

/** Plain answers for the conversation, others for summaries. */
function script(summaries: readonly (Reply | Promise<Reply>)[], answers: readonly Reply[] = []): StoryOptions['script'] {
  const left = [...answers]
  const lists = [...summaries]
  return async (request) => (asksSummary(request) ? ((await lists.shift()) ?? summary('again')) : (left.shift() ?? answer([text('ok')])))
}

const withoutMarks = (body: string): string => body.replaceAll(/,"cache_control":\{[^}]*\}/g, '')
const lastBody = (s: Story): string => withoutMarks(s.server.requests.at(-1)?.body ?? '')
const sessionOf = async (s: Story): Promise<SessionEvent['session']> => {
  const [first] = await s.facts()
  if (!first) throw new Error('the session is empty')
  return first.session
}
async function say(s: Story, words: string): Promise<void> {
  const ended = (await s.facts()).filter(({ type }) => type === 'turn.ended').length
  await s.commands.send(words)
  await s.until('turn.ended', ended + 1)
}
async function compact(s: Story, instructions?: string): Promise<void> {
  const ended = (await s.facts()).filter(({ type }) => type === 'compaction.ended').length
  await s.commands.compact(instructions)
  await s.until('compaction.ended', ended + 1)
}
const summaries = async (s: Story): Promise<readonly SessionEvent<'compaction.ended'>['data'][]> =>
  (await s.facts()).flatMap((event) => (event.type === 'compaction.ended' ? [event.data] : []))

describe('the life of a summary', () => {
  it('[rule 105] is undone by going back to before it: the conversation goes on with the old bytes', async () => {
    const s = await start({ script: script([summary('S')]) })
    await say(s, 'first')
    await say(s, 'second')
    const before = lastBody(s)
    await compact(s)
    await say(s, 'third')
    expect(lastBody(s)).toContain('"type":"compaction"')
    const point = (await s.history.points()).find((one) => one.cause === 'turn' && one.turn === 2 && !one.isHidden)
    await s.restorer.restore({ to: point?.seq ?? 0, scope: 'conversation', keep: [] })
    await say(s, 'other')
    expect(lastBody(s)).not.toContain('"type":"compaction"')
    const shared = before.slice(0, before.indexOf('{"type":"text","text":"second"'))
    expect(shared).toContain('"text":"first"')
    expect(lastBody(s).startsWith(shared)).toBe(true)
    expect(s.server.requests.at(-1)?.headers['anthropic-beta']).toBeUndefined()
  })

  it('is made of the one before it and of what came since, with one block in each request', async () => {
    const s = await start({ script: script([summary('S1'), summary('S2')]) })
    await say(s, 'first')
    await compact(s)
    await say(s, 'second')
    await compact(s)
    await say(s, 'third')
    expect(lastBody(s).match(/"type":"compaction"/g)).toHaveLength(1)
    expect(lastBody(s)).toContain('"content":"S2"')
    expect((await summaries(s)).map(({ result }) => result.type)).toEqual(['done', 'done'])
  })

  it('is asked for through the inbox by a tab that does not write', async () => {
    const s = await start({ script: script([summary('S')]) })
    await say(s, 'first')
    await s.store.post(await sessionOf(s), { type: 'compact', instructions: 'the names' })
    s.driver.wake()
    await s.until('compaction.ended')
    expect(await s.store.readInbox(await sessionOf(s))).toEqual([])
    expect(await summaries(s)).toMatchObject([{ result: { type: 'done' } }])
  })

  it('is refused where there is nothing to summarise, and for the demo, in one sentence', async () => {
    const s = await start({ script: script([]) })
    await expect(s.commands.compact()).rejects.toThrow('There is nothing to summarise yet')
    await s.store.post(await sessionOf(s), { type: 'compact' })
    s.driver.wake()
    await s.until('compaction.ended')
    expect(await summaries(s)).toMatchObject([{ result: { type: 'failed', failure: { code: 'bad_input' } } }])
    await s.close()
    const demo = await start({ script: script([]), info: { id: 'demo', label: 'Demo' } })
    await expect(demo.commands.compact()).rejects.toThrow('The demo has no context window')
  })

  it('is tried twice in a turn when the server is overloaded, and the work goes on', async () => {
    const busy = httpError(529, { type: 'overloaded_error', message: 'compaction_unavailable' })
    const s = await start({ script: script([busy, busy, busy]) })
    await say(s, LONG)
    await s.until('compaction.ended', 2)
    expect(s.server.requests.filter(asksSummary)).toHaveLength(2)
    await say(s, 'next')
    expect((await summaries(s)).every(({ result }) => result.type === 'failed')).toBe(true)
    expect(outline(await s.facts()).filter((line) => line === 'turn.ended end')).toHaveLength(2)
  })

  it('[C12] counts only once it is written: killed with the answer in hand, the old wire goes on', async () => {
    const s = await start({ script: script([summary('S')]) })
    await say(s, 'first')
    const wire = await s.store.readWire(await sessionOf(s))
    const log = s.store.append.bind(s.store)
    // The disk takes nothing that ends a summary: as if the tab had died in front of that write.
    s.store.append = (session, epoch, commit) =>
      commit.drafts.some((draft) => draft.type === 'compaction.ended') ? new Promise(() => undefined) : log(session, epoch, commit)
    await s.commands.compact()
    await s.server.arrived(2)
    await new Promise((resolve) => setTimeout(resolve, 50))
    s.store.append = log
    await s.restart()
    await s.until('compaction.ended')
    expect(await summaries(s)).toMatchObject([{ result: { type: 'failed', failure: { code: 'cut' } } }])
    expect(await s.store.readWire(await sessionOf(s))).toEqual(wire)
  })

  it('[rule 98] waits for a request that is asked again: the same bytes go out twice', async () => {
    const gate = hold()
    const came = hold()
    const left: Reply[] = [answer([text('ok')]), httpError(529, { type: 'overloaded_error', message: 'busy' }), answer([text('ok')])]
    const s = await start({
      script: async (request) => {
        if (asksSummary(request)) {
          await gate.until
          return summary('S')
        }
        const reply = left.shift() ?? answer([text('?')])
        if (reply.type === 'http') {
          gate.release()
          await came.until
        }
        return reply
      },
    })
    await say(s, LONG)
    await s.until('compaction.started')
    await s.commands.send('meanwhile')
    await s.server.arrived(3)
    // The summary is whole long before the refusal is out.
    setTimeout(came.release, 100)
    await s.until('turn.ended', 2)
    const plain = s.server.requests.filter((request) => !asksSummary(request)).map((request) => request.body)
    expect(plain).toHaveLength(3)
    expect(plain[2]).toBe(plain[1])
    await s.until('compaction.ended')
    await say(s, 'after')
    expect(lastBody(s)).toContain('"type":"compaction"')
  })

  it('[rule 95] does not begin while a call waits for a person', async () => {
    const s = await start({
      shell: async () => ({ exitCode: 0, text: 'gone' }),
      script: script([summary('S')], [answer([text('ok')]), answer([tool('shell', { command: 'rm a.txt', purpose: 'p' }, { id: 't1' })])]),
    })
    await say(s, 'first')
    await s.commands.send('remove it')
    await s.until('call.judged')
    await s.commands.compact()
    await s.commands.compact()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await s.facts()).some(({ type }) => type === 'compaction.started')).toBe(false)
    const judged = (await s.facts()).find((event) => event.type === 'call.judged')
    if (judged?.type !== 'call.judged') throw new Error('nothing was judged')
    await s.commands.decide({ call: judged.data.call, digest: judged.data.digest, answer: 'once' })
    await s.until('compaction.ended')
    await s.until('turn.ended', 2)
    const lines = outline(await s.facts())
    // Asked for twice, made once.
    expect(lines.filter((line) => line === 'compaction.started')).toHaveLength(1)
    expect(lines.indexOf('compaction.started')).toBeGreaterThan(lines.indexOf('call.ended t1 done'))
  })

  it('[rule 49] is in the bill, the one that came to nothing too', async () => {
    const s = await start({ script: script([answer([text('no block')]), summary('S')]) })
    await say(s, 'first')
    await compact(s)
    await compact(s)
    const billed = (await s.facts()).flatMap((event) => billsOf(event))
    expect(billed).toHaveLength(s.server.requests.length)
    expect(billed.every(({ usage }) => usage.input + usage.cacheRead + usage.cacheWrite > 0 && usage.output > 0)).toBe(true)
  })

  it('[F20] shows as a fold line with what it stands for, its text, and the room that it made', async () => {
    const s = await start({ script: script([summary('What was said.')]) })
    await say(s, LONG)
    await s.until('compaction.ended')
    await say(s, 'next')
    const events = await s.facts()
    const rows: readonly Row[] = events.reduce(foldTranscript, EMPTY_TRANSCRIPT).rows
    const [line] = rows.filter((row) => row.type === 'compaction')
    expect(line).toMatchObject({ state: 'done', trigger: 'auto', messages: 2, summary: 'What was said.' })
    expect(line?.before).toBeGreaterThan(30_000)
    expect(line?.after).toBeLessThan(5000)
    expect(rows[0]).toMatchObject({ type: 'user', text: LONG })
    const upTo = events.slice(
      0,
      events.findIndex((event) => event.type === 'compaction.ended'),
    )
    expect(upTo.reduce(foldTranscript, EMPTY_TRANSCRIPT).compacting).toMatchObject({ trigger: 'auto', messages: 2 })
    expect(events.reduce(foldTranscript, EMPTY_TRANSCRIPT).compacting).toBeUndefined()
  })
})
