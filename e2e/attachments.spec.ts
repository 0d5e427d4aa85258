import { answer, hold, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

/** A picture as a file that is dropped. */
async function transfer([width, height, name]: readonly [number, number, string]): Promise<DataTransfer> {
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')?.fillRect(0, 0, width / 2, height)
  const data = new DataTransfer()
  data.items.add(new File([await canvas.convertToBlob({ type: 'image/png' })], name, { type: 'image/png' }))
  return data
}

test('[F15] pictures, PDF and texts go with a message, from box to queue to conversation, and come back with it', async ({
  page,
  relay,
  model,
}) => {
  const gate = hold()
  model.setScript([
    answer([text('Ready.')]),
    answer([tool('list_files', {})], { before: [{ type: 'hold', until: gate.until }] }),
    answer([text('I see.')]),
  ])
  await startSession(page, relay.url, 'hello')
  await expect(page.getByRole('log')).toContainText('Ready.')
  await idle(page)
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  const attached = page.getByRole('list', { name: 'Attached to this message' })
  const names = (): Promise<string[]> =>
    attached.getByRole('button', { name: /^Open / }).evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? ''))

  // In by paste, drop and the button; a long paste becomes a chip; what cannot be attached says what can.
  await box.click()
  await box.evaluate((field, lines) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', lines)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, 'a line\n'.repeat(30))
  await box.dispatchEvent('drop', { dataTransfer: await page.evaluateHandle(transfer, [3136, 1568, 'wide.png'] as const) })
  await expect.poll(names).toEqual(['Open Pasted text, 30 lines', 'Open wide.png'])
  await page.getByLabel('Files to attach').setInputFiles([
    { name: 'paper.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 <</Type/Page>>') },
    { name: 'all.zip', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04\0\0') },
  ])
  await expect(
    page.getByText('all.zip cannot be attached. What can: PNG, JPEG, WebP and GIF pictures, PDF documents and text files.'),
  ).toBeVisible()
  await expect.poll(names).toEqual(['Open Pasted text, 30 lines', 'Open wide.png', 'Open paper.pdf'])
  await attached.getByRole('button', { name: 'Remove paper.pdf' }).click()

  // It outlives a reload, opens large by the keyboard, and goes as it is into the request.
  await box.fill('Look')
  await page.reload()
  await expect(box).toHaveValue('Look')
  await expect.poll(names).toEqual(['Open Pasted text, 30 lines', 'Open wide.png'])
  await attached.getByRole('button', { name: 'Open wide.png' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('img', { name: 'wide.png' })).toBeVisible()
  await expect(dialog).toContainText('wide.png · 1568 × 784')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await box.press('Enter')
  const said = page.getByRole('article', { name: 'You' }).last()
  await expect(said.getByRole('button', { name: 'Open wide.png' }).getByRole('img')).toBeVisible()
  await expect(box).toHaveValue('')
  await expect(attached).toBeHidden()

  // Queued, taken back, and sent again with what is attached.
  await box.dispatchEvent('drop', { dataTransfer: await page.evaluateHandle(transfer, [20, 10, 'small.png'] as const) })
  await expect.poll(names).toEqual(['Open small.png'])
  await send(page, 'and this')
  const queue = page.getByRole('list', { name: 'Queued messages' })
  await expect(queue).toContainText('1 attachment')
  await queue.getByRole('button', { name: 'Take back' }).click()
  await expect(box).toHaveValue('and this')
  await expect.poll(names).toEqual(['Open small.png'])
  await send(page, 'and this')
  gate.release()
  await expect(page.getByRole('log')).toContainText('I see.')
  const blocks = (n: number): { type: string; text?: string; source?: { data: string } }[] =>
    JSON.parse(model.requests[n]?.body ?? '{}').messages.at(-1).content
  expect(blocks(1).map(({ type }) => type)).toEqual(['text', 'text', 'image', 'text'])
  expect(blocks(2).filter(({ type }) => type === 'image')).toHaveLength(1)
  expect(model.problems).toEqual([])
})

test('[F30] what is attached on the start page goes with the first message, and comes back with a fork and a rewind', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([answer([text('Seen.')]), answer([text('Seen again.')])])
  await page.goto(relay.url)
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.click()
  await page.getByLabel('Files to attach').setInputFiles([{ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('one\ntwo\n') }])
  await expect(page.getByRole('button', { name: 'Open notes.txt' })).toBeVisible()
  await box.fill('read this')
  await box.press('Enter')
  await expect(page.getByRole('log')).toContainText('Seen.')
  await idle(page)
  await expect(page.getByRole('log').getByRole('button', { name: 'Open notes.txt' })).toBeVisible()
  await page.getByRole('article', { name: 'You' }).hover()
  await page.getByRole('button', { name: 'Actions for this message' }).click()
  await page.getByRole('menuitem', { name: 'Fork from here' }).click()
  await expect(page.getByRole('list', { name: 'Attached to this message' })).toContainText('notes.txt')
  await expect(box).toHaveValue('read this')
  await box.press('Enter')
  await expect(page.getByRole('log')).toContainText('Seen again.')
  await idle(page)
  await box.click()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  const dialog = page.getByRole('dialog', { name: 'Rewind' })
  await expect(dialog).toBeVisible()
  await dialog.getByRole('button', { name: 'Restore conversation' }).click()
  await dialog
    .getByRole('button', { name: /^Restore/ })
    .first()
    .click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('list', { name: 'Attached to this message' })).toContainText('notes.txt')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByRole('list', { name: 'Attached to this message' })).toBeHidden()
})
