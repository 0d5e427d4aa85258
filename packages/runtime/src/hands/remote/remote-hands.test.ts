import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { sessionId, type LeaseId, type Workspace } from '@tabwright/protocol'
import { Worker } from '@tabwright/relay-client/worker'
import { runHandsCommand } from '../../../../../apps/relay/src/cli/hands-command'
import { confine } from '../../../../../apps/relay/src/hands/confinement'
import { ENGINE_LIMITS } from '../../../../../apps/relay/src/engine/engine-limits'
import { startForTest } from '../../../../../apps/relay/src/relay-under-test'
import { handsContract } from '../../../../testkit/src/hands-contract'
import { directoryCalls } from '../../worker/relay/directory-calls'
import { openWorkspace } from '../../workspace/workspace'
import type { CallDirectory } from './directory'
import { remoteHands, type DirectoryHands } from './remote-hands'

/** For tests: a relay, `tabwright hands` for each directory, in this process, and a tab's connection. */
interface DirectoryStage {
  /** Offers a directory, made where it is new; resolves when its functions can be called. */
  offer(name: string): Promise<OfferedDirectory>
  close(): Promise<void>
}

interface OfferedDirectory {
  readonly name: string
  readonly root: string
  readonly call: CallDirectory
  /** As Ctrl+C. */
  stop(): Promise<void>
}

async function directoryStage(): Promise<DirectoryStage> {
  // Who is gone is given up soon: there is nobody to wait for.
  const relay = await startForTest({ limits: { engine: { ...ENGINE_LIMITS, graceMs: 500 } } })
  const here = realpathSync(mkdtempSync(join(tmpdir(), 'tabwright-directory-')))
  const bearer = await relay.pair()
  const tab = new Worker({
    name: 'tab',
    address: `${relay.url.replace('http', 'ws')}/worker`,
    socket: (address) => new WebSocket(address, { headers: { authorization: `Bearer ${bearer}`, origin: relay.url } }),
  })
  const stops: (() => Promise<void>)[] = []
  const offer = async (name: string): Promise<OfferedDirectory> => {
    const root = join(here, name)
    mkdirSync(root, { recursive: true })
    const stop = await offered([root, '--relay', relay.url])
    stops.push(stop)
    return { name, root, call: directoryCalls(name, () => tab), stop }
  }
  return {
    offer,
    close: async () => {
      tab.close()
      await Promise.all(stops.map((stop) => stop()))
      await relay.stop()
      rmSync(here, { recursive: true, force: true })
    },
  }
}

/** @returns what stops it */
async function offered(argv: readonly string[]): Promise<() => Promise<void>> {
  const going: { stop: () => void; isThere: () => void } = { stop: () => undefined, isThere: () => undefined }
  const stopped = new Promise<void>((resolve) => (going.stop = resolve))
  const isThere = new Promise<void>((resolve) => (going.isThere = resolve))
  const err = (line: string): void => void (line.startsWith('Commands are') && going.isThere())
  const ended = runHandsCommand(argv, {}, { out: () => undefined, err, stopped })
  const end = await Promise.race([isThere, ended])
  if (end !== undefined) throw new Error(`the hands ended with ${end.code}: ${end.err}`)
  return async () => {
    going.stop()
    await ended
  }
}

const emptyWorkspace = (): Workspace =>
  openWorkspace({ entries: [], now: () => Date.now(), loadBlob: () => Promise.reject(new Error('nothing is stored')) })

// Its commands would have this machine without it: `rm -r /usr` is among them.
const isHere = typeof (await confine(realpathSync(tmpdir()), process.env)) !== 'string'
const stage = await directoryStage()
afterAll(() => stage.close())

const KEPT = 1_600_000

function handsIn({ name, call }: OfferedDirectory): DirectoryHands {
  return remoteHands({
    directory: { name, mark: 'a-mark', identity: '', isConfined: true },
    call,
    knows: () => Promise.resolve(false),
    kept: KEPT,
  })
}

if (isHere)
  handsContract('a directory of a machine', async () => ({ hands: handsIn(await stage.offer('contract')), workspace: emptyWorkspace() }), {
    limitMs: 2000,
    kept: KEPT,
  })

interface Session {
  readonly hands: DirectoryHands
  readonly lease: LeaseId
  readonly workspace: Workspace
}

async function sessionIn(offered: OfferedDirectory): Promise<Session> {
  const hands = handsIn(offered)
  const lease = await hands.provision(sessionId('one'), new AbortController().signal)
  return { hands, lease, workspace: emptyWorkspace() }
}

/** Runs a command; what it changed is kept, but for one of which nothing is. */
async function run({ hands, lease, workspace }: Session, command: string, isKept = true): Promise<string> {
  const files = workspace.draft()
  const { text } = await hands.execute(
    lease,
    'shell',
    { command },
    { signal: new AbortController().signal, files, output: () => undefined },
  )
  if (isKept) workspace.adopt(files.delta())
  return text
}

/** As it is done in front of a command. */
async function bring({ hands, lease, workspace }: Session, isKept = true): Promise<void> {
  const files = workspace.draft()
  await hands.bring(lease, files, new AbortController().signal)
  await files.settle()
  if (isKept) workspace.adopt(files.delta())
}

function put({ workspace }: Session, path: string, text: string): void {
  const draft = workspace.draft()
  draft.write(path, new TextEncoder().encode(text))
  workspace.adopt(draft.delta())
}

const here = async ({ workspace }: Session, path: string): Promise<string> => new TextDecoder().decode(await workspace.read(path))

