import { answer, text, tool } from '@tabwright/testkit'
import { graveFindings } from './axe'
import { expect, send, startSession, test } from './fixtures'

const ASK = {
  question: 'Where should the settings be kept?',
  options: [{ label: 'In a file', about: 'beside the sources, in git' }, { label: 'In the browser' }],
}

test('[F49] a question of the agent waits through a reload, is asked in every tab, and is answered by keys alone', async ({
  page,
  relay,
  model,
  context,
}) => {
  model.setScript([answer([text('Before I begin:'), tool('ask_person', ASK)]), answer([text('Then in a file.')])])
  await startSession(page, relay.url, 'keep the settings')
  const card = page.getByRole('alertdialog', { name: 'Question from the agent' })
  await expect(card).toContainText(ASK.question)
  await expect(page).toHaveTitle(/⚠/)
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute('href', /^data:image\/svg/)
  await expect(page.getByRole('group', { name: 'Tool call: ask_person' })).toContainText('needs answer')

  const other = await context.newPage()
  await other.goto(page.url())
  await expect(other.getByRole('alertdialog', { name: 'Question from the agent' })).toContainText('In the browser')

  await page.reload()
  await expect(card).toContainText(ASK.question)
  expect(await graveFindings(page, 'question card')).toEqual([])
  expect(model.requests).toHaveLength(1)
  // What the person writes below is a message that waits, and no answer.
  await send(page, 'In the browser')
  await expect(card).toBeVisible()

  await card.getByRole('radio', { name: 'In a file' }).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  await page.keyboard.type('next to package.json')
  await expect(card.getByRole('button', { name: 'Answer' })).toBeEnabled()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('log')).toContainText('Then in a file.')
  await expect(other.getByRole('alertdialog')).toHaveCount(0)
  expect(model.requests[1]?.body).toContain('The person chose: In a file\\nThe person wrote: next to package.json')
  await expect(page.getByRole('textbox', { name: 'Message the agent' })).toBeFocused()
  await other.close()
})
