import { createServer, type Server } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { createNotifier } from './notify'
import { startForTest } from './relay-under-test'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function place(status = 204): Promise<{ url: string; host: string; heard: string[] }> {
  const heard: string[] = []
  const server = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => {
      heard.push(`${request.method} ${request.headers['content-type']} ${text}`)
      response.writeHead(status, status === 307 ? { location: 'http://127.0.0.1:1/' } : {}).end()
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/hook`, host: `127.0.0.1:${address.port}`, heard }
}

const RULES = {
  named: new Set<string>(),
  own: new Set(['localhost:7878']),
  providers: new Set(['api.anthropic.com', 'api.anthropic.com:443']),
}

it('[F69] tells the place that the operator named that a session waits, once for all tabs, and nothing of the conversation', async () => {
  const { url, host, heard } = await place()
  let now = 0
  const notifier = createNotifier({ url, rules: () => RULES, now: () => now })
  expect(notifier.host).toBe(host)
  expect([await notifier.tell('s1'), await notifier.tell('s1'), await notifier.tell('s2')]).toEqual(['told', 'lately', 'told'])
  now = 30_000
  expect(await notifier.tell('s1')).toBe('told')
  expect(heard[0]).toBe('POST application/json {"app":"Tabwright","event":"waiting","session":"s1"}')
  expect(heard).toHaveLength(3)
})

it('[F69] follows no redirect, says what failed, and tries again', async () => {
  const { url, heard } = await place(307)
  const notifier = createNotifier({ url, rules: () => RULES, now: () => 0 })
  expect(await notifier.tell('s1')).toMatchObject({ status: 502, message: expect.stringContaining('it answered 307') })
  expect(await notifier.tell('s1')).toMatchObject({ status: 502 })
  expect(heard).toHaveLength(2)
})

it('[F69] tells nobody where nobody was named, nor a server that gets the key, nor the relay itself', async () => {
  expect(await createNotifier({ url: undefined, rules: () => RULES, now: () => 0 }).tell('s')).toMatchObject({ status: 404 })
  for (const url of ['https://api.anthropic.com/', 'http://localhost:7878/x'])
    expect(await createNotifier({ url, rules: () => RULES, now: () => 0 }).tell('s')).toMatchObject({ type: 'private_address' })
})

it('[F69] is a function where a place was named: its caller stands in the message, ten go out in a minute, and it is not there without one', async () => {
  const { url, host, heard } = await place()
  const ask = async (env: Record<string, string>, bodies: readonly string[]): Promise<readonly (readonly [number, string])[]> => {
    const relay = await startForTest({ env })
    try {
      const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
      const answers: (readonly [number, string])[] = []
      for (const body of bodies) {
        const { status, text } = await relay.send({ method: 'POST', path: '/invoke/notify', headers, body })
        answers.push([status, text])
      }
      return answers
    } finally {
      await relay.stop()
    }
  }
  const message = JSON.stringify({ text: 'The build is red.' })
  const bodies = [message, '{"text":" "}', JSON.stringify({ text: 'x'.repeat(1001) }), ...Array.from({ length: 10 }, () => message)]
  const answers = await ask({ TABWRIGHT_NOTIFY_URL: url }, bodies)
  expect(answers[0]).toEqual([200, JSON.stringify({ told: host })])
  expect(answers.slice(1, 3).every(([status, text]) => status >= 400 && text.includes('1 to 1000 characters'))).toBe(true)
  expect(answers.at(-1)?.[1]).toContain('10 messages within a minute')
  expect(heard).toEqual(
    Array.from({ length: 10 }, () => 'POST application/json {"app":"Tabwright","event":"message","from":"tab","text":"The build is red."}'),
  )
  expect((await ask({}, [message]))[0]?.[0]).toBe(404)
})
