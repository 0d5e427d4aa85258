import { failureOf, MAX_CONTAINER_PORTS, TO_CONTAINER, type ContainerFile, type FromContainer, type ToContainer } from '@tabwright/protocol'
import type { FileSystemTree, WebContainer, WebContainerProcess } from '@webcontainer/api'

/** Of a booted container what a session needs. */
export type Container = Pick<WebContainer, 'teardown' | 'workdir'> & {
  export(path: string, options: { format: 'json'; excludes: string[] }): Promise<FileSystemTree>
  mount(tree: FileSystemTree): Promise<void>
  readonly fs: Pick<WebContainer['fs'], 'rm'>
  on(event: 'port', listener: (port: number, type: 'open' | 'close') => void): () => void
  spawn(
    command: string,
    args: string[],
    options: { cwd?: string },
  ): Promise<Pick<WebContainerProcess, 'exit' | 'input' | 'kill' | 'output'>>
}

interface Running {
  readonly process: Awaited<ReturnType<Container['spawn']>>
  readonly input: WritableStreamDefaultWriter<string>
  took: () => void
}

/** A container as a session has it, until it is another's. */
export interface ServedContainer {
  /** For the session's worker. */
  readonly port: MessagePort
  /** Ends what the session has running there, and tells it why. */
  end(why: string): void
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Does in a container what a session's worker asks for. */
export function serveContainer(container: Container): ServedContainer {
  const { port1, port2 } = new MessageChannel()
  const running = new Map<number, Running>()
  const tell = (message: FromContainer): void => port1.postMessage(message)
  const serve = async (message: ToContainer): Promise<void> => {
    if (message.type === 'write') {
      await write(container, message)
      tell({ type: 'done', id: message.id })
    } else if (message.type === 'read') {
      const tree = await container.export('.', { format: 'json', excludes: message.excludes })
      tell({ type: 'files', id: message.id, files: [...filesIn(tree, '')] })
    } else if (message.type === 'spawn') await run(message)
    else if (message.type === 'input') await running.get(message.id)?.input.write(message.text)
    else if (message.type === 'took') running.get(message.id)?.took()
    else running.get(message.id)?.process.kill()
  }
  const run = async ({ id, command, args, cwd }: Extract<ToContainer, { type: 'spawn' }>): Promise<void> => {
    const process = await container.spawn(command, args, { ...(cwd !== undefined && { cwd }) })
    const one: Running = { process, input: process.input.getWriter(), took: () => undefined }
    running.set(id, one)
    const shown = show(process.output, async (text) => {
      const taken = new Promise<void>((resolve) => (one.took = resolve))
      tell({ type: 'output', id, text })
      await taken
    })
    const code = await process.exit
    await shown
    running.delete(id)
    tell({ type: 'ended', id, code })
  }
  port1.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    const message = TO_CONTAINER.parse(data)
    serve(message).catch((thrown: unknown) => tell({ type: 'problem', id: message.id, message: failureOf(thrown).message }))
  })
  port1.start()
  const unwatch = watchPorts(container, (ports) => tell({ type: 'ports', ports }))
  return {
    port: port2,
    end: (why) => {
      unwatch()
      for (const { process, took } of running.values()) {
        process.kill()
        took()
      }
      tell({ type: 'gone', message: why })
      port1.close()
    },
  }
}

/** Where programs listen, ascending, whenever that changed. */
function watchPorts(container: Container, told: (ports: number[]) => void): () => void {
  const open = new Set<number>()
  return container.on('port', (port, type) => {
    const before = open.size
    if (type === 'close') open.delete(port)
    else if (open.size < MAX_CONTAINER_PORTS) open.add(port)
    if (open.size !== before) told([...open].toSorted((a, b) => a - b))
  })
}

/** All that a terminal shows, a piece at a time. */
async function show(output: ReadableStream<string>, take: (text: string) => Promise<void>): Promise<void> {
  const reader = output.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    await take(value)
  }
}

async function write(container: Container, { removed, files }: Extract<ToContainer, { type: 'write' }>): Promise<void> {
  // What is in a folder before the folder.
  for (const path of removed.toSorted((a, b) => b.length - a.length)) await container.fs.rm(path, { recursive: true, force: true })
  if (files.length > 0) await container.mount(treeOf(files))
}

type Folder = Map<string, Folder | ContainerFile>

function treeOf(files: readonly ContainerFile[]): FileSystemTree {
  const root: Folder = new Map()
  for (const file of files) {
    const names = file.path.split('/')
    const last = names.pop() ?? ''
    let folder = root
    for (const name of file.kind === 'folder' ? [...names, last] : names) {
      const found = folder.get(name)
      const next: Folder = found instanceof Map ? found : new Map()
      folder.set(name, next)
      folder = next
    }
    if (file.kind !== 'folder') folder.set(last, file)
  }
  return nodesOf(root)
}

function nodesOf(folder: Folder): FileSystemTree {
  // Without a prototype: `__proto__` is a name like any other.
  const tree: FileSystemTree = Object.create(null)
  for (const [name, node] of folder) {
    if (node instanceof Map) tree[name] = { directory: nodesOf(node) }
    else if (node.kind === 'symlink') tree[name] = { file: { symlink: new TextDecoder().decode(node.bytes) } }
    else tree[name] = { file: { contents: textOr(node.bytes) } }
  }
  return tree
}

/** As text where it is some: bytes go there one character each, twice as large. */
function textOr(bytes: Uint8Array): string | Uint8Array {
  try {
    return decoder.decode(bytes)
  } catch (thrown) {
    if (thrown instanceof TypeError) return bytes
    throw thrown
  }
}

function* filesIn(tree: FileSystemTree, below: string): Generator<ContainerFile> {
  for (const name of Object.keys(tree)) {
    const node = tree[name]
    const path = `${below}${name}`
    if (node === undefined) continue
    if ('directory' in node) {
      if (Object.keys(node.directory).length === 0) yield { path, kind: 'folder', bytes: new Uint8Array() }
      yield* filesIn(node.directory, `${path}/`)
    } else if ('symlink' in node.file) yield { path, kind: 'symlink', bytes: encoder.encode(node.file.symlink) }
    else {
      const { contents } = node.file
      yield { path, kind: 'file', bytes: typeof contents === 'string' ? encoder.encode(contents) : contents }
    }
  }
}
