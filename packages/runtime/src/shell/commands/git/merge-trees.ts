import { bytesOf, textOf } from '../../text'
import { mergeBases } from './commit-graph'
import { isDirty, isInTheWay, refuse, removeWork, writeWork, type FileAt, type MoveKind } from './checkout-tree'
import { diffTrees, treeFiles, type FileChange } from './diff/file-change'
import { mergeTexts } from './diff/merge-text'
import { isBinary } from './diff/patch'
import { withRenames } from './diff/renames'
import type { Git } from './git-call'
import { Ignore } from './ignore'
import { bareEntry, IndexFile } from './index-file'
import { commitBytes, MODE_LINK } from './objects'
import type { Repository } from './repository'

/** What is merged and how its sides are called. */
export interface MergePlan {
  /** Tree that both sides come from; undefined: an empty one. */
  readonly base: string | undefined
  readonly ours: string
  readonly theirs: string
  readonly labels: { readonly ours: string; readonly theirs: string; readonly base: string }
  readonly favor?: 'ours' | 'theirs' | undefined
  readonly style: 'merge' | 'diff3'
  readonly space?: 'all' | 'amount' | 'end' | 'cr' | undefined
  readonly findsRenames?: boolean
}

/** A path after a merge. */
interface MergedPath {
  readonly file: FileAt | undefined
  /** Base, ours and theirs of a conflict. */
  readonly stages?: readonly [FileAt | undefined, FileAt | undefined, FileAt | undefined]
}

export interface MergeResult {
  readonly paths: ReadonlyMap<string, MergedPath>
  readonly messages: readonly string[]
  readonly isClean: boolean
}

function isSame(a: FileAt | undefined, b: FileAt | undefined): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode
}

interface Renames {
  readonly byOld: ReadonlyMap<string, string>
  readonly byNew: ReadonlyMap<string, string>
}

function renamesOf(repo: Repository, base: string | undefined, side: string): Renames {
  const list = withRenames(diffTrees(repo.objects, { old: base, fresh: side })).filter(({ status }) => status === 'R')
  const pairs = list.map((change: FileChange): [string, string] => [change.old?.path ?? '', change.fresh?.path ?? ''])
  return { byOld: new Map(pairs), byNew: new Map(pairs.map(([a, b]) => [b, a])) }
}

/** Merges two trees. Nothing but objects is written. */
export function mergeTrees(repo: Repository, plan: MergePlan): MergeResult {
  return new Merge(repo, plan).run()
}

class Merge {
  readonly #repo: Repository
  readonly #plan: MergePlan
  readonly #paths = new Map<string, MergedPath>()
  readonly #messages: { readonly path: string; readonly text: string }[] = []
  #isClean = true

  constructor(repo: Repository, plan: MergePlan) {
    this.#repo = repo
    this.#plan = plan
  }

