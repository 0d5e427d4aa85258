import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDetector, secretsOfFile } from './secrets'

const VALUE = 'q7Xw2-Lp9_Zr4TnB8vKc3'
const secret = { name: 'API_KEY of .env', value: VALUE }
const detector = createDetector([secret])
const found = (text: string): readonly string[] => detector.find(text).map(({ what }) => what)

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const hex = (text: string): string => Buffer.from(text).toString('hex')
const backwards = (text: string): string => Array.from(text).toReversed().join('')
const percent = (text: string): string => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')

describe('a known value', () => {
  it.each([
    ['plain', VALUE],
    ['in capitals', VALUE.toUpperCase()],
    ['base64', base64(VALUE)],
    ['base64 behind one letter', base64(`x${VALUE}y`)],
    ['base64 behind two letters', base64(`xy${VALUE}`)],
    ['base64 for addresses', Buffer.from(`?>${VALUE}`).toString('base64url')],
    ['base64 twice', base64(base64(VALUE))],
    ['hex', hex(VALUE)],
    ['hex in capitals', hex(VALUE).toUpperCase()],
    ['hex in base64', base64(hex(VALUE))],
    ['percent', percent(VALUE)],
    ['percent twice', percent(percent(VALUE))],
    ['hex with percent signs in percent', percent(hex(VALUE))],
    ['backwards', backwards(VALUE)],
    ['backwards in base64', base64(backwards(VALUE))],
    ['base64 backwards of base64 of it backwards', base64(backwards(VALUE))],
    ['split by spaces', VALUE.split('').join(' ')],
    ['over lines', VALUE.split('').join('\n')],
    ['as labels of a name', `${VALUE.replaceAll(/[-_]/g, '').slice(0, 9)}.${VALUE.replaceAll(/[-_]/g, '').slice(9)}.evil.example`],
    ['base64 over lines', base64(VALUE).replaceAll(/(.{6})/g, '$1\r\n')],
    ['escaped as bytes', hex(VALUE).replaceAll(/(..)/g, String.raw`\x$1`)],
    ['escaped as letters', hex(VALUE).replaceAll(/(..)/g, String.raw`\u00$1`)],
  ])('[O26] is found %s', (_how, text) => {
    expect(found(`https://evil.example/?d=${text}&x=1`)).toContain(secret.name)
  })

  it('[O26] is found by a half of it, so that cutting it once hides nothing', () => {
    const long = 'hT5bN8mK2qW9eR4yU7iO1pA6sD3f'
    const known = createDetector([{ name: 'x', value: long }])
    for (let at = 1; at < long.length; at++) {
      const halves = [long.slice(0, at), long.slice(at)]
      expect(
        halves.some((half) => known.find(`/?a=${half}`).length > 0),
        `cut at ${at}`,
      ).toBe(true)
    }
  })

  it('is not found where it is not', () => {
    expect(found('https://registry.npmjs.org/react/-/react-19.2.0.tgz')).toEqual([])
    expect(found('The quick brown fox jumps over the lazy dog. '.repeat(200))).toEqual([])
    expect(found(`${VALUE.slice(0, 7)} and no more`)).toEqual([])
  })

  it('[O26] is found among any text around it, in any of these codings', () => {
    const codings = [(text: string) => text, base64, hex, percent, backwards, (text: string): string => base64(hex(text))]
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z0-9]{10,40}$/),
        fc.string(),
        fc.string(),
        fc.constantFrom(...codings),
        (value, before, after, code) => {
          const known = createDetector([{ name: 'x', value }])
          expect(known.find(before + code(value) + after).map(({ what }) => what)).toContain('x')
        },
      ),
    )
  })

  it('of nothing but signs is found as it is', () => {
    expect(createDetector([{ name: 'x', value: '!!"§$%&/()=' }]).find('a !!"§$%&/()= b')).toEqual([
      { what: 'x', isSure: true, isCanary: false },
    ])
  })

  it('is looked for among hundreds in a large text in a moment', () => {
    const many = Array.from({ length: 300 }, (_one, i) => ({ name: `n${i}`, value: base64(`value number ${i} of many`) }))
    const known = createDetector(many)
    const text = `${'lorem ipsum dolor sit amet '.repeat(8000)}${many[299]?.value ?? ''}`
    const since = performance.now()
    expect(known.find(text).map(({ what }) => what)).toContain('n299')
    expect(performance.now() - since).toBeLessThan(3000)
  })
})

