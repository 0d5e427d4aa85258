import { createHash } from 'node:crypto'
import { failureOf, type NetworkRequest, type Rule, type Run, type SessionEvent } from '@tabwright/protocol'
import { answer, stories, text, tool, type Story } from '@tabwright/testkit'
import { describe, expect, it } from 'vitest'
import { createGitCover } from './git-cover'
import type { Network } from './network'

const start = stories()

const REPO = 'https://git.example/o/r.git'
const KNOWN = 'a'.repeat(40)
const OTHER = 'b'.repeat(40)
const packet = (line: string): string => (line.length + 4).toString(16).padStart(4, '0') + line
const bytes = (said: string): Uint8Array => new TextEncoder().encode(said)
const HEAD = ['agent=git/2.39.5-Tabwright\n', 'object-format=sha1\n'].map(packet).join('')
const body = (command: string, lines: readonly string[]): Uint8Array =>
  bytes(`${packet(`command=${command}\n`)}${HEAD}0001${lines.map((line) => packet(`${line}\n`)).join('')}0000`)

type Asked = Pick<NetworkRequest, 'url'> & Partial<NetworkRequest>

const info: Asked = { url: `${REPO}/info/refs?service=git-upload-pack`, headers: [['Git-Protocol', 'version=2']] }
const names: Asked = { url: `${REPO}/git-upload-pack`, method: 'POST', useToken: true, body: body('ls-refs', ['peel', 'symrefs']) }
const objects = (...lines: readonly string[]): Asked => ({ ...names, body: body('fetch', ['ofs-delta', ...lines, 'done']) })
const clone = [info, { ...info, useToken: true }, names, objects(`want ${KNOWN}`)]

function server(): Network & { readonly sent: NetworkRequest[] } {
  const sent: NetworkRequest[] = []
  return {
    sent,
    missing: () => Promise.resolve(undefined),
    digest: (given) => Promise.resolve(createHash('sha256').update(given).digest('hex')),
    address: (at) => ({ href: new URL(at).href, origin: new URL(at).origin, host: new URL(at).host }),
    send(request) {
      sent.push(request)
      const parts = (async function* () {
        // In two parts, cut in the middle of a name.
        yield bytes(`003d${KNOWN.slice(0, 9)}`)
        yield bytes(`${KNOWN.slice(9)} refs/heads/main\n0000`)
      })()
      return Promise.resolve({ status: 200, statusText: 'OK', url: request.url, headers: [], body: parts })
    },
  }
}

async function send(run: Run, request: Asked): Promise<string> {
  try {
    if (!run.fetch) throw new Error('there is no network in the run')
    const whole = { method: 'GET' as const, headers: [], purpose: 'git', byGit: true, ...request }
    const came = await run.fetch(whole, { signal: run.signal, sent: () => undefined })
    for await (const part of came.body) void part
    return 'sent'
  } catch (error) {
    return failureOf(error).message
  }
}

