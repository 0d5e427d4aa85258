import 'fake-indexeddb/auto'
import { FailureError, type Failure } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { searchesTools, takesSystemRole } from '../core/model-traits'
import { openDatabase, type Database } from './database'
import { modelsIdb } from './models-idb'

const INFO = { id: 'claude-opus-5', label: 'Opus' }
const lost: Failure[] = []
const memoryOn = (database: Database): ReturnType<typeof modelsIdb> => modelsIdb(database, { lost: (failure) => lost.push(failure) })

it('[F12] knows in every tab, and after a reload, what a model refused', async () => {
  const database = await openDatabase({ name: 'models' })
  expect(await takesSystemRole(INFO, memoryOn(database))).toBe(true)
  await memoryOn(database).noteRefused(INFO.id, 'system')
  database.close()
  const again = await openDatabase({ name: 'models' })
  expect(await takesSystemRole(INFO, memoryOn(again))).toBe(false)
  expect(await takesSystemRole({ ...INFO, id: 'claude-opus-5-5' }, memoryOn(again))).toBe(true)
  again.close()
})

it('[F12] tries a model of a list that tells capabilities, and no other that it does not know', async () => {
  const database = await openDatabase({ name: 'models-2' })
  const memory = memoryOn(database)
  expect(await takesSystemRole({ id: 'claude-next-9', label: '', adaptiveThinking: true }, memory)).toBe(true)
  expect(await takesSystemRole({ id: 'local-7b', label: '' }, memory)).toBe(false)
  database.close()
})

it('[F25] keeps what a model refuses apart from what it takes', async () => {
  const database = await openDatabase({ name: 'models-4' })
  const memory = memoryOn(database)
  await memory.noteRefused(INFO.id, 'toolSearch')
  expect([await searchesTools(INFO, memory), await takesSystemRole(INFO, memory)]).toEqual([false, true])
  await memory.noteRefused(INFO.id, 'system')
  expect(await memoryOn(database).refuses(INFO.id, 'toolSearch')).toBe(true)
  database.close()
})

it('remembers for this worker when the database is gone', async () => {
  const gone = new FailureError({ code: 'storage_off', message: 'gone' })
  const opened = await openDatabase({ name: 'models-3' })
  const memory = memoryOn({ ...opened, run: () => Promise.reject(gone) })
  expect(await memory.refuses(INFO.id, 'system')).toBe(false)
  await memory.noteRefused(INFO.id, 'system')
  expect(await memory.refuses(INFO.id, 'system')).toBe(true)
  expect(lost.map(({ code }) => code)).toEqual(['storage_off', 'storage_off', 'storage_off'])
  opened.close()
})
