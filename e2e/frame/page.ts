import { FailureError, sessionId, type Hands, type LeaseId, type Workspace } from '@tabwright/protocol'
import { openKernelFrame } from '../../packages/runtime/src/client/frame'
import { startWorker } from '../../packages/runtime/src/client/trusted-worker'
import { embeddedHands } from '../../packages/runtime/src/hands/embedded/embedded-hands'
import { openWorkspace } from '../../packages/runtime/src/workspace/workspace'

/** What became of a command line. */
export interface LabRan {
  /** Code of the failure that it threw; undefined: it gave a result. */
  readonly thrown?: string
  readonly text: string
  readonly exitCode: number
  readonly ms: number
  /** Longest stretch in which the page could do nothing. */
  readonly frozenMs: number
  /** From the stop until it was over. */
  readonly stoppedMs: number
}

/** How a command line is run. */
export interface LabHow {
  readonly timeoutMs?: number
  /** Stopped after so long. */
  readonly stopAfterMs?: number
}

interface Bench {
  readonly hands: Hands
  readonly lease: LeaseId
  readonly workspace: Workspace
}

/** Longest time between two turns of the page's loop. */
function watchPage(): () => number {
  let last = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last - 20)
    last = now
  }, 20)
  return () => {
    clearInterval(timer)
    return Math.max(longest, performance.now() - last)
  }
}

const text = async (path: string): Promise<string> => (await fetch(path)).text()

class FrameLab {
  readonly #benches = new Map<string, Bench>()

  /** The embedded hands of a session. @param kernel text of a kernel that is not ours */
  async open(name: string, kernel?: string): Promise<void> {
    const hands = embeddedHands({
      openFrame: () => openKernelFrame(document.body),
      bundles: async () => ({ kernel: kernel ?? (await text('/frame/kernel.js')), process: await text('/frame/process.js') }),
    })
    const lease = await hands.provision(sessionId(name), new AbortController().signal)
    const workspace = openWorkspace({ entries: [], now: () => Date.now(), loadBlob: () => Promise.reject(new Error('nothing is stored')) })
    this.#benches.set(name, { hands, lease, workspace })
  }

  async run(name: string, command: string, how: LabHow = {}): Promise<LabRan> {
    const bench = this.#benches.get(name)
    if (bench === undefined) throw new Error(`no bench ${name}`)
    const { hands, lease, workspace } = bench
    const files = workspace.draft()
    const controller = new AbortController()
    let stoppedAt = performance.now()
    if (how.stopAfterMs !== undefined)
      setTimeout(() => {
        stoppedAt = performance.now()
        controller.abort()
      }, how.stopAfterMs)
    const frozen = watchPage()
    const started = performance.now()
    const times = (): Pick<LabRan, 'ms' | 'frozenMs' | 'stoppedMs'> => {
      const now = performance.now()
      return { ms: now - started, frozenMs: frozen(), stoppedMs: now - stoppedAt }
    }
    try {
      const input = { command, ...(how.timeoutMs !== undefined && { timeoutMs: how.timeoutMs }) }
      const ran = await hands.execute(lease, 'shell', input, { signal: controller.signal, files, output: () => undefined })
      const took = times()
      workspace.adopt(files.delta())
      return { text: ran.text.slice(0, 4000) + ran.text.slice(4000).slice(-4000), exitCode: ran.exitCode, ...took }
    } catch (error) {
      if (!(error instanceof FailureError)) throw error
      return { thrown: error.failure.code, text: error.message, exitCode: -1, ...times() }
    }
  }

  /** Starts a worker as the agent's is started, and gives what it says first. */
  agentWorker(path: string, message: string): Promise<Readonly<Record<string, string>>> {
    const worker = startWorker(path, 'agent')
    return new Promise((resolve) => {
      worker.addEventListener('message', (event: MessageEvent<Readonly<Record<string, string>>>) => resolve(event.data))
      worker.postMessage(message)
    })
  }

  /** Runs a text as the kernel of a frame of its own and gives what it says on its port first. */
  async hostile(kernel: string): Promise<string> {
    const frame = await openKernelFrame(document.body)
    const channel = new MessageChannel()
    const said = new Promise<string>((resolve, reject) => {
      channel.port1.addEventListener('message', (event: MessageEvent<unknown>) => resolve(String(event.data)))
      frame.port.addEventListener('message', (event: MessageEvent<unknown>) => {
        const message = JSON.stringify(event.data)
        if (message.includes('broken')) reject(new Error(message))
      })
    })
    channel.port1.start()
    frame.port.start()
    frame.port.postMessage({ type: 'boot', kernel, process: '' }, [channel.port2])
    return said
  }
}

const lab = new FrameLab()

declare global {
  interface Window {
    frameLab: FrameLab
  }
}

window.frameLab = lab
