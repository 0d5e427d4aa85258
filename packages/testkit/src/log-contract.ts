import {
  agentId,
  blobHash,
  callId,
  canonicalJson,
  digestOf,
  LOG_FORMAT,
  MAIN_AGENT,
  type BlobHash,
  type Commit,
  type Draft,
  type JsonObject,
  type PathChange,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { inboxRules } from './inbox-contract'
import { all, failureCode, relaxed, said, strict, texts, trace, type Bench, type Get, type LogBench } from './log-bench'

/** What every implementation of the session's store keeps. */
export function logContract(name: string, make: () => Promise<LogBench>): void {
  describe(`log contract: ${name}`, () => {
    let bench: LogBench
    let session: SessionId
    beforeEach(async () => {
      bench = await make()
      session = await bench.open('s1')
    })
    afterEach(() => bench.close())
    const get = (): Bench => ({ ...bench, session })

    describe('facts', () => factRules(get))
    describe('writers', () => writerRules(get))
    describe('damage', () => damageRules(get))
    describe('wire', () => wireRules(get))
    describe('inbox', () => inboxRules(get))
    describe('files', () => fileRules(get))
    describe('many files', () => manyFileRules(get))
    describe('hints', () => hintRules(get))
    describe('snapshots', () => snapshotRules(get))
  })
}

function factRules(get: Get): void {
  it('numbers facts from 1 without a gap and gives back what it stored', async () => {
    const { store, session } = get()
    const { epoch, head } = await store.claim(session)
    expect(head).toBe(0)
    const written = await store.append(session, epoch, strict(said('one'), said('two')))
    await store.append(session, epoch, relaxed(said('three')))
    expect(written.map(({ seq }) => seq)).toEqual([1, 2])
    const read = await all(store.read(session))
    expect(read.slice(0, 2)).toEqual(written)
    expect(texts(read)).toEqual(['one', 'two', 'three'])
    expect((await store.claim(session)).head).toBe(3)
  })

  it('reads any range with both ends included, across chunks', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    await store.append(session, epoch, relaxed(...Array.from({ length: 1_203 }, (_, index) => said(`fact ${index + 1}`))))
    expect((await all(store.read(session))).map(({ seq }) => seq)).toEqual(Array.from({ length: 1_203 }, (_, index) => index + 1))
    expect(texts(await all(store.read(session, 499, 502)))).toEqual(['fact 499', 'fact 500', 'fact 501', 'fact 502'])
    expect(texts(await all(store.read(session, 1_202)))).toEqual(['fact 1202', 'fact 1203'])
    expect(await all(store.read(session, 1_204))).toEqual([])
  })

  it('chains every fact to the one before it by the hash of its canonical text', async () => {
    const { store, session, hash } = get()
    const { epoch } = await store.claim(session)
    await store.append(session, epoch, strict(said('one'), said('two')))
    await store.append(session, epoch, strict(said('three')))
    const events = await all(store.read(session))
    expect(events.map(({ prev }) => prev)).toEqual(['', events[0]?.hash, events[1]?.hash])
    for (const { hash: sealed, ...body } of events) {
      const plain: JsonObject = JSON.parse(JSON.stringify(body))
      expect(hash(canonicalJson(plain))).toBe(sealed)
    }
  })

  it('keeps appends in the order in which they were asked for, strict and relaxed mixed', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    const names = Array.from({ length: 60 }, (_, index) => `n${index}`)
    const written = await Promise.all(
      names.map((name, index) => store.append(session, epoch, index % 3 ? relaxed(said(name)) : strict(said(name)))),
    )
    expect(written.flat().map(({ seq }) => seq)).toEqual(names.map((_, index) => index + 1))
    expect(texts(await all(store.read(session)))).toEqual(names)
  })

  it('stores text byte for byte, however odd', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    const odd = 'a\u0000b \u2028 \ud83d\ude00 e\u0301 \r\n\t"\\ __proto__'
    await store.append(session, epoch, strict(said(odd)))
    expect(texts(await all(store.read(session)))).toEqual([odd])
  })

  it('refuses a fact that could not be read back, and goes on', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    const broken: Draft = { type: 'model.requested', data: { attempt: Number.NaN, messages: 1, wire: 1 }, agent: MAIN_AGENT, trace }
    expect(await failureCode(store.append(session, epoch, strict(said('one'), broken)))).toBe('bad_input')
    await store.append(session, epoch, strict(said('two')))
    expect(texts(await all(store.read(session)))).toEqual(['two'])
  })

  it('keeps sessions apart', async () => {
    const { store, session, open } = get()
    const other = await open('s2')
    const [mine, theirs] = [await store.claim(session), await store.claim(other)]
    await Promise.all([store.append(session, mine.epoch, strict(said('mine'))), store.append(other, theirs.epoch, strict(said('theirs')))])
    expect(texts(await all(store.read(session)))).toEqual(['mine'])
    expect(texts(await all(store.read(other)))).toEqual(['theirs'])
  })
}

