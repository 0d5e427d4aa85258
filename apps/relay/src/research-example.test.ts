import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startForTest, startUpstream, type RelayUnderTest, type Upstream } from './relay-under-test'

const TOKEN = 'automation-token-0123456789'
const LONG = { timeout: 30_000, interval: 50 }

let web: Upstream
let model: Upstream
let relay: RelayUnderTest
let program: ChildProcess
const asked: { system: string; content: string }[] = []

/** Two pages and a list of them, as Wikipedia's search answers. */
function page(path: string, at: string): string {
  if (path === '/ada') return '<head><title>no</title></head><script>no()</script><p>Ada wrote the <b>first program</b>.</p>'
  if (path === '/engine') return '<p>The engine was never built.</p>'
  return JSON.stringify(['Ada', ['Ada', 'The engine'], ['', ''], [`${at}/ada`, `${at}/engine`]])
}

/** The critic wants a year the first time. */
function answer({ system, content }: { system: string; content: string }): string {
  if (system.includes('critic')) return content.includes('1843') ? 'ACCEPT' : 'REVISE: Say when it was.'
  return content.includes('Say when it was.') ? 'Ada wrote the first program in 1843.' : 'Ada wrote the first program.'
}

beforeAll(async () => {
  web = await startUpstream((request, response) => {
    const url = new URL(request.url ?? '/', 'http://web')
    response.end(page(url.pathname, web.url))
  })
  model = await startUpstream((request, response) => {
    if (request.method === 'GET') return void response.end(JSON.stringify({ data: [{ id: 'scripted' }] }))
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { system, messages } = JSON.parse(Buffer.concat(parts).toString())
      const question = { system: String(system), content: String(messages[0].content) }
      asked.push(question)
      response.end(JSON.stringify({ content: [{ type: 'text', text: answer(question) }] }))
    })
  })
  relay = await startForTest({ env: { TABWRIGHT_TOKEN: TOKEN, ANTHROPIC_API_KEY: 'sk-the-relay-only', ANTHROPIC_BASE_URL: model.url } })
  const start = fileURLToPath(new URL('../../../examples/research/start.mjs', import.meta.url))
  const env = { ...process.env, TABWRIGHT_RELAY: relay.url, TABWRIGHT_TOKEN: TOKEN, RESEARCH_SEARCH: `${web.url}/search` }
  program = spawn(process.execPath, [start], { env, stdio: ['ignore', 'ignore', 'inherit'] })
})
afterAll(async () => {
  program.kill('SIGKILL')
  await once(program, 'close')
  await Promise.all([relay.stop(), web.close(), model.close()])
})

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${relay.url}/http${path}`, { ...init, headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' } })

it('the example’s workers take a topic over HTTP, research it, send a draft back once and finish it', async () => {
  const begin = (topic: string) => ask('/research', { method: 'POST', body: JSON.stringify({ topic }) })
  const { id } = await vi.waitFor(async () => {
    const begun = await begin('Ada Lovelace')
    expect(begun.status).toBe(202)
    return (await begun.json()) as { id: string }
  }, LONG)
  const done = await vi.waitFor(async () => {
    const task: unknown = await (await ask(`/research/${id}`)).json()
    expect(task).toMatchObject({ status: 'done' })
    return task
  }, LONG)
  expect(done).toEqual({
    topic: 'Ada Lovelace',
    status: 'done',
    text: 'Ada wrote the first program in 1843.',
    sources: [`${web.url}/ada`, `${web.url}/engine`],
    feedback: 'Say when it was.',
    rounds: 2,
  })
  expect(asked).toHaveLength(4)
  expect(asked[0]?.content).toContain('\nAda wrote the first program .\n')
  expect(model.seen.at(-1)?.headers['authorization']).toBe('Bearer sk-the-relay-only')
  expect((await begin('')).status).toBe(400)
  expect((await ask('/research/none')).status).toBe(404)
})
