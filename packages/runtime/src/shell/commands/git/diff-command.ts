import { gitArgs, type GitArgs, invalidOption } from './args'
import { mergeBases } from './commit-graph'
import {
  blobSide,
  diffCached,
  diffTrees,
  diffTreeWork,
  diffWork,
  type FileChange,
  type FileSide,
  pathOf,
  treeSides,
  workSide,
} from './diff/file-change'
import { changesAnywhere } from './diff/anywhere'
import { checked } from './diff/check'
import { DIFF_OPTIONS, diffPlan, isRealChange, type OldFiles, selected, shownChanges } from './diff/diff-plan'
import { combinedUnmerged, hasBothSides } from './diff/combined'
import { failed, fatal } from './git-error'
import type { Git } from './git-call'
import type { IndexEntry } from './index-file'
import { MODE_FILE } from './objects'
import { byteOrder } from './oid'
import { type Pathspec, pathspecOf } from './pathspec'
import { refreshIndex } from './status'
import { revisionsThenPaths } from './rev-args'

/** `git diff`. */
export async function diff(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, `${DIFF_OPTIONS} cached staged no-index merge-base quiet ours,2 theirs,3 base,1 !c cc`, {
    unknown: words.includes('--no-index') ? undefined : invalidOption,
  })
  if (args.has('no-index') || git.find() === undefined) return noIndex(git, args)
  const { revisions, paths } = revisionsThenPaths(git, args)
  const plan = diffPlan(git, args, 'patch')
  const spec = pathspecOf(git, paths)
  const isCached = args.has('cached') || args.has('staged')
  const { changes: found, oldFiles } = changesFor(git, { revisions, spec, isCached, isBase: args.has('merge-base') })
  const unmerged = found.filter(({ status }) => status === 'U').map((change) => change.fresh?.path ?? '')
  const isPlain = revisions.length === 0 && !isCached
  if (isPlain) refreshIndex(git)
  const stage = { base: 1, ours: 2, theirs: 3 }[args.last('base', 'ours', 'theirs') ?? '']
  const isCombined = isPlain && stage === undefined && plan.formats.includes('patch')
  const both = isCombined ? unmerged.filter((path) => hasBothSides(git, path)) : []
  const single = found.filter((change) => change.status !== 'U' || !both.includes(change.fresh?.path ?? ''))
  const whole = withUnmerged(git, single, { isPlain, stage: stage ?? 2, isLeft: (path) => spec.matches(path) && !both.includes(path) })
  const changes = selected(whole, plan, oldFiles)
  const code = unmerged.length > 0 || changes.some((change) => isRealChange(change, plan)) ? 1 : 0
  if (args.has('quiet')) return code
  if (plan.isCheck) {
    const text = checked(changes, plan)
    git.print(text)
    return text === '' ? 0 : 2
  }
  git.print(both.map((path) => combinedUnmerged(git, path, plan)).join(''))
  git.print(shownChanges(changes, plan))
  return Promise.resolve(args.has('exit-code') ? code : 0)
}

/** Paths with conflicts are told, and what one of their sides differs from the working tree by. */
function withUnmerged(
  git: Git,
  found: readonly FileChange[],
  how: { readonly isPlain: boolean; readonly stage: number; isLeft(path: string): boolean },
): FileChange[] {
  const { repo } = git
  const sides = how.isPlain ? repo.index.unmerged.filter((path) => how.isLeft(path)) : []
  const more = sides.flatMap((path): FileChange[] => {
    const entry = repo.index.get(path, how.stage)
    const file = repo.workFile(path)
    if (entry === undefined) return []
    const old = blobSide(repo.objects, path, entry)
    if (file === undefined) return [{ status: 'D', old, fresh: undefined }]
    return repo.hashFile(path, file.mode) === entry.oid && file.mode === entry.mode
      ? []
      : [{ status: 'M', old, fresh: workSide(repo, path, file.mode) }]
  })
  const all = [...found, ...more]
  const order = ({ status }: FileChange): number => (status === 'U' ? 0 : 1)
  return all.toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)) || order(a) - order(b))
}

interface Wanted {
  readonly revisions: readonly string[]
  readonly spec: Pathspec
  readonly isCached: boolean
  readonly isBase: boolean
}

interface Found {
  readonly changes: readonly FileChange[]
  readonly oldFiles: OldFiles
}

