import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { execFileSync } from 'node:child_process'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { confine, openConfinement, type Confinement } from './confinement'
import { FolderFiles } from './folder-files'
import { runShell, type ShellEnd } from './shell-run'

const HERE = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-hands-')))
const ROOT = join(HERE, 'project')
const ENVIRONMENT = { ...process.env, TABWRIGHT_TOKEN: 'a-token', ANTHROPIC_API_KEY: 'a-key' }
mkdirSync(ROOT)
const confined = await confine(ROOT, ENVIRONMENT)

beforeEach(() => {
  rmSync(ROOT, { recursive: true, force: true })
  mkdirSync(join(ROOT, 'src'), { recursive: true })
  writeFileSync(join(ROOT, 'src/a.txt'), 'one\n')
  writeFileSync(join(HERE, 'secret.txt'), 'secret\n')
})
afterAll(() => rmSync(HERE, { recursive: true, force: true }))

describe('files of a directory', () => {
  const files = new FolderFiles(ROOT)

  it('are listed, read and written, with the folders above them and the bits that they had', async () => {
    await files.write('/workspace/new/deep/b.txt', 'two\n')
    expect(await files.read('new/deep/b.txt')).toBe('two\n')
    writeFileSync(join(ROOT, 'run.sh'), 'old', { mode: 0o755 })
    await files.write('run.sh', 'new')
    expect([readFileSync(join(ROOT, 'run.sh'), 'utf8'), statSync(join(ROOT, 'run.sh')).mode & 0o777]).toEqual(['new', 0o755])
    expect((await files.list('/workspace')).entries).toEqual([
      { name: 'new', kind: 'folder' },
      { name: 'run.sh', kind: 'file' },
      { name: 'src', kind: 'folder' },
    ])
  })

  it.each([
    ['..', '../secret.txt'],
    ['.. further on', 'src/../../secret.txt'],
    ['an absolute path', join(HERE, 'secret.txt')],
    ['a name that begins alike', '/workspace-evil/a'],
    ['NUL', 'src/a.txt\0.md'],
    ['a backslash', 'src\\..\\..\\secret.txt'],
    ['the folder itself', '/workspace'],
    ['a link', 'link'],
    ['a link to a folder', 'out/secret.txt'],
    ['a link within', 'in/a.txt'],
    ['a pipe', 'pipe'],
    ['a file as a folder', 'src/a.txt/b'],
  ])('[O45] %s leads nowhere, to read or to write, and no error names a place of the machine', async (_what, path) => {
    symlinkSync(join(HERE, 'secret.txt'), join(ROOT, 'link'))
    symlinkSync(HERE, join(ROOT, 'out'))
    symlinkSync('src', join(ROOT, 'in'))
    execFileSync('bash', ['-c', 'mkfifo "$0"', join(ROOT, 'pipe')])
    for (const attempt of [() => files.read(path), () => files.write(path, 'changed')]) {
      const failure = await attempt().then(
        () => undefined,
        (thrown: Error) => thrown,
      )
      expect(failure?.message).toMatch(/\.$/)
      if (!path.startsWith(HERE)) expect(failure?.message).not.toContain(HERE)
    }
    expect(readFileSync(join(HERE, 'secret.txt'), 'utf8')).toBe('secret\n')
    expect(readFileSync(join(ROOT, 'src/a.txt'), 'utf8')).toBe('one\n')
  })

  it('[O45] a hard link to a file outside is replaced and not written through, and git’s own are git’s', async () => {
    linkSync(join(HERE, 'secret.txt'), join(ROOT, 'hard.txt'))
    await files.write('hard.txt', 'mine\n')
    expect([readFileSync(join(ROOT, 'hard.txt'), 'utf8'), readFileSync(join(HERE, 'secret.txt'), 'utf8')]).toEqual(['mine\n', 'secret\n'])
    for (const path of ['.git/hooks/pre-commit', 'src/.GIT/config']) await expect(files.write(path, 'x')).rejects.toThrow('git')
    expect(existsSync(join(ROOT, '.git'))).toBe(false)
  })

  it('what is no text or too large is said and not cut', async () => {
    writeFileSync(join(ROOT, 'raw.bin'), Buffer.from([0xff, 0xfe]))
    writeFileSync(join(ROOT, 'long.txt'), 'x'.repeat(600_000))
    await expect(files.read('raw.bin')).rejects.toThrow('/workspace/raw.bin is no text')
    await expect(files.read('long.txt')).rejects.toThrow('600000 bytes')
    await expect(files.read('none.txt')).rejects.toThrow('/workspace/none.txt is not there.')
    await expect(files.write('long.txt', 'y'.repeat(600_000))).rejects.toThrow('nothing was written')
  })
})

