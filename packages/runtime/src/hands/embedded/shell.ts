import { Bash, getCommandNames, type Command } from 'just-bash/browser'
import { breather } from './breath'
import { ALIAS_PREFIX, COMMAND_FOLDERS, droppedNote, isTaken, ownFoldersFirst, PATH_NOTE } from './carry-over'
import { adjustedCommands } from './commands/adjusted'
import { diffCommands } from './commands/diff'
import { Endless, endlessCommands } from './commands/endless'
import { escapeCommands } from './commands/escapes'
import { lsCommand } from './commands/ls'
import { systemCommands } from './commands/system'
import { xargsCommand } from './commands/xargs'
import { FileTree } from './file-tree'
import { LIVE_ERR, LIVE_OUT, liveOutput, markLive } from './live-output'
import { nodeCommand, type CommandHost } from './node-command'
import { npmCommand } from './npm-command'
import type { SpawnProcess } from './process-run'
import { ROOT } from './root'
import { ShellFiles } from './shell-files'
import { parentName } from './tree-node'

/** Thrown through the interpreter to end a script that is over its time or was called off while it never let go. */
export class ShellCut extends Error {}

export interface ShellOptions {
  readonly spawn: SpawnProcess
  /** Asked at every command of a script. True: end it now. */
  isOver(): boolean
}

/** One command line to run. */
export interface ShellRun {
  readonly command: string
  /** Folder to run in; where the shell stands when left out. */
  readonly cwd?: string | undefined
  readonly signal: AbortSignal
  output(stream: 'stdout' | 'stderr', text: string): void
}

/** Names that belong to one run of the interpreter, not to the session. */
const FLEETING = new Set(['?', '_', 'SHELLOPTS', 'BASHOPTS', 'OPTIND', 'PIPESTATUS', 'LINENO'])

// The clock and the watchdog end a script, not a count: a loop over many files is no mistake.
const LIMITS = {
  maxCommandCount: 1e9,
  maxLoopIterations: 1e9,
  maxWorkUnits: 1e9,
  maxAwkIterations: 1e8,
  maxSedIterations: 1e8,
  maxJqIterations: 1e8,
  maxExecutionTimeMs: 700_000,
}

const EXPORTS = 'tabwright-exports'

