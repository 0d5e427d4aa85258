import type { OnLoadArgs, OnLoadResult, OnResolveArgs, OnResolveResult, PartialMessage, Plugin } from 'esbuild-wasm'
import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName } from '../../../shell/tree/tree-node'
import type { BundlePaths } from './bundle-paths'
import { STYLE, type Component, type Components } from './components'
import { isAddress, loadFile } from './load-file'

export interface TreePluginOptions {
  readonly tree: FileTree
  readonly paths: BundlePaths
  readonly components: Components
  readonly root: string
  readonly publicDir: string | undefined
  /** What addresses of files in it begin with. */
  readonly base: string
  /** The way from a style sheet that was built to the page, where `base` is `./`. */
  readonly up: string
  readonly alias: readonly { readonly find: string | RegExp; readonly replacement: string }[]
  readonly isBuild: boolean
  /** Files that were read, as they were; a build begins with none. */
  readonly inputs: Map<string, Uint8Array>
  /** Takes packages out of the bundle: asked for each, told with its name. Left out: they are put in. */
  readonly apart?: (name: string, path: string) => boolean
}

/** Modules that are no file: what a page's inline script says. */
export type Virtual = ReadonlyMap<string, string>

const NODES_OWN =
  /^(?:node:)?(?:assert|buffer|child_process|crypto|events|fs|http|https|module|net|os|path|process|stream|tls|tty|url|util|vm|worker_threads|zlib)(?:\/\w+)?$/

/** Feeds esbuild from the files of the sandbox: it has no other. */
export function treePlugin(options: TreePluginOptions, virtual: Virtual = new Map()): Plugin {
  const reader = new TreeReader(options, virtual)
  return {
    name: 'tree',
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => reader.resolve(args))
      build.onLoad({ filter: /.*/, namespace: 'tree' }, (args) => reader.load(args))
      build.onLoad({ filter: /.*/, namespace: 'address' }, ({ path }) => ({
        contents: `export default ${JSON.stringify(options.base + path.slice(1))}`,
        loader: 'js',
      }))
      // The module knows where it is, the page that uses the address is somewhere else.
      build.onLoad({ filter: /.*/, namespace: 'asset' }, ({ path, suffix }) => ({
        contents: `import address from ${JSON.stringify(path + suffix)}\nexport default new URL(address, import.meta.url).href`,
        resolveDir: parentName(path),
        loader: 'js',
      }))
      build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {}', loader: 'js' }))
      build.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path }) => ({
        contents: `module.exports = globalThis.__tabwrightPackages[${JSON.stringify(path)}]()`,
        loader: 'js',
      }))
    },
  }
}

const isCode = ({ kind }: OnResolveArgs): boolean => kind === 'import-statement' || kind === 'dynamic-import' || kind === 'require-call'

class TreeReader {
  readonly #options: TreePluginOptions
  readonly #virtual: Virtual
  readonly #styles = new Map<string, Component['styles']>()

  constructor(options: TreePluginOptions, virtual: Virtual) {
    this.#options = options
    this.#virtual = virtual
  }