type Options = { readonly folder?: readonly string[]; readonly timeoutMs?: number; readonly signal?: AbortSignal }

const runner =
  (confinement: Confinement) =>
  (command: string, { folder = [], timeoutMs = 30_000, signal = new AbortController().signal }: Options = {}): Promise<ShellEnd> =>
    runShell(ROOT, confinement, { command, folder, timeoutMs, signal })

describe.each([
  ['confined', confined],
  ['not confined', openConfinement(ENVIRONMENT)],
] as const)('a shell in a directory, %s', (_how, confinement) => {
  const test = it.skipIf(typeof confinement === 'string')
  const run = typeof confinement === 'string' ? undefined : runner(confinement)

  test('gives output, exit code and the files that it wrote, in the folder that is named', async () => {
    expect(await run?.('cat a.txt; echo err >&2; echo made > b.txt; exit 3', { folder: ['src'] })).toEqual({
      exit_code: 3,
      stdout: 'one\n',
      stderr: 'err\n',
    })
    expect(readFileSync(join(ROOT, 'src/b.txt'), 'utf8')).toBe('made\n')
    expect((await run?.('node -p 1+1'))?.stdout).toBe('2\n')
  })

  test('has no token and no key of whoever started it', async () => {
    expect((await run?.('env'))?.stdout).not.toMatch(/a-token|a-key/)
  })

  test('ends with its time, or when nobody waits, and all that it started with it', async () => {
    const slow = 'echo begun; (while :; do date +%s%N > tick.txt; sleep 0.05; done) & sleep 60'
    expect(await run?.(slow, { timeoutMs: 300 })).toMatchObject({ exit_code: 124, ended: 'timeout' })
    const stop = new AbortController()
    const stopped = run?.(slow, { signal: stop.signal })
    rmSync(join(ROOT, 'tick.txt'), { force: true })
    await vi.waitFor(() => expect(existsSync(join(ROOT, 'tick.txt'))).toBe(true), { timeout: 15_000 })
    stop.abort()
    expect(await stopped).toMatchObject({ exit_code: 130, ended: 'stopped' })
    expect(await run?.('sleep 60 & echo left')).toEqual({ exit_code: 0, stdout: 'left\n', stderr: '' })
    const last = readFileSync(join(ROOT, 'tick.txt'), 'utf8')
    await run?.('sleep 0.15')
    expect(readFileSync(join(ROOT, 'tick.txt'), 'utf8')).toBe(last)
  })

  test('keeps head and tail of what never ends', async () => {
    const ended = await run?.('echo first; head -c 3000000 /dev/zero | tr "\\0" x; echo; echo last')
    expect(ended?.stdout).toMatch(/^first\nx+\n\[… 28\d{5} characters left out …\]\nx+\nlast\n$/)
  })
})

