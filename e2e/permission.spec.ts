import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, startSession, test } from './fixtures'

const COMMAND = 'rm -rf src && echo "gone"'

test('a command that no rule allows asks with its exact bytes, after a reload too, and a note goes to the model', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([text('I will clean up.'), tool('shell', { command: COMMAND, purpose: 'clean up' })]),
    answer([text('Understood, I leave it.')]),
  ])
  await startSession(page, relay.url, 'clean up')
  await expect(card(page)).toBeVisible()
  await expect(card(page)).toContainText('shell')
  await expect(card(page)).toContainText(COMMAND)
  await expect(card(page).getByRole('region', { name: 'Exact request' })).toContainText(
    JSON.stringify({ command: COMMAND, cwd: '/workspace', purpose: 'clean up' }),
  )
  await expect(page).toHaveTitle(/⚠/)
  await expect(page.getByRole('group', { name: 'Tool call: shell' })).toContainText('needs approval')

  await page.reload()
  await expect(card(page).getByRole('region', { name: 'Exact request' })).toContainText(JSON.stringify(COMMAND))
  expect(model.requests).toHaveLength(1)

  await card(page).getByRole('button', { name: 'Deny with note…' }).click()
  await card(page).getByRole('textbox', { name: 'Note to the agent' }).fill('keep the sources')
  await card(page).getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(page.getByRole('log')).toContainText('Understood, I leave it.')
  await expect(page.getByRole('group', { name: 'Tool call: shell' })).toContainText('denied')
  const last = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1)
  expect(last.content[0]).toMatchObject({ type: 'tool_result', is_error: true })
  expect(last.content[0].content).toContain('keep the sources')
})

test('a bare no stops the turn; allow for this session lets the same command pass and no other', async ({ page, relay, model }) => {
  model.setScript([
    answer([tool('shell', { command: 'mkdir one' })]),
    answer([tool('shell', { command: 'mkdir two' })]),
    answer([tool('shell', { command: 'mkdir two' })]),
    answer([tool('shell', { command: 'mkdir three' })]),
    answer([text('all done')]),
  ])
  await startSession(page, relay.url, 'go')
  await expect(card(page)).toBeVisible()
  await card(page).getByRole('button', { name: 'Deny', exact: true }).click()
  await idle(page)
  await expect(page.getByRole('log')).toContainText('Stopped')
  expect(model.requests).toHaveLength(1)

  await send(page, 'try again')
  await expect(card(page)).toContainText('mkdir two')
  await card(page).getByRole('button', { name: 'Allow for this session' }).click()
  await expect(card(page)).toContainText('mkdir three')
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByRole('log')).toContainText('all done')
})

test('the card ignores keys and clicks for its first half second, and Escape inside it denies', async ({ page, relay, model }) => {
  model.setScript([answer([tool('shell', { command: 'mkdir x' })]), answer([text('never')])])
  await startSession(page, relay.url, 'go')
  await page.evaluate(() => {
    const press = (): void => {
      const button = [...document.querySelectorAll('[role=alertdialog] button')].find((node) => node.textContent?.startsWith('Allow once'))
      if (!(button instanceof HTMLElement)) return void requestAnimationFrame(press)
      button.click()
      const held = { key: 'Enter', ctrlKey: true, bubbles: true }
      for (const more of [{}, { repeat: true }]) button.dispatchEvent(new KeyboardEvent('keydown', { ...held, ...more }))
    }
    press()
  })
  await expect(card(page)).toBeVisible()
  await page.waitForTimeout(600)
  await expect(card(page)).toBeVisible()
  await card(page).getByRole('button', { name: 'Deny', exact: true }).focus()
  await page.keyboard.press('Escape')
  await expect(card(page)).toBeHidden()
  await idle(page)
  expect(model.requests).toHaveLength(1)
})
