import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { gitServer, type GitServer, type GitServerOptions } from '../../../../../testkit/src/git-server'
import { loopbackNet, type LoopbackNet, type LoopbackOptions } from '../../../../../testkit/src/loopback-net'
import { tryShell } from '../../../../../testkit/src/shell-lab'
import { NetRefusal } from '../../net'
import { fileCommands } from '../files'
import { textCommands } from '../text'
import { gitCommand } from './git'

const version = spawnSync('git', ['--version']).stdout?.toString() ?? ''
const isThere = version.includes('2.39.')
if (!isThere) console.log(`skipped: these stories compare with git 2.39, this machine has ${version.trim() || 'none'}`)

const ENV = `export GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com GIT_COMMITTER_NAME=Cy GIT_COMMITTER_EMAIL=cy@example.com GIT_CONFIG_NOSYSTEM=1
export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=init.defaultBranch GIT_CONFIG_VALUE_0=main GIT_TERMINAL_PROMPT=0
n=1700000000
t() { n=$((n+60)); export GIT_AUTHOR_DATE="@$n +0100" GIT_COMMITTER_DATE="@$n +0100"; }
c() { t; git commit -q "$@"; }
w() { printf "$2" > "$1"; }
t
`
const SEED = `${ENV}git init -q first; cd first; w f 1; git add f; c -m one; git branch side; t; git tag v0; git tag -a v1 -m v
mkdir d; seq 1 200 > d/long; git add .; c -m long; seq 1 201 > d/long; c -am longer; cd ..
git clone -q --bare first up.git; git -C up.git remote rm origin; git init -q --bare empty.git; rm -rf first
`

const closing: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'git-http-')))
  closing.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

async function serve(options: GitServerOptions = {}, seed = SEED): Promise<{ readonly server: GitServer; readonly root: string }> {
  const root = folder()
  execFileSync('bash', ['-c', seed], { cwd: root, env: { PATH: process.env['PATH'] ?? '', HOME: root } })
  const server = await gitServer(root, options)
  closing.push(() => server.close())
  return { server, root }
}

interface Told {
  readonly out: string
  readonly net: LoopbackNet
}

async function ours(script: string, url: string, options: LoopbackOptions = {}): Promise<Told> {
  const net = loopbackNet(options)
  const commands = [gitCommand, ...fileCommands, ...textCommands]
  const done = await tryShell({ script: `exec 2>&1\n${ENV}URL=${url}\n${script}`, commands, net })
  return { out: (done.out + done.err).replaceAll(url, 'http://host'), net }
}

/** Not `spawnSync`: the server is in this process. */
async function real(script: string, url: string): Promise<string> {
  const cwd = folder()
  const env = { PATH: process.env['PATH'] ?? '', HOME: cwd, LANG: 'C.UTF-8', TERM: 'dumb' }
  const out = await new Promise<string>((resolve) => {
    execFile('bash', ['-c', `exec 2>&1\n${ENV}URL=${url}\n${script}`], { cwd, env }, (_, stdout) => resolve(stdout))
  })
  return out.replaceAll(url, 'http://host').replaceAll(cwd, '/workspace')
}

/** Everything that a bare repository holds, and whether git finds it whole. */
function state(root: string, name = 'up.git'): string {
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-C', join(root, name), ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  return `${git('fsck', '--strict', '--full')}${git('for-each-ref')}${git('log', '--all', '--format=%H %s')}`
}

const STORIES: readonly (readonly [title: string, script: string])[] = [
  [
    'clone, look around, fetch again',
    'git clone $URL/up.git; cd up; git status; git log --oneline --decorate --all; git branch -avv; cat .git/config; git for-each-ref; tail -n 1 d/long; git fetch; git pull; git ls-remote; git remote show origin; git fetch origin side; cat .git/FETCH_HEAD',
  ],
  [
    'clone in other ways',
    'git clone -q -b side $URL/up.git s; git -C s log --oneline; git clone -q --single-branch $URL/up.git one; git -C one for-each-ref; git clone -q --bare $URL/up.git/ b; cat b/config; git clone -q --depth 1 $URL/up.git d; git -C d log --oneline; cat d/.git/shallow; git -C d fetch -q --deepen 1 2>/dev/null; git -C d fetch -q --depth 2; git -C d log --oneline; git -C d fetch -q --unshallow; git -C d log --oneline; git clone $URL/none.git; echo $?; ls; git clone $URL/empty.git; cat empty/.git/config',
  ],
  [
    'push: new, forward, forced, refused, removed',
    'git clone -q $URL/up.git a; git clone -q $URL/up.git b; cd a; w f 2; c -am two; git push; git push; git switch -qc topic; w g 1; git add g; c -m g; git push -u origin topic; git status -sb; t; git tag -a v2 -m v2; git push --tags; cd ../b; w f 3; c -am three; git push; echo $?; git fetch; git push; echo $?; git push --force-with-lease; git push origin :topic; git push origin :none; echo $?; git push --atomic origin main:x main~1:main; echo $?; git branch -avv; git push --porcelain origin main:y; git push --dry-run origin main:z; git ls-remote --heads',
  ],
  [
    'an empty repository is filled',
    'git init -q a; cd a; w f 1; git add .; c -m one; seq 1 50000 > big; git add .; c -m two; git remote add origin $URL/empty.git; git push -u origin main; git ls-remote; git -c push.default=current push origin HEAD; cd ..; git clone -q $URL/empty.git e; ls e; git -C e log --oneline; git -C a pull; git -C a fetch --all',
  ],
  [
    'pull what went apart',
    'git clone -q $URL/up.git a; git clone -q $URL/up.git b; cd a; w f 2; c -am two; git push -q; cd ../b; w g 3; git add g; c -m three; git pull; echo $?; t; git pull --rebase; git push; git log --format="%s %cd"; cd ../a; git pull; git log --oneline | wc -l',
  ],
]

