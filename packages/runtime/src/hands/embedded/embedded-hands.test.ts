import { sessionId, type Hands, type HandsResult, type LeaseId, type Workspace, type WorkspaceDraft } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { frameTexts } from '../../../../testkit/src/frame-bundles'
import { handsContract } from '../../../../testkit/src/hands-contract'
import { openThreadFrame } from '../../../../testkit/src/thread-frame'
import { openWorkspace } from '../../workspace/workspace'
import { embeddedHands } from './embedded-hands'
import { packed } from './packs'
import type { KernelFrame } from './embedded-options'
import type { FromKernel } from './messages'

const emptyWorkspace = (): Workspace =>
  openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) })

handsContract('embedded, in threads', () =>
  Promise.resolve({
    hands: embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts }),
    workspace: emptyWorkspace(),
  }),
)

type Answer = (message: { readonly type?: string; readonly id?: number }, post: (answer: unknown) => void) => void

/** A frame whose kernel says what a test wants it to say. */
function forgedFrame(answer: Answer): KernelFrame & { isClosed(): boolean } {
  const channel = new MessageChannel()
  let closed = false
  channel.port2.addEventListener('message', (event: MessageEvent<unknown>) => {
    // The page of the frame is not busy, whatever its kernel does.
    if ((event.data as { type?: string }).type === 'ping') channel.port2.postMessage({ type: 'alive' })
    const [kernel] = event.ports
    if (kernel === undefined) return
    kernel.addEventListener('message', (incoming: MessageEvent<{ type?: string; id?: number }>) =>
      answer(incoming.data, (message) => kernel.postMessage(message)),
    )
    kernel.start()
    kernel.postMessage({ type: 'ready' })
  })
  channel.port2.start()
  return {
    port: channel.port1,
    isClosed: () => closed,
    close() {
      closed = true
      channel.port2.close()
    },
  }
}

const done = (id: number, more: Partial<Extract<FromKernel, { type: 'done' }>> = {}): FromKernel => ({
  type: 'done',
  id,
  exitCode: 0,
  cwd: '/workspace',
  files: [],
  packs: [],
  removed: [],
  ...more,
})

async function handsOn(answers: readonly Answer[]): Promise<{ hands: Hands; lease: LeaseId; frames: ReturnType<typeof forgedFrame>[] }> {
  const frames: ReturnType<typeof forgedFrame>[] = []
  const hands = embeddedHands({
    openFrame: () => {
      const frame = forgedFrame(answers[frames.length] ?? (() => undefined))
      frames.push(frame)
      return Promise.resolve(frame)
    },
    bundles: () => Promise.resolve({ kernel: '', process: '' }),
  })
  return { hands, frames, lease: await hands.provision(sessionId('forged'), new AbortController().signal) }
}

const run = (hands: Hands, lease: LeaseId, files: WorkspaceDraft = emptyWorkspace().draft()): Promise<HandsResult> =>
  hands.execute(lease, 'shell', { command: 'x' }, { signal: new AbortController().signal, files, output: () => undefined })

it('is not ended by a stop that was meant for the command before', async () => {
  const frames: KernelFrame[] = []
  const hands = embeddedHands({
    openFrame: () => {
      const frame = openThreadFrame()
      frames.push(frame)
      return Promise.resolve(frame)
    },
    bundles: frameTexts,
  })
  const lease = await hands.provision(sessionId('late-stop'), new AbortController().signal)
  const ran = async (command: string, output: () => void): Promise<HandsResult> =>
    hands.execute(lease, 'shell', { command }, { signal: new AbortController().signal, files: emptyWorkspace().draft(), output })
  await ran('true', () => undefined)
  // The page in the frame hears of it when the next one runs.
  const late = (): void => frames[0]?.port.postMessage({ type: 'interrupt', id: 1 })
  expect(await ran('echo 1; sleep 0.2; echo 2', late)).toMatchObject({ exitCode: 0, text: '1\n2\n' })
  await hands.release(lease)
})

describe('a kernel after the old one was lost', () => {
  it('runs in the folder that the call names', async () => {
    const frames: KernelFrame[] = []
    const hands = embeddedHands({
      openFrame: () => {
        const frame = openThreadFrame()
        frames.push(frame)
        return Promise.resolve(frame)
      },
      bundles: frameTexts,
    })
    const lease = await hands.provision(sessionId('again'), new AbortController().signal)
    const files = emptyWorkspace().draft()
    files.write('src/a.txt', new TextEncoder().encode('a'))
    const shell = (input: { readonly command: string; readonly cwd?: string }): Promise<HandsResult> =>
      hands.execute(lease, 'shell', input, { signal: new AbortController().signal, files, output: () => undefined })
    await shell({ command: 'mkdir empty; cd src' })
    frames[0]?.close()
    await expect(shell({ command: 'pwd' })).rejects.toMatchObject({ failure: { code: 'sandbox_lost' } })
    expect(await shell({ command: 'pwd', cwd: '/workspace/src' })).toMatchObject({ text: '/workspace/src\n', cwd: '/workspace/src' })
    expect(frames).toHaveLength(2)
    expect(await shell({ command: 'ls', cwd: '/workspace/empty' })).toMatchObject({ exitCode: 0, text: '', cwd: '/workspace/empty' })
    // Better nothing than a command in another place.
    expect(await shell({ command: 'pwd', cwd: '/workspace/gone' })).toMatchObject({ exitCode: 1, cwd: '/workspace/empty' })
    await hands.release(lease)
  })
})

