import { answer, hold, htmlPage, httpError, text, thinking, tool } from '@tabwright/testkit'
import { graveFindings } from './axe'
import { expect, idle, send, startSession, TEST_KEY, test } from './fixtures'

const held = (gate: ReturnType<typeof hold>): { type: 'hold'; until: Promise<void> } => ({ type: 'hold', until: gate.until })

test('text and thinking stream, parallel calls run, and the key never reaches the tab', async ({ page, relay, model }) => {
  const seen: string[] = []
  page.on('response', (response) => {
    if (response.url().startsWith(relay.url)) seen.push(JSON.stringify(response.headers()))
  })
  page.on('request', (request) => seen.push(JSON.stringify(request.headers()) + (request.postData() ?? '')))
  model.setScript([
    answer([thinking('let me look around', 'sig-1'), text('Reading both.'), tool('list_files', {}), tool('glob', { pattern: '*.md' })]),
    answer([text('# Found\n\nIt is **done**.')]),
  ])
  await startSession(page, relay.url, 'look')
  await expect(page.getByRole('log').getByRole('heading', { name: 'Found' })).toBeVisible()
  await idle(page)
  await expect(page.getByRole('group', { name: /^Tool call:/ })).toHaveCount(2)
  await expect(page.getByRole('button', { name: 'Model: Claude Test 1' })).toBeVisible()
  const stored = await page.evaluate(async () => {
    const all: unknown[] = []
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name ?? '')
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      for (const store of database.objectStoreNames) {
        all.push(
          await new Promise((resolve) => {
            const request = database.transaction(store).objectStore(store).getAll()
            request.onsuccess = () => resolve(request.result)
          }),
        )
      }
      database.close()
    }
    return JSON.stringify([all, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML])
  })
  expect(stored).toContain('let me look around')
  expect(stored + seen.join('\n')).not.toContain(TEST_KEY)
  expect(model.requests[0]?.headers.authorization).toBe(`Bearer ${TEST_KEY}`)
})

test('Stop ends a streaming answer, keeps the text as interrupted, and the next message works', async ({ page, relay, model }) => {
  const gate = hold()
  model.setScript([answer([text('A very long answer begins here')], { after: [held(gate)] }), answer([text('Yes?')])])
  await startSession(page, relay.url, 'tell me everything')
  await expect(page.getByRole('log')).toContainText('A very long answer begins')
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await idle(page)
  await expect(page.getByRole('log')).toContainText('A very long answer begins')
  await expect(page.getByRole('log')).toContainText('Stopped')
  gate.release()
  await send(page, 'hello')
  await expect(page.getByRole('log')).toContainText('Yes?')
})

test('a message sent while the agent works waits in the queue and is delivered after the current tools', async ({ page, relay, model }) => {
  const gate = hold()
  model.setScript([answer([tool('list_files', {})], { before: [held(gate)] }), answer([text('Quick it is.')])])
  await startSession(page, relay.url, 'work')
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible()
  await send(page, 'be quick')
  await expect(page.getByRole('list', { name: 'Queued messages' })).toContainText('be quick')
  gate.release()
  await expect(page.getByRole('log')).toContainText('Quick it is.')
  await expect(page.getByRole('list', { name: 'Queued messages' })).toBeHidden()
  const last = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1)
  const told = 'The user sent the following message while you were working:\nbe quick'
  expect(last).toEqual({ role: 'system', content: [{ type: 'text', text: told }] })
})

test('a rejected key is said in one sentence and the message is kept', async ({ page, relay, model }) => {
  model.setScript([httpError(401, { type: 'authentication_error', message: 'invalid x-api-key' }), answer([text('Now it works.')])])
  await startSession(page, relay.url, 'hi')
  await expect(page.getByRole('alert').filter({ hasText: /rejected the key/i })).toBeVisible()
  await expect(page.getByRole('log')).toContainText('hi')
  expect(model.requests).toHaveLength(1)
  expect(await graveFindings(page, 'rejected key')).toEqual([])
  await page
    .getByRole('button', { name: /Try again|Retry/ })
    .first()
    .click()
  await expect(page.getByRole('log')).toContainText('Now it works.')
})

test('a busy server is waited for as long as it asks, with a countdown', async ({ page, relay, model }) => {
  model.setScript([
    httpError(429, { type: 'rate_limit_error', message: 'slow down' }, { 'retry-after': '2' }),
    answer([text('There you are.')]),
  ])
  await startSession(page, relay.url, 'hi')
  await expect(page.getByText(/Retrying in \d+ s/)).toBeVisible()
  await expect(page.getByRole('log')).toContainText('There you are.')
  expect(model.requests).toHaveLength(2)
})

test('a server that answers with a web page is named as what it is', async ({ page, relay, model }) => {
  model.setScript([htmlPage('<h1>Sign in to the Wi-Fi</h1>')])
  await startSession(page, relay.url, 'hi')
  await expect(page.getByRole('alert').filter({ hasText: /web page/i })).toBeVisible()
  await idle(page)
})

test('[rule 56] the wait for a busy server goes on over a reload, to the same moment', async ({ page, relay, model }) => {
  model.setScript([
    httpError(429, { type: 'rate_limit_error', message: 'slow down' }, { 'retry-after': '8' }),
    answer([text('There you are.')]),
  ])
  await startSession(page, relay.url, 'hi')
  await expect(page.getByText(/Retrying in \d+ s/)).toBeVisible()
  await page.reload()
  await expect(page.getByText(/Retrying in [1-7] s/)).toBeVisible()
  await expect(page.getByRole('log')).toContainText('There you are.', { timeout: 15_000 })
  expect(model.requests).toHaveLength(2)
})
