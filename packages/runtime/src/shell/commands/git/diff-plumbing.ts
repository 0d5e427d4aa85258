import { readText } from '../../streams/stream'
import { gitArgs, type GitArgs } from './args'
import { mergeBases } from './commit-graph'
import { ALL_PATHS, blobSide, diffCached, diffTrees, diffTreeWork, diffWork, type FileChange, pathOf } from './diff/file-change'
import { DIFF_OPTIONS, type DiffPlan, diffPlan, selected, shownChanges } from './diff/diff-plan'
import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { LOG_OPTIONS, LogPrinter, logPlan } from './log'
import { MODE_TREE } from './objects'
import { byteOrder } from './oid'

import { pathspecOf } from './pathspec'
import { splitRevisions } from './rev-args'

/** Plumbing finds no renames and shortens no names unless it is told to. */
function plumbingPlan(git: Git, args: GitArgs): DiffPlan {
  const plan = diffPlan(git, args, 'raw')
  const findsRenames = args.has('find-renames') || args.has('find-copies')
  const isShort = args.has('abbrev') || (plan.formats.includes('patch') && !plan.formats.includes('raw'))
  return { ...plan, renames: findsRenames ? plan.renames : undefined, abbreviate: isShort ? plan.abbreviate : (oid) => oid }
}

/** `git diff-tree`. */
export async function diffTree(git: Git, words: readonly string[]): Promise<number> {
  const extra = 'r t root stdin m c cc no-commit-id v,pretty? !combined-all-paths merge-base always quiet'
  const args = gitArgs(words, `${DIFF_OPTIONS} ${extra}`)
  const plan = plumbingPlan(git, args)
  const { revisions, paths } = splitRevisions(git, args)
  const spec = pathspecOf(git, paths)
  const isDeep = args.has('r') || args.has('t') || plan.formats.some((format) => !['raw', 'name-only', 'name-status'].includes(format))
  if (args.has('t')) notImplemented('option -t of diff-tree')
  const between = (old: string | undefined, fresh: string): FileChange[] =>
    selected(
      isDeep
        ? diffTrees(git.repo.objects, { old, fresh }, spec)
        : shallow(git, old, fresh).filter((change) => spec.matches(pathOf(change))),
      plan,
    )
  const treeOf = (name: string): string => git.revisions.peel(git.revisions.resolve(name), 'tree') ?? fatal(`'${name}' is not a tree`)
  const [first, second] = revisions
  if (args.has('stdin')) {
    for (const line of (await readText(git.call.stdin)).split('\n').filter((one) => one !== ''))
      oneCommit(git, args, { name: line.trim(), plan, between, words })
    return 0
  }
  if (first === undefined) return fatal('usage: git diff-tree [<options>] <tree-ish> [<tree-ish>] [<path>...]')
  if (second === undefined) {
    const range = /^(.*?)\.\.(.*)$/.exec(first)
    if (range === null) return oneCommit(git, args, { name: first, plan, between, words })
    const changes = between(treeOf(range[1] === '' ? 'HEAD' : (range[1] ?? '')), treeOf(range[2] === '' ? 'HEAD' : (range[2] ?? '')))
    git.print(shownChanges(changes, plan))
    return args.has('exit-code') && changes.length > 0 ? 1 : 0
  }
  const base = args.has('merge-base')
    ? (mergeBases(git.repo.objects, git.revisions.commit(first).oid, [git.revisions.commit(second).oid])[0] ?? fatal('no merge base found'))
    : first
  const changes = between(treeOf(base), treeOf(second))
  if (!args.has('quiet')) git.print(shownChanges(changes, plan))
  return (args.has('exit-code') || args.has('quiet')) && changes.length > 0 ? 1 : 0
}

interface OneCommit {
  readonly name: string
  readonly plan: DiffPlan
  readonly words: readonly string[]
  between(old: string | undefined, fresh: string): FileChange[]
}

