import type { Json, Rule, SessionEvent, WorkerFunction } from '@tabwright/protocol'
import { answer, rawBlock, stories, text, tool, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { billsOf } from '../core/bills'
import type { Functions } from '../core/functions/functions'

const start = stories()

const call = answer([tool('web_search', { query: 'how tall is it' }, { id: 't1' })])
const found = (content: string): ReturnType<typeof rawBlock> =>
  rawBlock(`{"type":"web_search_tool_result","tool_use_id":"srv_1","content":${content}}`)
const used = rawBlock('{"type":"server_tool_use","id":"srv_1","name":"web_search","input":{"query":"how tall is it"}}')

/** A session whose model searches, and is answered so. */
async function begin(searched: ReturnType<typeof answer>): Promise<Story> {
  const s = await start({ lint: false, script: [call, searched, answer([text('ok')])] })
  await s.commands.send('look it up')
  await s.until('call.judged')
  return s
}

async function decide(s: Story, said: 'once' | 'deny'): Promise<void> {
  const asked = s.journal.state.calls.find(({ judged }) => judged)
  if (!asked?.judged) throw new Error('no call is judged')
  expect(asked.judged.verdict.type).toBe('ask')
  await s.commands.decide({ call: asked.content.id, digest: asked.judged.digest, answer: said })
}

async function ended(s: Story): Promise<SessionEvent<'call.ended'>> {
  await s.until('turn.ended')
  const fact = (await s.facts()).findLast((event): event is SessionEvent<'call.ended'> => event.type === 'call.ended')
  if (!fact) throw new Error('no call has ended')
  return fact
}

describe('web_search', () => {
  it('asks first, then searches in a request of its own; what it brings are words of others, and it is billed', async () => {
    const results = JSON.stringify([
      { type: 'web_search_result', title: 'Tall things', url: 'https://tall.example/a', page_age: 'May 2026', encrypted_content: 'xyz' },
      { type: 'web_search_result', title: 'Bad', url: 'javascript:alert(1)' },
    ])
    const s = await begin(answer([used, found(results), text('It is 300 m (https://tall.example/a).')]))
    expect(s.server.requests, 'nobody has said yes').toHaveLength(1)
    await decide(s, 'once')
    const fact = await ended(s)
    expect(fact.data.outcome.text.split('\n').slice(-4)).toEqual([
      '- Tall things',
      '  https://tall.example/a (May 2026)',
      '',
      'It is 300 m (https://tall.example/a).',
    ])
    expect(fact.data.from).toEqual(['the worker web search'])
    expect(billsOf(fact)).toHaveLength(1)
    const { taint, hosts } = s.journal.state
    expect([taint.untrusted !== undefined, taint.egress !== undefined, hosts.by.get('tall.example')]).toEqual([true, true, 'others'])
    const [first, second, third] = s.server.requests.map(({ body }) => JSON.parse(body))
    expect(second.tools).toEqual([{ type: 'web_search_20250305', name: 'web_search', max_uses: 1 }])
    expect(JSON.stringify(second.messages)).not.toContain('look it up')
    expect(third.tools, 'the conversation’s own stay as they were sent').toEqual(first.tools)
  })

  it('sends nothing where the person says no', async () => {
    const s = await begin(answer([text('never asked')]))
    await decide(s, 'deny')
    expect((await ended(s)).data.outcome.type).toBe('denied')
    expect(s.server.requests.length).toBeLessThanOrEqual(2)
    expect(JSON.stringify(s.server.requests.map(({ body }) => body))).not.toContain('web_search_20250305')
  })

  it('is a failure where the model did not search or its search failed, and billed all the same', async () => {
    const silent = await begin(answer([text('I know that: 300 m.')]))
    await decide(silent, 'once')
    const own = await ended(silent)
    expect(own.data.outcome).toMatchObject({ type: 'failed', failure: { code: 'unavailable' } })
    expect(own.data.outcome.text).not.toContain('300 m')
    expect(billsOf(own)).toHaveLength(1)
    const refused = await begin(
      answer([used, found('{"type":"web_search_tool_result_error","error_code":"max_uses_exceeded"}'), text('no')]),
    )
    await decide(refused, 'once')
    expect((await ended(refused)).data.outcome.text).toContain('The search failed there (max_uses_exceeded).')
  })
})

describe('web_search by a function that the person chose', () => {
  const SEARCH: WorkerFunction = {
    id: 'web::search',
    worker: 'searcher',
    identity: 'search',
    description: 'Searches.',
    input: { type: 'object', properties: { q: { type: 'string' } }, required: ['q'] },
    version: '2',
    effect: 'ask',
    isHot: false,
    uses: 0,
  }
  const chosen = { id: SEARCH.id, worker: 'as it was called then', identity: SEARCH.identity }

  function searcher(answers: Json, offered: readonly WorkerFunction[] = [SEARCH]) {
    const asked: Json[] = []
    const functions: Functions = {
      list: () => offered,
      webSearch: () => chosen,
      call: async (id, input) => {
        asked.push([id, input])
        return answers
      },
    }
    return { functions, asked }
  }
  const script = [call, answer([text('ok')])]
  const deny = (name: string): Rule => ({ id: 'd1', effect: 'deny', pattern: { type: 'tool', tool: name }, scope: 'user', why: 'no' })

  it('asks the person in its name and the function then, not the provider; what it brings are words of others', async () => {
    const results = [
      { title: 'Tall\u001b[31m things', link: 'https://tall.example/a', snippet: 'It is\n300 m.' },
      { url: 'javascript:alert(1)' },
    ]
    const { functions, asked } = searcher({ results })
    const s = await start({ lint: false, functions, script })
    await s.commands.send('look it up')
    await s.until('call.judged')
    const [waiting] = s.journal.state.calls
    expect(waiting?.judged?.verdict).toMatchObject({ type: 'ask', reason: expect.stringContaining('web::search of the worker searcher') })
    expect(asked).toEqual([])
    await decide(s, 'once')
    const fact = await ended(s)
    expect(asked).toEqual([['web::search', { q: 'how tall is it' }]])
    expect(fact.data.outcome.text.split('\n').slice(-3)).toEqual(['- Tall things', '  https://tall.example/a', '  It is 300 m.'])
    expect([fact.data.from, billsOf(fact)]).toEqual([['the worker searcher'], []])
    const started = (await s.facts()).flatMap((event) => (event.type === 'call.started' ? [event.data.remote] : []))
    expect(started).toEqual([{ function: 'web::search', worker: 'searcher', identity: 'search' }])
    const { taint, hosts } = s.journal.state
    expect([taint.untrusted !== undefined, taint.private !== undefined, hosts.by.get('tall.example')]).toEqual([true, true, 'others'])
    expect(JSON.stringify(s.server.requests.map(({ body }) => body))).not.toContain('web_search_20250305')
  })

  it.each(['web_search', 'web::search', 'web::*'])('does nothing where a rule denies %s', async (name) => {
    const { functions, asked } = searcher([])
    const s = await start({
      lint: false,
      functions,
      script,
      rules: { read: async () => [deny(name)], keep: async () => undefined, used: () => undefined, watch: () => () => undefined },
    })
    await s.commands.send('look it up')
    expect((await ended(s)).data.outcome.type).toBe('denied')
    expect(asked).toEqual([])
  })

  it('refuses what holds a secret of the session', async () => {
    const { functions, asked } = searcher([])
    const secret = 'sk-ant-api03-' + 'Zq7Xw2Lm9Rt4'.repeat(4)
    const s = await start({
      lint: false,
      functions,
      script: [answer([tool('web_search', { query: `what opens ${secret}` }, { id: 't1' })]), answer([text('ok')])],
    })
    await s.commands.send('look it up')
    expect((await ended(s)).data.outcome.type).toBe('denied')
    expect(asked).toEqual([])
  })

  it('says that it is away, and that nothing was searched, and asks nobody else', async () => {
    for (const offered of [[], [{ ...SEARCH, identity: 'somebody else' }], [{ ...SEARCH, input: { type: 'object' } }]]) {
      const { functions, asked } = searcher([], offered)
      const s = await start({ lint: false, functions, script })
      await s.commands.send('look it up')
      expect((await ended(s)).data.outcome).toMatchObject({
        type: 'failed',
        failure: { code: 'unavailable', message: expect.stringContaining('Nothing was searched.') },
      })
      expect([asked, s.server.requests.length]).toEqual([[], 2])
    }
  })
})
