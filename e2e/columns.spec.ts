import type { Page } from '@playwright/test'
import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, startSession, test } from './fixtures'
import { sessionPage } from './pages/session'

const widthOf = (page: Page): Promise<number> =>
  sessionPage(page).sessions.evaluate((element) => Math.round(element.getBoundingClientRect().width))

/** @param edge its name @param by pixels */
async function drag(page: Page, edge: string, by: number): Promise<void> {
  const box = await page.getByRole('separator', { name: edge }).boundingBox()
  const [x, y] = [(box?.x ?? 0) + (box?.width ?? 0) / 2, 400]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x + by, y, { steps: 4 })
  await page.mouse.up()
}

test('a column keeps the width that it was given, and a window that changes its size asks for nothing and draws nothing anew', async ({
  page,
  relay,
  model,
}) => {
  const { log, sessions, changes } = sessionPage(page)
  await page.setViewportSize({ width: 1440, height: 800 })
  model.setScript([answer([tool('write_file', { path: 'a.txt', content: 'one\n' })]), answer([text('Written.')])])
  await startSession(page, relay.url, 'write')
  await expect(log).toContainText('Written.')
  await idle(page)
  // It opens by itself once there is something to show.
  await expect(changes).toBeVisible()
  const before = await widthOf(page)
  await drag(page, 'Width of the sessions column', 60)
  await expect.poll(() => widthOf(page)).toBeGreaterThan(before + 50)
  const given = await widthOf(page)
  await page.reload()
  await expect(log).toContainText('Written.')
  await expect.poll(() => widthOf(page)).toBe(given)

  // Nothing is left for the sessions in a smaller window.
  await drag(page, 'Width of the workbench', -250)
  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`))
  await log.evaluate((element) => Object.assign(element, { mark: 'the same' }))
  await page.setViewportSize({ width: 1024, height: 800 })
  await expect(sessions, 'there is no room for it').toBeHidden()
  await page.setViewportSize({ width: 390, height: 800 })
  await expect(page.getByRole('button', { name: 'Sessions', exact: true })).toBeVisible()
  await expect(log).toBeVisible()
  await page.setViewportSize({ width: 1440, height: 800 })
  await expect(sessions, 'there is room again').toBeVisible()
  expect(await log.evaluate((element) => Reflect.get(element, 'mark'))).toBe('the same')
  expect(asked).toEqual([])
})
