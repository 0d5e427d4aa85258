import {
  canonicalJson,
  LOG_FORMAT,
  MAIN_AGENT,
  sessionId,
  type Draft,
  type JsonObject,
  type SessionEvent,
  type SessionId,
} from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { inboxRules } from './inbox-contract'
import { all, failureCode, relaxed, said, strict, texts, trace, type Bench, type Get, type LogBench } from './log-bench'
import { fileRules, manyFileRules } from './log-files-contract'

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

  it('tells who does not write it where a session stands, with every time it went back', async () => {
    const { store, session, another } = get()
    expect(await another().newest(session)).toEqual({ head: 0, rewinds: [] })
    const { epoch } = await store.claim(session)
    await store.append(session, epoch, relaxed(said('one'), said('two')))
    await store.append(session, epoch, relaxed({ ...said('back'), type: 'history.rewound', data: { to: 1, wire: 0 } }))
    for (let more = 4; more <= 80; more++) await store.append(session, epoch, relaxed(said('more')))
    expect(await another().newest(session)).toEqual({ head: 80, rewinds: [{ seq: 3, to: 1 }] })
    expect(await failureCode(another().newest(sessionId('nowhere')))).toBe('not_found')
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
