import type { FileTree } from '../../../shell/tree/file-tree'
import { ResolveError } from './module-paths'

const MOST_FILES = 300
const MOST_BYTES = 500_000

const NAMED = /\b(?:require|import)\s*\(\s*['"]([^'"]+)['"]|\b(?:from|import)\s*['"]([^'"]+)['"]/g

/**
 * Looks ahead whether a file, or one that it asks for, names `async_hooks`: what waits in a function has to be prepared for contexts before it
 * runs, and the file that wants them is often loaded later.
 */
export class ContextScan {
  readonly #tree: FileTree
  readonly #resolve: (specifier: string, from: string) => string
  readonly #known = new Map<string, boolean>()

  constructor(tree: FileTree, resolve: (specifier: string, from: string) => string) {
    this.#tree = tree
    this.#resolve = resolve
  }

  mentions(path: string): boolean {
    const known = this.#known.get(path)
    if (known !== undefined) return known
    this.#known.set(path, false)
    const found = this.#known.size <= MOST_FILES && this.#look(path)
    this.#known.set(path, found)
    return found
  }

  #look(path: string): boolean {
    const node = this.#tree.find(path)
    if (node?.type !== 'file' || node.bytes.length > MOST_BYTES || path.endsWith('.json')) return false
    const text = new TextDecoder().decode(node.bytes)
    if (text.includes('async_hooks')) return true
    for (const [, called, from] of text.matchAll(NAMED)) {
      const target = this.#target(called ?? from ?? '', path)
      if (target !== undefined && this.mentions(target)) return true
    }
    return false
  }

  #target(specifier: string, path: string): string | undefined {
    try {
      return this.#resolve(specifier, path)
    } catch (thrown) {
      // A built-in module, or one that is not there: whoever loads it is told.
      if (thrown instanceof ResolveError) return undefined
      throw thrown
    }
  }
}
