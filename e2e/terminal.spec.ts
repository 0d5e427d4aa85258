import { answer, text, tool } from '@tabwright/testkit'
import type { Locator, Page } from '@playwright/test'
import { card, expect, idle, startSession, test } from './fixtures'

/** Opens the drawer, and the shell by a click into it. */
async function openTerminal(page: Page): Promise<Locator> {
  const terminal = page.getByRole('region', { name: 'Terminal' })
  if (!(await terminal.isVisible())) await page.keyboard.press('Control+`')
  await terminal.locator('.xterm').click()
  await expect(terminal).toContainText('/workspace $', { timeout: 20_000 })
  return terminal
}

test('Ctrl+` goes to the shell and back to where one was, also on a narrow screen', async ({ page, relay, model }) => {
  model.setScript([answer([text('Hello.')])])
  await startSession(page, relay.url, 'hello')
  await expect(page.getByRole('log')).toContainText('Hello.')
  await idle(page)
  const terminal = page.getByRole('region', { name: 'Terminal' })
  const keys = terminal.getByRole('textbox', { name: 'Terminal input' })
  const sessions = page
    .getByRole('searchbox')
    .or(page.getByRole('button', { name: 'New session' }))
    .first()
  await sessions.focus()
  await page.keyboard.press('Control+`')
  await expect(keys).toBeFocused()
  await expect(terminal).toContainText('/workspace $', { timeout: 20_000 })
  await line(page, 'echo typed-$((1 + 1))')
  await expect(terminal).toContainText('typed-2')
  await page.keyboard.press('Control+`')
  await expect(terminal).toBeHidden()
  await expect(sessions).toBeFocused()

  // Open and not in it: the first press goes there.
  await page.keyboard.press('Control+`')
  await expect(keys).toBeFocused()
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.focus()
  await page.keyboard.press('Control+`')
  await expect(keys).toBeFocused()
  await page.getByRole('tab', { name: 'Agent', exact: true }).click()
  await page.keyboard.press('Control+`')
  await expect(box).toBeFocused()
  await page.keyboard.press('Control+`')
  await expect(page.getByRole('region', { name: 'Commands of the agent' }).getByRole('textbox')).toBeFocused()
  await page.keyboard.press('Control+`')
  await expect(box).toBeFocused()

  await page.setViewportSize({ width: 390, height: 760 })
  await page.keyboard.press('Control+`')
  await expect(page.getByRole('region', { name: 'Commands of the agent' })).toBeVisible()
  await expect(box).toBeHidden()
  await page.keyboard.press('Control+`')
  await expect(box).toBeFocused()
})

async function line(page: Page, typed: string): Promise<void> {
  await page.keyboard.type(typed)
  await page.keyboard.press('Enter')
}

test('a person edits lines, goes back to older ones, completes names, stops what runs and has jobs', async ({ page, relay, model }) => {
  model.setScript([answer([text('Hello.')])])
  await startSession(page, relay.url, 'hello')
  await idle(page)
  const terminal = await openTerminal(page)

  await page.keyboard.type('cho one-$((1 + 1))')
  await page.keyboard.press('Control+A')
  await line(page, 'e')
  await expect(terminal).toContainText('one-2')

  await line(page, 'echo alpha-$((20 + 3)) > longname.txt; cat longname.txt')
  await expect(terminal).toContainText('alpha-23')
  await page.keyboard.type('wc -c long')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(terminal).toContainText('9 longname.txt')
  await page.getByRole('tab', { name: 'Files' }).click()
  await expect(page.getByRole('treeitem', { name: /longname\.txt/ })).toBeVisible()
  await terminal.locator('.xterm').click()

  await line(page, 'while :; do :; done')
  await page.keyboard.press('Control+C')
  await line(page, 'echo ended-$?')
  await expect(terminal).toContainText('ended-130')

  await line(page, 'sleep 100')
  await page.keyboard.press('Control+Z')
  await expect(terminal).toContainText('Stopped')
  await line(page, 'sleep 200 &')
  await line(page, 'jobs')
  await expect(terminal).toContainText(/Running\s+sleep 200/)
  await line(page, 'fg %1')
  await page.keyboard.press('Control+C')
  await line(page, 'echo again-$?')
  await expect(terminal).toContainText('again-130')

  await page.keyboard.press('Control+R')
  await page.keyboard.type('alpha')
  await expect(terminal).toContainText('reverse-i-search')
  await page.keyboard.press('Control+G')
})

test('a program of node reads lines as they are typed, in callbacks and in code that waits; Ctrl+D and Ctrl+C end it', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([answer([text('Hello.')])])
  await startSession(page, relay.url, 'hello')
  await idle(page)
  const terminal = await openTerminal(page)
  await line(page, `node -e 'console.log("on-" + 1); process.stdin.on("data", (d) => console.log("got-" + String(d).trim().length))'`)
  await expect(terminal).toContainText('on-1')
  await line(page, 'abc')
  await expect(terminal).toContainText('got-3')
  await line(page, 'abcd')
  await expect(terminal).toContainText('got-4')
  await page.keyboard.press('Control+D')
  await line(page, 'clear; echo code-$?')
  await expect(terminal).toContainText('code-0')
  await line(page, `node -e 'for (const b = Buffer.alloc(9); ; ) console.log("read-" + fs.readSync(0, b))'`)
  await line(page, '12')
  await expect(terminal).toContainText('read-3')
  await page.keyboard.press('Control+C')
  await line(page, 'echo left-$?')
  await expect(terminal).toContainText('left-130')
})

