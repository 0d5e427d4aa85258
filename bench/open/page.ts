import { agentId, sessionId, traceId, type Draft, type SessionEvent, type SessionId } from '@tabwright/protocol'
import { EMPTY_TRANSCRIPT, foldTranscripts } from '../../packages/runtime/src/core/facts'
import { LOOP_FOLD } from '../../packages/runtime/src/core/saved-folds'
import { createSnapshotter, foldSession } from '../../packages/runtime/src/core/snapshot'
import { systemClock } from '../../packages/runtime/src/io/clock-system'
import { openDatabase } from '../../packages/runtime/src/io/database'
import { eventLogIdb } from '../../packages/runtime/src/io/event-log-idb'
import { hashText } from '../../packages/runtime/src/io/hash-noble'
import { sealSession } from '../../packages/runtime/src/io/sealing-idb'
import { emptyRecord } from '../../packages/runtime/src/io/session-record'

/** Milliseconds of one round; the names are those of the rows in `bench/open.mjs`. */
export interface OpenSample {
  readonly parse: number
  readonly whole: number
  readonly newest: number
  readonly resume: number
  readonly slice: number
}

/** What a session of this length takes. */
export interface OpenResult {
  readonly samples: readonly OpenSample[]
  /** Bytes of IndexedDB for each fact, as the browser counts them once it settled. */
  readonly bytes: number
}

declare global {
  interface Window {
    measureOpen: typeof measure
  }
}

const NEWEST = 200
const WORDS = 'the agent reads a file and then writes another one while somebody waits for the tests to end in this or that folder'.split(
  ' ',
)
const trace = traceId('bench')

/** Talk as it is: no two facts alike, so that no compression is flattered. */
function draft(n: number): Draft {
  const text = Array.from({ length: 24 }, (_, i) => WORDS[(n * 7 + i * i * 3 + ((n * i) % 11)) % WORDS.length]).join(' ')
  const content = [{ type: 'text', text: `${n} ${text}` }] as const
  const of = { agent: agentId('main'), trace }
  // Turn by turn, as a conversation without tools.
  if (n % 5 === 1) return { type: 'message.user', data: { content, from: 'user' }, ...of }
  if (n % 5 === 2) return { type: 'turn.started', data: { model: 'bench-model' }, ...of }
  if (n % 5 === 3) return { type: 'model.requested', data: { attempt: 1, messages: n, wire: 1 }, ...of }
  if (n % 5 === 0) return { type: 'turn.ended', data: { stop: 'end' }, ...of }
  const usage = { input: n, output: n % 500, cacheRead: n * 3, cacheWrite: n % 90 }
  const data = { content, stopReason: 'end_turn', usage, model: 'bench-model', ms: n % 4000 }
  return { type: 'message.assistant', data, ...of }
}

const ports = { hash: hashText, clock: systemClock }

async function make(name: string, session: SessionId, count: number): Promise<void> {
  const database = await openDatabase({ name })
  await database.run((handle) => handle.put('sessions', emptyRecord({ id: session, title: 'bench', project: 'blank', at: 1 })))
  const log = eventLogIdb(database, ports)
  const { epoch } = await log.claim(session)
  for (let at = 1; at <= count; at += 500) {
    const drafts = Array.from({ length: Math.min(500, count - at + 1) }, (_, i) => draft(at + i))
    await log.append(session, epoch, { drafts, durability: 'relaxed' })
    await sealSession(database, { session, head: Math.min(count, at + 499), hash: hashText })
  }
  const past = { session, log, hash: hashText, snapshots: log.snapshots }
  const { state, last } = await foldSession(past, LOOP_FOLD, { rewinds: [] })
  if (last) createSnapshotter(past, LOOP_FOLD, 0).reached(state, last)
  await new Promise((resolve) => setTimeout(resolve, 500))
  log.close()
  database.close()
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const since = performance.now()
  await work()
  return performance.now() - since
}

async function collect(events: AsyncIterable<SessionEvent>): Promise<SessionEvent[]> {
  const list: SessionEvent[] = []
  for await (const event of events) list.push(event)
  return list
}

/** Each round opens the database anew, as a tab does that was killed. */
async function sample(name: string, session: SessionId, { count, text }: { count: number; text: string }): Promise<OpenSample> {
  const parse = await timed(async () => JSON.parse(text))
  const newest = await timed(async () => {
    const database = await openDatabase({ name })
    const log = eventLogIdb(database, ports)
    const { head } = await log.claim(session)
    foldTranscripts(EMPTY_TRANSCRIPT, await collect(log.read(session, head - NEWEST + 1, head)))
    log.close()
    database.close()
  })
  const database = await openDatabase({ name })
  const log = eventLogIdb(database, ports)
  const resume = await timed(() => foldSession({ session, log, hash: hashText, snapshots: log.snapshots }, LOOP_FOLD, { rewinds: [] }))
  const whole = await timed(async () => foldTranscripts(EMPTY_TRANSCRIPT, await collect(log.read(session))))
  const slices = 20
  const slice = await timed(async () => {
    for (let i = 0; i < slices; i++) {
      const from = 1 + Math.floor(((i * 7919 + 13) % 1000) * ((count - 100) / 1000))
      await collect(log.read(session, from, from + 99))
    }
  })
  log.close()
  database.close()
  return { parse, newest, resume, whole, slice: slice / slices }
}

export async function measure(rounds: number, count: number): Promise<OpenResult> {
  const name = `bench-open-${count}`
  const session = sessionId(`bench${count}`)
  const before = await used()
  await make(name, session, count)
  const database = await openDatabase({ name })
  const log = eventLogIdb(database, ports)
  const text = JSON.stringify(await collect(log.read(session)))
  log.close()
  database.close()
  const samples: OpenSample[] = []
  for (let round = 0; round < rounds + 1; round++) samples.push(await sample(name, session, { count, text }))
  return { samples: samples.slice(1), bytes: ((await used()) - before) / count }
}

async function used(): Promise<number> {
  return (await navigator.storage.estimate()).usage ?? 0
}

window.measureOpen = measure
