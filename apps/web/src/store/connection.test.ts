import { FailureError, type ModelInfo, type Provider } from '@tabwright/protocol'
import type { Relay, VaultEntry } from '@tabwright/relay-client'
import { describe, expect, test, vi } from 'vitest'
import { connectProvider, type ConnectionSources } from './connection'

const KEY: VaultEntry = {
  name: 'anthropic',
  last4: 'a1b2',
  origin: 'https://api.example.com',
  source: 'environment',
  createdAt: 0,
  active: true,
  readable: true,
}
const MODELS: readonly ModelInfo[] = [
  { id: 'one', label: 'One' },
  { id: 'two', label: 'Two', contextWindow: 1000 },
]

function relay(
  part: { readonly keys?: readonly VaultEntry[]; readonly paired?: boolean; readonly models?: () => Promise<readonly ModelInfo[]> } = {},
): Relay {
  const entries = async (): Promise<readonly VaultEntry[]> => part.keys ?? [KEY]
  return {
    pair: async () =>
      part.paired === false ? 'none' : { token: 'bearer', expiresAt: 0, version: '1', fingerprint: '0123-4567-89ab-cdef' },
    unpair: async () => undefined,
    vault: { list: entries, put: entries, remove: entries },
    hosts: { list: async () => [], put: async () => [], remove: async () => [] },
    notify: { host: async () => undefined, tell: async () => undefined },
    mcp: { list: async () => [], signIn: async () => 'https://x.example', signOut: async () => [] },
    models: part.models ?? (async () => MODELS),
  }
}

function sources(part: Partial<ConnectionSources> = {}): ConnectionSources {
  const kept = new Map<string, string>()
  const provider: Provider | undefined = undefined
  return {
    relay: relay(),
    keys: { put: async () => [], forget: async () => undefined, provider: () => provider },
    memory: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    demoOnly: false,
    ...part,
  }
}

describe('connectProvider', () => {
  test('a key in the relay gives its models through the relay', async () => {
    const found = await connectProvider(sources())
    expect(found).toMatchObject({ relay: 'connected', fingerprint: '0123-4567-89ab-cdef', keeper: 'relay', providerFailure: undefined })
    expect(found.connection).toMatchObject({
      provider: { type: 'relay', last4: 'a1b2' },
      access: { type: 'relay', token: 'bearer' },
      model: MODELS[0],
    })
  })

  test('the model that was chosen before is chosen again', async () => {
    const from = sources()
    from.memory.setItem('tabwright.model', 'two')
    expect((await connectProvider(from)).connection?.model.id).toBe('two')
  })

  test('no key, no relay or ?demo=1 means the demo model', async () => {
    const found = await Promise.all([
      connectProvider(sources({ relay: relay({ keys: [] }) })),
      connectProvider(sources({ relay: relay({ paired: false }) })),
      connectProvider(sources({ relay: 'none' })),
      connectProvider(sources({ demoOnly: true })),
    ])
    expect(found.map((one) => one.connection?.provider.type)).toEqual(['demo', 'demo', 'demo', 'demo'])
    expect(found.map((one) => one.relay)).toEqual(['connected', 'none', 'none', 'connected'])
  })

  test('a relay that was here before is away, not missing: that is said, and the demo answers meanwhile', async () => {
    const from = sources()
    await connectProvider(from)
    const found = await connectProvider({ ...from, relay: relay({ paired: false }) })
    expect(found).toMatchObject({ relay: 'offline', keeper: 'tab', providerFailure: { code: 'offline' } })
    expect(found.connection?.provider.type).toBe('demo')
  })

  test('a relay that wants a code is locked until the right one is entered, and the page pairs once', async () => {
    const asked: (string | undefined)[] = []
    const session = { token: 'bought', expiresAt: 0, version: '1' }
    const pair = async (code?: string): Promise<typeof session> => {
      asked.push(code)
      if (code === 'ABCD-2345') return session
      throw new FailureError({ code: 'denied', message: `No: ${code}.`, detail: { wants: 'code' } })
    }
    const from = sources({ relay: { ...relay(), pair } })
    expect(await connectProvider(from)).toMatchObject({ relay: 'locked', keeper: 'tab', providerFailure: { message: 'No: undefined.' } })
    expect(await connectProvider(from, vi.fn(), 'WRONG')).toMatchObject({ relay: 'locked', providerFailure: { message: 'No: WRONG.' } })
    const told = vi.fn()
    expect(await connectProvider(from, told, 'ABCD-2345')).toMatchObject({ relay: 'connected', keeper: 'relay' })
    expect(told).toHaveBeenCalledWith('bought')
    expect(asked).toEqual([undefined, 'WRONG', 'ABCD-2345'])
  })

  test('a relay that was started anew meanwhile is locked again', async () => {
    const ended = async (): Promise<never> =>
      Promise.reject(new FailureError({ code: 'denied', message: 'A code.', detail: { wants: 'code' } }))
    const found = await connectProvider(sources({ relay: relay({ models: ended }) }))
    expect(found).toMatchObject({ relay: 'locked', providerFailure: { message: 'A code.' } })
  })

  test('a provider that rejects the key is said, and the demo answers meanwhile', async () => {
    const models = async (): Promise<never> => Promise.reject(new FailureError({ code: 'rejected_key', message: 'No.' }))
    const found = await connectProvider(sources({ relay: relay({ models }) }))
    expect(found.providerFailure?.code).toBe('rejected_key')
    expect(found.connection?.provider.type).toBe('demo')
  })
})
