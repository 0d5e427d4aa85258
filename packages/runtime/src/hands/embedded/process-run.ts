import * as z from 'zod/mini'
import type { FileTree } from './file-tree'
import { fromProcess, type CarriedNode, type Program, type TestReport, type ToProcess } from './messages'
import type { TreeNode } from './tree-node'

/** A worker that runs one program, not started yet. */
export interface ProcessPort {
  post(message: ToProcess): void
  /** `fault` is called with what the platform says when the worker itself breaks. */
  listen(message: (data: unknown) => void, fault: (text: string) => void): void
  terminate(): void
}

export type SpawnProcess = () => ProcessPort

/** What a program is started with. */
export interface ProcessStart {
  readonly program: Program
  readonly argv: readonly string[]
  readonly execArgv?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly stdin: Uint8Array
  readonly preload?: readonly string[]
}

/** Where a program's doings go. */
export interface ProcessHost {
  readonly spawn: SpawnProcess
  readonly tree: FileTree
  readonly signal: AbortSignal
  output(stream: 'stdout' | 'stderr', bytes: Uint8Array): void
  report?(report: TestReport): void
}

/** Exit code of a program that was ended from outside, as a shell gives it for SIGKILL. */
export const KILLED = 137

/** The part of the tree that a program can see. Its own copy: what it writes comes home as operations, in order. */
function carriedNodes(tree: FileTree): CarriedNode[] {
  const nodes: CarriedNode[] = []
  const visit = (node: TreeNode, path: string): void => {
    if (node.type === 'link') nodes.push({ type: 'link', path, target: node.target })
    else if (node.type === 'file') {
      // A view would take the whole buffer behind it along.
      const bytes = node.bytes.byteLength === node.bytes.buffer.byteLength ? node.bytes : node.bytes.slice()
      if (node.write === undefined) nodes.push({ type: 'file', path, bytes, mode: node.mode, mtime: node.mtime })
    } else {
      if (path !== '') nodes.push({ type: 'folder', path })
      for (const [name, child] of node.children) if (!(path === '' && (name === 'bin' || name === 'usr'))) visit(child, `${path}/${name}`)
    }
  }
  visit(tree.root, '')
  return nodes
}

/** Runs a program to its end and gives its exit code. Its file changes are in the tree when this resolves. */
export function runProcess(start: ProcessStart, host: ProcessHost): Promise<number> {
  if (host.signal.aborted) return Promise.resolve(KILLED)
  const port = host.spawn()
  return new Promise((resolve) => {
    const end = (code: number): void => {
      host.signal.removeEventListener('abort', kill)
      port.terminate()
      resolve(code)
    }
    const kill = (): void => end(KILLED)
    const fault = (text: string): void => {
      host.output('stderr', new TextEncoder().encode(`node: the process broke: ${text}\n`))
      end(1)
    }
    host.signal.addEventListener('abort', kill, { once: true })
    port.listen((data) => {
      const parsed = z.safeParse(fromProcess, data)
      if (!parsed.success) return fault('it sent a message that is not in the table')
      const message = parsed.data
      if (message.type === 'op') host.tree.apply(message.op)
      else if (message.type === 'output') host.output(message.stream, message.bytes)
      else if (message.type === 'report') host.report?.(message.report)
      else end(message.code)
    }, fault)
    port.post({
      type: 'start',
      program: start.program,
      nodes: carriedNodes(host.tree),
      argv: [...start.argv],
      execArgv: [...(start.execArgv ?? [])],
      env: { ...start.env },
      cwd: start.cwd,
      stdin: start.stdin,
      preload: [...(start.preload ?? [])],
    })
  })
}
