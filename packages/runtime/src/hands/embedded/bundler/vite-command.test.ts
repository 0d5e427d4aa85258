import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { sessionId, type LeaseId } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundlerPack, frameTexts } from '../../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../../workspace/workspace'
import { embeddedHands } from '../embedded-hands'

const { signal } = new AbortController()
const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts, bundler: bundlerPack })
const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
const encoder = new TextEncoder()
let lease: LeaseId
beforeAll(async () => {
  await bundlerPack()
  lease = await hands.provision(sessionId('vite'), signal)
}, 120_000)
afterAll(() => hands.release(lease))

async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const draft = workspace.draft()
  for (const [path, content] of Object.entries(files)) draft.write(path, typeof content === 'string' ? encoder.encode(content) : content)
  await draft.settle()
  workspace.adopt(draft.delta())
}

/** A package as it is installed here, with what it needs itself; what lies within another stays there. */
function installed(name: string, into: string, at = '.', found: Record<string, Uint8Array> = {}): Record<string, Uint8Array> {
  let home = at
  while (home !== '.' && !existsSync(join(home, 'node_modules', name)))
    home = home.includes('/node_modules/') ? home.replace(/\/node_modules\/(?:@[^/]+\/)?[^/]+$/, '') : '.'
  const from = join(home, 'node_modules', name)
  const to = join(into, from)
  if (found[`${to}/package.json`] !== undefined || !existsSync(from)) return found
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder)) {
      const path = join(folder, entry)
      if (entry === 'node_modules' || /\.(?:d\.[cm]?ts|map|md)$/.test(entry)) continue
      if (statSync(path).isDirectory()) walk(path)
      else found[join(into, path)] = readFileSync(path)
    }
  }
  walk(from)
  const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  for (const other of Object.keys(dependencies)) installed(other, into, from, found)
  return found
}

async function shell(command: string): Promise<string> {
  const files = workspace.draft()
  const { text, exitCode } = await hands.execute(lease, 'shell', { command, timeoutMs: 60_000 }, { signal, files, output: () => undefined })
  workspace.adopt(files.delta())
  return `${text}[${exitCode}]`
}

async function get(port: number, path: string): Promise<string> {
  const files = workspace.draft()
  await hands.terminals.sync(lease, { signal, files })
  workspace.adopt(files.delta())
  const accept = path.endsWith('/') ? 'text/html' : '*/*'
  const { body } = await hands.ports.request(lease, { port, method: 'GET', path, headers: [['accept', accept]] }, signal)
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of body) text += decoder.decode(part, { stream: true })
  return text
}

const PAGE = (entry: string): string =>
  `<!doctype html><html><head><title>%VITE_TITLE%</title></head><body><div id="app"></div><script type="module" src="${entry}"></script></body></html>`

