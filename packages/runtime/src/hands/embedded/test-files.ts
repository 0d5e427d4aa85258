import type { FileTree } from '../../shell/tree/file-tree'
import { resolvePath } from '../../shell/tree/tree-node'

const SCRIPT = /\.[cm]?js$|\.[cm]?ts$/
// What Node looks for when it is given no names.
const NAMED = /^(test|test-.*|.*[.\-_]test)\.([cm]?js|[cm]?ts)$/

function matcher(pattern: string): RegExp {
  const source = pattern.replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\*\*\/|\*\*|\*|\?|\{[^}]*\}/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return `(?:${part.slice(1, -1).split(',').join('|')})`
  })
  return new RegExp(`^${source}$`)
}

function filesBelow(tree: FileTree, folder: string): string[] {
  const found: string[] = []
  for (const [name, node] of tree.readdir(folder)) {
    if (node.type === 'folder' && name !== 'node_modules' && name !== '.git') found.push(...filesBelow(tree, `${folder}/${name}`))
    else if (node.type === 'file') found.push(`${folder}/${name}`)
  }
  return found
}

/**
 * The files that `node --test` runs: named files and patterns, or by Node's own rule everything that looks like a test.
 * A name that leads nowhere is in `missing`.
 */
export function testFiles(
  tree: FileTree,
  cwd: string,
  names: readonly string[],
): { readonly files: readonly string[]; readonly missing: readonly string[] } {
  if (names.length === 0) {
    const isTest = (path: string): boolean =>
      SCRIPT.test(path) && (/\/test\//.test(path.slice(cwd.length)) || NAMED.test(path.slice(path.lastIndexOf('/') + 1)))
    return { files: filesBelow(tree, cwd).filter(isTest).toSorted(), missing: [] }
  }
  const files = new Set<string>()
  const missing: string[] = []
  for (const name of names) {
    const path = resolvePath(cwd, name)
    const node = tree.find(path)
    if (node?.type === 'file') files.add(path)
    if (node?.type === 'file') continue
    const shape = matcher(path)
    const matches =
      node?.type === 'folder'
        ? filesBelow(tree, path).filter((file) => SCRIPT.test(file))
        : filesBelow(tree, cwd).filter((file) => shape.test(file))
    if (node === undefined && matches.length === 0) missing.push(name)
    for (const file of matches) files.add(file)
  }
  return { files: [...files].toSorted(), missing }
}
