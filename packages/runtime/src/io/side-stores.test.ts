import 'fake-indexeddb/auto'
import { sessionId, type Failure } from '@tabwright/protocol'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDatabase, type Database } from './database'
import { previewIdb, type SideStoreOptions } from './preview-idb'
import { previewMemory, terminalsMemory } from './side-memory'
import { emptyRecord } from './session-record'
import { snapshotsIdb } from './snapshot-idb'
import { newest, TERMINAL_KEPT, terminalsIdb } from './terminal-idb'

let databases = 0
let database: Database
const lost: Failure[] = []
const options: SideStoreOptions = { session: sessionId('s1'), lost: (failure) => lost.push(failure) }

beforeEach(async () => {
  lost.length = 0
  database = await openDatabase({ name: `side-${(databases += 1)}` })
})
afterEach(() => {
  vi.restoreAllMocks()
  database.close()
})

describe('a snapshot', () => {
  const { session } = options
  const snapshot = { seq: 3, hash: 'h', data: { of: 'a' } }

  it('[F35] is believed by the build that made it, and by no other', async () => {
    await database.run((handle) => handle.put('sessions', emptyRecord({ id: session, title: 'x', project: 'blank', at: 1 })))
    await snapshotsIdb(database, 'a').save(session, 'loop', snapshot)
    expect(await snapshotsIdb(database, 'a').load(session, 'loop')).toEqual(snapshot)
    expect(await snapshotsIdb(database, 'b').load(session, 'loop')).toBeUndefined()
  })

  it('is not kept of a session that is gone', async () => {
    await snapshotsIdb(database, 'a').save(session, 'loop', snapshot)
    expect(await snapshotsIdb(database, 'a').load(session, 'loop')).toBeUndefined()
  })
})

describe('the preview', () => {
  it('[C04] gives the streamed text to the next worker, once', async () => {
    const preview = previewIdb(database, options)
    preview.save(7, 'Hel')
    await expect.poll(() => database.run((handle) => handle.get('previews', options.session))).toMatchObject({ text: 'Hel' })
    const next = previewIdb(database, options)
    expect(await next.take(7)).toBe('Hel')
    expect(await next.take(7)).toBe('')
  })

  it('writes at most once a second however fast text comes, and the newest', async () => {
    const runs = vi.spyOn(database, 'run')
    const preview = previewIdb(database, options)
    for (let index = 0; index < 1_000; index++) preview.save(7, `text ${index}`)
    expect(runs.mock.calls.length).toBeLessThanOrEqual(1)
    await expect
      .poll(() => database.run((handle) => handle.get('previews', options.session)), { timeout: 3_000 })
      .toMatchObject({ text: 'text 999' })
    expect(await preview.take(7)).toBe('text 999')
  })

  it('takes what was not written yet', async () => {
    const preview = previewIdb(database, options)
    preview.save(7, 'a')
    preview.save(7, 'ab')
    expect(await preview.take(7)).toBe('ab')
  })

  it('says what was lost when it cannot be written, and goes on', async () => {
    const preview = previewIdb(database, options)
    vi.spyOn(database, 'run').mockRejectedValueOnce(new Error('disk gone'))
    preview.save(7, 'a')
    await expect.poll(() => lost.length).toBe(1)
    expect(await preview.take(7)).toBe('')
  })

  it('gives text only to the request that it was saved for, and forgets what became empty', async () => {
    for (const preview of [previewIdb(database, options), previewMemory()]) {
      preview.save(7, 'of the seventh')
      expect(await preview.take(9)).toBe('')
      expect(await preview.take(7)).toBe('')
      preview.save(9, 'of the ninth')
      preview.save(9, '')
      expect(await preview.take(9)).toBe('')
    }
    const stored = (): Promise<unknown> => database.run((handle) => handle.get('previews', options.session))
    previewIdb(database, options).save(7, 'kept')
    await expect.poll(stored).toMatchObject({ request: 7, text: 'kept' })
    expect(await previewIdb(database, options).take(8)).toBe('')
    const preview = previewIdb(database, options)
    preview.save(8, 'kept')
    await expect.poll(stored).toMatchObject({ request: 8 })
    preview.save(8, '')
    await expect.poll(stored, { timeout: 3_000 }).toBeUndefined()
  })

  it('works in memory', async () => {
    const preview = previewMemory()
    preview.save(7, 'a')
    expect([await preview.take(7), await preview.take(7)]).toEqual(['a', ''])
  })
})

describe('the terminal', () => {
  it('keeps what it showed, in order, for the next worker', async () => {
    const terminal = terminalsIdb(database, options).agent
    terminal.append('$ ls\r\n')
    terminal.append('a\r\n')
    expect(await terminal.read()).toBe('$ ls\r\na\r\n')
    terminal.append('b\r\n')
    expect(await terminal.read()).toBe('$ ls\r\na\r\nb\r\n')
    expect(await terminalsIdb(database, options).agent.read()).toBe('$ ls\r\na\r\nb\r\n')
    expect(await terminalsIdb(database, { ...options, session: sessionId('s2') }).agent.read()).toBe('')
  })

  it('has stored what it showed when a command is over', async () => {
    const terminal = terminalsIdb(database, options).agent
    terminal.append('done\r\n')
    await terminal.flush()
    expect(await database.run((handle) => handle.count('terminal'))).toBe(1)
  })

  it('writes by itself a quarter second later', async () => {
    terminalsIdb(database, options).agent.append('x')
    await expect.poll(() => database.run((handle) => handle.count('terminal'))).toBe(1)
  })

  it('keeps the newest megabyte, in the database too', async () => {
    const terminal = terminalsIdb(database, options).agent
    for (let round = 0; round < 40; round++) {
      terminal.append(`${`${round} `.padEnd(99, '.')}\n`.repeat(1_000))
      await terminal.read()
    }
    const shown = await terminal.read()
    expect(shown.length).toBeLessThanOrEqual(TERMINAL_KEPT)
    expect(shown.length).toBeGreaterThan(TERMINAL_KEPT - 200)
    expect(shown.startsWith('30 ')).toBe(true)
    expect(shown.endsWith('.\n')).toBe(true)
    const stored = await database.run((handle) => handle.getAll('terminal'))
    expect(stored.reduce((sum, row) => sum + row.text.length, 0)).toBeLessThan(1.6 * TERMINAL_KEPT)
    expect(lost).toEqual([])
  })

  it('keeps the screens of a session apart, and trims each by itself', async () => {
    const { agent, person, typed } = terminalsIdb(database, options)
    person.append('mine\r\n')
    typed.append('ls\n')
    for (let round = 0; round < 16; round++) {
      agent.append(`${'.'.repeat(99)}\n`.repeat(1_000))
      await agent.read()
    }
    expect(await person.read()).toBe('mine\r\n')
    expect(await typed.read()).toBe('ls\n')
    const rows = await database.run((handle) => handle.getAll('terminal'))
    expect(rows.filter((row) => row.screen === undefined).reduce((sum, row) => sum + row.text.length, 0)).toBeLessThan(1_400_000)
  })

  it('is cut where a line begins', () => {
    expect(newest('ab\ncd\nef', 4)).toBe('ef')
    expect(newest('abcdef', 3)).toBe('def')
  })

  it('works in memory', async () => {
    const terminal = terminalsMemory().agent
    terminal.append('a')
    terminal.append('b')
    expect(await terminal.read()).toBe('ab')
  })
})
