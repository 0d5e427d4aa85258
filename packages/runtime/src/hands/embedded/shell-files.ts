import type { CpOptions, FileContent, FsStat, IFileSystem, MkdirOptions, RmOptions } from 'just-bash/browser'
import type { FileTree, NodeStat } from './file-tree'
import { FsError } from './fs-error'
import { resolvePath, type TreeNode } from './tree-node'

type Encoding = Parameters<IFileSystem['readFile']>[1]

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function nameOf(encoding: Encoding): string {
  return (typeof encoding === 'string' ? encoding : encoding?.encoding) ?? 'utf8'
}

/** One character a byte. In pieces, because arguments of a call are limited. */
export function latin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/** The bytes that a one-character-a-byte text stands for. */
export function fromLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i) & 255
  return bytes
}

/** Standard input of a command. The library's type for it is opaque; what it holds is one character a byte. */
export function stdinBytes(context: { readonly stdin: unknown }): Uint8Array {
  const raw = context.stdin
  return typeof raw === 'string' ? fromLatin1(raw) : new Uint8Array()
}

function toBytes(content: FileContent, encoding: Encoding): Uint8Array {
  if (typeof content !== 'string') return content.slice()
  const name = nameOf(encoding)
  if (name === 'binary' || name === 'latin1' || name === 'ascii') return fromLatin1(content)
  if (name === 'base64') return fromLatin1(atob(content))
  if (name === 'hex') return Uint8Array.from(content.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return encoder.encode(content)
}

function toText(bytes: Uint8Array, encoding: Encoding): string {
  const name = nameOf(encoding)
  if (name === 'binary' || name === 'latin1' || name === 'ascii') return latin1(bytes)
  if (name === 'base64') return btoa(latin1(bytes))
  if (name === 'hex') return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return decoder.decode(bytes)
}

function statOf(stat: NodeStat): FsStat {
  return {
    isFile: stat.type === 'file',
    isDirectory: stat.type === 'folder',
    isSymbolicLink: stat.type === 'link',
    mode: stat.mode,
    size: stat.size,
    mtime: new Date(stat.mtime),
    // Without an identity the library takes every two files for one and refuses to copy.
    dev: 1,
    ino: stat.ino,
  }
}

/** The shell's view of the tree. `breathe` is awaited by every operation, so that a busy script cannot starve the kernel's messages. */
export class ShellFiles implements IFileSystem {
  readonly #tree: FileTree
  readonly #breathe: () => Promise<void> | undefined

  constructor(tree: FileTree, breathe: () => Promise<void> | undefined) {
    this.#tree = tree
    this.#breathe = breathe
  }

  async readFile(path: string, encoding?: Encoding): Promise<string> {
    await this.#breathe()
    return toText(this.#tree.readFile(path), encoding)
  }

  async readFileBuffer(path: string): Promise<Uint8Array> {
    await this.#breathe()
    return this.#tree.readFile(path)
  }

  async writeFile(path: string, content: FileContent, encoding?: Encoding): Promise<void> {
    await this.#breathe()
    this.#tree.writeFile(path, toBytes(content, encoding))
  }

  async appendFile(path: string, content: FileContent, encoding?: Encoding): Promise<void> {
    await this.#breathe()
    this.#tree.appendFile(path, toBytes(content, encoding))
  }

  async exists(path: string): Promise<boolean> {
    await this.#breathe()
    return this.#tree.find(path) !== undefined
  }

  async stat(path: string): Promise<FsStat> {
    await this.#breathe()
    return statOf(this.#tree.stat(path))
  }

  async lstat(path: string): Promise<FsStat> {
    await this.#breathe()
    return statOf(this.#tree.lstat(path))
  }

  async mkdir(path: string, options?: MkdirOptions): Promise<void> {
    await this.#breathe()
    this.#tree.mkdir(path, options?.recursive ?? false)
  }

  async readdir(path: string): Promise<string[]> {
    await this.#breathe()
    return this.#tree.readdir(path).map(([name]) => name)
  }

  async readdirWithFileTypes(path: string): Promise<{ name: string; isFile: boolean; isDirectory: boolean; isSymbolicLink: boolean }[]> {
    await this.#breathe()
    return this.#tree.readdir(path).map(([name, { type }]) => ({
      name,
      isFile: type === 'file',
      isDirectory: type === 'folder',
      isSymbolicLink: type === 'link',
    }))
  }

  async rm(path: string, options?: RmOptions): Promise<void> {
    await this.#breathe()
    const found = this.#tree.find(path)
    if (found?.type === 'folder' && !options?.recursive && this.#tree.lstat(path).type === 'folder') return this.#tree.rmdir(path)
    this.#tree.rm(path, options)
  }

  async cp(from: string, to: string, options?: CpOptions): Promise<void> {
    await this.#breathe()
    const stat = this.#tree.stat(from)
    if (stat.type !== 'folder') return this.#tree.writeFile(to, this.#tree.readFile(from), stat.mode)
    if (!options?.recursive) throw new FsError('EISDIR', 'cp', from)
    this.#tree.mkdir(to, true)
    for (const [name, node] of this.#tree.readdir(from)) {
      if (node.type === 'link') this.#tree.symlink(node.target, `${to}/${name}`)
      else await this.cp(`${from}/${name}`, `${to}/${name}`, options)
    }
  }

  async mv(from: string, to: string): Promise<void> {
    await this.#breathe()
    this.#tree.rename(from, to)
  }

  resolvePath(base: string, path: string): string {
    return resolvePath(base, path)
  }

  getAllPaths(): string[] {
    const paths: string[] = []
    const visit = (node: TreeNode, path: string): void => {
      if (path !== '') paths.push(path)
      if (node.type === 'folder') for (const [name, child] of node.children) visit(child, `${path}/${name}`)
    }
    visit(this.#tree.root, '')
    return paths
  }

  async chmod(path: string, mode: number): Promise<void> {
    await this.#breathe()
    this.#tree.chmod(path, mode)
  }

  async symlink(target: string, path: string): Promise<void> {
    await this.#breathe()
    this.#tree.symlink(target, path)
  }

  async link(existing: string, path: string): Promise<void> {
    await this.#breathe()
    if (this.#tree.find(path) !== undefined) throw new FsError('EEXIST', 'link', [existing, path])
    // A copy: two names of one file would have to stay one through the workspace, which keeps paths only.
    this.#tree.writeFile(path, this.#tree.readFile(existing), this.#tree.stat(existing).mode)
  }

  async readlink(path: string): Promise<string> {
    await this.#breathe()
    return this.#tree.readlink(path)
  }

  async realpath(path: string): Promise<string> {
    await this.#breathe()
    return this.#tree.realpath(path)
  }

  async utimes(path: string, _atime: Date, mtime: Date): Promise<void> {
    await this.#breathe()
    this.#tree.utimes(path, mtime.getTime())
  }
}
