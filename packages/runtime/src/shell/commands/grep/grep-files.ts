import { globMatcher } from '../../language/glob'
import { baseName, type FileNode, type FolderNode } from '../../tree/tree-node'
import type { Call } from '../command'
import type { Options } from '../options'

interface Choice {
  readonly isInclude: boolean
  readonly glob: string
}

/** Which files and folders of a search are left out by `--include` and its kind. */
export class GrepFilter {
  readonly #choices: readonly Choice[]
  readonly #folders: readonly string[]

  /** @param excluded globs of `--exclude-from` */
  constructor(options: Options, excluded: readonly string[]) {
    const choices = options.found.flatMap(({ key, value = '' }): Choice[] => {
      if (key === 'include' || key === 'exclude') return [{ isInclude: key === 'include', glob: value }]
      return []
    })
    this.#choices = [...choices, ...excluded.map((glob) => ({ isInclude: false, glob }))]
    this.#folders = options.values('exclude-dir').map((glob) => glob.replace(/(?<=.)\/+$/, ''))
  }

  skipsFile(path: string): boolean {
    const last = this.#choices.findLast(({ glob }) => fits(glob, path))
    if (last !== undefined) return !last.isInclude
    return this.#choices[0]?.isInclude ?? false
  }

  skipsFolder(path: string): boolean {
    const trimmed = path.replace(/(?<=.)\/+$/, '')
    return this.#folders.some((glob) => fits(glob, trimmed))
  }
}

/** A glob takes a whole path or what stands behind any slash of it; stars take slashes too. */
function fits(glob: string, path: string): boolean {
  const matcher = globMatcher(glob, { extglob: false })
  if (matcher.matches(path)) return true
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) if (matcher.matches(path.slice(at + 1))) return true
  return false
}

/** One file of a search in folders. */
export interface FoundFile {
  /** As it is shown. */
  readonly path: string
  readonly node: FileNode
}

/** Every file below a folder, sorted by name. @param isFollowing links are followed too */
export function* filesBelow(
  call: Call,
  folder: { readonly path: string; readonly node: FolderNode },
  how: { readonly filter: GrepFilter; readonly isFollowing: boolean },
): Generator<FoundFile> {
  const names = [...folder.node.children.keys()].toSorted()
  for (const name of names) {
    const path = folder.path === '' ? name : `${folder.path.replace(/\/$/, '')}/${name}`
    const own = folder.node.children.get(name)
    const node = own?.type !== 'link' ? own : how.isFollowing ? call.system.tree.find(call.at(path)) : undefined
    if (node?.type === 'folder') {
      call.tick()
      const isLoop = isAncestor(call, path, node)
      if (!isLoop && !how.filter.skipsFolder(baseName(path))) yield* filesBelow(call, { path, node }, how)
    } else if (node?.type === 'file' && !how.filter.skipsFile(path)) yield { path, node }
  }
}

/** A link to a folder that it stands in would never end. */
function isAncestor(call: Call, path: string, node: FolderNode): boolean {
  const parts = call.at(path).split('/')
  return parts.some((_, i) => i > 0 && i < parts.length && call.system.tree.find(parts.slice(0, i).join('/') || '/') === node)
}
