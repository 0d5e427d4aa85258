import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failureOf, FailureError, networkRefusalOf, type NetworkRequest, type Run, type SessionEvent } from '@tabwright/protocol'
import { answer, gitServer, stories, text, tool, type Story } from '@tabwright/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tryShell } from '../../../testkit/src/shell-lab'
import type { Network } from '../core/network'
import { fileCommands } from '../shell/commands/files'
import { gitCommand } from '../shell/commands/git/git'
import { textCommands } from '../shell/commands/text'
import { NetRefusal, type Net } from '../shell/net'
import { followRedirects } from '../shell/net-redirects'
import { inputOf } from '../shell/streams/stream'

const start = stories()
const closing: (() => Promise<void> | void)[] = []
let shared = ''
beforeAll(async () => {
  shared = await serve()
})
afterAll(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

const ENV = `export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Cy GIT_COMMITTER_EMAIL=cy@example.com GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_DATE="@1700000000 +0100" GIT_COMMITTER_DATE="@1700000000 +0100"
`
const SEED = `${ENV}git init -q -b main first; cd first; echo 1 > f; git add f; git commit -qm one; cd ..
git clone -q --bare first up.git; cd first; echo 2 > f; git commit -qam two; cd ..; git clone -q --bare first other.git`

const TOKEN = 'Basic abc'
const KEY = 'q7Xw2Lp9Zr4TnB8vKc3M'

/** A server that knows who asks, with two repositories. */
async function serve(): Promise<string> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'git-permission-')))
  closing.push(() => rmSync(root, { recursive: true, force: true }))
  execFileSync('bash', ['-c', SEED], { cwd: root, env: { PATH: process.env['PATH'] ?? '', HOME: root } })
  const server = await gitServer(root, { token: TOKEN })
  closing.push(() => server.close())
  return server.url
}

/** A network that adds the token which is kept for that server. */
function keeping(): Network & { readonly sent: NetworkRequest[] } {
  const sent: NetworkRequest[] = []
  return {
    sent,
    missing: () => Promise.resolve(undefined),
    digest: (bytes) => Promise.resolve(createHash('sha256').update(bytes).digest('hex')),
    address: (at) => ({ href: new URL(at).href, origin: new URL(at).origin, host: new URL(at).host }),
    async send(request) {
      sent.push(request)
      const headers = request.headers.map(([name, value]): [string, string] => [name, value])
      if (request.useToken) headers.push(['Authorization', TOKEN])
      const body = request.body && new Uint8Array(request.body)
      const came = await fetch(request.url, { method: request.method, headers, redirect: 'manual', ...(body && { body }) })
      const bytes = new Uint8Array(await came.arrayBuffer())
      const parts = (async function* () {
        yield bytes
      })()
      return { status: came.status, statusText: '', url: request.url, headers: [...came.headers], body: parts }
    },
  }
}

/** The sandbox's network as the kernel and its host pass it on. */
function netOf(run: Run): Net {
  return {
    request: (request) =>
      followRedirects(request, async (hop) => {
        try {
          if (!run.fetch) throw new Error('there is no network in the run')
          const { signal, timeoutMs: _, redirect: __, ...asked } = hop
          const came = await run.fetch(asked, { signal, sent: () => undefined })
          const parts: Uint8Array[] = []
          for await (const part of came.body) parts.push(part)
          return { ...came, version: '1.1', body: inputOf(Buffer.concat(parts)) }
        } catch (error) {
          if (!(error instanceof FailureError)) throw error
          throw new NetRefusal(networkRefusalOf(failureOf(error)), failureOf(error).message)
        }
      }),
  }
}

const open = (s: Story): Story['journal']['state']['fetches'] => s.journal.state.fetches.filter(({ decided }) => !decided)

interface Card {
  readonly bytes: { readonly [key: string]: unknown }
  readonly reason: string
}

/** Says yes to each card until the turn is over, and gives them. */
async function allowAll(s: Story, most = 40): Promise<readonly Card[]> {
  const cards: Card[] = []
  let isOver = false
  const over = s.until('turn.ended').then(() => (isOver = true))
  while (cards.length < most) {
    await expect.poll(() => open(s).length > 0 || isOver, { timeout: 15_000 }).toBe(true)
    const [fetch] = open(s)
    if (!fetch) break
    const { id, judged } = fetch
    cards.push({ bytes: JSON.parse(judged.bytes), reason: judged.verdict.type === 'ask' ? judged.verdict.reason : '' })
    await s.commands.decide({ call: id, digest: judged.digest, answer: 'once' })
    await expect.poll(() => open(s).some((one) => one.id === id)).toBe(false)
  }
  await over
  return cards
}

