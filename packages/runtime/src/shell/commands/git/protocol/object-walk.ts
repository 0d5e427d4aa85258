import type { ObjectStore } from '../object-store'
import { MODE_COMMIT, MODE_TREE } from '../objects'

/** What is to be sent. */
export interface WalkJob {
  readonly wants: readonly string[]
  /** What the other side has; names that are not here are passed over. */
  readonly haves: readonly string[]
  /** So many commits of each line of history; those at the end are sent as if they had no parents. */
  readonly depth?: number
  /** Commits whose parents the other side lacks. */
  readonly stops?: ReadonlySet<string>
  tick(): void
}

/** Objects of a walk, commits first, and the commits where a limited history ends. */
export interface Walked {
  readonly oids: readonly string[]
  readonly shallow: readonly string[]
}

/** Names of all objects that `wants` need and `haves` do not have. @throws GitError where one that is needed is missing */
export function objectsBetween(objects: ObjectStore, job: WalkJob): Walked {
  return new ObjectWalk(objects, job).run()
}

class ObjectWalk {
  readonly #objects: ObjectStore
  readonly #job: WalkJob
  readonly #known = new Set<string>()
  readonly #found = new Set<string>()
  readonly #shallow = new Set<string>()
  readonly #trees: string[] = []

  constructor(objects: ObjectStore, job: WalkJob) {
    this.#objects = objects
    this.#job = job
  }

  run(): Walked {
    const tips = this.#job.haves.flatMap((oid) => (this.#objects.has(oid) ? [this.#peeled(oid, this.#known)] : []))
    const theirs = this.#ancestors(tips.filter((oid) => this.#isCommit(oid)))
    const edge = new Set(tips)
    for (const oid of this.#commits(theirs))
      for (const parent of this.#objects.commit(oid).parents) if (theirs.has(parent)) edge.add(parent)
    for (const oid of edge) this.#markTree(this.#isCommit(oid) ? this.#objects.commit(oid).tree : oid)
    for (const tree of this.#trees) this.#addTree(tree)
    return { oids: [...this.#found], shallow: [...this.#shallow] }
  }

  #isCommit(oid: string): boolean {
    return this.#objects.read(oid).type === 'commit'
  }

  /** The object behind tags; the tags themselves are noted. */
  #peeled(from: string, into: Set<string>): string {
    let oid = from
    while (this.#objects.read(oid).type === 'tag') {
      if (!this.#known.has(oid) || into === this.#known) into.add(oid)
      oid = this.#objects.tag(oid).object
    }
    return oid
  }

  #ancestors(tips: readonly string[]): Set<string> {
    const seen = new Set(tips)
    const rest = [...tips]
    for (let oid = rest.pop(); oid !== undefined; oid = rest.pop()) {
      this.#job.tick()
      if (this.#job.stops?.has(oid)) continue
      for (const parent of this.#objects.commit(oid).parents) {
        if (seen.has(parent) || !this.#objects.has(parent)) continue
        seen.add(parent)
        rest.push(parent)
      }
    }
    return seen
  }

  #commits(theirs: ReadonlySet<string>): string[] {
    const mine: string[] = []
    let level: string[] = []
    for (const want of this.#job.wants) {
      const oid = this.#peeled(want, this.#found)
      if (this.#isCommit(oid)) level.push(oid)
      else this.#trees.push(oid)
    }
    const seen = new Set<string>()
    for (let depth = 1; level.length > 0; depth++) {
      const next: string[] = []
      for (const oid of level) {
        this.#job.tick()
        if (seen.has(oid) || (theirs.has(oid) && this.#job.depth === undefined)) continue
        seen.add(oid)
        const { parents, tree } = this.#objects.commit(oid)
        if (!theirs.has(oid)) {
          mine.push(oid)
          this.#found.add(oid)
          this.#trees.push(tree)
        }
        if (depth === this.#job.depth && parents.length > 0) this.#shallow.add(oid)
        else next.push(...parents)
      }
      level = next
    }
    return mine
  }

  #markTree(oid: string): void {
    if (this.#known.has(oid)) return
    this.#known.add(oid)
    if (this.#objects.find(oid)?.type !== 'tree') return
    this.#job.tick()
    for (const entry of this.#objects.tree(oid)) {
      if (entry.mode === MODE_TREE) this.#markTree(entry.oid)
      else this.#known.add(entry.oid)
    }
  }

  #addTree(oid: string): void {
    if (this.#known.has(oid) || this.#found.has(oid)) return
    const { type } = this.#objects.read(oid)
    this.#found.add(oid)
    if (type !== 'tree') return
    this.#job.tick()
    for (const entry of this.#objects.tree(oid)) {
      if (entry.mode === MODE_COMMIT || this.#known.has(entry.oid)) continue
      if (entry.mode === MODE_TREE) this.#addTree(entry.oid)
      else this.#found.add(entry.oid)
    }
  }
}
