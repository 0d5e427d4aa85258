import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName } from '../../../shell/tree/tree-node'
import { hasModuleSyntax, readEsm, stripTypes, withDynamicImports, type EsmSource } from './esm-source'
import { invalidArgument } from './context'
import type { Loop } from './loop'
import { ModulePaths, ResolveError } from './module-paths'
import { evaluate, syntaxError } from './evaluate'

/** A CommonJS module as programs see it. */
export interface CjsModule {
  id: string
  path: string
  filename: string
  loaded: boolean
  exports: unknown
  children: CjsModule[]
  paths: string[]
  parent: CjsModule | undefined
  require: unknown
}

interface EsmModule {
  readonly path: string
  readonly source: EsmSource
  readonly namespace: Record<string, unknown>
  readonly dependencies: Map<string, Dependency>
  state: 'linked' | 'evaluating' | 'done'
  done: Promise<void>
}

type Dependency =
  | { readonly type: 'esm'; readonly module: EsmModule }
  | { readonly type: 'value'; load(): unknown; namespace?: Record<string, unknown> }

export interface ModulesOptions {
  readonly tree: FileTree
  readonly loop: Loop
  /** A built-in module, or undefined when there is none of that name. @throws an error that says that it is not in the sandbox */
  builtin(name: string): unknown
}

const decoder = new TextDecoder()

/** Loads and runs a program's modules of both kinds. */
export class Modules {
  readonly #options: ModulesOptions
  readonly #paths: ModulePaths
  readonly cache: Record<string, CjsModule> = Object.create(null)
  readonly #esm = new Map<string, EsmModule>()
  #main: CjsModule | undefined

  constructor(options: ModulesOptions) {
    this.#options = options
    this.#paths = new ModulePaths(options.tree)
  }

