import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '@tabwright/protocol'
import { answer, text, tool } from '@tabwright/testkit'
import type { Page } from '@playwright/test'
import { graveFindings } from './axe'
import { card, expect, startSession, test, type RunningRelay } from './fixtures'

type Fields = Readonly<Record<string, Json>>

/** The newest fact and the row that names it, read or put back on a page without the app. */
async function newest(page: Page, put?: { readonly event: string; readonly hash: string }): Promise<Fields> {
  return page.evaluate(async (change) => {
    const done = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('tabwright'))
    const transaction = database.transaction(['events', 'heads', 'sessions'], 'readwrite')
    const events = transaction.objectStore('events')
    if (change) {
      const event = JSON.parse(change.event)
      await done(events.put(event))
      // The row that sums the session up may be some facts behind; then it names another one.
      const heads = transaction.objectStore('heads')
      for (const head of await done(heads.getAll()))
        if (head.part?.head === event.seq) await done(heads.put({ ...head, part: { ...head.part, headHash: change.hash } }))
    }
    const all = await done(events.getAll())
    database.close()
    return all.at(-1)
  }, put)
}

/**
 * The tab dies while a command runs, and the command was one that reaches outside. No built-in tool is of that class yet, so the one
 * fact that says so is written as if: same place, same chain, its hash made anew.
 */
async function loseCall(page: Page, relay: RunningRelay): Promise<void> {
  await startSession(page, relay.url, 'order it')
  await card(page).waitFor()
  await page.getByRole('button', { name: 'Allow once' }).click({ timeout: 15_000 })
  await expect(page.getByRole('group', { name: 'Tool call: shell' })).toContainText('running')
  const address = page.url()
  await page.goto(`${relay.url}/healthz`)
  const { hash: _old, ...event } = await newest(page)
  expect(event['type']).toBe('call.started')
  const data = event['data']
  if (data === null || typeof data !== 'object' || Array.isArray(data)) throw new Error('a fact without data')
  const changed = { ...event, data: { ...data, effect: 'ask' } }
  const hash = createHash('sha256').update(canonicalJson(changed)).digest('hex')
  await newest(page, { event: JSON.stringify({ ...changed, hash }), hash })
  await page.goto(address)
}

const COMMAND = 'sleep 2; echo ordered >> orders.txt'
const script = [answer([tool('shell', { command: COMMAND }, { id: 't1' })]), answer([text('I see.')])]
const lost = (page: Page) => page.getByRole('alertdialog', { name: 'Outcome unknown' })

test('[C10] a call that may have happened is asked about; left alone it is unknown to the agent, and nothing runs twice', async ({
  page,
  relay,
  model,
}) => {
  model.setScript(script)
  await loseCall(page, relay)
  await expect(lost(page)).toContainText('The app was restarted while this ran. It may or may not have happened.')
  await expect(lost(page).getByRole('region', { name: 'Exact request' })).toContainText(COMMAND)
  await expect(page.getByRole('group', { name: 'Tool call: shell' })).toContainText('unknown')
  await expect(page.getByRole('navigation', { name: 'Sessions' }).getByRole('listitem')).toContainText('needs you')
  expect(model.requests).toHaveLength(1)
  await page.reload()
  expect(await graveFindings(page, 'lost call')).toEqual([])
  const leave = lost(page).getByRole('button', { name: 'Leave it' })
  await expect(leave).toBeEnabled()
  await leave.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('log')).toContainText('I see.')
  await expect(lost(page)).toBeHidden()
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toBeFocused()
  const { content } = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1)
  expect(JSON.stringify(content)).toMatch(/unknown|may (or may not )?have/i)
  await page.getByRole('button', { name: /^Show workbench/ }).click()
  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByRole('treeitem', { name: /orders\.txt/ })).toHaveCount(0)
})

test('[C10] a follower may say that it is to run again, and then it runs once', async ({ page, context, relay, model }) => {
  model.setScript(script)
  await loseCall(page, relay)
  const other = await context.newPage()
  await other.goto(page.url())
  await lost(other).getByRole('button', { name: 'Run it again' }).click({ timeout: 15_000 })
  await expect(lost(page)).toBeHidden()
  await expect(page.getByRole('log')).toContainText('I see.', { timeout: 15_000 })
  const { content } = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1)
  expect(content).toHaveLength(1)
  await page.getByRole('tab', { name: 'Files' }).click()
  await page.getByRole('treeitem', { name: /orders\.txt/ }).click()
  await expect(page.getByRole('region', { name: 'Editor' })).toContainText('ordered')
})
