import type { Manifest } from './manifest'
import { bundledOf } from './manifest'
import { dependencySpec, isMet, type Spec } from './spec'

/** Why a package is there. */
export type EdgeType = 'prod' | 'dev' | 'optional' | 'peer' | 'peerOptional' | 'workspace'

/** One dependency of a package. */
export interface Edge {
  readonly from: PackageNode
  readonly name: string
  readonly text: string
  readonly type: EdgeType
}

/** What npm knows of a package in the tree. */
export interface PackageInfo extends Manifest {
  readonly name: string
  readonly version: string
  readonly resolved: string | undefined
  readonly integrity: string | undefined
  /** Of a workspace: its folder below the project. In its project's `node_modules` is a link to it. */
  readonly workspace?: string
}

/** A package at its place: the project itself, or one in a `node_modules`. */
export class PackageNode {
  /** Of its folder. */
  readonly name: string
  readonly parent: PackageNode | undefined
  readonly children = new Map<string, PackageNode>()
  readonly info: PackageInfo
  #edges: ReadonlyMap<string, Edge> | undefined

  constructor(name: string, info: PackageInfo, parent?: PackageNode) {
    this.name = name
    this.info = info
    this.parent = parent
  }

  /** What it depends on, in the order in which npm looks at it: by name, so that the same wishes make the same tree. */
  get edges(): ReadonlyMap<string, Edge> {
    this.#edges ??= edgesOf(this)
    return this.#edges
  }

  /** Below the project, such as `node_modules/a/node_modules/b` or `packages/a`; empty for the project. */
  get location(): string {
    if (this.parent === undefined) return ''
    if (this.info.workspace !== undefined) return this.info.workspace
    const above = this.parent.location
    return `${above === '' ? '' : `${above}/`}node_modules/${this.name}`
  }

  get depth(): number {
    return this.parent === undefined || this.info.workspace !== undefined ? 0 : this.parent.depth + 1
  }

  /** What `require(name)` finds from here. */
  find(name: string): PackageNode | undefined {
    return this.children.get(name) ?? this.parent?.find(name)
  }

  /** Itself and all below it. */
  *all(): Generator<PackageNode, void> {
    yield this
    for (const child of this.children.values()) yield* child.all()
  }
}

function edgesOf(from: PackageNode): ReadonlyMap<string, Edge> {
  const { info } = from
  const bundled = new Set(from.parent === undefined || info.workspace !== undefined ? [] : bundledOf(info))
  const edges = new Map<string, Edge>()
  const add = (type: EdgeType, named: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(named)) if (!bundled.has(name)) edges.set(name, { from, name, text, type })
  }
  // The later ones win, as in npm: what is optional is not needed, whatever else is said of it.
  for (const [name, text] of Object.entries(info.peerDependencies))
    add(info.peerDependenciesMeta[name]?.optional === true ? 'peerOptional' : 'peer', { [name]: text })
  if (from.parent === undefined || info.workspace !== undefined) add('dev', info.devDependencies)
  add('prod', info.dependencies)
  add('optional', info.optionalDependencies)
  for (const { name, info: own } of from.children.values()) if (own.workspace !== undefined) add('workspace', { [name]: '*' })
  return new Map([...edges].toSorted(([a], [b]) => a.localeCompare(b, 'en')))
}

/** A peer is looked for beside the package that names it. */
export function startOf({ from, type }: Pick<Edge, 'from' | 'type'>): PackageNode {
  return type === 'peer' || type === 'peerOptional' ? (from.parent ?? from) : from
}

/** What the project says instead of what a dependency says (`overrides`). */
export type Overrides = ReadonlyMap<string, string>

/** What a dependency asks for. @throws NpmError */
export function specOfEdge({ from, name, text }: Edge, overrides: Overrides): Spec {
  const told = from.parent === undefined ? undefined : overrides.get(name)
  return dependencySpec(name, told ?? text)
}

/** Whether a package is what a dependency asks for. */
export function meets(node: PackageNode | undefined, spec: Spec): boolean {
  return node !== undefined && isMet(spec, node.info)
}

/** Puts a package, and what is below it, below another one as well. @param keeps which of them */
export function copyTo(to: PackageNode, node: PackageNode, keeps: (node: PackageNode) => boolean = () => true): void {
  const copy = new PackageNode(node.name, node.info, to)
  to.children.set(node.name, copy)
  for (const child of node.children.values()) if (keeps(child)) copyTo(copy, child, keeps)
}

/** The tree with these packages alone. */
export function copyOf(root: PackageNode, kept: ReadonlySet<PackageNode>): PackageNode {
  const copy = new PackageNode(root.name, root.info)
  for (const child of root.children.values()) if (kept.has(child)) copyTo(copy, child, (node) => kept.has(node))
  return copy
}
