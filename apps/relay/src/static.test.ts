import { symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { get as httpGet } from 'node:http'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, constants, gunzipSync } from 'node:zlib'
import { headersFor } from '@tabwright/protocol/headers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startForTest, writeFiles, type RelayUnderTest } from './relay-under-test'
import { cleanPath } from './static'

const LONG = 'export const text = "a long script"\n'.repeat(200)
let relay: RelayUnderTest

beforeAll(async () => {
  relay = await startForTest({
    files: {
      'index.html': '<!doctype html><title>app</title>',
      'assets/index-1.js': LONG,
      'assets/key-worker-2.js': 'x',
      'assets/a.wasm': 'x',
      'assets/odd.zzz': 'x',
      'frame/kernel.html': '<!doctype html>frame',
      'frame/kernel.js': 'x',
      '.env': 'SECRET=canary',
      '../secret.txt': 'canary',
    },
  })
})
afterAll(() => relay.stop())

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') => relay.send({ path, headers, method })
const page = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

function lower(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

describe('the built app', () => {
  it('[O42] comes with the headers of its path, worker scripts included, also when nothing changed and for HEAD', async () => {
    for (const path of ['/', '/index.html', '/assets/index-1.js', '/assets/key-worker-2.js', '/frame/kernel.html', '/frame/kernel.js']) {
      const expected = lower(headersFor(path, { localPort: relay.port }))
      const first = await get(path)
      expect([path, first.status]).toEqual([path, 200])
      expect(first.headers).toMatchObject(expected)
      const again = await get(path, { 'if-none-match': first.headers.etag ?? '' })
      expect([again.status, again.text]).toEqual([304, ''])
      expect(again.headers).toMatchObject({ ...expected, etag: first.headers.etag })
      const head = await get(path, {}, 'HEAD')
      expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', first.headers['content-length']])
      expect(head.headers).toMatchObject(expected)
    }
  })

  it('has the content types that modules, wasm and nosniff need', async () => {
    const types = {
      '/': 'text/html; charset=utf-8',
      '/assets/index-1.js': 'text/javascript; charset=utf-8',
      '/assets/a.wasm': 'application/wasm',
      '/assets/odd.zzz': 'application/octet-stream',
    }
    for (const [path, type] of Object.entries(types)) expect((await get(path)).headers['content-type']).toBe(type)
  })

  it('is kept for good under a hashed name and asked for anew under any other', async () => {
    expect((await get('/assets/index-1.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    for (const path of ['/', '/frame/kernel.html', '/frame/kernel.js']) expect((await get(path)).headers['cache-control']).toBe('no-cache')
  })

  it('lets the browser keep the frame of the sandbox for good under the name of a build, with the headers that lock it', async () => {
    const named = await get('/frame/kernel.html?v=0123456789abcdef')
    expect(named.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(named.headers).toMatchObject(lower(headersFor('/frame/kernel.html', { localPort: relay.port })))
    for (const query of ['?v=', '?v=0123', '?x=0123456789abcdef'])
      expect((await get(`/frame/kernel.html${query}`)).headers['cache-control']).toBe('no-cache')
    expect((await get('/frame/kernel.js?v=0123456789abcdef')).headers['cache-control']).toBe('no-cache')
  })

  it('is compressed when the browser takes it, with a tag for each form', async () => {
    const raw = await received('/assets/index-1.js', 'identity')
    const gzip = await received('/assets/index-1.js', 'gzip, deflate')
    const br = await received('/assets/index-1.js', 'gzip, deflate, br')
    expect([raw.encoding, gzip.encoding, br.encoding]).toEqual([undefined, 'gzip', 'br'])
    expect([raw.bytes, gunzipSync(gzip.bytes), brotliDecompressSync(br.bytes)].map(String)).toEqual([LONG, LONG, LONG])
    expect(new Set([raw.etag, gzip.etag, br.etag]).size).toBe(3)
    expect((await received('/assets/index-1.js', 'br;q=0, gzip')).encoding).toBe('gzip')
    expect((await received('/', 'br')).encoding).toBeUndefined()
  })

  it('is sent as the build compressed it, and compressed anew where the file is newer than that', async () => {
    const built = brotliCompressSync(LONG, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
    const [file, beside] = [join(relay.dist, 'assets/kept.js'), join(relay.dist, 'assets/kept.js.br')]
    writeFileSync(file, LONG)
    writeFileSync(beside, built)
    utimesSync(file, 1000, 1000)
    utimesSync(beside, 1000, 1000)
    expect((await received('/assets/kept.js', 'br')).bytes).toEqual(built)
    expect((await get('/assets/kept.js')).text).toBe(LONG)
    writeFileSync(file, `${LONG}// newer`)
    expect(String(brotliDecompressSync((await received('/assets/kept.js', 'br')).bytes))).toBe(`${LONG}// newer`)
  })

  it('is served new after a new build', async () => {
    writeFiles(relay.dist, { 'assets/changing.js': 'one' })
    const first = await get('/assets/changing.js')
    writeFiles(relay.dist, { 'assets/changing.js': 'three' })
    const second = await get('/assets/changing.js', { 'if-none-match': first.headers.etag ?? '' })
    expect([second.status, second.text]).toEqual([200, 'three'])
  })
})

function received(path: string, encoding: string): Promise<{ bytes: Buffer; encoding: string | undefined; etag: string | undefined }> {
  const headers = { host: `localhost:${relay.port}`, 'accept-encoding': encoding }
  return new Promise((resolve, reject) => {
    const outgoing = httpGet({ host: '127.0.0.1', port: relay.port, path, headers, agent: false }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () =>
        resolve({ bytes: Buffer.concat(parts), encoding: answer.headers['content-encoding'], etag: answer.headers.etag }),
      )
    })
    outgoing.on('error', reject)
  })
}

describe('addresses that are no files', () => {
  it('give the app to a person’s browser, and 404 to a script or for a name with an ending', async () => {
    for (const path of ['/session/abc', '/settings?x=1']) {
      const answer = await get(path, page)
      expect([path, answer.status, answer.text]).toEqual([path, 200, '<!doctype html><title>app</title>'])
      expect(answer.headers).toMatchObject(lower(headersFor('/', { localPort: relay.port })))
      expect((await get(path)).status).toBe(404)
    }
    expect((await get('/assets/gone.js', page)).status).toBe(404)
    expect((await get('/favicon.ico', page)).status).toBe(404)
  })

  it('never lead out of the folder, however they are spelled', async () => {
    symlinkSync('/etc', join(relay.dist, 'link'))
    const paths = [
      '/../secret.txt',
      '/assets/../../secret.txt',
      '/%2e%2e/secret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%2fsecret.txt',
      '/%252e%252e/secret.txt',
      '/..\\secret.txt',
      '/..%5csecret.txt',
      '/assets/..%5c..%5csecret.txt',
      '/....//secret.txt',
      '/.env',
      '/%2eenv',
      '/index.html%00.js',
      '/C:/windows/win.ini',
      '/index.html::$DATA',
      '/link/passwd',
      '//etc/passwd',
      '/%',
      '/%ff',
      `/${'a'.repeat(5000)}.js`,
      `/${'a/'.repeat(2000)}x.js`,
    ]
    for (const path of paths) {
      for (const headers of [{}, page]) {
        const answer = await get(path, headers)
        // A name without an ending is an address of the app for a browser.
        const isApp = headers === page && answer.text === '<!doctype html><title>app</title>'
        expect([path, isApp || answer.status === 400 || answer.status === 404]).toEqual([path, true])
        expect(answer.text).not.toMatch(/canary|root:/)
      }
    }
  })

  it('keep their letters once decoded', () => {
    expect(cleanPath('/a%20b/%C3%BC.js?x=..')).toBe('/a b/ü.js')
    expect(cleanPath('/.well-known/x')).toBe('/.well-known/x')
    expect(cleanPath('/a/')).toBe('/a/')
  })

  it('send documents asked for by number to localhost, and scripts not', async () => {
    for (const host of [`127.0.0.1:${relay.port}`, `[::1]:${relay.port}`]) {
      const answer = await get('/session/a?x=1', { host, ...page })
      expect([answer.status, answer.headers.location]).toEqual([307, `${relay.url}/session/a?x=1`])
      expect((await get('/assets/index-1.js', { host })).status).toBe(200)
    }
  })

  it('say what to do when the app is not built', async () => {
    const bare = await startForTest({ files: {} })
    const answer = await bare.send({ path: '/', headers: page })
    expect([answer.status, answer.text]).toEqual([503, 'The app is not built. Run "npm start", or "npm run build" and reload.\n'])
    await bare.stop()
  })
})
