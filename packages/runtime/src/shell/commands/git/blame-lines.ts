import { DateQueue } from './commit-graph'
import { diffTrees, treeFiles } from './diff/file-change'
import { lineChanges } from './diff/line-diff'
import { linesOf, type SpaceStyle } from './diff/lines'
import { withRenames } from './diff/renames'
import { textOf } from '../../text'
import type { Commit } from './objects'
import type { Repository } from './repository'

/** A file of a commit that lines may come from. */
export interface Origin {
  readonly commit: Commit
  readonly path: string
  readonly oid: string
  /** The same file one commit earlier, where there is one. */
  previous: { readonly oid: string; readonly path: string } | undefined
  isBoundary: boolean
}

/** Where one line comes from. */
export interface BlamedLine {
  readonly origin: Origin
  /** Number of the line there, from 0. */
  readonly line: number
}

/** What is blamed and how far back. */
export interface BlamePlan extends SpaceStyle {
  /** The youngest version; its parents need not be written down. */
  readonly start: Commit
  readonly path: string
  readonly text: string
  /** Lines that are asked for, from 0. */
  readonly wanted: ReadonlySet<number>
  readonly exclude: ReadonlySet<string>
  readonly sinceTime: number | undefined
  readonly isFirstParent: boolean
  readonly showsRoot: boolean
  tick(): void
}

interface Mapped {
  readonly final: number
  readonly line: number
}

/** Walks the history of a file backwards until every line has found the commit that made it. */
export class Blame {
  readonly #repo: Repository
  readonly #plan: BlamePlan
  readonly #origins = new Map<string, Origin>()
  readonly #open = new Map<string, { readonly origin: Origin; lines: Mapped[] }[]>()
  readonly #done = new Map<number, BlamedLine>()
  readonly #queue = new DateQueue()
  readonly #texts = new Map<string, readonly string[]>()

  constructor(repo: Repository, plan: BlamePlan) {
    this.#repo = repo
    this.#plan = plan
  }

  run(): ReadonlyMap<number, BlamedLine> {
    const { start, path, text, wanted } = this.#plan
    const first = this.#origin(start, path, '')
    this.#texts.set(`${start.oid}\0${path}`, linesOf(text))
    this.#put(
      first,
      [...wanted].toSorted((a, b) => a - b).map((line) => ({ final: line, line })),
    )
    for (let commit = this.#queue.take(); commit !== undefined; commit = this.#queue.take()) {
      this.#plan.tick()
      const jobs = this.#open.get(commit.oid) ?? []
      this.#open.delete(commit.oid)
      for (const { origin, lines } of jobs) this.#settle(origin, lines)
    }
    return this.#done
  }

  #origin(commit: Commit, path: string, oid: string): Origin {
    const key = `${commit.oid}\0${path}`
    const known = this.#origins.get(key)
    if (known !== undefined) return known
    const made: Origin = { commit, path, oid, previous: undefined, isBoundary: false }
    this.#origins.set(key, made)
    return made
  }

  #put(origin: Origin, lines: Mapped[]): void {
    const jobs = this.#open.get(origin.commit.oid)
    if (jobs === undefined) {
      this.#open.set(origin.commit.oid, [{ origin, lines }])
      this.#queue.put(origin.commit)
      return
    }
    const job = jobs.find((one) => one.origin === origin)
    if (job === undefined) jobs.push({ origin, lines })
    else job.lines = [...job.lines, ...lines].toSorted((a, b) => a.final - b.final)
  }

  #text(origin: Origin): readonly string[] {
    const key = `${origin.commit.oid}\0${origin.path}`
    const known = this.#texts.get(key)
    if (known !== undefined) return known
    const made = linesOf(textOf(this.#repo.objects.readAs(origin.oid, 'blob')))
    this.#texts.set(key, made)
    return made
  }

  #settle(origin: Origin, lines: readonly Mapped[]): void {
    const { commit } = origin
    const { exclude, sinceTime, showsRoot } = this.#plan
    const isEnd = exclude.has(commit.oid) || (sinceTime !== undefined && commit.committer.time < sinceTime)
    const rest = isEnd ? lines : this.#pass(origin, lines)
    if (isEnd || (commit.parents.length === 0 && !showsRoot)) origin.isBoundary = true
    for (const { final, line } of rest) this.#done.set(final, { origin, line })
    this.#texts.delete(`${commit.oid}\0${origin.path}`)
  }

  /** What no parent takes. */
  #pass(origin: Origin, lines: readonly Mapped[]): readonly Mapped[] {
    const parents = this.#parents(origin)
    const same = parents.find((parent) => parent.oid === origin.oid)
    if (same !== undefined) {
      this.#put(same, [...lines])
      return []
    }
    let left = lines
    for (const parent of parents) {
      origin.previous ??= { oid: parent.commit.oid, path: parent.path }
      left = this.#toParent(origin, parent, left)
      if (left.length === 0) break
    }
    return left
  }

  #parents(origin: Origin): Origin[] {
    const { objects } = this.#repo
    const all = origin.commit.parents.slice(0, this.#plan.isFirstParent ? 1 : undefined).map((oid) => objects.commit(oid))
    const found: Origin[] = []
    for (const commit of all) {
      const path = this.#fileAt(commit, origin.path) === undefined ? this.#formerName(origin, commit) : origin.path
      const oid = path === undefined ? undefined : this.#fileAt(commit, path)
      if (path === undefined || oid === undefined || found.some((other) => other.oid === oid)) continue
      found.push(this.#origin(commit, path, oid))
    }
    return found
  }

  #fileAt(commit: Commit, path: string): string | undefined {
    const { objects } = this.#repo
    let at = commit.tree
    const names = path.split('/')
    for (const [i, name] of names.entries()) {
      const entry = objects.tree(at).find((one) => one.name === name)
      if (entry === undefined || (entry.mode === 0o40000) !== i < names.length - 1) return undefined
      at = entry.oid
    }
    return at
  }

  #formerName(origin: Origin, parent: Commit): string | undefined {
    const { objects } = this.#repo
    if (origin.commit.tree === '') return undefined
    const changes = withRenames(diffTrees(objects, { old: parent.tree, fresh: origin.commit.tree }))
    return changes.find(({ status, fresh }) => status === 'R' && fresh?.path === origin.path)?.old?.path
  }

  #toParent(origin: Origin, parent: Origin, lines: readonly Mapped[]): Mapped[] {
    const changes = lineChanges(this.#text(parent), this.#text(origin), { space: this.#plan.space })
    const kept: Mapped[] = []
    const passed: Mapped[] = []
    let at = 0
    let shift = 0
    for (const one of lines.toSorted((a, b) => a.line - b.line)) {
      for (let change = changes[at]; change !== undefined && change.b1 <= one.line; change = changes[++at]) shift = change.a1 - change.b1
      const change = changes[at]
      if (change !== undefined && change.b0 <= one.line) kept.push(one)
      else passed.push({ final: one.final, line: one.line + shift })
    }
    if (passed.length > 0) this.#put(parent, passed)
    return kept
  }
}

/** Whether a path is a file of a tree. */
export function hasFile(repo: Repository, tree: string | undefined, path: string): boolean {
  return treeFiles(repo.objects, tree).has(path)
}
