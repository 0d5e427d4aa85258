import { textOf } from '../../text'
import { gitArgs, type GitArgs, usage } from './args'
import type { FileAt } from './checkout-tree'
import { treeFiles } from './diff/file-change'
import { mergeTexts } from './diff/merge-text'
import { hunks, isBinary } from './diff/patch'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { baseTree, mergeTrees, treeOfMerge } from './merge-trees'
import { conflictStyle } from './merge-style'
import { byteOrder } from './oid'
import { quotePath } from './quote-path'

const OPTIONS = 'write-tree trivial-merge messages !z name-only allow-unrelated-histories !stdin'

/** `git merge-tree`. */
export async function mergeTree(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const count = args.words.length
  const isTrivial = args.has('trivial-merge') || (!args.has('write-tree') && count === 3)
  if (count !== (isTrivial ? 3 : 2)) usage(`merge-tree takes ${isTrivial ? 'a base and two branches' : 'two branches'}`)
  return isTrivial ? trivial(git, args) : real(git, args)
}

async function real(git: Git, args: GitArgs): Promise<number> {
  const { repo } = git
  const [ours, theirs] = args.words.map((name) => {
    const found = git.revisions.find(name)
    const oid = found === undefined ? undefined : git.revisions.peel(found, 'commit')
    if (oid === undefined) throw new GitError(`merge-tree: ${name} - not something we can merge`, { kind: 'plain', code: 1 })
    return { name, oid }
  })
  if (ours === undefined || theirs === undefined) return 129
  const base = baseTree(git, ours.oid, theirs.oid)
  if (base.tree === undefined && !args.has('allow-unrelated-histories')) fatal('refusing to merge unrelated histories')
  const result = mergeTrees(repo, {
    base: base.tree,
    ours: repo.objects.commit(ours.oid).tree,
    theirs: repo.objects.commit(theirs.oid).tree,
    labels: { ours: ours.name, theirs: theirs.name, base: base.label },
    style: conflictStyle(git),
  })
  git.print(`${treeOfMerge(repo, result)}\n`)
  const stages = [...result.paths]
    .toSorted(([a], [b]) => byteOrder(a, b))
    .flatMap(([path, merged]) =>
      (merged.stages ?? []).flatMap((side, i) => (side === undefined ? [] : [{ path: quotePath(path, ''), side, stage: i + 1 }])),
    )
  if (args.has('name-only')) for (const path of new Set(stages.map((one) => one.path))) git.print(`${path}\n`)
  else for (const { path, side, stage } of stages) git.print(`${side.mode.toString(8).padStart(6, '0')} ${side.oid} ${stage}\t${path}\n`)
  const isTold = args.last('messages', 'no-messages') ?? (result.isClean ? 'no-messages' : 'messages')
  if (isTold === 'messages') git.print(`\n${result.messages.map((message) => `${message}\n`).join('')}`)
  await git.breathe()
  return result.isClean ? 0 : 1
}

type Sides = readonly [base: FileAt | undefined, our: FileAt | undefined, their: FileAt | undefined]

async function trivial(git: Git, args: GitArgs): Promise<number> {
  const { objects } = git.repo
  const [base, our, their] = args.words.map((name) => {
    const found = git.revisions.find(name) ?? fatal(`unknown rev ${name}`)
    return treeFiles(objects, git.revisions.peel(found, 'tree') ?? fatal(`${name} is not a tree`))
  })
  const paths = new Set([...(base?.keys() ?? []), ...(our?.keys() ?? []), ...(their?.keys() ?? [])])
  for (const path of [...paths].toSorted(byteOrder)) {
    git.print(shown(git, path, [base?.get(path), our?.get(path), their?.get(path)]))
    await git.breathe()
  }
  return 0
}

const isSame = (a: FileAt | undefined, b: FileAt | undefined): boolean => a?.oid === b?.oid && a?.mode === b?.mode

/** What is told of a path: nothing where ours stays as it is. */
function shown(git: Git, path: string, [base, our, their]: Sides): string {
  if (isSame(our, their) || (base !== undefined && isSame(base, their)) || (base === undefined && their === undefined)) return ''
  const line = (what: string, side: FileAt | undefined): string =>
    side === undefined ? '' : `  ${what.padEnd(6)} ${side.mode.toString(8)} ${side.oid} ${path}\n`
  if (base !== undefined && our !== undefined && their !== undefined && isSame(base, our))
    return `merged\n${line('result', their)}${line('our', our)}${changes(git, textAt(git, our), textAt(git, their))}`
  const told = `${explained([base, our, their])}\n${line('base', base)}${line('our', our)}${line('their', their)}`
  return told + changes(git, textAt(git, our), mergedText(git, [base, our, their]))
}

function explained([base, our, their]: Sides): string {
  if (base === undefined) return our === undefined ? 'added in remote' : their === undefined ? 'added in local' : 'added in both'
  if (our === undefined) return their === undefined ? 'removed in both' : 'removed in local'
  return their === undefined ? 'removed in remote' : 'changed in both'
}

function textAt({ repo }: Git, side: FileAt | undefined): string {
  if (side === undefined) return ''
  const bytes = repo.objects.readAs(side.oid, 'blob')
  return isBinary(bytes) ? notImplemented('merge-tree of binary files') : textOf(bytes)
}

function mergedText(git: Git, [base, our, their]: Sides): string {
  if (our === undefined || their === undefined) return base === undefined ? textAt(git, our ?? their) : ''
  const texts = { ours: textAt(git, our), theirs: textAt(git, their) }
  return mergeTexts(textAt(git, base), texts, { ours: '.our', theirs: '.their', base: '.base', style: 'merge' }).text
}

function changes(git: Git, old: string, fresh: string): string {
  const style = {
    context: 3,
    interHunk: 0,
    oldPrefix: '',
    newPrefix: '',
    isColored: false,
    isText: true,
    word: undefined,
    ignoreBlankLines: false,
    isIndented: false,
    abbreviate: (oid: string) => git.repo.objects.abbreviate(oid),
  }
  // Without the heads of functions.
  return hunks({ old, fresh }, style).replace(/^(@@ -\S+ \+\S+ @@).*$/gm, '$1')
}
