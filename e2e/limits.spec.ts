import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('[F73] a session stops at the limit that was set, says which, and goes on by keyboard with so much more', async ({
  page,
  relay,
  model,
}) => {
  model.setScript((_request, n) =>
    n < 3 ? answer([tool('write_file', { path: `${n}.txt`, content: 'x\n' })]) : answer([text('All written.')]),
  )
  await startSession(page, relay.url, 'write three files')
  await expect(page.getByRole('log')).toContainText('All written.')
  await idle(page)
  const before = model.requests.length

  await page.getByRole('button', { name: 'Settings' }).first().click()
  await page.getByRole('tab', { name: 'Limits' }).click()
  const steps = page.getByRole('textbox', { name: 'Steps, a session' })
  await steps.fill('many')
  await expect(page.getByRole('alert')).toContainText('Write a number')
  await steps.fill(String(before))
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('These limits hold.')).toBeVisible()
  await page.keyboard.press('Escape')

  await send(page, 'and once more')
  const stopped = `Stopped at your limit of ${before} steps a session: it stands at ${before} steps.`
  await expect(page.getByRole('log')).toContainText(stopped)
  expect(model.requests).toHaveLength(before)
  await page.reload()
  const more = page.getByRole('button', { name: `Continue with ${before} steps more` })
  await more.focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => model.requests.length).toBe(before + 1)
  await idle(page)
  await expect(more).toHaveCount(0)
})

test('[F46] a guard hides a key from the model and shows that it did', async ({ page, relay, model }) => {
  model.setScript(() => answer([text('Deployed.')]))
  await startSession(page, relay.url, 'hello')
  await idle(page)
  await page.getByRole('button', { name: 'Settings' }).first().click()
  await page.getByRole('tab', { name: 'Limits' }).click()
  await page.getByRole('group', { name: 'What goes to the model' }).getByRole('radio', { name: 'Hide' }).check()
  await page.keyboard.press('Escape')
  const key = ['npm', 'b2'.repeat(18)].join('_')
  await send(page, `deploy with ${key}`)
  await expect(page.getByRole('log')).toContainText('Guard on your message: The model reads a placeholder instead of: an npm token.')
  await expect.poll(() => model.requests.length).toBe(2)
  expect(model.requests[1]?.body).not.toContain(key)
  expect(model.requests[1]?.body).toContain('⟦hidden-1⟧')
})

test('[F69] a check that fails sends the agent back by itself, and passes', async ({ page, relay, model }) => {
  model.setScript([
    answer([text('Hello.')]),
    answer([tool('write_file', { path: 'a.txt', content: 'wrong' })]),
    answer([text('Written.')]),
    answer([tool('write_file', { path: 'a.txt', content: 'right' })]),
    answer([text('Now it is right.')]),
  ])
  await startSession(page, relay.url, 'hello')
  await idle(page)
  await page.getByRole('button', { name: 'Settings' }).first().click()
  await page.getByRole('tab', { name: 'Limits' }).click()
  await page.getByRole('group', { name: 'Hold it against' }).getByRole('radio', { name: 'A command' }).check()
  await page.getByRole('textbox', { name: 'Command' }).fill('grep right a.txt')
  await page.getByRole('button', { name: 'Use this check' }).click()
  await expect(page.getByText('This holds from the next turn on.')).toBeVisible()
  await page.keyboard.press('Escape')
  await send(page, 'write a.txt')
  await expect(page.getByRole('log')).toContainText('Your check failed.')
  await expect(page.getByRole('log')).toContainText('Now it is right.')
  await expect(page.getByRole('log')).toContainText('Your check passed.')
  await idle(page)
  expect(model.requests).toHaveLength(5)
})