function writerRules(get: Get): void {
  it('[rule 116] fences the older of two writers at its next append', async () => {
    const { store, session, another } = get()
    const second = another()
    const first = await store.claim(session)
    await store.append(session, first.epoch, strict(said('first')))
    const taken = await second.claim(session)
    expect(taken).toEqual({ epoch: first.epoch + 1, head: 1, wire: 0, rewinds: [] })
    expect(await failureCode(store.append(session, first.epoch, strict(said('late'))))).toBe('fenced')
    await second.append(session, taken.epoch, strict(said('second')))
    expect(await failureCode(store.append(session, first.epoch, relaxed(said('later'))))).toBe('fenced')
    expect(texts(await all(store.read(session)))).toEqual(['first', 'second'])
  })

  it('[rule 116] lets one of two racing writers through at every number', async () => {
    const { store, session, another } = get()
    const second = another()
    const old = await store.claim(session)
    const now = await second.claim(session)
    const race = Array.from({ length: 20 }, (_, index) => [
      failureCode(store.append(session, old.epoch, strict(said(`old ${index}`)))),
      failureCode(second.append(session, now.epoch, strict(said(`new ${index}`)))),
    ])
    const codes = await Promise.all(race.flat())
    expect(codes.filter((code) => code === 'fenced')).toHaveLength(20)
    expect(texts(await all(store.read(session)))).toEqual(Array.from({ length: 20 }, (_, index) => `new ${index}`))
  })

  it('[rule 116] fences an epoch that was never given', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    expect(await failureCode(store.append(session, epoch + 1, strict(said('x'))))).toBe('fenced')
    expect(await failureCode(store.append(session, 0, strict(said('x'))))).toBe('fenced')
  })
}

function damageRules(get: Get): void {
  const prepared = async (): Promise<Bench> => {
    const bench = get()
    const { epoch } = await bench.store.claim(bench.session)
    await bench.store.append(bench.session, epoch, strict(said('one'), said('two'), said('three')))
    return bench
  }
  const readUntilFailure = async ({ store, session }: Bench): Promise<{ texts: readonly string[]; code: string }> => {
    const events: SessionEvent[] = []
    const reading = async (): Promise<void> => {
      for await (const event of store.read(session)) events.push(event)
    }
    const code = await failureCode(reading())
    return { texts: texts(events), code }
  }

  it.each([
    ['missing', () => undefined],
    ['changed', (event: SessionEvent) => ({ ...event, at: event.at + 1 })],
    ['another fact', (event: SessionEvent) => ({ ...event, type: 'session.exploded' })],
    ['torn', ({ session, seq }: SessionEvent) => ({ session, seq })],
  ])('[C23] reads up to the last good fact when one is %s', async (_, change) => {
    const bench = await prepared()
    await bench.damage(bench.session, 2, change)
    expect(await readUntilFailure(bench)).toEqual({ texts: ['one'], code: 'damaged' })
  })

  it('[C23] does not write on after a damaged last fact', async () => {
    const bench = await prepared()
    await bench.damage(bench.session, 3, () => undefined)
    expect(await readUntilFailure(bench)).toEqual({ texts: ['one', 'two'], code: 'damaged' })
    expect(await failureCode(bench.store.claim(bench.session))).toBe('damaged')
  })

  it('[C24] reads up to a fact of a newer build and does not write on', async () => {
    const bench = await prepared()
    await bench.damage(bench.session, 3, (event) => ({ ...event, v: LOG_FORMAT + 1, data: { unheard: 'of' } }))
    expect(await readUntilFailure(bench)).toEqual({ texts: ['one', 'two'], code: 'newer' })
    expect(await failureCode(bench.store.claim(bench.session))).toBe('newer')
  })
}

