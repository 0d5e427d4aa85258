import type { FilesAnswer, FilesRequest } from '@tabwright/protocol'
import { MAX_PREVIEW_PATH } from '@tabwright/protocol'
import { afterAll, expect, it } from 'vitest'
import { fetchHere, takeFiles } from './ask'

const { port1: app, port2: page } = new MessageChannel()
takeFiles(page)
afterAll(() => app.close())

/** What the app answers, by path, and what it was asked. */
function answering(answers: Readonly<Record<string, Partial<FilesAnswer>>>): FilesRequest[] {
  const asked: FilesRequest[] = []
  app.onmessage = ({ data }: MessageEvent<FilesRequest>) => {
    asked.push(data)
    const answer = answers[data.path]
    if (answer)
      app.postMessage({ type: 'answer', id: data.id, status: 200, headers: {}, body: new TextEncoder().encode('body'), ...answer })
  }
  return asked
}

const request = (path: string, init?: RequestInit): Request => new Request(`http://site.test${path}`, init)
const moved = (location: string): Partial<FilesAnswer> => ({ status: 308, headers: { location }, body: null })

it('says whether and where an answer was redirected to', async () => {
  answering({ '/a': {}, '/b': { redirectedTo: '/c?d=1' }, '/docs': moved('/docs/'), '/docs/': {} })
  const said = async (path: string) => {
    const { redirected, url, status } = await fetchHere(request(path))
    return [redirected, url, status]
  }
  expect(await said('/a')).toEqual([false, 'http://site.test/a', 200])
  expect(await said('/b')).toEqual([true, 'http://site.test/c?d=1', 200])
  expect(await said('/docs')).toEqual([true, 'http://site.test/docs/', 200])
})

it('follows as the request wants it', async () => {
  const asked = answering({ '/away': moved('/b'), '/out': moved('http://else.test/'), '/round': moved('/round') })
  const manual = await fetchHere(request('/away', { redirect: 'manual' }))
  expect([manual.type, manual.status, manual.url, asked.at(-1)?.redirect]).toEqual(['opaqueredirect', 0, 'http://site.test/away', 'manual'])
  await expect(fetchHere(request('/away', { redirect: 'error' }))).rejects.toThrow(TypeError)
  await expect(fetchHere(request('/out'))).rejects.toThrow('leads to http://else.test')
  await expect(fetchHere(request('/round'))).rejects.toThrow('again and again')
})

it('ends with its signal, before it is asked and while it waits', async () => {
  const asked = answering({})
  const late = new AbortController()
  const waiting = fetchHere(request('/slow', { signal: late.signal }))
  await expect.poll(() => asked.length).toBe(1)
  late.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  await expect(fetchHere(request('/slow', { signal: AbortSignal.abort() }))).rejects.toMatchObject({ name: 'AbortError' })
  expect(asked).toHaveLength(1)
})

it('takes long addresses, and says so of one that is too long', async () => {
  const long = `/?q=${'x'.repeat(20_000)}`
  answering({ [long]: {} })
  expect((await fetchHere(request(long))).status).toBe(200)
  await expect(fetchHere(request(`/?q=${'x'.repeat(MAX_PREVIEW_PATH)}`))).rejects.toThrow(/takes 60000 at most/)
})

it('reads an answer that goes on as it comes, takes what is read alone, and lets go of it', async () => {
  const { port1: program, port2: rest } = new MessageChannel()
  const words: unknown[] = []
  program.onmessage = ({ data }: MessageEvent<unknown>) => void words.push(data)
  app.onmessage = ({ data }: MessageEvent<FilesRequest>) =>
    app.postMessage({ type: 'answer', id: data.id, status: 200, headers: {}, body: new TextEncoder().encode('a'), isOpen: true }, [rest])
  const answer = await fetchHere(request('/events'))
  for (const text of ['b', 'c', 'd', 'e']) program.postMessage({ type: 'piece', bytes: new TextEncoder().encode(text) })
  const reader = answer.body?.getReader()
  const read = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value)
  expect([await read(), await read()]).toEqual(['a', 'b'])
  await expect.poll(() => words.length).toBeGreaterThan(0)
  expect(words.length).toBeLessThan(4)
  await reader?.cancel()
  await expect.poll(() => words.at(-1)).toEqual({ type: 'drop' })
})
