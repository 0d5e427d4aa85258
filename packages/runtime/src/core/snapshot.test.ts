import { readFileSync } from 'node:fs'
import {
  isJsonObject,
  MAIN_AGENT,
  parseStoredEvent,
  sessionId,
  traceId,
  type Draft,
  type Json,
  type SessionEvent,
  type Snapshot,
  type SnapshotStore,
} from '@tabwright/protocol'
import { fakeHash, memoryLog, type MemoryLog } from '@tabwright/testkit'
import { beforeEach, describe, expect, it } from 'vitest'
import { LOOP_FOLD, REVIEWS_FOLD, type LoopState } from './saved-folds'
import { createSnapshotter, foldSession, SNAPSHOT_EVERY, type Folded, type SavedFold } from './snapshot'
import { packState, unpackState } from './snapshot-text'

const SESSION = sessionId('s1')
const FIXTURE = new URL('../../../protocol/src/fixtures/format-1.jsonl', import.meta.url)

/** The facts of a real session, over and over. */
const PAST: readonly Draft[] = readFileSync(FIXTURE, 'utf8')
  .trimEnd()
  .split('\n')
  .flatMap((line): Draft[] => {
    const stored = parseStoredEvent(JSON.parse(line))
    if (stored.type !== 'event') throw new Error('the fixture cannot be read')
    const { type, data } = stored.event
    const draft = { type, data, agent: MAIN_AGENT, trace: traceId('t1') }
    return [draft as Draft]
  })

let log: MemoryLog
let epoch: number
beforeEach(async () => {
  log = memoryLog()
  ;({ epoch } = await log.claim(SESSION))
})

async function append(count: number, more: readonly Draft[] = []): Promise<void> {
  const drafts = Array.from({ length: count }, (_, i) => PAST[i % PAST.length] ?? PAST[0]).filter((draft) => draft !== undefined)
  await log.append(SESSION, epoch, { drafts: [...drafts, ...more], durability: 'strict' })
}

/** How many facts an opening reads, beside the one that a snapshot is anchored at. */
async function open(snapshots: SnapshotStore = log.snapshots): Promise<Folded<LoopState> & { readonly reads: number }> {
  let reads = 0
  const read = async function* (session: typeof SESSION, from?: number, to?: number): AsyncGenerator<SessionEvent> {
    for await (const event of log.read(session, from, to)) {
      if (to === undefined) reads += 1
      yield event
    }
  }
  const { rewinds } = await log.claim(SESSION)
  const folded = await foldSession({ session: SESSION, log: { read }, hash: fakeHash, snapshots }, LOOP_FOLD, { rewinds })
  ;({ epoch } = await log.claim(SESSION))
  return { ...folded, reads }
}

const withoutSnapshots: SnapshotStore = { load: async () => undefined, save: async () => undefined }

/** Opens as the writer does: what was read is saved. */
async function save(): Promise<void> {
  const { state, last, from } = await open()
  if (!last) throw new Error('nothing was read')
  createSnapshotter({ session: SESSION, log, hash: fakeHash, snapshots: log.snapshots }, LOOP_FOLD, from).reached(state, last)
}

async function change(next: (snapshot: Snapshot) => Snapshot): Promise<void> {
  const found = await log.snapshots.load(SESSION, 'loop')
  if (!found) throw new Error('no snapshot')
  await log.snapshots.save(SESSION, 'loop', next(found))
}

