import {
  callId,
  fail,
  liveAddress,
  readLiveFrame,
  readLiveAddress,
  sessionId,
  SHARE_ALL,
  type Json,
  type LiveStanding,
  type ShareAddress,
} from '@tabwright/protocol'
import type { LiveLine, LiveRefused } from '@tabwright/relay-client'
import { afterEach, expect, it } from 'vitest'
import { hashBytes, hashText } from '../io/hash-noble'
import { followLive, type LiveEars, type LiveOver, type LiveView } from '../portable/live-view'
import { exportToShare } from '../portable/portable'
import { clock, inMemory, ports, random, SESSION, writerOf, type Place } from '../portable/session-under-test'
import { readShared } from '../portable/shared'
import { createLiveWorker } from './live-worker'
import { systemTimers } from './timers'

/** Has the shape of no maker's key: known as a secret only by the file that it stands in. */
const SECRET = 'zebra-Quilt-7481-marmot'

/** A relay's place, and what went through it. */
function relayUnderTest() {
  const state = { epoch: 0, frames: [] as Uint8Array<ArrayBuffer>[], token: '', over: undefined as number | undefined, cut: 0, problem: '' }
  const everything: Uint8Array[] = []
  const ears = new Set<LiveEars>()
  const standing = (): LiveStanding => ({ epoch: state.epoch, next: state.frames.length, viewers: ears.size })
  const put = async (_id: string, token: string, bytes: Uint8Array<ArrayBuffer>): Promise<LiveStanding | LiveRefused> => {
    if (state.problem !== '') return fail('offline', state.problem)
    if (state.over !== undefined) return 'over'
    everything.push(bytes)
    const frame = readLiveFrame(bytes)
    if (typeof frame === 'string') return fail('bad_input', frame)
    if (frame.epoch < state.epoch || (frame.epoch > state.epoch && frame.counter > 0)) return 'stale'
    if (frame.epoch > state.epoch) Object.assign(state, { epoch: frame.epoch, frames: [], token })
    const there = state.frames[frame.counter]
    if (frame.counter > state.frames.length || (there && Buffer.compare(there, bytes) !== 0)) return 'stale'
    if (!there) {
      state.frames.push(bytes)
      for (const one of ears) one.bytes(bytes)
    }
    // It was kept, and its answer gets lost.
    if (state.cut > 0 && state.cut--) return fail('offline', 'The answer was lost.')
    return standing()
  }
  const line: LiveLine = {
    put,
    beat: async () => {
      if (state.problem !== '') return fail('offline', state.problem)
      return state.over !== undefined ? 'over' : state.epoch === 0 ? 'unknown' : standing()
    },
    end: async (_id, _token, how) => {
      state.over = how === 'ended' ? 4412 : 4410
      for (const one of ears) one.closed(state.over)
    },
  }
  const connect = (from: { epoch: number; next: number }, mine: LiveEars) => {
    queueMicrotask(() => {
      if (state.over !== undefined) return mine.closed(state.over)
      ears.add(mine)
      for (const one of ears) one.text(JSON.stringify({ viewers: ears.size, heard: 0, isAway: false }))
      for (const bytes of state.frames.slice(from.epoch === state.epoch ? from.next : 0)) mine.bytes(bytes)
    })
    return { close: () => void ears.delete(mine) }
  }
  const drop = (): void => {
    for (const one of ears) {
      ears.delete(one)
      one.closed(1006)
    }
  }
  return { state, everything, line, connect, drop, ears }
}

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

function ownerOf(place: Place, { line }: { readonly line: LiveLine }, settings = new Map<string, Json>()) {
  const worker = createLiveWorker({
    catalogue: async () => ({
      images: place.images,
      readSetting: async (key) => settings.get(key),
      saveSetting: async (key, value) => void settings.set(key, value),
    }),
    shares: { list: async () => ({ origin: 'http://share.localhost:1', shares: [] }) },
    line,
    watch: async (session, listener) => place.log.watch(session, listener),
    // The rhythm of the owner's heart is not what is looked at here.
    timers: { after: (_ms, act) => systemTimers.after(0, act), every: (_ms, act) => systemTimers.every(20, act) },
    channel: { tell: () => undefined, listen: () => () => undefined },
    clock,
    hash: hashText,
    random,
    locks: null,
  })
  const begin = (more: Partial<typeof SHARE_ALL> = {}) =>
    worker.startLive({ session: SESSION, title: 'T', choice: { ...SHARE_ALL, ...more }, lifetime: '1 day' })
  return { worker, settings, begin }
}

