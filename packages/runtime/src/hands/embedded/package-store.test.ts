import { sessionId, type NetworkFetch, type PackageStore } from '@tabwright/protocol'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openNpmRegistry, type NpmRegistry } from '../../../../testkit/src/npm-registry'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'

const { signal } = new AbortController()
const kept = new Map<string, Uint8Array>()
const store: PackageStore = {
  get: async (integrity) => kept.get(integrity),
  put: async (integrity, bytes) => void kept.set(integrity, bytes),
}
const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts, packages: store })

let registry: NpmRegistry
beforeAll(async () => {
  await frameTexts()
  registry = await openNpmRegistry([
    { manifest: { name: 'leaf', version: '1.0.0' }, files: { 'index.js': "module.exports = 'leaf'\n" } },
    {
      manifest: { name: 'tree', version: '1.0.0', dependencies: { leaf: '1' } },
      files: { 'index.js': "module.exports = require('leaf')\n" },
    },
  ])
}, 120_000)
afterAll(() => registry.close())

const online: NetworkFetch = async ({ url, method, headers }, { sent }) => {
  sent()
  const answer = await fetch(url, { method, headers: headers.map(([name, value]): [string, string] => [name, value]) })
  const bytes = new Uint8Array(await answer.arrayBuffer())
  async function* body(): AsyncGenerator<Uint8Array, void> {
    yield bytes
  }
  return { status: answer.status, statusText: answer.statusText, url, headers: [...answer.headers], body: body() }
}

/** A session of its own with these files. Gives what a command said, and the files as they are afterwards. */
async function inSession(name: string, files: Readonly<Record<string, string>>, network: NetworkFetch, command: string) {
  const lease = await hands.provision(sessionId(name), signal)
  const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
  const draft = workspace.draft()
  for (const [path, text] of Object.entries({ ...files, '.npmrc': `registry=${registry.url}\n` }))
    draft.write(path, new TextEncoder().encode(text))
  try {
    const { text, exitCode } = await hands.execute(
      lease,
      'shell',
      { command, timeoutMs: 60_000 },
      { signal, files: draft, output: () => undefined, fetch: network },
    )
    return { text, exitCode, lock: new TextDecoder().decode(await draft.read('package-lock.json')) }
  } finally {
    await hands.release(lease)
  }
}

const MANIFEST = { 'package.json': '{ "name": "app", "version": "1.0.0", "dependencies": { "tree": "^1.0.0" } }\n' }

it(
  'npm ci of another session needs no network once the archives are kept, and takes no other bytes for them',
  { timeout: 60_000 },
  async () => {
    const first = await inSession('store-one', MANIFEST, online, 'npm install')
    expect([first.exitCode, kept.size]).toEqual([0, 2])
    const asked: string[] = []
    const offline: NetworkFetch = async ({ url }) => {
      asked.push(url)
      throw new TypeError('no network')
    }
    const files = { ...MANIFEST, 'package-lock.json': first.lock }
    const second = await inSession('store-two', files, offline, `npm ci && node -p "require('tree')"`)
    expect([second.exitCode, second.text]).toEqual([0, expect.stringMatching(/added 2 packages[^]*leaf\n$/)])
    expect(asked).toEqual([])

    for (const integrity of kept.keys()) kept.set(integrity, new Uint8Array([1, 2, 3]))
    const third = await inSession('store-three', files, offline, 'npm ci --offline; ls node_modules')
    expect(third.text).toContain('This is not kept in this browser, and with --offline nothing is asked of a registry.')
    expect([third.exitCode, asked]).toEqual([2, []])
  },
)