describe('a kernel that is not to be trusted', () => {
  it('is thrown away after 2 s of silence, says what was kept, and a new one takes the next command', async () => {
    const { hands, lease, frames } = await handsOn([
      () => undefined,
      (message, post) => message.type === 'run' && post(done(message.id ?? 0)),
    ])
    await expect(run(hands, lease)).rejects.toMatchObject({
      failure: {
        code: 'sandbox_lost',
        message: expect.stringMatching(/no sign of life for 2 s.*workspace is as the last finished command left it/),
      },
    })
    expect(frames[0]?.isClosed()).toBe(true)
    expect((await run(hands, lease)).exitCode).toBe(0)
    expect(frames).toHaveLength(2)
  })

  it('is not lost while it only says that it is alive', async () => {
    const { hands, lease } = await handsOn([
      (message, post) => {
        if (message.type === 'ping') post({ type: 'alive' })
        if (message.type === 'run') setTimeout(() => post(done(message.id ?? 0)), 3000)
      },
    ])
    expect((await run(hands, lease)).exitCode).toBe(0)
  })

  it('is thrown away for a message that is not in the table', async () => {
    const { hands, lease, frames } = await handsOn([
      (message, post) => message.type === 'run' && post({ type: 'done', id: message.id, exitCode: 'zero' }),
    ])
    await expect(run(hands, lease)).rejects.toMatchObject({ failure: { code: 'sandbox_lost' } })
    expect(frames[0]?.isClosed()).toBe(true)
  })

  it('[rule 77] cannot write outside of the workspace nor a file of more than 50 MB', async () => {
    const bytes = new TextEncoder().encode('x')
    const small = ['../evil', '/etc/passwd', 'a/../../b', 'ok.txt'].map((path) => ({
      file: { path, mode: 'file' as const, mtime: 1 },
      bytes,
    }))
    const big = { file: { path: 'big.bin', mode: 'file' as const, mtime: 1 }, bytes: new Uint8Array(50_000_001) }
    const { files, packs } = packed([...small, big])
    const beyond = { path: 'beyond', mode: 'file' as const, mtime: 1, pack: 0, at: 0, size: 60_000_000 }
    const { hands, lease } = await handsOn([
      (message, post) => message.type === 'run' && post(done(message.id ?? 0, { files: [...files, beyond], packs, removed: ['../../x'] })),
    ])
    const draft = emptyWorkspace().draft()
    const ran = await run(hands, lease, draft)
    expect(draft.list().map((entry) => entry.path)).toEqual(['ok.txt'])
    for (const named of ['../evil', '/etc/passwd', 'a/../../b', 'big.bin', 'beyond', '../../x']) expect(ran.text).toContain(named)
  })

  it('[O45] finds nothing of the machine behind any spelling of a path, and what a link leads to stays in the sandbox', async () => {
    const hands = embeddedHands({ openFrame: () => Promise.resolve(openThreadFrame()), bundles: frameTexts })
    const lease = await hands.provision(sessionId('paths'), new AbortController().signal)
    const workspace = emptyWorkspace()
    const files = workspace.draft()
    const run = async (command: string): Promise<string> => {
      const signal = new AbortController().signal
      return (await hands.execute(lease, 'shell', { command, timeoutMs: 20_000 }, { signal, files, output: () => undefined })).text
    }
    const here = import.meta.filename
    for (const path of [
      '/etc/passwd',
      '../../../../etc/passwd',
      '/proc/self/environ',
      '/proc/1/root/etc/passwd',
      here,
      'C:/Windows',
      '//etc/passwd',
      '/WORKSPACE/../etc/passwd',
    ])
      expect(await run(`cat '${path}'`)).toMatch(/^cat: .*: No such file or directory\n$/)
    expect(
      await run(
        'node -e \'console.log(require("fs").existsSync("/etc/passwd"), require("fs").existsSync(process.argv[1]))\' /proc/version',
      ),
    ).toBe('false false\n')
    // Links, folders behind links and hard links: written through them, nothing comes out of the workspace.
    await run(
      'mkdir -p /tmp/out; ln -s /tmp/out linked; echo x > linked/new; ln -s /tmp/out/new single; echo y > single; echo z > /tmp/own; ln /tmp/own hard; ln -s ../../.. up',
    )
    expect(await run('cat linked/new; ls /tmp/out; cat hard')).toBe('y\nnew\nz\n')
    expect(
      files
        .delta()
        .map(({ path }) => path)
        .toSorted(),
    ).toEqual(['hard', 'linked', 'single', 'up'])
    expect(await run('echo a > Name; echo b > name; cat Name name')).toBe('a\nb\n')
    expect(await run("printf 'nul' > $'a\\0b'; ls a")).toBe('a\n')
    await hands.release(lease)
  })

  it('gives the same lease for the same session and starts no frame before the first command', async () => {
    const { hands, lease, frames } = await handsOn([])
    expect(await hands.provision(sessionId('forged'), new AbortController().signal)).toBe(lease)
    expect(frames).toHaveLength(0)
    await hands.release(lease)
    await expect(run(hands, lease)).rejects.toMatchObject({ failure: { code: 'not_found' } })
  })
})