/** A session in Auto with one script of the agent's. */
async function begin(network: Network, url: string, script: string): Promise<Story> {
  const steps = [answer([tool('shell', { command: 'run it' }, { id: 't1' })]), answer([text('ok')])]
  const s = await start({
    script: steps,
    network,
    files: { '.env': `API_KEY=${KEY}\n` },
    shell: async (_command, run) => {
      const done = await tryShell({
        script: `exec 2>&1\n${ENV}URL=${url}\n${script}`,
        commands: [gitCommand, ...fileCommands, ...textCommands],
        net: netOf(run),
      })
      return { text: (done.out + done.err).replaceAll(url, 'http://host') }
    },
  })
  await s.commands.setMode('auto')
  await s.commands.importFiles([{ path: 'plan.txt', bytes: new TextEncoder().encode('ours'), mode: 'file', mtime: undefined }], 'a folder')
  await s.commands.send('go')
  return s
}

const outcome = async (s: Story): Promise<string> => {
  const fact = (await s.facts()).findLast((event): event is SessionEvent<'call.ended'> => event.type === 'call.ended')
  return fact?.data.outcome.text ?? ''
}

describe('[O26] git and a repository that only its people read', () => {
  it('asks once for a clone: the answer covers what git then reads of that repository, and the log says so', async () => {
    const [url, network] = [shared, keeping()]
    const s = await begin(network, url, 'git clone -q $URL/up.git a; cat a/f')
    const cards = await allowAll(s)
    expect(await outcome(s)).toBe('1')
    expect(cards.map(({ bytes }) => [bytes['method'], bytes['url'], bytes['token'], bytes['covers']])).toEqual([
      [
        'GET',
        `${url}/up.git/info/refs?service=git-upload-pack`,
        undefined,
        `what else git reads of ${url}/up.git in this command, with the token kept for ${new URL(url).host} where it is asked for`,
      ],
    ])
    expect(network.sent.map(({ method, useToken }) => [method, useToken === true])).toEqual([
      ['GET', false],
      ['GET', true],
      ['POST', true],
      ['POST', true],
    ])
    const judged = (await s.facts()).flatMap((event) => (event.type === 'fetch.judged' ? [event.data.verdict] : []))
    expect(judged.slice(1)).toEqual(
      [1, 2, 3].map(() => ({ type: 'allow', rule: 'git:repository', shown: `your answer before: git reads ${url}/up.git` })),
    )
    expect(s.journal.state.taint, 'and what came together is no less known').toMatchObject({ untrusted: {}, private: {}, egress: {} })
  })

  it('asks again for another repository, and not for a fetch behind the clone', async () => {
    const [url, network] = [shared, keeping()]
    const s = await begin(network, url, 'git clone -q $URL/up.git a; git clone -q $URL/other.git b; git -C a fetch -q; cat a/f b/f')
    const cards = await allowAll(s)
    expect(await outcome(s)).toBe('1\n2')
    expect(cards.map(({ bytes }) => bytes['url'])).toEqual(
      ['up', 'other'].map((name) => `${url}/${name}.git/info/refs?service=git-upload-pack`),
    )
  })

  it('a name that is only written down in the files of a repository is not told to the server', async () => {
    const [url, network] = [shared, keeping()]
    const hex = Buffer.from(`${KEY}`).toString('hex')
    const forge = `git clone -q $URL/up.git a; cd a; echo ${hex} > .git/shallow; echo ${hex} > .git/refs/heads/x
mkdir -p .git/objects/${hex.slice(0, 2)}; real=$(git rev-parse HEAD); cp .git/objects/\${real:0:2}/\${real:2} .git/objects/${hex.slice(0, 2)}/${hex.slice(2)}
git fetch -q $URL/other.git main; git log --oneline FETCH_HEAD | wc -l`
    const s = await begin(network, url, forge)
    await allowAll(s)
    expect(hex).toHaveLength(40)
    const bodies = network.sent.map(({ body }) => Buffer.from(body ?? []).toString('latin1'))
    expect(
      bodies.filter((body) => body.includes('have ')),
      'commits that are what their names say are told',
    ).toHaveLength(1)
    expect(bodies.join('\n')).not.toContain(hex)
  })
})

