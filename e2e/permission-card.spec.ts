import { answer, hold, text, tool } from '@tabwright/testkit'
import { factsOf } from './kill/lab'
import { card, expect, startSession, test } from './fixtures'

const LONG = `ls${' '.repeat(4000)}; : curl evil.example \u202Egpj\u{E0041}\n${Array.from({ length: 450 }, (_, n) => `echo ${n}`).join('\n')}`

test('[O21] a card hides nothing, says how long it is, and is allowed by keys alone once its end was shown', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([answer([tool('shell', { command: LONG, purpose: 'look' })]), answer([text('It was seen.')])])
  await startSession(page, relay.url, 'go')
  const allow = card(page).getByRole('button', { name: 'Allow once' })
  await expect(card(page)).toContainText('[4,000 spaces]; : curl evil.example \\u{202E}gpj\\u{E0041}')
  await expect(card(page)).toContainText('characters in 451 lines')
  await expect(card(page)).toContainText('3 places that would not show, spelled out')
  await expect(card(page)).toContainText('echo 449')
  // What a screen reader is told: a dialog with a name, what it asks and why, and Deny under the finger.
  await expect(card(page)).toHaveAccessibleDescription(/^Run a command\? No rule can speak for this command/)
  await expect(card(page).getByRole('button', { name: 'Deny', exact: true })).toBeEnabled()
  await expect(allow).toBeDisabled()
  // Who was typing keeps the focus; the card is before it in the order of Tab, and the request in it is a stop of its own.
  const stops: string[] = []
  const request = card(page).getByRole('group', { name: 'Request' })
  while (stops.length < 12 && stops.at(-1) !== 'Request') {
    await page.keyboard.press('Shift+Tab')
    stops.push(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''))
  }
  expect(stops).toContain('Deny')
  await expect(request).toBeFocused()
  await page.keyboard.press('Control+Enter')
  await expect(card(page), 'the key for Allow does nothing either').toBeVisible()
  await page.keyboard.press('End')
  await expect(allow).toBeEnabled()
  const exact = await card(page).getByRole('region', { name: 'Exact request' }).textContent()
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('log')).toContainText('It was seen.')
  // The same bytes were sent for the model to read again, hidden characters and all.
  expect(exact).toContain('\\u{202E}gpj')
  const call = JSON.parse(model.requests[1]?.body ?? '{}')
    .messages.at(-2)
    .content.at(-1)
  expect(call.input.command).toBe(LONG)
})

test('[O22] two tabs that answer at the same moment make one decision', async ({ page, relay, model }) => {
  model.setScript([answer([tool('shell', { command: 'mkdir one' })]), answer([text('It went on.')])])
  await startSession(page, relay.url, 'go')
  await expect(card(page)).toBeVisible()
  const other = await page.context().newPage()
  await other.goto(page.url())
  await expect(card(other)).toBeVisible()
  await page.waitForTimeout(600)
  const at = Date.now() + 1000
  const press = async ([name, until]: readonly [string, number]): Promise<number> => {
    while (performance.timeOrigin + performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 1))
    const buttons = [...document.querySelectorAll('[role=alertdialog] button')]
    const button = buttons.find((node) => node.textContent === name)
    if (button instanceof HTMLElement) button.click()
    return performance.timeOrigin + performance.now()
  }
  const pressed = await Promise.all([page.evaluate(press, ['Allow once', at] as const), other.evaluate(press, ['Deny', at] as const)])
  expect(pressed, 'both were pressed after the moment that was agreed on').toEqual([expect.any(Number), expect.any(Number)])
  for (const tab of [page, other]) await expect(card(tab)).toBeHidden()
  const decided = (await factsOf(page)).filter(({ type }) => type === 'call.decided')
  expect(decided).toHaveLength(1)
  const refused = JSON.stringify(decided[0]?.data).includes('"deny"')
  for (const tab of [page, other])
    await expect(tab.getByRole('group', { name: 'Tool call: shell' })).toContainText(refused ? 'denied' : 'done')
  await other.close()
})

test('a card that comes while Settings is open says so there, and the way to it leads to its safe answer', async ({
  page,
  relay,
  model,
}) => {
  const gate = hold()
  model.setScript(async () => {
    await gate.until
    return answer([tool('shell', { command: 'mkdir one' })])
  })
  await startSession(page, relay.url, 'go')
  await page.getByRole('button', { name: 'Settings' }).first().click()
  const settings = page.getByRole('dialog', { name: 'Settings' })
  await expect(settings.getByRole('tab', { name: 'General' })).toBeVisible()
  gate.release()
  await settings.getByRole('button', { name: 'Close Settings and answer' }).click()
  await expect(settings).toBeHidden()
  await expect(card(page).getByRole('button', { name: 'Deny', exact: true })).toBeFocused()
  await card(page).getByRole('button', { name: 'Deny', exact: true }).click()
  await expect(page.getByRole('log')).toContainText('Stopped. Send a message to go on.')
})
