import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address'
import { checkTarget, type TargetRules } from './target'

const rules: TargetRules = {
  named: new Set(['git.internal:8443', '127.0.0.1:9000']),
  own: new Set(['localhost:7878', '127.0.0.1:7878', 'ide.example:443']),
  providers: new Set(['api.anthropic.com', '127.0.0.1', '127.0.0.1:11434']),
  resolve: (name) => Promise.resolve(NAMES[name] ?? []),
}

const v4 = (address: string) => ({ address, family: 4 })
const NAMES: Readonly<Record<string, readonly { address: string; family: number }[]>> = {
  'good.example': [v4('93.184.216.34'), { address: '2606:4700::6810:84e5', family: 6 }],
  'inside.example': [v4('10.1.2.3')],
  'mixed.example': [v4('93.184.216.34'), v4('127.0.0.1')],
  'mapped.example': [{ address: '::ffff:127.0.0.1', family: 6 }],
  localhost: [v4('127.0.0.1')],
  'ide.example': [v4('93.184.216.35')],
  'api.anthropic.com': [v4('93.184.216.36')],
  'git.internal': [v4('10.0.0.9')],
}

const check = async (url: string): Promise<string> => {
  const target = await checkTarget(url, rules)
  return 'status' in target ? target.type : target.addresses.map(({ address }) => address).join(' ')
}

describe('where a guarded fetch may go', () => {
  it.each([
    'https://169.254.169.254/latest/meta-data',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost./',
    'https://LOCALHOST/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://127.1/',
    'https://①②⑦.⓪.⓪.①/',
    'https://100.64.0.1/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://0/',
    'https://inside.example/',
    'https://mapped.example/',
  ])('[O11] %s is private and refused before any connection', async (url) => {
    expect(await check(url)).toBe('private_address')
  })

  it('beside a model server on this machine a named server is reached, the model server is not', async () => {
    expect(await check('http://127.0.0.1:9000/')).toBe('127.0.0.1')
    expect(await check('http://127.0.0.1:11434/')).toBe('private_address')
    const named = new Set(['127.0.0.1:11434'])
    const target = await checkTarget('http://127.0.0.1:11434/', { ...rules, named })
    expect('status' in target && target.type, 'not even when it was named').toBe('private_address')
  })

  it('[O11] the relay’s own addresses and the model provider are refused, under every name', async () => {
    expect(await check('https://ide.example/')).toBe('private_address')
    expect(await check('http://localhost:7878/session')).toBe('private_address')
    expect(await check('https://api.anthropic.com/v1/messages')).toBe('private_address')
    expect(await check('https://api.anthropic.com.:8443/v1/messages')).toBe('private_address')
  })

  it('[O13] a name with a public and a private address is refused whole', async () => {
    expect(await check('https://mixed.example/')).toBe('private_address')
  })

  it('gives every checked address of a public name, so that one of them is dialled', async () => {
    expect(await check('https://good.example/a?b')).toBe('93.184.216.34 2606:4700::6810:84e5')
  })

  it('lets the operator name a private server by host and port, and no other port of it', async () => {
    expect(await check('https://git.internal:8443/r.git')).toBe('10.0.0.9')
    expect(await check('http://127.0.0.1:9000/')).toBe('127.0.0.1')
    expect(await check('https://git.internal/r.git')).toBe('private_address')
    expect(await check('https://git.internal:8444/r.git')).toBe('bad_request')
  })

  it.each([
    'http://good.example/',
    'ftp://good.example/',
    'file:///etc/passwd',
    'javascript:1',
    'https://u:p@good.example/',
    'https://good.example:22/',
    'nonsense',
  ])('%s is no address to fetch', async (url) => {
    expect(await check(url)).toBe('bad_request')
  })

  it('a name that nobody knows is unreachable, not private', async () => {
    expect(await check('https://nobody.example/')).toBe('upstream_unknown')
  })

  it('knows public addresses by their ranges', () => {
    expect(['8.8.8.8', '1.1.1.1', '2606:4700::1111'].every(isPublicAddress)).toBe(true)
    expect(
      ['192.168.1.1', '172.31.0.1', '240.0.0.1', '255.255.255.255', '2001:db8::1', '2002:7f00:1::', 'ff02::1', '::', 'x'].some(
        isPublicAddress,
      ),
    ).toBe(false)
  })
})
