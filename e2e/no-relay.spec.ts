import { answer, startModelServer, text, tool } from '@tabwright/testkit'
import type { Route } from '@playwright/test'
import { card, expect, idle, send, startSession, TEST_KEY, test } from './fixtures'
import { sessionPage } from './pages/session'
import { startStaticHost } from './static-host'

/** The provider's network cannot exist here: what goes to its address is answered by the scripted server. */
async function toScriptedServer(route: Route, url: string): Promise<void> {
  const request = route.request()
  const cors = {
    'access-control-allow-origin': '*',
    'access-control-allow-headers': '*, authorization',
    'access-control-allow-methods': '*',
  }
  if (request.method() === 'OPTIONS') return route.fulfill({ status: 204, headers: cors })
  const answered = await fetch(request.url().replace('https://api.anthropic.com', url), {
    method: request.method(),
    headers: { authorization: (await request.headerValue('authorization')) ?? '', 'content-type': 'application/json' },
    ...(request.postData() === null ? {} : { body: request.postData() }),
  })
  const type = answered.headers.get('content-type') ?? 'application/json'
  return route.fulfill({ status: answered.status, headers: { ...cors, 'content-type': type }, body: await answered.text() })
}

test('without a relay the demo works, and a key typed for this tab reaches the provider and nothing else', async ({ page, context }) => {
  const model = await startModelServer({
    token: TEST_KEY,
    script: [answer([text('Direct.'), tool('shell', { command: 'mkdir x' })]), answer([text('Bye.')])],
  })
  const host = await startStaticHost()
  await context.route('https://api.anthropic.com/**', (route) => toScriptedServer(route, model.url))
  try {
    await page.goto(host.url)
    await expect(page.getByText('No relay here')).toBeVisible()
    await expect(page.getByRole('status', { name: 'Relay: none' })).toBeVisible()
    await page.getByRole('button', { name: 'Connect a provider' }).click()
    const settings = page.getByRole('dialog', { name: 'Settings' })
    await settings.getByLabel(/key/i).first().fill(TEST_KEY)
    await settings.getByLabel(/key/i).first().press('Enter')
    await expect(settings).toContainText('LEAK')
    await page.keyboard.press('Escape')
    await send(page, 'hello')
    await expect(card(page)).toBeVisible()
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect(page.getByRole('log')).toContainText('Bye.')
    await idle(page)
    const inPage = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]),
    )
    expect(inPage).not.toContain(TEST_KEY)
    const reached = await page.evaluate(() =>
      fetch('https://api.anthropic.com/v1/models').then(
        () => 'reached',
        () => 'refused',
      ),
    )
    expect(reached, 'only the key worker may call the provider').toBe('refused')
  } finally {
    await host.close()
    await model.close()
  }
})

test('a host that does not isolate the page has the whole tour too, and About says what is lacking', async ({ page }) => {
  const host = await startStaticHost({ isolates: false })
  try {
    await startSession(page, host.url, 'Show me what you can do')
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false)
    await expect(card(page)).toBeVisible({ timeout: 40_000 })
    await sessionPage(page).answer('Allow for this session')
    await expect(page.getByRole('log')).toContainText(/all .*pass|0 fail/i, { timeout: 40_000 })
    await idle(page)
    await expect(await sessionPage(page).settings('About')).toContainText(
      'the server sends no isolation headers; stopping a runaway command takes longer',
    )
  } finally {
    await host.close()
  }
})