function viewerOf(address: string, { connect }: Pick<ReturnType<typeof relayUnderTest>, 'connect'>) {
  const { pathname, hash } = new URL(address)
  const parts = readLiveAddress(pathname, hash)
  if (typeof parts !== 'object') throw new Error(parts)
  return viewerAt(parts, connect)
}

function viewerAt(address: ShareAddress, connect: ReturnType<typeof relayUnderTest>['connect']) {
  const seen: LiveView[] = []
  const state = { over: undefined as LiveOver | undefined, view: undefined as LiveView | undefined }
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const one of waiting) one()
  }
  const stop = followLive({
    address,
    connect,
    now: clock.now,
    after: (_ms, act) => systemTimers.after(0, act),
    show: (view) => {
      state.view = view
      seen.push(view)
      look()
    },
    over: (why) => {
      state.over = why
      look()
    },
  })
  ends.push(stop)
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const one = (): void => {
        if (!holds()) return
        waiting.delete(one)
        resolve()
      }
      waiting.add(one)
      one()
    })
  const shown = (): string => JSON.stringify(state.view?.session ?? {})
  return { seen, state, until, shown, says: (text: string) => until(() => shown().includes(text)) }
}

const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 }
const said = (text: string) =>
  ({ type: 'message.assistant', data: { content: [{ type: 'text', text }], stopReason: 'end_turn', usage, model: 'm', ms: 5 } }) as const
const asked = (text: string) => ({ type: 'message.user', data: { content: [{ type: 'text', text }], from: 'user' } }) as const

/** An answer that calls a tool, with words before. */
const calling = (words: string, input: string) =>
  ({
    type: 'message.assistant',
    data: {
      content: [
        { type: 'text', text: words },
        { type: 'call', id: callId('c1'), name: 'write_file', input },
      ],
      stopReason: 'tool_use',
      usage,
      model: 'm',
      ms: 5,
    },
  }) as const

function written(path: string, text: string) {
  const bytes = new TextEncoder().encode(text)
  const hash = hashBytes(bytes)
  const change = { path, before: null, after: hash, added: 1, removed: 0 }
  const fact = { type: 'workspace.changed', data: { by: 'agent', changes: [change] } } as const
  return { fact, file: { path, before: null, after: { hash, bytes, mode: 'file', mtime: 5, version: 1 } } as const }
}

async function session() {
  const place = inMemory()
  await place.make()
  const append = await writerOf(place)
  await append([{ type: 'session.opened', data: { title: 'A *title*', project: 'blank' } }, asked('build a nest')])
  return { place, append }
}

async function live() {
  const relay = relayUnderTest()
  const { place, append } = await session()
  const owner = ownerOf(place, relay)
  const { address, id } = await owner.begin()
  ends.push(() => void owner.worker.endLive(id, 'ended'))
  return { relay, place, append, owner, address, id }
}

const textOf = (some: readonly Uint8Array[]): string => some.map((bytes) => Buffer.from(bytes).toString('latin1')).join('\n')

it('[O36] who follows reads what a copy would show, as it grows; what goes through the relay has neither key nor text', async () => {
  const { relay, place, append, address } = await live()
  const viewer = viewerOf(address, relay)
  await viewer.says('build a nest')
  await append([said('The heron builds at dusk')])
  await viewer.says('The heron builds at dusk')
  const { fact, file } = written('notes/a.txt', 'twigs\n')
  await append([fact], { files: [file] })
  await viewer.says('twigs')
  const copy = await readShared((await exportToShare(SESSION, ports(place), SHARE_ALL)).bytes)
  expect(viewer.state.view?.session).toEqual(copy)
  const late = viewerOf(address, relay)
  await late.says('twigs')
  expect([late.state.view?.session, late.state.view?.viewers]).toEqual([copy, 2])
  const key = new URL(address).hash.slice(1)
  for (const secret of ['heron', 'twigs', 'notes/a.txt', key, Buffer.from(key, 'base64url').toString('latin1')])
    expect(textOf(relay.everything).includes(secret), secret).toBe(false)
})

