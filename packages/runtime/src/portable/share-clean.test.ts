import { callId, SHARE_ALL, toBase64, withoutMetadata, type SessionEvent, type ShareChoice } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../core/fact'
import { forkSession } from '../io/fork'
import { hashBytes } from '../io/hash-noble'
import { SESSION_LIMITS } from './archive-limits'
import { readArchive } from './archive-read'
import { exportSession, exportToShare, importSession } from './portable'
import { called, inMemory, ports, SESSION, textIn, utf8, writerOf, type Place } from './session-under-test'

let calls = 0

interface Given {
  readonly seeds?: Readonly<Record<string, Uint8Array>>
  readonly files?: Readonly<Record<string, Uint8Array>>
  readonly results?: readonly string[]
  readonly facts?: readonly Fact[]
}

async function sessionWith({ seeds = {}, files = {}, results = [], facts = [] }: Given): Promise<Place> {
  const place = inMemory()
  await place.make()
  const append = await writerOf(place)
  await append([{ type: 'session.opened', data: { title: 'Shared', project: 'blank' } }])
  const put = async (all: Readonly<Record<string, Uint8Array>>, by: 'seed' | 'agent'): Promise<void> => {
    for (const [path, bytes] of Object.entries(all)) {
      const after = { hash: hashBytes(bytes), bytes, mode: 'file' as const, mtime: 1, version: 1 }
      const change = { path, before: null, after: after.hash, added: 1, removed: 0 }
      await append([{ type: 'workspace.changed', data: { by, changes: [change] } }], { files: [{ path, before: null, after }] })
    }
  }
  await put(seeds, 'seed')
  await put(files, 'agent')
  for (const text of results) await append(called(callId(`r${calls++}`), text))
  const header = { role: 'header', text: JSON.stringify({ system: 'the app’s words to the model' }) } as const
  await append([...facts, { type: 'model.requested', data: { attempt: 1, messages: 1, wire: 1 } }], { wire: [header] })
  return place
}

const DOT = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (letter) => letter.charCodeAt(0),
)

/** A session whose message has a picture and a document, as their first request has them. */
async function sessionWithAttachments(): Promise<Place> {
  const place = await sessionWith({})
  const append = await writerOf(place)
  const paper = utf8('%PDF-1.7 a paper')
  const contents = [DOT, paper].map((bytes) => ({ hash: hashBytes(bytes), bytes }))
  const said: Fact = {
    type: 'message.user',
    data: {
      content: [
        { type: 'image', mediaType: 'image/png', blob: hashBytes(DOT), name: 'dot.png', width: 1, height: 1 },
        { type: 'document', mediaType: 'application/pdf', blob: hashBytes(paper), name: 'paper.pdf', pages: 1 },
        { type: 'text', text: 'Both of ada@example.org' },
      ],
      from: 'user',
    },
  }
  const block = (type: string, bytes: Uint8Array) => ({ type, source: { type: 'base64', media_type: 'x/y', data: toBase64(bytes) } })
  const row = { role: 'user', text: JSON.stringify({ role: 'user', content: [block('image', DOT), block('document', paper)] }) } as const
  await append([said, { type: 'model.requested', data: { attempt: 1, messages: 2, wire: 1 } }], { contents, wire: [row] })
  return place
}

interface Shared {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly title: string
  readonly all: string
  readonly names: readonly string[]
  readonly results: readonly string[]
  readonly marks: ReadonlySet<string>
  readonly parts: ReadonlyMap<string, Uint8Array>
}

async function share(place: Place, choice: Partial<ShareChoice> = {}): Promise<Shared> {
  const { bytes, title, removals } = await exportToShare(SESSION, ports(place), { ...SHARE_ALL, ...choice })
  const parts = new Map(readArchive(bytes, SESSION_LIMITS))
  const facts: SessionEvent[] = textIn(parts, 'events.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  return {
    bytes,
    title,
    parts,
    names: [...parts.keys()],
    all: [...parts].map(([name, content]) => `${name}\n${new TextDecoder('latin1').decode(content)}`).join('\n'),
    results: facts.flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome.text] : [])),
    marks: new Set(removals.map(({ mark }) => mark)),
  }
}

