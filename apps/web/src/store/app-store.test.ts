import { fail, failureOf, type ModelInfo } from '@tabwright/protocol'
import type { Relay, VaultEntry } from '@tabwright/relay-client'
import type { Catalogue, Mirror } from '@tabwright/runtime'
import { expect, test, vi } from 'vitest'
import { createAppStore } from './app-store'

const KEY: VaultEntry = {
  name: 'anthropic',
  last4: 'a1b2',
  origin: 'https://api.example.com',
  source: 'settings',
  createdAt: 0,
  active: true,
  readable: true,
}
const MODEL: ModelInfo = { id: 'one', label: 'One' }

const unasked = async (): Promise<never> => fail('unexpected', 'not asked of this store')
const catalogue: Catalogue = {
  list: unasked,
  watch: () => () => undefined,
  create: unasked,
  rename: unasked,
  shelve: unasked,
  remove: unasked,
  restore: unasked,
  fork: unasked,
  readAttachment: unasked,
  readDraft: unasked,
  saveDraft: unasked,
  storage: unasked,
  watchStorage: () => () => undefined,
  persist: unasked,
  exportSession: unasked,
  exportToShare: unasked,
  exportMarkdown: unasked,
  search: unasked,
  importSession: unasked,
  shares: {
    prepare: unasked,
    list: unasked,
    create: unasked,
    revoke: unasked,
    fork: unasked,
    page: unasked,
    live: { list: unasked, watch: () => () => undefined, start: unasked, end: unasked },
  },
  rules: {
    list: unasked,
    watch: () => () => undefined,
    add: unasked,
    remove: unasked,
    putBack: unasked,
    setLevel: unasked,
    tryCall: unasked,
  },
  relay: {
    state: unasked,
    watch: () => () => undefined,
    watchWake: () => () => undefined,
    join: async () => undefined,
    retry: unasked,
    setOn: unasked,
    setName: unasked,
    setSwitch: unasked,
    addWake: unasked,
    removeWake: unasked,
    setWebSearch: unasked,
    answer: unasked,
  },
  mirror: {
    state: unasked,
    watch: () => () => undefined,
    turnOn: unasked,
    kept: unasked,
    turnOff: unasked,
    find: unasked,
    restore: unasked,
    useToken: unasked,
  },
}

function storeWith(pair: Relay['pair'] | 'none', kept: readonly VaultEntry[] = [KEY], useToken: Mirror['useToken'] = unasked) {
  const entries = async (): Promise<readonly VaultEntry[]> => kept
  const relay: Relay | 'none' =
    pair === 'none'
      ? pair
      : {
          pair,
          unpair: async () => undefined,
          vault: { list: entries, put: entries, remove: entries },
          hosts: { list: async () => [], put: async () => [], remove: async () => [] },
          notify: { host: async () => undefined, tell: async () => undefined },
          mcp: { list: async () => [], signIn: async () => 'https://x.example', signOut: async () => [] },
          models: async () => [MODEL],
        }
  const keys = { put: async () => [], forget: async () => undefined, provider: () => undefined }
  const memory = { getItem: () => null, setItem: () => undefined }
  return createAppStore({ catalogue: { ...catalogue, mirror: { ...catalogue.mirror, useToken } }, keys, relay, memory, demoOnly: false })
}

test('a bearer that is over is renewed once for all sessions, and later sessions get the new one', async () => {
  let count = 0
  const pair = vi.fn(async () => ({ token: `t${(count += 1)}`, expiresAt: 0, version: '1' }))
  const store = storeWith(pair)
  await store.getState().connect()
  expect(store.getState().connection?.access).toEqual({ type: 'relay', token: 't1' })
  const { renewToken } = store.getState()
  expect(await Promise.all([renewToken(), renewToken()])).toEqual(['t2', 't2'])
  expect(store.getState().connection).toMatchObject({ access: { type: 'relay', token: 't2' }, model: MODEL })
  expect(await renewToken()).toBe('t3')
  expect(pair).toHaveBeenCalledTimes(3)
})

test('the mirror is handed every bearer, also of a relay that keeps no key', async () => {
  let count = 0
  const given: string[] = []
  const pair = async () => ({ token: `t${(count += 1)}`, expiresAt: 0, version: '1' })
  const store = storeWith(pair, [], async (token) => void given.push(token))
  await store.getState().connect()
  expect(store.getState().connection?.access).toEqual({ type: 'demo' })
  await store.getState().renewToken()
  expect(given).toEqual(['t1', 't2'])
})

test('a relay that wants a code, or is gone, says so, and the next try is a new one', async () => {
  const answers = [async () => fail('denied', 'Enter the code.'), async () => 'none' as const]
  const store = storeWith(() => (answers.shift() ?? (async () => ({ token: 't', expiresAt: 0, version: '1' })))())
  const { renewToken } = store.getState()
  expect(await renewToken().catch(failureOf)).toMatchObject({ code: 'denied', message: 'Enter the code.' })
  expect(await renewToken().catch(failureOf)).toMatchObject({ code: 'offline' })
  expect(await renewToken()).toBe('t')
  expect(await storeWith('none').getState().renewToken().catch(failureOf)).toMatchObject({ code: 'offline' })
})
