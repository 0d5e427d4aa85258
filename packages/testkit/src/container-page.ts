import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MachineContainer, MachineProcess, MachineTree } from './machine-container'

/** What a page of `https://stackblitz.com` is answered with. */
export interface ContainerPage {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** Name of the function by which the page of the double reaches this machine. */
export const CONTAINER_CALL = 'tabwrightContainerCall'

/** As `@webcontainer/api` 1.6.4 sends trees. */
type WireTree = { d: { [name: string]: WireTree | { f: { c: string; b?: boolean } | { l: string } } } }

const SCRIPT = `
import { Comlink } from '/vendor.js'
const call = async (...words) => JSON.parse(await ${CONTAINER_CALL}(JSON.stringify(words)))
const encoder = new TextEncoder()
const follow = async (id, output) => {
  for (;;) {
    const { text, code } = await call('next', id)
    if (code !== undefined) { await output(null); return code }
    await output(encoder.encode(text))
  }
}
const followPorts = async (listener) => {
  for (;;) {
    const told = await call('port')
    if (told === null) return
    await listener(...told)
  }
}
const instance = (workdir) => ({
  fs: () => Comlink.proxy({ rm: (path, options) => call('rm', path, options ?? {}) }),
  previewScript: () => '',
  runtimeInfo: () => ({ path: '', cwd: workdir }),
  on: (event, listener) => {
    if (event === 'port') followPorts(listener)
    return Comlink.proxy(() => undefined)
  },
  loadFiles: (bytes) => call('mount', new TextDecoder().decode(bytes)),
  serialize: async (path, { excludes }) => encoder.encode(await call('export', path, excludes ?? [])),
  run: async ({ command, args, cwd }, _stdout, _stderr, output) => {
    const id = await call('spawn', command, args, cwd ?? '.')
    return Comlink.proxy({ onExit: follow(id, output), write: (text) => call('write', id, text), kill: () => call('kill', id), resize() {} })
  },
  teardown: () => call('teardown'),
})
const { port1, port2 } = new MessageChannel()
Comlink.expose({ build: async () => Comlink.proxy(instance(await call('boot'))) }, port1)
parent.postMessage({ type: 'init' }, '*', [port2])
`

const HEADERS = { 'cross-origin-embedder-policy': 'require-corp', 'cross-origin-resource-policy': 'cross-origin' }

/**
 * A **contract double** of the page that StackBlitz serves to its client: it says what `@webcontainer/api` 1.6.4 waits for, and nothing of
 * it is StackBlitz's. Undefined for an address that the client does not ask for.
 */
export async function containerPage(url: string): Promise<ContainerPage | undefined> {
  const { pathname } = new URL(url)
  if (pathname === '/headless')
    return {
      body: `<!doctype html><script type="module" src="/double.js"></script>`,
      headers: { ...HEADERS, 'content-type': 'text/html' },
    }
  const script = { ...HEADERS, 'content-type': 'text/javascript' }
  if (pathname === '/double.js') return { body: SCRIPT, headers: script }
  if (pathname !== '/vendor.js') return undefined
  // The words of its own comlink, which another version's does not understand.
  const vendor = join(import.meta.dirname, '../../../node_modules/@webcontainer/api/dist/vendor/index.js')
  return { body: await readFile(vendor, 'utf8'), headers: script }
}

/** What {@link CONTAINER_CALL} does on this machine. @param boot makes the container, again after a teardown */
export function containerCalls(boot: () => Promise<MachineContainer>): (text: string) => Promise<string> {
  const programs = new Map<number, Program>()
  let container: MachineContainer | undefined
  let ports = portsOf(undefined)
  const there = (): MachineContainer => container ?? lost('there is no container')
  const program = (id: unknown): Program => programs.get(Number(id)) ?? lost(`there is no program ${String(id)}`)
  const words: Readonly<Record<string, (...given: unknown[]) => Promise<unknown>>> = {
    boot: async () => {
      container = await boot()
      ports = portsOf(container)
      return container.workdir
    },
    port: () => ports.next(),
    teardown: async () => {
      ports.end()
      there().teardown()
    },
    rm: async (path, options) => there().fs.rm(String(path), Object(options)),
    mount: async (json) => there().mount(treeOf(JSON.parse(String(json)) as WireTree)),
    export: async (path, excludes) => JSON.stringify(wireOf(await there().export(String(path), { excludes: excludes as string[] }))),
    spawn: async (command, args, cwd) => {
      const id = programs.size + 1
      programs.set(id, programOf(await there().spawn(String(command), args as string[], { cwd: String(cwd) })))
      return id
    },
    next: (id) => program(id).next(),
    write: (id, text) => program(id).write(String(text)),
    kill: async (id) => program(id).kill(),
  }
  return async (text) => {
    const [word, ...given] = JSON.parse(text) as [string, ...unknown[]]
    const does = words[word] ?? lost(`there is no word ${word}`)
    return JSON.stringify((await does(...given)) ?? null)
  }
}

function lost(why: string): never {
  throw new Error(`the double of WebContainers: ${why}`)
}

/** What is told of ports, one after the other; `null` when the container is gone. */
function portsOf(container: MachineContainer | undefined): { next(): Promise<unknown>; end(): void } {
  const told: unknown[] = []
  let wake = (): void => undefined
  container?.on('port', (...words) => {
    told.push(words)
    wake()
  })
  const next = async (): Promise<unknown> => {
    while (told.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    return told.shift()
  }
  return {
    next,
    end: () => {
      told.push(null)
      wake()
    },
  }
}

interface Program {
  next(): Promise<{ readonly text: string } | { readonly code: number }>
  write(text: string): Promise<void>
  kill(): void
}

function programOf({ output, input, exit, kill }: MachineProcess): Program {
  const reader = output.getReader()
  const writer = input.getWriter()
  return {
    next: async () => {
      const { done, value } = await reader.read()
      return done ? { code: await exit } : { text: value }
    },
    write: (text) => writer.write(text),
    kill,
  }
}

function treeOf({ d }: WireTree): MachineTree {
  const tree: MachineTree = {}
  for (const [name, node] of Object.entries(d)) {
    if ('d' in node) tree[name] = { directory: treeOf(node) }
    else if ('l' in node.f) tree[name] = { file: { symlink: node.f.l } }
    else tree[name] = { file: { contents: new Uint8Array(Buffer.from(node.f.c, node.f.b === true ? 'latin1' : 'utf8')) } }
  }
  return tree
}

function wireOf(tree: MachineTree): WireTree {
  const d: WireTree['d'] = {}
  for (const [name, node] of Object.entries(tree)) {
    if ('directory' in node) d[name] = wireOf(node.directory)
    else if ('symlink' in node.file) d[name] = { f: { l: node.file.symlink } }
    else d[name] = { f: { c: Buffer.from(node.file.contents).toString('latin1'), b: true } }
  }
  return { d }
}
