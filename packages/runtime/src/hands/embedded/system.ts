import { breather } from '../../shell/breath'
import type { Command } from '../../shell/commands/command'
import { dataCommands } from '../../shell/commands/data'
import { dateCommands } from '../../shell/commands/dates'
import { diffCommands } from '../../shell/commands/diff'
import { fileCommands } from '../../shell/commands/files'
import { findCommands } from '../../shell/commands/find'
import { searchCommands } from '../../shell/commands/search'
import { systemCommands } from '../../shell/commands/system'
import { netCommands } from '../../shell/commands/net'
import { archiveCommands } from '../../shell/commands/archive'
import { textCommands } from '../../shell/commands/text'
import { versionControlCommands } from '../../shell/commands/version-control'
import { shellCommands } from '../../shell/language/shell-command'
import { ProcessTable } from '../../shell/processes/process-table'
import { Killed } from '../../shell/signals'
import type { Net } from '../../shell/net'
import type { ShellClock, System } from '../../shell/system'
import { FileTree } from '../../shell/tree/file-tree'
import { COMMAND_FOLDERS } from './carry-over'
import { lackingWords } from './lacking'
import { nodeCommand } from './node-command'
import { npmCommand, npxCommand } from './npm/npm-command'
import { PortTable } from './ports/port-table'
import type { SpawnProcess } from './process-run'
import type { PackedProgram } from './messages'
import type { PackSource } from './pack-source'
import { runVite, viteCommand } from './bundler/vite-command'
import { pythonCommands } from './python/python-command'
import { ROOT } from './root'

export interface SystemOptions {
  readonly spawn: SpawnProcess
  /** Asked wherever something may run long. True: end it now. */
  isOver(): boolean
  /** Default: none. */
  readonly net?: Net
  /** Which programs listen. Default: a table of its own. */
  readonly ports?: PortTable
  /** Default: none. */
  readonly packs?: Readonly<Record<PackedProgram, PackSource>>
}

const CLOCK: ShellClock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer)
        reject(signal.reason instanceof Error ? signal.reason : new Killed('KILL'))
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', end)
        resolve()
      }, ms)
      if (signal.aborted) end()
      else signal.addEventListener('abort', end, { once: true })
    }),
}

/** A system whose commands may become others. */
export interface OwnSystem extends System {
  readonly commands: Map<string, Command>
}

/** What all shells of one kernel share. */
export function embeddedSystem({ spawn, isOver, net, ports = new PortTable(), packs }: SystemOptions): OwnSystem {
  const tree = new FileTree()
  for (const folder of [ROOT, '/tmp', '/home/user', '/dev']) tree.mkdir(folder, true)
  const commands = new Map<string, Command>()
  const system: OwnSystem = {
    tree,
    processes: new ProcessTable(),
    commands,
    clock: CLOCK,
    tick: () => {
      if (isOver()) throw new Killed('KILL')
    },
    breathe: breather(),
    ...(net && { net }),
    lacking: lackingWords,
    random: (bytes) => crypto.getRandomValues(bytes),
  }
  const vite = { source: packs?.bundler, ports }
  const all = [
    ...archiveCommands,
    ...textCommands,
    ...versionControlCommands,
    ...searchCommands,
    ...systemCommands,
    ...dataCommands,
    ...dateCommands,
    ...diffCommands,
    ...fileCommands,
    ...findCommands,
    ...netCommands,
    ...shellCommands,
    nodeCommand(spawn, ports, (call, args) => runVite(call, args, vite)),
    viteCommand(vite),
    npmCommand,
    npxCommand,
    ...pythonCommands(packs?.python, ports),
  ]
  for (const command of all) commands.set(command.name, command)
  return system
}

/** A folder that is there, is none of another name, and is made where it is not. False: it was not there. */
function placeFolder(tree: FileTree, folder: string): boolean {
  if (tree.find(folder)?.type === 'folder' && tree.realpath(folder) === folder) return true
  // A link in its place would put the files below elsewhere.
  tree.rm(folder, { recursive: true, force: true })
  tree.mkdir(folder, true)
  return false
}

/** Makes sure that there is a workspace to write to, whatever was done to its folder. Gives what is to be said. */
export function placeRoot({ tree }: System): string {
  return placeFolder(tree, ROOT) ? '' : `[${ROOT} was removed or moved away; it is there again, empty]\n`
}

/** Makes sure that every command is found as a file, whatever was done to the folders. */
export function placeCommands({ tree, commands }: System): void {
  for (const folder of ['/usr', ...COMMAND_FOLDERS]) placeFolder(tree, folder)
  for (const folder of COMMAND_FOLDERS) {
    const node = tree.find(folder)
    for (const name of commands.keys()) {
      // Asked of the folder itself, as this runs after every command line.
      if (node?.type === 'folder' && node.children.get(name)?.type === 'file') continue
      const path = `${folder}/${name}`
      tree.rm(path, { recursive: true, force: true })
      tree.writeFile(path, new Uint8Array(), 0o755)
    }
  }
}
