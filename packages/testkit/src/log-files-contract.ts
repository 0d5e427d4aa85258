import {
  agentId,
  blobHash,
  callId,
  digestOf,
  MAIN_AGENT,
  type BlobHash,
  type Commit,
  type Draft,
  type FileEntry,
  type PathChange,
} from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { all, failureCode, said, strict, texts, trace, type Get } from './log-bench'

/** Changes of files as a session writes them. */
function fileFacts(get: Get) {
  const hashOf = (text: string): BlobHash => blobHash(get().hash(text))
  const change = (path: string, [before, after]: readonly [string | null, string | null], version = 1): PathChange => ({
    path,
    before: before === null ? null : hashOf(before),
    after: after === null ? null : { hash: hashOf(after), bytes: new TextEncoder().encode(after), mode: 'file', mtime: 5, version },
  })
  const changed = (...changes: readonly PathChange[]): Draft => ({
    type: 'workspace.changed',
    data: {
      by: 'agent',
      changes: changes.map(({ path, before, after }) => ({ path, before, after: after?.hash ?? null, added: 1, removed: 0 })),
    },
    agent: agentId('main'),
    trace,
  })
  return { hashOf, change, changed }
}

/** Many at once. */
export function manyFileRules(get: Get): void {
  const { hashOf, change, changed } = fileFacts(get)

  it('[P12] keeps many files at once, and what changes one by one after them', async () => {
    const { store, session, another } = get()
    const { epoch } = await store.claim(session)
    const write = (...files: readonly PathChange[]): Promise<unknown> =>
      store.append(session, epoch, { ...strict(changed(...files)), files })
    const named = (from: number): string[] => Array.from({ length: 300 }, (_, i) => `f/${i + from}.txt`)
    const found = async (): Promise<readonly string[]> =>
      (await another().files(session)).map(({ path, hash, version }) => `${path} ${hash.slice(0, 8)} ${version}`)
    const line = (path: string, text: string, version: number): string => `${path} ${hashOf(text).slice(0, 8)} ${version}`
    await write(change('a.txt', [null, 'a']), change('gone.txt', [null, 'x']))
    await write(...named(0).map((path) => change(path, [null, 'one'])), change('gone.txt', ['x', null]))
    const first = [line('a.txt', 'a', 1), ...named(0).map((path) => line(path, 'one', 1))]
    expect(await found()).toEqual(first.toSorted())
    await write(change('f/0.txt', ['one', null]), change('f/1.txt', ['one', 'two'], 2), change('a.txt', ['a', 'two'], 2))
    const second = [line('a.txt', 'two', 2), line('f/1.txt', 'two', 2), ...first.slice(3)]
    expect(await found()).toEqual(second.toSorted())
    // Two entries of one transaction: what the first did is in the list of the second.
    const some = write(change('f/0.txt', [null, 'back'], 3))
    await Promise.all([some, write(...named(300).map((path) => change(path, [null, 'one'])))])
    const third = [line('f/0.txt', 'back', 3), ...second, ...named(300).map((path) => line(path, 'one', 1))]
    expect(await found()).toEqual(third.toSorted())
  })
}

