import { sessionId, type LeaseId } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'

const { signal } = new AbortController()
const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
const workspace = openWorkspace({
  entries: [],
  now: () => 1_700_000_000_000,
  loadBlob: () => Promise.reject(new Error('nothing is stored')),
})
let lease: LeaseId

beforeAll(async () => {
  lease = await hands.provision(sessionId('threads'), signal)
})

afterAll(() => hands.release(lease))

/** Runs a program, and gives what it wrote and its code. */
async function node(code: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const draft = workspace.draft()
  for (const [path, text] of Object.entries({ ...files, 'main.js': code })) draft.write(path, new TextEncoder().encode(text))
  let said = ''
  const { exitCode } = await hands.execute(
    lease,
    'shell',
    { command: 'node main.js', timeoutMs: 20_000 },
    { signal, files: draft, output: (_stream, text) => (said += text) },
  )
  return `${said}[${exitCode}]`
}

describe('programs that talk to programs', { timeout: 60_000 }, () => {
  it('a thread and its program see each other’s files when a message comes', async () => {
    const thread = `const { parentPort } = require('worker_threads'); const fs = require('fs')
      parentPort.once('message', () => { fs.writeFileSync('made', fs.readFileSync('given', 'utf8') + '!'); parentPort.postMessage('done') })`
    const code = `const { Worker } = require('worker_threads'); const fs = require('fs'); fs.writeFileSync('given', 'by main')
      const w = new Worker('./thread.js'); w.on('message', () => console.log(fs.readFileSync('made', 'utf8'))); w.postMessage(0)`
    expect(await node(code, { 'thread.js': thread })).toBe('by main!\n[0]')
  })

  it('what is handed over to a thread is gone here, and a port of one’s own leads there', async () => {
    const code = `const { Worker, MessageChannel } = require('worker_threads')
      const { port1, port2 } = new MessageChannel(); const bytes = new ArrayBuffer(3)
      const w = new Worker("const { parentPort } = require('worker_threads'); parentPort.once('message', ({ port, bytes }) => { port.postMessage(bytes.byteLength); port.close() })", { eval: true })
      port1.once('message', (n) => { console.log(n, bytes.byteLength); port1.close() }); w.postMessage({ port: port2, bytes }, [port2, bytes])`
    expect(await node(code)).toBe('3 0\n[0]')
  })

  it('says by name what a thread cannot do', async () => {
    const code = `const w = require('worker_threads'); const say = (f) => { try { f(); console.log('?') } catch (e) { console.log(e.code, e.message) } }
      say(() => new w.Worker('x', { eval: true, env: w.SHARE_ENV })); say(() => w.setEnvironmentData('a', 1))
      say(() => new w.Worker('thread.js'))`
    const said = await node(code)
    expect(said).toContain('env: SHARE_ENV is missing')
    expect(said).toContain('setEnvironmentData is missing')
    expect(said).toContain('ERR_WORKER_PATH')
    expect(said).not.toContain('?')
  })

  it('a fork ends with its program, and a signal that it listens for is its own to answer', async () => {
    const child = `process.on('SIGTERM', () => { process.send('bye'); process.exit(7) }); process.send('up'); setInterval(() => {}, 1000)`
    const code = `const c = require('child_process').fork('./child.js')
      c.on('message', (m) => { console.log(m); if (m === 'up') c.kill() }); c.on('exit', (code, signal) => { console.log(code, signal); require('child_process').fork('./child.js').on('message', () => process.exit(3)) })`
    expect(await node(code, { 'child.js': child })).toBe('up\nbye\n7 null\n[3]')
  })

  it('carries the stores of AsyncLocalStorage out of try, loops and callbacks', async () => {
    const code = `const { AsyncLocalStorage } = require('async_hooks'); const s = new AsyncLocalStorage(); const out = []
      const late = () => new Promise((done, fail) => setTimeout(() => fail(new Error('x')), 1))
      async function* three() { for (let i = 0; i < 3; i++) { await null; yield i } }
      async function work(name) {
        try { await late() } catch { out.push(name + s.getStore()) } finally { out.push(s.getStore()) }
        for await (const i of three()) out.push(i + s.getStore())
        return (await Promise.all([1, 2].map(async (i) => { await late().catch(() => {}); return i + s.getStore() }))).join()
      }
      Promise.all([s.run('A', work, 'a'), s.run('B', work, 'b')]).then((all) => console.log(out.filter((x) => /A/.test(x)).join(), out.filter((x) => /B/.test(x)).join(), all.join(' '), s.getStore()))`
    expect(await node(code)).toBe('aA,A,0A,1A,2A bB,B,0B,1B,2B 1A,2A 1B,2B undefined\n[0]')
  })

  it('tells where a store would be lost, and refuses hooks by name', async () => {
    const code = `async function early() { await null }\nconst name = 'async_' + 'hooks'; const { AsyncLocalStorage, createHook } = require(name)
      new AsyncLocalStorage(); try { createHook({ init() {} }) } catch (e) { console.log(e.message) }`
    const said = await node(code)
    expect(said).toContain('createHook with init is missing')
    expect(said).toContain('AsyncLocalStorage came after /workspace/main.js')
  })

  it('enciphers in pieces as at once, and takes nothing back that was changed', async () => {
    const code = `const c = require('crypto'); const key = Buffer.alloc(16, 7), iv = Buffer.alloc(16, 9), text = Buffer.from('x'.repeat(100))
      for (const name of ['aes-128-cbc', 'aes-128-ecb', 'aes-128-ctr', 'aes-128-gcm']) {
        const how = name.endsWith('ecb') ? null : iv; const e = c.createCipheriv(name, key, how)
        const parts = []; for (let i = 0; i < 100; i += 7) parts.push(e.update(text.subarray(i, i + 7))); parts.push(e.final())
        const all = Buffer.concat(parts); const d = c.createDecipheriv(name, key, how); if (e.getAuthTag && name.endsWith('gcm')) d.setAuthTag(e.getAuthTag())
        console.log(name, Buffer.concat([d.update(all.subarray(0, 33)), d.update(all.subarray(33)), d.final()]).equals(text))
      }
      const d = c.createDecipheriv('aes-128-gcm', key, iv); d.setAuthTag(Buffer.alloc(16)); d.update(text); try { d.final() } catch (e) { console.log(e.message) }
      try { c.createCipheriv('des-cbc', key, iv) } catch (e) { console.log(e.code) }`
    expect(await node(code)).toBe(
      `aes-128-cbc true\naes-128-ecb true\naes-128-ctr true\naes-128-gcm true\nUnsupported state or unable to authenticate data\nERR_UNSUPPORTED_IN_SANDBOX\n[0]`,
    )
  })
})