  /** Runs a file as the program. */
  async runMain(path: string): Promise<void> {
    const found = this.#paths.resolve(path, `${path}/..`, 'require')
    if (this.#isEsm(found)) await this.#evaluate(await this.#link(found))
    else this.#require(found, undefined)
  }

  /** Runs text as the program, as `node -e` does; gives the value of the last statement of a script. */
  async runText(code: string, cwd: string, isModule: boolean): Promise<unknown> {
    const path = `${cwd}/[eval]`
    if (isModule || hasModuleSyntax(code, path)) {
      await this.#evaluate(await this.#linkText(`${path}1`, code))
      return undefined
    }
    const module = this.#newModule(path, undefined)
    module.id = '[eval]'
    const scope = {
      exports: module.exports,
      require: module.require,
      module,
      __filename: '[eval]',
      __dirname: '.',
      __import: this.#importer(path),
    }
    for (const [name, value] of Object.entries(scope)) Reflect.set(globalThis, name, value)
    return evaluate(withDynamicImports(code), '[eval]')
  }

  /** `require` for a file that need not exist, as `module.createRequire` gives. */
  requireFrom(path: string): unknown {
    return this.#newModule(path, undefined).require
  }

  import(specifier: string, from: string): Promise<unknown> {
    return this.#importer(from)(specifier)
  }

  /** Compiles without running. @throws SyntaxError */
  check(path: string): void {
    const source = this.#read(path)
    if (this.#isEsm(path)) readEsm(source, path)
    else evaluate(`(function () {${source}\n})`, path)
  }

  #read(path: string): string {
    return decoder.decode(this.#options.tree.readFile(path)).replace(/^#!.*/, '')
  }

  #isEsm(path: string): boolean {
    if (/\.m[jt]s$/.test(path)) return true
    if (!/\.[jt]s$/.test(path)) return /\.[cm]?[jt]s$|\.json$|\.node$/.test(path) ? false : hasModuleSyntax(this.#read(path), path)
    const type = this.#paths.typeOf(path)
    return type === undefined ? hasModuleSyntax(this.#read(path), path) : type === 'module'
  }

  #newModule(path: string, parent: CjsModule | undefined): CjsModule {
    const module: CjsModule = {
      id: path,
      path: parentName(path),
      filename: path,
      loaded: false,
      exports: {},
      children: [],
      paths: [],
      parent,
      require: undefined,
    }
    const require = (specifier: unknown): unknown => this.#requireSpecifier(specifier, module)
    const resolve = (specifier: string): string =>
      this.#isBuiltin(specifier) ? specifier : this.#paths.resolve(specifier, path, 'require')
    module.require = Object.assign(require, { resolve, cache: this.cache, main: this.#main, extensions: {} })
    return module
  }

  #isBuiltin(specifier: string): boolean {
    return specifier.startsWith('node:') || this.#options.builtin(specifier) !== undefined
  }

  #requireSpecifier(specifier: unknown, from: CjsModule): unknown {
    if (typeof specifier !== 'string' || specifier === '') {
      const shown =
        specifier === ''
          ? "The argument 'id' must be a non-empty string. Received ''"
          : invalidArgument('id', 'of type string', specifier).message
      throw Object.assign(new TypeError(shown), { code: specifier === '' ? 'ERR_INVALID_ARG_VALUE' : 'ERR_INVALID_ARG_TYPE' })
    }
    const builtin = this.#options.builtin(specifier)
    return builtin === undefined ? this.#require(this.#paths.resolve(specifier, from.filename, 'require'), from) : builtin
  }

  #require(path: string, parent: CjsModule | undefined): unknown {
    const known = this.cache[path]
    if (known !== undefined) return known.exports
    if (this.#isEsm(path)) {
      throw new ResolveError(
        'ERR_REQUIRE_ESM',
        `require() of ES Module ${path}${parent === undefined ? '' : ` from ${parent.filename}`} not supported.\nInstead change the require of it to a dynamic import() which is available in all CommonJS modules.`,
      )
    }
    const module = this.#newModule(path, parent)
    parent?.children.push(module)
    if (this.#main === undefined) {
      this.#main = module
      module.id = '.'
      Object.assign(Object(module.require), { main: module })
    }
    this.cache[path] = module
    try {
      if (path.endsWith('.json')) module.exports = parseJson(this.#read(path), path)
      else if (path.endsWith('.node'))
        throw new ResolveError('ERR_DLOPEN_FAILED', `${path} is a native addon; this sandbox runs JavaScript only`)
      else this.#runCjs(module)
    } catch (thrown) {
      Reflect.deleteProperty(this.cache, path)
      throw thrown
    }
    module.loaded = true
    return module.exports
  }

  #runCjs(module: CjsModule): void {
    const source = withDynamicImports(stripTypes(this.#read(module.filename), module.filename, false))
    const run = evaluate(`(function (exports, require, module, __filename, __dirname, __import) {${source}\n})`, module.filename)
    if (typeof run !== 'function') throw syntaxError(module.filename)
    Reflect.apply(run, module.exports, [
      module.exports,
      module.require,
      module,
      module.filename,
      module.path,
      this.#importer(module.filename),
    ])
  }

  #importer(from: string): (specifier: unknown, options?: unknown) => Promise<unknown> {
    return async (specifier, options) => {
      const release = this.#options.loop.hold()
      try {
        const dependency = await this.#dependency(String(specifier), from, asksForJson(options))
        if (dependency.type === 'value') return namespaceOf(dependency)
        await this.#evaluate(dependency.module)
        return dependency.module.namespace
      } finally {
        release()
      }
    }
  }

  async #dependency(specifier: string, from: string, isJson: boolean): Promise<Dependency> {
    if (this.#isBuiltin(specifier)) return { type: 'value', load: () => this.#options.builtin(specifier) }
    const path = this.#paths.resolve(specifier, from, 'import')
    if (path.endsWith('.json')) {
      if (!isJson)
        throw Object.assign(new TypeError(`Module "file://${path}" needs an import attribute of "type: json"`), {
          code: 'ERR_IMPORT_ASSERTION_TYPE_MISSING',
        })
      return { type: 'value', load: () => parseJson(this.#read(path), path) }
    }
    if (!this.#isEsm(path)) return { type: 'value', load: () => this.#require(path, undefined) }
    return { type: 'esm', module: await this.#link(path) }
  }

  #link(path: string): Promise<EsmModule> {
    const known = this.#esm.get(path)
    return known === undefined ? this.#linkText(path, this.#read(path)) : Promise.resolve(known)
  }

  async #linkText(path: string, text: string): Promise<EsmModule> {
    const module: EsmModule = {
      path,
      source: readSource(text, path),
      namespace: newNamespace(),
      dependencies: new Map(),
      state: 'linked',
      done: Promise.resolve(),
    }
    // Known before its dependencies are, or a cycle would never end.
    this.#esm.set(path, module)
    for (const { specifier, isJson } of module.source.imports) {
      if (!module.dependencies.has(specifier)) module.dependencies.set(specifier, await this.#dependency(specifier, path, isJson))
    }
    return module
  }

  #evaluate(module: EsmModule): Promise<void> {
    if (module.state === 'linked') {
      module.state = 'evaluating'
      module.done = this.#run(module).then(() => {
        module.state = 'done'
      })
    }
    return module.done
  }

  async #run(module: EsmModule): Promise<void> {
    checkNames(module, 'esm')
    for (const dependency of module.dependencies.values()) {
      if (dependency.type === 'value') namespaceOf(dependency)
      // Within a cycle whoever came first goes on without waiting, as the specification has it.
      else if (dependency.module.state !== 'evaluating' || !reaches(dependency.module, module)) await this.#evaluate(dependency.module)
    }
    checkNames(module, 'value')
    const run = evaluate(`(async function (exports, require, __import, __meta) {${module.source.code}\n})`, `file://${module.path}`)
    if (typeof run !== 'function') throw syntaxError(module.path)
    const require = (specifier: string): unknown => {
      const dependency = module.dependencies.get(specifier)
      return dependency?.type === 'esm' ? dependency.module.namespace : dependency === undefined ? undefined : namespaceOf(dependency)
    }
    await Reflect.apply(run, undefined, [module.namespace, require, this.#importer(module.path), this.#meta(module.path)])
  }

  #meta(path: string): Record<string, unknown> {
    return {
      url: `file://${encodeURI(path)}`,
      filename: path,
      dirname: parentName(path),
      resolve: (specifier: string) =>
        this.#isBuiltin(specifier) ? specifier : `file://${encodeURI(this.#paths.resolve(specifier, path, 'import'))}`,
    }
  }
}

/** `import(…, { with: { type: 'json' } })`. */
function asksForJson(options: unknown): boolean {
  const attributes: unknown = Reflect.get(Object(options), 'with')
  return Reflect.get(Object(attributes), 'type') === 'json'
}

function newNamespace(): Record<string, unknown> {
  const namespace: Record<string, unknown> = Object.create(null)
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' })
  return namespace
}

/** What an ES module gets of a module that is none: the value as default, its own keys as names. */
function namespaceOf(dependency: Extract<Dependency, { type: 'value' }>): Record<string, unknown> {
  if (dependency.namespace !== undefined) return dependency.namespace
  const value = dependency.load()
  const namespace = newNamespace()
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') Object.assign(namespace, value)
  namespace['default'] = value
  Object.defineProperty(namespace, '__esModule', { value: true })
  dependency.namespace = namespace
  return namespace
}

function provided(module: EsmModule, seen = new Set<EsmModule>()): Set<string> {
  const names = new Set(module.source.exports)
  if (seen.has(module)) return names
  seen.add(module)
  for (const { specifier, isStar } of module.source.imports) {
    const dependency = isStar ? module.dependencies.get(specifier) : undefined
    const more = dependency?.type === 'esm' ? provided(dependency.module, seen) : Object.keys(dependency?.namespace ?? {})
    for (const name of more) names.add(name)
  }
  return names
}

/** @throws SyntaxError for an imported name that is not exported: as a value it would only be undefined */
function checkNames(module: EsmModule, type: Dependency['type']): void {
  for (const { specifier, names } of module.source.imports) {
    const dependency = module.dependencies.get(specifier)
    if (dependency?.type !== type || names.length === 0) continue
    const there = dependency.type === 'esm' ? provided(dependency.module) : new Set(Object.keys(namespaceOf(dependency)))
    const missing = names.find((name) => !there.has(name))
    if (missing !== undefined)
      throw syntaxError(module.path, `The requested module '${specifier}' does not provide an export named '${missing}'`)
  }
}

function reaches(from: EsmModule, to: EsmModule, seen = new Set<EsmModule>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  for (const dependency of from.dependencies.values()) if (dependency.type === 'esm' && reaches(dependency.module, to, seen)) return true
  return false
}

function readSource(text: string, path: string): EsmSource {
  try {
    return readEsm(text, path)
  } catch (thrown) {
    throw syntaxError(path, thrown instanceof Error ? thrown.message : String(thrown))
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (thrown) {
    if (thrown instanceof Error) thrown.message = `${path}: ${thrown.message}`
    throw thrown
  }
}
