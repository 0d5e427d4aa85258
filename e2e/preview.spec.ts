import { answer, text, tool } from '@tabwright/testkit'
import type { Page } from '@playwright/test'
import { expect, idle, startSession, test } from './fixtures'

const PAGE = `<!doctype html><title>Site</title><link rel="stylesheet" href="style.css"><h1>First</h1><img src="missing.png" alt="">
<a href="second.html">On</a><p id="late"></p>
<script>
  console.log('it says', { hello: 1 })
  fetch('https://example.com/?secret').catch(() => {})
  parent.postMessage({ type: 'APPLY', id: '1', path: ['send'], argumentList: [] }, '*', [new MessageChannel().port2])
  parent.postMessage('x'.repeat(100_000_000), '*')
  for (let n = 0; n < 10_000; n += 1) parent.postMessage({ type: 'approve' }, '*')
  setTimeout(() => { throw new Error('broken on purpose') })
</script>
<script type="module">
  import { word } from './lib/word.js'
  document.querySelector('#late').textContent = word + (await (await fetch('data.json')).json()).end
</script>`

const FILES: Readonly<Record<string, string>> = {
  'index.html': PAGE,
  'second.html': '<!doctype html><h1>Another page</h1>',
  'style.css': '@import "more.css";',
  'more.css': 'h1 { color: rgb(1, 2, 3) }',
  'lib/word.js': `import { made } from './made.js'\nexport const word = made`,
  'lib/made.js': `export const made = 'from a module'`,
  'data.json': '{ "end": " and data" }',
}

async function openPreview(page: Page): Promise<void> {
  await expect(page.getByRole('log')).toContainText('Written.')
  await idle(page)
  await page.getByRole('tab', { name: 'Preview' }).click()
}

const written = [answer(Object.entries(FILES).map(([path, content]) => tool('write_file', { path, content }))), answer([text('Written.')])]

test('[O41] a site of the workspace is shown at an origin of its own, with its console, and every change of it; what it posts to the app is nothing', async ({
  context,
  relay,
  model,
}) => {
  // One whose console may have errors: they are the site's.
  const page = await context.newPage()
  model.setScript([
    ...written,
    answer([tool('edit_file', { path: 'index.html', old_text: '<h1>First', new_text: '<h1>Changed' })]),
    answer([text('Edited.')]),
  ])
  await startSession(page, relay.url, 'write')
  await openPreview(page)
  const preview = page.getByRole('region', { name: 'Preview' })
  const inside = page.frameLocator('iframe[title="Preview"]')
  await expect(inside.getByRole('heading', { name: 'First' })).toHaveCSS('color', 'rgb(1, 2, 3)')
  await expect(inside.getByText('from a module and data')).toBeVisible()
  await preview.getByRole('button', { name: /^Console/ }).click()
  const lines = preview.getByRole('list', { name: 'Console lines' })
  for (const said of ['it says {hello: 1}', 'broken on purpose', 'GET /missing.png: 404', 'https://example.com/'])
    await expect(lines).toContainText(said)
  const reach = await inside.locator('body').evaluate(() => {
    const tries = { top: () => top?.document, address: () => top?.location.href, parent: () => parent.document }
    document.cookie = 'a=b; domain=localhost'
    const reached = Object.entries(tries).filter(([, look]) => {
      try {
        return look() !== null
      } catch {
        return false
      }
    })
    return { reached: reached.map(([name]) => name), cookie: document.cookie, origin: location.origin }
  })
  expect(reach.reached).toEqual([])
  expect(reach.origin).toMatch(/^http:\/\/[0-9a-f]{32}\.preview\.localhost:\d+$/)
  expect(await page.evaluate(() => document.cookie)).toBe('')
  expect(await page.getByRole('alertdialog').count()).toBe(0)

  await inside.getByRole('link', { name: 'On' }).click()
  await expect(inside.getByRole('heading', { name: 'Another page' })).toBeVisible()
  await expect(preview.getByRole('textbox', { name: 'Address' })).toHaveValue('/second.html')
  await preview.getByRole('button', { name: 'Back' }).click()
  await expect(inside.getByRole('heading', { name: 'First' })).toBeVisible()

  await page.getByRole('textbox', { name: 'Message the agent' }).fill('edit')
  await page.getByRole('textbox', { name: 'Message the agent' }).press('Enter')
  await expect(inside.getByRole('heading', { name: 'Changed' })).toBeVisible()
  await preview.getByRole('button', { name: 'Fix these errors' }).click()
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toHaveValue('Fix what goes wrong in the preview.')
  await page.getByRole('button', { name: 'Open Console of the preview' }).click()
  await expect(page.getByRole('dialog', { name: /Console of the preview/ })).toContainText('broken on purpose')
})

test('a page that spins does not hold up the app, which says so and starts it anew', async ({ page, relay, model }) => {
  const spins = '<!doctype html><h1>Quiet</h1><button onclick="setTimeout(() => { for (;;) {} }, 1000)">Spin</button>'
  model.setScript([
    answer([tool('write_file', { path: 'index.html', content: spins })]),
    answer([text('Written.')]),
    answer([tool('list_files', {})]),
    answer([text('I am.')]),
  ])
  await startSession(page, relay.url, 'write')
  await openPreview(page)
  const preview = page.getByRole('region', { name: 'Preview' })
  const inside = page.frameLocator('iframe[title="Preview"]')
  // Once it spins it cannot say that it was clicked: that is said before.
  await inside.getByRole('button', { name: 'Spin' }).dispatchEvent('click')
  // The page spins for ever, and the app goes on: it has heard nothing of the page for seconds, and a whole turn comes and goes meanwhile.
  const trouble = preview.getByRole('alert')
  await expect(trouble).toContainText('has not answered for seconds')
  await page.getByRole('textbox', { name: 'Message the agent' }).fill('are you there?')
  await page.getByRole('textbox', { name: 'Message the agent' }).press('Enter')
  await expect(page.getByRole('log').getByText('I am.', { exact: true })).toBeVisible()
  await expect(trouble).toBeVisible()
  await preview.getByRole('button', { name: 'Start the page anew' }).click()
  await expect(inside.getByRole('button', { name: 'Spin' })).toBeVisible()
  await expect(preview.getByRole('alert')).toBeHidden()
})
