import type { EsmSource } from './esm-source'
import { syntaxError } from './evaluate'

/** An ES module and what it imports. */
export interface EsmModule {
  readonly path: string
  readonly source: EsmSource
  readonly namespace: Record<string, unknown>
  readonly dependencies: Map<string, Dependency>
  state: 'linked' | 'evaluating' | 'done'
  done: Promise<void>
  /** What it ended with, for whoever asks for it again. */
  failed?: { readonly thrown: unknown }
}

/** A module, or a value that is none: a built-in, a CommonJS module, JSON. */
export type Dependency =
  | { readonly type: 'esm'; readonly module: EsmModule }
  | { readonly type: 'value'; load(): unknown; namespace?: Record<string, unknown> }

/** A function without a name that is the default is called so. */
export function finish(module: EsmModule): void {
  module.state = 'done'
  const value = module.namespace['default']
  if (typeof value === 'function' && value.name === '') Object.defineProperty(value, 'name', { value: 'default', configurable: true })
}

/** A namespace lists its names in their order, whatever order they are made in. */
export function prepareNames(module: EsmModule): void {
  for (const name of [...provided(module)].toSorted()) if (!Object.hasOwn(module.namespace, name)) module.namespace[name] = undefined
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

/** What an ES module gets of a module that is none: the value as default, its own keys as names. */
export function namespaceOf(dependency: Extract<Dependency, { type: 'value' }>): Record<string, unknown> {
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
    for (const name of more) if (name !== 'default') names.add(name)
  }
  return names
}

/** @throws SyntaxError for an imported name that is not exported: as a value it would only be undefined */
export function checkNames(module: EsmModule, type: Dependency['type']): void {
  for (const { specifier, names } of module.source.imports) {
    const dependency = module.dependencies.get(specifier)
    if (dependency?.type !== type || names.length === 0) continue
    const there = dependency.type === 'esm' ? provided(dependency.module) : new Set(Object.keys(namespaceOf(dependency)))
    const missing = names.find((name) => !there.has(name))
    if (missing !== undefined)
      throw syntaxError(module.path, `The requested module '${specifier}' does not provide an export named '${missing}'`)
  }
}

export function reaches(from: EsmModule, to: EsmModule, seen = new Set<EsmModule>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  for (const dependency of from.dependencies.values()) if (dependency.type === 'esm' && reaches(dependency.module, to, seen)) return true
  return false
}
