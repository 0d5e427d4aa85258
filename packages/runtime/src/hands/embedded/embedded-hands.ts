import {
  fail,
  FailureError,
  leaseId,
  type Hands,
  type HandsPorts,
  type HandsResult,
  type HandsTerminal,
  type HandsTerminals,
  type Json,
  type LeaseId,
  type OpenTerminal,
  type PortAnswer,
  type PortRequest,
  type Run,
  type SessionId,
} from '@tabwright/protocol'
import { FileSync } from './file-sync'
import type { EmbeddedOptions } from './embedded-options'
import { KernelLink, refuseAborted, type KernelDone } from './kernel-link'
import { MAX_INPUT } from './messages'
import { CappedOutput, MAX_WRITTEN } from './output-cap'
import { ROOT } from './root'
import { CAPS, parseShellInput, SHELL_TOOL, type ShellInput } from './shell-tool'

/** Most that goes to a screen while a command runs; the rest is in the result. */
const MAX_SHOWN = 8_000_000

interface Lease {
  readonly session: SessionId
  link: KernelLink | undefined
  /** One that is being opened: by a command or by a person, for both. */
  opening: Promise<KernelLink> | undefined
  /** Commands and syncs that run or wait. */
  pending: number
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
  readonly terminals: HandsTerminals = {
    open: (id, terminal, run) => this.#openTerminal(id, terminal, run),
    sync: (id, run) => this.#sync(this.#leaseOf(id), run),
  }
  readonly ports: HandsPorts = {
    list: (id) => this.#leases.get(id)?.link?.listening ?? [],
    watch: (id, changed) => this.#watchPorts(id, changed),
    request: (id, request, signal) => this.#request(id, request, signal),
  }
  readonly #options: EmbeddedOptions
  readonly #portWatchers = new Set<{ readonly lease: LeaseId; changed(ports: readonly number[]): void }>()
  readonly #leases = new Map<LeaseId, Lease>()

  constructor(options: EmbeddedOptions) {
    this.#options = options
  }