function wireRules(get: Get): void {
  it('gives the rows of the newest wire epoch in order, byte for byte', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    expect(await store.readWire(session)).toEqual([])
    const header = { role: 'header', text: '{"system":"a\\u0000"}' } as const
    const user = { role: 'user', text: '{"role":"user",  "content":"é"}' } as const
    const reply = { role: 'assistant', text: '{"role":"assistant","content":[]}' } as const
    await store.append(session, epoch, { ...strict(said('one')), wire: [header, user] })
    await store.append(session, epoch, { ...relaxed(), wire: [reply] })
    expect(await store.readWire(session)).toEqual([header, user, reply])
    const next = { role: 'header', text: '{"system":"b"}' } as const
    await store.append(session, epoch, { ...strict(), wire: [next, user] })
    expect(await store.readWire(session)).toEqual([next, user])
  })

  it('refuses a message before any header, facts and all', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    expect(await failureCode(store.append(session, epoch, { ...strict(said('one')), wire: [{ role: 'user', text: '{}' }] }))).toBe(
      'bad_input',
    )
    expect(await all(store.read(session))).toEqual([])
  })
}

/** Changes of files as a session writes them. */
function fileFacts(get: Get) {
  const hashOf = (text: string): BlobHash => blobHash(get().hash(text))
  const change = (path: string, [before, after]: readonly [string | null, string | null], version = 1): PathChange => ({
    path,
    before: before === null ? null : hashOf(before),
    after: after === null ? null : { hash: hashOf(after), bytes: new TextEncoder().encode(after), mode: 'file', mtime: 5, version },
  })
  const changed = (...changes: readonly PathChange[]): Draft => ({
    type: 'workspace.changed',
    data: {
      by: 'agent',
      changes: changes.map(({ path, before, after }) => ({ path, before, after: after?.hash ?? null, added: 1, removed: 0 })),
    },
    agent: agentId('main'),
    trace,
  })
  return { hashOf, change, changed }
}

function manyFileRules(get: Get): void {
  const { hashOf, change, changed } = fileFacts(get)

  it('[P12] keeps many files at once, and what changes one by one after them', async () => {
    const { store, session, another } = get()
    const { epoch } = await store.claim(session)
    const write = (...files: readonly PathChange[]): Promise<unknown> =>
      store.append(session, epoch, { ...strict(changed(...files)), files })
    const named = (from: number): string[] => Array.from({ length: 300 }, (_, i) => `f/${i + from}.txt`)
    const found = async (): Promise<readonly string[]> =>
      (await another().files(session)).map(({ path, hash, version }) => `${path} ${hash.slice(0, 8)} ${version}`)
    const line = (path: string, text: string, version: number): string => `${path} ${hashOf(text).slice(0, 8)} ${version}`
    await write(change('a.txt', [null, 'a']), change('gone.txt', [null, 'x']))
    await write(...named(0).map((path) => change(path, [null, 'one'])), change('gone.txt', ['x', null]))
    const first = [line('a.txt', 'a', 1), ...named(0).map((path) => line(path, 'one', 1))]
    expect(await found()).toEqual(first.toSorted())
    await write(change('f/0.txt', ['one', null]), change('f/1.txt', ['one', 'two'], 2), change('a.txt', ['a', 'two'], 2))
    const second = [line('a.txt', 'two', 2), line('f/1.txt', 'two', 2), ...first.slice(3)]
    expect(await found()).toEqual(second.toSorted())
    // Two entries of one transaction: what the first did is in the list of the second.
    const some = write(change('f/0.txt', [null, 'back'], 3))
    await Promise.all([some, write(...named(300).map((path) => change(path, [null, 'one'])))])
    const third = [line('f/0.txt', 'back', 3), ...second, ...named(300).map((path) => line(path, 'one', 1))]
    expect(await found()).toEqual(third.toSorted())
  })
}

