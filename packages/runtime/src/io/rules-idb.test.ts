import 'fake-indexeddb/auto'
import { parseRule, type RulePattern, type SessionId } from '@tabwright/protocol'
import { fakeClock } from '@tabwright/testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { catalogueIdb, type SessionCatalogue } from './catalogue-idb'
import { openDatabase, type Database } from './database'
import { folderIdb } from './folder-idb'
import { hashText } from './hash-noble'
import { ruleBookIdb, ruleShelf, type RuleShelf } from './rules-idb'

const clock = fakeClock()
let databases = 0
let database: Database
let catalogue: SessionCatalogue
let shelf: RuleShelf
const books: { close(): void }[] = []

beforeEach(async () => {
  database = await openDatabase({ name: `rules-${(databases += 1)}` })
  catalogue = catalogueIdb(database, { hash: hashText, clock, random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)) })
  shelf = ruleShelf(database, { clock })
})
afterEach(() => {
  for (const each of [...books.splice(0), shelf, catalogue, database]) each.close()
})

function bookOf(session: SessionId): ReturnType<typeof ruleBookIdb> {
  const book = ruleBookIdb(database, { session, clock, lost: (failure) => expect.unreachable(failure.message) })
  books.push(book)
  return book
}

function pattern(typed: string): RulePattern {
  const read = parseRule(typed)
  if ('wrong' in read) throw new Error(read.wrong)
  return read.pattern
}

/** A folder of the disk; what a database keeps of it is its name. */
class Folder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  isSameEntry(other: { readonly name: string }): Promise<boolean> {
    return Promise.resolve(other.name === this.name)
  }

  /** As much of a handle as is asked for. */
  get handle(): FileSystemDirectoryHandle {
    return this as unknown as FileSystemDirectoryHandle
  }
}

const session = (project: 'demo' | 'blank' = 'blank', title = 'Mine'): Promise<SessionId> => catalogue.create({ title, project, files: [] })

describe('rules in the rows of this browser', () => {
  it('[F41] hold in the sessions of their project, or in all, and survive a reload', async () => {
    const [mine, other] = [await session(), await session()]
    await shelf.add({ effect: 'allow', pattern: pattern('shell(npm test)'), why: 'written in Settings', session: mine })
    await shelf.add({ effect: 'deny', pattern: pattern('fetch(evil.dev)'), why: 'written in Settings' })
    const read = async (of: SessionId): Promise<readonly string[]> =>
      (await bookOf(of).read()).map(({ scope, effect }) => `${scope} ${effect}`)
    expect((await read(mine)).toSorted()).toEqual(['project allow', 'user deny'])
    expect(await read(other)).toEqual(['user deny'])
    await shelf.join(other, await shelf.projectOf(mine))
    expect(await read(other)).toHaveLength(2)
  })

  it('[F41] hold in all sessions that are linked to one folder of the disk, and not in one that goes to another folder', async () => {
    const rulesOf = async (of: SessionId): Promise<readonly string[]> => (await bookOf(of).read()).map(({ effect }) => effect)
    const link = (of: SessionId, name: string): Promise<void> =>
      folderIdb(database, of).link({ name, handle: new Folder(name).handle }, new Map())
    const later = async (project?: 'demo'): Promise<SessionId> => {
      await clock.advance(1000)
      return session(project)
    }
    const [one, two, own, demo] = [await later(), await later(), await later(), await later('demo')]
    await link(one, 'shop')
    await shelf.add({ effect: 'allow', pattern: pattern('shell(npm test)'), why: 'card', session: one })
    await shelf.add({ effect: 'deny', pattern: pattern('shell(rm *)'), why: 'card', session: own })
    for (const each of [two, own, demo]) await link(each, 'shop')
    expect(await Promise.all([one, two, own, demo].map(rulesOf)), 'rules of its own keep a session apart').toEqual([
      ['allow'],
      ['allow'],
      ['deny'],
      [],
    ])
    await shelf.add({ effect: 'ask', pattern: pattern('shell(make)'), why: 'card', session: two })
    expect((await rulesOf(one)).toSorted(), 'the later one speaks for both').toEqual(['allow', 'ask'])
    await link(two, 'other')
    expect(await rulesOf(two)).toEqual([])
    await link(two, 'shop')
    expect(await rulesOf(two)).toHaveLength(2)
  })

  it('share the demo between all sessions that began as one', async () => {
    const [one, two] = [await session('demo'), await session('demo')]
    await bookOf(one).keep({ id: 'x', effect: 'allow', pattern: pattern('shell(node --test)'), scope: 'project', why: 'card' })
    expect(await bookOf(two).read()).toMatchObject([{ project: { id: 'demo', name: 'Demo project' } }])
  })

  it('are one when they are kept twice, know when they were used, and do not come back by that', async () => {
    const mine = await session()
    const book = bookOf(mine)
    const rule = { id: 'x', effect: 'allow', pattern: pattern('shell(make)'), scope: 'project', why: 'card' } as const
    await book.keep(rule)
    await book.keep(rule)
    const [kept] = await shelf.list()
    if (!kept) throw new Error('nothing is kept')
    expect(kept).toMatchObject({ why: 'card', project: { name: 'Mine' } })
    expect(kept).not.toHaveProperty('lastUsed')
    book.used([kept.id])
    await expect.poll(async () => (await shelf.list())[0]?.lastUsed).toBe(clock.now())
    await shelf.remove(kept.id)
    await clock.advance(120_000)
    book.used([kept.id])
    await bookOf(mine).read()
    expect(await shelf.list()).toEqual([])
    await shelf.putBack(kept)
    expect(await shelf.list()).toEqual([kept])
  })

  it('are told of to every tab that watches', async () => {
    const heard: string[] = []
    const mine = await session()
    bookOf(mine).watch(() => heard.push('book'))
    shelf.watch(() => heard.push('shelf'))
    await ruleShelf(database, { clock }).add({ effect: 'ask', pattern: pattern('shell'), why: 'written' })
    await expect.poll(() => heard.toSorted()).toEqual(['book', 'shelf'])
  })

  it('ask about everything where one of them cannot be read, until it is deleted', async () => {
    const mine = await session()
    await database.run(async (handle) => {
      await handle.put('settings', { key: 'rule:broken', value: { effect: 'deny', pattern: { type: 'of another build' } } })
    })
    const rules = await bookOf(mine).read()
    expect(rules.every(({ effect }) => effect === 'ask')).toBe(true)
    expect(rules.map(({ pattern: { tool } }) => tool)).toEqual(expect.arrayContaining(['shell', 'read_file', 'fetch']))
    expect(await shelf.list()).toHaveLength(1)
    await shelf.remove('broken')
    expect(await bookOf(mine).read()).toEqual([])
  })
})
