import { answer, asksSummary, hold, summary, text } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('[F22] /compact makes a summary that opens in the transcript, and the conversation goes on from it', async ({
  page,
  relay,
  model,
}) => {
  const gate = hold()
  model.setScript((request) => {
    if (asksSummary(request)) return summary('We agreed on *blue*.', { before: [{ type: 'hold', until: gate.until }] })
    return answer([text(request.body.includes('and now?') ? 'Blue, as agreed.' : 'Blue it is.')])
  })
  const log = page.getByRole('log')
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await startSession(page, relay.url, 'let us take blue')
  await expect(log).toContainText('Blue it is.')
  await idle(page)

  await box.fill('/')
  await expect(page.getByRole('list', { name: 'Commands' })).toContainText('/compact')
  await expect(page.getByRole('list', { name: 'Commands' })).toContainText('/rewind')
  await box.fill('/tasks')
  await box.press('Enter')
  await expect(page.getByRole('tabpanel', { name: 'Tasks' })).toContainText('The agent keeps no list.')
  await expect(box).toHaveValue('')
  await box.fill('/')
  await box.press('Tab')
  await expect(box).toHaveValue('/compact ')
  await box.pressSequentially('keep the colour')
  await box.press('Enter')
  await expect(page.getByText('Summarising…')).toBeVisible()
  await expect(box).toHaveValue('')
  gate.release()
  const line = log.getByRole('button', { name: /^Summarised \d+ messages/ })
  await expect(line).toBeVisible()
  await line.click()
  await expect(log).toContainText('We agreed on blue.')

  await expect(log.getByRole('article', { name: 'You' }), 'what the app told the agent is not the person’s').toHaveCount(1)
  await send(page, 'and now?')
  await expect(log).toContainText('Blue, as agreed.')
  expect(model.requests[1]?.body).toContain('keep the colour')
  const { messages } = JSON.parse(model.requests[2]?.body ?? '{}')
  expect(JSON.stringify(messages)).toContain('We agreed on *blue*.')
  expect(JSON.stringify(messages)).not.toContain('Blue it is.')
  await expect(log, 'what the summary stands for stays to read').toContainText('Blue it is.')
})

test('[rule 104] stopping a summary leaves the conversation as it was', async ({ page, relay, model }) => {
  const gate = hold()
  model.setScript((request) =>
    asksSummary(request) ? summary('Never.', { before: [{ type: 'hold', until: gate.until }] }) : answer([text('Hello.')]),
  )
  await startSession(page, relay.url, 'hi')
  await expect(page.getByRole('log')).toContainText('Hello.')
  await idle(page)
  await page.getByRole('button', { name: 'Context details' }).click()
  await page.getByRole('button', { name: 'Summarise now' }).click()
  await expect(page.getByText('Summarising…')).toBeVisible()
  await page.getByRole('button', { name: 'Stop summarising' }).click()
  await expect(page.getByText('Summarising…')).toBeHidden()
  gate.release()
  await send(page, 'again')
  await expect(page.getByRole('article', { name: 'Agent' })).toHaveCount(2)
  expect(JSON.stringify(JSON.parse(model.requests.at(-1)?.body ?? '{}').messages)).toContain('Hello.')
})