  run(): MergeResult {
    const { objects } = this.#repo
    const { base, ours, theirs } = this.#plan
    const files = { base: treeFiles(objects, base), ours: treeFiles(objects, ours), theirs: treeFiles(objects, theirs) }
    const none: Renames = { byOld: new Map(), byNew: new Map() }
    const moved =
      this.#plan.findsRenames === false
        ? { ours: none, theirs: none }
        : { ours: renamesOf(this.#repo, base, ours), theirs: renamesOf(this.#repo, base, theirs) }
    const done = new Set<string>()
    for (const old of new Set([...moved.ours.byOld.keys(), ...moved.theirs.byOld.keys()])) {
      const a = moved.ours.byOld.get(old)
      const b = moved.theirs.byOld.get(old)
      for (const path of [old, a, b]) if (path !== undefined) done.add(path)
      this.#renamed({ old, ours: a, theirs: b }, files)
    }
    for (const path of new Set([...files.base.keys(), ...files.ours.keys(), ...files.theirs.keys()]))
      if (!done.has(path)) this.#path(path, [files.base.get(path), files.ours.get(path), files.theirs.get(path)])
    this.#foldersInTheWay()
    const messages = this.#messages.toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)).map(({ text }) => text)
    return { paths: this.#paths, messages, isClean: this.#isClean }
  }

  #say(path: string, text: string): void {
    this.#messages.push({ path, text })
  }

  #conflict(path: string, text: string): void {
    this.#isClean = false
    this.#say(path, `CONFLICT ${text}`)
  }

  #renamed(
    names: { readonly old: string; readonly ours: string | undefined; readonly theirs: string | undefined },
    files: Record<'base' | 'ours' | 'theirs', Map<string, FileAt>>,
  ): void {
    const { old, ours, theirs } = names
    const { labels } = this.#plan
    const base = files.base.get(old)
    if (ours !== undefined && theirs !== undefined && ours !== theirs) {
      this.#conflict(old, `(rename/rename): ${old} renamed to ${ours} in ${labels.ours} and to ${theirs} in ${labels.theirs}.`)
      this.#paths.set(old, { file: undefined, stages: [base, undefined, undefined] })
      this.#paths.set(ours, { file: files.ours.get(ours), stages: [undefined, files.ours.get(ours), undefined] })
      this.#paths.set(theirs, { file: files.theirs.get(theirs), stages: [undefined, undefined, files.theirs.get(theirs)] })
      return
    }
    const to = ours ?? theirs ?? old
    const a = ours === undefined ? files.ours.get(old) : files.ours.get(ours)
    const b = theirs === undefined ? files.theirs.get(old) : files.theirs.get(theirs)
    if (a === undefined || b === undefined) {
      const side = a === undefined ? { gone: labels.ours, kept: labels.theirs } : { gone: labels.theirs, kept: labels.ours }
      const file = a ?? b
      this.#conflict(to, `(rename/delete): ${old} renamed to ${to} in ${side.kept}, but deleted in ${side.gone}.`)
      this.#paths.set(to, { file, stages: [base, a, b] })
      if (!isSame(file, base))
        this.#conflict(
          to,
          `(modify/delete): ${to} deleted in ${side.gone} and modified in ${side.kept}.  Version ${side.kept} of ${to} left in tree.`,
        )
      return
    }
    const other = ours === undefined ? files.ours.get(to) : theirs === undefined ? files.theirs.get(to) : undefined
    if (other !== undefined && files.base.get(to) === undefined) {
      const merged = this.#contents(to, [base, a, b], {
        base: `${labels.base}:${old}`,
        ours: `${labels.ours}:${ours ?? old}`,
        theirs: `${labels.theirs}:${theirs ?? old}`,
      })
      const sides: [FileAt | undefined, FileAt | undefined, FileAt | undefined] =
        ours === undefined ? [undefined, other, merged] : [undefined, merged, other]
      this.#path(to, sides)
      return
    }
    this.#path(
      to,
      [base, a, b],
      ours === theirs
        ? undefined
        : { base: `${labels.base}:${old}`, ours: `${labels.ours}:${ours ?? old}`, theirs: `${labels.theirs}:${theirs ?? old}` },
    )
  }

  #path(path: string, sides: readonly [FileAt | undefined, FileAt | undefined, FileAt | undefined], names?: MergePlan['labels']): void {
    const [base, a, b] = sides
    if (isSame(a, b)) {
      if (a !== undefined) this.#paths.set(path, { file: a })
      return
    }
    if (isSame(base, b)) {
      if (a !== undefined) this.#paths.set(path, { file: a })
      return
    }
    if (isSame(base, a)) {
      if (b !== undefined) this.#paths.set(path, { file: b })
      return
    }
    const { labels } = this.#plan
    if (a === undefined || b === undefined) {
      const side = a === undefined ? { gone: labels.ours, kept: labels.theirs } : { gone: labels.theirs, kept: labels.ours }
      this.#conflict(
        path,
        `(modify/delete): ${path} deleted in ${side.gone} and modified in ${side.kept}.  Version ${side.kept} of ${path} left in tree.`,
      )
      this.#paths.set(path, { file: a ?? b, stages: sides })
      return
    }
    const before = this.#isClean
    this.#isClean = true
    const file = this.#contents(path, sides, names)
    const isMerged = this.#isClean
    this.#isClean = before && isMerged
    this.#paths.set(path, isMerged ? { file } : { file, stages: sides })
  }

  #contents(
    path: string,
    [base, a, b]: readonly [FileAt | undefined, FileAt | undefined, FileAt | undefined],
    names: MergePlan['labels'] = this.#plan.labels,
  ): FileAt | undefined {
    if (a === undefined || b === undefined) return a ?? b
    const { favor } = this.#plan
    const isModeOpen = a.mode !== b.mode && a.mode !== base?.mode && b.mode !== base?.mode
    const mode = base !== undefined && a.mode === base.mode ? b.mode : a.mode
    if (isModeOpen && a.oid === b.oid) this.#conflict(path, `(${base === undefined ? 'add/add' : 'content'}): Merge conflict in ${path}`)
    if (a.oid === b.oid || b.oid === base?.oid) return { mode, oid: a.oid }
    if (a.oid === base?.oid) return { mode, oid: b.oid }
    const { objects } = this.#repo
    const bytes = [base, a, b].map((side) => (side === undefined ? new Uint8Array() : objects.readAs(side.oid, 'blob')))
    const [x = new Uint8Array(), y = new Uint8Array(), z = new Uint8Array()] = bytes
    const rule = this.#repo.attributes.of(path).get('merge')
    if (bytes.some(isBinary) || rule === false || rule === 'binary' || a.mode === MODE_LINK || b.mode === MODE_LINK) {
      if (favor !== undefined) return favor === 'ours' ? a : b
      if (a.mode !== MODE_LINK && b.mode !== MODE_LINK) {
        this.#say(path, `warning: Cannot merge binary files: ${path} (${names.ours} vs. ${names.theirs})`)
        this.#say(path, `Auto-merging ${path}`)
      }
      this.#conflict(path, `(${base === undefined ? 'add/add' : 'content'}): Merge conflict in ${path}`)
      return a
    }
    const merged = mergeTexts(
      textOf(x),
      { ours: textOf(y), theirs: textOf(z) },
      { ...names, style: this.#plan.style, favor: rule === 'union' ? 'union' : favor, space: this.#plan.space },
    )
    this.#say(path, `Auto-merging ${path}`)
    if (merged.conflicts > 0 || isModeOpen)
      this.#conflict(path, `(${base === undefined ? 'add/add' : 'content'}): Merge conflict in ${path}`)
    return { mode, oid: objects.write('blob', bytesOf(merged.text)) }
  }

  /** A file on one side where the other has a folder. */
  #foldersInTheWay(): void {
    const all = [...this.#paths.keys()]
    for (const path of all) {
      const merged = this.#paths.get(path) ?? { file: undefined }
      const isBlocked = merged.file !== undefined && all.some((other) => other.startsWith(`${path}/`))
      if (!isBlocked) continue
      const label = this.#plan.labels.ours
      const to = `${path}~${label.replaceAll('/', '_')}`
      this.#conflict(path, `(file/directory): directory in the way of ${path} from ${label}; moving it to ${to} instead.`)
      this.#paths.delete(path)
      this.#paths.set(to, { file: merged.file, stages: [undefined, merged.file, undefined] })
    }
  }
}

