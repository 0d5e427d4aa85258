import type { Command } from '../../commands/command'
import { NotImplemented } from '../../commands/command'
import { runCommand, type Run } from '../../commands/run-command'
import { memoryFault } from '../../memory-fault'
import type { Process } from '../../processes/process'
import { Killed } from '../../signals'
import { Device, type OpenFile } from '../../streams/open-file'
import type { System } from '../../system'
import { textOf, bytesOf } from '../../text'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { resolvePath } from '../../tree/tree-node'
import { ShellError } from '../shell-error'
import { DEFAULT_PATH } from './executor'

/** Folders in which every command of the sandbox stands. */
const OWN_FOLDERS: ReadonlySet<string> = new Set(['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/sbin'])
const MAX_INTERPRETERS = 5

/** Where a name leads. */
export type Program =
  | { readonly type: 'command'; readonly command: Command; readonly path: string }
  | { readonly type: 'script'; readonly path: string }
  | { readonly type: 'fault'; readonly message: string; readonly code: number }

/** Where programs are looked for. */
export interface Search {
  readonly cwd: string
  readonly path: string | undefined
}

function commandAt(system: System, path: string): Command | undefined {
  const slash = path.lastIndexOf('/')
  const folder = path.slice(0, slash)
  return OWN_FOLDERS.has(folder) ? system.commands.get(path.slice(slash + 1)) : undefined
}

/** Finds a program as the system does; its path is what `type` tells. */
export function findProgram(system: System, name: string, search: Search): Program {
  if (name.includes('/')) return programAt(system, name, search)
  let denied: Program | undefined
  for (const folder of (search.path ?? DEFAULT_PATH).split(':')) {
    const path = `${folder === '' ? '.' : folder}/${name}`
    const found = programAt(system, path, search)
    if (found.type !== 'fault') return found
    if (found.code === 126 && !found.message.endsWith('Is a directory')) denied ??= found
  }
  return denied ?? { type: 'fault', message: `${name}: command not found`, code: 127 }
}

function programAt(system: System, name: string, search: Search): Program {
  const path = resolvePath(search.cwd, name)
  const command = commandAt(system, path)
  if (command !== undefined) return { type: 'command', command, path: name }
  const node = system.tree.find(path)
  if (node === undefined) return { type: 'fault', message: `${name}: No such file or directory`, code: 127 }
  if (node.type === 'folder') return { type: 'fault', message: `${name}: Is a directory`, code: 126 }
  if ((node.mode & 0o100) === 0) return { type: 'fault', message: `${name}: Permission denied`, code: 126 }
  return { type: 'script', path: name }
}

/** A program with its words, all interpreters resolved. */
interface Started {
  readonly command: Command
  readonly argv: readonly string[]
}

/** Follows `#!` lines until a command of the sandbox is found. @throws ShellError */
export function startOf(system: System, argv: readonly string[], search: Search): Started {
  let words = argv
  for (let i = 0; i < MAX_INTERPRETERS; i++) {
    const [name = '', ...args] = words
    const program = findProgram(system, name, search)
    if (program.type === 'fault') throw new ShellError(program.message, program.code)
    if (program.type === 'command') return { command: program.command, argv: words }
    words = [...interpreterOf(system, resolvePath(search.cwd, program.path)), program.path, ...args]
  }
  throw new ShellError(`${argv[0] ?? ''}: Too many levels of symbolic links`, 126)
}

/** The words of a `#!` line; bash where there is none. @throws ShellError for a file that is no script */
function interpreterOf(system: System, path: string): readonly string[] {
  const bytes = system.tree.readFile(path)
  const line = textOf(bytes.subarray(0, 256)).split('\n', 1)[0] ?? ''
  const match = /^#!\s*(\S+)\s*(.*?)\s*$/.exec(line)
  if (match?.[1] !== undefined) return match[2] === undefined || match[2] === '' ? [match[1]] : [match[1], match[2]]
  if (bytes.subarray(0, 80).includes(0)) throw new ShellError(`${path}: cannot execute binary file: Exec format error`, 126)
  return ['/bin/bash']
}

