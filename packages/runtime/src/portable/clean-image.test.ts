import { callId, type SessionEvent, type WireRow } from '@tabwright/protocol'
import { gzipSync, zipSync, zlibSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Fact } from '../core/fact'
import { canaryOf } from '../core/canary'
import { hashBytes, hashText } from '../io/hash-noble'
import { SESSION_LIMITS } from './archive-limits'
import { readArchive } from './archive-read'
import { exportSession, exportToShare, importSession } from './portable'
import { called, grow, inMemory, ports, SESSION, textIn, writerOf, type Place } from './session-under-test'

const KEY = 'q7Xw2Lp9Zr4TnB8vKc3M'
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
let calls = 0

/** A session with a secret in a file and these results, messages and files. */
async function sessionWith(given: {
  readonly results?: readonly string[]
  readonly facts?: readonly Fact[]
  readonly files?: Readonly<Record<string, Uint8Array>>
  readonly wire?: readonly WireRow[]
}): Promise<Place> {
  const place = inMemory()
  await place.make()
  const append = await writerOf(place)
  await append([{ type: 'session.opened', data: { title: 'A *title*', project: 'blank' } }])
  for (const [path, bytes] of Object.entries({ '.env': utf8(`API_KEY=${KEY}\n`), ...given.files })) {
    const after = { hash: hashBytes(bytes), bytes, mode: 'file' as const, mtime: 1, version: 1 }
    const change = { path, before: null, after: after.hash, added: 1, removed: 0 }
    await append([{ type: 'workspace.changed', data: { by: 'user', changes: [change] } }], { files: [{ path, before: null, after }] })
  }
  for (const text of given.results ?? []) await append(called(callId(`r${calls++}`), text))
  if (given.facts) await append(given.facts)
  if (given.wire) await append([{ type: 'model.requested', data: { attempt: 1, messages: 1, wire: 1 } }], { wire: given.wire })
  return place
}

interface Shared {
  readonly all: string
  readonly results: readonly string[]
  readonly found: readonly string[]
  readonly names: readonly string[]
  readonly archive: Uint8Array<ArrayBuffer>
}

async function share(place: Place): Promise<Shared> {
  const { bytes, removals, leftOut } = await exportToShare(SESSION, ports(place))
  const found = [...new Set(removals.map(({ mark }) => mark)), ...leftOut]
  const entries = readArchive(bytes, SESSION_LIMITS)
  const all = [...entries].map(([name, content]) => `${name}\n${new TextDecoder().decode(content)}`).join('\n')
  const facts: SessionEvent[] = textIn(entries, 'events.jsonl')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const results = facts.flatMap((event) => (event.type === 'call.ended' ? [event.data.outcome.text] : []))
  return { all, results, found, names: [...entries.keys()], archive: bytes }
}

const MARK = '[secret: API_KEY of .env]'
const coded = (how: BufferEncoding): string => Buffer.from(KEY).toString(how)

