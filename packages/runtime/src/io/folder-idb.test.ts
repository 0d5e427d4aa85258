import 'fake-indexeddb/auto'
import { blobHash, sessionId } from '@tabwright/protocol'
import { keptHandle } from '@tabwright/testkit'
import { openDB } from 'idb'
import { expect, it } from 'vitest'
import { catalogueIdb } from './catalogue-idb'
import { openDatabase } from './database'
import { DATABASE_VERSION } from './database-schema'
import { eventLogIdb } from './event-log-idb'
import { folderIdb, type KeptFile } from './folder-idb'
import { forkSession } from './fork'
import { hashText } from './hash-noble'
import { folderMemory } from './side-memory'

const ports = { hash: hashText, clock: { now: () => 5_000 }, random: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)) }
const file = (digit: string, size = 1): KeptFile => ({ hash: blobHash(digit.repeat(64)), size, lastModified: 7 })
const SHOP = { name: 'shop', handle: keptHandle('shop') }

it('keeps the link and what each file was, and notes one file at a time', async () => {
  const database = await openDatabase({ name: 'link' })
  for (const folder of [folderIdb(database, sessionId('s')), folderMemory()]) {
    expect([await folder.read(), await folder.files()]).toEqual([undefined, new Map()])
    await folder.link(
      SHOP,
      new Map([
        ['a', file('a')],
        ['b', file('b')],
      ]),
    )
    await folder.note(
      new Map([
        ['a', file('c', 3)],
        ['b', undefined],
        ['n/d', file('d')],
      ]),
    )
    expect(await folder.read()).toEqual(SHOP)
    expect(await folder.files()).toEqual(
      new Map([
        ['a', file('c', 3)],
        ['n/d', file('d')],
      ]),
    )
    await folder.link({ ...SHOP, name: 'other' }, new Map([['x', file('e')]]))
    expect([(await folder.read())?.name, [...(await folder.files()).keys()]]).toEqual(['other', ['x']])
  }
  expect([...(await folderIdb(database, sessionId('t')).files())]).toEqual([])
  database.close()
})

it('is not inherited by a fork, and goes with its session', async () => {
  const database = await openDatabase({ name: 'fork' })
  let now = 5_000
  const moving = { ...ports, clock: { now: () => now } }
  const [log, catalogue] = [eventLogIdb(database, moving), catalogueIdb(database, moving)]
  const id = await catalogue.create({ title: 'One', project: 'blank', files: [] })
  await folderIdb(database, id).link(SHOP, new Map([['a', file('a')]]))
  const fork = await forkSession(id, undefined, { ...moving, images: catalogue.images })
  expect([await folderIdb(database, fork).read(), [...(await folderIdb(database, fork).files())]]).toEqual([undefined, []])
  await catalogue.remove(id)
  now += 20_000
  await catalogue.purge()
  expect([await folderIdb(database, id).read(), [...(await folderIdb(database, id).files())]]).toEqual([undefined, []])
  log.close()
  catalogue.close()
  database.close()
})

it('[rule 118] opens a database of version 3, which has no folders: they are added and nothing else is touched', async () => {
  const now = await openDatabase({ name: 'third' })
  const before = await now.run(async (handle) => [...handle.objectStoreNames].filter((name) => !name.startsWith('folder')))
  now.close()
  const paths = { sessions: 'id', drafts: 'session', settings: 'key' }
  const old = await openDB('from-3', 3, {
    upgrade: (handle) => {
      for (const [name, keyPath] of Object.entries(paths)) handle.createObjectStore(name, { keyPath })
    },
  })
  await old.put('drafts', { session: 's', text: 'half a sen' })
  old.close()
  const database = await openDatabase({ name: 'from-3' })
  expect(DATABASE_VERSION).toBe(4)
  expect(await database.run((handle) => handle.get('drafts', sessionId('s')))).toEqual({ session: 's', text: 'half a sen' })
  expect(await database.run(async (handle) => before.filter((name) => !handle.objectStoreNames.contains(name)))).toEqual([])
  const folder = folderIdb(database, sessionId('s'))
  await folder.link(SHOP, new Map([['a', file('a')]]))
  expect(await folder.read()).toEqual(SHOP)
  database.close()
})
