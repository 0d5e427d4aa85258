import { answer, text, tool } from '@tabwright/testkit'
import { expect, startSession, test } from '../fixtures'

const PAGE = `<!doctype html>
<link rel="stylesheet" href="look.css">
<h1>Counted</h1>
<p></p>
<script src="first.js"></script>
<script src="second.js"></script>
<script type="module">import { three } from './third.js'; document.querySelector('p').append(three)</script>`

const FILES = {
  'index.html': PAGE,
  'look.css': 'h1 { color: rgb(1, 2, 3) }',
  'first.js': 'globalThis.said = "one "',
  'second.js': 'document.querySelector("p").append(said + "two ")',
  'third.js': 'export const three = "three"',
}

// A pointer does not get into frames of another process here: WebDriver BiDi of this Firefox gives it to the page around them.
test('a site of the workspace is shown with its scripts in their order, and follows an edit', async ({ page, relay, model }) => {
  model.setScript([
    answer(Object.entries(FILES).map(([path, content]) => tool('write_file', { path, content }))),
    answer([text('Written.')]),
    answer([tool('edit_file', { path: 'third.js', old_text: 'three"', new_text: 'four"' })]),
    answer([text('Edited.')]),
  ])
  await startSession(page, relay.url, 'write')
  await page.getByRole('tab', { name: 'Preview' }).click()
  const inside = page.frameLocator('iframe[title="Preview"]')
  await expect(inside.getByText('one two three')).toBeVisible()
  await expect(inside.getByRole('heading', { name: 'Counted' })).toHaveCSS('color', 'rgb(1, 2, 3)')
  await page.getByRole('textbox', { name: 'Message the agent' }).fill('edit')
  await page.getByRole('textbox', { name: 'Message the agent' }).press('Enter')
  await expect(inside.getByText('one two four')).toBeVisible()
})