describe('[O34] an export to share', () => {
  it.each<[what: string, results: readonly string[], clean: readonly string[]]>([
    ['a secret in one result', [`key ${KEY}!`], [`key ${MARK}!`]],
    ['one that is coded', [`${coded('hex')} ${coded('base64')}`], [`${MARK} ${MARK}0=`]],
    ['one over two results, at any place', [`x ${KEY.slice(0, 3)}`, `${KEY.slice(3)} y`], [`x ${MARK}`, `${MARK} y`]],
    ['one over three', [KEY.slice(0, 7), KEY.slice(7, 14), KEY.slice(14)], [MARK, MARK, MARK]],
    ['one letter a result', Array.from(KEY), Array.from(KEY, () => MARK)],
    ['one that wraps in a terminal', [`a\n  ${KEY.slice(0, 6)}\n  ${KEY.slice(6)}\nb`], [`a\n  ${MARK}\nb`]],
    [
      'parts of one, with other words between',
      [`1: ${KEY.slice(0, 10)} 2: ${KEY.slice(10)}`],
      ['1: [part of a secret: API_KEY of .env] 2: [part of a secret: API_KEY of .env]'],
    ],
    [
      'the whole of a text that holds one backwards',
      [`x ${Array.from(KEY).toReversed().join('')} y`],
      ['[text with a secret: API_KEY of .env]'],
    ],
    ['the whole of one with other signs between', [Array.from(KEY).join('-')], ['[text with a secret: API_KEY of .env]']],
    ['nothing of what was hidden before', [`${MARK} and ⟦hidden-1⟧`], [`${MARK} and ⟦hidden-1⟧`]],
    ['nothing of what only looks like it', ['q7Xw2', 'all of it', 'no secret'], ['q7Xw2', 'all of it', 'no secret']],
  ])('takes out %s', async (_what, results, clean) => {
    const shared = await share(await sessionWith({ results }))
    expect(shared.results).toEqual(clean)
    expect(shared.all.replaceAll(/\s/g, '')).not.toContain(KEY)
  })

  it('holds none in files, names, messages, the wire and the pages, nor what the guards hid; it says what it took out, and can be read', async () => {
    const hidden: Fact = {
      type: 'guard.answered',
      data: {
        point: 'prompt',
        answers: [{ type: 'modify', guard: 'personal data', reason: 'x', placeholders: [{ name: '⟦hidden-1⟧', text: 'bea@x.dev' }] }],
      },
    }
    const place = await sessionWith({
      results: ['mail bea@x.dev', canaryOf(hashText, SESSION).value],
      facts: [{ type: 'message.user', data: { content: [{ type: 'text', text: `use ${KEY}` }], from: 'user' } }, hidden],
      files: {
        'a.ts': utf8(`const k = '${KEY}'\n`),
        [`${KEY}.txt`]: utf8('named'),
        'pic.bin': Uint8Array.from([0, 255, ...utf8(KEY)]),
        'other.bin': Uint8Array.from([0, 255, 1]),
      },
      wire: [
        { role: 'header', text: JSON.stringify({ system: 'none' }) },
        { role: 'user', text: JSON.stringify({ content: [{ type: 'tool_result', content: [{ type: 'text', text: KEY.slice(0, 4) }] }] }) },
        { role: 'user', text: JSON.stringify({ content: [{ type: 'tool_result', content: KEY.slice(4) }] }) },
        { role: 'user', text: JSON.stringify({ content: [{ type: 'text', text: KEY }] }) },
      ],
    })
    const shared = await share(place)
    for (const value of [KEY, KEY.slice(4), 'bea@x.dev', canaryOf(hashText, SESSION).value]) expect(shared.all).not.toContain(value)
    expect(shared.all).toContain(`const k = '${MARK}'`)
    expect(shared.all).toContain(`API_KEY=${MARK}`)
    expect(shared.all).toContain('mail ⟦hidden-1⟧')
    expect(shared.found).toEqual(expect.arrayContaining([MARK, '[secret: the decoy token of this session]', '⟦hidden-1⟧']))
    const there = inMemory()
    const id = await importSession(shared.archive, ports(there))
    expect(await exportSession(id, ports(there)), 'it is an archive like any other').toEqual(shared.archive)
    expect(shared.names).toContain('files/other.bin')
    expect(shared.names).not.toContain('files/pic.bin')
  })

  it('holds none as a key of an object, and loses no value whose key became the same as another', async () => {
    const input = {
      [KEY]: 1,
      [`${KEY}!`]: 'kept',
      nested: { [`Bearer ${KEY}`]: 'x', [`[${KEY}]`]: 2, [coded('base64')]: [{ [coded('hex')]: 3 }] },
    }
    const request = { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'orders__note', input }] }
    const backwards = Array.from(KEY).toReversed().join('')
    const twins = { type: 'tool_use', id: 'b', name: 'x', input: { [`${backwards}1`]: 'one', [`${backwards}2`]: 'two' } }
    const place = await sessionWith({
      wire: [
        { role: 'header', text: JSON.stringify({ system: 'none' }) },
        { role: 'assistant', text: JSON.stringify(request) },
        { role: 'assistant', text: JSON.stringify({ role: 'assistant', content: [twins] }) },
      ],
    })
    const { all } = await share(place)
    for (const spelled of [KEY, backwards, coded('hex'), coded('base64').slice(0, 20)]) expect(all).not.toContain(spelled)
    expect(all).toContain(
      JSON.stringify({ [MARK]: 1, [`${MARK}!`]: 'kept' })
        .slice(1, -1)
        .replaceAll('"', '\\"'),
    )
    const whole = '[text with a secret: API_KEY of .env]'
    expect(all).toContain(
      JSON.stringify({ [whole]: 'one', [`${whole} (2)`]: 'two' })
        .slice(1, -1)
        .replaceAll('"', '\\"'),
    )
  })

  it('holds nothing that is packed and cannot be looked through: what git keeps, and archives; and says so', async () => {
    const text = utf8(`API_KEY=${KEY}\n`)
    const place = await sessionWith({
      files: {
        '.git/objects/ab/cdef': zlibSync(text),
        'lib/.git/config': utf8('[core]\n'),
        'old.tgz': gzipSync(text),
        'a.zip': zipSync({ '.env': text }),
        'src/a.ts': utf8('ok\n'),
      },
    })
    const { names, found, archive } = await share(place)
    expect(names.filter((name) => name.startsWith('files/'))).toEqual(['files/.env', 'files/src/a.ts'])
    expect(names.filter((name) => name.startsWith('blobs/'))).toEqual([])
    expect(found.filter((one) => one.startsWith('[left'))).toEqual([
      '[left out: what git keeps]',
      '[left out: a.zip, which is packed]',
      '[left out: old.tgz, which is packed]',
    ])
    await importSession(archive, ports(inMemory()))
  })

  it.each([1, 2, 3])('of a session without secrets is the archive itself, session %i', async (seed) => {
    const place = inMemory()
    await grow(place, { seed, length: 60 })
    const { bytes, removals, leftOut } = await exportToShare(SESSION, ports(place))
    expect([...removals, ...leftOut]).toEqual([])
    expect(bytes).toEqual(await exportSession(SESSION, ports(place)))
  })

  it('[O40] says of each place what was taken, how often, and shows the words around it without the value', async () => {
    const place = await sessionWith({
      results: [`the key is ${KEY}, I repeat ${KEY}`],
      files: { 'src/key.ts': utf8(`const key = '${KEY}'\n`), 'logo.bin': utf8(`\0${KEY}\0`) },
    })
    const { removals } = await exportToShare(SESSION, ports(place))
    expect(removals).toEqual(
      expect.arrayContaining([
        {
          mark: MARK,
          place: expect.stringMatching(/^fact \d+: a result$/),
          count: 2,
          sample: expect.stringContaining(`the key is ${MARK}, I repeat`),
        },
        { mark: MARK, place: 'src/key.ts', count: 1, sample: `const key = '${MARK}' ` },
        { mark: '[left out: no text, and it holds a secret]', place: 'logo.bin', count: 1 },
      ]),
    )
    expect(JSON.stringify(removals)).not.toContain(KEY)
  })
})

