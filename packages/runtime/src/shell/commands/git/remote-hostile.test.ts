import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { loopbackNet } from '../../../../../testkit/src/loopback-net'
import { tryShell } from '../../../../../testkit/src/shell-lab'
import { bytesOf, joined } from '../../text'
import { diffCommands } from '../diff'
import { fileCommands } from '../files'
import { searchCommands } from '../search'
import { systemCommands } from '../system'
import { textCommands } from '../text'
import { gitCommand } from './git'
import { commitBytes, MODE_FILE, MODE_LINK, MODE_TREE, treeBytes, type TreeEntry } from './objects'
import { fromHex, oidOf, sha1Hex } from './oid'
import { makePack, type RawObject } from './pack-file'
import { DELIMITER, FLUSH, packet } from './protocol/pkt-line'
import { isSafePath } from './safe-path'

/** What a server without manners sends. */
interface Lies {
  readonly refs?: Uint8Array
  readonly fetch?: Uint8Array
  /** Breaks off in the middle of the pack. */
  readonly isCut?: boolean
  /** Never ends its answer. */
  readonly isEndless?: boolean
  readonly info?: Uint8Array
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

const WHO = { name: 'a', email: 'a@b', time: 1, zone: '+0000' }
const named = (object: RawObject): [string, RawObject] => [oidOf(object.type, object.bytes), object]
const blob = named({ type: 'blob', bytes: bytesOf('evil\n') })
const treeOf = (entries: readonly TreeEntry[]): [string, RawObject] => named({ type: 'tree', bytes: treeBytes(entries) })
const commitOf = (tree: string): [string, RawObject] =>
  named({ type: 'commit', bytes: commitBytes({ tree, parents: [], author: WHO, committer: WHO, message: 'm\n' }) })

function history(
  entries: readonly TreeEntry[],
  more: readonly [string, RawObject][] = [],
): { readonly head: string; readonly pack: Uint8Array } {
  const tree = treeOf(entries)
  const commit = commitOf(tree[0])
  return { head: commit[0], pack: makePack([commit, tree, blob, ...more]).pack }
}

const good = history([{ mode: MODE_FILE, name: 'f', oid: blob[0] }])
const info = joined([
  packet('# service=git-upload-pack\n'),
  FLUSH,
  packet('version 2\n'),
  packet('ls-refs=unborn\n'),
  packet('fetch=shallow\n'),
  FLUSH,
])
const refsOf = (head: string, ...more: readonly string[]): Uint8Array =>
  joined([
    packet(`${head} HEAD symref-target:refs/heads/main\n`),
    packet(`${head} refs/heads/main\n`),
    ...more.map((name) => packet(`${head} ${name}\n`)),
    FLUSH,
  ])
const bands = (pack: Uint8Array): Uint8Array =>
  joined([packet('packfile\n'), ...slices(pack).map((part) => packet(joined([Uint8Array.of(1), part]))), FLUSH])

function slices(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += 60_000) out.push(bytes.subarray(at, at + 60_000))
  return out
}

