import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { watchMachinePorts } from './machine-ports'

/** Files as `@webcontainer/api` has them. */
export interface MachineTree {
  [name: string]: { directory: MachineTree } | { file: { contents: string | Uint8Array } } | { file: { symlink: string } }
}

/** A program as `@webcontainer/api` has it. */
export interface MachineProcess {
  readonly exit: Promise<number>
  readonly input: WritableStream<string>
  readonly output: ReadableStream<string>
  kill(): void
}

/** Is told that a program began or ceased to listen. */
export type MachinePorts = (port: number, type: 'open' | 'close', url: string) => void

/** A contract double of a booted WebContainer. */
export interface MachineContainer {
  readonly workdir: string
  readonly fs: { rm(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void> }
  mount(tree: MachineTree): Promise<void>
  export(path: string, options: { excludes?: string[] }): Promise<MachineTree>
  spawn(command: string, args: string[], options: { cwd?: string }): Promise<MachineProcess>
  on(event: 'port', listener: MachinePorts): () => void
  teardown(): void
  /** Resolves when nothing of it is left. */
  readonly gone: Promise<void>
}

/**
 * A **contract double** of WebContainers: what `@webcontainer/api` 1.6.4 says that a booted container does, done by a folder and the
 * programs of this machine. It isolates nothing and proves nothing about the real service. As there, a program has a terminal: its outputs
 * are one, lines end in two characters, and what is typed is shown.
 */
export async function machineContainer(): Promise<MachineContainer> {
  const workdir = await realpath(await mkdtemp(join(tmpdir(), 'tabwright-container-')))
  const running = new Set<() => void>()
  let leave = (): void => undefined
  const gone = new Promise<void>((resolve) => (leave = resolve))
  const ports = await watchMachinePorts()
  return {
    workdir,
    gone,
    fs: { rm: (path, options) => rm(join(workdir, path), options) },
    mount: (tree) => place(tree, workdir),
    export: (path, { excludes = [] }) => take(join(workdir, path), '', excludes),
    spawn: (command, args, { cwd = '.' }) => Promise.resolve(start({ command, args, cwd: join(workdir, cwd), env: ports.env }, running)),
    on: (_event, listener) => ports.watch(listener),
    teardown: () => {
      for (const kill of running) kill()
      ports.close()
      void rm(workdir, { recursive: true, force: true, maxRetries: 5 }).then(leave)
    },
  }
}

async function place(tree: MachineTree, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [name, node] of Object.entries(tree)) {
    const path = join(folder, name)
    if ('directory' in node) await place(node.directory, path)
    else {
      await mkdir(dirname(path), { recursive: true })
      await rm(path, { force: true })
      if ('symlink' in node.file) await symlink(node.file.symlink, path)
      else await writeFile(path, node.file.contents)
    }
  }
}

async function take(folder: string, below: string, excludes: readonly string[]): Promise<MachineTree> {
  const tree: MachineTree = {}
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const name = `${below}${entry.name}`
    const path = join(folder, entry.name)
    if (excludes.some((glob) => isBelow(name, glob))) continue
    if (entry.isDirectory()) tree[entry.name] = { directory: await take(path, `${name}/`, excludes) }
    else if (entry.isSymbolicLink()) tree[entry.name] = { file: { symlink: await readlink(path) } }
    else if (entry.isFile()) tree[entry.name] = { file: { contents: new Uint8Array(await readFile(path)) } }
  }
  return tree
}

/** Of globs the two forms that are used: `folder/**` and `**\/folder/**`. */
function isBelow(path: string, glob: string): boolean {
  const folder = glob.replace(/^\*\*\//, '').replace(/\/\*\*$/, '')
  if (!glob.endsWith('/**') || folder.includes('*')) throw new Error(`the double of WebContainers does not know ${glob}`)
  return path === folder || path.startsWith(`${folder}/`) || (glob.startsWith('**/') && `/${path}/`.includes(`/${folder}/`))
}

interface Started {
  readonly command: string
  readonly args: string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

function start({ command, args, cwd, env }: Started, running: Set<() => void>): MachineProcess {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  const kill = (): void => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
  }
  running.add(kill)
  const exit = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(kill)
      resolve(code ?? (signal === 'SIGKILL' ? 137 : 143))
    })
  })
  // Where nobody asks how it ended.
  exit.catch(() => undefined)
  let shown: ReadableStreamDefaultController<string>
  const output = new ReadableStream<string>({
    start: (controller) => void (shown = controller),
    pull: () => void [child.stdout, child.stderr].map((stream) => stream.resume()),
  })
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      shown.enqueue(bytes.toString('latin1').replaceAll('\n', '\r\n'))
      if ((shown.desiredSize ?? 0) <= 0) stream.pause()
    })
  const close = (): void => shown.close()
  exit.then(close, close)
  // Who types at a program that is over types into nothing.
  child.stdin.on('error', () => undefined)
  const input = new WritableStream<string>({
    write: (text) => {
      if (child.exitCode !== null || child.signalCode !== null) return
      shown.enqueue(text.replaceAll('\n', '\r\n'))
      child.stdin.write(text)
    },
  })
  return { exit, input, output, kill }
}