  resolve(args: OnResolveArgs): OnResolveResult {
    const { paths, publicDir, root, base } = this.#options
    if (args.kind === 'entry-point') return { path: args.path, namespace: 'tree' }
    if (/^(?:data:|https?:|\/\/|#)/.test(args.path) && !args.path.startsWith('#/')) return { path: args.path, external: true }
    if (args.path.includes(STYLE)) return { path: args.path, namespace: 'tree' }
    const [, bare = args.path, suffix = ''] = /^(.+?)(\?[^/]*)?$/s.exec(args.path) ?? []
    const name = this.#aliased(bare)
    // What lies in `public` is named by its address; code that imports it gets that as text.
    if (name.startsWith('/') && publicDir !== undefined && paths.isFile(publicDir + name))
      return isCode(args) ? { path: name, namespace: 'address' } : { path: this.#publicAddress(name), external: true }
    const isUrl = args.kind === 'url-token' || args.kind === 'import-rule'
    const asked = args.kind === 'require-call' || args.kind === 'require-resolve' ? 'require' : 'import'
    const isWhole = args.namespace === 'asset' && paths.isFile(name)
    const found =
      (isWhole ? ({ type: 'file', path: name } as const) : undefined) ??
      (isUrl && !name.startsWith('/') ? paths.resolve(`./${name}`, args.resolveDir, asked) : undefined) ??
      (name.startsWith('/') ? paths.resolve(root + name, args.resolveDir, asked) : undefined) ??
      paths.resolve(name, args.resolveDir, asked)
    if (found?.type === 'empty') return { path: name, namespace: 'empty' }
    if (found === undefined) return this.#missing(name, args)
    const { path } = found
    if (this.#isApart(name, path, args)) return { path: name, namespace: 'apart' }
    const isNamed = base === './' && isCode(args) && args.namespace !== 'asset' && isAddress(path, suffix)
    return { path, suffix, namespace: isNamed ? 'asset' : 'tree' }
  }

  /** As a style sheet names it: one that nobody knows the address of lies in the folder of what was built. */
  #publicAddress(name: string): string {
    const { base, up } = this.#options
    return base === './' ? up + name.slice(1) : base + name.slice(1)
  }

  load({ path, suffix }: OnLoadArgs): OnLoadResult {
    const own = this.#virtual.get(path)
    if (own !== undefined) return { contents: own, loader: 'tsx', resolveDir: this.#options.root }
    const [file = path, number] = path.split(STYLE)
    if (number !== undefined) {
      const style = this.#styles.get(file)?.[Number(number)]
      return { contents: style?.css ?? '', loader: style?.isModule === true ? 'local-css' : 'css', resolveDir: parentName(file) }
    }
    const { tree, inputs, isBuild } = this.#options
    const node = tree.find(path)
    if (node?.type !== 'file') return { errors: [{ text: `${path} is not there.` }] }
    inputs.set(path, node.bytes)
    const resolveDir = parentName(path)
    try {
      return { ...this.#loaded(path, node.bytes, suffix), resolveDir }
    } catch (thrown) {
      // Compilers of components throw what is wrong with them.
      return { errors: [problemOf(thrown, path, isBuild)] }
    }
  }

  #loaded(path: string, bytes: Uint8Array, suffix: string): OnLoadResult {
    const { isBuild, components } = this.#options
    const isPlain = suffix === '' && /\.vue$|\.svelte(?:\.[jt]s)?$/.test(path)
    if (!isPlain) return loadFile({ path, bytes, suffix, isBuild })
    const source = { path, text: new TextDecoder().decode(bytes), isBuild }
    if (/\.svelte\.[jt]s$/.test(path)) return components.svelteModule(source)
    const { result, styles } = path.endsWith('.vue') ? components.vue(source) : components.svelte(source)
    this.#styles.set(path, styles)
    return result
  }

  #aliased(name: string): string {
    for (const { find, replacement } of this.#options.alias) {
      if (typeof find !== 'string') {
        if (find.test(name)) return name.replace(find, replacement)
      } else if (name === find) return replacement
      else if (name.startsWith(find.endsWith('/') ? find : `${find}/`)) return replacement + name.slice(find.length)
    }
    return name
  }

  /** A package that page and packages share is built once, apart from what is edited. */
  #isApart(name: string, path: string, args: OnResolveArgs): boolean {
    const { apart, paths } = this.#options
    if (apart === undefined || !isCode(args) || /^[./#]/.test(name) || args.importer.includes('/node_modules/')) return false
    return (
      path.includes('/node_modules/') &&
      /\.[cm]?js$/.test(path) &&
      !(paths.isSvelte(path) && !/\/node_modules\/svelte\//.test(path)) &&
      apart(name, path)
    )
  }

  #missing(name: string, { importer }: OnResolveArgs): OnResolveResult {
    const isPackages = importer.includes('/node_modules/')
    if (NODES_OWN.test(name))
      return isPackages ? { path: name, namespace: 'empty' } : { errors: [{ text: `${name} is Node’s own and not in a browser.` }] }
    if (/^[./]/.test(name)) return { errors: [{ text: `There is no file ${name}.` }] }
    const packageName = name
      .split('/')
      .slice(0, name.startsWith('@') ? 2 : 1)
      .join('/')
    return { errors: [{ text: `The package ${name} is not there: is ${packageName} installed? (npm install ${packageName})` }] }
  }
}

const place = (thrown: unknown): { readonly line?: number; readonly column?: number } => {
  const at: unknown = Reflect.get(Object(thrown), 'start') ?? Reflect.get(Object(Reflect.get(Object(thrown), 'loc')), 'start')
  const [line, column]: unknown[] = [Reflect.get(Object(at), 'line'), Reflect.get(Object(at), 'column')]
  return { ...(typeof line === 'number' && { line }), ...(typeof column === 'number' && { column }) }
}

function problemOf(thrown: unknown, path: string, isBuild: boolean): PartialMessage {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return { text: isBuild ? text : text.slice(0, 4000), location: { file: path, ...place(thrown) } }
}
