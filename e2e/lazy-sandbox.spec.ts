import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, send, startSession, test } from './fixtures'

test('nothing of the sandbox is loaded or started before a command needs it', async ({ page, relay, model }) => {
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const ofSandbox = (): ReadonlySet<string> => new Set(asked.filter((path) => path.startsWith('/frame/')))
  model.setScript([answer([text('Hello.')]), answer([tool('shell', { command: 'echo out of the sandbox' })]), answer([text('Ran it.')])])
  await startSession(page, relay.url, 'say hello')
  await expect(page.getByRole('log')).toContainText('Hello.', { timeout: 30_000 })
  await idle(page)
  expect(ofSandbox()).toEqual(new Set())
  expect(page.frames()).toHaveLength(1)
  await send(page, 'run something')
  await expect(page.getByRole('log')).toContainText('Ran it.', { timeout: 45_000 })
  expect(ofSandbox()).toEqual(new Set(['/frame/kernel.html', '/frame/kernel.js', '/frame/process.js']))
})