/** The tree that a clean merge gives. */
export function treeOfMerge(repo: Repository, result: MergeResult): string {
  const index = new IndexFile()
  for (const [path, { file }] of result.paths) if (file !== undefined) index.set(bareEntry(path, file.mode, file.oid))
  return index.writeTree(repo.objects)
}

/** The tree to merge from: of several common ancestors, what merging them gives. */
export function baseTree(git: Git, ours: string, theirs: string): { readonly tree: string | undefined; readonly label: string } {
  const { repo } = git
  const bases = mergeBases(repo.objects, ours, [theirs]).toReversed()
  const [first, ...rest] = bases
  if (first === undefined) return { tree: undefined, label: 'empty tree' }
  if (rest.length === 0) return { tree: repo.objects.commit(first).tree, label: repo.objects.abbreviate(first) }
  let at = first
  for (const next of rest) {
    const inner = baseTree(git, at, next)
    const plan = { base: inner.tree, ours: repo.objects.commit(at).tree, theirs: repo.objects.commit(next).tree, style: 'merge' as const }
    const merged = mergeTrees(repo, {
      ...plan,
      labels: { ours: 'Temporary merge branch 1', theirs: 'Temporary merge branch 2', base: inner.label },
    })
    const who = { name: 'merge', email: 'merge', time: 0, zone: '+0000' }
    at = repo.objects.write(
      'commit',
      commitBytes({
        tree: treeOfMerge(repo, merged),
        parents: [at, next],
        author: who,
        committer: who,
        message: 'merged common ancestors\n',
      }),
    )
  }
  return { tree: repo.objects.commit(at).tree, label: 'merged common ancestors' }
}

/** Puts a merge into the index and the working tree. @throws GitError before anything was changed */
export function applyMerge(
  repo: Repository,
  result: MergeResult,
  how: { readonly ours: string | undefined; readonly kind: MoveKind },
): void {
  const ours = treeFiles(repo.objects, how.ours)
  const ignore = new Ignore(repo)
  const todo: [string, MergedPath][] = []
  const dirty: string[] = []
  const untracked: string[] = []
  for (const path of new Set([...ours.keys(), ...result.paths.keys()])) {
    const merged = result.paths.get(path) ?? { file: undefined }
    if (merged.stages === undefined && isSame(merged.file, ours.get(path))) continue
    const entry = repo.index.get(path)
    if (entry !== undefined && isDirty(repo, entry)) dirty.push(path)
    else if (entry === undefined && !ours.has(path) && merged.file !== undefined && isInTheWay(repo, { path, at: merged.file }, ignore))
      untracked.push(path)
    else todo.push([path, merged])
  }
  if (dirty.length > 0 || untracked.length > 0) refuse(how.kind, dirty, untracked)
  for (const [path, { file }] of todo) {
    if (file !== undefined) continue
    removeWork(repo, path)
    repo.index.remove(path)
  }
  for (const [path, { file, stages }] of todo) {
    if (stages === undefined && file !== undefined) repo.index.add(writeWork(repo, path, file))
    else if (stages !== undefined) {
      if (file !== undefined) writeWork(repo, path, file)
      repo.index.remove(path)
      setStages(repo, path, stages)
    }
  }
}

function setStages(repo: Repository, path: string, stages: readonly (FileAt | undefined)[]): void {
  for (const [i, side] of stages.entries())
    if (side !== undefined) repo.index.set({ ...bareEntry(path, side.mode, side.oid), stage: i + 1 })
}
