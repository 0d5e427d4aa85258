import semver from 'semver'
import { MAX_WANTS } from '../messages'
import { NpmError } from './npm-error'
import { copyTo, meets, PackageNode, specOfEdge, startOf, type Edge } from './package-tree'
import { kindOf, rootInfo, withWishes, type DependencyKind, type Project } from './project'
import type { NpmLine, Settings } from './settings'
import type { Wanted } from './spec'
import { meantOf, withChanged, workspaceInfo, type Repo } from './workspaces'

/** What was typed behind `npm install`, and how it is to be saved. */
export interface Wishes {
  readonly wanted: readonly Wanted[]
  readonly line: NpmLine
}

/** The project as it is once it asks for what was typed. @param text of a dependency, for the project that names it */
export function wishing(repo: Repo, { wanted, line }: Wishes, text: (one: Wanted, project: Project) => string): Repo {
  return withChanged(repo, (project) =>
    withWishes(
      project,
      wanted.map((one) => ({ name: one.name, kind: kindFor(one.name, project, line), text: text(one, project) })),
    ),
  )
}

function kindFor(name: string, project: Project, { options }: NpmLine): DependencyKind {
  if (options.has('save-dev')) return 'devDependencies'
  if (options.has('save-optional')) return 'optionalDependencies'
  if (options.has('save-peer')) return 'peerDependencies'
  if (options.has('save-prod')) return 'dependencies'
  return kindOf(project, name) ?? 'dependencies'
}

/** As it was typed. */
export function typedText({ name, spec, raw }: Wanted): string {
  return name === spec.name ? raw || 'latest' : `npm:${spec.name}@${spec.range}`
}

/** What `package.json` says afterwards: the range that was asked for where that is the narrower one, else from the version that came. */
export function savedText({ name, spec }: Wanted, from: PackageNode, { savePrefix }: Settings): string {
  const version = from.find(name)?.info.version ?? ''
  const usual = savePrefix + version
  const isUsual = spec.type !== 'range' || spec.range === '*' || semver.subset(usual, spec.range, { loose: true })
  const range = isUsual ? usual : spec.range
  return name === spec.name ? range : `npm:${spec.name}@${range}`
}

/** The project and its workspaces as the top of a tree with nothing below. */
function topOf({ root: project, workspaces }: Repo, name?: string): PackageNode {
  const root = new PackageNode(name ?? rootInfo(project).name, rootInfo(project))
  for (const one of workspaces) root.children.set(one.name, new PackageNode(one.name, workspaceInfo(one), root))
  return root
}

/** The package of the tree that a project is. */
export function nodeOf(root: PackageNode, repo: Repo, { folder }: Project): PackageNode {
  const name = repo.workspaces.find((one) => one.folder === folder)?.name
  return name === undefined ? root : (root.children.get(name) ?? root)
}

/** What was below a project, below one that asks for something else by now; packages that were typed are looked up anew. */
export function treeOf(repo: Repo, before: PackageNode | undefined, wanted: readonly Wanted[]): PackageNode {
  const root = topOf(repo, before?.name)
  for (const child of before?.children.values() ?? []) {
    const workspace = child.info.workspace === undefined ? undefined : root.children.get(child.name)
    if (workspace !== undefined) for (const one of child.children.values()) copyTo(workspace, one)
    else if (child.info.workspace === undefined && !root.children.has(child.name)) copyTo(root, child)
  }
  const meant = new Set(meantOf(repo).map((project) => nodeOf(root, repo, project)))
  for (const { name } of wanted) {
    const found = [...meant].flatMap((node) => node.find(name) ?? [])
    for (const node of found)
      if (node.info.workspace === undefined && (meant.has(root) || !isOthers(root, node, meant))) node.parent?.children.delete(name)
  }
  return root
}

/** The dependencies that were typed, but for those that workspaces are. */
export function typedEdges(root: PackageNode, repo: Repo, wanted: readonly Wanted[]): ReadonlySet<Edge> {
  const meant = meantOf(repo).map((project) => nodeOf(root, repo, project))
  return new Set(meant.flatMap((node) => wanted.flatMap(({ name }) => (isWorkspace(root, name) ? [] : (node.edges.get(name) ?? [])))))
}

/** Whether anybody else depends on a package. */
function isOthers(root: PackageNode, node: PackageNode, meant: ReadonlySet<PackageNode>): boolean {
  return [...root.all()].some((other) => {
    const edge = meant.has(other) ? undefined : other.edges.get(node.name)
    return edge !== undefined && startOf(edge).find(node.name) === node
  })
}

/** All that one answer of the person covers by name: what was typed, what the project asks for, what the lock file holds. */
export function wantsOf(wanted: readonly Wanted[], root: PackageNode): readonly string[] {
  const typed = wanted.flatMap(({ name, spec, raw }) =>
    isWorkspace(root, name) ? [] : [raw === '' ? spec.name : `${spec.name}@${spec.range}`],
  )
  const isOwn = (node: PackageNode): boolean => node.parent === undefined || node.info.workspace !== undefined
  const own = [...root.all()].filter(isOwn)
  const locked = [...root.all()].flatMap((node) => (isOwn(node) ? [] : [`${node.info.name}@${node.info.version}`]))
  const known = new Set(locked.map((one) => one.replace(/(?<=.)@.*$/, '')))
  const asked = own
    .flatMap((node) => [...node.edges.values()])
    .filter((edge) => edge.type !== 'workspace' && !isMetHere(root, edge))
    .map(({ name, text }) => (text.startsWith('npm:') ? text.slice(4).replace(/(?<=.)@.*$/, '') : name))
    .filter((name) => !known.has(name) && !typed.some((one) => one.startsWith(name)))
  const all = [...new Set([...typed, ...locked, ...asked])]
  if (all.length > MAX_WANTS) throw new NpmError('ETOOMANY', `More than ${MAX_WANTS} packages are named; nobody could look at them.`)
  return all
}

const isWorkspace = (root: PackageNode, name: string): boolean => root.children.get(name)?.info.workspace !== undefined

/** Whether a workspace is what a dependency asks for. */
function isMetHere(root: PackageNode, edge: Edge): boolean {
  return isWorkspace(root, edge.name) && meets(root.children.get(edge.name), specOfEdge(edge, new Map()))
}
