import { textOf } from '../../text'
import { parentName, type FileNode, type FolderNode } from '../../tree/tree-node'
import type { Call } from '../command'
import { ignoreRule, verdict, type IgnoreRule } from './rg-glob'

/** What of the tree is searched. */
export interface WalkPlan {
  readonly overrides: readonly IgnoreRule[]
  /** Undefined: of any type. */
  readonly types: { readonly wanted: readonly RegExp[]; readonly unwanted: readonly RegExp[] }
  readonly hasHidden: boolean
  readonly usesIgnore: boolean
  readonly usesDotIgnore: boolean
  readonly usesGit: boolean
  readonly usesParents: boolean
  readonly needsGit: boolean
  readonly ignoreFiles: readonly string[]
  readonly isFollowing: boolean
  readonly maxDepth: number
  readonly maxSize: number
}

/** A file that is to be searched. */
export interface WalkedFile {
  readonly path: string
  readonly node: FileNode
}

/** Ignore files of one folder. */
interface Layer {
  /** Absolute, with a slash at its end. */
  readonly base: string
  readonly rg: readonly IgnoreRule[]
  readonly dot: readonly IgnoreRule[]
  readonly git: readonly IgnoreRule[]
  readonly exclude: readonly IgnoreRule[]
  readonly isRepository: boolean
}

const NAMES = { rg: '.rgignore', dot: '.ignore', git: '.gitignore' } as const

/** Walks folders as ripgrep does: sorted, without what ignore files, globs and types leave out. */
export class RgWalker {
  readonly #call: Call
  readonly #plan: WalkPlan
  readonly #given: readonly IgnoreRule[]

  constructor(call: Call, plan: WalkPlan) {
    this.#call = call
    this.#plan = plan
    this.#given = plan.ignoreFiles.flatMap((path) => rulesIn(textOf(call.system.tree.readFile(call.at(path)))))
  }

  /** @param shown how the folder is written before the paths; empty: nothing */
  *files(shown: string, full: string): Generator<WalkedFile> {
    const node = this.#call.system.tree.find(full)
    if (node?.type !== 'folder') return
    const layers = this.#plan.usesParents ? this.#above(full) : []
    yield* this.#below({ node, shown, full: full === '/' ? '/' : `${full.replace(/\/$/, '')}/`, depth: 1 }, layers)
  }