function fileRules(get: Get): void {
  const { hashOf, change, changed } = fileFacts(get)

  it('makes files visible together with their facts and keeps every content', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    const first = [change('b.txt', [null, 'b']), change('a/x.txt', [null, 'x'])]
    await store.append(session, epoch, { ...strict(changed(...first)), files: first })
    const second = [change('b.txt', ['b', 'B'], 2), change('a/x.txt', ['x', null])]
    await store.append(session, epoch, { ...strict(changed(...second)), files: second })
    expect(await store.files(session)).toEqual([{ path: 'b.txt', hash: hashOf('B'), size: 1, mode: 'file', mtime: 5, version: 2 }])
    for (const text of ['b', 'x', 'B']) expect(new TextDecoder().decode(await store.loadBlob(hashOf(text)))).toBe(text)
    expect(await failureCode(store.loadBlob(hashOf('never')))).toBe('not_found')
  })

  it('[rule 116] writes no file for a fenced writer', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    await store.claim(session)
    const files = [change('a.txt', [null, 'a'])]
    expect(await failureCode(store.append(session, epoch, { ...strict(changed(...files)), files }))).toBe('fenced')
    expect(await store.files(session)).toEqual([])
    expect(await failureCode(store.loadBlob(hashOf('a')))).toBe('not_found')
  })

  it('[rule 65] leaves no trace of a call that could not be written ahead', async (context) => {
    const { store, session, fill } = get()
    if (!fill) return context.skip('this store cannot be filled')
    const { epoch } = await store.claim(session)
    const n = await store.post(session, { type: 'message', text: 'a' })
    await store.append(session, epoch, strict(said('before')))
    fill(true)
    const started: Draft = {
      type: 'call.started',
      data: { call: callId('c1'), digest: digestOf('d'.repeat(64)), effect: 'tx', key: 'k' },
      agent: MAIN_AGENT,
      trace,
    }
    const files = [change('a.txt', [null, 'a'])]
    const commit: Commit = {
      drafts: [started, changed(...files)],
      files,
      wire: [{ role: 'header', text: '{}' }],
      taken: [n],
      durability: 'strict',
    }
    expect(await failureCode(store.append(session, epoch, commit))).toBe('storage_full')
    fill(false)
    expect(texts(await all(store.read(session)))).toEqual(['before'])
    expect(await store.readWire(session)).toEqual([])
    expect(await store.readInbox(session)).toHaveLength(1)
    expect(await store.files(session)).toEqual([])
    expect(await failureCode(store.loadBlob(hashOf('a')))).toBe('not_found')
    const written = await store.append(session, epoch, commit)
    expect(written.map(({ seq }) => seq)).toEqual([2, 3])
    expect((await all(store.read(session))).map(({ seq }) => seq)).toEqual([1, 2, 3])
  })
}

function hintRules(get: Get): void {
  it('tells another tab that there is something to read', async () => {
    const { store, session, another } = get()
    const { epoch } = await store.claim(session)
    const heard: number[] = []
    const told = new Promise<void>((resolve) => {
      another().watch(session, (hint) => {
        if (hint.type !== 'appended') return
        heard.push(hint.head)
        resolve()
      })
    })
    await store.append(session, epoch, strict(said('one'), said('two')))
    await told
    expect(heard).toEqual([2])
  })
}

function snapshotRules(get: Get): void {
  it('[F35] gives back the newest one under its name, and nothing of another session', async () => {
    const { store, session, open, another } = get()
    const other = await open('s2')
    expect(await store.snapshots.load(session, 'loop')).toBeUndefined()
    await store.snapshots.save(session, 'loop', { seq: 1, hash: 'a', data: { n: 1 } })
    await store.snapshots.save(session, 'loop', { seq: 2, hash: 'b', data: { n: [2, null, 'x'] } })
    await store.snapshots.save(session, 'other', { seq: 1, hash: 'c', data: {} })
    expect(await another().snapshots.load(session, 'loop')).toEqual({ seq: 2, hash: 'b', data: { n: [2, null, 'x'] } })
    expect(await store.snapshots.load(other, 'loop')).toBeUndefined()
  })

  it('[C23] finds at leisure what is not as it was written', async () => {
    const { store, session, damage } = get()
    const { epoch } = await store.claim(session)
    await store.append(session, epoch, strict(said('one'), said('two'), said('three')))
    await store.check(session)
    await damage(session, 2, (event) => ({ ...event, at: event.at + 1 }))
    expect(await failureCode(store.check(session))).toBe('damaged')
  })
}