/** A commit against its parent; a merge shows nothing unless it is asked for. */
function oneCommit(git: Git, args: GitArgs, { name, plan, between, words }: OneCommit): number {
  const { objects } = git.repo
  const commit = git.revisions.commit(name)
  if (args.has('pretty') || args.has('cc') || args.has('c') || args.has('m')) {
    if (!args.has('pretty')) notImplemented('option -m, -c or --cc of diff-tree without --pretty')
    const list = words.filter((word) => !['-r', '-t', '--root', '--no-commit-id', '-v'].includes(word))
    const inner = gitArgs(list, LOG_OPTIONS)
    const logged = logPlan(git, inner, undefined)
    const isCombined = (args.has('c') || args.has('cc')) && plan.formats.length === 1 && plan.formats[0] === 'raw' && !args.has('raw')
    const diff: DiffPlan = isCombined ? { ...logged.diff, formats: ['patch'] } : plan
    const printer = new LogPrinter(git, { ...logged, diff, style: { ...logged.style, abbreviate: (oid) => oid } })
    printer.commit({ commit, parents: commit.parents })
    return 0
  }
  if (
    commit.parents.length > 1 ||
    (commit.parents.length === 0 && !args.has('root') && git.config.bool('log.showroot') !== true && !args.has('always'))
  )
    return 0
  const [parent] = commit.parents
  const changes = between(parent === undefined ? undefined : objects.commit(parent).tree, commit.tree)
  if (args.has('quiet')) return changes.length > 0 ? 1 : 0
  if (changes.length > 0 && !args.has('no-commit-id')) git.print(`${commit.oid}${plan.isNul ? '\0' : '\n'}`)
  git.print(shownChanges(changes, plan))
  return args.has('exit-code') && changes.length > 0 ? 1 : 0
}

/** What differs in the outermost folder, folders themselves included. */
function shallow(git: Git, old: string | undefined, fresh: string): FileChange[] {
  const { objects } = git.repo
  const left = new Map((old === undefined ? [] : objects.tree(old)).map((entry) => [entry.name, entry]))
  const right = new Map(objects.tree(fresh).map((entry) => [entry.name, entry]))
  return [...new Set([...left.keys(), ...right.keys()])].toSorted(byteOrder).flatMap((name): FileChange[] => {
    const [a, b] = [left.get(name), right.get(name)]
    if (a?.oid === b?.oid && a?.mode === b?.mode) return []
    const [x, y] = [a, b].map((entry) => (entry === undefined ? undefined : blobSide(objects, name, entry)))
    if (a === undefined || b === undefined) return [{ status: a === undefined ? 'A' : 'D', old: x, fresh: y }]
    if ((a.mode === MODE_TREE) !== (b.mode === MODE_TREE))
      return [
        { status: 'D', old: x, fresh: undefined },
        { status: 'A', old: undefined, fresh: y },
      ]
    return [{ status: (a.mode & 0o170000) === (b.mode & 0o170000) ? 'M' : 'T', old: x, fresh: y }]
  })
}

/** `git diff-index`. */
export function diffIndex(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, `${DIFF_OPTIONS} cached m merge-base quiet r`)
  const { revisions, paths } = splitRevisions(git, args)
  const [name = fatal('usage: git diff-index [-m] [--cached] [<common-diff-options>] <tree-ish> [<path>...]')] = revisions
  const start = args.has('merge-base')
    ? (mergeBases(git.repo.objects, git.revisions.commit(name).oid, [git.repo.head ?? ''])[0] ?? fatal('no merge base found'))
    : name
  const tree = git.revisions.peel(git.revisions.resolve(start), 'tree') ?? fatal(`'${name}' is not a tree`)
  const spec = pathspecOf(git, paths)
  return told(git, args, args.has('cached') ? diffCached(git.repo, tree, spec) : diffTreeWork(git.repo, tree, spec))
}

/** `git diff-files`. */
export function diffFiles(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, `${DIFF_OPTIONS} q quiet !base,1 !ours,2 !theirs,3 !0 !c !cc`)
  return told(git, args, diffWork(git.repo, args.words.length === 0 ? ALL_PATHS : pathspecOf(git, args.words)))
}

function told(git: Git, args: GitArgs, found: readonly FileChange[]): number {
  const plan = plumbingPlan(git, args)
  const changes = selected(found, plan)
  if (!args.has('quiet')) git.print(shownChanges(changes, plan))
  return (args.has('exit-code') || args.has('quiet')) && changes.length > 0 ? 1 : 0
}

/** `git whatchanged`. */
export function rawLogWords(words: readonly string[]): string[] {
  const hasFormat = words.some((word) =>
    /^(-p|-u|--patch|--stat.*|--numstat|--shortstat|--summary|--name-only|--name-status|--raw|-s)$/.test(word),
  )
  return [...(hasFormat ? [] : ['--raw']), '--no-merges', ...words]
}
