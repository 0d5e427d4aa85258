import { expect, test } from 'vitest'
import type { BuildFiles } from './build-files'
import { keptBuild, type FileCache, type FileCaches, type KeptBuild } from './kept-build'

const ORIGIN = 'http://localhost:7878'

function filesOf(build: string): BuildFiles {
  const file = (path: string, bytes: number) => ({ path, bytes, integrity: 'sha256-x' })
  return {
    build,
    first: [file('/', 10), file(`/assets/index-${build}.js`, 100), file('/frame/kernel.js', 1000)],
    later: [file('/assets/monaco-1.js', 5000)],
  }
}

/** A server, which may be away, and a browser's caches, as far as they matter here. */
function world(): {
  readonly caches: FileCaches
  readonly asked: string[]
  readonly server: { isAway: boolean; missing: string; says: string; status: number }
  open(build: string): KeptBuild
  get(kept: KeptBuild, path: string, init?: { readonly mode?: string; readonly method?: string }): Promise<string>
} {
  const made = new Map<string, Map<string, Response>>()
  const asked: string[] = []
  const server = { isAway: false, missing: '', says: 'network', status: 200 }
  const send = async ({ url }: Request): Promise<Response> => {
    const { pathname } = new URL(url)
    asked.push(pathname)
    if (server.isAway) throw new TypeError('Failed to fetch')
    const status = pathname === server.missing ? 404 : server.status
    return Object.defineProperty(new Response(`${server.says} ${pathname}`, { status }), 'type', { value: 'basic' })
  }
  const cacheOf = (entries: Map<string, Response>): FileCache => ({
    addAll: async (requests) => {
      const found = await Promise.all(requests.map(async (request) => [request.url, await send(request)] as const))
      if (found.some(([, response]) => !response.ok)) throw new TypeError('Request failed')
      for (const [url, response] of found) entries.set(url, response)
    },
    match: async (address) => entries.get(address)?.clone(),
    put: async (address, response) => void entries.set(address, response),
    keys: async () => [...entries.keys()].map((url) => ({ url })),
  })
  const caches: FileCaches = {
    open: async (name) => {
      const entries = made.get(name) ?? new Map<string, Response>()
      made.set(name, entries)
      return cacheOf(entries)
    },
    keys: async () => [...made.keys()],
    delete: async (name) => made.delete(name),
    match: async (address) =>
      [...made.values()]
        .map((entries) => entries.get(address))
        .find((one) => one !== undefined)
        ?.clone(),
  }
  const get: ReturnType<typeof world>['get'] = async (kept, path, { mode = 'cors', method = 'GET' } = {}) => {
    const work: Promise<unknown>[] = []
    const request = Object.defineProperty(new Request(`${ORIGIN}${path}`, { method }), 'mode', { value: mode })
    const answered = kept.answer(request, (one) => work.push(one))
    if (answered === undefined) return 'not its business'
    const text = await answered.then(
      (response) => response.text(),
      () => 'failed',
    )
    await Promise.all(work)
    return text
  }
  return { caches, asked, server, get, open: (build) => keptBuild(filesOf(build), { caches, fetch: send, origin: ORIGIN }) }
}

test('a build is kept whole or not at all', async () => {
  const { open, caches, server } = world()
  server.missing = '/frame/kernel.js'
  await expect(open('a').install()).rejects.toThrow('Request failed')
  expect(await caches.keys()).toEqual([])
  expect(await open('a').state()).toEqual({ build: 'a', isWhole: false, bytes: 0 })
  server.missing = ''
  await open('a').install()
  expect(await open('a').state()).toEqual({ build: 'a', isWhole: true, bytes: 1110 })
})

test('without the server the document, its parts and the sandbox come from what is kept, and what was not kept fails', async () => {
  const { open, get, server } = world()
  const kept = open('a')
  await kept.install()
  server.isAway = true
  expect(await get(kept, '/', { mode: 'navigate' })).toBe('network /')
  expect(await get(kept, '/s/01m8207mk?demo=1', { mode: 'navigate' })).toBe('network /')
  expect(await get(kept, '/assets/index-a.js')).toBe('network /assets/index-a.js')
  expect(await get(kept, '/frame/kernel.js')).toBe('network /frame/kernel.js')
  expect(await get(kept, '/assets/monaco-1.js')).toBe('failed')
})

test('documents and files of one name come from the server while it answers, hashed names from what is kept', async () => {
  const { open, get, asked, server } = world()
  const kept = open('a')
  await kept.install()
  asked.length = 0
  server.says = 'newer'
  expect(await get(kept, '/', { mode: 'navigate' })).toBe('newer /')
  expect(await get(kept, '/frame/kernel.js')).toBe('newer /frame/kernel.js')
  expect(await get(kept, '/assets/index-a.js')).toBe('network /assets/index-a.js')
  expect(asked).toEqual(['/', '/frame/kernel.js'])
  server.status = 502
  // A proxy in front of a relay that is away; the document of the newer build was not mixed into this one.
  expect(await get(kept, '/s/x', { mode: 'navigate' })).toBe('network /')
})

test('what is large is kept when it was first used', async () => {
  const { open, get, server } = world()
  const kept = open('a')
  await kept.install()
  await get(kept, '/assets/monaco-1.js')
  expect(await kept.state()).toMatchObject({ isWhole: true, bytes: 6110 })
  server.isAway = true
  expect(await get(kept, '/assets/monaco-1.js')).toBe('network /assets/monaco-1.js')
})

test('requests of the relay, of models, of previews and anything that is sent are none of its business', async () => {
  const { open, get, asked } = world()
  const kept = open('a')
  await kept.install()
  asked.length = 0
  for (const path of ['/healthz', '/v1/messages', '/session', '/mirror/x', '/shares/x', '/fetch', '/frame/kernel.html?v=1', '/offline.js'])
    expect(await get(kept, path)).toBe('not its business')
  expect(await get(kept, '/mcp/callback', { mode: 'navigate' })).toBe('not its business')
  expect(await get(kept, '/frame/kernel.js', { method: 'POST' })).toBe('not its business')
  expect(asked).toEqual([])
})

test('the build before stays for tabs that began with it, older ones go, and caches of others are left alone', async () => {
  const { open, get, caches, server } = world()
  await caches.open('somebody-else')
  for (const build of ['a', 'b', 'c']) await open(build).install()
  const kept = open('c')
  await kept.tidy()
  expect(await caches.keys()).toEqual(['somebody-else', 'tabwright-b', 'tabwright-c'])
  server.isAway = true
  expect(await get(kept, '/assets/index-b.js')).toBe('network /assets/index-b.js')
  expect(await get(kept, '/assets/index-a.js')).toBe('failed')
})

test('what the browser removed is not said to be there', async () => {
  const { open, caches } = world()
  const kept = open('a')
  await kept.install()
  await caches.delete('tabwright-a')
  expect(await kept.state()).toEqual({ build: 'a', isWhole: false, bytes: 0 })
  expect(await caches.keys()).toEqual([])
})
