import { FailureError, MAIN_AGENT, sessionId, traceId, type Draft, type SessionEvent } from '@tabwright/protocol'
import { memoryLog } from '@tabwright/testkit'
import { expect, it } from 'vitest'
import { createScreenStore } from '../client/screen-store'
import type { Batch } from '../client/worker-api'
import { feedPast, feedReadable } from './past'

const SESSION = sessionId('s1')
const said = (n: number): Draft => ({
  type: 'message.user',
  data: { content: [{ type: 'text', text: `fact ${n}` }], from: 'user' },
  agent: MAIN_AGENT,
  trace: traceId('t1'),
})
const span = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, i) => `fact ${from + i}`)

/** A page behind a feed that posts every message at once. */
async function stage(count: number) {
  const log = memoryLog()
  const { epoch } = await log.claim(SESSION)
  const append = (from: number, to: number): Promise<readonly SessionEvent[]> =>
    log.append(SESSION, epoch, { drafts: Array.from({ length: to - from + 1 }, (_, i) => said(from + i)), durability: 'strict' })
  if (count > 0) await append(1, count)
  const screen = createScreenStore()
  const post = (batch: Partial<Batch>): void => screen.take({ events: [], live: [], paths: [], terminal: '', agentTerminal: '', ...batch })
  const feed = {
    event: (events: readonly SessionEvent[]) => post({ events }),
    past: (events: readonly SessionEvent[], isWhole: boolean) => post({ past: { events, isWhole } }),
  }
  const rows = (): readonly string[] => screen.screen().rows.map((row) => (row.type === 'user' ? row.text : row.type))
  return { log, feed, rows, post, append }
}

it('[P8] shows the newest facts first and the whole session once it is read', async () => {
  const { log, feed, rows } = await stage(2_500)
  const { whole } = await feedPast({ log, session: SESSION, head: 2_500, feed, isOpen: () => true })
  expect(rows()).toEqual(span(2_301, 2_500))
  await whole
  expect(rows()).toEqual(span(1, 2_500))
})

it('loses nothing that is written while the past is read', async () => {
  const { log, feed, rows, append } = await stage(1_500)
  const { whole } = await feedPast({ log, session: SESSION, head: 1_500, feed, isOpen: () => true })
  feed.event(await append(1_501, 1_503))
  expect(rows().slice(-3)).toEqual(span(1_501, 1_503))
  await whole
  feed.event(await append(1_504, 1_504))
  expect(rows()).toEqual(span(1, 1_504))
})

it('feeds a short session at once', async () => {
  const { log, feed, rows } = await stage(3)
  await feedPast({ log, session: SESSION, head: 3, feed, isOpen: () => true })
  expect(rows()).toEqual(span(1, 3))
})

it('stops when the session is read anew, and what it had brought is forgotten', async () => {
  const { log, feed, rows, post } = await stage(2_500)
  let isOpen = true
  const { whole } = await feedPast({ log, session: SESSION, head: 2_500, feed, isOpen: () => isOpen })
  isOpen = false
  post({ reset: true })
  await whole
  expect(rows()).toEqual([])
  const again = await feedPast({ log, session: SESSION, head: 2_500, feed, isOpen: () => true })
  await again.whole
  expect(rows()).toEqual(span(1, 2_500))
})

it('[C23] does not take a disk that is away for the end of a damaged log', async () => {
  const { log, feed, rows } = await stage(3)
  const away = {
    read: async function* () {
      yield* log.read(SESSION, 1, 1)
      throw new FailureError({ code: 'storage_off', message: 'The disk is away.' })
    },
  }
  const shown = { event: feed.event, reset: () => undefined }
  await expect(feedReadable({ log: away, session: SESSION, feed: shown })).rejects.toThrow('The disk is away.')
  expect(rows()).toEqual([])
  await feedReadable({ log, session: SESSION, feed: shown })
  expect(rows()).toEqual(span(1, 3))
})