function changesFor(git: Git, { revisions, spec, isCached, isBase }: Wanted): Found {
  const { repo } = git
  const { objects } = repo
  const treeOf = (text: string): string => git.revisions.peel(git.revisions.resolve(text), 'tree') ?? fatal(`'${text}' is not a tree`)
  const baseOf = (a: string, b: string): string =>
    mergeBases(objects, git.revisions.commit(a).oid, [git.revisions.commit(b).oid])[0] ?? fatal('no merge base found')
  const fromTree = (old: string | undefined, changes: readonly FileChange[]): Found => ({
    changes,
    oldFiles: () => treeSides(objects, old).filter(({ path }) => spec.matches(path)),
  })
  const between = (old: string | undefined, fresh: string): Found => fromTree(old, diffTrees(objects, { old, fresh }, spec))
  const [first, second] = revisions
  if (first === undefined) return isCached ? fromTree(repo.headTree, diffCached(repo, repo.headTree, spec)) : unstaged(git, spec)
  const range = /^(.*?)(\.\.\.?)(.*)$/s.exec(first)
  if (first.endsWith('^!') && second === undefined) {
    const commit = git.revisions.commit(first.slice(0, -2))
    return between(commit.parents[0] === undefined ? undefined : objects.commit(commit.parents[0]).tree, commit.tree)
  }
  if (range !== null && second === undefined) {
    const left = range[1] === '' ? 'HEAD' : (range[1] ?? '')
    const right = range[3] === '' ? 'HEAD' : (range[3] ?? '')
    return between(treeOf(range[2] === '...' ? baseOf(left, right) : left), treeOf(right))
  }
  if (second !== undefined) {
    const kind = (text: string): string => objects.read(git.revisions.resolve(text)).type
    if (kind(first) === 'blob' && kind(second) === 'blob') return { changes: blobs(git, first, second), oldFiles: () => [] }
    return between(treeOf(isBase ? baseOf(first, second) : first), treeOf(second))
  }
  const [only, ...more] = spec.literals
  if (!isCached && only !== undefined && more.length === 0 && objects.read(git.revisions.resolve(first)).type === 'blob')
    return { changes: blobAndFile(git, first, only), oldFiles: () => [] }
  const start = treeOf(isBase ? baseOf(first, 'HEAD') : first)
  return fromTree(start, isCached ? diffCached(repo, start, spec) : diffTreeWork(repo, start, spec))
}

function unstaged({ repo }: Git, spec: Pathspec): Found {
  const entries = (): readonly IndexEntry[] => repo.index.entries.filter(({ path, stage }) => stage === 0 && spec.matches(path))
  return {
    changes: diffWork(repo, spec),
    oldFiles: () => entries().map((entry) => blobSide(repo.objects, entry.path, entry)),
  }
}

function blobNamed(git: Git, text: string): FileSide {
  const oid = git.revisions.resolve(text)
  const path = text.includes(':') ? text.slice(text.indexOf(':') + 1) : oid
  return { path, mode: MODE_FILE, oid, read: () => git.repo.objects.readAs(oid, 'blob') }
}

function blobAndFile(git: Git, name: string, path: string): FileChange[] {
  const { repo } = git
  const old = blobNamed(git, name)
  const file = repo.workFile(path) ?? failed(`${path}: no such path in the working tree.`, 128)
  const fresh = { ...workSide(repo, path, file.mode), path: old.path }
  return repo.hashFile(path, file.mode) === old.oid ? [] : [{ status: 'M', old: { ...old, mode: file.mode }, fresh }]
}

function blobs(git: Git, first: string, second: string): FileChange[] {
  const old = blobNamed(git, first)
  const fresh = blobNamed(git, second)
  return old.oid === fresh.oid ? [] : [{ status: 'M', old, fresh }]
}

/** Two files or folders anywhere. */
async function noIndex(git: Git, args: GitArgs): Promise<number> {
  const [left, right] = args.words
  if (left === undefined || right === undefined) {
    await git.say('usage: git diff --no-index [<options>] <path> <path>\n')
    return 129
  }
  const plan = diffPlan(git, args, 'patch')
  const changes = selected(changesAnywhere(git, left, right), plan)
  git.print(plan.isCheck ? checked(changes, plan) : args.has('quiet') ? '' : shownChanges(changes, plan))
  return changes.some((change) => isRealChange(change, plan)) ? 1 : 0
}