/** Letters that nobody wrote, in the form that a maker gives them. Put together here, so that no scanner takes this file for a leak. */
function drawn(length: number, alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'): string {
  return Array.from({ length }, (_, at) => alphabet.charAt((at * 29 + length * 7 + ((at * at) % 17)) % alphabet.length)).join('')
}
const hex = (length: number): string => drawn(length, '0123456789abcdef')
const digits = (length: number): string => drawn(length, '1234567890')
const upper = (length: number): string => drawn(length, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')

const FORMATS: readonly (readonly [what: string, key: string])[] = [
  ['Anthropic', `sk-ant-api03-${drawn(90)}`],
  ['OpenAI', `sk-${drawn(48)}`],
  ['OpenAI, of a project', `sk-proj-${drawn(60)}`],
  ['Hugging Face', `hf_${drawn(34)}`],
  ['Groq', `gsk_${drawn(52)}`],
  ['xAI', `xai-${drawn(80)}`],
  ['Replicate', `r8_${drawn(37)}`],
  ['Perplexity', `pplx-${drawn(48)}`],
  ['GitHub, classic', `ghp_${drawn(36)}`],
  ['GitHub, of a server', `ghs_${drawn(36)}`],
  ['GitHub, fine-grained', `github_pat_${drawn(22)}_${drawn(59)}`],
  ['GitLab', `glpat-${drawn(20)}`],
  ['GitLab, of a runner', `glrt-${drawn(20)}`],
  ['Bitbucket', `ATBB${drawn(32)}`],
  ['Atlassian', `ATATT3${drawn(180)}`],
  ['npm', `npm_${drawn(36)}`],
  ['PyPI', `pypi-${drawn(160)}`],
  ['RubyGems', `rubygems_${hex(48)}`],
  ['NuGet', `oy2${drawn(43, 'abcdefghijklmnopqrstuvwxyz234567')}`],
  ['Docker', `dckr_pat_${drawn(27)}`],
  ['CircleCI', `CCIPAT_${drawn(22)}_${hex(40)}`],
  ['Buildkite', `bkua_${drawn(40)}`],
  ['AWS', `AKIA${upper(16)}`],
  ['AWS, for a time', `ASIA${upper(16)}`],
  ['Google', `AIza${drawn(35)}`],
  ['a Google client', `GOCSPX-${drawn(28)}`],
  ['Google, for a time', `ya29.${drawn(120)}`],
  ['Azure storage', `AccountKey=${drawn(86)}==`],
  ['Azure client', `${drawn(3)}8Q~${drawn(34)}`],
  ['DigitalOcean', `dop_v1_${hex(64)}`],
  ['Fly.io', `fo1_${drawn(43)}`],
  ['Heroku', `HRKU-${drawn(60)}`],
  ['Netlify', `nfp_${drawn(40)}`],
  ['Vercel', `vercel_blob_rw_${drawn(30)}`],
  ['Supabase', `sbp_${hex(40)}`],
  ['PlanetScale', `pscale_tkn_${drawn(43)}`],
  ['Databricks', `dapi${hex(32)}`],
  ['Vault', `hvs.${drawn(90)}`],
  ['Terraform Cloud', `${drawn(14)}.atlasv1.${drawn(67)}`],
  ['Pulumi', `pul-${hex(40)}`],
  ['Doppler', `dp.pt.${drawn(43)}`],
  ['Slack', `xoxb-${digits(12)}-${digits(13)}-${drawn(24)}`],
  ['a Slack app', `xapp-1-${upper(11)}-${digits(13)}-${hex(64)}`],
  ['a Slack webhook', `https://hooks.slack.com/services/T${upper(8)}/B${upper(8)}/${drawn(24)}`],
  ['a Discord webhook', `https://discord.com/api/webhooks/${digits(18)}/${drawn(68)}`],
  ['a Discord bot', `M${drawn(25)}.${drawn(6)}.${drawn(38)}`],
  ['a Telegram bot', `${digits(10)}:AA${drawn(33)}`],
  ['Twilio', `SK${hex(32)}`],
  ['SendGrid', `SG.${drawn(22)}.${drawn(43)}`],
  ['Mailgun', `key-${hex(32)}`],
  ['Mailchimp', `${hex(32)}-us21`],
  ['Brevo', `xkeysib-${hex(64)}-${drawn(16)}`],
  ['Stripe', `sk_live_${drawn(24)}`],
  ['Stripe, restricted', `rk_live_${drawn(24)}`],
  ['a Stripe webhook', `whsec_${drawn(32)}`],
  ['Square', `sq0atp-${drawn(22)}`],
  ['Shopify', `shpat_${hex(32)}`],
  ['PayPal', `access_token$production$${drawn(16, 'abcdefghij0123456789')}$${hex(32)}`],
  ['Grafana', `glsa_${drawn(32)}_${hex(8)}`],
  ['New Relic', `NRAK-${upper(27)}`],
  ['Sentry', `sntrys_${drawn(80)}`],
  ['Postman', `PMAK-${hex(24)}-${hex(34)}`],
  ['Linear', `lin_api_${drawn(40)}`],
  ['Notion', `ntn_${drawn(46)}`],
  ['Airtable', `pat${drawn(14)}.${hex(64)}`],
  ['Figma', `figd_${drawn(40)}`],
  ['Dropbox', `sl.${drawn(130)}`],
  ['Contentful', `CFPAT-${drawn(43)}`],
  ['Facebook', `EAA${drawn(160)}`],
  ['a signed token', `eyJ${drawn(30)}.eyJ${drawn(60)}.${drawn(43)}`],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\n${drawn(64)}\n${drawn(64)}\n-----END RSA PRIVATE KEY-----`],
  ['an age key', `AGE-SECRET-KEY-1${drawn(58, '0123456789ACDEFGHJKLMNPQRSTUVWXYZ')}`],
  ['a database address', `postgres://app:${drawn(14)}@db.internal:5432/main`],
  ['an Authorization header', `Authorization: Basic ${drawn(28)}==`],
  ['a name that says so', `aws_secret_access_key = ${drawn(40)}`],
]

/** Of a key, the part that opens something. */
const secretPart = (key: string): string =>
  /(?::\/\/app:|Basic |_key = |AccountKey=|-----\n)?([^\s:@]{12,})(?:@db.*)?$/.exec(key)?.[1] ?? key

describe('[O36] a link to a session', () => {
  it(`holds none of ${FORMATS.length} forms of keys that stand in results, messages and files, each is named`, async () => {
    expect(FORMATS.length).toBeGreaterThanOrEqual(40)
    const place = await sessionWith({
      results: FORMATS.map(([what, key]) => `the ${what} one: ${key} and so on`),
      facts: FORMATS.map(([, key]) => ({
        type: 'message.user',
        data: { content: [{ type: 'text', text: `use "${key}"` }], from: 'user' },
      })),
      files: Object.fromEntries(FORMATS.map(([, key], n) => [`src/${n}.ts`, utf8(`const k = '${key}'\n`)])),
    })
    const { all, results, marks } = await share(place)
    const left = FORMATS.filter(([, key]) => all.includes(secretPart(key)) || all.includes(JSON.stringify(secretPart(key)).slice(1, -1)))
    expect(left.map(([what]) => what)).toEqual([])
    for (const [n, [what]] of FORMATS.entries())
      expect([what, results[n]]).toEqual([what, expect.stringMatching(/\[(?:text with a )?secret: /)])
    expect(marks.size).toBeGreaterThanOrEqual(40)
  })

  it('holds no value of a file of settings, wherever it stands, and none that a command printed', async () => {
    const env = 'API_KEY=q7Xw2Lp9Zr4TnB8vKc3M\nexport DB_HOST="db.corp"\nPORT=3000\n# note\nEMPTY=\n'
    const printed = 'PATH=/usr/bin\nMAIL_PASSWORD=summer24\nSESSION_SECRET="short1"\nNODE_ENV=test\nTOKEN=${TOKEN}'
    const place = await sessionWith({
      files: { '.env.local': utf8(env), '.env.example': utf8('PORT=1\n') },
      results: [printed, 'q7Xw2Lp9Zr4TnB8vKc3M'],
    })
    const { parts, results, marks } = await share(place)
    expect(textIn(parts, 'files/.env.local')).toBe(
      'API_KEY=[secret: API_KEY of .env.local]\nexport DB_HOST=[value not shared]\nPORT=[value not shared]\n# note\nEMPTY=\n',
    )
    expect(textIn(parts, 'files/.env.example')).toBe('PORT=1\n')
    expect(results).toEqual([
      'PATH=/usr/bin\nMAIL_PASSWORD=[secret: MAIL_PASSWORD]\nSESSION_SECRET="[secret: SESSION_SECRET]"\nNODE_ENV=test\nTOKEN=${TOKEN}',
      '[secret: API_KEY of .env.local]',
    ])
    expect(marks).toContain('[value not shared]')
  })

  it('does not say whose machine it was and who writes to whom, unless the person wants it to', async () => {
    const text = 'at /home/alice/app/x.ts:3, /Users/Bob/a, C:\\Users\\Carol\\b, /home/user/c; mail bea@corp.dev'
    const harmless = 'react@19.1.0 icon@2x.png git@github.com:a/b a@example.com src/home/alice/x'
    const place = await sessionWith({ results: [text, harmless], files: { 'package.json': utf8('{"author": "Bea <bea@corp.dev>"}') } })
    const hidden = await share(place)
    expect(hidden.results).toEqual([
      'at [home folder]/app/x.ts:3, [home folder]/a, [home folder]\\b, /home/user/c; mail [e-mail address]',
      harmless,
    ])
    expect(hidden.all).not.toContain('bea@')
    expect(hidden.marks).toEqual(new Set(['[home folder]', '[e-mail address]']))
    const shown = await share(place, { personal: false })
    expect(shown.results).toEqual([text, harmless])
    expect(shown.marks.size).toBe(0)
  })

  it('holds nothing that the person named, as it stands', async () => {
    const place = await sessionWith({ results: ['Project Falcon ships, Falcon first'], files: { 'a.md': utf8('# Falcon\n') } })
    const { all, results, marks, title } = await share(place, { words: ['Falcon', ' ', 'x', '*title*'] })
    expect(title, 'files are named by it').toBe('A [hidden by hand]')
    expect(all).not.toContain('Falcon')
    expect(results).toEqual(['Project [hidden by hand] ships, [hidden by hand] first'])
    expect(marks).toEqual(new Set(['[hidden by hand]']))
  })

  it('never has what the model was sent to the letter', async () => {
    const { all, names } = await share(await sessionWith({ results: ['x'] }))
    expect(all).not.toContain('the app’s words')
    expect(names.some((name) => name.startsWith('wire/'))).toBe(false)
  })
})

describe('[O36] what a person chose of a session', () => {
  const seeds = { 'seed.ts': utf8('from the beginning\n'), 'logo.png': png() }
  const files = { 'made.ts': utf8('made here\n'), 'shot.png': png('shot') }
  const make = (): Promise<Place> => sessionWith({ seeds, files, results: ['what came of it'] })
  const filesIn = ({ names }: Shared): readonly string[] => names.filter((name) => name.startsWith('files/')).map((name) => name.slice(6))

  it.each<[Partial<ShareChoice>, readonly string[]]>([
    [{}, ['logo.png', 'made.ts', 'seed.ts', 'shot.png']],
    [{ files: 'changed' }, ['made.ts', 'shot.png']],
    [{ files: 'none' }, []],
    [{ images: false }, ['made.ts', 'seed.ts']],
    [{ files: 'changed', images: false }, ['made.ts']],
  ])('%j is these files and no content of others', async (choice, expected) => {
    const shared = await share(await make(), choice)
    expect(filesIn(shared)).toEqual(expected)
    expect(shared.names.filter((name) => name.startsWith('blobs/'))).toEqual([])
    expect(shared.results).toEqual(['what came of it'])
    const there = inMemory()
    const id = await importSession(shared.bytes, ports(there))
    await forkSession(id, undefined, { ...ports(there), images: there.images })
  })

  it('leaves out what commands brought, of sub-agents too', async () => {
    const noted: Fact = {
      type: 'agent.noted',
      data: {
        call: callId('t'),
        fact: { type: 'call.ended', data: { call: callId('s'), outcome: { type: 'done', text: 'the inner result' }, ms: 1 } },
      },
    }
    const place = await sessionWith({
      results: ['the outer result'],
      facts: [noted],
      files: { '.tabwright/output/1.txt': utf8('long result') },
    })
    const { all, results } = await share(place, { output: false })
    expect(results).toEqual(['[not shared]'])
    for (const text of ['the inner result', 'the outer result', 'output/1.txt\nlong']) expect(all).not.toContain(text)
    expect((await share(place)).all).toContain('the inner result')
  })
})

describe('[O36] a picture in a link', () => {
  it('does not say where, when and with what it was taken, and is turned as it was', async () => {
    const before = jpeg()
    const place = await sessionWith({ files: { 'me.jpg': before, 'a.png': png('GPS of home'), 'b.webp': webp() } })
    const { all, parts, marks } = await share(place)
    for (const text of ['52.5200', 'Canon', 'GPS of home', 'made by Ann', 'second picture']) expect(all).not.toContain(text)
    const after = parts.get('files/me.jpg') ?? new Uint8Array()
    expect([...after.subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect(Buffer.from(after).includes(Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6])), 'the turn is kept').toBe(true)
    expect(Buffer.from(after).includes(Buffer.from('JFIF'))).toBe(true)
    expect(Buffer.from(after).includes(Buffer.from('the image itself'))).toBe(true)
    expect([...marks]).toEqual(['[left out: where and with what a picture was taken]'])
  })

  it('is left alone where there is nothing to take out, or it is cut off', () => {
    for (const bytes of [png(), jpeg().slice(0, 60), webp().slice(0, 30), png('x').slice(0, 40), utf8('GIF89a…'), new Uint8Array()])
      expect(withoutMetadata(bytes)).toBe(bytes)
  })
})

function be(value: number): readonly number[] {
  return [(value >> 24) & 255, (value >> 16) & 255, (value >> 8) & 255, value & 255]
}

function png(comment?: string): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: readonly number[]): readonly number[] => [...be(data.length), ...utf8(type), ...data, 0, 0, 0, 0]
  const note = comment === undefined ? [] : chunk('tEXt', [...utf8(`Comment\0${comment}`)])
  const image = comment === 'shot' ? chunk('IDAT', [1, 2, 3]) : chunk('IDAT', [4, 5])
  return Uint8Array.from([
    0x89,
    ...utf8('PNG\r\n'),
    0x1a,
    0x0a,
    ...chunk('IHDR', [0, 0, 0, 1]),
    ...(comment === 'shot' ? [] : note),
    ...image,
    ...chunk('IEND', []),
  ])
}

