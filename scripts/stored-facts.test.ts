import 'fake-indexeddb/auto'
import { MAIN_AGENT, sessionId, traceId, type Draft } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { storedFacts } from '../e2e/kill/stored-facts'
import { openDatabase } from '../packages/runtime/src/io/database'
import { eventLogIdb } from '../packages/runtime/src/io/event-log-idb'
import { hashText } from '../packages/runtime/src/io/hash-noble'
import { sealSession } from '../packages/runtime/src/io/sealing-idb'
import { emptyRecord } from '../packages/runtime/src/io/session-record'

// What the kill tests judge by must see all of a session, or a lost fact looks like a sealed one.

it('reads every fact of a session once, sealed ones too, and no fence', async () => {
  expect(await storedFacts()).toEqual([])
  const database = await openDatabase({ name: 'tabwright' })
  const session = sessionId('s1')
  await database.run((handle) => handle.put('sessions', emptyRecord({ id: session, title: 's', project: 'blank', at: 1 })))
  const store = eventLogIdb(database, { hash: hashText, clock: { now: () => 1_000 }, sealing: 'never' })
  const said = (text: string): Draft => ({
    type: 'message.user',
    data: { content: [{ type: 'text', text }], from: 'user' },
    agent: MAIN_AGENT,
    trace: traceId('t'),
  })
  const { epoch } = await store.claim(session)
  const drafts = Array.from({ length: 700 }, (_, n) => said(`fact ${n}`))
  const written = await store.append(session, epoch, { drafts, durability: 'relaxed' })
  expect(await storedFacts()).toEqual(written)
  await sealSession(database, { session, head: 700, hash: hashText })
  expect(await database.run((handle) => handle.count('chunks'))).toBeGreaterThan(0)
  // A take-over puts a fence where the writer before would go on.
  await store.claim(session)
  expect(await storedFacts()).toEqual(written)
  store.close()
  database.close()
})
