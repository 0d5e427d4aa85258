import { callId, SHARE_ALL, toBase64Url } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { hashBytes } from '../io/hash-noble'
import { exportToShare } from './portable'
import { called, inMemory, ports, SESSION, utf8, writerOf } from './session-under-test'
import { openShare } from './share-seal'
import { readShared } from './shared'
import { sealShare } from './share-seal'

it('[O36] what a link shows is the conversation, what became of the files, and the files, and no byte of what is secret', async () => {
  const place = inMemory()
  await place.make()
  const append = await writerOf(place)
  const key = 'q7Xw2Lp9Zr4TnB8vKc3M'
  const put = async (path: string, text: string | undefined, by: 'seed' | 'agent', before: string | null = null): Promise<void> => {
    const was = before === null ? null : hashBytes(utf8(before))
    const after =
      text === undefined ? null : { hash: hashBytes(utf8(text)), bytes: utf8(text), mode: 'file' as const, mtime: 1, version: 1 }
    const change = { path, before: was, after: after?.hash ?? null, added: 1, removed: 0 }
    await append([{ type: 'workspace.changed', data: { by, changes: [change] } }], { files: [{ path, before: was, after }] })
  }
  await append([{ type: 'session.opened', data: { title: 'A <b>title</b>', project: 'blank' } }])
  await put('a.ts', 'one\n', 'seed')
  await put('gone.ts', 'old\n', 'seed')
  await append([{ type: 'message.user', data: { content: [{ type: 'text', text: `use ${key}` }], from: 'user' } }])
  await put('.env', `API_KEY=${key}\n`, 'agent')
  await put('a.ts', 'two\n', 'agent', 'one\n')
  await put('a.ts', `three ${key}\n`, 'agent', 'two\n')
  await put('gone.ts', undefined, 'agent', 'old\n')
  await append(called(callId('c1'), 'the result'))
  const { bytes } = await exportToShare(SESSION, ports(place), SHARE_ALL)
  const address = { id: toBase64Url(new Uint8Array(16)), key: toBase64Url(new Uint8Array(32).fill(1)) }
  const archive = await openShare(await sealShare(bytes, address, { created: 1, expires: 0 }), address, 2)
  const shared = await readShared(archive)
  expect(shared.rows.map(({ type }) => type)).toEqual(['user', 'call'])
  expect(shared.changes).toEqual([
    { path: '.env', before: undefined, after: { type: 'text', text: 'API_KEY=[secret: API_KEY of .env]\n' } },
    { path: 'a.ts', before: { type: 'text', text: 'one\n' }, after: { type: 'text', text: 'three [secret: API_KEY of .env]\n' } },
    { path: 'gone.ts', before: { type: 'text', text: 'old\n' }, after: undefined },
  ])
  expect(shared.files.map(({ path }) => path)).toEqual(['.env', 'a.ts'])
  expect(JSON.stringify(shared)).not.toContain(key)
  await expect(readShared(archive.slice(0, -9))).rejects.toThrow(/Nothing of it is shown\.$/)
})
