import { answer, text, tool } from '@tabwright/testkit'
import { registerWorker } from 'iii-sdk'
import { card, expect, idle, send, startRelay, startSession, TEST_KEY, test } from './fixtures'

const TOKEN = 'a-token-of-the-person-0123456789abcdef'

test('a program on the relay sees the sessions of a tab and asks its agent for something, and the page shows who it was', async ({
  page,
  model,
}) => {
  const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url, TABWRIGHT_TOKEN: TOKEN })
  const headers = { authorization: `Bearer ${TOKEN}` }
  const worker = registerWorker(`ws://127.0.0.1:${relay.port}/worker`, { workerName: 'ci-bot', headers, otel: { enabled: false } })
  const call = <T>(id: string, payload: object = {}): Promise<T> => worker.trigger<object, T>({ function_id: id, payload })
  const offered = async (prefix = 'tab::'): Promise<readonly string[]> => {
    const { functions } = await call<{ functions: { function_id: string }[] }>('engine::functions::list', { prefix })
    return functions.map((one) => one.function_id)
  }
  try {
    model.setScript([answer([text('All tests pass.')])])
    await page.goto(relay.url)
    await expect.poll(() => offered()).toContain('tab::list_sessions')
    expect(await call('tab::list_sessions')).toEqual({ sessions: [] })

    const { session } = await call<{ session: string }>('tab::send_message', { text: 'Run the tests.' })
    expect(await call('tab::wait', { session })).toMatchObject({ state: 'idle', answer: 'All tests pass.' })
    expect(await call('tab::list_sessions')).toMatchObject({ sessions: [{ session, title: 'Run the tests.' }] })
    const refused = call('tab::send_message', { session, text: 'And now?' }).catch((error: unknown) => error)
    const asking = page.getByRole('alertdialog', { name: 'A program asks' })
    await expect(asking).toContainText('Let ci-bot write to the agent?')
    await expect(asking).toContainText('And now?')
    const deny = asking.getByRole('button', { name: 'Deny' })
    await expect(deny).toBeEnabled()
    await deny.press('Escape')
    expect(await refused).toMatchObject({ code: 'denied' })
    await expect(asking).toHaveCount(0)

    await expect(page.getByText('ci-bot wrote to the agent through the relay.')).toBeVisible()
    await page.getByRole('link', { name: 'Run the tests.' }).click()
    const message = page.getByRole('article', { name: 'The worker ci-bot' })
    await expect(message).toContainText('ci-bot wrote this through the relay')
    await expect(message).toContainText('Run the tests.')
    await idle(page)

    const written = call('tab::write_file', { session, path: 'from-ci.txt', text: 'hello' })
    await expect(card(page)).toContainText('The program ci-bot on the relay wants this, and not the agent.')
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    expect(await written).toMatchObject({ outcome: 'done' })
    expect(await call('tab::read_file', { session, path: 'from-ci.txt' })).toEqual({ text: 'hello' })

    await page.keyboard.press('Control+,')
    await page.getByRole('tab', { name: 'Relay' }).click()
    await expect(page.getByRole('status').filter({ hasText: 'Joined as tab.' })).toBeVisible()
    await expect(page.getByText(/^This relay’s fingerprint is [0-9a-f]{4}(-[0-9a-f]{4}){3}\./)).toBeVisible()
    const rows = page.getByRole('region', { name: 'Calls from the relay' }).getByRole('row')
    await expect(rows.filter({ hasText: 'send_message' })).toHaveCount(2)
    await expect(rows.filter({ hasText: 'send_message' }).first()).toContainText('The person at this tab said no.')

    const second = await page.context().newPage()
    await second.goto(relay.url)
    await expect.poll(() => offered('tab-2::')).toContain('tab-2::list_sessions')
    expect(await call('tab-2::list_sessions')).toMatchObject({ sessions: [{ session }] })
    await second.close()
    await expect.poll(() => offered('tab-2::')).toEqual([])

    const list = page.getByRole('group', { name: 'See the list of sessions' })
    await list.getByRole('radio', { name: 'On' }).focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await expect(list.getByRole('radio', { name: 'Off' })).toBeChecked()
    await expect.poll(() => offered()).not.toContain('tab::list_sessions')
    await page.getByRole('button', { name: 'Leave the relay' }).press('Enter')
    await expect.poll(() => offered()).toEqual([])
    await page.getByRole('button', { name: 'Join the relay' }).press('Enter')
    await expect.poll(() => offered()).toContain('tab::send_message')
  } finally {
    await worker.shutdown()
    await relay.stop()
  }
})

test('the agent finds a function of a program that joined meanwhile and calls it behind a card, and it goes with its program', async ({
  page,
  model,
}) => {
  const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url, TABWRIGHT_TOKEN: TOKEN })
  const headers = { authorization: `Bearer ${TOKEN}` }
  const refund = tool('call_function', { function: 'orders::refund', input: { id: 7 } }, { id: 't2' })
  const again = tool('call_function', { function: 'orders::refund', input: { id: 8 } }, { id: 't3' })
  model.setScript([
    answer([text('Hello.')]),
    answer([tool('search_tools', { query: 'refund' }, { id: 't1' })]),
    answer([refund]),
    answer([text('Order 7 is refunded.')]),
    answer([again]),
    answer([text('It is gone.')]),
  ])
  await startSession(page, relay.url, 'hi')
  await idle(page)
  const worker = registerWorker(`ws://127.0.0.1:${relay.port}/worker`, { workerName: 'shop', headers, otel: { enabled: false } })
  const refunded: unknown[] = []
  worker.registerFunction(
    'orders::refund',
    async (input: { readonly id: number }) => {
      refunded.push(input.id)
      return { order: input.id, state: 'refunded' }
    },
    {
      description: 'Gives the money of an order back.',
      request_format: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
    },
  )
  try {
    await page.keyboard.press('Control+,')
    await page.getByRole('tab', { name: 'Relay' }).click()
    const found = page.getByRole('region', { name: 'Functions of other programs' }).getByRole('row', { name: 'orders::refund' })
    await expect(found).toContainText('Gives the money of an order back.')
    await page.keyboard.press('Escape')

    await send(page, 'refund order 7')
    await expect(card(page)).toContainText('orders::refund')
    expect(refunded).toEqual([])
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await idle(page)
    expect(refunded).toEqual([7])
    const call = page.getByRole('group', { name: 'Tool call: orders::refund' })
    await call.getByRole('button').first().click()
    await expect(call).toContainText('"state": "refunded"')

    await worker.shutdown()
    await page.keyboard.press('Control+,')
    await page.getByRole('tab', { name: 'Relay' }).click()
    await expect(found).toHaveCount(0)
    await expect(page.getByRole('region', { name: 'Calls of agents' })).toContainText('shop')
    await page.keyboard.press('Escape')
    await send(page, 'refund order 8')
    await idle(page)
    await expect(page.getByText('No program on the relay offers it now').first()).toBeVisible()
    expect(refunded).toEqual([7])
  } finally {
    await worker.shutdown()
    await relay.stop()
  }
})
