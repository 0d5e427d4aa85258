import * as z from 'zod/mini'
import type { Call } from '../../../shell/commands/command'
import { wildmatch } from '../../../shell/commands/git/wildmatch'
import { braceExpanded } from '../../../shell/language/expansion/braces'
import type { FileTree } from '../../../shell/tree/file-tree'
import { resolvePath, type TreeNode } from '../../../shell/tree/tree-node'
import { nameOfFolder } from './manifest'
import { NpmError } from './npm-error'
import type { PackageInfo } from './package-tree'
import { findProject, needProject, readProject, rootInfo, type Project } from './project'
import { listOf, type NpmLine } from './settings'

/** A package of a project that is in a folder of it. */
export interface Workspace extends Project {
  readonly name: string
  /** Below the project. */
  readonly path: string
}

/** A project with its workspaces, and those of its packages that a line is about. */
export interface Repo {
  readonly root: Project
  readonly workspaces: readonly Workspace[]
  /** Chosen by `--workspace`, `--workspaces` or the folder where the line was said; none stands for the root. */
  readonly chosen: readonly Workspace[]
  /** Whether the root is meant beside those that are chosen. */
  readonly isRootToo: boolean
}

const declared = z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })])
/** A project of more is a mistake in a pattern. */
const MOST = 2000

/** What stands below `workspaces` in a project, in the order of its patterns. @throws NpmError EDUPLICATEWORKSPACE, EWORKSPACESCONFIG */
export function workspacesOf(tree: FileTree, root: Project): readonly Workspace[] {
  if (root.manifest.workspaces === undefined) return []
  const parsed = z.safeParse(declared, root.manifest.workspaces)
  if (!parsed.success) throw new NpmError('EWORKSPACESCONFIG', 'workspaces config expects an Array')
  const told = Array.isArray(parsed.data) ? parsed.data : parsed.data.packages
  const { patterns, negated } = patternsOf(told.flatMap((one) => braceExpanded(one)))
  if (patterns.length === 0) return []
  const top = tree.find(root.folder)
  const folders = top === undefined ? [] : foldersBelow(top, '').toSorted((a, b) => a.localeCompare(b, 'en'))
  const isIn = (folder: string, pattern: string): boolean => wildmatch(pattern, folder, { isPath: true })
  const matched = patterns.flatMap((pattern) => folders.filter((folder) => isIn(folder, pattern)))
  const found = [...new Set(matched)].filter((folder) => !negated.some((pattern) => isIn(folder, pattern)))
  if (found.length > MOST) throw new NpmError('ETOOMANY', `More than ${MOST} folders are workspaces of ${root.folder}; nobody meant that.`)
  const all = found.map((path): Workspace => {
    const project = readProject(tree, `${root.folder}/${path}`)
    return { ...project, path, name: project.manifest.name ?? nameOfFolder(path) }
  })
  refuseSameNames(all)
  return all
}

/** A later pattern takes back what an earlier one left out. */
function patternsOf(told: readonly string[]): { patterns: readonly string[]; negated: readonly string[] } {
  const patterns: string[] = []
  let negated: string[] = []
  for (const one of told) {
    const marks = /^!*/.exec(one)?.[0].length ?? 0
    const pattern = one
      .slice(marks)
      .replace(/^\.?\/+/, '')
      .replace(/\/+$/, '')
    if (marks % 2 === 1) negated.push(pattern)
    else {
      negated = negated.filter((other) => !wildmatch(other, pattern, { isPath: true }))
      patterns.push(pattern)
    }
  }
  return { patterns, negated }
}

/** Folders with a `package.json`, packages that were installed and what begins with a period aside. Links are not followed. */
function foldersBelow(node: TreeNode, path: string): readonly string[] {
  if (node.type !== 'folder') return []
  const own = path !== '' && node.children.get('package.json')?.type === 'file' ? [path] : []
  const below = [...node.children].flatMap(([name, child]) =>
    name === 'node_modules' || name.startsWith('.') ? [] : foldersBelow(child, path === '' ? name : `${path}/${name}`),
  )
  return [...own, ...below]
}

