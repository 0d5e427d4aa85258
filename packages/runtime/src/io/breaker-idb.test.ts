import 'fake-indexeddb/auto'
import { FailureError, type Failure } from '@tabwright/protocol'
import { fakeClock } from '@tabwright/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createBreaker, type Breaker } from '../core/breaker'
import { circuitsIdb } from './breaker-idb'
import { openDatabase, type Database } from './database'

const URL = 'https://model.example'
let databases = 0
const open: Database[] = []
const lost: Failure[] = []
const clock = fakeClock()
let n = 0
beforeEach(() => {
  databases += 1
  lost.length = 0
})
afterEach(() => {
  for (const database of open.splice(0)) database.close()
})

/** The breaker of one tab. */
async function tab(): Promise<Breaker> {
  const database = await openDatabase({ name: `breaker-${databases}` })
  open.push(database)
  return createBreaker(circuitsIdb(database, { lost: (failure) => lost.push(failure) }), { clock, random: () => Uint8Array.from([n++]) })
}

async function failFive(breaker: Breaker): Promise<void> {
  for (let i = 0; i < 5; i++) {
    const admission = await breaker.admit(URL)
    if (admission.type === 'go') await breaker.report(URL, admission.id, 'down')
  }
}

it('[F71] is open in every tab, and after a reload', async () => {
  await failFive(await tab())
  for (const database of open.splice(0)) database.close()
  expect((await (await tab()).admit(URL)).type).toBe('wait')
})

it('[F71] sends one probe when two tabs ask at the same moment', async () => {
  const [one, two] = [await tab(), await tab()]
  await failFive(one)
  await clock.advance(60_000)
  const admissions = await Promise.all([one.admit(URL), two.admit(URL)])
  expect(admissions.map(({ type }) => type).toSorted()).toEqual(['go', 'wait'])
})

it('stands in no request’s way when the database is gone', async () => {
  const gone = new FailureError({ code: 'storage_off', message: 'gone' })
  const database: Database = { ...(await openDatabase({ name: 'gone' })), run: () => Promise.reject(gone) }
  const breaker = createBreaker(circuitsIdb(database, { lost: (failure) => lost.push(failure) }), { clock, random: () => Uint8Array.of(1) })
  expect((await breaker.admit(URL)).type).toBe('go')
  expect(lost).toHaveLength(1)
})

it('[C31] holds back every tab of a key without credit, also after a reload', async () => {
  const one = await tab()
  const admission = await one.admit(URL)
  if (admission.type === 'go') await one.report(URL, admission.id, 'unpaid')
  for (const database of open.splice(0)) database.close()
  expect(await (await tab()).admit(URL)).toMatchObject({ type: 'wait', refused: 'credit' })
})
