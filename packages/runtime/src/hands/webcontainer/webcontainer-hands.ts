import {
  fail,
  FailureError,
  failureOf,
  type Hands,
  type HandsPorts,
  type HandsResult,
  type Json,
  type LeaseId,
  type Run,
  type SessionId,
  type WorkspaceDraft,
} from '@tabwright/protocol'
import { OUTCOME_UNKNOWN } from '../../core/functions/functions'
import { embeddedHands } from '../embedded/embedded-hands'
import type { EmbeddedOptions } from '../embedded/embedded-options'
import type { AwayProgram, AwayRun, Elsewhere } from '../embedded/away/away-desk'
import { SHELL_TOOL } from '../embedded/shell-tool'
import { ContainerFiles } from './container-files'
import type { ContainerLink } from './container-link'
import { ContainerPorts } from './container-ports'
import { ContainerRuns } from './container-run'

/** Programs that run in the container. All others are the sandbox's own. */
export const CONTAINER_COMMANDS: readonly string[] = ['node', 'npm', 'npx', 'pnpm', 'yarn']
/** The sandbox's own stands in for one that cannot run there; here the real one can. */
const MISSING: readonly string[] = ['vite']

/** What this place is, for the model and the person. */
export const CONTAINER_CAPS = [
  'The sandbox of this tab, but node, npm, npx, pnpm and yarn are the real ones, in the WebContainers of StackBlitz in this tab: packages can be installed (npm install), frameworks and their dev servers run, and programs there have the network that StackBlitz gives them.',
  'bash, the GNU-like tools, git and python3 stay those of the sandbox: they reach the network only through the person.',
  'Both work on /workspace: what differs goes there when a program starts and what it changed is here when it ends. node_modules stays there: ls does not show it, programs of packages are run with npx. Programs call the workspace by another path, have no permission bits, and see nothing of /tmp here.',
  'A program is given its standard input whole, at its start, and up to 16 MiB.',
  'A program there that listens on a port is shown in the person’s preview, and is given the files as they are then. curl and python3 do not reach it: ask it with node -e and fetch, at http://localhost and its port.',
].join(' ')

interface Opened {
  readonly link: ContainerLink
  readonly files: ContainerFiles
  readonly runs: ContainerRuns
  readonly ports: ContainerPorts
}

interface WebcontainerOptions extends Omit<EmbeddedOptions, 'elsewhere'> {
  /** Boots the container of this page, or gives the one that runs. @throws FailureError in words for the person */
  openContainer(): Promise<ContainerLink>
}

/** Hands whose programs run in a WebContainer. */
export interface WebcontainerHands extends Hands {
  /** See `Place.bring`. */
  bring(lease: LeaseId, files: WorkspaceDraft, signal: AbortSignal): Promise<void>
  /** Of programs in the container. */
  readonly ports: HandsPorts
  /** Where programs of the container listen, they get the files as they are in `files`; nothing is taken from there. @throws FailureError */
  give(files: WorkspaceDraft): Promise<void>
}

/** The shell of the sandbox over programs of a WebContainer. */
class ContainerHands implements WebcontainerHands {
  readonly name = 'webcontainers'
  readonly tools = [SHELL_TOOL]
  readonly caps = CONTAINER_CAPS
  readonly ports: HandsPorts = {
    list: () => this.#opened?.link.ports ?? [],
    watch: (_lease, changed) => {
      const watcher = (): void => changed(this.#opened?.link.ports ?? [])
      this.#watchers.add(watcher)
      return () => void this.#watchers.delete(watcher)
    },
    request: async (_lease, request, signal) => {
      const { link, ports } = this.#opened ?? fail('offline', `Nothing listens on port ${request.port}: WebContainers does not run.`)
      if (!link.ports.includes(request.port)) fail('offline', `Nothing listens on port ${request.port} in WebContainers.`)
      return ports.request(request, signal)
    },
  }
  readonly #watchers = new Set<() => void>()
  readonly #shell: Hands
  readonly #options: WebcontainerOptions
  #opened: Opened | undefined
  #opening: Promise<Opened> | undefined

  constructor(options: WebcontainerOptions) {
    this.#options = options
    const elsewhere: Elsewhere = {
      commands: CONTAINER_COMMANDS,
      missing: MISSING,
      send: async (files) => {
        await (await this.#open()).files.send(files)
        return []
      },
      fetch: (files) => this.#fetch(files),
      start: (program) => this.#start(program),
    }
    this.#shell = embeddedHands({ ...options, elsewhere })
  }

  provision(session: SessionId, signal: AbortSignal): Promise<LeaseId> {
    return this.#shell.provision(session, signal)
  }

  execute(lease: LeaseId, name: string, input: Json, run: Run): Promise<HandsResult> {
    return this.#shell.execute(lease, name, input, run)
  }

  async bring(_lease: LeaseId, files: WorkspaceDraft, signal: AbortSignal): Promise<void> {
    const { files: there } = await this.#open()
    if (signal.aborted) fail('aborted', 'The command was not started.')
    await there.fetch(files)
  }

  async give(files: WorkspaceDraft): Promise<void> {
    const opened = this.#opened
    if (opened !== undefined && !opened.link.isLost && opened.link.ports.length > 0) await opened.files.send(files)
  }

  async release(lease: LeaseId): Promise<void> {
    await this.#shell.release(lease)
  }

  #open(): Promise<Opened> {
    if (this.#opened !== undefined && !this.#opened.link.isLost) return Promise.resolve(this.#opened)
    this.#opening ??= this.#options
      .openContainer()
      .then((link) => {
        link.watchPorts(() => {
          for (const watcher of this.#watchers) watcher()
        })
        return (this.#opened = {
          link,
          files: new ContainerFiles(link),
          runs: new ContainerRuns(link),
          ports: new ContainerPorts(link),
        })
      })
      .finally(() => (this.#opening = undefined))
    return this.#opening
  }

  /** Where the container was lost meanwhile there is nothing to fetch: the next command has a new one, with the files as they are here. */
  async #fetch(files: WorkspaceDraft): Promise<readonly string[]> {
    const opened = this.#opened
    if (opened === undefined) return []
    return opened.files.fetch(files).catch(unknown)
  }

  #start(program: AwayProgram): AwayRun {
    const opened = this.#opened ?? fail('unavailable', 'WebContainers is not there any more. Nothing was run.')
    const { ended, stop } = opened.runs.start(program)
    return { ended: ended.catch(unknown), stop }
  }
}

/** It was begun, and nobody is there to say how it ended. */
function unknown(thrown: unknown): never {
  throw new FailureError({
    code: 'unavailable',
    message: `Outcome unknown: WebContainers was lost while the command ran (${failureOf(thrown).message.replace(/\.$/, '')}). The workspace is as it was before it.`,
    detail: OUTCOME_UNKNOWN,
  })
}

/** Hands whose `node` and `npm` are the real ones: see `docs/design/hands.md`. */
export function webcontainerHands(options: WebcontainerOptions): WebcontainerHands {
  return new ContainerHands(options)
}