/** The session's shell: bash's language on the file tree. Folder and variables carry over from one command line to the next. */
export class Shell {
  readonly tree = new FileTree()
  readonly #endless = new Endless()
  readonly #bash: Bash
  readonly #commands: ReadonlySet<string>
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() }
  #env: Record<string, string> = { HOME: '/home/user', USER: 'user', PATH: '/usr/bin:/bin', TERM: 'dumb', LANG: 'C.UTF-8', TMPDIR: '/tmp' }
  #exported: readonly string[] = Object.keys(this.#env)
  #cwd = ROOT
  #run: ShellRun | undefined

  constructor(options: ShellOptions) {
    for (const folder of [ROOT, '/tmp', '/home/user', '/dev']) this.tree.mkdir(folder, true)
    this.#devices()
    const host: CommandHost = {
      tree: this.tree,
      spawn: options.spawn,
      signal: () => this.#run?.signal ?? AbortSignal.abort(),
      live: (stream, bytes) => this.#live(stream, bytes),
    }
    const commands = [
      nodeCommand(host),
      npmCommand(host),
      lsCommand(this.tree),
      xargsCommand(this.tree),
      ...diffCommands(this.tree),
      ...endlessCommands([...systemCommands(this.tree), ...adjustedCommands(this.tree), ...escapeCommands()], this.tree, this.#endless),
      this.#exportsCommand(),
    ]
    this.#bash = new Bash({
      fs: new ShellFiles(this.tree, breather()),
      cwd: ROOT,
      env: this.#env,
      // The locked frame is the fence. Patching this worker's globals would only break the programs beside it.
      defenseInDepth: false,
      executionLimits: LIMITS,
      customCommands: commands,
      coverage: {
        hit: () => {
          if (options.isOver()) throw new ShellCut('cut')
        },
      },
    })
    this.#bash.registerTransformPlugin(
      liveOutput({ exported: () => this.#exported, last: EXPORTS, defined: (name, body) => this.#define(name, body) }),
    )
    this.#commands = new Set([...getCommandNames(), ...commands.map((command) => command.name)])
  }

  get cwd(): string {
    return this.#cwd
  }

  /** Runs one command line and gives its exit code. A cut or an abort ends it early; the caller knows which it was. */
  async run(run: ShellRun): Promise<number> {
    if (!this.#enter(run)) return 1
    this.#stubs()
    this.#run = run
    try {
      const result = await this.#bash.exec(markLive(run.command, 'outer'), {
        cwd: this.#cwd,
        env: { ...this.#env, PWD: this.#cwd },
        replaceEnv: true,
        rawScript: true,
        signal: run.signal,
      })
      // The library's own words for an end that the caller explains better.
      this.#end(result.stdout, run.signal.aborted ? result.stderr.replace('bash: execution aborted\n', '') : result.stderr)
      this.#stand(result.env['PWD'])
      this.#env = Object.fromEntries(Object.entries(result.env).filter(([name]) => !FLEETING.has(name) && /^[A-Za-z_]\w*$/.test(name)))
      return result.exitCode
    } catch (thrown) {
      this.#end('', '')
      if (thrown instanceof ShellCut || run.signal.aborted) return 124
      run.output('stderr', `bash: ${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
      return 2
    } finally {
      run.output('stderr', this.#forget())
      this.#run = undefined
    }
  }

  /** Goes to the folder that a command names, or stays. False: it is not there, and nothing may run. */
  #enter({ cwd, output }: ShellRun): boolean {
    // The agent may have removed the folder that the shell stood in.
    while (this.tree.find(this.#cwd)?.type !== 'folder') this.#cwd = parentName(this.#cwd)
    if (cwd === undefined) return true
    const why = this.#flawOf(cwd)
    if (why === undefined) {
      if (cwd !== this.#cwd) this.#env['OLDPWD'] = this.#cwd
      this.#cwd = cwd
    } else output('stderr', `bash: ${cwd}: ${why}; nothing was run\n`)
    return why === undefined
  }

  /** Links are followed, so that what is told as the shell's folder can be named as one. */
  #stand(folder: string | undefined): void {
    if (folder !== undefined) this.#cwd = this.tree.find(folder)?.type === 'folder' ? this.tree.realpath(folder) : folder
  }

  #isFolderItself(path: string): boolean {
    return this.tree.find(path)?.type === 'folder' && this.tree.realpath(path) === path
  }

  /** Why a command cannot run in a folder. A link would lead elsewhere than the approval said. */
  #flawOf(cwd: string): string | undefined {
    const node = this.tree.find(cwd)
    if (node === undefined) return 'this folder does not exist'
    if (node.type !== 'folder') return 'this is a file, not a folder'
    return this.#isFolderItself(cwd) ? undefined : `this is a link to ${this.tree.realpath(cwd)}, which has to be named itself`
  }

  /** Drops what would give a command another meaning in later command lines; tells what. */
  #forget(): string {
    const dropped: string[] = []
    const functions = this.#state('functions')
    for (const name of functions?.keys() ?? []) {
      if (typeof name !== 'string' || !isTaken(name, this.#commands)) continue
      functions?.delete(name)
      dropped.push(name)
    }
    for (const name of Object.keys(this.#env)) {
      const alias = name.startsWith(ALIAS_PREFIX) ? name.slice(ALIAS_PREFIX.length) : ''
      if (!isTaken(alias, this.#commands)) continue
      delete this.#env[name]
      dropped.push(alias)
    }
    // `hash -p` can say that a command is another file.
    this.#state('hashTable')?.clear()
    const path = this.#env['PATH'] ?? ''
    this.#env['PATH'] = ownFoldersFirst(path)
    return droppedNote(dropped) + (path === '' || path.startsWith(COMMAND_FOLDERS.join(':')) ? '' : PATH_NOTE)
  }

  /**
   * Makes a function known to later command lines and to substitutions, which the library starts without any.
   * Its state is private and its version is pinned; where that changes the contract's test on functions fails.
   */
  #define(name: string, body: unknown): void {
    this.#state('functions')?.set(name, body)
  }

  #state(name: 'functions' | 'hashTable'): Map<unknown, unknown> | undefined {
    const value: unknown = Reflect.get(Object(Reflect.get(this.#bash, 'state')), name)
    return value instanceof Map ? value : undefined
  }

  #live(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    const text = this.#decoders[stream].decode(bytes, { stream: true })
    if (text !== '') this.#run?.output(stream, text)
  }

  #end(stdout: string, stderr: string): void {
    this.#run?.output('stdout', this.#decoders.stdout.decode() + stdout)
    this.#run?.output('stderr', this.#decoders.stderr.decode() + stderr)
  }

  #devices(): void {
    const swallow = (): undefined => undefined
    this.tree.device('/dev/null', swallow)
    for (const path of ['/dev/zero', '/dev/urandom']) this.tree.device(path, swallow, () => this.#endless.device(path))
    this.tree.device(LIVE_OUT, (bytes) => this.#live('stdout', bytes))
    this.tree.device(LIVE_ERR, (bytes) => this.#live('stderr', bytes))
  }

  /** Last statement of every script: remembers what is exported, and leaves the exit code as it was. */
  #exportsCommand(): Command {
    return {
      name: EXPORTS,
      execute: (_argv, context) => {
        this.#exported = Object.keys(context.exportedEnv ?? {}).filter((name) => /^[A-Za-z_]\w*$/.test(name))
        return Promise.resolve({ stdout: '', stderr: '', exitCode: Number(context.env.get('?') ?? 0) })
      },
    }
  }

  /** The library looks commands up as files when the tree is not its own; one that was removed would be looked for elsewhere. */
  #stubs(): void {
    for (const folder of ['/usr', ...COMMAND_FOLDERS]) {
      // A link in their place would put the files below into the workspace.
      if (!this.#isFolderItself(folder)) this.tree.rm(folder, { recursive: true, force: true })
      this.tree.mkdir(folder, true)
    }
    for (const folder of COMMAND_FOLDERS)
      for (const name of this.#commands) {
        const path = `${folder}/${name}`
        if (this.tree.find(path)?.type === 'file') continue
        this.tree.rm(path, { recursive: true, force: true })
        this.tree.writeFile(path, new Uint8Array(), 0o755)
      }
  }
}
