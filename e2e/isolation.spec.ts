import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, startSession, test } from './fixtures'

/** What a program may try to reach a host with; each gives a line "<name> <what happened>". */
const PROGRAM = (url: string): string => `
const tries = {
  fetch: () => fetch('${url}/fetch'),
  hidden: () => new Function('return fetch')()('${url}/hidden'),
  socket: () => new Promise((ok, no) => { const s = new (new Function('return WebSocket')())('${url.replace('http', 'ws')}/socket'); s.onopen = ok; s.onerror = no }),
  script: () => new Function('u', 'importScripts(u)')('${url}/script'),
  module: () => import('${url}/module.mjs'),
  worker: () => new Promise((ok, no) => { const w = new (new Function('return Worker')())('${url}/worker.js'); w.onmessage = ok; w.onerror = no }),
}
for (const [name, attempt] of Object.entries(tries)) {
  const ended = await Promise.race([Promise.resolve().then(attempt).then(() => 'REACHED', () => 'stopped'), new Promise((r) => setTimeout(r, 1000, 'silent'))])
  console.log(name + ' ' + ended)
}
console.log('secrets ' + (typeof indexedDB === 'undefined' ? 'none' : await new Promise((r) => { try { const q = indexedDB.open('tabwright'); q.onsuccess = () => r('OPEN'); q.onerror = () => r('stopped') } catch { r('stopped') } })))
`

test('code in the sandbox reaches no host, no key and no session, whatever it tries', async ({ page, relay, model }) => {
  const hits: string[] = []
  const canary = createServer((request, response) => {
    hits.push(request.url ?? '')
    response.writeHead(200, { 'access-control-allow-origin': '*' }).end('x')
  })
  await new Promise<void>((resolve) => canary.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`
  try {
    const command = `node try.mjs; curl ${url}/curl; echo finished`
    model.setScript([
      answer([tool('write_file', { path: 'try.mjs', content: PROGRAM(url) }), tool('shell', { command })]),
      answer([text('Tried.')]),
    ])
    await startSession(page, relay.url, 'try to get out')
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    // A command may ask for the network. Even with a yes no private address is reached that the relay's operator did not name.
    await expect(card(page)).toContainText(`Fetch from ${url}?`, { timeout: 30_000 })
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    await expect(page.getByRole('log')).toContainText('Tried.', { timeout: 30_000 })
    const said: string = JSON.parse(model.requests[1]?.body ?? '{}').messages.at(-1).content[1].content
    expect(said.split('\n').filter((line) => /^(fetch|hidden|socket|script|module|worker|secrets) /.test(line))).toHaveLength(7)
    expect(said).not.toMatch(/REACHED|OPEN/)
    expect(said).toContain('finished')
    expect(hits).toEqual([])
  } finally {
    canary.close()
  }
})
