import type { SessionId } from '@tabwright/protocol'
import type { SessionStore } from '@tabwright/runtime/memory-store'
import { expect, it } from 'vitest'
import { all, failureCode, said, strict, type Get } from './log-bench'

/** What every store keeps of messages that were not delivered yet. */
export function inboxRules(get: Get): void {
  const message = (text: string) => ({ type: 'message', text }) as const
  const queued = async (store: SessionStore, session: SessionId): Promise<readonly unknown[]> =>
    (await store.readInbox(session)).map(({ n, message: one }) => [n, one.type === 'message' ? one.text : one.type])

  it('numbers messages from any tab in order of arrival and never gives a number twice', async () => {
    const { store, session, another } = get()
    expect(await store.post(session, message('a'))).toBe(1)
    expect(await another().post(session, message('b'))).toBe(2)
    expect(await store.withdraw(session, 2)).toBe(true)
    expect(await store.withdraw(session, 2)).toBe(false)
    expect(await store.post(session, message('c'))).toBe(3)
    expect(await queued(store, session)).toEqual([
      [1, 'a'],
      [3, 'c'],
    ])
  })

  it('[C01] knows a message that is said again under its name, also once it was delivered or taken back', async () => {
    const { store, session, another } = get()
    const { epoch } = await store.claim(session)
    expect(await store.post(session, message('a'), 'id-a')).toBe(1)
    expect(await another().post(session, message('a'), 'id-a')).toBe(1)
    expect(await queued(store, session)).toEqual([[1, 'a']])
    await store.append(session, epoch, { ...strict(said('a')), taken: [1] })
    expect(await another().post(session, message('a'), 'id-a')).toBe(1)
    expect(await queued(store, session)).toEqual([])
    expect(await store.post(session, message('a'), 'id-b')).toBe(2)
    await store.withdraw(session, 2)
    await store.claim(session)
    expect(await another().post(session, message('a'), 'id-b')).toBe(2)
    expect(await queued(store, session)).toEqual([])
    expect(await store.post(session, message('a'))).toBe(3)
  })

  it('changes the text and the order of what was not delivered yet, and refuses what is gone', async () => {
    const { store, session, another } = get()
    for (const text of ['a', 'b', 'c']) await store.post(session, message(text))
    expect(await another().amend(session, 2, { text: 'B' })).toBe(true)
    expect(await another().reorder(session, [3, 1])).toBe(true)
    const changed = [
      [1, 'c'],
      [2, 'B'],
      [3, 'a'],
    ]
    expect(await queued(store, session)).toEqual(changed)
    await store.withdraw(session, 2)
    expect(await store.amend(session, 2, { text: 'late' })).toBe(false)
    expect(await store.reorder(session, [2, 1, 3])).toBe(false)
    expect(await store.reorder(session, [1, 1])).toBe(false)
    expect(await queued(store, session)).toEqual([changed[0], changed[2]])
  })

  it('keeps when a message is to be delivered, and that it waits; one that goes now waits for nothing', async () => {
    const { store, session, another } = get()
    const n = await store.post(session, { type: 'message', text: 'a', when: 'after' })
    const now = async (): Promise<unknown> => (await another().readInbox(session)).map((row) => row.message)
    await another().amend(session, n, { paused: true })
    expect(await now()).toEqual([{ type: 'message', text: 'a', when: 'after', paused: true }])
    await store.amend(session, n, { text: 'b' })
    expect(await now()).toEqual([{ type: 'message', text: 'b', when: 'after', paused: true }])
    await store.amend(session, n, { when: 'now' })
    expect(await now()).toEqual([{ type: 'message', text: 'b', when: 'now' }])
    await store.amend(session, n, { when: 'step' })
    expect(await now()).toEqual([{ type: 'message', text: 'b' }])
  })

  it('[rule 106] refuses an entry whose messages were edited or moved since they were read, and takes them as they are then', async () => {
    const { store, session, another } = get()
    const { epoch } = await store.claim(session)
    await store.post(session, message('a'))
    await store.post(session, message('b'))
    const seen = await store.readInbox(session)
    const take = (rows: typeof seen): Promise<unknown> =>
      store.append(session, epoch, { ...strict(said('a')), taken: rows.map(({ n }) => n), unchanged: rows })
    await another().amend(session, 1, { text: 'A' })
    expect(await failureCode(take(seen))).toBe('stale')
    await another().reorder(session, [2, 1])
    expect(await failureCode(take(seen))).toBe('stale')
    expect(await all(store.read(session))).toEqual([])
    await take(await store.readInbox(session))
    expect(await store.readInbox(session)).toEqual([])
  })

  it('takes a row that led to no fact, for the writer only', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    const n = await store.post(session, { type: 'stop' })
    const nothing = { drafts: [], taken: [n], durability: 'strict' } as const
    expect(await failureCode(store.append(session, epoch - 1, nothing))).toBe('fenced')
    expect(await store.append(session, epoch, nothing)).toEqual([])
    expect(await store.readInbox(session)).toEqual([])
  })

  it('takes messages out in the transaction of the facts that answer them', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    await store.post(session, message('a'))
    await store.post(session, message('b'))
    expect(await failureCode(store.append(session, epoch - 1, { ...strict(said('a')), taken: [1] }))).toBe('fenced')
    expect(await store.readInbox(session)).toHaveLength(2)
    await store.append(session, epoch, { ...strict(said('a')), taken: [1] })
    expect((await store.readInbox(session)).map(({ n }) => n)).toEqual([2])
    expect(await store.withdraw(session, 1)).toBe(false)
  })

  it('does not deliver a message that was taken back meanwhile', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    const n = await store.post(session, message('a'))
    await store.withdraw(session, n)
    expect(await failureCode(store.append(session, epoch, { ...strict(said('a')), taken: [n] }))).toBe('stale')
    expect(await all(store.read(session))).toEqual([])
  })
}
