import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, startSession, test } from './fixtures'

const CONFIG = JSON.stringify({
  hooks: {
    PreToolUse: [{ matcher: 'write_file', hooks: [{ type: 'script', path: '.tabwright/hooks/names.js' }] }],
    SessionStart: [{ hooks: [{ type: 'script', path: '.tabwright/hooks/begin.js' }] }],
  },
})
const NAMES = `const { tool_input } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
if (tool_input.path.endsWith('.js')) { process.stderr.write('this project is TypeScript'); process.exit(2) }
`

test('[F45] a project’s hooks are read, trusted by keyboard and then stop a call', async ({ page, relay, model }) => {
  const write = (path: string, content: string) => tool('write_file', { path, content })
  model.setScript([
    answer([
      write('.tabwright/hooks.json', CONFIG),
      write('.tabwright/hooks/names.js', NAMES),
      write('.tabwright/hooks/begin.js', "console.log('Tests run with: make check')"),
    ]),
    answer([text('Hooks written.')]),
    answer([write('a.js', 'x'), write('a.ts', 'x')]),
    answer([text('Second done.')]),
  ])
  await startSession(page, relay.url, 'write hooks')
  for (const file of ['hooks.json', 'names.js', 'begin.js']) {
    await expect(card(page)).toContainText(file)
    await card(page).getByRole('button', { name: 'Allow once' }).click()
  }
  await expect(page.getByRole('log')).toContainText('Hooks written.')
  await idle(page)

  const strip = page.getByRole('status', { name: 'Hooks' })
  await expect(strip).toContainText('None of them runs until you trust them')
  await strip.getByRole('button', { name: 'Read them' }).focus()
  await page.keyboard.press('Enter')
  const files = page.getByRole('group', { name: 'Files of the hooks' })
  await expect(files).toContainText('this project is TypeScript')
  const trust = page.getByRole('button', { name: 'Trust these hooks' })
  await files.focus()
  await page.keyboard.press('End')
  await files.evaluate((box) => box.scrollIntoView())
  await expect(trust).toBeEnabled()
  await trust.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByText('Trusted as they are here.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(strip).toHaveCount(0)

  await send(page, 'write files')
  await expect(page.getByRole('log')).toContainText('Second done.')
  await expect(page.getByRole('log')).toContainText('.tabwright/hooks/names.js blocks: this project is TypeScript')
  await expect(page.getByRole('log')).not.toContainText('Your note')
  const results = model.requests.at(-1)?.body ?? ''
  expect(results).toContain("The project's hook .tabwright/hooks/names.js did not let this call pass: this project is TypeScript")
  expect(results).toMatch(/Created a\.ts/)
  expect(model.requests[2]?.body).toContain('Tests run with: make check')
  await idle(page)
})
