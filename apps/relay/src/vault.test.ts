import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkModelOrigin, keyProblem } from './model-origin'
import { startForTest } from './relay-under-test'
import { openVault, type UsableKey, type Vault } from './vault'
import { readVaultKey } from './vault-key'

const CANARY = 'sk-ant-canary-0123456789abcdef'
const HOME = 'https://api.anthropic.com'
let data: string

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tabwright-vault-'))
})
afterEach(() => {
  rmSync(data, { recursive: true, force: true })
})

function using<T>(run: (vault: Vault) => T, more: { environment?: UsableKey; key?: string } = {}): T {
  const vault = openVault({ data, vaultKey: readVaultKey(data, more.key), environment: more.environment })
  try {
    return run(vault)
  } finally {
    vault.close()
  }
}

describe('a stored key', () => {
  it('is there after a restart, bound to its address', () => {
    using((vault) => vault.put(CANARY, 'https://gw.example/anthropic'))
    expect(using((vault) => vault.use())).toEqual({ key: CANARY, origin: 'https://gw.example/anthropic' })
    expect(using((vault) => vault.list())).toEqual([
      {
        name: 'anthropic',
        last4: 'cdef',
        origin: 'https://gw.example/anthropic',
        source: 'settings',
        createdAt: expect.any(Number),
        active: true,
        readable: true,
      },
    ])
  })

  it('[O31] lies in no file in the clear, and every file is its owner’s only', () => {
    using((vault) => vault.put(CANARY, HOME))
    for (const name of readdirSync(data)) {
      expect(readFileSync(join(data, name)).includes(CANARY)).toBe(false)
      expect(statSync(join(data, name)).mode & 0o077).toBe(0)
    }
  })

  it('is replaced by the next one, and gone after its removal', () => {
    using((vault) => {
      vault.put(CANARY, HOME)
      vault.put('sk-ant-second-key', HOME)
      expect(vault.use()).toEqual({ key: 'sk-ant-second-key', origin: HOME })
      expect(vault.list()).toHaveLength(1)
      expect([vault.remove(), vault.remove(), vault.use()]).toEqual([true, false, 'none'])
    })
  })

  it('under another vault key is listed as unreadable and used by nobody', () => {
    using((vault) => vault.put(CANARY, HOME), { key: 'a'.repeat(64) })
    using(
      (vault) => {
        expect(vault.use()).toBe('unreadable')
        expect(vault.list()).toMatchObject([{ last4: 'cdef', readable: false }])
      },
      { key: 'b'.repeat(64) },
    )
  })

  it('[O32] whose address was changed in the file does not open', () => {
    using((vault) => vault.put(CANARY, HOME))
    const db = new Database(join(data, 'relay.db'))
    db.prepare('UPDATE vault SET origin = ?').run('https://evil.example')
    db.close()
    expect(using((vault) => vault.use())).toBe('unreadable')
  })

  it('shows nothing of a short one', () => {
    using((vault) => {
      vault.put('ollama', HOME)
      expect(vault.list()[0]?.last4).toBe('')
    })
  })
})

describe('a key from the environment', () => {
  const environment = { key: 'sk-env-first-0001', origin: HOME }

  it('is used when no other was set, and cannot be removed', () => {
    using(
      (vault) => {
        expect(vault.use()).toEqual(environment)
        expect(vault.list()).toMatchObject([{ last4: '0001', source: 'environment', active: true }])
        expect(vault.remove()).toBe(false)
      },
      { environment },
    )
  })

  it('gives way to one set later in Settings, also after a restart', () => {
    using((vault) => vault.put(CANARY, HOME), { environment })
    using(
      (vault) => {
        expect(vault.use()).toEqual({ key: CANARY, origin: HOME })
        expect(vault.list().map((one) => [one.source, one.active])).toEqual([
          ['settings', true],
          ['environment', false],
        ])
      },
      { environment },
    )
  })

  it('wins again once it is another one than when Settings were saved', () => {
    using((vault) => vault.put(CANARY, HOME))
    expect(using((vault) => vault.use(), { environment })).toEqual(environment)
    using((vault) => vault.put(CANARY, HOME), { environment })
    const newer = { key: 'sk-env-second-0002', origin: HOME }
    expect(using((vault) => vault.use(), { environment: newer })).toEqual(newer)
  })
})

