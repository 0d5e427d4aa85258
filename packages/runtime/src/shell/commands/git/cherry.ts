import { gitArgs } from './args'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { subjectOf } from './objects'
import { patchKey } from './patch-key'
import { walk } from './rev-list'

/** `git cherry`: which commits the other side has not taken yet. */
export function cherry(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'v,verbose abbrev?')
  const { repo } = git
  const [upstreamName, headName = 'HEAD', limitName] = args.words
  const named = upstreamName ?? (repo.branch === undefined ? undefined : git.revisions.upstream(repo.branch))
  if (named === undefined) return fatal('Could not find a tracked remote branch, please specify <upstream> manually.')
  const upstream = git.revisions.commit(named).oid
  const head = git.revisions.commit(headName).oid
  const limit = limitName === undefined ? [] : [git.revisions.commit(limitName).oid]
  const plan = { order: 'default' as const, isFirstParent: false, tick: () => git.call.tick() }
  const known = new Set(
    [...walk(repo.objects, { include: [upstream], exclude: [head], ...plan })].map(({ commit }) => patchKey(repo.objects, commit)),
  )
  const ours = [...walk(repo.objects, { include: [head], exclude: [upstream, ...limit], ...plan })].map(({ commit }) => commit)
  for (const commit of ours.filter(({ parents }) => parents.length < 2).toReversed()) {
    const key = patchKey(repo.objects, commit)
    const name = args.has('abbrev') ? repo.objects.abbreviate(commit.oid, Number(args.value('abbrev') ?? 7)) : commit.oid
    git.print(`${key !== '' && known.has(key) ? '-' : '+'} ${name}${args.has('verbose') ? ` ${subjectOf(commit.message)}` : ''}\n`)
  }
  return 0
}
