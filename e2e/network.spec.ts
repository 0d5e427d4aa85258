import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, send, startRelay, startSession, test, TEST_KEY } from './fixtures'

interface Site {
  readonly host: string
  readonly seen: IncomingMessage[]
  close(): void
}

/** A server on this machine, as an operator would name one to the relay. */
async function site(): Promise<Site> {
  const seen: IncomingMessage[] = []
  const server: Server = createServer((incoming, outgoing) => {
    seen.push(incoming)
    const isPage = incoming.url === '/page'
    outgoing.setHeader('content-type', isPage ? 'text/html' : 'text/plain')
    if (isPage) return outgoing.end('<nav>to our shop</nav><main><h1>Guide</h1><p>Read the <a href="/api">API</a> &amp; more</main>')
    return incoming
      .resume()
      .on('end', () => outgoing.end(`${incoming.method} ${incoming.url} as ${incoming.headers.authorization ?? 'nobody'}\n`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, seen, close: () => void server.close() }
}

test('a command reaches a server when the person allows it, from then on to read there, and no other without a word', async ({
  page,
  model,
}) => {
  const [one, two] = [await site(), await site()]
  const hosts = { TABWRIGHT_FETCH_HOSTS: `${one.host},${two.host}` }
  const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url, ...hosts })
  try {
    model.setScript([
      answer([tool('shell', { command: `curl -sS http://${one.host}/data?x=1`, purpose: 'read the data' })]),
      answer([
        tool('shell', { command: `curl -sS http://${one.host}/more; curl -sS -d a=b http://${two.host}/form`, purpose: 'send it on' }),
      ]),
      answer([tool('web_fetch', { url: `http://${one.host}/page` })]),
      answer([text('That is all.')]),
    ])
    await startSession(page, relay.url, 'fetch it')
    const allow = async (name: 'Allow once' | 'Allow for this session'): Promise<void> => {
      await card(page).getByRole('button', { name }).click()
    }
    await expect(card(page)).toContainText('Run a command?')
    await allow('Allow once')
    await expect(card(page)).toContainText(`Fetch from http://${one.host}?`)
    await expect(card(page)).toContainText(`GET http://${one.host}/data?x=1`)
    await expect(card(page)).toContainText('User-Agent: curl/7.88.1')
    expect(one.seen, 'nobody has said yes').toHaveLength(0)
    await allow('Allow for this session')

    await expect(card(page)).toContainText('Run a command?')
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('GET /data?x=1 as nobody')
    await allow('Allow once')
    // To read more there is allowed now; to send something elsewhere is a question of its own.
    await expect(card(page)).toContainText(`Send this to http://${two.host}?`)
    await expect(card(page)).toContainText('a=b')
    await expect(card(page).getByRole('button', { name: 'Allow for this session' })).toBeHidden()
    expect(one.seen.map(({ url }) => url)).toEqual(['/data?x=1', '/more'])
    await card(page).getByRole('button', { name: 'Deny', exact: true }).click()
    await expect(page.getByRole('log')).toContainText('That is all.')
    expect(two.seen).toHaveLength(0)
    const told = JSON.stringify(model.requests.at(-1)?.body)
    expect(told).toContain('The person denied the request')
    // A page comes without what stands around it; to read there was allowed.
    expect(told).toContain(`Read the [API](http://${one.host}/api) & more`)
    expect(told).not.toContain('to our shop')
  } finally {
    await relay.stop()
    one.close()
    two.close()
  }
})

test('a token for a host is entered in Settings, and told to nobody', async ({ page, model }) => {
  const one = await site()
  const relay = await startRelay({ ANTHROPIC_API_KEY: TEST_KEY, ANTHROPIC_BASE_URL: model.url, TABWRIGHT_FETCH_HOSTS: one.host })
  try {
    await page.goto(relay.url)
    await page.getByRole('button', { name: 'Settings' }).first().click()
    await page.getByRole('tab', { name: 'Git hosts' }).click()
    await page.getByLabel('Host', { exact: true }).fill(`http://${one.host}`)
    await page.getByLabel('Token', { exact: true }).fill('ghp_0123456789abcdefWXYZ')
    await page.getByRole('button', { name: 'Keep in the relay' }).click()
    const kept = page.getByRole('group', { name: `http://${one.host}` })
    await expect(kept).toContainText('as git, the token ending in WXYZ.')
    expect(await page.content()).not.toContain('ghp_0123456789')
    await kept.getByRole('button', { name: 'Remove token' }).click()
    await expect(page.getByText('No token is kept.')).toBeVisible()
    await page.keyboard.press('Escape')
    await send(page, 'hello')
    // The page fetches its parts from the relay that stops next.
    await page.waitForLoadState('networkidle')
  } finally {
    await relay.stop()
    one.close()
  }
})
