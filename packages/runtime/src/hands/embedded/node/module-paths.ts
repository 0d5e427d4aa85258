import { exports as mapExports, imports as mapImports } from 'resolve.exports'
import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName, resolvePath } from '../../../shell/tree/tree-node'

/** A failed resolution, worded and coded as Node does. */
export class ResolveError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

interface Manifest {
  readonly name?: string
  readonly main?: string
  readonly type?: string
  readonly exports?: unknown
  readonly imports?: unknown
}

export type ModuleKind = 'import' | 'require'

const EXTENSIONS = ['.js', '.json', '.node', '.cjs', '.mjs', '.ts', '.cts', '.mts']

/** Finds files for specifiers, by Node's two sets of rules. */
export class ModulePaths {
  readonly #tree: FileTree
  readonly #manifests = new Map<string, { readonly bytes: Uint8Array; readonly manifest: Manifest }>()

  constructor(tree: FileTree) {
    this.#tree = tree
  }

  /** @throws ResolveError */
  resolve(specifier: string, from: string, kind: ModuleKind): string {
    const folder = parentName(from)
    const found = this.#find(specifier, folder, kind)
    if (found !== undefined) return this.#tree.realpath(found)
    if (kind === 'require') {
      const error = new ResolveError('MODULE_NOT_FOUND', `Cannot find module '${specifier}'\nRequire stack:\n- ${from}`)
      throw Object.assign(error, { requireStack: [from] })
    }
    if (!isPath(specifier))
      throw new ResolveError('ERR_MODULE_NOT_FOUND', `Cannot find package '${specifier.split('/')[0] ?? specifier}' imported from ${from}`)
    const path = resolvePath(folder, stripFileUrl(specifier))
    if (this.#tree.find(path)?.type === 'folder')
      throw new ResolveError(
        'ERR_UNSUPPORTED_DIR_IMPORT',
        `Directory import '${path}' is not supported resolving ES modules imported from ${from}`,
      )
    throw new ResolveError('ERR_MODULE_NOT_FOUND', `Cannot find module '${path}' imported from ${from}`)
  }

  /** `module` where the nearest package.json says so. */
  typeOf(path: string): 'module' | 'commonjs' | undefined {
    const type = this.#nearest(parentName(path))?.manifest.type
    return type === 'module' || type === 'commonjs' ? type : undefined
  }

  #find(specifier: string, folder: string, kind: ModuleKind): string | undefined {
    if (specifier.startsWith('#')) return this.#imported(specifier, folder, kind)
    if (!isPath(specifier)) return this.#package(specifier, folder, kind)
    const path = resolvePath(folder, stripFileUrl(specifier))
    // An import names the file exactly; only `require` guesses.
    if (kind === 'import') return this.#isFile(path) ? path : undefined
    return this.#guess(path, specifier.endsWith('/'))
  }

  #guess(path: string, asFolder = false): string | undefined {
    if (!asFolder) {
      if (this.#isFile(path)) return path
      for (const extension of EXTENSIONS) if (this.#isFile(path + extension)) return path + extension
    }
    const main = this.#manifest(path)?.main
    if (main !== undefined) {
      const target = resolvePath(path, main)
      const found = this.#isFile(target) ? target : (this.#tryExtensions(target) ?? this.#tryExtensions(`${target}/index`))
      if (found !== undefined) return found
    }
    return this.#tryExtensions(`${path}/index`)
  }

  #tryExtensions(path: string): string | undefined {
    for (const extension of EXTENSIONS) if (this.#isFile(path + extension)) return path + extension
    return undefined
  }

  #package(specifier: string, folder: string, kind: ModuleKind): string | undefined {
    const parts = specifier.split('/')
    const name = parts.splice(0, specifier.startsWith('@') ? 2 : 1).join('/')
    const rest = parts.join('/')
    const own = this.#nearest(folder)
    if (own?.manifest.name === name && own.manifest.exports !== undefined) return this.#mapped(own, rest, kind)
    for (let at = folder; ; at = parentName(at)) {
      const root = `${at === '/' ? '' : at}/node_modules/${name}`
      if (this.#tree.find(root)?.type === 'folder') {
        const manifest = this.#manifest(root) ?? {}
        if (manifest.exports !== undefined) return this.#mapped({ root, manifest }, rest, kind)
        if (rest === '') return this.#guess(root, true)
        return kind === 'require' ? this.#guess(`${root}/${rest}`) : this.#isFile(`${root}/${rest}`) ? `${root}/${rest}` : undefined
      }
      if (at === '/') return undefined
    }
  }

  #mapped(home: { readonly root: string; readonly manifest: Manifest }, rest: string, kind: ModuleKind): string | undefined {
    const entry = rest === '' ? '.' : `./${rest}`
    try {
      const [target] = mapExports({ ...home.manifest }, entry, { conditions: ['node', kind], unsafe: true }) ?? []
      return target === undefined ? undefined : resolvePath(home.root, target)
    } catch (thrown) {
      const why = rest === '' ? 'No "exports" main defined' : `Package subpath './${rest}' is not defined by "exports"`
      throw Object.assign(new ResolveError('ERR_PACKAGE_PATH_NOT_EXPORTED', `${why} in ${home.root}/package.json`), { cause: thrown })
    }
  }

  #imported(specifier: string, folder: string, kind: ModuleKind): string | undefined {
    const home = this.#nearest(folder)
    if (home?.manifest.imports === undefined) return undefined
    const [target] = this.#importTarget(home, specifier, kind) ?? []
    if (target === undefined) return undefined
    return target.startsWith('.') ? resolvePath(home.root, target) : this.#package(target, home.root, kind)
  }

  #importTarget(home: { readonly root: string; readonly manifest: Manifest }, specifier: string, kind: ModuleKind) {
    try {
      return mapImports({ ...home.manifest }, specifier, { conditions: ['node', kind], unsafe: true })
    } catch (thrown) {
      const why = `Package import specifier "${specifier}" is not defined in package ${home.root}/package.json`
      throw Object.assign(new ResolveError('ERR_PACKAGE_IMPORT_NOT_DEFINED', why), { cause: thrown })
    }
  }

  #nearest(folder: string): { readonly root: string; readonly manifest: Manifest } | undefined {
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
    const manifest = parseManifest(new TextDecoder().decode(node.bytes), path)
    this.#manifests.set(path, { bytes: node.bytes, manifest })
    return manifest
  }

  #isFile(path: string): boolean {
    return this.#tree.find(path)?.type === 'file'
  }
}

function parseManifest(text: string, path: string): Manifest {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch (thrown) {
    throw new ResolveError('ERR_INVALID_PACKAGE_CONFIG', `Invalid package config ${path}. ${thrown instanceof Error ? thrown.message : ''}`)
  }
}

function isPath(specifier: string): boolean {
  return /^\.{0,2}\/|^\.{1,2}$|^file:/.test(specifier)
}

function stripFileUrl(specifier: string): string {
  return specifier.startsWith('file:') ? decodeURIComponent(new URL(specifier).pathname) : specifier
}
