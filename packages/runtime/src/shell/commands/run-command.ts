import { Killed } from '../signals'
import type { Process } from '../processes/process'
import type { OpenFile } from '../streams/open-file'
import { openPath } from '../streams/open-path'
import type { Input, Output } from '../streams/stream'
import { errnoText } from '../tree/errno-text'
import { FsError } from '../tree/fs-error'
import { resolvePath } from '../tree/tree-node'
import { bytesOf } from '../text'
import type { System } from '../system'
import { CommandError, type Call, type Command, type ExecOptions } from './command'
import { BadOption } from './options'

/** What a command is run with. */
export interface Run {
  readonly name: string
  readonly args: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  readonly umask: number
  readonly system: System
  /** Has the descriptors. */
  readonly process: Process
  /** How the shell that runs it starts programs. */
  exec(argv: readonly string[], how: ExecOptions, from: Call): Promise<number>
}

const CHUNK = 65_536

function inputOn(process: Process, find: () => OpenFile | undefined): Input {
  return {
    read: async (max = CHUNK) => {
      if (process.isStopped) await process.ready()
      const file = find()
      if (file === undefined) throw new FsError('EBADF', 'read')
      return file.read(max, process)
    },
    close: () => undefined,
  }
}

function outputOn(process: Process, find: () => OpenFile | undefined): Output {
  return {
    write: async (data) => {
      if (process.isStopped) await process.ready()
      const file = find()
      if (file === undefined) throw new FsError('EBADF', 'write')
      await file.write(typeof data === 'string' ? bytesOf(data) : data, process)
    },
    close: () => undefined,
  }
}

/** Held by the process until it closes or the process ends. */
function owned(file: OpenFile): { readonly find: () => OpenFile | undefined; readonly close: () => void } {
  let held: OpenFile | undefined = file
  return {
    find: () => held,
    close: () => {
      held?.release()
      held = undefined
    },
  }
}

class Running implements Call {
  readonly name: string
  readonly args: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  readonly umask: number
  readonly system: System
  readonly process: Process
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly #run: Run
  readonly #closers: (() => void)[] = []

  constructor(run: Run) {
    this.#run = run
    this.name = run.name
    this.args = run.args
    this.env = run.env
    this.cwd = run.cwd
    this.umask = run.umask
    this.system = run.system
    this.process = run.process
    this.stdin = inputOn(run.process, () => run.process.files.get(0))
    this.stdout = outputOn(run.process, () => run.process.files.get(1))
    this.stderr = outputOn(run.process, () => run.process.files.get(2))
  }

  at(path: string): string {
    const full = resolvePath(this.cwd, path)
    return path.endsWith('/') && full !== '/' ? `${full}/` : full
  }

  open(path: string): Input {
    if (path === '') throw new FsError('ENOENT', 'open', path)
    const { find, close } = this.#keep(openPath(this, this.at(path), { read: true }))
    return { ...inputOn(this.process, find), close }
  }

  create(path: string, how: { readonly append?: boolean } = {}): Output {
    if (path === '') throw new FsError('ENOENT', 'open', path)
    const flags = { write: true, create: 0o666 & ~this.umask, ...(how.append ? { append: true } : { truncate: true }) }
    const { find, close } = this.#keep(openPath(this, this.at(path), flags))
    return { ...outputOn(this.process, find), close }
  }

  file(descriptor: number): OpenFile | undefined {
    return this.process.files.get(descriptor)
  }

  exec(argv: readonly string[], how: ExecOptions = {}): Promise<number> {
    return this.#run.exec(argv, how, this)
  }

  tick(): void {
    this.process.signal.throwIfAborted()
    this.system.tick()
  }

  closeAll(): void {
    for (const close of this.#closers) close()
  }

  #keep(file: OpenFile): ReturnType<typeof owned> {
    const kept = owned(file)
    this.#closers.push(kept.close)
    return kept
  }
}

/** Runs a command in a process that has its descriptors, and words its failures as the real tools do. @throws Killed */
export async function runCommand(command: Command, run: Run): Promise<number> {
  const call = new Running(run)
  try {
    return await command.run(call)
  } catch (thrown) {
    const told = toldOf(call.name, thrown)
    if (told === undefined) throw thrown
    await call.stderr.write(told.text)
    return told.code
  } finally {
    call.closeAll()
  }
}

/** The words for a failure, or undefined for what is none of the command's doing. */
function toldOf(name: string, thrown: unknown): { readonly text: string; readonly code: number } | undefined {
  if (thrown instanceof Killed) return undefined
  if (thrown instanceof BadOption)
    return { text: `${name}: ${thrown.message}\nTry '${name} --help' for more information.\n`, code: thrown.code }
  if (thrown instanceof CommandError) return { text: `${name}: ${thrown.message}\n`, code: thrown.code }
  if (thrown instanceof FsError)
    return { text: `${name}: ${thrown.path === undefined ? '' : `${thrown.path}: `}${errnoText(thrown)}\n`, code: 1 }
  return undefined
}
