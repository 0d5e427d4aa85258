import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName } from '../../../shell/tree/tree-node'
import {
  checkGraph,
  finish,
  namespaceOf,
  newNamespace,
  reaches,
  requiredOf,
  tellNames,
  type Dependency,
  type EsmBody,
  type EsmModule,
} from './esm-graph'
import { hasModuleSyntax, stripTypes, withDynamicImports } from './esm-source'
import { invalidArgument } from './context'
import type { Loop } from './loop'
import { ModulePaths, ResolveError } from './module-paths'
import { evaluate, syntaxError } from './evaluate'
import { Circular, CjsModule, EXTENSIONS } from './cjs-module'
import { CjsNames } from './cjs-names'
import { ContextScan } from './context-scan'
import { hasContexts, loadedUnprepared } from './contexts'
import { asksForJson, constant, isGenerator, parseJson, readSource, type NameTellers } from './module-text'
import { rewritten, throwsValues } from './rewrite'

export interface ModulesOptions {
  readonly tree: FileTree
  readonly loop: Loop
  /** A built-in module, or undefined when there is none of that name. @throws an error that says that it is not in the sandbox */
  builtin(name: string): unknown
  warn(text: string): void
}

const decoder = new TextDecoder()

/** Loads and runs a program's modules of both kinds. */
export class Modules {
  readonly #options: ModulesOptions
  readonly #paths: ModulePaths
  readonly cache: Record<string, CjsModule> = Object.create(null)
  readonly #esm = new Map<string, EsmModule>()
  readonly #jsons = new Map<string, Dependency>()
  readonly #circular: Circular
  readonly #scan: ContextScan
  readonly #names: CjsNames
  #main: CjsModule | undefined

