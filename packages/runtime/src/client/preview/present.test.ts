import type { FilesRequest, PageWord } from '@tabwright/protocol'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { present } from './present'
import { createViewStore } from './view-store'

/** What a page was given: the two ports, and to whom they were posted. */
interface Given {
  readonly message: unknown
  readonly origin: string
  readonly ports: readonly MessagePort[]
}

/** As much of a frame as is used: `load` is what the browser says when a page is in it. */
function fakeFrame() {
  const given: Given[] = []
  const attributes = new Map<string, string>()
  const state = { isThere: false, load: (): void => undefined }
  const element = {
    src: '',
    setAttribute: (name: string, value: string) => void attributes.set(name, value),
    addEventListener: (_: string, load: () => void) => void (state.load = load),
    remove: () => void (state.isThere = false),
    contentWindow: { postMessage: (message: unknown, origin: string, ports: MessagePort[]) => void given.push({ message, origin, ports }) },
  }
  return { element, given, attributes, state }
}

let frame: ReturnType<typeof fakeFrame>
const open: MessagePort[] = []

beforeEach(() => {
  frame = fakeFrame()
  vi.stubGlobal('document', { createElement: () => frame.element, hidden: false })
  vi.stubGlobal('location', { hostname: 'localhost', protocol: 'http:', port: '7878' })
})
afterEach(() => {
  for (const port of open.splice(0)) port.close()
  vi.unstubAllGlobals()
})

/** A page in the frame, which says whatever it likes. */
function page() {
  const store = createViewStore()
  const asked: FilesRequest[] = []
  const parent = { append: () => void (frame.state.isThere = true) } as unknown as HTMLElement
  const answer = async (request: FilesRequest) => {
    asked.push(request)
    return { status: 200, headers: {}, body: null }
  }
  const shown = present({ parent, to: '/', id: 'a'.repeat(32), answer, store })
  frame.state.load()
  const [words, files] = frame.given[0]?.ports ?? []
  if (words === undefined || files === undefined) throw new Error('the page got no ports')
  open.push(words, files)
  const says = (word: unknown): void => words.postMessage(word)
  const hello: PageWord = { type: 'hello', path: '/', isLocked: true }
  return { store, shown, words, files, says, hello, asked }
}

const line = (text: string): PageWord => ({ type: 'console', level: 'log', text })

it('[O41] shows nothing of a page that could reach into the app, and hears it no more', async () => {
  const { store, says, shown, words, files, asked } = page()
  const shut = Promise.all([words, files].map(closed))
  says({ type: 'hello', path: '/', isLocked: false })
  await vi.waitFor(() => expect(store.view().status.type).toBe('failed'))
  expect(store.view().status).toEqual({ type: 'failed', message: 'The preview could reach into the app, so nothing of it is shown.' })
  expect(frame.state.isThere).toBe(false)
  await shut
  // One who goes on as if nothing had been.
  says({ type: 'hello', path: '/', isLocked: true })
  says(line('still here'))
  files.postMessage({ type: 'get', id: 1, method: 'GET', path: '/secret', isPage: false, headers: [] })
  expect(store.view()).toMatchObject({ status: { type: 'failed' }, rows: [] })
  expect(asked).toEqual([])
  shown.end()
})

it('shows a page that could not, in a frame without dialogs, pop-ups and ways out, and posts to its origin alone', async () => {
  const { store, says, hello, shown } = page()
  says(hello)
  await vi.waitFor(() => expect(store.view().status.type).toBe('shown'))
  expect(frame.attributes.get('sandbox')).toBe('allow-scripts allow-same-origin allow-forms')
  expect(frame.given.map(({ origin }) => origin)).toEqual([`http://${'a'.repeat(32)}.preview.localhost:7878`])
  shown.end()
  expect(frame.state.isThere).toBe(false)
})

it('[O41] takes no word that is none of its own: approvals, calls, ports, a hundred megabytes', async () => {
  const { store, says, words, hello, shown } = page()
  says(hello)
  const { port1, port2 } = new MessageChannel()
  open.push(port1, port2)
  for (const forged of [
    { type: 'approve' },
    { type: 'APPLY', path: ['send'] },
    'approve',
    null,
    { type: 'seen', n: 1, text: 'x'.repeat(30_000) },
  ])
    says(forged)
  words.postMessage({ type: 'console', level: 'log', text: port2 }, [port2])
  says(line('x'.repeat(100_000_000)))
  says({ type: 'pictured', n: 1, bytes: new Uint8Array(4_000_000), lacks: [] })
  says(line('a line'))
  await vi.waitFor(() => expect(store.view().rows.map(({ text }) => text)).toEqual(['a line']))
  expect(store.view().status.type).toBe('shown')
  shown.end()
})

it('[O41] ends a page that says more than 5,000 things in a second, in a sentence', async () => {
  const { store, says, hello, shown } = page()
  // A second that does not pass while the messages come.
  vi.spyOn(performance, 'now').mockReturnValue(1000)
  says(hello)
  for (let n = 0; n < 4998; n += 1) says({ type: 'pong', n })
  says(line('the 5,000th'))
  await vi.waitFor(() => expect(store.view().rows).toHaveLength(1))
  expect(store.view().status.type).toBe('shown')
  says({ type: 'pong', n: 0 })
  await vi.waitFor(() => expect(store.view().status.type).toBe('failed'))
  expect(store.view().status).toMatchObject({ message: expect.stringContaining('more than 5,000 messages in a second') })
  expect(frame.state.isThere).toBe(false)
  vi.restoreAllMocks()
  shown.end()
})

/** The other end of it was closed: nobody is there to hear. */
function closed(port: MessagePort): Promise<void> {
  return new Promise((resolve) => {
    port.addEventListener('close', () => resolve())
    port.start()
  })
}