describe('the vault’s own key', () => {
  it('is made once, 0600, and the same on the next start', () => {
    const first = readVaultKey(data, undefined)
    expect(readVaultKey(data, undefined)).toEqual(first)
    expect(first.from).toBe('file')
    expect(statSync(join(data, 'vault.key')).mode & 0o777).toBe(0o600)
  })

  it('can come from the environment as hex or base64, and 32 bytes only', () => {
    const hex = 'ab'.repeat(32)
    expect(readVaultKey(data, hex).bytes).toEqual(Buffer.from(hex, 'hex'))
    expect(readVaultKey(data, Buffer.from(hex, 'hex').toString('base64')).bytes).toEqual(Buffer.from(hex, 'hex'))
    for (const bad of ['short', hex.slice(2), 'not base64 !!']) expect(() => readVaultKey(data, bad)).toThrow('32 bytes')
  })
})

describe('what may be stored', () => {
  const rules = { configured: 'http://gpu.lan:8000/v1', ownPort: 7878 }

  it('an address is https, or http on this machine, or what the operator configured', () => {
    const good = {
      'https://api.anthropic.com': 'https://api.anthropic.com',
      'https://gw.example/anthropic/': 'https://gw.example/anthropic',
      'http://localhost:11434': 'http://localhost:11434',
      'http://127.0.0.1:8080/api': 'http://127.0.0.1:8080/api',
      'http://[::1]:8080': 'http://[::1]:8080',
      'http://gpu.lan:8000/other': 'http://gpu.lan:8000/other',
    }
    for (const [text, url] of Object.entries(good)) expect([text, checkModelOrigin(text, rules)]).toEqual([text, { type: 'ok', url }])
  })

  it('[O14] nothing else is', () => {
    const bad = [
      '',
      'api.anthropic.com',
      'http://api.anthropic.com',
      'http://127.evil.com',
      'http://localhost.evil.com',
      'http://gpu.lan:8001',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'data:text/plain,x',
      'https://user:pass@gw.example',
      'https://gw.example?x=1',
      'https://gw.example#x',
      'http://localhost:7878',
      `https://gw.example/${'x'.repeat(3000)}`,
    ]
    for (const text of bad) expect([text, checkModelOrigin(text, rules).type]).toEqual([text, 'bad'])
  })

  it('a key is printable and without white space', () => {
    expect(keyProblem(CANARY)).toBeUndefined()
    for (const bad of ['', ' sk', 'sk\n', 'sk\tx', 'sk\r\nx-evil: 1', 'sk\0', 'schlüssel', 'x'.repeat(1025)])
      expect(keyProblem(bad)).toMatch(/\.$/)
  })
})

describe('over the network', () => {
  it('[O35] no address gives a key back: not the list, not an error, not another method, not the log', async () => {
    const relay = await startForTest({ env: { ANTHROPIC_API_KEY: 'sk-env-canary-zzzz' } })
    const headers = { authorization: `Bearer ${await relay.pair()}`, 'content-type': 'application/json' }
    const texts: string[] = []
    const ask = async (method: string, path: string, body?: string) => {
      const answer = await relay.send({ method, path, headers, ...(body === undefined ? {} : { body }) })
      texts.push(answer.text, JSON.stringify(answer.headers))
      return answer
    }
    const put = (key: string, origin: string) => ask('PUT', '/vault/anthropic', JSON.stringify({ key, origin }))
    expect((await put(CANARY, 'http://localhost:1')).status).toBe(200)
    expect((await put(`${CANARY} `, HOME)).status).toBe(400)
    expect((await put(CANARY, 'http://evil.example')).status).toBe(400)
    expect((await ask('GET', '/vault/anthropic')).status).toBe(405)
    expect((await ask('POST', '/vault/anthropic', '{}')).status).toBe(405)
    expect((await ask('GET', '/vault/anthropic/key')).status).toBe(404)
    expect((await ask('POST', '/v1/messages', '{}')).status).toBe(502)
    const listed = JSON.parse((await ask('GET', '/vault')).text)
    expect(listed).toMatchObject({
      vaultKey: 'file',
      keys: [
        { last4: 'cdef', source: 'settings' },
        { last4: 'zzzz', source: 'environment' },
      ],
    })
    expect((await ask('DELETE', '/vault/anthropic')).status).toBe(200)
    expect(JSON.parse((await ask('DELETE', '/vault/anthropic')).text).error.type).toBe('environment_key')
    expect(texts.join('')).not.toMatch(/canary/)
    expect(relay.logged()).not.toMatch(/canary/)
    await relay.stop()
  })
})
