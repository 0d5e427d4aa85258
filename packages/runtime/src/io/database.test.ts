import 'fake-indexeddb/auto'
import { failureOf, sessionId } from '@tabwright/protocol'
import { fullDisk } from '@tabwright/testkit'
import { forceCloseDatabase } from 'fake-indexeddb'
import { openDB, unwrap } from 'idb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDatabase, writing, type Database } from './database'
import { storageFailure } from './storage-failure'

let databases = 0
let name: string
beforeEach(() => {
  name = `database-${(databases += 1)}`
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const code = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => failureOf(error).code,
  )
const count = (database: Database): Promise<number> => database.run((handle) => handle.count('sessions'))

describe('a browser that keeps nothing', () => {
  it('[C22] [F39] is told from a broken one: no IndexedDB at all', async () => {
    vi.stubGlobal('indexedDB', undefined)
    expect(await code(openDatabase({ name }))).toBe('storage_off')
  })

  it.each(['SecurityError', 'InvalidStateError', 'UnknownError'])('[C22] is told from a broken one: opening answers %s', async (error) => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('A mutation operation was attempted on a database that did not allow mutations.', error)
    })
    const failure = await openDatabase({ name }).catch(failureOf)
    expect(failure).toMatchObject({ code: 'storage_off', message: expect.stringContaining('private mode') })
  })

  it('has a full disk instead when there is no room to open', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('Encountered full disk while opening backing store', 'QuotaExceededError')
    })
    expect(await code(openDatabase({ name }))).toBe('storage_full')
  })
})

describe('two builds of the app', () => {
  it('[C19] [rule 118] lets a newer build upgrade at once, and says so', async () => {
    const onOutdated = vi.fn()
    const old = await openDatabase({ name, onOutdated })
    const newer = await openDB(name, 99)
    expect(onOutdated).toHaveBeenCalledTimes(1)
    expect(await old.run((handle) => handle.count('sessions')).catch(failureOf)).toMatchObject({
      code: 'newer',
      message: expect.stringContaining('Reload'),
    })
    newer.close()
  })

  it('[C19] finishes the write that is under way before it lets go', async () => {
    const old = await openDatabase({ name })
    const writes = old.run((handle) => {
      const tx = handle.transaction('drafts', 'readwrite', { durability: 'strict' })
      return writing(tx, async (keep) => keep(tx.store.put({ session: sessionId('s1'), text: 'kept' })))
    })
    const newer = await openDB(name, 99)
    await writes
    expect(await newer.get('drafts', 's1')).toEqual({ session: 's1', text: 'kept' })
    newer.close()
  })

  it('[C24] does not open what a newer build made', async () => {
    ;(await openDB(name, 99)).close()
    expect(await openDatabase({ name }).catch(failureOf)).toMatchObject({
      code: 'newer',
      message: expect.stringContaining('newer version'),
    })
  })

  it('[C19] gives up on an old tab that does not let go after five seconds', async () => {
    const onBlocked = vi.fn()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const real = indexedDB.open.bind(indexedDB)
    const old = await openDB(name, 1)
    vi.spyOn(indexedDB, 'open').mockImplementationOnce((which) => real(which, 2))
    const opening = openDatabase({ name, onBlocked }).catch(failureOf)
    await vi.waitFor(() => expect(onBlocked).toHaveBeenCalled(), { interval: 5 })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await opening).toMatchObject({ code: 'busy', message: expect.stringContaining('older version') })
    old.close()
  })
})

describe('a connection', () => {
  it('[C20] that the browser closed is opened anew at the next call', async () => {
    const database = await openDatabase({ name })
    const first = await database.run(async (handle) => handle)
    // Its declared parameter is the class instead of an instance.
    Reflect.apply(forceCloseDatabase, undefined, [unwrap(first)])
    expect(await count(database)).toBe(0)
    expect(await database.run(async (handle) => handle)).not.toBe(first)
    database.close()
  })

  it('[C20] is tried once more and no third time', async () => {
    const database = await openDatabase({ name })
    const task = vi.fn(async () => {
      throw new DOMException('Connection to Indexed Database server lost. Refresh the page to try again', 'UnknownError')
    })
    expect(await code(database.run(task))).toBe('storage_off')
    expect(task).toHaveBeenCalledTimes(2)
    expect(await count(database)).toBe(0)
    database.close()
  })

  it('does not repeat what failed for another reason', async () => {
    const database = await openDatabase({ name })
    const task = vi.fn(async () => {
      throw new TypeError('a bug')
    })
    expect(await database.run(task).catch(failureOf)).toMatchObject({ code: 'unexpected', message: expect.stringContaining('a bug') })
    expect(task).toHaveBeenCalledTimes(1)
    database.close()
  })

  it('[C21] to deleted data finds nothing, and works', async () => {
    const database = await openDatabase({ name })
    await database.run((handle) => handle.put('drafts', { session: sessionId('s1'), text: 'a' }))
    await new Promise((resolve) => {
      indexedDB.deleteDatabase(name).onsuccess = resolve
    })
    expect(await database.run((handle) => handle.count('drafts'))).toBe(0)
    database.close()
  })
})

describe('a transaction that writes', () => {
  it('tells the cause, not that its requests were aborted', async () => {
    const database = await openDatabase({ name })
    const disk = fullDisk()
    disk.fill(true)
    const put = database.run((handle) => {
      const tx = handle.transaction('drafts', 'readwrite')
      return writing(tx, async (keep) => {
        for (const id of ['a', 'b', 'c']) keep(tx.store.put({ session: sessionId(id), text: id }))
      })
    })
    expect(await put.catch(failureOf)).toMatchObject({
      code: 'storage_full',
      message: expect.stringContaining('Nothing already written is lost'),
    })
    disk.restore()
    database.close()
  })

  it('is undone when its body throws', async () => {
    const database = await openDatabase({ name })
    const put = database.run((handle) => {
      const tx = handle.transaction('drafts', 'readwrite')
      return writing(tx, async () => {
        await tx.store.put({ session: sessionId('a'), text: 'a' })
        throw new TypeError('halfway')
      })
    })
    expect(await put.catch(failureOf)).toMatchObject({ message: expect.stringContaining('halfway') })
    expect(await database.run((handle) => handle.count('drafts'))).toBe(0)
    database.close()
  })
})

it.each([
  [new DOMException('x', 'QuotaExceededError'), 'storage_full'],
  [new DOMException('Unable to write: no space left on disk', 'UnknownError'), 'storage_full'],
  [new DOMException('x', 'AbortError'), 'storage_off'],
  [new DOMException('x', 'DataCloneError'), 'unexpected'],
  [undefined, 'unexpected'],
])('names %s %s', (error, expected) => {
  expect(storageFailure(error).failure.code).toBe(expected)
})