function jpeg(): Uint8Array<ArrayBuffer> {
  const segment = (marker: number, data: readonly number[]): readonly number[] => [
    0xff,
    marker,
    (data.length + 2) >> 8,
    (data.length + 2) & 255,
    ...data,
  ]
  const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]
  const exif = [...utf8('Exif\0\0'), 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0, ...utf8('Canon at 52.5200')]
  return Uint8Array.from([
    0xff,
    0xd8,
    ...segment(0xe0, [...utf8('JFIF\0')]),
    ...segment(0xe1, exif),
    ...segment(0xfe, [...utf8('made by Ann')]),
    ...segment(0xda, [1, 2, 3]),
    ...utf8('the image itself'),
    0xff,
    0xd9,
    ...utf8('second picture'),
  ])
}

function webp(): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: Uint8Array): readonly number[] => {
    const size = [...be(data.length)].toReversed()
    return [...utf8(type), ...size, ...data, ...(data.length % 2 === 1 ? [0] : [])]
  }
  const chunks = [
    ...chunk('VP8X', Uint8Array.from([0b1100, 0, 0, 0, 1, 0, 0, 1, 0, 0])),
    ...chunk('VP8L', utf8('pixels')),
    ...chunk('EXIF', utf8('Canon at 52.5200')),
  ]
  return Uint8Array.from([...utf8('RIFF'), ...[...be(chunks.length + 4)].toReversed(), ...utf8('WEBP'), ...chunks])
}