async function liar(lies: Lies): Promise<string> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () => {
      const isInfo = request.url?.includes('/info/refs') === true
      response.setHeader('Content-Type', `application/x-git-upload-pack-${isInfo ? 'advertisement' : 'result'}`)
      if (isInfo) return void response.end(lies.info ?? info)
      if (Buffer.concat(body).includes('command=ls-refs')) return void response.end(lies.refs ?? refsOf(good.head))
      const all = lies.fetch ?? bands(good.pack)
      if (lies.isEndless === true) return void response.write(all.subarray(0, all.length - 30))
      if (lies.isCut !== true) return void response.end(all)
      response.setHeader('Content-Length', all.length)
      response.write(all.subarray(0, all.length - 30), () => response.destroy())
      return undefined
    })
  }
  const server = createServer(answer)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/x`
}

async function meet(lies: Lies, script: string): Promise<string> {
  const url = await liar(lies)
  const done = await tryShell({
    script: `exec 2>&1\nURL=${url}\n${script}`,
    commands: [gitCommand, ...diffCommands, ...searchCommands, ...fileCommands, ...systemCommands, ...textCommands],
    net: loopbackNet(),
  })
  return (done.out + done.err).replaceAll(url, 'URL')
}

/** Fetches into a repository that has something, and tells what is there afterwards. */
const FETCH = `git init -q a; cd a; git remote add o $URL; git fetch o; echo "=$?"; git for-each-ref; ls -A .git/objects .git/objects/pack; ls .git`
const UNTOUCHED = `.git/objects:\ninfo\npack\n\n.git/objects/pack:\nHEAD\nbranches\nconfig\ndescription\nhooks\ninfo\nobjects\nrefs\n`

describe('a server of git that is not to be trusted', () => {
  it('is good enough when it tells no lies', async () => {
    expect(await meet({}, 'git clone -q $URL a; cat a/f')).toBe('evil\n')
  })

  const broken = good.pack.with(30, (good.pack[30] ?? 0) ^ 1)
  const resummed = (body: Uint8Array): Uint8Array => joined([body, fromHex(sha1Hex(body))])
  const withoutBlob = makePack([
    commitOf(treeOf([{ mode: MODE_FILE, name: 'f', oid: blob[0] }])[0]),
    treeOf([{ mode: MODE_FILE, name: 'f', oid: blob[0] }]),
  ]).pack
  const huge = resummed(
    joined([good.pack.subarray(0, 12), Uint8Array.of(0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), good.pack.subarray(14, -20)]),
  )
  const many = resummed(joined([good.pack.subarray(0, 8), Uint8Array.of(0xff, 0xff, 0xff, 0xff), good.pack.subarray(12, -20)]))
  const cases: readonly (readonly [title: string, lies: Lies, words: string])[] = [
    ['a pack with a byte changed', { fetch: bands(broken) }, 'fatal: pack is corrupted (SHA1 mismatch)'],
    ['a pack that lacks an object', { fetch: bands(withoutBlob) }, `fatal: missing object ${blob[0]}`],
    ['an object that is larger than memory', { fetch: bands(huge) }, 'is larger than a file may be here'],
    ['a pack of four thousand million objects', { fetch: bands(many) }, 'fatal: premature end of pack file'],
    ['no pack at all', { fetch: FLUSH }, 'fatal: the remote end hung up unexpectedly'],
    ['another commit than it named', { refs: refsOf('1'.repeat(40)) }, `fatal: missing object ${'1'.repeat(40)}`],
    ['a line of no length', { refs: bytesOf('zzzz') }, 'fatal: protocol error: bad line length character: zzzz'],
    ['a line that is too long', { refs: bytesOf('ffff') }, 'fatal: protocol error: bad line length 65535'],
    ['a line that ends too early', { refs: bytesOf('0032abc') }, 'fatal: the remote end hung up unexpectedly'],
    ['an error in its own words, with an escape', { refs: packet('ERR go \x1b[2Jaway\n') }, 'fatal: remote error: go ?[2Jaway'],
    [
      'an error beside the pack',
      { fetch: joined([packet('packfile\n'), packet(joined([Uint8Array.of(3), bytesOf('no room\n')])), FLUSH]) },
      'fatal: remote error: no room',
    ],
    [
      'a band that is none',
      { fetch: joined([packet('packfile\n'), packet(Uint8Array.of(7, 7)), FLUSH]) },
      'fatal: protocol error: bad band #7',
    ],
    [
      'a section that is none',
      { fetch: joined([packet('surprise\n'), packet('x\n'), DELIMITER]) },
      'fatal: protocol error: unexpected section surprise',
    ],
    [
      'an old protocol',
      { info: joined([packet('# service=git-upload-pack\n'), FLUSH, packet(`${good.head} HEAD\0multi_ack\n`), FLUSH]) },
      'fatal: the server does not speak version 2',
    ],
    ['half of an answer', { isCut: true }, 'broke off in the middle'],
  ]
  for (const [title, lies, words] of cases)
    it(`that sends ${title} changes nothing and is named`, async () => {
      const out = await meet(lies, FETCH)
      expect(out).toContain(words)
      expect(out).toMatch(/=(1|128)\n/)
      expect(out.slice(out.indexOf('\n', out.indexOf('=')) + 1)).toBe(UNTOUCHED)
    })

  it('leaves no folder behind when a clone fails', async () => {
    expect(await meet({ fetch: bands(broken) }, 'git clone -q $URL a; ls; mkdir b; git clone -q $URL b; ls -A b')).toBe(
      'fatal: pack is corrupted (SHA1 mismatch)\nfatal: pack is corrupted (SHA1 mismatch)\n',
    )
  })

  it('that never ends its answer is left by a signal, with nothing begun', async () => {
    const script =
      'timeout 1 git clone -q $URL a; echo $?; ls; git init -q b; cd b; timeout 1 git fetch -q $URL main; echo $?; ls -A .git/objects .git/objects/pack; ls .git'
    expect(await meet({ isEndless: true }, script)).toBe(`124\n124\n${UNTOUCHED}`)
  })

  it('cannot name a ref outside of its place', async () => {
    const out = await meet(
      { refs: refsOf(good.head, 'refs/heads/../../../x', 'refs/heads/a..b', 'refs/heads/x.lock', '../evil') },
      `git init -q a; cd a; git remote add o $URL; git fetch o; ls -R .git/refs; ls ..`,
    )
    expect(out).toBe(
      "error: * Ignoring funny ref 'refs/remotes/o/../../../x' locally\nerror: * Ignoring funny ref 'refs/remotes/o/a..b' locally\nerror: * Ignoring funny ref 'refs/remotes/o/x.lock' locally\n" +
        'From URL\n * [new branch]      main       -> o/main\n.git/refs:\nheads\nremotes\ntags\n\n.git/refs/heads:\n\n.git/refs/remotes:\no\n\n.git/refs/remotes/o:\nmain\n\n.git/refs/tags:\na\n',
    )
  })

  const inner = treeOf([{ mode: MODE_FILE, name: 'config', oid: blob[0] }])
  const link = named({ type: 'blob', bytes: bytesOf('.git') })
  const trees: readonly (readonly [string, readonly TreeEntry[], readonly [string, RawObject][]])[] = [
    ['..', [{ mode: MODE_TREE, name: '..', oid: inner[0] }], [inner]],
    ['.git', [{ mode: MODE_TREE, name: '.git', oid: inner[0] }], [inner]],
    ['.GIT', [{ mode: MODE_TREE, name: '.GIT', oid: inner[0] }], [inner]],
    ['git~1', [{ mode: MODE_TREE, name: 'git~1', oid: inner[0] }], [inner]],
    ['a/../../x', [{ mode: MODE_FILE, name: 'a/../../x', oid: blob[0] }], []],
    ['/x', [{ mode: MODE_FILE, name: '/x', oid: blob[0] }], []],
  ]
  for (const [name, entries, more] of trees)
    it(`cannot write to ${name} with a tree that names it`, async () => {
      const evil = history([{ mode: MODE_FILE, name: 'ok', oid: blob[0] }, ...entries], [...more])
      const out = await meet(
        { refs: refsOf(evil.head), fetch: bands(evil.pack) },
        'git clone $URL a; echo "=$?"; ls -A a; cat a/.git/config; ls; cd a; git reset --hard; git checkout -f main; git checkout HEAD -- .; ls -A; ls ..',
      )
      expect(out).toContain('fatal: invalid path')
      expect(out).toContain('warning: Clone succeeded, but checkout failed.')
      expect(out).toContain('=128\n.git\n')
      expect(out).not.toContain('evil')
    })

  it('cannot write through a link of its own', async () => {
    const evil = history(
      [
        { mode: MODE_LINK, name: 'a', oid: link[0] },
        { mode: MODE_TREE, name: 'a', oid: inner[0] },
      ],
      [inner, link],
    )
    const out = await meet({ refs: refsOf(evil.head), fetch: bands(evil.pack) }, 'git clone -q $URL w; cat w/.git/config')
    expect(out).not.toContain('evil')
    expect(out).toContain('[remote "origin"]')
  })

  it('cannot write into the repository, past its root or through a link with a patch', async () => {
    const news = (path: string): string =>
      `printf 'diff --git a/PATH b/PATH\nnew file mode 100644\n--- /dev/null\n+++ b/PATH\n@@ -0,0 +1 @@\n+evil\n' | sed 's,PATH,${path},g' > ../p; git apply ../p; echo $?; git apply --index ../p; echo $?`
    const link = `printf 'diff --git a/s b/s\nnew file mode 120000\n--- /dev/null\n+++ b/s\n@@ -0,0 +1 @@\n+/tmp\n\\\\ No newline at end of file\ndiff --git a/s/y b/s/y\nnew file mode 100644\n--- /dev/null\n+++ b/s/y\n@@ -0,0 +1 @@\n+evil\n' | git apply; echo $?`
    const out = await meet(
      {},
      `git init -q a; cd a; ln -s /tmp l; echo old > /tmp/o; ${['.git/hooks/x', '.GIT/x', 'git~1/x', '../x', 'l/x'].map(news).join('; ')}; ${link}