function refuseSameNames(all: readonly Workspace[]): void {
  const twice = all.filter((one, at) => all.some((other, place) => place !== at && other.name === one.name))
  if (twice.length === 0) return
  throw new NpmError(
    'EDUPLICATEWORKSPACE',
    'must not have multiple workspaces with the same name',
    ...twice.map(({ name, folder }) => `package '${name}' is in ${folder}`),
  )
}

/** The project of which a folder is a workspace, where it is one. */
function around(tree: FileTree, project: Project): { root: Project; workspaces: readonly Workspace[] } | undefined {
  for (let folder = project.folder; folder.includes('/');) {
    folder = folder.slice(0, folder.lastIndexOf('/'))
    if (tree.find(`${folder}/package.json`)?.type !== 'file') continue
    const root = readProject(tree, folder)
    const workspaces = workspacesOf(tree, root)
    if (workspaces.some((one) => one.folder === project.folder)) return { root, workspaces }
  }
  return undefined
}

/**
 * The project that a line is said in, with its workspaces. @param need what else than the nearest `package.json` may be the project.
 * @throws NpmError ENOENT, ENOWORKSPACES
 */
export function repoOf(call: Call, { options }: Pick<NpmLine, 'options'>, need: (call: Call) => Project = needProject): Repo {
  const { tree } = call.system
  const nearest = need(call)
  const outer = findProject(call) === undefined ? undefined : around(tree, nearest)
  const { root, workspaces } = outer ?? { root: nearest, workspaces: workspacesOf(tree, nearest) }
  const isRootToo = options.has('include-workspace-root')
  if (isOn(options, 'workspaces')) {
    if (workspaces.length === 0) throw new NpmError('ENOWORKSPACES', 'No workspaces found!')
    return { root, workspaces, chosen: workspaces, isRootToo }
  }
  const told = listOf(options, 'workspace')
  if (told.length > 0) return { root, workspaces, chosen: chosenBy(told, workspaces, call.cwd), isRootToo }
  const isOff = options.has('no-workspaces') || options.get('workspaces') === 'false'
  return { root, workspaces, chosen: isOff ? [] : workspaces.filter(({ folder }) => folder === nearest.folder), isRootToo }
}

const isOn = (options: ReadonlyMap<string, string>, name: string): boolean => options.has(name) && options.get(name) !== 'false'

/** By name, by folder, or by a folder that several are in. */
function chosenBy(told: readonly string[], workspaces: readonly Workspace[], cwd: string): readonly Workspace[] {
  const chosen = told.map((word) => {
    const path = resolvePath(cwd, word)
    return workspaces.filter(({ name, folder }) => name === word || folder === path || folder.startsWith(`${path}/`))
  })
  const lacking = told.filter((_, at) => chosen[at]?.length === 0)
  if (lacking.length > 0)
    throw new NpmError('ENOWORKSPACES', 'No workspaces found:', `  ${lacking.map((word) => `--workspace=${word}`).join(' ')}`)
  return [...new Set(chosen.flat())]
}

/** The projects whose `package.json` a line is about. */
export function meantOf({ root, chosen, isRootToo }: Repo): readonly Project[] {
  return chosen.length === 0 ? [root] : [...(isRootToo ? [root] : []), ...chosen]
}

/** With some of its projects changed. */
export function withChanged(repo: Repo, change: (project: Project) => Project): Repo {
  const meant = new Set(meantOf(repo).map(({ folder }) => folder))
  const changed = (one: Workspace): Workspace => (meant.has(one.folder) ? { ...one, ...change(one) } : one)
  return {
    ...repo,
    root: meant.has(repo.root.folder) ? change(repo.root) : repo.root,
    workspaces: repo.workspaces.map(changed),
    chosen: repo.chosen.map(changed),
  }
}

/** A workspace as a package of its project’s tree. */
export function workspaceInfo({ name, path, folder, manifest }: Workspace): PackageInfo {
  return { ...rootInfo({ folder, manifest }), name, workspace: path }
}
