import {
  fail,
  FailureError,
  leaseId,
  type Hands,
  type HandsResult,
  type Json,
  type LeaseId,
  type Run,
  type SessionId,
} from '@tabwright/protocol'
import { FileSync } from './file-sync'
import { KernelLink, refuseAborted, type EmbeddedOptions, type KernelDone } from './kernel-link'
import { CappedOutput } from './output-cap'
import { ROOT } from './root'
import { CAPS, parseShellInput, SHELL_TOOL, type ShellInput } from './shell-tool'

interface Lease {
  readonly session: SessionId
  link: KernelLink | undefined
  sync: FileSync
  /** The command before this one; one shell runs one at a time. */
  last: Promise<unknown>
  runs: number
  isReleased: boolean
}

/** The sandbox in the tab: a kernel in a locked frame a session, opened at the first command and again after it was lost. */
class EmbeddedHands implements Hands {
  readonly name = 'embedded'
  readonly tools = [SHELL_TOOL]
  readonly caps = CAPS
  readonly #options: EmbeddedOptions
  readonly #leases = new Map<LeaseId, Lease>()

  constructor(options: EmbeddedOptions) {
    this.#options = options
  }

  provision(session: SessionId, signal: AbortSignal): Promise<LeaseId> {
    const id = leaseId(`embedded:${session}`.slice(0, 128))
    if (signal.aborted) return Promise.reject(new FailureError({ code: 'aborted', message: 'The sandbox was not started.' }))
    if (!this.#leases.has(id))
      this.#leases.set(id, { session, link: undefined, sync: new FileSync(), last: Promise.resolve(), runs: 0, isReleased: false })
    return Promise.resolve(id)
  }

  async execute(id: LeaseId, name: string, input: Json, run: Run): Promise<HandsResult> {
    const lease = this.#leases.get(id) ?? fail('not_found', `There is no sandbox ${id}; it was released.`)
    if (name !== SHELL_TOOL.name) fail('bad_input', `The embedded sandbox has no tool ${name}; it has ${SHELL_TOOL.name}.`)
    const call = parseShellInput(input)
    const before = lease.last
    const mine = before.then(() => this.#run(lease, call, run))
    // The next command waits for this one however it ends.
    lease.last = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }

  release(id: LeaseId): Promise<void> {
    const lease = this.#leases.get(id)
    if (lease !== undefined) {
      lease.isReleased = true
      lease.link?.close()
      this.#leases.delete(id)
    }
    return Promise.resolve()
  }

  async #run(lease: Lease, call: ShellInput, run: Run): Promise<HandsResult> {
    refuseAborted(run.signal)
    const link = await this.#linkOf(lease)
    refuseAborted(run.signal)
    const out = new CappedOutput()
    const write = (stream: 'stdout' | 'stderr', text: string): void => {
      // A screen that gets more than is kept would show what nobody can look up.
      if (!out.isFull) run.output(stream, text)
      out.push(text)
    }
    const changed = await lease.sync.outgoing(run.files)
    const message = { type: 'run' as const, id: ++lease.runs, ...call, ...changed }
    try {
      const done = await link.run({ message, signal: run.signal, output: write })
      for (const note of notes(done, call.timeoutMs, lease.sync.incoming(run.files, done))) write('stderr', note)
      return { exitCode: done.exitCode, text: out.text(), cwd: done.cwd.slice(0, 4096) }
    } catch (thrown) {
      // A stop that took the sandbox along is an ended command, not a broken place: what it wrote is still worth reading.
      if (!(thrown instanceof FailureError) || thrown.failure.code !== 'aborted') throw thrown
      write('stderr', `\n[${thrown.message}]\n`)
      return { exitCode: 130, text: out.text(), cwd: ROOT }
    }
  }

  async #linkOf(lease: Lease): Promise<KernelLink> {
    if (lease.link !== undefined && !lease.link.isLost) return lease.link
    lease.sync = new FileSync()
    const link = await KernelLink.open(this.#options, lease.session)
    if (lease.isReleased) {
      link.close()
      fail('aborted', 'The sandbox was released while it started.')
    }
    lease.link = link
    return link
  }
}

function notes(done: KernelDone, timeoutMs: number, refused: readonly string[]): string[] {
  const lines = refused.slice(0, 20).map((why) => `[left out of the workspace: ${why}]\n`)
  if (refused.length > 20) lines.push(`[and ${refused.length - 20} more files left out]\n`)
  if (done.cut === 'timeout') lines.push(`\n[ended after ${timeoutMs / 1000} s, the limit of this command; timeout_ms can raise it]\n`)
  if (done.cut === 'cancelled') lines.push('\n[stopped]\n')
  return lines
}

/** The embedded hands: see `docs/design/hands.md`. */
export function embeddedHands(options: EmbeddedOptions): Hands {
  return new EmbeddedHands(options)
}
