import 'fake-indexeddb/auto'
import { FailureError, sessionId, type Failure } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { openDatabase } from './database'
import { daySpendingIdb } from './day-spending-idb'

const lost: Failure[] = []
const ports = { lost: (failure: Failure): void => void lost.push(failure) }
const ONE = sessionId('one')
const TWO = sessionId('two')
const NOTHING = { tokens: 0, dollars: 0, steps: 0, minutes: 0 }
const spent = (tokens: number): { spent: typeof NOTHING; raised: typeof NOTHING } => ({ spent: { ...NOTHING, tokens }, raised: NOTHING })

it('[F73] knows in every tab, and after a reload, what the other sessions spent on a day', async () => {
  const database = await openDatabase({ name: 'spent' })
  const days = daySpendingIdb(database, ports)
  await days.note(20_778, ONE, spent(5))
  await days.note(20_778, ONE, spent(7))
  await days.note(20_778, TWO, spent(11))
  database.close()
  const again = await openDatabase({ name: 'spent' })
  const reread = daySpendingIdb(again, ports)
  expect((await reread.others(20_778, ONE)).spent.tokens).toBe(11)
  expect((await reread.others(20_778, sessionId('three'))).spent.tokens).toBe(18)
  expect((await reread.others(20_779, ONE)).spent.tokens).toBe(0)
  again.close()
})

it('forgets days that are long over', async () => {
  const database = await openDatabase({ name: 'spent-2' })
  const days = daySpendingIdb(database, ports)
  await days.note(20_778, ONE, spent(5))
  await days.note(20_786, ONE, spent(5))
  expect((await days.others(20_778, TWO)).spent.tokens).toBe(0)
  expect((await days.others(20_786, TWO)).spent.tokens).toBe(5)
  database.close()
})

it('counts in this worker’s memory when the database is gone', async () => {
  const gone = new FailureError({ code: 'storage_off', message: 'gone' })
  const opened = await openDatabase({ name: 'spent-3' })
  const days = daySpendingIdb({ ...opened, run: () => Promise.reject(gone) }, ports)
  await days.note(20_778, ONE, spent(5))
  expect((await days.others(20_778, TWO)).spent.tokens).toBe(5)
  expect(lost.map(({ code }) => code)).toEqual(['storage_off', 'storage_off'])
  opened.close()
})