it('[O36] shares pictures of messages where they are chosen, and no document that nobody can look through', async () => {
  const place = await sessionWithAttachments()
  const all = await share(place)
  expect([...all.parts.keys()].filter((name) => name.startsWith('blobs/'))).toEqual([`blobs/${hashBytes(DOT)}`])
  const none = await share(place, { images: false })
  expect([...none.parts.keys()].filter((name) => name.startsWith('blobs/'))).toEqual([])
  const { bytes, leftOut } = await exportToShare(SESSION, ports(place))
  expect(leftOut).toContain('[left out: paper.pdf, which is packed]')
  const parts = new Map(readArchive(bytes, SESSION_LIMITS))
  const wire = textIn(parts, [...parts.keys()].find((name) => name.startsWith('wire/')) ?? '')
  expect(wire).toContain(toBase64(DOT))
  expect(wire).toContain('[left out]')
})

it('carries what was attached: out, in and on as a fork', async () => {
  const place = await sessionWithAttachments()
  const bytes = await exportSession(SESSION, ports(place))
  const there = inMemory()
  const id = await importSession(bytes, ports(there))
  const fork = await forkSession(id, undefined, { ...ports(there), images: there.images })
  await there.log.files(fork)
  expect(await there.log.loadBlob(hashBytes(DOT))).toEqual(DOT)
  expect((await there.log.readWire(fork)).at(-1)?.text).toContain(toBase64(DOT))
})
