import { exports as mapExports, imports as mapImports } from 'resolve.exports'
import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName, resolvePath } from '../../../shell/tree/tree-node'

/** Tried in this order, as Vite does. */
const EXTENSIONS = ['.mjs', '.js', '.mts', '.ts', '.jsx', '.tsx', '.json', '.cjs']

interface Manifest {
  readonly main?: unknown
  readonly module?: unknown
  readonly svelte?: unknown
  readonly browser?: unknown
  readonly exports?: unknown
  readonly imports?: unknown
}

interface Home {
  readonly root: string
  readonly manifest: Manifest
}

/** A file, or that a package wants nothing in its place in a browser. */
export type Found = { readonly type: 'file'; readonly path: string } | { readonly type: 'empty' }

/** How files are found. */
export interface Resolving {
  /** Another condition under which packages say what is meant for them. */
  readonly mode: 'development' | 'production'
  readonly root?: string
  readonly conditions?: readonly string[]
  /** Endings that are guessed; left out: Vite's. */
  readonly extensions?: readonly string[] | undefined
  /** Packages that are looked for from the root. */
  readonly dedupe?: readonly string[]
}

/** How a module asks for another. */
export type Asked = 'import' | 'require'

/** Finds files for specifiers as bundlers for browsers do: the browser's and the modules' entries of a package first, endings guessed. */
export class BundlePaths {
  readonly #tree: FileTree
  readonly #conditions: readonly string[]
  readonly #extensions: readonly string[]
  readonly #dedupe: ReadonlySet<string>
  readonly #root: string
  readonly #manifests = new Map<string, { readonly bytes: Uint8Array; readonly manifest: Manifest }>()

  constructor(tree: FileTree, { mode, root = '/', conditions = [], extensions = EXTENSIONS, dedupe = [] }: Resolving) {
    this.#tree = tree
    this.#conditions = [mode, 'module', 'svelte', ...conditions]
    this.#extensions = extensions
    this.#dedupe = new Set(dedupe)
    this.#root = root
  }

  /** Undefined where there is none. */
  resolve(specifier: string, folder: string, asked: Asked): Found | undefined {
    if (specifier.startsWith('#')) return file(this.#imported(specifier, folder, asked))
    if (!/^\.{0,2}\/|^\.{1,2}$/.test(specifier)) {
      const replaced = this.#replaced(this.#nearest(folder), specifier)
      if (replaced !== undefined) return replaced === false ? { type: 'empty' } : this.resolve(replaced, folder, asked)
      return this.#instead(this.#package(specifier, folder, asked))
    }
    return this.#instead(this.guess(resolvePath(folder, specifier)))
  }

  isFile(path: string): boolean {
    return this.#tree.find(path)?.type === 'file'
  }

  /** A file of this name, with an ending, or a folder's own. */
  guess(path: string): string | undefined {
    if (this.isFile(path)) return path
    const found = this.#extensions.map((extension) => path + extension).find((one) => this.isFile(one))
    if (found !== undefined) return found
    // TypeScript's own way: `./x.js` is said where `x.ts` is meant.
    const typed = /\.[cm]?jsx?$/.test(path) ? [path.replace(/js(x?)$/, 'ts$1'), path.replace(/jsx?$/, 'tsx')] : []
    const named = typed.find((one) => this.isFile(one))
    if (named !== undefined || this.#tree.find(path)?.type !== 'folder') return named
    const main = this.#manifest(path) && this.#main({ root: path, manifest: this.#manifest(path) ?? {} })
    return main ?? this.#extensions.map((extension) => `${path}/index${extension}`).find((one) => this.isFile(one))
  }

  /** Whether the package of a file is written for Svelte: its components are built with the project's own. */
  isSvelte(path: string): boolean {
    return this.#nearest(parentName(path))?.manifest.svelte !== undefined
  }

  #main({ root, manifest }: Home): string | undefined {
    for (const entry of [manifest.browser, manifest.module, manifest.main]) {
      const found = typeof entry === 'string' ? this.guess(resolvePath(root, entry)) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }

  /** What the package of a file gives a browser instead of it. */
  #instead(path: string | undefined): Found | undefined {
    if (path === undefined) return undefined
    const home = path.includes('/node_modules/') ? this.#nearest(parentName(path)) : undefined
    const replaced = home && this.#replaced(home, `.${path.slice(home.root.length)}`)
    if (replaced === false) return { type: 'empty' }
    return file(replaced === undefined || home === undefined ? path : (this.guess(resolvePath(home.root, replaced)) ?? path))
  }

  #replaced(home: Home | undefined, name: string): string | false | undefined {
    const map = home?.manifest.browser
    if (typeof map !== 'object' || map === null) return undefined
    const value: unknown = Reflect.get(map, name) ?? Reflect.get(map, name.replace(/\.[cm]?js$/, ''))
    return value === false || typeof value === 'string' ? value : undefined
  }

