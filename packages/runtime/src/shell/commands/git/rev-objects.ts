import type { Git } from './git-call'
import type { LogPlan } from './log'
import { MODE_COMMIT, MODE_TREE, type Commit } from './objects'
import { refWords } from './ref-words'
import { ancestorsOf } from './commit-graph'

/** What commits need, told behind them: `rev-list --objects`. Each line is a name and the path that it was met at first. */
export function objectLines(git: Git, plan: LogPlan, commits: readonly Commit[]): readonly string[] {
  const { objects } = git.repo
  const out: string[] = []
  const seen = new Set<string>()
  const isNamed = plan.args.last('object-names', 'no-object-names') !== 'no-object-names'
  const put = (oid: string, name: string): void => {
    seen.add(oid)
    out.push(isNamed ? `${oid} ${name}` : oid)
  }
  const hidden = ancestorsOf(objects, plan.set.exclude)
  const edges = [...plan.set.exclude, ...commits.flatMap(({ parents }) => parents.filter((oid) => hidden.has(oid)))]
  for (const oid of new Set(edges)) markTree(git, objects.commit(oid).tree, seen)
  for (const word of [...plan.words, ...refWords(git, plan.args)]) {
    let oid = /^\^|\.\./.test(word) ? undefined : git.revisions.find(word)
    for (; oid !== undefined && objects.read(oid).type === 'tag'; oid = objects.tag(oid).object)
      if (!seen.has(oid)) put(oid, objects.tag(oid).tag)
  }
  const tree = (oid: string, path: string): void => {
    if (seen.has(oid)) return
    put(oid, path)
    git.call.tick()
    for (const entry of objects.tree(oid)) {
      const inner = path === '' ? entry.name : `${path}/${entry.name}`
      if (entry.mode === MODE_TREE) tree(entry.oid, inner)
      else if (entry.mode !== MODE_COMMIT && !seen.has(entry.oid)) put(entry.oid, inner)
    }
  }
  for (const commit of commits) tree(commit.tree, '')
  return out
}

function markTree(git: Git, oid: string, seen: Set<string>): void {
  if (seen.has(oid)) return
  seen.add(oid)
  for (const entry of git.repo.objects.tree(oid)) {
    if (entry.mode === MODE_TREE) markTree(git, entry.oid, seen)
    else seen.add(entry.oid)
  }
}