describe.skipIf(!isThere)('git over HTTP', () => {
  for (const [title, script] of STORIES)
    it(`does as git 2.39 does with the real git on the other side: ${title}`, async () => {
      const mine = await serve()
      const theirs = await serve()
      const [told, wanted] = [await ours(script, mine.server.url), await real(script, theirs.server.url)]
      expect(told.out).toEqual(wanted)
      expect(state(mine.root)).toEqual(state(theirs.root))
      expect(state(mine.root, 'empty.git')).toEqual(state(theirs.root, 'empty.git'))
    }, 60_000)

  it('tells the person what a push changes, ref by ref, with the request that does it', async () => {
    const { server } = await serve()
    const { net } = await ours('git clone -q $URL/up.git a; cd a; w f 2; c -am two; git push -q origin main main:new :side', server.url)
    const asked = net.asked.filter(({ method }) => method === 'POST').at(-1)
    expect(asked?.purpose.replaceAll(/[0-9a-f]{7}/g, 'OID')).toBe(
      `git push to ${server.url}/up.git: refs/heads/main OID..OID (1 file changed, 1 insertion(+), 1 deletion(-)); delete refs/heads/side (was OID); create refs/heads/new at OID (1 file changed, 1 insertion(+), 1 deletion(-))`,
    )
    expect(asked?.body?.length).toBeGreaterThan(100)
  })

  it('asks for the kept token after a 401, and says where one is entered when none is kept', async () => {
    const { server } = await serve({ token: 'Basic abc' })
    const host = new URL(server.url).host
    const good = await ours('git clone -q $URL/up.git a; cat a/f', server.url, { tokens: new Map([[host, 'Basic abc']]) })
    expect(good.out).toBe('1')
    expect(good.net.asked.map(({ useToken }) => useToken)).toEqual([undefined, true, true, true])
    const none = await ours('git clone $URL/up.git a; echo $?; ls', server.url)
    expect(none.out).toBe(
      `Cloning into 'a'...\nfatal: Authentication failed for 'http://host/up.git/'\nno token is kept for it; a person enters a token for ${host} in Settings › Git hosts, then run the command again\n128\n`,
    )
    const wrong = await ours('git ls-remote $URL/up.git', server.url, { tokens: new Map([[host, 'Basic no']]) })
    expect(wrong.out).toContain('the kept token was not accepted')
  })

  it('ends with words when the person says no, and when there is no network', async () => {
    const { server, root } = await serve()
    const before = state(root)
    const refuse: LoopbackOptions['refuse'] = ({ url }) =>
      url.endsWith('/git-receive-pack') ? new NetRefusal('denied', 'The request was not allowed.') : undefined
    const { out } = await ours('git clone -q $URL/up.git a; cd a; w f 2; c -am two; git push; echo $?; git status -sb', server.url, {
      refuse,
    })
    expect(out).toBe(`fatal: unable to access 'http://host/up.git/': The request was not allowed.\n128\n## main...origin/main [ahead 1]\n`)
    expect(state(root)).toBe(before)
    const alone = await tryShell({ script: 'git clone https://example.com/a/b; echo $?; ls', commands: [gitCommand, ...fileCommands] })
    expect(alone.err).toContain('no network of its own')
    expect(alone.out).toBe('128\n')
  })

  it('tells of progress only when asked, or on a terminal', async () => {
    const { server } = await serve()
    const { out } = await ours(
      'git clone --progress $URL/up.git a; git clone $URL/up.git b; echo; cd a; w f 2; c -am two; git push --progress',
      server.url,
    )
    expect(out).toMatch(/^Cloning into 'a'\.\.\.\nremote: Enumerating objects: \d+, done\. +\n/)
    expect(out).toMatch(/\nReceiving objects: 100% \((\d+)\/\1\), done\.\nCloning into 'b'\.\.\.\n\n/)
    expect(out).toMatch(/To http:\/\/host\/up\.git\n {3}[0-9a-f]{7}\.\.[0-9a-f]{7} {2}main -> main\n$/)
  })

  it('keeps no address with a token in it', async () => {
    const { out } = await ours(
      'git init -q a; cd a; git remote add o https://me:secret@example.com/x; echo $?; git clone https://me:secret@example.com/x y; echo $?; git remote -v; cat .git/config; ls',
      'http://127.0.0.1:1',
    )
    expect(out).not.toContain('secret')
    expect(out).toContain('Settings › Git hosts')
  })
})
