import { sessionId, type FailureError, type Json } from '@tabwright/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paths, put, shell, text, type Bench, type HandsBench } from './hands-bench'

const PROJECT = {
  'package.json': '{ "name": "demo", "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/sum.js': 'export const sum = (a, b) => a + b\n',
  'test/sum.test.js': [
    "import test from 'node:test'",
    "import assert from 'node:assert/strict'",
    "import { sum } from '../src/sum.js'",
    '',
    "test('adds', () => assert.equal(sum(1, 2), 3))",
    "test('adds nothing', () => assert.equal(sum(1), 1))",
    '',
  ].join('\n'),
}

/** How much a place is asked for: what is slow to reach may have less of it to do. */
export interface HandsAmounts {
  /** Limit of a command that never lets go; enough to start Node and see its first line on a busy machine. */
  readonly limitMs: number
  /** Characters that a place keeps of one command's output. */
  readonly kept: number
}

/**
 * What every implementation of the `Hands` port keeps.
 * @param make a new place with an empty workspace
 */
export function handsContract(
  name: string,
  make: () => Promise<HandsBench>,
  amounts: HandsAmounts = { limitMs: 3000, kept: 48_000_000 },
): void {
  describe(`hands contract: ${name}`, () => {
    const held: Bench[] = []
    const bench = (): Bench => {
      const [only] = held
      if (only === undefined) throw new Error('the bench is used before it was made')
      return only
    }
    beforeAll(async () => {
      const made = await make()
      held.push({ ...made, lease: await made.hands.provision(sessionId('contract'), new AbortController().signal) })
    }, 60_000)
    afterAll(() => bench().hands.release(bench().lease))

    describe('commands', () => commandRules(bench))
    describe('the folder of a call', () => folderRules(bench))
    describe('names that keep their meaning', () => nameRules(bench))
    describe('files', () => fileRules(bench))
    describe('node', () => nodeRules(bench))
    describe('ends', () => endRules(bench, amounts))
    describe('bad input', () => inputRules(bench))
  })
}

function commandRules(bench: () => Bench): void {
  it('gives output, exit code and folder, and keeps the two streams apart', async () => {
    const ran = await shell(bench(), 'echo out; echo err >&2; false')
    expect(ran).toMatchObject({ exitCode: 1, cwd: '/workspace', stdout: 'out\n', stderr: 'err\n', text: 'out\nerr\n' })
  })

  it('carries folder and variables over to the next command, exported ones as exported', async () => {
    await shell(bench(), 'mkdir -p deep/er; cd deep; export SHOWN=1; HIDDEN=2')
    const ran = await shell(bench(), "pwd; echo $SHOWN $HIDDEN; bash -c 'echo [$SHOWN$HIDDEN]'")
    expect(ran.stdout).toBe('/workspace/deep\n1 2\n[1]\n')
    expect((await shell(bench(), 'cd /workspace; rm -r deep; unset SHOWN HIDDEN')).cwd).toBe('/workspace')
  })

  it('carries functions over, and knows them in substitutions', async () => {
    await shell(bench(), 'twice() { echo $(($1 * 2)); }')
    expect((await shell(bench(), 'twice 4; echo $(( $(twice 3) + 1 ))')).stdout).toBe('8\n7\n')
  })

  it('names a command that is not there and exits with 127', async () => {
    const ran = await shell(bench(), 'frobnicate --now')
    expect(ran.exitCode).toBe(127)
    expect(ran.stderr).toContain('frobnicate')
  })

  it('writes while it runs, in the order of the commands', async () => {
    const seen: number[] = []
    const started = performance.now()
    await bench().hands.execute(
      bench().lease,
      'shell',
      { command: 'for i in 1 2; do echo $i; sleep 0.4; done' },
      {
        signal: new AbortController().signal,
        files: bench().workspace.draft(),
        output: () => seen.push(performance.now() - started),
      },
    )
    expect((seen[1] ?? 0) - (seen[0] ?? 0)).toBeGreaterThan(200)
  })

  it('runs the commands of a session one after the other', async () => {
    const both = await Promise.all([
      shell(bench(), 'sleep 0.2; echo one > order.txt'),
      shell(bench(), 'cat order.txt 2>/dev/null; echo two'),
    ])
    // The second began on files of its own draft, made before the first had ended: it waits and still does not see them.
    expect(both[1].stdout).toBe('two\n')
    await shell(bench(), 'rm -f order.txt')
  })
}

