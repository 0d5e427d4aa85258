import 'fake-indexeddb/auto'
import { failureOf, MAIN_AGENT, traceId, type SessionId } from '@tabwright/protocol'
import {
  answer,
  fakeClock,
  fakeHands,
  fakeHash,
  hold,
  text,
  thinking,
  tool,
  stories,
  type Story,
  type StoryOptions,
} from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import type { Place } from '../core/places'
import { catalogueIdb, UNDO_MS } from './catalogue-idb'
import { openDatabase } from './database'
import { eventLogIdb } from './event-log-idb'
import { forkSession, type ForkPorts } from './fork'
import { hashBytes, hashText } from './hash-noble'
import { imageMemory } from './image-memory'

const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))

const start = stories()

const portsOf = (s: Story): ForkPorts => ({ images: imageMemory(s.store), hash: fakeHash, clock: fakeClock(), random })
const idOf = async (s: Story): Promise<SessionId> => (await s.facts())[0]?.session ?? fail()
const fail = (): never => {
  throw new Error('the session is empty')
}
const withoutMarks = (body: string): string => body.replaceAll(/,"cache_control":\{[^}]*\}/g, '')
const bodies = (s: Story): readonly string[] => s.server.requests.map((request) => withoutMarks(request.body))

async function say(s: Story, words: string): Promise<void> {
  const ended = (await s.facts()).filter(({ type }) => type === 'turn.ended').length
  await s.commands.send(words)
  await s.until('turn.ended', ended + 1)
}
async function turnPlace(s: Story, turn: number): Promise<number> {
  return (await s.history.points()).find((point) => point.cause === 'turn' && point.turn === turn)?.seq ?? fail()
}

const threeTurns: StoryOptions = {
  files: { 'a.ts': 'old\n', 'b.ts': 'same\n' },
  script: [
    answer([thinking('let me see', 'signed'), text('one')]),
    answer([tool('write_file', { path: 'a.ts', content: 'new\n' }, { id: 't1' })]),
    answer([text('two')]),
    answer([text('three')]),
    answer([text('forked')]),
  ],
}

const placeForTest: Place = {
  name: 'the directory "shop"',
  hands: fakeHands(),
  owner: { worker: 'shop', version: 'm' },
  isConfined: true,
  bring: async () => undefined,
}