describe('vite in the embedded hands', { timeout: 180_000 }, () => {
  it('serves a React project, builds an edited module anew, shows what is wrong, and builds for others', async () => {
    await put({
      ...installed('react', 'app'),
      ...installed('react-dom', 'app'),
      'app/package.json': '{ "name": "app", "type": "module", "scripts": { "dev": "vite --port 4000", "build": "vite build" } }',
      'app/index.html': PAGE('/src/main.tsx'),
      'app/.env': 'VITE_TITLE="A title"\nSECRET=kept\n',
      'app/vite.config.ts': `import { defineConfig } from 'vite'\nimport react from '@vitejs/plugin-react'\nimport { resolve } from 'node:path'\nexport default defineConfig({ plugins: [react()], resolve: { alias: { '@': resolve(__dirname, 'src') } } })`,
      'app/public/robots.txt': 'none',
      'app/src/main.tsx': `import { createRoot } from 'react-dom/client'\nimport './main.css'\nimport { App } from '@/app'\ncreateRoot(document.querySelector('#app')!).render(<App name={import.meta.env.VITE_TITLE} secret={import.meta.env.SECRET} />)`,
      'app/src/app.tsx': `import { useState } from 'react'\nimport logo from './logo.svg'\nimport styles from './app.module.css'\ninterface Props { readonly name: string }\nexport function App({ name }: Props) { const [n] = useState(0); return <h1 className={styles.head}><img src={logo} />first {name} {n}</h1> }`,
      'app/src/app.module.css': '.head { color: red }',
      'app/src/main.css': 'body { background: url(/robots.txt) }',
      'app/src/logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    })
    const started = await shell('cd app; npm run dev > log & while ! grep -q Local log; do sleep 0.05; done; grep Local log')
    expect(started).toContain('http://localhost:4000/')
    const page = await get(4000, '/')
    expect(page).toContain('<title>A title</title>')
    expect([...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)).toEqual([
      '/@bundle/entry.css',
      '/@bundle/packages.js',
      '/@bundle/entry.js',
    ])
    const entry = await get(4000, '/@bundle/entry.js')
    expect(entry).toContain('"first "')
    expect(entry).toContain('data:image/svg+xml')
    expect(entry).not.toContain('kept')
    expect(await get(4000, '/@bundle/packages.js')).toContain('createRoot')
    expect(await get(4000, '/robots.txt')).toBe('none')
    expect(await get(4000, '/.env')).toContain('not given')
    await put({ 'app/src/app.tsx': `export const App = () => <h1>second</h1>` })
    await get(4000, '/')
    expect(await get(4000, '/@bundle/entry.js')).toContain('second')
    await put({ 'app/src/app.tsx': `import { gone } from 'not-installed'\nexport const App = () => <h1>{gone}</h1>` })
    const broken = await get(4000, '/')
    expect(broken).toContain('/workspace/app/src/app.tsx:1:22')
    expect(broken).toContain('npm install not-installed')
    await put({ 'app/src/app.tsx': `export const App = () => <h1>third</h1>` })
    expect(await get(4000, '/')).toContain('/@bundle/entry.js')
    await shell('kill %1')
    await expect.poll(() => hands.ports.list(lease)).toEqual([])

    expect(await shell('cd /workspace/app && npm run build')).toContain('✓ built')
    const built = await shell('cat dist/index.html dist/robots.txt && ls dist/assets')
    expect(built).toMatch(/src="\/assets\/index-\w+\.js"/)
    expect(built).toMatch(/none.*index-\w+\.css\nindex-\w+\.js/s)
    expect(await shell('grep -c third dist/assets/*.js')).toContain('1')
  })

  it('compiles components of Vue and Svelte with the project’s own compilers', async () => {
    await put({
      ...installed('vue', 'v'),
      ...installed('svelte', 'v'),
      'v/package.json': '{ "name": "v", "type": "module" }',
      'v/index.html': PAGE('/main.js'),
      'v/vite.config.js': `import vue from '@vitejs/plugin-vue'\nimport { svelte } from '@sveltejs/vite-plugin-svelte'\nexport default { plugins: [vue(), svelte()] }`,
      'v/main.js': `import { createApp } from 'vue'\nimport { mount } from 'svelte'\nimport App from './App.vue'\nimport Old from './Old.vue'\nimport Other from './Other.svelte'\ncreateApp(App, { Old }).mount('#app')\nmount(Other, { target: document.body })`,
      'v/App.vue': `<script setup lang="ts">\nimport { ref } from 'vue'\nconst n = ref<number>(0)\n</script>\n<template><button @click="n++">count {{ n }}</button></template>\n<style scoped>button { color: red }</style>`,
      'v/Old.vue': `<script>export default { data: () => ({ word: 'old way' }) }</script>\n<template><p>{{ word }}</p></template>`,
      'v/Other.svelte': `<script lang="ts">let n: number = $state(0)</script>\n<button onclick={() => n++}>count {n}</button>\n<style>button { color: blue }</style>`,
    })
    expect(await shell('cd /workspace/v && vite build --no-minify')).toContain('✓ built')
    const built = await shell('cat dist/assets/*.css; grep -o "old way\\|__scopeId = .*\\|__component.*render = .*" dist/assets/*.js')
    expect(built).toMatch(/button\[data-v-\w+\] \{/)
    expect(built).toMatch(/button\.svelte-\w+/)
    expect(built).toMatch(/__scopeId = "data-v-\w+"/)
    expect(built).toContain('old way')
    expect(built).toContain('render = ')
  })

  it('gives code the address of a public file, and empties no folder but the project’s own', async () => {
    await put({
      'plain/index.html': PAGE('/main.js'),
      'plain/main.js': "import logo from '/logo.svg'\ndocument.title = logo\n",
      'plain/public/logo.svg': '<svg/>',
      'plain/dist/old.txt': 'old',
      'docs/kept.md': 'kept',
    })
    const built = await shell('cd /workspace/plain && vite build && ls dist && cat dist/assets/*.js')
    expect(built).toMatch(/\[0\]$/)
    expect(built).toContain('"/logo.svg"')
    expect(built).not.toContain('old.txt')
    expect(await shell('vite build --outDir ../docs && ls ../docs; cat public/logo.svg')).toMatch(/index\.html\nkept\.md[\s\S]*<svg\/>/)
    expect(await shell('vite build --outDir ../docs --emptyOutDir && ls ../docs')).not.toContain('kept.md')
  })

  it('follows what the settings say of mode, environment, addresses, folder and target, and names what it does not know', async () => {
    await put({
      's/index.html': `<!doctype html><link rel="icon" href="/logo.svg"><div id="app"></div><script type="module" src="/main.js"></script>`,
      's/main.js': `import big from './big.png'\nimport logo from '/logo.svg'\nimport './main.css'\nimport { word } from 'twice'\nimport './other'\nimport 'twice/how'\ndocument.title = [import.meta.env.MODE, import.meta.env.VITE_A, big, logo, word].join()\nclass A { static { A.x = 1 } }\n`,
      's/main.css': 'body { background: url(/logo.svg) } p { background: url(./big.png) }',
      's/other.mine.js': 'globalThis.mine = "by its ending"',
      's/big.png': new Uint8Array(9000),
      's/public/logo.svg': '<svg/>',
      's/env/.env.staging': 'VITE_A=from-staging',
      's/.env.production': 'VITE_A=from-production',
      's/node_modules/twice/package.json':
        '{ "name": "twice", "exports": { ".": { "special": "./special.js", "default": "./usual.js" }, "./how": { "development": "./usual.js", "production": "./how.js" } } }',
      's/node_modules/twice/how.js': 'globalThis.how = "for production"',
      's/node_modules/twice/special.js': 'export const word = "special"',
      's/node_modules/twice/usual.js': 'export const word = "usual"',
      's/vite.config.js': `import { defineConfig, loadEnv } from 'vite'\nexport default defineConfig(({ mode }) => ({ mode: 'staging', base: './', envDir: 'env', define: { __SEEN__: JSON.stringify(loadEnv('staging', 'env').VITE_A + mode) }, build: { assetsDir: 'static/x', sourcemap: true, target: 'es2020', minify: false }, resolve: { extensions: ['.mine.js', '.js'], conditions: ['special'] } }))`,
    })
    expect(await shell('cd /workspace/s && echo "document.body.id = __SEEN__" >> main.js && vite build')).toContain('✓ built')
    const built = await shell('cat dist/index.html dist/static/x/*.css dist/static/x/*.js; ls dist/static/x')
    expect(built).toMatch(/^<!doctype html>\s*<link rel="stylesheet" href="\.\/static\/x\/index-\w+\.css">/)
    expect(built).toMatch(/<script type="module" src="\.\/static\/x\/index-\w+\.js">/)
    expect(built).toContain('<link rel="icon" href="./logo.svg">')
    expect(built).toMatch(/url\(\.\.\/\.\.\/logo\.svg\)/)
    expect(built).toMatch(/url\("?\.\/big-\w+\.png"?\)/)
    expect(built).toMatch(/"\.\/big-\w+\.png"[^]*new URL\(\w+, import\.meta\.url\)/)
    for (const said of [
      '"staging"',
      'from-staging',
      '"special"',
      'by its ending',
      'for production',
      'from-stagingproduction',
      '"./logo.svg"',
    ])
      expect(built).toContain(said)
    expect(built).not.toMatch(/from-production|static \{/)
    expect(built).toMatch(/sourceMappingURL=index-\w+\.js\.map[^]*index-\w+\.js\.map\n/)
    await put({ 's/vite.config.js': 'export default { server: { proxy: {} }, build: { lib: { entry: "x" } } }' })
    expect(await shell('vite build; ls dist/index.html')).toMatch(
      /build\.lib, server\.proxy are settings that this vite does not know[^]*index\.html\n\[0\]/,
    )
  })

  it('names a plugin that it does not know, and writes nothing then', async () => {
    await put({
      'p/index.html': PAGE('/main.js'),
      'p/main.js': '',
      'p/vite.config.js': `import legacy from '@vitejs/plugin-legacy'\nexport default { plugins: [legacy()], worker: {} }`,
    })
    expect(await shell('cd /workspace/p && vite build')).toMatch(/@vitejs\/plugin-legacy is none whose work is done here/)
    expect(await shell('ls')).toBe('index.html\nmain.js\nvite.config.js\n[0]')
  })
})
