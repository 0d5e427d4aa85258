import {
  type BlobHash,
  fail,
  FailureError,
  failureOf,
  FOLLOW_ANSWER,
  type FollowAnswer,
  type Hands,
  type HandsResult,
  isJsonObject,
  type Json,
  type LeaseId,
  type OfferedDirectory,
  leaseId,
  type Run,
  RUN_ANSWER,
  type SessionId,
  type WorkspaceDraft,
} from '@tabwright/protocol'
import { OUTCOME_UNKNOWN } from '../../core/functions/functions'
import { CappedOutput, MAX_WRITTEN } from '../embedded/output-cap'
import { parseShellInput, SHELL_TOOL, type ShellInput } from '../embedded/shell-tool'
import { ask, type CallDirectory, orStopped } from './directory'
import { DirectorySync, type Synced, TooMuchThere } from './directory-sync'

/** Most that goes to a screen while a command runs; the rest is in the result. */
const MAX_SHOWN = 8_000_000

interface RemoteHandsOptions {
  readonly directory: OfferedDirectory
  readonly call: CallDirectory
  /** Whether a content was ever one of this session's: then a file that holds it is older than what is here. */
  readonly knows: (hash: BlobHash) => Promise<boolean>
  /** Most bytes that are kept of one command's output. */
  readonly kept?: number
}

/** What this place is, for the model and the person. */
function capsOf({ name, isConfined }: OfferedDirectory): string {
  const where = isConfined
    ? `Bubblewrap confines each command: it sees only this directory and the machine's programs, has no network, and writes only there and in a /tmp of its own that ends with it.`
    : `NOTHING confines the commands: they run with all rights of the person who offers the directory, network included.`
  return [
    `A bash of the machine that offers the directory "${name}", with the real programs of that machine, in /workspace.`,
    where,
    `Files are kept in step: changes of the workspace go there before a command, and what a command changes comes back. Folders .git and node_modules, and what git ignores, stay there: commands see them, the file tools do not; .tabwright stays here.`,
    `Folder, variables, functions and options carry over between commands; background jobs end with their command.`,
  ].join(' ')
}

interface Lease {
  readonly session: SessionId
  readonly sync: DirectorySync
  /** The command before this one. */
  last: Promise<unknown>
  /** Ends what runs when the lease is given up. */
  readonly over: AbortController
}

/** Hands in a directory that others change too. */
export interface DirectoryHands extends Hands {
  /** See `Place.bring`. */
  bring(lease: LeaseId, files: WorkspaceDraft, signal: AbortSignal): Promise<void>
  /** See `Place.gitHooks`. */
  gitHooks(): readonly string[] | undefined
}

/** A directory of some machine as the place of a session. */
class RemoteHands implements DirectoryHands {
  readonly name = 'remote'
  readonly tools = [SHELL_TOOL]
  readonly caps: string
  readonly #options: RemoteHandsOptions
  readonly #leases = new Map<LeaseId, Lease>()

  constructor(options: RemoteHandsOptions) {
    this.#options = options
    this.caps = capsOf(options.directory)
  }

  provision(session: SessionId, signal: AbortSignal): Promise<LeaseId> {
    const id = leaseId(`remote:${session}`.slice(0, 128))
    if (signal.aborted) return Promise.reject(new FailureError({ code: 'aborted', message: 'The directory was not reached for.' }))
    if (!this.#leases.has(id)) {
      const { call, knows } = this.#options
      const sync = new DirectorySync({ session, call, knows })
      this.#leases.set(id, { session, sync, last: Promise.resolve(), over: new AbortController() })
    }
    return Promise.resolve(id)
  }

  async execute(id: LeaseId, name: string, input: Json, run: Run): Promise<HandsResult> {
    const lease = this.#leaseOf(id)
    if (name !== SHELL_TOOL.name) fail('bad_input', `The directory has no tool ${name}; it has ${SHELL_TOOL.name}.`)
    const shell = parseShellInput(input)
    return this.#behind(lease, run.signal, () => this.#run(lease, shell, run))
  }

  bring(id: LeaseId, files: WorkspaceDraft, signal: AbortSignal): Promise<void> {
    const lease = this.#leaseOf(id)
    const ends = AbortSignal.any([signal, lease.over.signal])
    return this.#behind(lease, ends, () => lease.sync.bring(files, ends).catch(notReached))
  }

  gitHooks(): readonly string[] | undefined {
    return [...this.#leases.values()].map(({ sync }) => sync.hooks).find((hooks) => hooks !== undefined)
  }

  /** One after the other. Who is stopped while it waits is out; the next one waits for what runs all the same. */
  #behind<T>(lease: Lease, signal: AbortSignal, does: () => Promise<T>): Promise<T> {
    const before = lease.last
    const mine = orStopped(before, signal).then(does)
    lease.last = Promise.allSettled([before, mine])
    return mine
  }

