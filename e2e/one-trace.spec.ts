import { answer, text, tool } from '@tabwright/testkit'
import { registerWorker } from 'iii-sdk'
import { card, expect, idle, startRelay, TEST_KEY, test } from './fixtures'

const TOKEN = 'a-token-of-the-person-0123456789abcdef'
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const CALLER = 'b7ad6b7169203331'

interface Row {
  readonly span_id: string
  readonly parent_span_id: string | null
  readonly name: string
  readonly service: string
  readonly kind: string
}

test('one trace goes from a program through the turn of a tab, its model and its gate, the relay, a worker, a queue and a change of state', async ({
  page,
  model,
}) => {
  const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url, TABWRIGHT_TOKEN: TOKEN })
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const invoke = async <T>(id: string, input: object, traceparent?: string): Promise<T> => {
    const more = traceparent === undefined ? {} : { traceparent }
    const response = await fetch(`${relay.url}/invoke/${id}`, {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify(input),
    })
    return response.json()
  }
  // Each answers one call at a time: so the relay knows what a call of theirs belongs to, though they hand no trace on.
  const join = (workerName: string): ReturnType<typeof registerWorker> =>
    registerWorker(`ws://127.0.0.1:${relay.port}/worker`, {
      workerName,
      headers: { authorization: headers.authorization },
      otel: { enabled: false },
    })
  const [shop, packer] = [join('shop'), join('packer')]
  const seen: unknown[] = []
  shop.registerFunction('shop::order', () =>
    shop.trigger({ function_id: 'shop::pack', payload: { thing: 'tea' }, action: { type: 'enqueue', queue: 'packing' } }),
  )
  packer.registerFunction('shop::pack', async ({ thing }: { readonly thing: string }) => {
    await packer.trigger({ function_id: 'state::set', payload: { scope: 'parcels', key: thing, value: { status: 'packed' } } })
    return {}
  })
  shop.registerFunction('shop::packed', async ({ key }: { readonly key: string }) => seen.push(key))
  shop.registerTrigger({ type: 'state', function_id: 'shop::packed', config: { scope: 'parcels' } })
  model.setScript([answer([tool('call_function', { function: 'shop::order', input: {} }, { id: 't1' })]), answer([text('It is ordered.')])])
  try {
    await page.goto(relay.url)
    const offered = (): Promise<string> => invoke('engine::functions::list', {}).then((list) => JSON.stringify(list))
    await expect.poll(offered).toMatch(/shop::packed.*tab::send_message|tab::send_message.*shop::packed/)
    const { session } = await invoke<{ session: string }>('tab::send_message', { text: 'Order tea.' }, `00-${TRACE}-${CALLER}-01`)
    await page.getByRole('link', { name: 'Order tea.' }).click()
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await idle(page)
    await expect.poll(() => seen).toEqual(['tea'])
    const tree = async (): Promise<readonly Row[]> =>
      (await invoke<{ spans: readonly Row[] }>('engine::traces::tree', { trace_id: TRACE })).spans
    await expect.poll(async () => (await tree()).map(({ name }) => name)).toEqual(expect.arrayContaining(['turn', 'shop::packed']))
    const rows = await tree()
    const above = (name: string): readonly string[] => {
      const path: string[] = []
      for (let row = rows.findLast((one) => one.name === name); row; row = rows.find((one) => one.span_id === row?.parent_span_id)) {
        path.unshift(`${row.service} ${row.name}`)
      }
      return path
    }
    const turn = ['tabwright-relay tab::send_message', 'tab turn']
    expect(above('model')).toEqual([...turn, 'tab model'])
    expect(above('gate call_function')).toEqual([...turn, 'tab gate call_function'])
    const order = [...turn, 'tab tool shop::order', 'tabwright-relay shop::order']
    expect(above('shop::order')).toEqual(order)
    const way = above('shop::packed')
    expect(way.slice(0, order.length)).toEqual(order)
    expect(way.map((name) => name.split(' ').at(-1)).slice(order.length)).toEqual(
      expect.arrayContaining(['shop::pack', 'state::set', 'shop::packed']),
    )
    expect(rows.find(({ name }) => name === 'tab::send_message')?.parent_span_id).toBe(CALLER)
    expect(session).toMatch(/^\w+$/)
  } finally {
    await Promise.all([shop.shutdown(), packer.shutdown()])
    await relay.stop()
  }
})