it('[O36] what a call is given waits until its end, because that end says what is secret; its words come at once', async () => {
  const { relay, append, address } = await live()
  const viewer = viewerOf(address, relay)
  await viewer.says('build a nest')
  await append([calling('I write it down', JSON.stringify({ path: '.env', content: `NEST=${SECRET}` }))])
  await viewer.says('I write it down')
  const { fact, file } = written('.env', `NEST=${SECRET}\n`)
  await append([fact, { type: 'call.ended', data: { call: callId('c1'), outcome: { type: 'done', text: `wrote ${SECRET}` }, ms: 1 } }], {
    files: [file],
  })
  await append([said('done with it')])
  await viewer.says('done with it')
  expect(viewer.shown()).toContain('write_file')
  for (const view of viewer.seen) expect(JSON.stringify(view)).not.toContain(SECRET)
  expect(relay.state.epoch, 'nothing had to be taken back').toBe(1)
})

it('[O36] what is known to be secret only later is gone for who comes later, and from the screen of who was there', async () => {
  const { relay, append, address } = await live()
  const early = viewerOf(address, relay)
  await append([asked(`the word is ${SECRET}`)])
  await early.says(SECRET)
  const { fact, file } = written('.env', `NEST=${SECRET}\n`)
  await append([fact], { files: [file] })
  await early.until(() => early.shown().includes('[secret:') && !early.shown().includes(SECRET))
  const late = viewerOf(address, relay)
  await late.says('the word is')
  expect(late.shown()).not.toContain(SECRET)
  expect(relay.state.epoch).toBe(2)
})

it('[O37] no number is ever used for two texts under one key, over lost answers, a relay that was away, and a reload', async () => {
  const { relay, place, append, owner, address, id } = await live()
  const viewer = viewerOf(address, relay)
  await viewer.says('build a nest')
  relay.state.cut = 2
  await append([said('one')])
  await viewer.says('"one"')
  relay.state.problem = 'away'
  await append([said('two')])
  relay.state.problem = ''
  await viewer.says('"two"')
  // The page is loaded anew: the list is what is left of it.
  const settings = new Map(owner.settings)
  const again = ownerOf(place, relay, settings)
  again.worker.begin()
  await append([said('three')])
  await viewer.says('"three"')
  await viewer.until(() => relay.state.epoch > 1)
  ends.push(() => void again.worker.endLive(id, 'ended'))
  const texts = new Map<string, string>()
  for (const bytes of relay.everything) {
    const frame = readLiveFrame(bytes)
    if (typeof frame === 'string') throw new Error(frame)
    const where = `${frame.epoch}/${frame.counter}`
    const text = Buffer.from(frame.sealed).toString('hex')
    expect(texts.get(where) ?? text, where).toBe(text)
    texts.set(where, text)
  }
  expect(texts.size).toBeGreaterThan(3)
})

it('a relay that lost it gets all of it once more', async () => {
  const { relay, append, address } = await live()
  await viewerOf(address, relay).says('build a nest')
  Object.assign(relay.state, { epoch: 0, frames: [] })
  await append([said('still here')])
  const late = viewerOf(address, relay)
  await late.says('still here')
  expect(late.shown()).toContain('build a nest')
})

it('a connection that breaks is made anew from where it was, and says so meanwhile', async () => {
  const { relay, append, address } = await live()
  const viewer = viewerOf(address, relay)
  await viewer.says('build a nest')
  relay.drop()
  await viewer.until(() => viewer.seen.some(({ state }) => state === 'offline'))
  await append([said('after the break')])
  await viewer.says('after the break')
  expect(viewer.state.view?.state).toBe('on')
})