describe('[O26] a push', () => {
  const commit = (what: string): string => `git clone -q $URL/up.git a; cd a; ${what}; git add .; git commit -qm "two

and more"; git push -q origin main; git ls-remote origin main | cut -c 1-7; git rev-parse HEAD | cut -c 1-7`
  const about = (cards: readonly Card[], key: 'next' | 'push'): readonly Card[] => cards.filter(({ bytes }) => key in bytes)
  const posts = (network: ReturnType<typeof keeping>): NetworkRequest[] =>
    network.sent.filter(({ url }) => url.endsWith('/git-receive-pack'))

  it('is one question, before anything is sent, with all that it brings: its own bytes pass with it, and the kept token', async () => {
    const [url, network] = [await serve(), keeping()]
    const s = await begin(
      network,
      url,
      commit('seq 1 20000 | shuf --random-source=f > d 2>/dev/null || seq 1 20000 > d; mkdir e; echo x > "e/a b"; echo 2 >> f'),
    )
    const cards = await allowAll(s)
    const [there, here] = (await outcome(s)).trim().split('\n')
    expect(there).toBe(here)
    expect(about(cards, 'push'), 'the bytes were shown before').toEqual([])
    const [card, ...others] = about(cards, 'next')
    expect(others).toEqual([])
    expect(card?.bytes).toMatchObject({
      method: 'GET',
      url: `${url}/up.git/info/refs?service=git-receive-pack`,
      covers: `the push that is shown, byte for byte, with the token kept for ${new URL(url).host} where it is asked for`,
    })
    expect(card?.reason).toMatch(/^This session holds .* every request is asked about, whatever rules allow/)
    const [sent, ...more] = posts(network)
    expect(more).toEqual([])
    expect(sent?.body?.length).toBeGreaterThan(16_384)
    const push = {
      refs: [expect.stringMatching(/^refs\/heads\/main: [0-9a-f]{40} to [0-9a-f]{40}$/)],
      commits: [`${here} two (Ann <ann@example.com>, committed by Cy <cy@example.com>)`, '  and more'],
      files: [expect.stringMatching(/^d, 20000 lines, \d+ bytes$/), 'e/a b, 1 line, 2 bytes', 'f, 2 lines, 4 bytes'],
    }
    expect(card?.bytes['next']).toMatchObject({
      url: sent?.url,
      purpose: expect.stringMatching(/refs\/heads\/main \w{7}\.\.\w{7} \(3 files changed, 20002 insertions\(\+\)\)$/),
      push,
      body: { bytes: sent?.body?.length, sha256: await network.digest(sent?.body ?? new Uint8Array()) },
    })
    const judged = (await s.facts()).flatMap((event) => (event.type === 'fetch.judged' ? [event.data] : []))
    const last = judged.findLast(({ bytes }) => JSON.parse(bytes)['push'] !== undefined)
    expect(last?.verdict, 'the log says what spoke for it').toEqual({
      type: 'allow',
      rule: 'git:push',
      shown: `your answer before: git pushes what you saw to ${url}/up.git`,
    })
  })

  it('asks anew where the other side is not as it was last seen: other bytes than those that were shown need an answer of their own', async () => {
    const [url, network] = [await serve(), keeping()]
    const behind =
      'git clone -q $URL/up.git b; cd b; echo 5 > g; git add g; git commit -qm g; git push -q origin HEAD:refs/heads/side; cd ..'
    const mine =
      'cd a; echo 2 > f; git commit -qam two; git push -q origin main side:side 2>&1; git push -q origin main main:side2; git ls-remote origin main side2 | wc -l'
    const s = await begin(network, url, `git clone -q $URL/up.git a; ${behind}; git -C a branch side; ${mine}`)
    const cards = await allowAll(s)
    expect((await outcome(s)).trim().split('\n').at(-1)).toBe('2')
    // The other clone's, and the two of ours. What a stranger put there meanwhile makes other bytes of the first of these.
    expect(about(cards, 'next')).toHaveLength(3)
    const anew = about(cards, 'push')
    expect(anew.length).toBeGreaterThan(0)
    for (const { bytes } of anew) expect(bytes).not.toHaveProperty('next')
    const shown = [...about(cards, 'next').map(({ bytes }) => bytes['next']), ...anew.map(({ bytes }) => bytes)]
    const hashes = shown.map((one) => JSON.stringify(one).match(/"sha256":"(\w+)"/)?.[1])
    for (const { body } of posts(network)) expect(hashes).toContain(await network.digest(body ?? new Uint8Array()))
  })

  it('is refused with a secret in a file, plain or coded, in the name of one, in the words of a commit, or in one that a later commit undoes', async () => {
    const [url, network] = [shared, keeping()]
    const hidden = [
      `echo "const key = '${KEY}'" > k.ts`,
      `echo ${Buffer.from(KEY).toString('base64')} > k.txt`,
      `echo 1 > ${KEY}`,
      `echo 1 > g; git add g; git commit -qm "see ${KEY}"; echo 2 > g`,
      `echo ${KEY} > g; git add g; git commit -qm g; git rm -q g`,
    ]
    const branches = hidden.map(
      (what, n) => `git switch -qc b${n} origin/main; ${what}; git add .; git commit -qm b; git push -q origin b${n}`,
    )
    const s = await begin(network, url, `git clone -q $URL/up.git a; cd a; ${branches.join('; ')}`)
    const cards = await allowAll(s)
    const said = await outcome(s)
    expect(said.match(/it holds API_KEY of \.env, and secrets do not leave through the agent/g)).toHaveLength(hidden.length)
    expect([...about(cards, 'next'), ...about(cards, 'push')]).toEqual([])
    expect(network.sent.filter(({ url: to }) => to.endsWith('/git-receive-pack'))).toEqual([])
  })
})