function folderRules(bench: () => Bench): void {
  it('runs a command in the folder that the call names, and stands there afterwards', async () => {
    put(bench(), { 'some/where/a.txt': 'a\n' })
    expect(await shell(bench(), 'pwd; ls', { cwd: '/workspace/some/where' })).toMatchObject({
      cwd: '/workspace/some/where',
      stdout: '/workspace/some/where\na.txt\n',
    })
    expect((await shell(bench(), 'pwd')).stdout).toBe('/workspace/some/where\n')
    expect((await shell(bench(), 'pwd', { cwd: '/workspace/some/where/../' })).stdout).toBe('/workspace/some\n')
    expect((await shell(bench(), 'cd ..', { cwd: '/workspace/some' })).cwd).toBe('/workspace')
  })

  it.each([
    ['a folder that is not there', '/workspace/nowhere'],
    ['a file', '/workspace/some/where/a.txt'],
    ['a link, which leads elsewhere', '/workspace/link'],
  ])('runs nothing in %s and names it', async (_what, cwd) => {
    await shell(bench(), 'ln -sfn /tmp link', { cwd: '/workspace' })
    const ran = await shell(bench(), 'touch made.txt; cd /', { cwd })
    expect(ran).toMatchObject({ exitCode: 1, cwd: '/workspace', stdout: '' })
    expect(ran.stderr).toContain(cwd)
    expect(ran.stderr).toContain('nothing was run')
    expect(paths(bench())).not.toContain('made.txt')
    put(bench(), { link: null })
  })

  it('is where the shell really stands when it went through a link', async () => {
    await shell(bench(), 'ln -s some/where link')
    const { cwd } = await shell(bench(), 'cd link')
    expect((await shell(bench(), 'ls', { cwd })).stdout).toBe('a.txt\n')
    put(bench(), { link: null, 'some/where/a.txt': null })
    await shell(bench(), 'true', { cwd: '/workspace' })
  })
}