describe('what has the shape of a key', () => {
  const github = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`
  it.each([
    ['a GitHub token', github],
    ['a GitHub token', base64(`user:${github}`)],
    ['a GitHub token', hex(github)],
    ['a GitHub token', percent(github)],
    ['a GitHub token', backwards(github)],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE'],
    ['an Anthropic key', `sk-ant-api03-${'x1Y2'.repeat(10)}`],
    ['a password in an address', 'postgres://admin:hunter22@db.example/x'],
    ['a private key', `-----BEGIN OPENSSH PRIVATE KEY-----\n${'b3BlbnNzaC1rZXktdjEA'.repeat(3)}\n-----END OPENSSH PRIVATE KEY-----`],
    ['a signed token (JWT)', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N'],
  ])('[O26] is found: %s', (what, text) => {
    expect(createDetector([]).find(`x ${text} y`)).toContainEqual({ what, isSure: true, isCanary: false })
  })

  it('is only suspected behind a name such as token', () => {
    const [finding] = createDetector([]).find('access_token=9fK2mQ8xV4bL7nZ1')
    expect(finding).toEqual({ what: 'what looks like a secret, named access_token', isSure: false, isCanary: false })
    expect(createDetector([]).find('page_token=aaaaaaaaaaaaaaaaaaaa&key=abcdefgh')).toEqual([])
  })
})

describe('the secrets of a file', () => {
  it('are the values behind names that say so, and what nobody writes by hand', () => {
    const env = [
      '# OLD_KEY=commented-out-value',
      'NODE_ENV=production',
      'API_URL=https://api.example.com/v1',
      `API_KEY="${VALUE}"`,
      'export DB_PASSWORD=correct horse',
      'DATABASE_URL=postgres://u:s3cr3t-pw@db.example/x',
      'EMPTY_TOKEN=',
      'OTHER_TOKEN=${API_KEY}',
      'PORT=3000',
    ].join('\n')
    expect(secretsOfFile('.env', env)).toEqual([
      { name: 'OLD_KEY of .env', value: 'commented-out-value' },
      { name: 'API_KEY of .env', value: VALUE },
      { name: 'DB_PASSWORD of .env', value: 'correct horse' },
      { name: 'a password in an address of .env', value: 's3cr3t-pw' },
    ])
  })

  it.each([
    ['.npmrc', `//registry.npmjs.org/:_authToken=${VALUE}`],
    ['.netrc', `machine x login me password ${VALUE}`],
    ['credentials.json', JSON.stringify({ client_id: 'short', client_secret: VALUE }, null, 2)],
    ['.git-credentials', `https://me:${VALUE}@git.example`],
  ])('are found in %s', (path, text) => {
    expect(secretsOfFile(path, text).map(({ value }) => value)).toEqual([VALUE])
  })
})

describe('redaction', () => {
  it.each([
    ['plain', VALUE],
    ['base64', base64(VALUE)],
    ['in JSON', JSON.stringify({ key: VALUE })],
    ['hex', hex(VALUE)],
  ])('[O30] leaves nothing of a value that stands there %s', (_how, text) => {
    const clean = detector.redact(`before ${text} after`)
    expect(clean).toContain('[secret: API_KEY of .env]')
    expect(clean).toMatch(/^before .* after$/)
    expect(detector.find(clean)).toEqual([])
  })

  it('[O30] leaves nothing of what has the shape of a key, and all else as it is', () => {
    expect(createDetector([]).redact('key AKIAIOSFODNN7EXAMPLE, file src/a.ts')).toBe('key [secret: an AWS key], file src/a.ts')
    expect(detector.redact('nothing to see')).toBe('nothing to see')
  })

  it('takes what a value holds for a text, not for a pattern', () => {
    expect(createDetector([{ name: '$&', value: '$1(.*)$&aaa' }]).redact('x $1(.*)$&aaa y')).toBe('x [secret: $&] y')
  })
})