  #package(specifier: string, folder: string, asked: Asked): string | undefined {
    const parts = specifier.split('/')
    const name = parts.splice(0, specifier.startsWith('@') ? 2 : 1).join('/')
    const rest = parts.join('/')
    for (let at = this.#dedupe.has(name) ? this.#root : folder; ; at = parentName(at)) {
      const root = `${at === '/' ? '' : at}/node_modules/${name}`
      if (this.#tree.find(root)?.type === 'folder') return this.#inPackage({ root, manifest: this.#manifest(root) ?? {} }, rest, asked)
      if (at === '/') return undefined
    }
  }

  #inPackage(home: Home, rest: string, asked: Asked): string | undefined {
    if (home.manifest.exports !== undefined)
      return this.#mapped(() => mapExports({ ...home.manifest }, rest === '' ? '.' : `./${rest}`, this.#how(asked)), home)
    if (rest !== '') return this.guess(`${home.root}/${rest}`)
    return this.#main(home) ?? this.guess(`${home.root}/index`)
  }

  #imported(specifier: string, folder: string, asked: Asked): string | undefined {
    const home = this.#nearest(folder)
    return home?.manifest.imports === undefined
      ? undefined
      : this.#mapped(() => mapImports({ ...home.manifest }, specifier, this.#how(asked)), home)
  }

  #how(asked: Asked) {
    return { browser: true, require: asked === 'require', conditions: [...this.#conditions] }
  }

  /** The first target that is there. What a package does not export is not found. */
  #mapped(targets: () => readonly string[] | void, { root }: Home): string | undefined {
    let found: readonly string[]
    try {
      found = targets() ?? []
    } catch (thrown) {
      if (thrown instanceof Error) return undefined
      throw thrown
    }
    for (const target of found) {
      const path = target.startsWith('.') ? resolvePath(root, target) : this.#package(target, root, 'import')
      if (path !== undefined && this.isFile(path)) return path
    }
    return undefined
  }

  #nearest(folder: string): Home | undefined {
    for (let at = folder; ; at = parentName(at)) {
      const manifest = at.endsWith('/node_modules') ? undefined : this.#manifest(at)
      if (manifest !== undefined) return { root: at, manifest }
      if (at === '/') return undefined
    }
  }

  #manifest(folder: string): Manifest | undefined {
    const path = `${folder === '/' ? '' : folder}/package.json`
    const node = this.#tree.find(path)
    if (node?.type !== 'file') return undefined
    const known = this.#manifests.get(path)
    if (known?.bytes === node.bytes) return known.manifest
    const manifest = parsed(new TextDecoder().decode(node.bytes))
    this.#manifests.set(path, { bytes: node.bytes, manifest })
    return manifest
  }
}

const file = (path: string | undefined): Found | undefined => (path === undefined ? undefined : { type: 'file', path })

/** One that cannot be read says nothing; npm and Node are who complain of it. */
function parsed(text: string): Manifest {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return {}
    throw thrown
  }
}
