import { FailureError, fail, readShareAddress, sessionId, type Json } from '@tabwright/protocol'
import type { ShareEntry, ShareLine } from '@tabwright/relay-client'
import { expect, it } from 'vitest'
import { openShare } from '../portable/share-seal'
import { createShareWorker } from './share-worker'

const SESSION = sessionId('01shared')
const DAY = 86_400_000
const random = (bytes: number): Uint8Array => crypto.getRandomValues(new Uint8Array(bytes))

function start() {
  const kept = new Map<string, { token: string; sealed: Uint8Array<ArrayBuffer> }>()
  const settings = new Map<string, Json>()
  const state = { origin: 'http://share.localhost:1' as string | undefined, refusal: undefined as FailureError | undefined, now: 1_000 }
  const opens = new Map<string, number>()
  const answer = (): void => {
    if (state.refusal) throw state.refusal
  }
  const line: ShareLine = {
    list: async () => {
      if (state.refusal?.failure.code === 'offline') throw state.refusal
      const shares = [...kept.keys()].map((id): ShareEntry => ({ id, opens: opens.get(id) ?? 0, state: 'open' }))
      return { origin: state.origin, shares }
    },
    put: async (id, token, sealed) => {
      answer()
      kept.set(id, { token, sealed })
    },
    revoke: async (id, token) => {
      answer()
      if (kept.get(id)?.token !== token) fail('denied', 'not yours')
      kept.delete(id)
    },
  }
  const worker = createShareWorker({
    catalogue: async () => ({
      readSetting: async (key) => settings.get(key),
      saveSetting: async (key, value) => void settings.set(key, value),
    }),
    line,
    read: async (id) => kept.get(id)?.sealed ?? fail('not_found', 'no such session'),
    keep: async (archive) => sessionId(new TextDecoder().decode(archive)),
    clock: { now: () => state.now },
    random,
    locks: null,
  })
  const create = (text: string, replaces?: string) =>
    worker.createShare({
      session: SESSION,
      title: 'T',
      bytes: new TextEncoder().encode(text),
      lifetime: '1 day',
      ...(replaces !== undefined && { replaces }),
    })
  return { worker, kept, settings, state, opens, create }
}

const partsOf = (address: string) => {
  const { pathname, hash } = new URL(address)
  const parts = readShareAddress(pathname, hash)
  return typeof parts === 'string' ? fail('bad_input', parts) : parts
}

it('[O36] a link opens what was sealed, is updated under the same address, and its opens are those that the relay counts', async () => {
  const { worker, kept, state, opens, create } = start()
  const link = await create('one')
  const parts = partsOf(link.address)
  const opened = async (): Promise<string> =>
    new TextDecoder().decode(await openShare(kept.get(link.id)?.sealed ?? new Uint8Array(), parts, state.now))
  expect(await opened()).toBe('one')
  expect(link).toMatchObject({ at: 1_000, expires: 1_000 + DAY, state: 'open' })
  state.now = 5_000
  const again = await create('two', link.id)
  expect(again.address).toBe(link.address)
  expect(await opened()).toBe('two')
  opens.set(link.id, 3)
  expect((await worker.listShares()).links).toEqual([{ ...again, opens: 3 }])
  expect(await worker.forkShare(parts)).toBe('two')
  state.now += DAY
  expect((await worker.listShares()).links).toMatchObject([{ state: 'expired' }])
  await expect(worker.forkShare(parts)).rejects.toThrow('is over')
})

it('a link that was made can be ended: it is kept before the relay has it, and forgotten when it is gone there', async () => {
  const { worker, kept, state, create } = start()
  const link = await create('one')
  state.refusal = new FailureError({ code: 'offline', message: 'The relay does not answer.' })
  await expect(worker.revokeShare(link.id)).rejects.toThrow('does not answer')
  expect((await worker.listShares()).links).toMatchObject([{ id: link.id, opens: undefined }])
  expect((await worker.listShares()).problem).toBe('The relay does not answer.')
  state.refusal = undefined
  await worker.revokeShare(link.id)
  expect([kept.size, (await worker.listShares()).links]).toEqual([0, []])
})

it('what the relay refuses leaves nothing behind, and the link that was there as it was', async () => {
  const { worker, state, create } = start()
  state.refusal = new FailureError({ code: 'storage_full', message: 'The relay has no room.' })
  await expect(create('one')).rejects.toThrow('no room')
  expect((await worker.listShares()).links).toEqual([])
  state.refusal = undefined
  const link = await create('one')
  state.refusal = new FailureError({ code: 'storage_full', message: 'The relay has no room.' })
  state.now = 9_000
  await expect(create('two', link.id)).rejects.toThrow('no room')
  expect((await worker.listShares()).links).toMatchObject([{ id: link.id, at: 1_000 }])
  state.refusal = undefined
  state.origin = undefined
  await expect(create('three')).rejects.toThrow('TABWRIGHT_SHARE_ORIGIN')
  expect((await worker.listShares()).problem).toContain('A file needs none')
})
