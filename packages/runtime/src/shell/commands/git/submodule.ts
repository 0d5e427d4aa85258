import { gitArgs } from './args'
import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { MODE_COMMIT } from './objects'

const QUIET_ABOUT_NONE = new Set(['status', 'update', 'init', 'foreach', 'sync', 'summary'])

/** `git submodule` where there is none: everything that only goes through them has nothing to do. The rest is refused by name. */
export function submodule(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'q,quiet cached', { stopsEarly: true })
  const [name = 'status', ...rest] = args.words
  if (git.repo.worktree === undefined) fatal('this operation must be run in a work tree')
  const hasAny = git.repo.index.entries.some(({ mode }) => mode === MODE_COMMIT)
  if (hasAny || !QUIET_ABOUT_NONE.has(name)) notImplemented(`submodule ${name}`)
  const path = name === 'foreach' ? undefined : rest.find((word) => !word.startsWith('-'))
  return path === undefined ? 0 : fatal(`pathspec '${path}' did not match any file(s) known to git`)
}
