import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answer, text, tool } from '@tabwright/testkit'
import { card, expect, idle, send, test } from './fixtures'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "app", "type": "module", "scripts": { "dev": "vite" } }',
  'index.html': '<!doctype html><title>App</title><div id="root"></div><script type="module" src="/src/main.jsx"></script>',
  'src/main.jsx': `import { createRoot } from 'react-dom/client'
import './main.css'
import { App } from './app.jsx'
createRoot(document.querySelector('#root')).render(<App />)`,
  'src/main.css': 'h1 { color: rgb(1, 2, 3) }',
  'src/app.jsx': `import { useState } from 'react'
export function App() {
  const [n, setN] = useState(0)
  return <main><h1>First head</h1><button onClick={() => setN(n + 1)}>clicked {n}</button></main>
}`,
}

let folder = ''
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vite-e2e-'))
  for (const [path, content] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  // As npm installs them, without what other platforms want of them.
  for (const name of ['react', 'react-dom', 'scheduler'])
    cpSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name), {
      recursive: true,
      filter: (path) => !/server|profiling|unstable|test-utils/.test(path.slice(path.indexOf('node_modules'))),
    })
  execFileSync('tar', ['-czf', join(folder, '..', `${folder.split('/').at(-1)}.tar.gz`), '-C', folder, '.'])
})
test.afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(`${folder}.tar.gz`, { force: true })
})

test('a React project is served by vite, and shows an edited module, style and mistake', async ({ context, relay, model }) => {
  // One whose console may have errors: they are the project's.
  const page = await context.newPage()
  const edit = (path: string, old: string, next: string) => [
    answer([tool('edit_file', { path, old_text: old, new_text: next })]),
    answer([text('Edited.')]),
  ]
  model.setScript([
    answer([tool('shell', { command: 'npm run dev > dev.log & while ! grep -q Local dev.log; do sleep 0.05; done' })]),
    answer([text('It runs.')]),
    ...edit('src/app.jsx', 'First head', 'Second head'),
    ...edit('src/app.jsx', '<main>', '<main'),
  ])
  await page.goto(relay.url)
  await page.getByLabel('Archive to start from').setInputFiles(`${folder}.tar.gz`)
  await expect(page).toHaveURL(/\/s\//)
  await expect(page.getByText('Imported ')).toBeVisible()
  await send(page, 'serve it')
  await card(page).getByRole('button', { name: 'Allow once' }).click()
  const inside = page.frameLocator('iframe[title="Preview"]')
  await expect(inside.getByRole('heading', { name: 'First head' })).toHaveCSS('color', 'rgb(1, 2, 3)', { timeout: 45_000 })
  await inside.getByRole('button', { name: 'clicked 0' }).click()
  await expect(inside.getByRole('button', { name: 'clicked 1' })).toBeVisible()
  await idle(page)
  await send(page, 'edit it')
  await expect(inside.getByRole('heading', { name: 'Second head' })).toBeVisible()
  await idle(page)
  await send(page, 'break it')
  await expect(inside.getByRole('alert')).toContainText('/workspace/src/app.jsx')
})
