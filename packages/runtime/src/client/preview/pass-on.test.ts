import { expect, it, vi } from 'vitest'
import { passOn } from './pass-on'

/** An answer between a program and a page, with what both heard. */
function between() {
  const over = new AbortController()
  const { port1: program, port2 } = new MessageChannel()
  const ended = vi.fn<() => void>()
  const page = passOn(port2, over.signal, ended)
  const heard: { page: unknown[]; program: unknown[] } = { page: [], program: [] }
  page.onmessage = ({ data }: MessageEvent<unknown>) => void heard.page.push(data)
  program.onmessage = ({ data }: MessageEvent<unknown>) => void heard.program.push(data)
  return { over, program, page, ended, heard }
}

const PIECE = { type: 'piece', bytes: new Uint8Array([1]) }

it('hands pieces on, what was taken back, and is over with the last', async () => {
  const { program, page, ended, heard } = between()
  program.postMessage(PIECE)
  await vi.waitFor(() => expect(heard.page).toEqual([PIECE]))
  page.postMessage({ type: 'took' })
  await vi.waitFor(() => expect(heard.program).toEqual([{ type: 'took' }]))
  program.postMessage({ type: 'end' })
  await vi.waitFor(() => expect([heard.page.at(-1), ended.mock.calls.length]).toEqual([{ type: 'end' }, 1]))
})

it.each([
  ['took more than there was', { type: 'took' }],
  ['says what is no word', { type: 'run' }],
  ['wants no more', { type: 'drop' }],
])('ends where the page %s', async (_what, word) => {
  const { page, ended, heard } = between()
  page.postMessage(word)
  await vi.waitFor(() => expect([heard.program, ended.mock.calls.length]).toEqual([[{ type: 'drop' }], 1]))
})

it('ends with its page', async () => {
  const { over, ended, heard } = between()
  over.abort()
  await vi.waitFor(() => expect([heard.program, ended.mock.calls.length]).toEqual([[{ type: 'drop' }], 1]))
})