describe('a snapshot', () => {
  it('[F35] spares an opening all but the newest facts, and the state is the same', async () => {
    await append(1_300)
    await save()
    await append(40)
    const fast = await open()
    expect(fast.reads).toBe(40)
    expect(fast.from).toBe(1_300)
    const slow = await open(withoutSnapshots)
    expect(slow.reads).toBe(1_340)
    expect(fast.state).toEqual(slow.state)
    expect(fast.head).toBe(1_340)
  })

  it('is saved every 500 facts, not before', async () => {
    await append(SNAPSHOT_EVERY - 1)
    await save()
    expect(await log.snapshots.load(SESSION, 'loop')).toBeUndefined()
    await append(1)
    await save()
    expect(await log.snapshots.load(SESSION, 'loop')).toMatchObject({ seq: SNAPSHOT_EVERY })
  })

  const broken: readonly (readonly [string, (snapshot: Snapshot) => Snapshot])[] = [
    ['is damaged', (snapshot) => ({ ...snapshot, data: member(snapshot.data, 'digest', 'f'.repeat(64)) })],
    ['is half of one', (snapshot) => ({ ...snapshot, data: member(snapshot.data, 'state', { state: {}, isVoid: false }) })],
    ['is of another version', (snapshot) => ({ ...snapshot, data: member(snapshot.data, 'version', 999) })],
    ['is no object', (snapshot) => ({ ...snapshot, data: 'x' })],
    ['belongs to a log that went another way', (snapshot) => ({ ...snapshot, hash: 'e'.repeat(64) })],
    ['lies beyond the end of the log', (snapshot) => ({ ...snapshot, seq: 9_999 })],
  ]
  it.each(broken)('[C12] [F35] that %s is not believed: the log is folded anew', async (_, breakIt) => {
    await append(600)
    await save()
    await change(breakIt)
    const opened = await open()
    expect(opened.from).toBe(0)
    expect(opened.state).toEqual((await open(withoutSnapshots)).state)
  })

  it('[C12] that cannot be loaded is one that is not there', async () => {
    await append(600)
    const opened = await open({
      load: () => Promise.reject(new Error('the store is broken')),
      save: async () => undefined,
    })
    expect(opened.reads).toBe(600)
  })

  it('of a part that the conversation went back behind is not used', async () => {
    await append(600)
    await save()
    const rewound: Draft = { type: 'history.rewound', data: { to: 40, wire: 2 }, agent: MAIN_AGENT, trace: traceId('t2') }
    await append(0, [rewound])
    const opened = await open()
    expect(opened.from).toBe(0)
    expect(opened.state).toEqual((await open(withoutSnapshots)).state)
  })

  it('that could not be saved is tried again later, and nobody is told', async () => {
    await append(600)
    let tries = 0
    const snapshots: SnapshotStore = {
      load: async () => undefined,
      save: async () => {
        tries += 1
        throw new Error('full')
      },
    }
    const snapshotter = createSnapshotter({ session: SESSION, log, hash: fakeHash, snapshots }, REVIEWS_FOLD, 0)
    for await (const event of log.read(SESSION)) {
      snapshotter.reached(new Map(), event)
      await Promise.resolve()
    }
    expect(tries).toBe(1)
    for (let seq = 601; seq <= 800; seq++) {
      const [event] = await log.append(SESSION, epoch, {
        drafts: [PAST[1] ?? PAST[0]].filter((d) => d !== undefined),
        durability: 'relaxed',
      })
      if (event) snapshotter.reached(new Map(), event)
    }
    expect(tries).toBe(2)
  })
})

function member(data: Json, key: string, value: Json): Json {
  return isJsonObject(data) ? { ...data, [key]: value } : data
}

describe('a state as text', () => {
  it.each([
    [new Map([['a', { b: undefined, c: [1, null, 'x'] }]])],
    [{ set: new Set(['a', 'b']), nested: new Map([['k', new Map([['l', 1]])]]) }],
    [{ '#': 'map', of: [1] }],
    [{ raw: { '#x': 1, __proto__x: 2 } }],
    [[undefined, null, 0, '', false]],
  ])('is the same when it is read back: %j', (value) => {
    const text = JSON.stringify(packState(value))
    expect(unpackState(JSON.parse(text))).toStrictEqual(value)
  })

  it('of every fold that is saved is one that the fold knows again', async () => {
    await append(PAST.length)
    const folds: readonly SavedFold<unknown>[] = [asUnknown(LOOP_FOLD), asUnknown(REVIEWS_FOLD)]
    for (const saved of folds) {
      let state = saved.empty
      for await (const event of log.read(SESSION)) state = saved.fold(state, event)
      const back = unpackState(JSON.parse(JSON.stringify(packState(state))))
      expect(back).toStrictEqual(state)
      expect(saved.is(back)).toBe(true)
      expect(saved.is('x')).toBe(false)
    }
  })
})

function asUnknown<S>(saved: SavedFold<S>): SavedFold<unknown> {
  return saved as unknown as SavedFold<unknown>
}
