import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, startSession, test } from './fixtures'

/** 4 × 2 pixels. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAQAAAACCAIAAADwyuo0AAAAEElEQVR4nGMQ6amAIwZkDgBuugjBG4xFBgAAAABJRU5ErkJggg=='
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6" onload="document.title=\'ran\'">\n<script>document.title = "ran"</script>\n<rect width="8" height="6" fill="teal"/>\n</svg>\n'
const LONG = Array.from({ length: 30 }, (_, n) => `line ${n + 1}\n`).join('')

test('pictures are shown before and after, drawings without what they would run; a renamed file is one entry and goes back as one', async ({
  page,
  relay,
  model,
}, info) => {
  model.setScript([
    answer([tool('write_file', { path: 'logo.svg', content: SVG }), tool('write_file', { path: 'old.txt', content: LONG })]),
    answer([tool('shell', { command: `echo ${PNG} | base64 -d > dot.png` })]),
    answer([text('Drawn.')]),
    answer([tool('shell', { command: "mv old.txt new.txt && sed -i 's/line 3$/LINE 3/' new.txt" })]),
    answer([text('Renamed.')]),
  ])
  await startSession(page, relay.url, 'draw')
  const allow = card(page).getByRole('button', { name: 'Allow once' })
  await allow.click()
  await expect(page.getByRole('log')).toContainText('Drawn.')
  await idle(page)
  await page.getByRole('tab', { name: 'Changes' }).click()
  const changes = page.getByRole('region', { name: 'Changes' })
  const picture = changes.getByRole('region', { name: 'Picture before and after' })
  await changes.getByRole('button', { name: /added.*dot\.png/ }).click()
  await expect(picture).toContainText(/New · \d+ B · 4 × 2/)
  await info.attach('picture-light', { body: await page.screenshot(), contentType: 'image/png' })
  await changes.getByRole('button', { name: /added.*logo\.svg/ }).click()
  await expect(picture).toContainText('8 × 6')
  await expect(changes.locator('.monaco-editor').first()).toContainText('teal')
  await expect(page).not.toHaveTitle('ran')
  await page.emulateMedia({ colorScheme: 'dark' })
  await info.attach('picture-dark', { body: await page.screenshot(), contentType: 'image/png' })

  await changes.getByRole('button', { name: 'Accept old.txt' }).click()
  await expect(changes.getByRole('listitem')).toHaveCount(2)
  await send(page, 'rename')
  await allow.click()
  await expect(page.getByRole('log')).toContainText('Renamed.')
  await idle(page)
  const row = changes.getByRole('listitem', { name: 'new.txt +1 −1' })
  await expect(row.getByRole('button', { name: /^renamed from old\.txt, 9\d % the same/ })).toBeVisible()
  await expect(changes.getByRole('listitem')).toHaveCount(3)
  await row.getByRole('button', { name: /^renamed/ }).click()
  await expect(changes.locator('.monaco-diff-editor')).toContainText('LINE 3')
  await info.attach('renamed', { body: await page.screenshot(), contentType: 'image/png' })
  await changes.getByRole('button', { name: 'Reject new.txt' }).click()
  await expect(changes.getByRole('listitem')).toHaveCount(2)
  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByRole('treeitem', { name: /old\.txt/ })).toBeVisible()
  await expect(page.getByRole('treeitem', { name: /new\.txt/ })).toHaveCount(0)
})