  *#below(
    folder: { readonly node: FolderNode; readonly shown: string; readonly full: string; readonly depth: number },
    above: readonly Layer[],
  ): Generator<WalkedFile> {
    if (folder.depth > this.#plan.maxDepth) return
    this.#call.tick()
    const layers = [this.#layer(folder.node, folder.full), ...above]
    for (const name of [...folder.node.children.keys()].toSorted()) {
      const full = folder.full + name
      const own = folder.node.children.get(name)
      const node = own?.type !== 'link' ? own : this.#plan.isFollowing ? this.#call.system.tree.find(full) : undefined
      if (node === undefined || node.type === 'link' || this.#isIgnored(full, layers, node.type === 'folder')) continue
      const shown = folder.shown === '' ? name : `${folder.shown.replace(/\/$/, '')}/${name}`
      if (node.type === 'file') {
        if (node.bytes.length <= this.#plan.maxSize) yield { path: shown, node }
      } else if (own?.type !== 'link' || !isAbove(this.#call, full, node)) {
        yield* this.#below({ node, shown, full: `${full}/`, depth: folder.depth + 1 }, layers)
      }
    }
  }

  #isIgnored(full: string, layers: readonly Layer[], isFolder: boolean): boolean {
    const { overrides, types, hasHidden } = this.#plan
    const name = full.slice(full.lastIndexOf('/') + 1)
    if (overrides.length > 0) {
      const base = `${this.#call.cwd.replace(/\/$/, '')}/`
      const said = verdict(overrides, full.startsWith(base) ? full.slice(base.length) : full, isFolder)
      // A glob that is given chooses; with `!` it leaves out.
      if (said !== undefined) return said === 'keep'
      if (!isFolder && overrides.some((rule) => !rule.isNegated)) return true
    }
    const said = this.#matched(full, layers, isFolder)
    if (said === 'ignore') return true
    let isKept = said === 'keep'
    if (!isFolder && (types.wanted.length > 0 || types.unwanted.length > 0)) {
      if (types.unwanted.some((type) => type.test(name))) return true
      const isWanted = types.wanted.some((type) => type.test(name))
      if (!isWanted && types.wanted.length > 0) return true
      isKept ||= isWanted
    }
    return !isKept && !hasHidden && name.startsWith('.')
  }

  /** Of several kinds of ignore files the first that says anything counts; of one kind the nearest. */
  #matched(full: string, layers: readonly Layer[], isFolder: boolean): 'ignore' | 'keep' | undefined {
    const { usesIgnore, usesDotIgnore, usesGit } = this.#plan
    const nearest = (kind: 'rg' | 'dot' | 'git' | 'exclude', among: readonly Layer[]): 'ignore' | 'keep' | undefined => {
      for (const layer of among) {
        const said = layer[kind].length === 0 ? undefined : verdict(layer[kind], full.slice(layer.base.length), isFolder)
        if (said !== undefined) return said
      }
      return undefined
    }
    if (!usesIgnore) return this.#givenVerdict(full, isFolder)
    const dots = nearest('rg', layers) ?? (usesDotIgnore ? nearest('dot', layers) : undefined)
    return dots ?? (usesGit ? this.#gitVerdict(layers, nearest) : undefined) ?? this.#givenVerdict(full, isFolder)
  }

  #gitVerdict(
    layers: readonly Layer[],
    nearest: (kind: 'git' | 'exclude', among: readonly Layer[]) => 'ignore' | 'keep' | undefined,
  ): 'ignore' | 'keep' | undefined {
    const root = layers.findIndex((layer) => layer.isRepository)
    if (root < 0 && this.#plan.needsGit) return undefined
    const inside = root < 0 ? layers : layers.slice(0, root + 1)
    return nearest('git', inside) ?? nearest('exclude', inside)
  }

  #givenVerdict(full: string, isFolder: boolean): 'ignore' | 'keep' | undefined {
    if (this.#given.length === 0) return undefined
    return verdict(this.#given, full.slice(this.#call.cwd.replace(/\/$/, '').length + 1), isFolder)
  }

  #above(full: string): readonly Layer[] {
    const layers: Layer[] = []
    for (let path = full.replace(/(?<=.)\/$/, ''); path !== '/';) {
      path = parentName(path)
      const node = this.#call.system.tree.find(path)
      if (node?.type === 'folder') layers.push(this.#layer(node, path === '/' ? '/' : `${path}/`))
    }
    return layers
  }

  #layer(folder: FolderNode, base: string): Layer {
    const rules = (name: string): readonly IgnoreRule[] => {
      const node = folder.children.get(name)
      return node?.type === 'file' ? rulesIn(textOf(node.bytes)) : []
    }
    const git = folder.children.get('.git')
    const info = git?.type === 'folder' ? git.children.get('info') : undefined
    const exclude = info?.type === 'folder' ? info.children.get('exclude') : undefined
    return {
      base,
      rg: rules(NAMES.rg),
      dot: rules(NAMES.dot),
      git: rules(NAMES.git),
      exclude: exclude?.type === 'file' ? rulesIn(textOf(exclude.bytes)) : [],
      isRepository: git !== undefined,
    }
  }
}

function rulesIn(text: string): readonly IgnoreRule[] {
  return text.split('\n').flatMap((line) => {
    const rule = ignoreRule(line)
    return rule === undefined ? [] : [rule]
  })
}

function isAbove(call: Call, full: string, node: FolderNode): boolean {
  for (let path = parentName(full); ; path = parentName(path)) {
    if (call.system.tree.find(path) === node) return true
    if (path === '/') return false
  }
}