/** Files beside their facts. */
export function fileRules(get: Get): void {
  const { hashOf, change, changed } = fileFacts(get)

  it('[F30] keeps contents that facts name and no file has, with their facts or not at all', async () => {
    const { store, session, another } = get()
    const { epoch } = await store.claim(session)
    const bytes = new TextEncoder().encode('a picture')
    const content = { hash: hashOf('a picture'), bytes }
    await store.append(session, epoch, { ...strict(said('look')), contents: [content] })
    const reader = another()
    expect(await reader.files(session)).toEqual([])
    expect(await reader.loadBlob(content.hash)).toEqual(bytes)
    const other = { hash: hashOf('another'), bytes: new TextEncoder().encode('another') }
    await store.claim(session)
    expect(await failureCode(store.append(session, epoch, { ...strict(said('late')), contents: [other] }))).toBe('fenced')
    expect(await failureCode(reader.loadBlob(other.hash))).toBe('not_found')
  })

  it('makes files visible together with their facts and keeps every content', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    const first = [change('b.txt', [null, 'b']), change('a/x.txt', [null, 'x'])]
    await store.append(session, epoch, { ...strict(changed(...first)), files: first })
    const second = [change('b.txt', ['b', 'B'], 2), change('a/x.txt', ['x', null])]
    await store.append(session, epoch, { ...strict(changed(...second)), files: second })
    expect(await store.files(session)).toEqual([{ path: 'b.txt', hash: hashOf('B'), size: 1, mode: 'file', mtime: 5, version: 2 }])
    for (const text of ['b', 'x', 'B']) expect(new TextDecoder().decode(await store.loadBlob(hashOf(text)))).toBe(text)
    expect(await failureCode(store.loadBlob(hashOf('never')))).toBe('not_found')
  })

  it('keeps times, permissions and folders, as rows and in a list of many', async () => {
    const { store, session, another } = get()
    const { epoch } = await store.claim(session)
    const kept = (path: string, more: Pick<FileEntry, 'mode' | 'mtime' | 'permissions'>): PathChange => {
      const text = more.mode === 'folder' ? '' : path
      return { path, before: null, after: { hash: hashOf(text), bytes: new TextEncoder().encode(text), version: 1, ...more } }
    }
    const write = (files: readonly PathChange[]): Promise<unknown> => store.append(session, epoch, { ...strict(changed(...files)), files })
    const some = [
      kept('key', { mode: 'file', mtime: 7, permissions: 0o600 }),
      kept('empty', { mode: 'folder', mtime: 8, permissions: 0o700 }),
    ]
    const found = async (): Promise<readonly unknown[]> =>
      (await another().files(session))
        .filter(({ path }) => path === 'key' || path === 'empty')
        .map(({ path, mode, mtime, permissions }) => ({ path, mode, mtime, permissions }))
    const expected = [
      { path: 'empty', mode: 'folder', mtime: 8, permissions: 0o700 },
      { path: 'key', mode: 'file', mtime: 7, permissions: 0o600 },
    ]
    await write(some)
    expect(await found()).toEqual(expected)
    await write(Array.from({ length: 300 }, (_, i) => change(`f/${i}.txt`, [null, 'one'])))
    expect(await found()).toEqual(expected)
  })

  it('[rule 116] writes no file for a fenced writer', async () => {
    const { store, session } = get()
    const { epoch } = await store.claim(session)
    await store.claim(session)
    const files = [change('a.txt', [null, 'a'])]
    expect(await failureCode(store.append(session, epoch, { ...strict(changed(...files)), files }))).toBe('fenced')
    expect(await store.files(session)).toEqual([])
    expect(await failureCode(store.loadBlob(hashOf('a')))).toBe('not_found')
  })

  it('[rule 65] leaves no trace of a call that could not be written ahead', async (context) => {
    const { store, session, fill } = get()
    if (!fill) return context.skip('this store cannot be filled')
    const { epoch } = await store.claim(session)
    const n = await store.post(session, { type: 'message', text: 'a' })
    await store.append(session, epoch, strict(said('before')))
    fill(true)
    const started: Draft = {
      type: 'call.started',
      data: { call: callId('c1'), digest: digestOf('d'.repeat(64)), effect: 'tx', key: 'k' },
      agent: MAIN_AGENT,
      trace,
    }
    const files = [change('a.txt', [null, 'a'])]
    const commit: Commit = {
      drafts: [started, changed(...files)],
      files,
      wire: [{ role: 'header', text: '{}' }],
      taken: [n],
      durability: 'strict',
    }
    expect(await failureCode(store.append(session, epoch, commit))).toBe('storage_full')
    fill(false)
    expect(texts(await all(store.read(session)))).toEqual(['before'])
    expect(await store.readWire(session)).toEqual([])
    expect(await store.readInbox(session)).toHaveLength(1)
    expect(await store.files(session)).toEqual([])
    expect(await failureCode(store.loadBlob(hashOf('a')))).toBe('not_found')
    const written = await store.append(session, epoch, commit)
    expect(written.map(({ seq }) => seq)).toEqual([2, 3])
    expect((await all(store.read(session))).map(({ seq }) => seq)).toEqual([1, 2, 3])
  })
}
