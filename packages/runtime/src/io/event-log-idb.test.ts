import 'fake-indexeddb/auto'
import { sessionId, type SessionId } from '@tabwright/protocol'
import { unwrap } from 'idb'
import { fullDisk, logContract } from '@tabwright/testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase, type Database } from './database'
import { eventLogIdb } from './event-log-idb'
import { isFact } from './fence-row'
import { hashText } from './hash-noble'
import { emptyRecord } from './session-record'

let databases = 0

async function addSession(database: Database, session: string): Promise<SessionId> {
  const id = sessionId(session)
  await database.run((handle) => handle.put('sessions', emptyRecord({ id, title: session, project: 'blank', at: 1 })))
  return id
}

logContract('IndexedDB', async () => {
  const name = `contract-${(databases += 1)}`
  const clock = { now: () => Date.now() }
  const database = await openDatabase({ name })
  const store = eventLogIdb(database, { hash: hashText, clock })
  const stores = [store]
  const elsewhere = await openDatabase({ name })
  const disk = fullDisk()
  return {
    store,
    hash: hashText,
    open: (session) => addSession(database, session),
    another() {
      const other = eventLogIdb(elsewhere, { hash: hashText, clock })
      stores.push(other)
      return other
    },
    damage: (session, seq, change) =>
      database.run(async (handle) => {
        const stored = await handle.get('events', [session, seq])
        if (!stored || !isFact(stored)) throw new Error(`no event ${seq}`)
        const tx = unwrap(handle).transaction('events', 'readwrite')
        const changed = change(stored)
        tx.objectStore('events').delete([session, seq])
        if (changed !== undefined) tx.objectStore('events').put(changed)
        await new Promise((resolve) => tx.addEventListener('complete', resolve))
      }),
    fill: disk.fill,
    async close() {
      disk.restore()
      for (const each of [...stores, database, elsewhere]) each.close()
    },
  }
})

describe('a message and the draft in the box', () => {
  const bench = async (draft: string): Promise<() => Promise<string | undefined>> => {
    const database = await openDatabase({ name: `drafts-${(databases += 1)}` })
    const session = await addSession(database, 'drafts')
    await database.run((handle) => handle.put('drafts', { session, text: draft }))
    const store = eventLogIdb(database, { hash: hashText, clock: { now: () => Date.now() } })
    onTestFinished(() => {
      store.close()
      database.close()
    })
    await store.post(session, { type: 'message', text: 'fix the tests' })
    return async () => (await database.run((handle) => handle.get('drafts', session)))?.text
  }

  it.each(['fix the tests', 'fix the te'])(
    '[C01] the draft %j goes with the message, so that no crash puts it back into the box',
    async (draft) => {
      expect(await (await bench(draft))()).toBeUndefined()
    },
  )

  it('another text in the box stays', async () => {
    expect(await (await bench('and then'))()).toBe('and then')
  })
})
