import type { FileTree } from '../../../shell/tree/file-tree'
import { parentName } from '../../../shell/tree/tree-node'
import {
  checkNames,
  finish,
  namespaceOf,
  newNamespace,
  prepareNames,
  reaches,
  requiredOf,
  type Dependency,
  type EsmModule,
} from './esm-graph'
import { hasModuleSyntax, readEsm, stripTypes, withDynamicImports, type EsmSource } from './esm-source'
import { invalidArgument } from './context'
import type { Loop } from './loop'
import { ModulePaths, ResolveError } from './module-paths'
import { evaluate, syntaxError } from './evaluate'
import { Circular, CjsModule, EXTENSIONS } from './cjs-module'
import { ContextScan } from './context-scan'
import { hasContexts, loadedUnprepared } from './contexts'
import { rewritten, throwsValues } from './rewrite'

export interface ModulesOptions {
  readonly tree: FileTree
  readonly loop: Loop
  /** A built-in module, or undefined when there is none of that name. @throws an error that says that it is not in the sandbox */
  builtin(name: string): unknown
  warn(text: string): void
}

/** The body of a module. */
type Run = (args: readonly unknown[]) => unknown

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
  #main: CjsModule | undefined

  constructor(options: ModulesOptions) {
    this.#options = options
    this.#paths = new ModulePaths(options.tree)
    this.#circular = new Circular((text) => options.warn(text))
    this.#scan = new ContextScan(options.tree, (specifier, from) => this.#paths.resolve(specifier, from, 'require'))
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
    this.compile(module, stripTypes(this.#read(module.filename), module.filename, false))
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
    if (this.#isBuiltin(specifier)) return { type: 'value', load: () => this.#options.builtin(specifier) }
    const path = this.#paths.resolve(specifier, from, 'import')
    if (path.endsWith('.json')) {
      if (!isJson)
        throw Object.assign(new TypeError(`Module "file://${path}" needs an import attribute of "type: json"`), {
          code: 'ERR_IMPORT_ASSERTION_TYPE_MISSING',
        })
      return this.#json(path)
    }
    if (!this.#isEsm(path)) return { type: 'value', load: () => this.#require(path, undefined) }
    return { type: 'esm', module: this.#link(path) }
  }

  /** Whoever imports it gets the same value. */
  #json(path: string): Dependency {
    const known = this.#jsons.get(path) ?? { type: 'value', load: () => parseJson(this.#read(path), path) }
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
    const compiled = new Map<EsmModule, Run>()
    // All of them first: where one waits, none has run.
    this.#compileNow(module, compiled)
    this.#runNow(module, compiled)
  }

  #compileNow(module: EsmModule, compiled: Map<EsmModule, Run>): void {
    if (module.state !== 'linked' || compiled.has(module)) return
    compiled.set(module, this.#compile(module, 'function'))
    for (const dependency of module.dependencies.values()) if (dependency.type === 'esm') this.#compileNow(dependency.module, compiled)
  }

  #runNow(module: EsmModule, compiled: ReadonlyMap<EsmModule, Run>): void {
    if (module.failed !== undefined) throw module.failed.thrown
    const run = compiled.get(module)
    if (module.state !== 'linked' || run === undefined) return
    module.state = 'evaluating'
    try {
      checkNames(module, 'esm')
      for (const dependency of module.dependencies.values()) {
        if (dependency.type === 'esm') this.#runNow(dependency.module, compiled)
        else namespaceOf(dependency)
      }
      checkNames(module, 'value')
      this.#start(module, run)
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
    checkNames(module, 'esm')
    for (const dependency of module.dependencies.values()) {
      if (dependency.type === 'value') namespaceOf(dependency)
      // Within a cycle whoever came first goes on without waiting, as the specification has it.
      else if (dependency.module.state !== 'evaluating' || !reaches(dependency.module, module)) await this.#evaluate(dependency.module)
    }
    checkNames(module, 'value')
    await this.#start(module, this.#compile(module, 'async function'))
  }

  #start(module: EsmModule, run: Run): unknown {
    prepareNames(module)
    const require = (specifier: string): unknown => {
      const dependency = module.dependencies.get(specifier)
      return dependency?.type === 'esm' ? dependency.module.namespace : dependency === undefined ? undefined : namespaceOf(dependency)
    }
    return run([module.namespace, require, this.#importer(module.path), this.#meta(module.path)])
  }

  #compile({ path, source }: EsmModule, kind: 'function' | 'async function'): Run {
    try {
      const code = this.#prepared(source.code, path)
      const run = evaluate(`(${kind} (exports, __require, __import, __meta) {${code}\n})`, `file://${path}`)
      if (typeof run === 'function') return (args) => Reflect.apply(run, undefined, args)
    } catch (thrown) {
      if (kind === 'function' && thrown instanceof SyntaxError && /\bawait\b/.test(source.code))
        throw new ResolveError(
          'ERR_REQUIRE_ASYNC_MODULE',
          `require() cannot be used on an ESM graph with top-level await. Use import() instead. ${path} has one.`,
        )
      throw thrown
    }
    throw syntaxError(path)
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

/** `import(…, { with: { type: 'json' } })`. */
function asksForJson(options: unknown): boolean {
  const attributes: unknown = Reflect.get(Object(options), 'with')
  return Reflect.get(Object(attributes), 'type') === 'json'
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