printf -- '--- a/l/o\n+++ b/l/o\n@@ -1 +1 @@\n-old\n+evil\n' | git apply; echo $?; cat /tmp/o; rm /tmp/o; ls -A . .. .git/hooks /tmp`,
    )
    const refused = (path: string): string => `error: invalid path '${path}'\n128\n`.repeat(2)
    expect(out).toBe(
      `${refused('.git/hooks/x')}${refused('.GIT/x')}${refused('git~1/x')}${refused('../x')}` +
        "error: affected file 'l/x' is beyond a symbolic link\n1\n".repeat(2) +
        "error: affected file 's/y' is beyond a symbolic link\n1\nerror: reading from 'l/o' beyond a symbolic link\n1\nold\n" +
        '.:\n.git\nl\n\n..:\na\np\n\n.git/hooks:\n\n/tmp:\n',
    )
  })

  it('has no name of a ref that is a file of the repository', async () => {
    const out = await meet(
      {},
      `git clone -q $URL a; cd a; cp .git/config ../kept
git update-ref refs/heads/../../config HEAD; echo $?; git update-ref -d refs/heads/../../config; echo $?; git update-ref ../x HEAD; echo $?
git symbolic-ref HEAD ../../x; echo $?; git symbolic-ref HEAD refs/heads/a..b; echo $?; git symbolic-ref refs/../config refs/heads/main; echo $?
cmp .git/config ../kept && git symbolic-ref HEAD`,
    )
    const bad = "refusing to update ref with bad name 'refs/heads/../../config'"
    expect(out).toBe(
      `fatal: update_ref failed for ref 'refs/heads/../../config': ${bad}\n128\nerror: ${bad}\n1\n` +
        "fatal: update_ref failed for ref '../x': refusing to update ref with bad name '../x'\n128\n" +
        "fatal: Refusing to point HEAD outside of refs/\n128\nfatal: Refusing to set 'HEAD' to invalid ref 'refs/heads/a..b'\n128\n" +
        "fatal: refusing to update ref with bad name 'refs/../config'\n128\nrefs/heads/main\n",
    )
  })

  it('meets a list of names that lead out of a working tree', () => {
    for (const path of [
      '',
      '.',
      '..',
      'a/..',
      '../a',
      'a//b',
      '/a',
      'a/',
      '.git',
      'a/.git/b',
      '.Git',
      '.git.',
      '.git ',
      '.git::$INDEX',
      'GIT~1',
      '.g\u200cit',
      'a\0b',
    ])
      expect([path, isSafePath(path)]).toEqual([path, false])
    for (const path of ['a', '.gitignore', '.github/x', 'a.git', '...', '.a', 'git', 'x/git~2', 'ä/ö'])
      expect([path, isSafePath(path)]).toEqual([path, true])
  })
})