  #leaseOf(id: LeaseId): Lease {
    return this.#leases.get(id) ?? fail('not_found', `There is no place ${id}; it was released.`)
  }

  release(id: LeaseId): Promise<void> {
    this.#leases.get(id)?.over.abort()
    this.#leases.delete(id)
    return Promise.resolve()
  }

  async #run(lease: Lease, shell: ShellInput, run: Run): Promise<HandsResult> {
    if (run.signal.aborted) fail('aborted', 'The command was not started.')
    const { over, sync, session } = lease
    const out = new CappedOutput(this.#options.kept)
    let shown = 0
    const write = (stream: 'stdout' | 'stderr', text: string): void => {
      shown += text.length
      if (shown <= MAX_SHOWN) run.output(stream, text)
      out.push(text)
    }
    const tell = ({ notes }: Synced): void => {
      for (const note of limited(notes)) write('stderr', `${note}\n`)
    }
    const before = await sync
      .before(run.files, AbortSignal.any([run.signal, over.signal]))
      .catch(apart)
      .catch(notRun)
    tell(before)
    const { command, cwd, timeoutMs } = shell
    const data = { session, command, timeoutMs, ...(cwd !== undefined && { cwd }) }
    const started = await ask(this.#options.call, 'run', { data, answer: RUN_ANSWER }).catch(notStarted)
    if ('refused' in started) {
      write('stderr', `${started.refused}\n`)
      return { exitCode: 1, text: out.text(), cwd: started.cwd }
    }
    const end = await this.#follow(started.run, { signals: [run.signal, over.signal], write }).catch(unknown)
    for (const note of end.notes) write('stderr', `${note}\n`)
    if (end.cut === 'timeout')
      write('stderr', `\n[ended after ${timeoutMs / 1000} s, the limit of this command; timeout_ms can raise it]\n`)
    if (end.cut === 'stopped')
      write('stderr', end.flooded ? `\n[ended: it wrote more than ${MAX_WRITTEN / 1e6} million characters]\n` : '\n[stopped]\n')
    if (!before.isApart) tell(await sync.after(run.files, over.signal).catch(apart).catch(unknown))
    return { exitCode: end.exitCode, text: out.text(), cwd: end.cwd }
  }

  /** To its end; a stop is told to the command and its end is waited for. */
  async #follow(run: string, { signals, write }: Following): Promise<NonNullable<FollowAnswer['end']> & { readonly flooded: boolean }> {
    const { call } = this.#options
    let written = 0
    let isStopped = false
    const stop = (): void => {
      if (isStopped) return
      isStopped = true
      // Where it cannot be told, the next look at the command says why.
      call('stop', { run }).catch(() => undefined)
    }
    for (const signal of signals) {
      signal.addEventListener('abort', stop, { once: true })
      if (signal.aborted) stop()
    }
    try {
      for (;;) {
        const { pieces, end } = await ask(call, 'follow', { data: { run }, answer: FOLLOW_ANSWER })
        for (const [stream, text] of pieces) {
          written += text.length
          write(stream, text)
        }
        if (written > MAX_WRITTEN) stop()
        if (end !== undefined) return { ...end, flooded: written > MAX_WRITTEN }
      }
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', stop)
    }
  }
}

interface Following {
  readonly signals: readonly AbortSignal[]
  readonly write: (stream: 'stdout' | 'stderr', text: string) => void
}

/** Above the limit nothing is kept in step, and commands run all the same: one of them may remove what is too much. */
function apart(thrown: unknown): Synced {
  if (!(thrown instanceof TooMuchThere)) throw thrown
  const note = `[${thrown.message} Until then commands run there alone: what they change does not come to the workspace, and what changes here does not go there.]`
  return { notes: [note], isApart: true }
}

/** Files may have gone there; the command did not. */
const notRun = (thrown: unknown): never => away(thrown, 'Nothing was run')
const notReached = (thrown: unknown): never => away(thrown, 'Its files were not taken in')

function away(thrown: unknown, what: string): never {
  const failure = failureOf(thrown)
  if (failure.code !== 'unavailable' && failure.code !== 'not_found') throw thrown
  throw new FailureError({
    code: 'unavailable',
    message: `The directory cannot be reached: nobody offers it at the relay now as it was chosen. ${what}; start "tabwright hands" for it again, or choose another place for commands.`,
  })
}

/** Where it was gone before it said so, the command may have begun. */
function notStarted(thrown: unknown): never {
  const { detail } = failureOf(thrown)
  return isJsonObject(detail) && detail['outcome'] === OUTCOME_UNKNOWN.outcome ? unknown(thrown) : notRun(thrown)
}

/** It was begun, and nobody is there to say how it ended. */
function unknown(thrown: unknown): never {
  const { message } = failureOf(thrown)
  throw new FailureError({
    code: 'unavailable',
    message: `Outcome unknown: the directory was lost while the command ran (${message.replace(/\.$/, '')}). The workspace is as it was before it; look at the directory before you repeat it.`,
    detail: OUTCOME_UNKNOWN,
  })
}

const MOST_NOTES = 20

function limited(notes: readonly string[]): readonly string[] {
  return notes.length <= MOST_NOTES ? notes : [...notes.slice(0, MOST_NOTES), `[and ${notes.length - MOST_NOTES} more files left out]`]
}

/** Hands in a directory of some machine: see `docs/design/hands.md`. */
export function remoteHands(options: RemoteHandsOptions): DirectoryHands {
  return new RemoteHands(options)
}
