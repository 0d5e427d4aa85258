import { DEFAULT, type EsmSource } from './esm-transform'
import { syntaxError } from './evaluate'

/** An ES module and what it imports. */
export interface EsmModule {
  readonly path: string
  readonly source: EsmSource
  readonly namespace: Record<string, unknown>
  readonly dependencies: Map<string, Dependency>
  state: 'linked' | 'evaluating' | 'done'
  /** Whether the names that it and all below it ask for were found. */
  isChecked: boolean
  /** It has told its names and waits for its turn. */
  body?: EsmBody
  done: Promise<void>
  /** What it ended with, for whoever asks for it again. */
  failed?: { readonly thrown: unknown }
}

/** The text of a module, begun. Behind its first step its names are known, with the second it runs; where it may wait that gives a promise. */
export interface EsmBody {
  readonly isAsync: boolean
  next(): unknown
}

/** A module, or a value that is none: a built-in, a CommonJS module, JSON. */
export type Dependency =
  | { readonly type: 'esm'; readonly module: EsmModule }
  | {
      readonly type: 'value'
      readonly kind: 'builtin' | 'commonjs' | 'json'
      /** What can be imported of it, known before it runs. */
      names(): ReadonlySet<string>
      load(): unknown
      namespace?: Record<string, unknown>
    }

/** It has run: names that keep their value are read without asking the module. */
export function finish(module: EsmModule): void {
  module.state = 'done'
  const { namespace, source } = module
  const value = source.constants.has('default') ? namespace['default'] : undefined
  // A function without a name that is the default is called so.
  if (typeof value === 'function' && value.name === DEFAULT) Object.defineProperty(value, 'name', { value: 'default', configurable: true })
  for (const name of Object.keys(namespace)) {
    const isKept = source.constants.has(name) || isSettled(module, name)
    Object.defineProperty(namespace, name, { ...(isKept && { value: namespace[name] }), enumerable: true, configurable: false })
  }
}

/** Whether a name that is given on keeps its value where it comes from. */
function isSettled({ source, dependencies }: EsmModule, given: string): boolean {
  const { specifier, name } = source.givenOn.get(given) ?? { specifier: '', name: '' }
  const dependency = dependencies.get(specifier)
  if (dependency?.type === 'value') return dependency.namespace !== undefined
  if (dependency?.module.state !== 'done') return false
  return Reflect.getOwnPropertyDescriptor(dependency.module.namespace, name)?.get === undefined
}

/**
 * Gives a namespace its names, in their order and as they stand at any time; nobody can write to them.
 * @param own what tells the values of the module's own names
 */
export function tellNames(module: EsmModule, own: Readonly<Record<string, () => unknown>>): void {
  for (const name of [...provided(module)].toSorted()) {
    const set = (): never => {
      throw new TypeError(`Cannot assign to read only property '${name}' of object '[object Module]'`)
    }
    const get = own[name] ?? ((): unknown => givenOn(module, name))
    Object.defineProperty(module.namespace, name, { get, set, enumerable: true, configurable: true })
  }
  Object.preventExtensions(module.namespace)
}

/** A name that came by `export * from`. */
function givenOn(module: EsmModule, name: string): unknown {
  for (const { specifier, isStar } of module.source.imports) {
    const dependency = isStar ? module.dependencies.get(specifier) : undefined
    if (dependency?.type === 'esm' && provided(dependency.module).has(name)) return dependency.module.namespace[name]
    if (dependency?.type === 'value' && dependency.names().has(name)) return namespaceOf(dependency)[name]
  }
  return undefined
}

export function newNamespace(): Record<string, unknown> {
  const namespace: Record<string, unknown> = Object.create(null)
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' })
  return namespace
}

/** What `require` gives of an ES module: its names, and the sign by which transpiled code knows that it is one. */
export function requiredOf({ namespace }: EsmModule): unknown {
  if (Object.hasOwn(namespace, 'module.exports')) return namespace['module.exports']
  if (!Object.hasOwn(namespace, 'default')) return namespace
  const shown = newNamespace()
  Object.defineProperty(shown, '__esModule', { value: true, enumerable: true })
  for (const name of Object.keys(namespace)) Object.defineProperty(shown, name, { get: () => namespace[name], enumerable: true })
  return shown
}

/** What an ES module gets of a module that is none: the value as default, and the names that it is known by. */
export function namespaceOf(dependency: Extract<Dependency, { type: 'value' }>): Record<string, unknown> {
  if (dependency.namespace !== undefined) return dependency.namespace
  const value = dependency.load()
  const namespace = newNamespace()
  for (const name of [...dependency.names()].toSorted()) namespace[name] = name === 'default' ? value : ownOf(value, name)
  dependency.namespace = Object.freeze(namespace)
  return namespace
}

/** A name that the module turned out not to have is undefined, and so is one that cannot be asked for. */
function ownOf(value: unknown, name: string): unknown {
  if (!((typeof value === 'object' && value !== null) || typeof value === 'function') || !Object.hasOwn(value, name)) return undefined
  try {
    return Reflect.get(value, name)
  } catch {
    return undefined
  }
}

function provided(module: EsmModule, seen = new Set<EsmModule>()): Set<string> {
  const names = new Set(module.source.exports)
  if (seen.has(module)) return names
  seen.add(module)
  for (const { specifier, isStar } of module.source.imports) {
    const dependency = isStar ? module.dependencies.get(specifier) : undefined
    const more = dependency?.type === 'esm' ? provided(dependency.module, seen) : (dependency?.names() ?? [])
    for (const name of more) if (name !== 'default') names.add(name)
  }
  return names
}

/**
 * Before anything runs: each imported name is there, in all modules below.
 * @throws SyntaxError for one that is not exported: as a value it would only be undefined
 */
export function checkGraph(module: EsmModule): void {
  if (module.isChecked) return
  module.isChecked = true
  try {
    for (const dependency of module.dependencies.values()) if (dependency.type === 'esm') checkGraph(dependency.module)
    checkNames(module)
  } catch (thrown) {
    // Whoever asks again hears the same.
    module.isChecked = false
    throw thrown
  }
}

function checkNames(module: EsmModule): void {
  for (const { specifier, names, braces } of module.source.imports) {
    const dependency = module.dependencies.get(specifier)
    if (dependency === undefined || names.length === 0) continue
    const there = dependency.type === 'esm' ? provided(dependency.module) : dependency.names()
    const missing = names.find((name) => !there.has(name))
    if (missing === undefined) continue
    const isCommonJs = dependency.type === 'value' && dependency.kind === 'commonjs'
    throw syntaxError(
      module.path,
      isCommonJs
        ? notStatic(missing, specifier, braces)
        : `The requested module '${specifier}' does not provide an export named '${missing}'`,
    )
  }
}

function notStatic(name: string, specifier: string, braces: string | undefined): string {
  const taken = braces === undefined ? '' : `const ${braces.replaceAll(/\s+as\s+/g, ': ')} = pkg;\n`
  return `Named export '${name}' not found. The requested module '${specifier}' is a CommonJS module, which may not support all module.exports as named exports.\nCommonJS modules can always be imported via the default export, for example using:\n\nimport pkg from '${specifier}';\n${taken}`
}

export function reaches(from: EsmModule, to: EsmModule, seen = new Set<EsmModule>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  for (const dependency of from.dependencies.values()) if (dependency.type === 'esm' && reaches(dependency.module, to, seen)) return true
  return false
}