/** Which of the requests of one command were asked about, by their place; each is allowed once, unless `deny`. */
async function cardsFor(given: {
  readonly requests: readonly Asked[]
  readonly rules?: readonly Rule[]
  readonly deny?: boolean
  readonly between?: (s: Story, n: number) => Promise<unknown>
}): Promise<{ readonly asked: readonly number[]; readonly said: readonly string[]; readonly sent: number }> {
  const { requests, rules = [], deny = false, between } = given
  const network = server()
  const asked: number[] = []
  const said: string[] = []
  const at = { now: 0 }
  const run = async (_command: string, context: Run): Promise<{ text: string }> => {
    for (const [n, request] of requests.entries()) {
      at.now = n
      await between?.(s, n)
      said.push(await send(context, request))
    }
    return { text: 'done' }
  }
  const script = [answer([tool('shell', { command: 'run it' }, { id: 't1' })]), answer([text('ok')])]
  const book = { read: async () => rules, keep: async () => undefined, used: () => undefined, watch: () => () => undefined }
  const s = await start({ script, network, shell: run, rules: book })
  await s.commands.setMode('auto')
  await s.commands.importFiles([{ path: 'plan.txt', bytes: bytes('ours'), mode: 'file', mtime: undefined }], 'a folder')
  let isOver = false
  const over = s.until('turn.ended').then(() => (isOver = true))
  await s.commands.send('go')
  while (!isOver) {
    const open = s.journal.state.fetches.find(({ decided }) => !decided)
    if (open && asked.at(-1) !== at.now) {
      asked.push(at.now)
      await s.commands.decide({ call: open.id, digest: open.judged.digest, answer: deny ? 'deny' : 'once' })
    }
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await over
  return { asked, said, sent: network.sent.length }
}

const receive: Asked = { url: `${REPO}/info/refs?service=git-receive-pack`, headers: [['User-Agent', 'git/2.39.5 (Tabwright)']] }
/** A push that takes one branch away: no object has to come with it. */
const pack = (branch: string): Uint8Array =>
  bytes(`${packet(`${KNOWN} ${'0'.repeat(40)} refs/heads/${branch}\0 report-status agent=git/2.39.5-Tabwright`)}0000`)
const post = (sent: string): Asked => ({
  url: `${REPO}/git-receive-pack`,
  method: 'POST',
  headers: receive.headers ?? [],
  body: pack(sent),
})

describe('[O26] one answer for a push', () => {
  const next = { url: `${REPO}/git-receive-pack`, headers: [], body: pack('x'), purpose: 'git push' }
  const told: Asked = { ...receive, announces: next }

  it.each<[what: string, requests: readonly Asked[], cards: readonly number[]]>([
    [
      'the question with the token, and the bytes that were shown',
      [told, { ...receive, useToken: true }, { ...post('x'), useToken: true }],
      [0],
    ],
    ['no other bytes', [told, post('y')], [0, 1]],
    ['the bytes once more with the token, and no third time', [told, post('x'), post('x'), post('x'), post('x')], [0, 4]],
    ['no other program', [told, { ...post('x'), byGit: false }], [0, 1]],
    ['no header of another’s', [told, { ...post('x'), headers: [['X-Note', 'hello']] }], [0, 1]],
    ['no other repository', [told, { ...post('x'), url: 'https://git.example/o/other.git/git-receive-pack' }], [0, 1]],
    [
      'nothing where another repository was announced',
      [{ ...told, announces: { ...next, url: 'https://git.example/x/git-receive-pack' } }, post('x')],
      [0, 1],
    ],
    ['nothing that another program announces', [{ ...told, byGit: false }, post('x')], [0, 1]],
  ])('covers %s', async (_what, requests, cards) => {
    expect((await cardsFor({ requests })).asked).toEqual(cards)
  })

  it('covers nothing when it is no', async () => {
    expect(await cardsFor({ requests: [told, post('x')], deny: true })).toMatchObject({ asked: [0, 1], sent: 0 })
  })
})

describe('[O26] one answer for what git reads of a repository', () => {
  it('covers a clone, where private things and the words of others are both here', async () => {
    expect(await cardsFor({ requests: clone })).toEqual({ asked: [0], said: ['sent', 'sent', 'sent', 'sent'], sent: 4 })
  })

  it('covers nothing when it is no', async () => {
    const { asked, sent } = await cardsFor({ requests: clone.slice(0, 2), deny: true })
    expect({ asked, sent }).toEqual({ asked: [0, 1], sent: 0 })
  })

  it.each<[what: string, request: Asked]>([
    ['what another program sends in the same words', { ...names, byGit: false }],
    ['a push', { ...names, url: `${REPO}/git-receive-pack` }],
    ['the list of refs in front of a push', { ...info, url: `${REPO}/info/refs?service=git-receive-pack` }],
    ['another repository of the same host', { ...info, url: 'https://git.example/o/r.git/x/info/refs?service=git-upload-pack' }],
    [
      'another path that ends alike',
      { ...info, url: `https://git.example/api/user#${new URL(info.url).pathname}?service=git-upload-pack` },
    ],
    ['more in its address', { ...info, url: `${REPO}/info/refs?secret=1&service=git-upload-pack` }],
    ['another origin', { ...info, url: info.url.replace('git.example', 'git.example:8443') }],
    ['another header', { ...info, headers: [['X-Note', 'hello']] }],
    ['a header with another value', { ...info, headers: [['Git-Protocol', 'version=2:hello']] }],
    ['a body where none belongs', { ...info, body: bytes('0000') }],
    ['an object that the server never named', objects(`want ${OTHER}`)],
    ['a line that is none of git', objects('filter hello')],
    ['a name of a ref that it is asked for', { ...names, body: body('ls-refs', ['peel', 'ref-prefix refs/heads/hello']) }],
    [
      'another program’s name',
      { ...names, body: bytes(`${packet('command=ls-refs\n')}${packet('agent=hello\n')}${packet('object-format=sha1\n')}00010000`) },
    ],
    ['marks between its lines', { ...names, body: bytes(`${packet('command=ls-refs\n')}${HEAD}000100020003${packet('peel\n')}0000`) }],
    ['text behind its end', { ...names, body: bytes(`${Buffer.from(body('ls-refs', ['peel'])).toString()}hello`) }],
    ['more names than git here would send', objects(...Array.from({ length: 1200 }, () => `have ${OTHER}`))],
  ])('does not cover %s', async (_what, request) => {
    const { asked } = await cardsFor({ requests: [...clone, request] })
    // What is too large to be shown is refused without a card.
    expect(asked.includes(4) || (request.body?.length ?? 0) > 16_384).toBe(true)
    expect(asked.slice(0, 1)).toEqual([0])
  })

  it('covers what names all that is here of its history, although no card could show it', async () => {
    const haves = Array.from({ length: 1000 }, (_, n) => `have ${n.toString(16).padStart(40, '0')}`)
    const { asked, said } = await cardsFor({ requests: [...clone.slice(0, 3), objects(`want ${KNOWN}`, ...haves)] })
    expect({ asked, last: said.at(-1) }).toEqual({ asked: [0], last: 'sent' })
  })

  it('covers eight requests and no ninth: in many of them something could be told by what is asked for', async () => {
    expect((await cardsFor({ requests: Array.from({ length: 10 }, () => info) })).asked).toEqual([0, 8])
  })

  it('counts requests that are asked for at the same moment, each for itself', async () => {
    const cover = createGitCover()
    const read = { repository: REPO, asks: 'abilities', wants: [] } as const
    expect(cover.take(read)).toBe(false)
    cover.allow(read)
    expect(Array.from({ length: 9 }, () => cover.take(read)).filter(Boolean)).toHaveLength(7)
  })

  it('does not outweigh a rule that asks, a rule that denies, or a closed network', async () => {
    const rule = (effect: 'ask' | 'deny'): Rule => ({
      id: 'r1',
      effect,
      pattern: { type: 'host', tool: 'fetch', host: 'https://git.example' },
      scope: 'user',
      why: 'mine',
    })
    expect((await cardsFor({ requests: clone, rules: [rule('ask')] })).asked).toEqual([0, 1, 2, 3])
    expect(await cardsFor({ requests: clone.slice(0, 2), rules: [rule('deny')] })).toMatchObject({ asked: [], sent: 0 })
    const closed = await cardsFor({ requests: clone, between: async (s, n) => n === 2 && s.commands.setNetwork(false) })
    expect(closed).toMatchObject({ asked: [0], sent: 2 })
    expect(closed.said[2]).toMatch(/the network is closed for this session/)
  })

  it('is told in the log as what it is, each request for itself', async () => {
    const network = server()
    const script = [answer([tool('shell', { command: 'run it' }, { id: 't1' })]), answer([text('ok')])]
    const s = await start({
      script,
      network,
      shell: async (_c, run) => ({ text: [await send(run, info), await send(run, names)].join() }),
    })
    await s.commands.setMode('auto')
    await s.commands.send('go')
    await expect.poll(() => s.journal.state.fetches.length).toBe(1)
    const [card] = s.journal.state.fetches
    if (!card) throw new Error('nothing is asked')
    await s.commands.decide({ call: card.id, digest: card.judged.digest, answer: 'once' })
    await s.until('turn.ended')
    const decided = (await s.facts()).filter((event): event is SessionEvent<'fetch.decided'> => event.type === 'fetch.decided')
    expect(decided.map(({ data }) => data.decision)).toEqual([
      { type: 'allow', by: 'user' },
      { type: 'allow', by: 'rule' },
    ])
  })
})