it('[O40] a sub-agent’s facts are cleaned as the session’s own, and what it was sent stays here', async () => {
  const call = callId('task-1')
  const noted = (fact: Extract<Fact, { type: 'agent.noted' }>['data']['fact'], wire?: readonly WireRow[]): Fact => ({
    type: 'agent.noted',
    data: { call, fact, ...(wire && { wire }) },
  })
  const ended = (text: string): Fact =>
    noted({ type: 'call.ended', data: { call: callId(`r${calls++}`), outcome: { type: 'done', text }, ms: 1 } }, [
      { role: 'user', text: `{"role":"user","content":${JSON.stringify(text)}}` },
    ])
  const hides = {
    type: 'modify',
    guard: 'personal',
    reason: 'hidden',
    placeholders: [{ name: '⟦hidden-1⟧', text: 'ann@home.example' }],
  } as const
  const place = await sessionWith({
    facts: [
      { type: 'agent.started', data: { call, title: 'Look', prompt: `Use ${KEY}`, tools: [] } },
      noted({ type: 'guard.answered', data: { point: 'prompt', answers: [hides] } }),
      noted({ type: 'message.user', data: { content: [{ type: 'text', text: 'Write to ann@home.example' }], from: 'agent' } }),
      ended(`first ${KEY.slice(0, 10)}`),
      ended(`${KEY.slice(10)} last`),
    ],
  })
  const { all, found } = await share(place)
  for (const secret of [KEY, KEY.slice(0, 10), KEY.slice(10), 'ann@home.example']) expect(all).not.toContain(secret)
  expect(all).not.toContain('"wire":[')
  expect(found).toContain(MARK)
})
