import { IndexFile } from '../index-file'
import type { Git } from '../git-call'
import type { Person } from '../objects'
import { authorEnv, hasHook, runHook, toldPath } from './hooks'

/** Hooks of a commit, in the order in which they run. */
export const COMMIT_HOOKS = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'post-rewrite'] as const
const BEFORE = ['pre-commit', 'prepare-commit-msg', 'commit-msg'] as const

/** What hooks see of a commit that is being made, and what they made of it. */
export interface CommitHooks {
  /** Of what is committed, as the hooks left it. */
  readonly tree: string
  readonly isEmpty: boolean
  readonly editorEnv: [string, string][]
  /** Whether a hook that may stop the commit lets it pass. */
  passes(name: (typeof BEFORE)[number], words?: readonly string[]): Promise<boolean>
  tell(name: 'post-commit'): Promise<void>
  /** What was staged for the commit stays staged. */
  keep(): void
  /** Takes away what only hooks were to see. */
  drop(): void
}

interface Making {
  /** The index of a commit of some paths alone. */
  readonly partial: IndexFile | undefined
  /** What the command stages itself is kept only when the commit is made. */
  readonly isStaging: boolean
  readonly isEdited: boolean
  readonly author: Person
  /** Of another command that commits. */
  readonly action: string | undefined
}

/** Hooks see what is committed in an index of its own where the real one is not to change before the commit is made. */
export function commitHooks(git: Git, making: Making): CommitHooks {
  const { repo, files } = git
  const { partial } = making
  const hasOwn = (partial !== undefined || making.isStaging) && BEFORE.some((name) => hasHook(git, name))
  const own = `${repo.gitDir}/${partial === undefined ? 'index.lock' : 'next-index.lock'}`
  const kept = repo.index
  let index = partial ?? kept
  let isKept = false
  if (hasOwn) files.writeFile(own, index.bytes())
  else repo.saveIndex()
  const indexName = (isBefore: boolean): string => (hasOwn && isBefore ? own : toldPath(git, 'index'))
  const envOf = (isBefore: boolean): [string, string][] => [
    ...authorEnv(making.author),
    ['GIT_INDEX_FILE', indexName(isBefore)],
    ...(making.action === undefined ? [] : [['GIT_REFLOG_ACTION', making.action] satisfies [string, string]]),
    ...(making.isEdited ? [] : [['GIT_EDITOR', ':'] satisfies [string, string]]),
  ]
  return {
    get tree() {
      return index.writeTree(repo.objects)
    },
    get isEmpty() {
      return index.entries.every(({ isIntent }) => isIntent === true)
    },
    get editorEnv() {
      return envOf(true)
    },
    passes: async (name, words = []) => {
      const args = name === 'pre-commit' ? [] : [toldPath(git, 'COMMIT_EDITMSG'), ...words]
      if ((await runHook(git, name, { args, env: envOf(true) })) !== 0) return false
      if (!hasHook(git, name)) return true
      // A hook may have staged more.
      index = hasOwn ? IndexFile.read(files, own) : partial === undefined ? repo.readIndex() : index
      if (!hasOwn) repo.replaceIndex(repo.readIndex())
      return true
    },
    tell: async (name) => {
      await runHook(git, name, { env: envOf(false) })
    },
    keep: () => {
      if (isKept || !hasOwn) return
      isKept = true
      repo.replaceIndex(partial === undefined ? index : kept)
      repo.saveIndex()
    },
    drop: () => {
      if (hasOwn && files.find(own) !== undefined) files.unlink(own)
    },
  }
}
