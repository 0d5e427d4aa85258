import { textOf } from '../../text'
import { parentName } from '../../tree/tree-node'
import type { Git } from './git-call'
import type { Repository } from './repository'

/** One working tree of a repository. */
export interface WorktreeInfo {
  readonly path: string
  readonly gitDir: string
  /** Undefined for the one that the repository was made with. */
  readonly id: string | undefined
  readonly head: string | undefined
  readonly branch: string | undefined
  /** Why it must not be taken away. */
  readonly locked: string | undefined
  readonly isBare: boolean
}

function textAt(git: Git, path: string): string | undefined {
  const node = git.files.find(path)
  return node?.type === 'file' ? textOf(node.bytes) : undefined
}

function headOf(repo: Repository): { readonly head: string | undefined; readonly branch: string | undefined } {
  return { head: repo.head, branch: repo.branch }
}

/** Every working tree, the first one first. */
export function worktreesOf(git: Git): WorktreeInfo[] {
  const { commonDir } = git.repo
  const mainPath = commonDir.endsWith('/.git') ? parentName(commonDir) : commonDir
  const main = git.open({ gitDir: commonDir, commonDir, worktree: undefined })
  const isBare = main.config.bool('core.bare') ?? false
  const first: WorktreeInfo = {
    path: isBare ? commonDir : mainPath,
    gitDir: commonDir,
    id: undefined,
    ...headOf(main),
    locked: undefined,
    isBare,
  }
  const folder = git.files.find(`${commonDir}/worktrees`)
  const ids = folder?.type === 'folder' ? [...folder.children.keys()] : []
  const linked = ids.flatMap((id): WorktreeInfo[] => {
    const gitDir = `${commonDir}/worktrees/${id}`
    const file = textAt(git, `${gitDir}/gitdir`)?.trim()
    if (file === undefined) return []
    const repo = git.open({ gitDir, commonDir, worktree: undefined })
    return [{ path: parentName(file), gitDir, id, ...headOf(repo), locked: textAt(git, `${gitDir}/locked`)?.trim(), isBare: false }]
  })
  return [first, ...linked.toSorted((a, b) => (a.path < b.path ? -1 : 1))]
}

/** Folder of the working tree that a branch is checked out in. */
export function placeOfBranch(git: Git, branch: string): string | undefined {
  if (git.repo.branch === branch && git.repo.worktree !== undefined) return git.repo.root
  if (git.files.find(`${git.repo.commonDir}/worktrees`) === undefined && git.repo.gitDir === git.repo.commonDir) return undefined
  return worktreesOf(git).find((tree) => tree.branch === branch && !tree.isBare)?.path
}

/** Whether its folder is there no more. */
export function isGone(git: Git, tree: WorktreeInfo): boolean {
  return tree.id !== undefined && git.files.find(`${tree.path}/.git`) === undefined
}