function nameRules(bench: () => Bench): void {
  it.each([
    ['a function', 'ls() { rm -f kept.txt; }; ls', 'ls'],
    ['a function in a test', 'function [ { rm -f kept.txt; }; [ 1 = 1 ]', '['],
    ['a function named as a path', '/bin/ls() { rm -f kept.txt; }; /bin/ls', '/bin/ls'],
    // As in bash it holds from the next line on.
    ['an alias', "shopt -s expand_aliases\nalias date='rm -f kept.txt'\ndate", 'date'],
  ])('forgets %s that takes the name of a command, and says so', async (_what, command, name) => {
    put(bench(), { 'kept.txt': 'kept\n' })
    const ran = await shell(bench(), command)
    // Within its own command it works.
    expect(paths(bench())).toEqual([])
    expect(ran.stderr.match(/^\[not kept .*$/gm)).toEqual([expect.stringContaining(`: ${name};`)])
    put(bench(), { 'kept.txt': 'kept\n' })
    await shell(bench(), name === '[' ? '[ 1 = 1 ]' : name)
    expect(paths(bench())).toEqual(['kept.txt'])
  })

  it('forgets such a function too when its line was ended before its end', async () => {
    const ran = await shell(bench(), 'ls() { rm -f kept.txt; }; while :; do :; done', { timeoutMs: 500 })
    expect(ran.stderr).toContain('not kept for later commands: ls;')
    await shell(bench(), 'ls')
    expect(paths(bench())).toEqual(['kept.txt'])
  })

  it.each([
    ['PATH', 'PATH=/workspace/bin:$PATH; date', 'PATH'],
    ['a readonly PATH', 'readonly PATH=/workspace/bin:$PATH; date', 'PATH'],
    ['a PATH that is a reference', 'mine=/workspace/bin:/usr/bin; unset PATH; declare -n PATH=mine; date', 'PATH'],
    ['a PATH that is an array', 'unset PATH; PATH=(/workspace/bin /usr/bin); date', 'PATH'],
    ['a PATH in capitals', 'declare -u PATH; date', ''],
    ['a remembered place', 'hash -p /workspace/bin/date date; date', ''],
    ['removed commands', 'rm /bin/date /usr/bin/date; PATH=/workspace/bin; date', 'PATH'],
    ['other folders of commands', 'rm -r /bin /usr/bin; ln -s /workspace/bin /usr/bin', ''],
  ])('runs its own command by a name, whatever was done to %s before', async (_what, command, said) => {
    put(bench(), { 'bin/date': '#!/bin/bash\nrm -f /workspace/kept.txt\n' })
    expect((await shell(bench(), `chmod +x bin/date; ${command}`)).stderr).toContain(said)
    put(bench(), { 'kept.txt': 'kept\n' })
    await shell(bench(), 'date')
    expect(paths(bench())).toEqual(['bin/date', 'kept.txt'])
    await shell(bench(), 'rm -r bin kept.txt')
  })
}

function fileRules(bench: () => Bench): void {
  it('lands changes in the draft of the call and nowhere else', async () => {
    put(bench(), { 'keep.txt': 'keep\n', 'gone.txt': 'gone\n' })
    const files = bench().workspace.draft()
    await bench().hands.execute(
      bench().lease,
      'shell',
      { command: 'echo new > sub/../new.txt; mkdir sub; echo s > sub/s.txt; rm gone.txt; chmod +x keep.txt' },
      { signal: new AbortController().signal, files, output: () => undefined },
    )
    expect(paths(bench())).toEqual(['gone.txt', 'keep.txt'])
    bench().workspace.adopt(files.delta())
    expect(paths(bench()).filter((path) => path !== 'new.txt')).toEqual(['keep.txt', 'sub/s.txt'])
    expect(bench().workspace.stat('keep.txt')?.mode).toBe('executable')
    await shell(bench(), 'rm -rf keep.txt sub new.txt')
    expect(paths(bench())).toEqual([])
  })

  it('sees what others changed since the last command, removals too', async () => {
    put(bench(), { 'a/one.txt': '1\n', 'a/two.txt': '2\n' })
    expect((await shell(bench(), 'cat a/one.txt a/two.txt')).stdout).toBe('1\n2\n')
    put(bench(), { 'a/one.txt': 'changed\n', 'a/two.txt': null })
    expect((await shell(bench(), 'cat a/one.txt; ls a')).stdout).toBe('changed\none.txt\n')
    put(bench(), { 'a/one.txt': null })
    expect((await shell(bench(), 'ls')).stdout).toBe('')
  })

  it('takes back what a dropped draft had changed', async () => {
    put(bench(), { 'a.txt': 'old\n' })
    await bench().hands.execute(
      bench().lease,
      'shell',
      { command: 'echo new > a.txt; echo b > b.txt' },
      { signal: new AbortController().signal, files: bench().workspace.draft(), output: () => undefined },
    )
    expect((await shell(bench(), 'cat a.txt; ls')).stdout).toBe('old\na.txt\n')
    put(bench(), { 'a.txt': null })
  })

  it('keeps bytes that are no text, and links', async () => {
    await shell(bench(), "node -e \"require('fs').writeFileSync('raw.bin', Buffer.from([0, 255, 128]))\"; ln -s raw.bin link")
    expect([...(await bench().workspace.read('raw.bin'))]).toEqual([0, 255, 128])
    expect(bench().workspace.stat('link')?.mode).toBe('symlink')
    expect(await text(bench(), 'link')).toBe('raw.bin')
    expect((await shell(bench(), 'wc -c < link; rm link raw.bin')).stdout.trim()).toBe('3')
  })

  it('keeps files outside of the workspace to itself', async () => {
    expect((await shell(bench(), 'echo t > /tmp/t.txt; cat /tmp/t.txt')).stdout).toBe('t\n')
    expect(paths(bench())).toEqual([])
  })

  it('[rule 77] leaves a name out that no workspace takes, and says so', async () => {
    const ran = await shell(bench(), "echo x > 'a\\b'; echo y > fine.txt")
    expect(ran.stderr).toContain('backslash')
    expect(paths(bench())).toEqual(['fine.txt'])
    await shell(bench(), 'rm fine.txt')
  })
}

function nodeRules(bench: () => Bench): void {
  it('runs a project’s tests: counts, the failing line, exit code', async () => {
    put(bench(), PROJECT)
    const ran = await shell(bench(), 'npm test')
    expect(ran.exitCode).toBe(1)
    expect(ran.stdout).toContain('ok 1 - adds')
    expect(ran.stdout).toContain('not ok 2 - adds nothing')
    expect(ran.stdout).toMatch(/NaN !== 1[\s\S]*sum\.test\.js:6/)
    expect(ran.stdout).toMatch(/# tests 2\n[\s\S]*# pass 1\n# fail 1\n/)
    put(bench(), { 'src/sum.js': 'export const sum = (a, b = 0) => a + b\n' })
    expect(await shell(bench(), 'node --test')).toMatchObject({ exitCode: 0 })
  })

  it('writes files where the shell finds them, and ends with the program’s code', async () => {
    const ran = await shell(
      bench(),
      "node -e \"require('fs').writeFileSync('made.txt', 'by node'); process.exit(7)\"; echo $?; cat made.txt; rm made.txt",
    )
    expect(ran.stdout).toBe('7\nby node')
  })

  it('names an imported thing that is not exported', async () => {
    const ran = await shell(bench(), 'echo "import { nope } from \'./src/sum.js\'" > bad.mjs; node bad.mjs; rm bad.mjs')
    expect(ran.stderr).toContain("does not provide an export named 'nope'")
  })
}

function endRules(bench: () => Bench, { limitMs, kept }: HandsAmounts): void {
  it.each([
    ['a program', "node -e 'console.log(1); for (;;);'"],
    ['the shell', 'echo 1; while :; do :; done'],
  ])('ends %s that never lets go at its limit, with what it had written', async (_who, command) => {
    const ran = await shell(bench(), command, { timeoutMs: limitMs })
    expect(ran.exitCode).toBe(124)
    expect(ran.stdout).toBe('1\n')
    // The name under which the agent's own tool takes it.
    expect(ran.stderr).toContain('timeout_ms can raise it')
    expect((await shell(bench(), 'echo next')).stdout).toBe('next\n')
  })

  it.each([
    ['a program', "node -e 'console.log(1); for (;;);'"],
    ['the shell', 'echo 1; while :; do :; done'],
    ['a sleep', 'echo 1; sleep 60'],
  ])('stops %s at once when it is called off, and goes on with the next command', async (_who, command) => {
    const controller = new AbortController()
    let stoppedAt = 0
    const onOutput = (): void => {
      if (stoppedAt > 0) return
      stoppedAt = performance.now()
      controller.abort()
    }
    const ran = await shell(bench(), command, { signal: controller.signal, onOutput })
    expect(ran.exitCode).toBe(130)
    // 200 ms is what is promised and measured elsewhere; here it must only not be the end of the sleep or of the limit.
    expect(performance.now() - stoppedAt).toBeLessThan(20_000)
    expect((await shell(bench(), 'echo next')).stdout).toBe('next\n')
  })

  it('does not start what was called off before', async () => {
    await expect(shell(bench(), 'echo never', { signal: AbortSignal.abort() })).rejects.toMatchObject({ failure: { code: 'aborted' } })
  })

  it('leaves out the middle of very long output and says how much', async () => {
    const half = kept * 0.625
    const ran = await shell(bench(), `node -e "process.stdout.write('a'.repeat(${half}) + 'b'.repeat(${half}))"`)
    expect({ exitCode: ran.exitCode, stderr: ran.stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(ran.text.length).toBeLessThan(kept + 1000)
    expect(ran.text.length).toBeGreaterThan(kept * 0.8)
    expect(ran.text).toMatch(/^a+\n\[… \d+ characters left out/)
    expect(ran.text.endsWith('b')).toBe(true)
  })
}

function inputRules(bench: () => Bench): void {
  it.each([
    [{}],
    [{ command: '' }],
    [{ command: 1 }],
    [{ command: 'ls', timeoutMs: 0 }],
    [{ command: 'ls', timeoutMs: 600_001 }],
    [{ command: 'ls', extra: 1 }],
    [{ command: 'ls', cwd: '' }],
    [{ command: 'ls', cwd: 'src' }],
    [{ command: 'ls', cwd: '/tmp' }],
    [{ command: 'ls', cwd: '/workspace-evil' }],
    [{ command: 'ls', cwd: '/workspace/../etc' }],
    [{ command: 'ls', cwd: '/workspace/a\0b' }],
    ['ls'],
    [null],
  ])('refuses %j in one sentence', async (input: Json) => {
    const call = bench().hands.execute(bench().lease, 'shell', input, {
      signal: new AbortController().signal,
      files: bench().workspace.draft(),
      output: () => undefined,
    })
    const failure = await call.then(
      () => undefined,
      (thrown: FailureError) => thrown.failure,
    )
    expect(failure?.code).toBe('bad_input')
    expect(failure?.message).toMatch(/^The shell could not be called: .*\.$/)
  })

  it('has no other tool', async () => {
    const call = bench().hands.execute(
      bench().lease,
      'rm',
      { command: 'x' },
      { signal: new AbortController().signal, files: bench().workspace.draft(), output: () => undefined },
    )
    await expect(call).rejects.toMatchObject({ failure: { code: 'bad_input' } })
  })
}