test('[O29] what a program writes types nothing, leaves title and clipboard alone, and links are asked about; search and paste', async ({
  page,
  context,
  relay,
  model,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  model.setScript([answer([text('Hello.')])])
  await startSession(page, relay.url, 'hello')
  await idle(page)
  const terminal = await openTerminal(page)
  await page.evaluate(() => navigator.clipboard.writeText('mine'))

  await line(
    page,
    String.raw`printf '\e]52;c;ZXZpbA==\a\e]0;evil\a\e[6n\e[c\e[>c\eP$q"p\e\\\e]11;?\a\e[?1004h'; read -t 1 x; echo "read-[$x]-$((1 + 1))"`,
  )
  await expect(terminal).toContainText('read-[]-2')
  await expect(page).not.toHaveTitle(/evil/)
  // The page may not read the clipboard itself: a person's paste shows what is in it.
  const box = page.getByRole('textbox', { name: 'Message the agent' })
  await box.focus()
  await page.keyboard.press('ControlOrMeta+V')
  await expect(box).toHaveValue('mine')
  await terminal.locator('.xterm').click()

  await line(page, String.raw`clear; printf '\e]8;;javascript:alert(1)\e\\evil-link\e]8;;\e\\\n'; echo 'https://example.com/a?b=1'`)
  // What is seen lies under a layer that takes the mouse.
  const press = async (words: string): Promise<void> => {
    const box = await terminal
      .locator('.xterm-rows > div')
      .filter({ hasText: new RegExp(`^${words}`) })
      .boundingBox()
    const [x, y] = [(box?.x ?? 0) + 30, (box?.y ?? 0) + 6]
    await page.mouse.move(x + 3, y)
    await page.mouse.move(x, y)
    await page.mouse.click(x, y)
  }
  const dialog = page.getByRole('dialog', { name: 'Open this link?' })
  await expect(terminal).toContainText('example.com/a?b=1/workspace')
  await press('evil-link')
  await press('https:')
  await expect(dialog).toContainText('https://example.com/a?b=1')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toBeHidden()

  await terminal.locator('.xterm').click({ position: { x: 200, y: 60 } })
  await page.evaluate(() => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'echo pasted-$((1 + 1))\nfor i in a b; do\n  echo "$i-pasted"; done')
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expect(terminal).toContainText('for i in a b; do')
  await expect(terminal).not.toContainText('pasted-2')
  await page.keyboard.press('Enter')
  await expect(terminal).toContainText('b-pasted')

  await page.keyboard.press('Control+F')
  await page.getByRole('searchbox', { name: 'Search the terminal' }).fill('example.com')
  await expect(terminal.getByRole('status')).toHaveText('1 of 1')
  await page.keyboard.press('Escape')
  await line(page, 'echo focused-$((2 + 2))')
  await expect(terminal).toContainText('focused-4')
})

test('a person works beside the agent’s command, takes its shell over, and finds all of it again after a reload', async ({
  page,
  relay,
  model,
}) => {
  model.setScript([
    answer([tool('shell', { command: 'while [ ! -e go.txt ]; do sleep 0.1; done; cat go.txt' })]),
    answer([tool('shell', { command: String.raw`printf '\033[31mname?\033[0m\n'; read name; echo "hello $name"` })]),
    answer([text('Done.')]),
  ])
  await startSession(page, relay.url, 'wait for me')
  await expect(card(page)).toBeVisible()
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  const terminal = await openTerminal(page)
  await line(page, 'echo from-the-person > go.txt')

  await page.getByRole('tab', { name: 'Agent', exact: true }).click()
  const agent = page.getByRole('region', { name: 'Commands of the agent' })
  await expect(agent).toContainText('from-the-person')
  await page.getByRole('button', { name: 'Take over' }).click()
  await expect(agent.getByRole('textbox')).toBeFocused()
  await line(page, 'cd /tmp; pwd')
  await expect(agent).toContainText('/tmp $')
  await expect(card(page)).toBeVisible()
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(agent).toContainText('name?')
  await agent.locator('.xterm').click()
  await line(page, 'you')
  await expect(agent).toContainText('hello you')
  await expect(page.getByRole('log')).toContainText('Done.')
  const last = model.requests.at(-1)?.body ?? ''
  expect(last).toContain('The person took over this shell and typed while your command ran')
  expect(last).toContain('ran: cd /tmp; pwd')
  expect(last).toContain('name?')
  expect(last).not.toContain('u001b')
  await page.getByRole('button', { name: 'Give back' }).click()

  await page.getByRole('tab', { name: 'Terminal', exact: true }).click()
  await terminal.locator('.xterm').click()
  await line(page, 'echo wide-$COLUMNS')
  await expect(terminal).toContainText(/wide-\d+/)
  const wide = /wide-(\d+)/.exec(await terminal.innerText())?.[1]
  await page.setViewportSize({ width: 1000, height: 700 })
  await expect(async () => {
    await line(page, 'clear; echo now-$COLUMNS')
    await expect(terminal).toContainText(/now-\d+/, { timeout: 1000 })
    expect(/now-(\d+)/.exec(await terminal.innerText())?.[1]).not.toBe(wide)
  }).toPass()
  await page.keyboard.press('Control+`')
  await expect(terminal).toBeHidden()
  await page.keyboard.press('Control+`')
  await expect(terminal).toContainText('now-')

  await page.reload()
  await expect(terminal).toContainText('now-')
  await terminal.locator('.xterm').click()
  await expect(terminal).toContainText('A new shell')
  await expect(async () => {
    await page.keyboard.press('ArrowUp')
    await expect(terminal).toContainText(/echo (now|wide)-\$COLUMNS/, { timeout: 500 })
  }).toPass({ timeout: 20_000 })
  await page.getByRole('tab', { name: 'Agent', exact: true }).click()
  await expect(agent).toContainText('hello you')
})