describe('a fork', () => {
  it('[F33] [rule 36] at turn 3 sends a first request whose beginning is that of its parent, byte for byte, thinking included', async () => {
    const s = await start(threeTurns)
    await say(s, 'first')
    await say(s, 'second')
    await say(s, 'third')
    const third = bodies(s)[3] ?? ''
    const fork = await forkSession(await idOf(s), await turnPlace(s, 3), portsOf(s))
    await s.enter(fork)
    await say(s, 'other third')
    const shared = third.slice(0, third.indexOf('{"type":"text","text":"third"'))
    expect(shared).toContain('"signature":"signed"')
    expect(bodies(s)[4]?.startsWith(shared)).toBe(true)
    expect(bodies(s)[4]).not.toContain('"third"')
  })

  it('begins in its own sandbox, and its agent is told so where the past speaks of a place of the other session', async () => {
    const s = await start({ ...threeTurns, places: { at: () => placeForTest } })
    await say(s, 'first')
    const before = (await s.facts()).length
    await s.commands.setHands({ type: 'remote', name: 'shop', mark: 'm', identity: 'i', isConfined: true })
    const told = 'Commands run in the sandbox in this tab, whatever is said of other places above.'
    for (const [at, isTold] of [
      [undefined, true],
      [before, false],
    ] as const) {
      const fork = await forkSession(await idOf(s), at, portsOf(s))
      const facts: unknown[] = []
      for await (const event of s.store.read(fork)) facts.push(event)
      expect(JSON.stringify(facts).includes(told)).toBe(isTold)
      expect(JSON.stringify(facts)).not.toContain('"remote"')
    }
  })

  it('[F33] leaves its parent as it was: facts, wire and files', async () => {
    const s = await start(threeTurns)
    await say(s, 'first')
    await say(s, 'second')
    const parent = await idOf(s)
    const before = JSON.stringify([await s.facts(), await s.store.readWire(parent), await s.store.files(parent)])
    const fork = await forkSession(parent, await turnPlace(s, 2), portsOf(s))
    await s.enter(fork)
    await say(s, 'elsewhere')
    await s.commands.save('b.ts', 'mine\n', s.workspace.stat('b.ts')?.version ?? 0)
    await s.enter(parent)
    expect(JSON.stringify([await s.facts(), await s.store.readWire(parent), await s.store.files(parent)])).toBe(before)
  })

  it('has the files of its place, the past of its parent, and says where it comes from', async () => {
    const s = await start(threeTurns)
    await say(s, 'first')
    await say(s, 'second')
    const parent = await idOf(s)
    const place = await turnPlace(s, 2)
    const fork = await forkSession(parent, place, portsOf(s))
    await s.enter(fork)
    expect([await s.file('a.ts'), await s.file('b.ts')]).toEqual(['old\n', 'same\n'])
    const facts = await s.facts()
    expect(facts).toHaveLength(place)
    expect(facts[0]).toMatchObject({ session: fork, data: { title: 'Story (fork)', parent: { session: parent, seq: place } } })
    expect((await s.history.points()).map(({ label }) => label)).toEqual(['first'])
  })

  it('without a place begins at the newest where no turn is open, whatever the parent is at', async () => {
    const held = hold()
    const s = await start({ script: [answer([text('one')]), answer([text('late')], { before: [{ type: 'hold', until: held.until }] })] })
    await say(s, 'first')
    const border = (await s.facts()).length
    await s.commands.send('second')
    await s.server.arrived(2)
    const parent = await idOf(s)
    const inside = (await s.facts()).length
    const fork = await forkSession(parent, undefined, portsOf(s))
    expect(s.store.sessions.get(fork)?.record).toMatchObject({ head: border, state: 'idle' })
    expect(s.store.sessions.get(fork)?.inbox.size).toBe(0)
    const refused = await forkSession(parent, inside, portsOf(s)).catch(failureOf)
    expect(refused).toMatchObject({ code: 'not_permitted' })
    held.release()
    await s.until('turn.ended', 2)
  })

  it('behind a rewind has what the conversation had, and can go back as far as its parent', async () => {
    const s = await start(threeTurns)
    await say(s, 'first')
    await say(s, 'second')
    await s.restorer.restore({ to: await turnPlace(s, 2), scope: 'both', keep: [] })
    const rows = await s.store.readWire(await idOf(s))
    const fork = await forkSession(await idOf(s), undefined, portsOf(s))
    expect(await s.store.readWire(fork)).toEqual(rows)
    await s.enter(fork)
    await say(s, 'third')
    expect(bodies(s).at(-1)).not.toContain('"second"')
    await s.restorer.restore({ to: await turnPlace(s, 1), scope: 'conversation', keep: [] })
    await say(s, 'anew')
    expect(bodies(s).at(-1)).not.toContain('"first"')
  })

  it('[O40] remembers no rule of its parent: what was allowed for that session asks again in this one', async () => {
    const shell = (id: string) => answer([tool('shell', { command: 'rm -rf build' }, { id })])
    const s = await start({ script: [shell('t1'), answer([text('done')]), shell('t2'), answer([text('done')])] })
    await s.commands.send('clean')
    await s.until('call.judged')
    const judged = (await s.facts()).flatMap((event) => (event.type === 'call.judged' ? [event.data] : []))[0] ?? fail()
    await s.commands.decide({ call: judged.call, digest: judged.digest, answer: 'session' })
    await s.until('turn.ended')
    const fork = await forkSession(await idOf(s), undefined, portsOf(s))
    await s.enter(fork)
    await s.commands.send('clean')
    await s.until('call.judged', 2)
    const verdicts = (await s.facts()).flatMap((event) => (event.type === 'call.judged' ? [event.data.verdict.type] : []))
    expect(verdicts).toEqual(['ask', 'ask'])
    expect(s.ran).toEqual(['rm -rf build'])
  })

  it('is not made when the content of one of its files is gone', async () => {
    const s = await start(threeTurns)
    await say(s, 'first')
    const entry = (await s.store.files(await idOf(s)))[0] ?? fail()
    s.store.blobs.delete(entry.hash)
    expect(await forkSession(await idOf(s), undefined, portsOf(s)).catch(failureOf)).toMatchObject({ code: 'not_found' })
    expect([...s.store.sessions.keys()]).toEqual([await idOf(s)])
  })
})

describe('a fork in the database', () => {
  it('keeps the contents that it names when its parent is purged', async () => {
    const clock = fakeClock()
    const database = await openDatabase({ name: 'fork' })
    const ports = { hash: hashText, clock, random }
    const catalogue = catalogueIdb(database, ports)
    const store = eventLogIdb(database, ports)
    const parent = await catalogue.create({ title: 'Parent', project: 'blank', files: [{ path: 'a.ts', text: 'one\n' }] })
    const { epoch } = await store.claim(parent)
    const bytes = new TextEncoder().encode('two\n')
    const [one, two] = [(await store.files(parent))[0]?.hash ?? fail(), hashBytes(bytes)]
    const change = { path: 'a.ts', before: one, after: two, added: 1, removed: 1 }
    await store.append(parent, epoch, {
      drafts: [{ type: 'workspace.changed', data: { by: 'agent', changes: [change] }, agent: MAIN_AGENT, trace: traceId('t') }],
      files: [{ path: 'a.ts', before: one, after: { hash: two, bytes, mode: 'executable', mtime: 1, version: 2 } }],
      durability: 'strict',
    })
    const [early, late] = [
      await forkSession(parent, 2, { ...ports, images: catalogue.images }),
      await forkSession(parent, undefined, { ...ports, images: catalogue.images }),
    ]
    await catalogue.remove(parent)
    await clock.advance(UNDO_MS + 1)
    await catalogue.purge()
    expect((await catalogue.list()).map(({ id }) => id).toSorted()).toEqual([early, late].toSorted())
    const read = async (session: SessionId): Promise<unknown> => {
      const [entry] = await store.files(session)
      return entry && [new TextDecoder().decode(await store.loadBlob(entry.hash)), entry.mode, entry.size]
    }
    expect(await read(early)).toEqual(['one\n', 'file', 4])
    expect(await read(late)).toEqual(['two\n', 'executable', 4])
    expect(new TextDecoder().decode(await store.loadBlob(one))).toBe('one\n')
    expect((await store.claim(late)).head).toBe(3)
    for (const each of [catalogue, store, database]) each.close()
  })
})
