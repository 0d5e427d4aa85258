import {
  answer,
  httpError,
  lintRequest,
  rawBlock,
  rawMember,
  stories,
  text,
  thinking,
  tool,
  type ScriptBlock,
  type Story,
} from '@tabwright/testkit'
import type { Json, WorkerFunction } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { modelMemory } from '../model-traits'
import { deferredSpecs } from './deferred'
import type { Functions } from './functions'
import { hotSpecs } from './hot-set'

const start = stories()

const REFUND: WorkerFunction = {
  id: 'orders::refund',
  worker: 'orders-service',
  identity: 'orders',
  description: 'Gives the money of an order back. See orders.example for more.',
  input: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'], additionalProperties: false },
  version: '',
  effect: 'ask',
  isHot: false,
  uses: 0,
}
const SEARCHES = { serverTools: true, adaptiveThinking: true }
const PROVIDERS = { type: 'tool_search_tool_bm25_20251119', name: 'tool_search_tool_bm25' }

interface Backend extends Functions {
  offered: readonly WorkerFunction[]
  readonly called: string[]
}

function backend(offered: readonly WorkerFunction[]): Backend {
  const made: Backend = {
    offered,
    called: [],
    list: () => made.offered,
    call: async (id) => {
      made.called.push(id)
      return { ok: true }
    },
  }
  return made
}

/** What the provider does by itself in one answer: it looks, and tells what it found. */
function looked(...names: readonly string[]): readonly ScriptBlock[] {
  const references = names.map((name) => ({ type: 'tool_reference', tool_name: name }))
  const found = { type: 'tool_search_tool_search_result', tool_references: references }
  return [
    rawBlock('{"type":"server_tool_use","id":"srvtoolu_1","name":"tool_search_tool_bm25","input":{"query":"refund"}}'),
    rawBlock(JSON.stringify({ type: 'tool_search_tool_result', tool_use_id: 'srvtoolu_1', content: found })),
  ]
}

function toolsOf(s: Story, n: number): readonly { readonly [key: string]: Json }[] {
  return JSON.parse(rawMember(s.server.requests.at(n)?.body ?? '', 'tools') ?? '[]')
}

async function allow(s: Story, nth: number): Promise<void> {
  await s.until('call.judged', nth)
  const asked = (await s.facts()).findLast((event) => event.type === 'call.judged')
  if (asked?.type !== 'call.judged' || asked.data.verdict.type !== 'ask') throw new Error('nothing is asked')
  await s.commands.decide({ call: asked.data.call, digest: asked.data.digest, answer: 'once' })
}

const NOT_KNOWN = httpError(400, {
  type: 'invalid_request_error',
  message: "tools.20: Input tag 'tool_search_tool_bm25_20251119' found using 'type' does not match any of the expected tags",
})