describe.skipIf(typeof confined === 'string')('what a confined command reaches', () => {
  const run = (command: string): Promise<ShellEnd> => runner(typeof confined === 'string' ? openConfinement({}) : confined)(command)

  it('neither files outside, by path and by link, nor a write anywhere but below the directory', async () => {
    symlinkSync(HERE, join(ROOT, 'out'))
    const tries = [
      `cat ${HERE}/secret.txt`,
      'cat out/secret.txt',
      `ls ${process.env['HOME']}/.tabwright`,
      'cat /etc/shadow',
      'touch /usr/x',
      'touch /etc/x',
    ]
    for (const command of tries) expect((await run(command)).exit_code, command).not.toBe(0)
    expect((await run('pwd; echo x > /tmp/x && cat /tmp/x')).stdout).toBe('/workspace\nx\n')
    expect((await run('cat /tmp/x')).exit_code).toBe(1)
  })

  it('nothing that lies beside a Node of one’s own, which runs all the same', async () => {
    const home = join(HERE, 'home')
    for (const folder of ['.ssh', 'bin', 'lib/node_modules/npm/bin', 'lib/node_modules/mine'])
      mkdirSync(join(home, folder), { recursive: true })
    writeFileSync(join(home, '.ssh/id_ed25519'), 'a key\n')
    writeFileSync(join(home, 'bin/node'), '#!/bin/sh\necho own node\n', { mode: 0o755 })
    writeFileSync(join(home, 'bin/other'), 'another program\n')
    writeFileSync(join(home, 'lib/node_modules/npm/bin/npm-cli.js'), '#!/bin/sh\necho own npm\n', { mode: 0o755 })
    const beside = await confine(ROOT, ENVIRONMENT, join(home, 'bin/node'))
    if (typeof beside === 'string') throw new Error(beside)
    const inHome = runner(beside)
    expect(await inHome('node; npm; ls /opt/node/bin /opt/node/lib/node_modules')).toEqual({
      exit_code: 0,
      stdout: 'own node\nown npm\n/opt/node/bin:\nnode\nnpm\nnpx\n\n/opt/node/lib/node_modules:\nnpm\n',
      stderr: '',
    })
    expect((await inHome(`ls ${HERE}`)).exit_code).not.toBe(0)
  })

  it('[O20] hooks and settings of a repository only to read, and git works there', async () => {
    execFileSync('git', ['init', '-q', ROOT])
    mkdirSync(join(ROOT, '.git/hooks'), { recursive: true })
    writeFileSync(join(ROOT, '.git/hooks/pre-commit'), 'mine\n')
    const settings = readFileSync(join(ROOT, '.git/config'), 'utf8')
    const started = await confine(ROOT, ENVIRONMENT)
    if (typeof started === 'string') throw new Error(started)
    const inRepository = runner(started)
    const tries = [
      'echo evil > .git/hooks/pre-commit',
      'echo evil > .git/hooks/post-checkout',
      'rm -r .git/hooks',
      'mv .git/hooks .git/old',
      'mv .git old',
      'git config core.hooksPath src',
      'echo evil > .git/config',
      'mv src/a.txt .git/config',
    ]
    for (const command of tries) expect((await inRepository(command)).exit_code, command).not.toBe(0)
    const commit = 'git add src && git -c user.name=a -c user.email=a@b.c commit -qnm one && git log --format=%s'
    expect(await inRepository(commit)).toEqual({ exit_code: 0, stdout: 'one\n', stderr: '' })
    expect([readFileSync(join(ROOT, '.git/hooks/pre-commit'), 'utf8'), readFileSync(join(ROOT, '.git/config'), 'utf8')]).toEqual([
      'mine\n',
      settings,
    ])
  })

  it('no file outside by links that a command put where the repository was', async () => {
    mkdirSync(join(ROOT, '.git/hooks'), { recursive: true })
    writeFileSync(join(ROOT, '.git/config'), '')
    const started = await confine(ROOT, ENVIRONMENT)
    if (typeof started === 'string') throw new Error(started)
    const inRepository = runner(started)
    for (const made of [`mkdir .git; ln -s ${HERE} .git/hooks; ln -s ${HERE}/secret.txt .git/config`, `ln -s ${HERE} .git`]) {
      rmSync(join(ROOT, '.git'), { recursive: true })
      expect((await inRepository(made)).exit_code).toBe(0)
      expect((await inRepository('cat .git/hooks/secret.txt .git/config .git/secret.txt; echo ran')).stdout).toBe('ran\n')
    }
  })

  it('no network, that of this machine neither, and no process but its own', async () => {
    const server = createServer((socket) => socket.end('reached'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const ended = await run(`exec 3<>/dev/tcp/127.0.0.1/${port} && cat <&3`)
    server.close()
    expect(ended).toMatchObject({ stdout: '', exit_code: 1 })
    expect((await run(`kill -0 ${process.pid}`)).exit_code).toBe(1)
  })
})
