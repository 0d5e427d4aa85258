import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Net } from '../../runtime/src/shell/net'
import type { Command } from '../../runtime/src/shell/commands/command'
import { runCommand, type Run } from '../../runtime/src/shell/commands/run-command'
import type { Process } from '../../runtime/src/shell/processes/process'
import { ProcessTable } from '../../runtime/src/shell/processes/process-table'
import { Device, type OpenFile } from '../../runtime/src/shell/streams/open-file'
import { bytesOf, joined, textOf } from '../../runtime/src/shell/text'
import { FileTree } from '../../runtime/src/shell/tree/file-tree'
import { parentName } from '../../runtime/src/shell/tree/tree-node'
import type { System } from '../../runtime/src/shell/system'
import { ON_DISK } from './disk-folder'

/** A command to try: its words, what it reads, and the files around it by path below its folder. */
export interface Trial {
  readonly argv: readonly string[]
  readonly stdin?: string
  readonly files?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** The network of ours; `loopbackNet()` reaches servers of the test. */
  readonly net?: Net
}

/** What came of it. Text may hold escaped bytes, see `shell/text.ts`. */
export interface Outcome {
  readonly out: string
  readonly err: string
  readonly code: number
}

const FOLDER = '/workspace'

/** A system of commands without a shell: children are found among `commands`. */
export function labSystem(commands: readonly Command[], tree = new FileTree(), net?: Net): System {
  for (const folder of [FOLDER, '/tmp', '/dev']) tree.mkdir(folder, true)
  return {
    tree,
    processes: new ProcessTable(),
    commands: new Map(commands.map((command) => [command.name, command])),
    clock: {
      now: () => Date.now(),
      steady: () => performance.now(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, ms)
          signal.addEventListener('abort', () => {
            clearTimeout(timer)
            reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
          })
        }),
    },
    tick: () => undefined,
    breathe: () => undefined,
    random: (bytes) => crypto.getRandomValues(bytes),
    ...(net && { net }),
  }
}

function source(bytes: Uint8Array): OpenFile {
  let at = 0
  return new Device({
    read: (max) => {
      const part = bytes.subarray(at, at + max)
      at += part.length
      return Promise.resolve(part.length === 0 ? undefined : part)
    },
  })
}

function collector(parts: Uint8Array[]): OpenFile {
  return new Device({
    write: (bytes) => {
      parts.push(bytes.slice())
      return Promise.resolve()
    },
  })
}

/** Runs one of our commands alone, in `/workspace`. */
export async function tryCommand(commands: readonly Command[], trial: Trial, tree = new FileTree()): Promise<Outcome> {
  const system = labSystem(commands, tree, trial.net)
  for (const [path, text] of Object.entries(trial.files ?? {})) {
    tree.mkdir(parentName(`${FOLDER}/${path}`), true)
    tree.writeFile(`${FOLDER}/${path}`, bytesOf(text))
  }
  const out: Uint8Array[] = []
  const err: Uint8Array[] = []
  const files = new Map([
    [0, source(bytesOf(trial.stdin ?? ''))],
    [1, collector(out)],
    [2, collector(err)],
  ])
  const env = new Map(Object.entries({ PATH: '/usr/bin:/bin', HOME: '/home/user', LANG: 'C.UTF-8', ...trial.env }))
  const exec: Run['exec'] = async (argv, how, from) => {
    const [name = '', ...args] = argv
    const command = system.commands.get(name)
    if (command === undefined) {
      await from.stderr.write(`${from.name}: ${name}: No such file or directory\n`)
      return 127
    }
    const inner = new Map(from.process.files)
    const { stdin, stdout, stderr } = how
    if (stdin !== undefined)
      inner.set(0, new Device({ read: (max) => ('retain' in stdin ? stdin.read(max, from.process) : stdin.read(max)) }))
    if (stdout !== undefined) inner.set(1, new Device({ write: (bytes) => stdout.write(bytes) }))
    if (stderr !== undefined) inner.set(2, new Device({ write: (bytes) => stderr.write(bytes) }))
    return start(command, { name, args, env: how.env ?? from.env, cwd: how.cwd ?? from.cwd, files: inner, parent: from.process })
  }
  const start = async (
    command: Command,
    what: Pick<Run, 'name' | 'args' | 'env' | 'cwd'> & { files: ReadonlyMap<number, OpenFile>; parent?: Process },
  ): Promise<number> => {
    const process = system.processes.spawn({
      parent: what.parent,
      title: what.name,
      files: what.files,
      body: (mine) => runCommand(command, { ...what, umask: 0o022, system, process: mine, exec }),
      onFault: (thrown) => Promise.reject(thrown instanceof Error ? thrown : new Error(String(thrown))),
    })
    return (await process.ended())?.code ?? -1
  }
  const [name = '', ...args] = trial.argv
  const command = system.commands.get(name)
  if (command === undefined) throw new Error(`${name} is not among the commands of this trial`)
  const code = await start(command, { name, args, env, cwd: FOLDER, files })
  return { out: textOf(joined(out)), err: textOf(joined(err)), code }
}

/** Runs the machine's own tool on the same. Its folder is told as `/workspace`. Undefined: not installed. */
export function realCommand(trial: Trial): Outcome | undefined {
  const folder = mkdtempSync(join(ON_DISK, 'real-'))
  try {
    for (const [path, text] of Object.entries(trial.files ?? {})) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), bytesOf(text))
    }
    const [name = '', ...args] = trial.argv
    const env = { PATH: process.env['PATH'] ?? '', HOME: '/home/user', LANG: 'C.UTF-8', ...trial.env }
    const run = spawnSync(name, args, { cwd: folder, input: bytesOf(trial.stdin ?? ''), env, timeout: 20_000 })
    if (run.error !== undefined && 'code' in run.error && run.error.code === 'ENOENT') return undefined
    const told = (bytes: Uint8Array): string => textOf(bytes).replaceAll(folder, FOLDER)
    return { out: told(run.stdout), err: told(run.stderr), code: run.status ?? -1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