/** What a program is started with. */
export interface Start {
  readonly argv: readonly string[]
  readonly env: ReadonlyMap<string, string>
  readonly cwd: string
  readonly umask: number
  /** Name in messages; the first word when left out. */
  readonly path?: string | undefined
  /** What the program is told as its name, where that is another than the one it is found by. */
  readonly title?: string | undefined
}

/** Runs a program in a process that has its descriptors. @throws ShellError where there is none, Killed */
export async function runProgram(system: System, process: Process, start: Start): Promise<number> {
  const { command, argv } = startOf(system, start.argv, { cwd: start.cwd, path: start.path ?? start.env.get('PATH') })
  const [name = '', ...args] = argv
  // A script is told the path of its file, whatever the caller says.
  const told = argv === start.argv ? (start.title ?? name) : name
  return runCommand(command, {
    name: told,
    args,
    env: start.env,
    cwd: start.cwd,
    umask: start.umask,
    system,
    process,
    exec: execFrom(system),
  })
}

/** How a command starts others. */
function execFrom(system: System): Run['exec'] {
  return async (argv, how, from) => {
    const { stdin, stdout, stderr } = how
    const opened: OpenFile[] = []
    const files = new Map(from.process.files)
    const put = (descriptor: number, file: OpenFile): void => {
      opened.push(file)
      files.set(descriptor, file)
    }
    if (stdin !== undefined) {
      if ('retain' in stdin) files.set(0, stdin)
      else put(0, new Device({ read: (max) => stdin.read(max) }))
    }
    if (stdout !== undefined) put(1, new Device({ write: (bytes) => stdout.write(bytes) }))
    if (stderr !== undefined) put(2, new Device({ write: (bytes) => stderr.write(bytes) }))
    const words = how.isScript ? ['bash', '-c', ...argv] : argv
    const start: Start = { argv: words, env: how.env ?? from.env, cwd: how.cwd ?? from.cwd, umask: from.umask }
    const child = system.processes.spawn({
      parent: from.process,
      group: from.process.group,
      title: words.join(' '),
      files,
      body: (process) => told(from.name, process, () => runProgram(system, process, start)),
      onFault: faultTold,
    })
    for (const file of opened) file.release()
    const ended = (): void => child.deliver(how.signal?.reason instanceof Killed ? how.signal.reason.signal : 'TERM')
    how.signal?.addEventListener('abort', ended, { once: true })
    const exit = await child.ended()
    how.signal?.removeEventListener('abort', ended)
    return exit?.code ?? 1
  }
}

async function told(name: string, process: Process, run: () => Promise<number>): Promise<number> {
  try {
    return await run()
  } catch (thrown) {
    if (!(thrown instanceof ShellError)) throw thrown
    const message = thrown.message.replace(/: command not found$/, ': No such file or directory')
    await writeTo(process, 2, `${name}: ${message}\n`)
    return thrown.code
  }
}

/** Writes to a descriptor of a process; one that is closed takes nothing. */
export async function writeTo(process: Process, descriptor: number, text: string): Promise<void> {
  await process.files.get(descriptor)?.write(bytesOf(text), process)
}

/** Words for what broke inside of a process. A cut is no fault. */
export async function faultTold(thrown: unknown, process: Process): Promise<number> {
  if (thrown instanceof Killed) throw thrown
  const limit = limitTold(thrown)
  if (limit !== undefined) {
    await writeTo(process, 2, `bash: ${limit}\n`)
    return 254
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const isKnown = thrown instanceof NotImplemented || thrown instanceof ShellError
  await writeTo(
    process,
    2,
    isKnown ? `bash: ${message}\n` : `bash: ${process.title.split(' ', 1)[0] ?? ''}: the sandbox failed: ${message}\n`,
  )
  return isKnown ? 2 : 70
}

/** Words for what is more than the sandbox has, as far as it is that. */
function limitTold(thrown: unknown): string | undefined {
  if (thrown instanceof FsError && thrown.code === 'EAGAIN') return `fork: ${errnoText(thrown)}`
  if (!(thrown instanceof RangeError)) return undefined
  // The two faults of the language itself that any script can bring about; told apart by their words alone.
  if (/call stack|recursion/i.test(thrown.message)) return 'the command is nested deeper than this sandbox can follow'
  const memory = memoryFault(thrown)
  return memory === undefined ? undefined : `xrealloc: ${memory}`
}
