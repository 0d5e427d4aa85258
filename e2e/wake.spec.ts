import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, startRelay, startSession, TEST_KEY, test } from './fixtures'

const TOKEN = 'a-token-of-the-person-0123456789abcdef'

test('[rule 87] a change of state wakes a session: nothing passes unasked then, and what happened while no tab was open is not lost', async ({
  context,
  page,
  model,
}) => {
  const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url, TABWRIGHT_TOKEN: TOKEN })
  const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
  const invoke = async (id: string, input: object): Promise<unknown> => {
    const response = await fetch(`${relay.url}/invoke/${id}`, { method: 'POST', headers, body: JSON.stringify(input) })
    return response.json()
  }
  const task = (key: string, value: object): Promise<unknown> => invoke('state::set', { scope: 'research-tasks', key, value })
  const bound = async (): Promise<string> => JSON.stringify(await invoke('engine::registered-triggers::list', { search: 'tab-wake' }))
  model.setScript([
    answer([text('Hello.')]),
    answer([tool('write_file', { path: 'tea.md', content: 'Tea.\n' }, { id: 't1' })]),
    answer([text('I wrote about tea.')]),
    answer([text('Milk is known.')]),
  ])
  try {
    await startSession(page, relay.url, 'hi')
    await idle(page)
    const { pathname } = new URL(page.url())
    await page.getByRole('button', { name: 'Session menu' }).click()
    await page.getByRole('menuitem', { name: 'Wake this session…' }).click()
    const form = page.getByRole('form', { name: 'Wake a session' })
    await expect(form.getByLabel('When', { exact: true })).toBeFocused()
    await expect(form.getByLabel('Wake', { exact: true })).toContainText('hi')
    await form.getByLabel('Scope').fill('research-tasks')
    await form.getByLabel('Only when').fill('status == "pending"')
    await form.getByLabel('Say').fill('Write about it.')
    await form.getByRole('button', { name: 'Wake this session' }).click()
    const row = page.getByRole('group', { name: 'State research-tasks, when status == "pending"' })
    await expect(row).toContainText('wakes hi: Write about it.')
    expect(await bound()).toContain('research-tasks')
    await page.keyboard.press('Escape')

    await task('t0', { topic: 'coffee', status: 'done' })
    await task('t1', { topic: 'tea', status: 'pending' })
    await expect(page.getByRole('article', { name: 'The worker trigger state research-tasks' })).toContainText('"topic":"tea"')
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect(page.getByText('I wrote about tea.', { exact: true })).toBeVisible()
    await idle(page)

    await page.close()
    await expect.poll(async () => JSON.stringify(await invoke('engine::functions::list', {}))).not.toContain('tab::')
    await task('t2', { topic: 'milk', status: 'pending' })
    const next = await context.newPage()
    await next.goto(`${relay.url}${pathname}`)
    await expect(next.getByText('Milk is known.')).toBeVisible()
    await expect(next.getByRole('article', { name: 'The worker trigger state research-tasks' })).toHaveCount(2)

    await next.getByRole('button', { name: 'Settings' }).click()
    await next.getByRole('tab', { name: 'Relay' }).click()
    await next.getByRole('button', { name: 'Stop waking' }).click()
    await expect(next.getByRole('button', { name: 'Stop waking' })).toHaveCount(0)
    expect(await bound()).not.toContain('research-tasks')
  } finally {
    await relay.stop()
  }
})