describe.skipIf(!isHere)('files on both sides', () => {
  it('are put together at first, and what git ignores, packages and git’s own stay there', async () => {
    const offered = await stage.offer('both')
    const { root } = offered
    execFileSync('git', ['init', '-q', root])
    for (const folder of ['node_modules/p', 'dist', 'src']) mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, '.gitignore'), 'dist/\n*.log\n')
    for (const path of ['node_modules/p/index.js', 'dist/out.js', 'src/a.js', 'b.log']) writeFileSync(join(root, path), `${path}\n`)
    const session = await sessionIn(offered)
    put(session, 'mine.txt', 'mine\n')
    expect(await run(session, 'cat mine.txt dist/out.js b.log; ls -A')).toBe(
      'mine\ndist/out.js\nb.log\n.git\n.gitignore\nb.log\ndist\nmine.txt\nnode_modules\nsrc\n',
    )
    expect(session.workspace.list().map(({ path }) => path)).toEqual(['.gitignore', 'mine.txt', 'src/a.js'])
    await run(session, 'echo more >> dist/out.js; git add -A 2>/dev/null; rm src/a.js')
    expect(session.workspace.list().map(({ path }) => path)).toEqual(['.gitignore', 'mine.txt'])
    expect(readFileSync(join(root, 'mine.txt'), 'utf8')).toBe('mine\n')
  })

  it('come in when somebody else changed them, and neither is written over where both did', async () => {
    const offered = await stage.offer('apart')
    const path = join(offered.root, 'a.txt')
    const session = await sessionIn(offered)
    put(session, 'a.txt', 'first\n')
    await run(session, 'true')
    writeFileSync(path, 'theirs\n')
    expect(await run(session, 'cat a.txt')).toBe('[changed in the directory since the last command, by somebody else: a.txt]\ntheirs\n')
    expect(await here(session, 'a.txt')).toBe('theirs\n')
    // Nothing is kept of a call that brought them: they are not taken back with it.
    writeFileSync(path, 'newer\n')
    await run(session, 'true', false)
    await run(session, 'true')
    expect([await here(session, 'a.txt'), readFileSync(path, 'utf8')]).toEqual(['newer\n', 'newer\n'])
    writeFileSync(path, 'there\n')
    put(session, 'a.txt', 'here\n')
    for (let n = 0; n < 2; n++) {
      expect(await run(session, 'cat a.txt')).toMatch(/^\[changed in the directory and here, .*: a\.txt\..*\]\nthere\n$/)
      expect([await here(session, 'a.txt'), readFileSync(path, 'utf8')]).toEqual(['here\n', 'there\n'])
    }
    put(session, 'a.txt', 'there and here\n')
    expect(await run(session, 'cat a.txt')).toBe('there and here\n')
  })

  it('come in by themselves before a command, and only what is not there goes there with it', async () => {
    const offered = await stage.offer('brought')
    const { root } = offered
    for (const path of ['same.txt', 'theirs.txt']) writeFileSync(join(root, path), `${path}\n`)
    const session = await sessionIn(offered)
    put(session, 'same.txt', 'same.txt\n')
    put(session, 'mine.txt', 'mine\n')
    await bring(session)
    expect(session.workspace.list().map(({ path }) => path)).toEqual(['mine.txt', 'same.txt', 'theirs.txt'])
    expect(readdirSync(root).sort()).toEqual(['same.txt', 'theirs.txt'])
    // What is not kept of it is not taken for removed here.
    writeFileSync(join(root, 'later.txt'), 'later\n')
    await bring(session, false)
    expect(await run(session, 'ls')).toContain('later.txt\nmine.txt\nsame.txt\ntheirs.txt\n')
    expect(await here(session, 'later.txt')).toBe('later\n')
    // Changed here, removed here and changed there since: each goes its way, whichever look comes first.
    put(session, 'same.txt', 'newer\n')
    writeFileSync(join(root, 'theirs.txt'), 'theirs, newer\n')
    await bring(session)
    expect(readFileSync(join(root, 'same.txt'), 'utf8')).toBe('same.txt\n')
    expect(await run(session, 'cat same.txt')).toBe(
      '[changed in the directory since the last command, by somebody else: theirs.txt]\nnewer\n',
    )
    expect(await here(session, 'theirs.txt')).toBe('theirs, newer\n')
  })

  it('of many bytes go both ways in parts', async () => {
    const session = await sessionIn(await stage.offer('large'))
    put(session, 'in.txt', 'x'.repeat(700_000))
    expect(await run(session, 'wc -c < in.txt; head -c 600000 in.txt > out.txt')).toBe('700000\n')
    expect(session.workspace.stat('out.txt')?.size).toBe(600_000)
  })
})

describe.skipIf(!isHere)('a directory that is lost', () => {
  it('leaves an outcome that is unknown when it goes under a command, runs nothing while it is gone, and goes on when it is back', async () => {
    const offered = await stage.offer('lost')
    const session = await sessionIn(offered)
    put(session, 'kept.txt', 'kept\n')
    const running = run(session, 'touch begun; sleep 600').then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    await vi.waitFor(() => expect(readFileSync(join(offered.root, 'begun'), 'utf8')).toBe(''), { timeout: 20_000 })
    await offered.stop()
    expect(await running).toMatchObject({
      failure: {
        code: 'unavailable',
        message: expect.stringMatching(/^Outcome unknown: .*look at the directory/),
        detail: { outcome: 'unknown' },
      },
    })
    await expect(run(session, 'touch never')).rejects.toMatchObject({
      failure: { code: 'unavailable', message: expect.stringContaining('Nothing was run') },
    })
    await stage.offer('lost')
    expect(await run(session, 'ls')).toBe('begun\nkept.txt\n')
    expect(session.workspace.list().map(({ path }) => path)).toEqual(['begun', 'kept.txt'])
  })
})