  provision(session: SessionId, signal: AbortSignal): Promise<LeaseId> {
    const id = leaseId(`embedded:${session}`.slice(0, 128))
    if (signal.aborted) return Promise.reject(new FailureError({ code: 'aborted', message: 'The sandbox was not started.' }))
    if (!this.#leases.has(id))
      this.#leases.set(id, {
        session,
        link: undefined,
        opening: undefined,
        pending: 0,
        sync: new FileSync(),
        last: Promise.resolve(),
        runs: 0,
        isReleased: false,
      })
    return Promise.resolve(id)
  }

  async execute(id: LeaseId, name: string, input: Json, run: Run): Promise<HandsResult> {
    const lease = this.#leaseOf(id)
    if (name !== SHELL_TOOL.name) fail('bad_input', `The embedded sandbox has no tool ${name}; it has ${SHELL_TOOL.name}.`)
    const call = parseShellInput(input)
    return inTurn(lease, () => this.#run(lease, call, run))
  }

  async #openTerminal(id: LeaseId, { ends, ...terminal }: OpenTerminal, run: Pick<Run, 'signal' | 'files'>): Promise<HandsTerminal> {
    const lease = this.#leaseOf(id)
    // A person need not wait for the agent's command, which has brought the files or will; where there is none, this brings them.
    const isFirst = lease.pending === 0 && (lease.link === undefined || lease.link.isLost)
    const link = await this.#linkOf(lease)
    if (isFirst) await this.#sync(lease, run)
    const n = ++lease.runs
    link.openTerminal({ id: n, ...terminal }, ends)
    return {
      input: (text) => {
        for (let at = 0; at < text.length; at += MAX_INPUT) link.typeInto(n, text.slice(at, at + MAX_INPUT))
      },
      resize: (now) => link.resizeTerminal(n, now),
      close: () => link.closeTerminal(n),
    }
  }

  #watchPorts(lease: LeaseId, changed: (ports: readonly number[]) => void): () => void {
    const watcher = { lease, changed }
    this.#portWatchers.add(watcher)
    return () => void this.#portWatchers.delete(watcher)
  }

  #request(id: LeaseId, request: PortRequest, signal: AbortSignal): Promise<PortAnswer> {
    const { link } = this.#leaseOf(id)
    if (link === undefined || link.isLost)
      return Promise.reject(
        new FailureError({ code: 'offline', message: `Nothing listens on port ${request.port}: the sandbox does not run.` }),
      )
    return link.request(request, signal)
  }

  #sync(lease: Lease, { signal, files }: Pick<Run, 'signal' | 'files'>): Promise<readonly string[]> {
    return inTurn(lease, async () => {
      refuseAborted(signal)
      const link = await this.#linkOf(lease)
      const changed = await lease.sync.outgoing(files)
      const done = await link.run({
        message: { type: 'sync', id: ++lease.runs, ...changed },
        signal,
        output: () => undefined,
        show: () => undefined,
        fetch: undefined,
      })
      return lease.sync.incoming(files, done)
    })
  }

  #leaseOf(id: LeaseId): Lease {
    return this.#leases.get(id) ?? fail('not_found', `There is no sandbox ${id}; it was released.`)
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
    const out = new CappedOutput(this.#options.kept)
    let shown = 0
    const write = (stream: 'stdout' | 'stderr', text: string): void => {
      shown += text.length
      if (shown <= MAX_SHOWN) run.output(stream, text)
      out.push(text)
    }
    const changed = await lease.sync.outgoing(run.files)
    const message = { type: 'run' as const, id: ++lease.runs, ...call, ...changed }
    try {
      const done = await link.run({
        message,
        signal: run.signal,
        output: write,
        show: (text) => run.output('stderr', text),
        fetch: run.fetch,
        away: { files: run.files, sync: lease.sync, note: (text) => write('stderr', text) },
      })
      const refused = lease.sync.incoming(run.files, done)
      await link.settle()
      for (const note of notes(done, call.timeoutMs, refused)) write('stderr', note)
      return { exitCode: done.exitCode, text: out.text(), cwd: done.cwd.slice(0, 4096) }
    } catch (thrown) {
      // A stop that took the sandbox along is an ended command, not a broken place: what it wrote is still worth reading.
      if (!(thrown instanceof FailureError) || thrown.failure.code !== 'aborted') throw thrown
      await link.settle()
      write('stderr', `\n[${thrown.message}]\n`)
      return { exitCode: 130, text: out.text(), cwd: ROOT }
    }
  }

  async #linkOf(lease: Lease): Promise<KernelLink> {
    const link = await this.#openLink(lease)
    const person = await this.#options.person?.()
    if (person !== undefined) link.tellPerson(person)
    return link
  }

  #openLink(lease: Lease): Promise<KernelLink> {
    if (lease.link !== undefined && !lease.link.isLost) return Promise.resolve(lease.link)
    lease.opening ??= this.#startLink(lease).finally(() => (lease.opening = undefined))
    return lease.opening
  }

  async #startLink(lease: Lease): Promise<KernelLink> {
    lease.sync = new FileSync()
    const link = await KernelLink.open(this.#options, lease.session)
    if (lease.isReleased) {
      link.close()
      fail('aborted', 'The sandbox was released while it started.')
    }
    const decoy = this.#options.decoy?.(lease.session)
    if (decoy !== undefined) link.plant(decoy)
    link.onPorts = () => {
      for (const watcher of this.#portWatchers) if (this.#leases.get(watcher.lease) === lease) watcher.changed(link.listening)
    }
    lease.link = link
    return link
  }
}

/** One after another, however the one before ends: one shell runs one command at a time. */
function inTurn<T>(lease: Lease, task: () => Promise<T>): Promise<T> {
  lease.pending += 1
  const mine = lease.last.then(task).finally(() => (lease.pending -= 1))
  lease.last = mine.then(
    () => undefined,
    () => undefined,
  )
  return mine
}

function notes(done: KernelDone, timeoutMs: number, refused: readonly string[]): string[] {
  const lines = refused.slice(0, 20).map((why) => `[left out of the workspace: ${why}]\n`)
  if (refused.length > 20) lines.push(`[and ${refused.length - 20} more files left out]\n`)
  if (done.cut === 'timeout') lines.push(`\n[ended after ${timeoutMs / 1000} s, the limit of this command; timeout_ms can raise it]\n`)
  if (done.cut === 'output') lines.push(`\n[ended: it wrote more than ${MAX_WRITTEN / 1e6} million characters]\n`)
  if (done.cut === 'cancelled') lines.push('\n[stopped]\n')
  return lines
}

/** The embedded hands: see `docs/design/hands.md`. */
export function embeddedHands(options: EmbeddedOptions): Hands & { readonly terminals: HandsTerminals; readonly ports: HandsPorts } {
  return new EmbeddedHands(options)
}