describe('the provider’s own search for tools', () => {
  it('[F25] [rule 26] [rule 42] finds what was deferred, and neither that nor what joins later changes the tools that were sent', async () => {
    const there = backend([REFUND, { ...REFUND, id: 'orders::list', uses: 3 }])
    const s = await start({
      functions: there,
      info: SEARCHES,
      script: [
        answer([thinking('I look.'), ...looked('orders__refund'), tool('orders__refund', { id: 7 }, { id: 't1' })]),
        answer([text('done')]),
        answer([thinking('And now?'), tool('search_tools', { query: 'stock' }, { id: 't2' })]),
        answer([tool('call_function', { function: 'stock::count', input: { id: 1 } }, { id: 't3' })]),
        answer([text('counted')]),
      ],
    })
    await s.commands.send('refund 7')
    await allow(s, 1)
    await s.until('turn.ended')
    there.offered = [{ ...REFUND, id: 'stock::count', worker: 'stock' }]
    await s.commands.send('how many are left?')
    await allow(s, 3)
    await s.until('turn.ended', 2)
    expect(there.called).toEqual(['orders::refund', 'stock::count'])
    const tools = toolsOf(s, 0)
    expect(tools.filter((one) => one['type'] === PROVIDERS.type)).toEqual([PROVIDERS])
    expect(tools.filter((one) => one['defer_loading'] === true).map((one) => one['name'])).toEqual(['orders__refund'])
    expect(tools.find((one) => one['name'] === 'orders__list')).not.toHaveProperty('defer_loading')
    expect(new Set(s.server.requests.map(({ body }) => rawMember(body, 'tools'))).size).toBe(1)
    expect([s.server.problems, s.server.mismatches]).toEqual([[], []])
  })

  it('[O26] brings the words of a worker when it finds them, and not before', async () => {
    const s = await start({
      functions: backend([REFUND]),
      info: SEARCHES,
      script: [answer([text('hello')]), answer([...looked('orders__refund'), text('There is one.')])],
    })
    await s.commands.send('hi')
    await s.until('turn.ended')
    expect(s.journal.state.taint.untrusted).toBeUndefined()
    await s.commands.send('can you refund?')
    await s.until('turn.ended', 2)
    const told = (await s.facts()).flatMap((event) => (event.type === 'functions.told' ? [event.data] : []))
    expect(told).toEqual([{ workers: ['orders-service'], hosts: ['orders.example'] }])
    expect(s.journal.state.taint.untrusted?.source).toBe('what the worker orders-service said of functions')
  })

  it('is not tried with a model that is not said to have it, nor where there is nothing to look in', async () => {
    const local = await start({ functions: backend([REFUND]), info: { id: 'local-7b' }, script: [answer([text('ok')])] })
    const alone = await start({ functions: backend([]), info: SEARCHES, script: [answer([text('ok')])] })
    for (const s of [local, alone]) {
      await s.commands.send('hi')
      await s.until('turn.ended')
      expect(s.server.requests[0]?.body).not.toMatch(/tool_search_tool|defer_loading/)
      expect(toolsOf(s, 0).map((one) => one['name'])).toEqual(expect.arrayContaining(['search_tools', 'call_function']))
    }
  })

  it('that a model refuses is left out at once, and in every later session', async () => {
    const models = modelMemory()
    const s = await start({
      functions: backend([REFUND]),
      info: SEARCHES,
      models,
      script: [NOT_KNOWN, answer([text('ok')])],
    })
    await s.commands.send('hi')
    await s.until('turn.ended')
    expect(s.server.requests.map(({ body }) => body.includes('tool_search_tool'))).toEqual([true, false])
    expect(toolsOf(s, 1)).toEqual(toolsOf(s, 0).filter((one) => one['type'] === undefined && one['defer_loading'] === undefined))
    const later = await start({ functions: backend([REFUND]), info: SEARCHES, models, script: [answer([text('ok')])] })
    await later.commands.send('hi')
    await later.until('turn.ended')
    expect(later.server.requests[0]?.body).not.toContain('tool_search_tool')
    expect(await models.refuses('claude-test-1', 'toolSearch')).toBe(true)
  })

  it('is taken out of a conversation that goes on with a model without it', async () => {
    const s = await start({
      functions: backend([REFUND]),
      info: SEARCHES,
      // The server holds a sent answer against changes; another model is sent one without what it cannot read.
      lint: false,
      script: [answer([...looked('orders__refund'), text('There is one.')]), answer(looked()), answer([text('ok')])],
    })
    await s.commands.send('can you refund?')
    await s.until('turn.ended')
    await s.commands.send('look again')
    await s.until('turn.ended', 2)
    s.choice.info = { id: 'local-7b', label: 'Local' }
    await s.commands.send('go on')
    await s.until('turn.ended', 3)
    const body = s.server.requests.at(-1)?.body ?? ''
    expect(body).not.toMatch(/tool_search_tool|tool_reference|defer_loading/)
    expect(body).toContain('There is one.')
    expect(lintRequest(body)).toEqual([])
    expect(rawMember(body, 'system')).toBe(rawMember(s.server.requests[0]?.body ?? '', 'system'))
  })

  it('is given no more than goes with each request, those in use first', () => {
    const long = { ...REFUND, description: 'x'.repeat(3000) }
    const many = Array.from({ length: 1000 }, (_, i) => ({ ...long, id: `orders::f${i}`, uses: i }))
    const hot = hotSpecs(many, 10)
    const given = deferredSpecs(many, hot)
    expect(JSON.stringify(given).length).toBeLessThan(210_000)
    expect(given[0]?.name).toBe('orders__f989')
    expect(
      deferredSpecs(
        many.map((one) => ({ ...one, description: '' })),
        [],
      ),
    ).toHaveLength(500)
  })
})
