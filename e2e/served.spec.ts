import { answer, text, tool } from '@tabwright/testkit'
import type { Page } from '@playwright/test'
import { card, expect, idle, send, startSession, test } from './fixtures'

const SERVER = `import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'
const notes = []
const open = new Set()
const tell = () => open.forEach((one) => one.write('event: count\\ndata: ' + open.size + ' listening\\n\\n'))
createServer((request, response) => {
  let body = ''
  request.on('data', (part) => (body += part))
  request.on('end', () => {
    if (request.url === '/end') process.exit(0)
    if (request.url === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.on('close', () => (open.delete(response), tell()))
      open.add(response)
      return tell()
    }
    if (request.url === '/notes' && request.method === 'POST') {
      notes.push(new URLSearchParams(body).get('note'))
      response.writeHead(303, { location: '/', 'set-cookie': 'seen=yes; HttpOnly' }).end()
    } else if (request.url === '/api') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ method: request.method, body, cookie: request.headers.cookie ?? 'none' }))
    } else {
      response.setHeader('content-type', 'text/html')
      response.end(readFileSync('page.html', 'utf8').replace('NOTES', notes.map((note) => '<li>' + note + '</li>').join('')))
    }
  })
}).listen(3000, () => console.log('listens'))`

const PAGE = `<!doctype html><title>Notes</title><h1>Old head</h1><ul>NOTES</ul>
<form method="post" action="/notes"><input name="note" aria-label="Note"><button>Add</button></form><form method="post" action="/end"><button>End</button></form><p id="said"></p><p id="asked"></p><p id="events"></p>
<canvas width="60" height="40"></canvas><iframe srcdoc="<p>inside"></iframe><div style="height: 2000px; background: rgb(9, 8, 7)"></div>
<script>
  const pen = document.querySelector('canvas').getContext('2d')
  pen.fillStyle = 'rgb(12, 200, 34)'
  pen.fillRect(0, 0, 60, 40)
  fetch('/api', { method: 'PUT', body: 'sent' }).then((r) => r.json()).then((said) => { document.querySelector('#said').textContent = JSON.stringify(said) })
  const asked = new XMLHttpRequest()
  asked.open('GET', '/api')
  asked.responseType = 'json'
  asked.onload = () => { document.querySelector('#asked').textContent = asked.status + asked.response.method }
  asked.send()
  const events = new EventSource('/events')
  events.onopen = () => events.addEventListener('count', (event) => { document.querySelector('#events').textContent = event.data })
</script>`

test('a program that listens is shown by itself, answers forms and scripts, sees what is edited, and its end is said', async ({
  page,
  relay,
  model,
}) => {
  const start = 'node server.mjs > server.log & while ! grep -q listens server.log; do sleep 0.05; done'
  model.setScript([
    answer([
      tool('write_file', { path: 'server.mjs', content: SERVER }),
      tool('write_file', { path: 'page.html', content: PAGE }),
      tool('shell', { command: start }),
    ]),
    answer([text('It runs.')]),
    answer([tool('edit_file', { path: 'page.html', old_text: 'Old head', new_text: 'New head' })]),
    answer([text('Edited.')]),
    answer([tool('preview', { picture: true })]),
    answer([text('Seen.')]),
  ])
  await startSession(page, relay.url, 'serve')
  const preview = page.getByRole('region', { name: 'Preview' })
  const inside = page.frameLocator('iframe[title="Preview"]')
  // It goes on in the background, which is asked about.
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  await expect(page.getByText('A program listens on port 3000.')).toBeVisible()
  await expect(inside.getByText('{"method":"PUT","body":"sent","cookie":"none"}')).toBeVisible()
  await expect(inside.getByText('200GET')).toBeVisible()
  // An answer that never ends, as it comes.
  await expect(inside.getByText('1 listening')).toBeVisible()
  await inside.getByRole('textbox', { name: 'Note' }).fill('a & b')
  await inside.getByRole('button', { name: 'Add' }).click()
  await expect(inside.getByRole('listitem')).toHaveText('a & b')
  await expect(inside.getByText('"cookie":"seen=yes"')).toBeVisible()
  await expect(preview.getByRole('combobox', { name: 'Port' })).toHaveValue('3000')

  await idle(page)
  await send(page, 'edit it')
  await expect(inside.getByRole('heading', { name: 'New head' })).toBeVisible()
  // That of the page before ended with it.
  await expect(inside.getByText('1 listening')).toBeVisible()
  await expect(inside.getByRole('listitem')).toHaveText('a & b')
  await inside.locator('html').evaluate(() => scrollTo(0, 20))
  await idle(page)
  await send(page, 'look at it')
  await expect(page.getByRole('log').getByText('Seen.')).toBeVisible()
  const seen = model.requests.at(-1)?.body ?? ''
  for (const words of ['on port 3000', 'titled \\"Notes', 'New head', 'a & b', 'May hold what the page in the preview answered'])
    expect(seen).toContain(words)
  // As it stands: what a script drew is in it, and of a page higher than its frame what is seen.
  const sent = /"type":"base64","media_type":"image\/png","data":"([^"]+)"/.exec(seen)?.[1] ?? ''
  const { top, ...stands } = await inside.locator('canvas').evaluate((canvas) => {
    const { clientWidth: width, clientHeight: height } = document.documentElement
    return { width, height, drawn: 60 * 40, top: canvas.getBoundingClientRect().top, scrolled: scrollY }
  })
  const { first, ...found } = await pointsOf(page, sent)
  expect({ ...found, scrolled: 20 }).toEqual(stands)
  expect(Math.abs(first - top)).toBeLessThanOrEqual(1)
  await page
    .getByRole('log')
    .getByRole('button', { name: /preview/i })
    .click()
  await expect(page.getByRole('list', { name: 'Pictures' })).toBeVisible()

  await inside.getByRole('button', { name: 'End' }).click()
  await expect(preview.getByText('Nothing listens on port 3000 any more')).toBeVisible()
})

/** A picture's size, and of its points in the colour of the canvas how many and in which line the first is. */
function pointsOf(page: Page, base64: string): Promise<{ width: number; height: number; drawn: number; first: number }> {
  return page.evaluate(async (data) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]))
    const { width, height } = bitmap
    const context = new OffscreenCanvas(width, height).getContext('2d')
    context?.drawImage(bitmap, 0, 0)
    const points = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray()
    const found: number[] = []
    for (let at = 0; at < points.length; at += 4)
      if (points[at] === 12 && points[at + 1] === 200 && points[at + 2] === 34) found.push(at / 4)
    return { width, height, drawn: found.length, first: Math.floor((found[0] ?? 0) / width) }
  }, base64)
}
