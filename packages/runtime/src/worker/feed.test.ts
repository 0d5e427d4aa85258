import { MAIN_AGENT, sessionId, traceId, type SessionEvent } from '@tabwright/protocol'
import { memoryLog } from '@tabwright/testkit'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createScreenStore } from '../client/screen-store'
import type { Batch } from '../client/worker-api'
import type { Fact } from '../core/fact'
import { createFeed, type Feed } from './feed'

const ID = sessionId('feed')
const ASKED: Fact = { type: 'model.requested', data: { attempt: 1, messages: 1, wire: 1 } }
const FAILED: Fact = { type: 'model.failed', data: { failure: { code: 'cut', message: 'Cut.' } } }
const ENDED: Fact = { type: 'turn.ended', data: { stop: 'end' } }
const SAVED: Fact = { type: 'workspace.changed', data: { by: 'user', changes: [] } }

let batches: Batch[] = []
let ports: MessageChannel

beforeEach(() => {
  vi.useFakeTimers()
  batches = []
  ports = new MessageChannel()
  vi.spyOn(ports.port1, 'postMessage').mockImplementation((batch: Batch) => void batches.push(batch))
})
afterEach(() => {
  vi.useRealTimers()
  ports.port1.close()
  ports.port2.close()
})

/** Facts as a log gives them back. */
async function written(facts: readonly Fact[]): Promise<readonly SessionEvent[]> {
  const log = memoryLog()
  const { epoch } = await log.claim(ID)
  const drafts = facts.map((fact) => ({ ...fact, agent: MAIN_AGENT, trace: traceId('t') }))
  return log.append(ID, epoch, { drafts, durability: 'relaxed' })
}

function flushed(): Batch {
  vi.advanceTimersByTime(100)
  const [batch, ...more] = batches
  if (!batch || more.length > 0) throw new Error(`${batches.length} batches instead of one`)
  return batch
}

const streamed = (feed: Feed, text: string): void => feed.live({ type: 'delta', index: 0, kind: 'text', text })

it('keeps what streams when an unrelated fact lands in the same frame', async () => {
  const feed = createFeed(ports.port1)
  streamed(feed, 'Hello ')
  feed.event(await written([SAVED]))
  streamed(feed, 'world')
  const batch = flushed()
  expect(batch.events).toHaveLength(1)
  expect(batch.live).toEqual([{ type: 'delta', index: 0, kind: 'text', text: 'Hello world' }])
})

it('drops what streamed before a fact that ends or voids the stream', async () => {
  for (const fact of [ASKED, FAILED, ENDED]) {
    batches = []
    const feed = createFeed(ports.port1)
    streamed(feed, 'old')
    feed.event(await written([fact, SAVED]))
    streamed(feed, 'new')
    expect(flushed().live).toEqual([{ type: 'delta', index: 0, kind: 'text', text: 'new' }])
  }
})

it('takes a whole long session at once', async () => {
  const [event] = await written([SAVED])
  if (!event) throw new Error('nothing was written')
  const feed = createFeed(ports.port1)
  feed.event(Array.from({ length: 300_000 }, () => event))
  feed.paths(Array.from({ length: 300_000 }, (_, n) => `f${n}`))
  expect(flushed()).toMatchObject({ events: { length: 300_000 }, paths: { length: 300_000 } })
})

it('empties the screen at a reset, transcript, queue and changes, and keeps what is not on it', async () => {
  const feed = createFeed(ports.port1)
  const store = createScreenStore()
  const message: Fact = { type: 'message.user', data: { content: [{ type: 'text', text: 'hi' }], from: 'user' } }
  feed.event(await written([message]))
  feed.queue([{ n: 1, text: 'next' }])
  feed.changes([{ path: 'a', status: 'added', added: 1, removed: 0, after: null }])
  store.take(flushed())
  expect(store.screen()).toMatchObject({ rows: { length: 1 }, queue: { length: 1 }, changes: { length: 1 } })
  batches = []
  feed.terminal('out')
  feed.paths(['a'])
  feed.changes([])
  feed.reset()
  feed.role({ type: 'follower' })
  const batch = flushed()
  expect(batch).toMatchObject({ reset: true, terminal: 'out', paths: ['a'], events: [], role: { type: 'follower' } })
  store.take(batch)
  expect(store.screen()).toMatchObject({ rows: [], queue: [], changes: [] })
  expect(store.role()).toEqual({ type: 'follower' })
})
