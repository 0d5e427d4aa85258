import { answer, asksSummary, httpError, summary, text, tool, stories, type Reply, type Story, type StoryOptions } from '@tabwright/testkit'
import type { SessionEvent } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'

const start = stories({ info: { contextWindow: 60_000, maxOutput: 8000 } })

/** Answers of the conversation and of summaries, each in its own order. */
function script(answers: readonly Reply[], summaries: readonly Reply[]): StoryOptions['script'] {
  const left = [...answers]
  const lists = [...summaries]
  const none = httpError(400, { type: 'invalid_request_error', message: 'the script has no more replies' })
  return (request) => (asksSummary(request) ? lists.shift() : left.shift()) ?? none
}

const messagesOf = (body: string | undefined): readonly { readonly content: readonly { readonly type: string }[] }[] =>
  JSON.parse(body ?? '{"messages":[]}').messages
const lastTurn = async (s: Story): Promise<SessionEvent<'turn.ended'>['data'] | undefined> =>
  (await s.facts()).flatMap((event) => (event.type === 'turn.ended' ? [event.data] : [])).at(-1)

describe('a conversation that does not fit', () => {
  const tooLong = httpError(400, { type: 'invalid_request_error', message: 'prompt is too long: 45000 tokens > 44000 maximum' })

  it('[F23] [C30] is summarised once and asked again', async () => {
    const s = await start({ script: script([answer([text('Hi.')]), tooLong, answer([text('Fits.')])], [summary('S')]) })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.send('more')
    await s.until('turn.ended', 2)
    expect(await lastTurn(s)).toEqual({ stop: 'end' })
    const last = messagesOf(s.server.requests.at(-1)?.body)
    expect(last.map((message) => message.content[0]?.type)).toEqual(['compaction', 'text', 'text', 'text'])
    expect((await s.facts()).find((event) => event.type === 'compaction.started')?.data).toMatchObject({ trigger: 'overflow' })
  })

  it('[F23] [C30] stops with what can be done when a summary does not help', async () => {
    const s = await start({ script: script([answer([text('Hi.')]), tooLong, tooLong], [summary('S')]) })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.send('more')
    await s.until('turn.ended', 2)
    expect(s.server.requests).toHaveLength(4)
    expect(await lastTurn(s)).toMatchObject({ stop: 'failed', failure: { code: 'too_large' } })
    expect((await lastTurn(s))?.failure?.message).toContain('go back to an earlier point')
  })

  it('[rule 58] is not summarised when the body is too large for the provider’s door', async () => {
    const tooLarge = httpError(413, { type: 'request_too_large', message: 'too big' })
    const s = await start({ script: script([answer([text('Hi.')]), tooLarge], [summary('S')]) })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.send('more')
    await s.until('turn.ended', 2)
    expect(s.server.requests).toHaveLength(2)
    expect(await lastTurn(s)).toMatchObject({ stop: 'failed', failure: { code: 'too_large' } })
  })

  it('[rule 62] counts an answer that filled the window as cut: nothing of it runs, a summary is made, and it is asked again', async () => {
    const s = await start({
      script: script(
        [
          answer([text('Hi.')]),
          answer([tool('write_file', { path: 'x', content: 'y' }, { id: 't1' })], { stopReason: 'model_context_window_exceeded' }),
          answer([text('Fits.')]),
        ],
        [summary('S')],
      ),
    })
    await s.commands.send('hello')
    await s.until('turn.ended')
    await s.commands.send('more')
    await s.until('turn.ended', 2)
    expect(await s.file('x')).toBeUndefined()
    expect(await lastTurn(s)).toEqual({ stop: 'end' })
    expect(s.server.requests.filter(asksSummary)).toHaveLength(1)
  })
})