it('[O37] a wrong key, a changed piece, one of another link and one that is left out are told apart, and nothing is shown', async () => {
  const { relay, append, address } = await live()
  await viewerOf(address, relay).says('build a nest')
  await append([said('second')])
  await viewerOf(address, relay).says('second')
  const { frames, epoch } = relay.state
  const parts = readLiveAddress(new URL(address).pathname, new URL(address).hash)
  if (typeof parts !== 'object') throw new Error(parts)
  const given = (some: readonly Uint8Array[], at: ShareAddress = parts) => {
    let calls = 0
    return viewerAt(at, (_from, ears) => {
      if (calls++ === 0) queueMicrotask(() => some.forEach((bytes) => ears.bytes(bytes)))
      return { close: () => undefined }
    })
  }
  const code = async (viewer: ReturnType<typeof viewerAt>): Promise<unknown> => {
    await viewer.until(() => viewer.state.over !== undefined)
    expect(viewer.seen.every(({ session: shown }) => shown === undefined)).toBe(true)
    return viewer.state.over?.type === 'refused' && viewer.state.over.failure.code
  }
  const [first = new Uint8Array()] = frames
  const changed = first.slice()
  changed.set([(changed.at(-1) ?? 0) ^ 1], changed.length - 1)
  const moved = first.slice()
  new DataView(moved.buffer).setUint32(4, epoch + 1)
  const later = first.slice()
  new DataView(later.buffer).setBigUint64(12, 0n)
  expect(await code(given(frames, { ...parts, key: 'A'.repeat(43) }))).toBe('denied')
  expect(await code(given(frames, { ...parts, id: 'B'.repeat(22) })), 'the check is of this link').toBe('denied')
  for (const wrong of [changed, moved, later]) expect(await code(given([wrong]))).toBe('damaged')
  expect(await code(given([new TextEncoder().encode('<!doctype html>')]))).toBe('bad_input')
  expect(await code(given([first.slice(0, -1)]))).toBe('cut')
  const newer = first.slice()
  newer.set([9], 3)
  expect(await code(given([newer]))).toBe('newer')
  const gap = given(frames.slice(1))
  await gap.until(() => gap.seen.some(({ state }) => state === 'offline'))
  expect(gap.state.over, 'it is asked for once more').toBeUndefined()
})

it('revoked, ended, and a session that is deleted: each is over, and none is kept', async () => {
  const { relay, owner, address, id } = await live()
  const viewer = viewerOf(address, relay)
  await viewer.says('build a nest')
  await owner.worker.endLive(id, 'revoked')
  await viewer.until(() => viewer.state.over !== undefined)
  expect(viewer.state.over).toMatchObject({ type: 'refused', failure: { message: expect.stringContaining('taken the link back') } })
  expect(await owner.worker.listLives()).toEqual([])

  const second = await live()
  const reader = viewerOf(second.address, second.relay)
  await reader.says('build a nest')
  const gone = ownerOf(
    { ...second.place, images: { ...second.place.images, begin: async () => fail('not_found', 'deleted') } },
    second.relay,
  )
  await gone.begin()
  await reader.until(() => reader.state.over !== undefined)
  expect(reader.state.over).toMatchObject({ type: 'ended', message: expect.stringContaining('has ended') })
  expect(reader.shown(), 'what came stays to be read').toContain('build a nest')
  while ((await gone.worker.listLives()).length > 0) await new Promise((resolve) => setTimeout(resolve, 0))
})

it('a link is kept before anything is sealed, says that it is behind while the relay is away, and goes on when it is back', async () => {
  const relay = relayUnderTest()
  relay.state.problem = 'The relay does not answer.'
  const { place } = await session()
  const { worker, begin, settings } = ownerOf(place, relay)
  const told: string[] = []
  const stop = await worker.watchLives(() => void worker.listLives().then(([link]) => told.push(link?.state ?? 'none')))
  const { id, address } = await begin()
  expect(address).toBe(liveAddress('http://share.localhost:1', { id, key: new URL(address).hash.slice(1) }))
  expect(JSON.stringify(settings.get('lives'))).toContain(id)
  while (!told.includes('behind')) await new Promise((resolve) => setTimeout(resolve, 0))
  expect(await worker.listLives()).toMatchObject([
    { id, state: 'behind', problem: 'The relay does not answer.', session: sessionId(SESSION) },
  ])
  relay.state.problem = ''
  while (!told.includes('on')) await new Promise((resolve) => setTimeout(resolve, 0))
  stop()
  await worker.endLive(id, 'ended')
})