  constructor(options: ModulesOptions) {
    this.#options = options
    this.#paths = new ModulePaths(options.tree)
    this.#circular = new Circular((text) => options.warn(text))
    this.#scan = new ContextScan(options.tree, (specifier, from) => this.#paths.resolve(specifier, from, 'require'))
    this.#names = new CjsNames({
      read: (path) => stripTypes(this.#read(path), path),
      resolve: (specifier, from) => this.resolve(specifier, from),
    })
  }

  /** Runs a file as the program. */
  async runMain(path: string): Promise<void> {
    const found = this.#paths.resolve(path, `${path}/..`, 'require')
    if (this.#isEsm(found)) await this.#evaluate(this.#link(found))
    else this.#require(found, undefined)
  }

  /** Runs text as the program, as `node -e` does; gives the value of the last statement of a script. */
  async runText(code: string, cwd: string, isModule: boolean): Promise<unknown> {
    const path = `${cwd}/[eval]`
    if (isModule || hasModuleSyntax(code, path)) {
      await this.#evaluate(this.#linkText(`${path}1`, code))
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
    return evaluate(this.#prepared(withDynamicImports(code), '[eval]'), '[eval]')
  }

  /** `require` for a file that need not exist, as `module.createRequire` gives. */
  requireFrom(path: string): unknown {
    return this.#newModule(path, undefined).require
  }

  import(specifier: string, from: string): Promise<unknown> {
    return this.#importer(from)(specifier)
  }

  /** What `import()` is in a file. */
  importerOf(from: string): (specifier: unknown, options?: unknown) => Promise<unknown> {
    return this.#importer(from)
  }

  /** Compiles without running. @throws SyntaxError */
  check(path: string): void {
    const source = this.#read(path)
    if (this.#isEsm(path)) readSource(source, path)
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
    const module = new CjsModule(path, parent)
    const require = (specifier: unknown): unknown => this.#requireSpecifier(specifier, module)
    const resolve = (specifier: string): string => this.resolve(specifier, path)
    module.require = Object.assign(require, { resolve, cache: this.cache, main: this.#main, extensions: EXTENSIONS })
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
    if (known !== undefined) {
      this.#circular.watch(known)
      return known.exports
    }
    if (this.#isEsm(path)) {
      const esm = this.#link(path)
      this.#evaluateNow(esm)
      return requiredOf(esm)
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
    this.#circular.settle(module)
    return module.exports
  }

  #runCjs(module: CjsModule): void {
    this.compile(module, stripTypes(this.#read(module.filename), module.filename))
  }

  /** Runs text as a module's. */
  compile(module: CjsModule, text: string): void {
    const { filename } = module
    const source = this.#prepared(withDynamicImports(text), filename)
    const made = evaluate(`((__import) => function (exports, require, module, __filename, __dirname) {${source}\n})`, filename)
    const run: unknown = typeof made === 'function' ? Reflect.apply(made, undefined, [this.#importer(filename)]) : undefined
    if (typeof run !== 'function') throw syntaxError(filename)
    Reflect.apply(run, module.exports, [module.exports, module.require, module, filename, module.path])
  }

  /** What a specifier leads to from a file: a path, or a built-in module's name. @throws ResolveError */
  resolve(specifier: string, from: string): string {
    return this.#isBuiltin(specifier) ? specifier : this.#paths.resolve(specifier, from, 'require')
  }

  /** With the calls in it that the engine has no hooks for. */
  #prepared(code: string, path: string): string {
    const waits = /\bawait\b/.test(code)
    const contexts = waits && (hasContexts() || this.#scan.mentions(path))
    if (waits && !contexts) loadedUnprepared(path)
    const throws = !path.includes('/node_modules/') && throwsValues(code)
    return contexts || throws ? rewritten(code, { contexts, throws }) : code
  }

  #importer(from: string): (specifier: unknown, options?: unknown) => Promise<unknown> {
    return async (specifier, options) => {
      const release = this.#options.loop.hold()
      try {
        const dependency = this.#dependency(String(specifier), from, asksForJson(options))
        if (dependency.type === 'value') return namespaceOf(dependency)
        await this.#evaluate(dependency.module)
        return dependency.module.namespace
      } finally {
        release()
      }
    }
  }

  #dependency(specifier: string, from: string, isJson: boolean): Dependency {
    if (this.#isBuiltin(specifier)) return this.#builtin(specifier)
    const path = this.#paths.resolve(specifier, from, 'import')
    if (path.endsWith('.json')) {
      if (!isJson)
        throw Object.assign(new TypeError(`Module "file://${path}" needs an import attribute of "type: json"`), {
          code: 'ERR_IMPORT_ASSERTION_TYPE_MISSING',
        })
      return this.#json(path)
    }
    if (this.#isEsm(path)) return { type: 'esm', module: this.#link(path) }
    return { type: 'value', kind: 'commonjs', names: () => this.#names.of(path), load: () => this.#require(path, undefined) }
  }

  #builtin(specifier: string): Dependency {
    const load = (): unknown => this.#options.builtin(specifier)
    return { type: 'value', kind: 'builtin', names: () => new Set([...Object.keys(Object(load())), 'default']), load }
  }

  /** Whoever imports it gets the same value. */
  #json(path: string): Dependency {
    const known = this.#jsons.get(path) ?? {
      type: 'value',
      kind: 'json',
      names: () => new Set(['default']),
      load: () => parseJson(this.#read(path), path),
    }
    this.#jsons.set(path, known)
    return known
  }

  #link(path: string): EsmModule {
    return this.#esm.get(path) ?? this.#linkText(path, this.#read(path))
  }

  #linkText(path: string, text: string): EsmModule {
    const module: EsmModule = {
      path,
      source: readSource(text, path),
      namespace: newNamespace(),
      dependencies: new Map(),
      state: 'linked',
      isChecked: false,
      done: Promise.resolve(),
    }
    // Known before its dependencies are, or a cycle would never end.
    this.#esm.set(path, module)
    try {
      for (const { specifier, isJson } of module.source.imports) {
        if (!module.dependencies.has(specifier)) module.dependencies.set(specifier, this.#dependency(specifier, path, isJson))
      }
    } catch (thrown) {
      // Half linked it is of no use: whoever asks again hears the same.
      this.#esm.delete(path)
      throw thrown
    }
    return module
  }

  #evaluate(module: EsmModule): Promise<void> {
    if (module.state === 'linked') {
      module.state = 'evaluating'
      module.done = this.#run(module).then(
        () => finish(module),
        (thrown: unknown) => {
          module.failed = { thrown }
          throw thrown
        },
      )
    }
    return module.done
  }

  /** For `require`: as long as nothing in it waits. @throws ResolveError where something does */
  #evaluateNow(module: EsmModule): void {
    checkGraph(module)
    // All of them first: where one waits, none has run.
    this.#begin(module, 'function*')
    this.#runNow(module)
  }

  /** Has a module, and those below it, make their functions and tell their names, so that modules in a cycle find them. */
  #begin(module: EsmModule, kind: 'function*' | 'async function*', seen = new Set<EsmModule>()): void {
    if (module.state !== 'linked' || seen.has(module)) return
    seen.add(module)
    if (module.body === undefined || (module.body.isAsync && kind === 'function*')) {
      module.body = this.#compile(module, kind)
      module.body.next()
    }
    for (const dependency of module.dependencies.values()) if (dependency.type === 'esm') this.#begin(dependency.module, kind, seen)
  }

  #runNow(module: EsmModule): void {
    if (module.failed !== undefined) throw module.failed.thrown
    if (module.state !== 'linked') return
    module.state = 'evaluating'
    try {
      for (const dependency of module.dependencies.values()) {
        if (dependency.type === 'esm') this.#runNow(dependency.module)
        else namespaceOf(dependency)
      }
      module.body?.next()
      finish(module)
    } catch (thrown) {
      module.failed = { thrown }
      module.done = Promise.reject(thrown)
      // Nobody may be waiting for it.
      module.done.catch(() => undefined)
      throw thrown
    }
  }

  async #run(module: EsmModule): Promise<void> {
    checkGraph(module)
    module.state = 'linked'
    this.#begin(module, 'async function*')
    module.state = 'evaluating'
    for (const dependency of module.dependencies.values()) {
      if (dependency.type === 'value') namespaceOf(dependency)
      // Within a cycle whoever came first goes on without waiting, as the specification has it.
      else if (dependency.module.state !== 'evaluating' || !reaches(dependency.module, module)) await this.#evaluate(dependency.module)
    }
    await module.body?.next()
  }

  #compile(module: EsmModule, kind: 'function*' | 'async function*'): EsmBody {
    const { path, source } = module
    const args = [this.#asker(module), this.#importer(path), this.#meta(path), (own: NameTellers) => tellNames(module, own)]
    try {
      const text = `(${kind} (__require, __import, __meta, __export) {${source.head}${this.#prepared(source.code, path)}\n})`
      const run = evaluate(text, `file://${path}`, source.head.length)
      const body: unknown = typeof run === 'function' ? Reflect.apply(run, undefined, args) : undefined
      if (isGenerator(body)) return { isAsync: kind !== 'function*', next: () => body.next() }
    } catch (thrown) {
      if (kind === 'function*' && thrown instanceof SyntaxError && /\bawait\b/.test(source.code))
        throw new ResolveError(
          'ERR_REQUIRE_ASYNC_MODULE',
          `require() cannot be used on an ESM graph with top-level await. Use import() instead. ${path} has one.`,
        )
      throw thrown
    }
    throw syntaxError(path)
  }

  /** What a module's text has for its imports. */
  #asker(module: EsmModule): unknown {
    const require = (specifier: string): unknown => {
      const dependency = module.dependencies.get(specifier)
      if (dependency?.type === 'esm') return dependency.module.namespace
      // Before its turn a module has nothing of those that run when they are asked for.
      return dependency === undefined || module.state === 'linked' ? undefined : namespaceOf(dependency)
    }
    return Object.assign(require, { constant })
  }

  #meta(path: string): Record<string, unknown> {
    return {
      url: `file://${encodeURI(path)}`,
      filename: path,
      dirname: parentName(path),
      resolve: (specifier: string) => {
        if (this.#isBuiltin(specifier)) return specifier
        // A path need not lead to a file.
        if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, `file://${encodeURI(path)}`).href
        return `file://${encodeURI(this.#paths.resolve(specifier, path, 'import'))}`
      },
    }
  }
}
