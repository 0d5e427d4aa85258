import { gitArgs, type GitArgs } from './args'
import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { subjectOf, type Commit } from './objects'
import { commitNames } from './show-branch-names'
import { wildmatch } from './wildmatch'

const OPTIONS =
  'a,all r,remotes !color? more= list no-name current sha1-name merge-base independent topo-order date-order topics sparse !g,reflog?'
const MOST_REVS = 26
/** Of a commit that all of the revisions have, and of what comes before one. */
const PASSED = 2
const FIRST = 2

interface Rev {
  readonly name: string
  readonly commit: Commit
}

/** `git show-branch`. */
export async function showBranch(git: Git, words: readonly string[]): Promise<number> {
  const usual = words.length === 0 ? git.config.getAll('showbranch.default') : []
  const args = gitArgs([...usual, ...words], OPTIONS, { stopsEarly: true })
  if (args.has('date-order')) notImplemented('option --date-order of show-branch')
  const revs = revsOf(git, args)
  if (revs.length === 0) {
    await git.say('No revs to be shown.\n')
    return 0
  }
  const walk = new BranchWalk(git, revs)
  const more = args.has('list') ? -1 : args.has('more') ? Number(args.value('more') ?? 0) : 0
  if (more >= 0) walk.join(more)
  if (args.has('merge-base')) return walk.printBases()
  if (args.has('independent')) return walk.printIndependent()
  print(git, args, { revs, walk, more })
  return 0
}

function revsOf(git: Git, args: GitArgs): Rev[] {
  const names: string[] = []
  const put = (name: string): void => {
    if (!names.includes(name)) names.push(name)
  }
  const { refs, branch } = git.repo
  const below = (prefix: string): string[] => refs.list(prefix).map(([name]) => name.slice(prefix.length))
  const isUsual = args.words.length === 0 && !args.has('remotes')
  if (isUsual || args.has('all')) below('refs/heads/').forEach(put)
  if (args.has('remotes') || args.has('all')) below('refs/remotes/').forEach(put)
  for (const word of args.words) {
    const found = git.revisions.find(word) === undefined ? matching(git, word) : [word]
    if (found.length === 0) fatal(`bad sha1 reference ${word}`)
    found.forEach(put)
  }
  if (args.has('current') && branch !== undefined) put(branch)
  if (names.length > MOST_REVS) fatal(`cannot handle more than ${MOST_REVS} revs.`)
  return names.map((name) => ({ name, commit: git.revisions.commit(name) }))
}

/** Branches and tags that a pattern names, by as many of their last parts as it has. */
function matching(git: Git, pattern: string): string[] {
  if (!/[*?[]/.test(pattern)) return []
  const parts = pattern.split('/').length
  return git.repo.refs.list().flatMap(([name]) => {
    const tail = name.split('/').slice(-parts).join('/')
    return wildmatch(pattern, tail, { isPath: false }) ? [name.replace(/^refs\/(?:heads\/|tags\/|remotes\/)?/, '')] : []
  })
}

/** Walks from several tips at once and notes at each commit which of them have it. */
class BranchWalk {
  readonly #git: Git
  readonly #revs: readonly Rev[]
  readonly #flags = new Map<string, number>()
  /** What was seen last comes first. */
  #seen: Commit[] = []
  readonly #list: Commit[] = []
  readonly all: number
  readonly #masks: readonly number[]

  constructor(git: Git, revs: readonly Rev[]) {
    this.#git = git
    this.#revs = revs
    this.all = ((1 << revs.length) - 1) << FIRST
    for (const [i, { commit }] of revs.entries()) {
      this.#see(commit)
      const before = this.flags(commit.oid)
      this.#flags.set(commit.oid, before | (1 << (i + FIRST)))
      if (before === 0) this.#put(commit)
    }
    this.#masks = revs.map(({ commit }) => this.flags(commit.oid))
  }

  flags(oid: string): number {
    return this.#flags.get(oid) ?? 0
  }

  #see(commit: Commit): boolean {
    if (this.flags(commit.oid) !== 0) return false
    this.#seen = [commit, ...this.#seen]
    return true
  }

  #put(commit: Commit): void {
    const at = this.#list.findIndex(({ committer }) => committer.time < commit.committer.time)
    this.#list.splice(at < 0 ? this.#list.length : at, 0, commit)
  }

  /** @param more commits behind the last one that all have */
  join(more: number): void {
    let left = more
    for (;;) {
      const isOpen = this.#list.some(({ oid }) => (this.flags(oid) & PASSED) === 0)
      const commit = this.#list.shift()
      if (commit === undefined || (!isOpen && left <= 0)) break
      this.#git.call.tick()
      const own = this.flags(commit.oid)
      const flags = (own & this.all) === this.all ? own | PASSED : own
      for (const oid of commit.parents) {
        if ((this.flags(oid) & flags) === flags) continue
        const parent = this.#git.repo.objects.commit(oid)
        if (this.#see(parent) && !isOpen) left -= 1
        this.#flags.set(oid, this.flags(oid) | flags)
        this.#put(parent)
      }
    }
    this.#pass()
  }

  /** What comes before a commit that all have is passed, too. */
  #pass(): void {
    for (let isChanged = true; isChanged;) {
      isChanged = false
      for (const { oid, parents } of this.#seen) {
        const flags = this.flags(oid)
        const fresh =
          (flags & this.all) === this.all || (flags & PASSED) !== 0 ? parents.filter((parent) => (this.flags(parent) & PASSED) === 0) : []
        for (const parent of fresh) this.#flags.set(parent, this.flags(parent) | PASSED)
        isChanged = isChanged || fresh.length > 0
      }
    }
  }

  /** What was seen, the newest first. */
  #byDate(): Commit[] {
    return this.#seen.toSorted((a, b) => b.committer.time - a.committer.time)
  }

  /** What was seen, no commit before one that stands on it. */
  sorted(): Commit[] {
    const seen = this.#byDate()
    const waiting = new Map(seen.map(({ oid }): [string, number] => [oid, 0]))
    const byOid = new Map(seen.map((commit): [string, Commit] => [commit.oid, commit]))
    for (const { parents } of seen) for (const oid of parents) if (waiting.has(oid)) waiting.set(oid, (waiting.get(oid) ?? 0) + 1)
    const stack = seen.filter(({ oid }) => waiting.get(oid) === 0).toReversed()
    const out: Commit[] = []
    for (let commit = stack.pop(); commit !== undefined; commit = stack.pop()) {
      out.push(commit)
      for (const oid of commit.parents) {
        const parent = byOid.get(oid)
        if (parent === undefined) continue
        const left = (waiting.get(oid) ?? 0) - 1
        waiting.set(oid, left)
        if (left === 0) stack.push(parent)
      }
    }
    return out
  }

  printBases(): number {
    const bases = this.#byDate().filter(({ oid }) => (this.flags(oid) & PASSED) === 0 && (this.flags(oid) & this.all) === this.all)
    this.#git.print(bases.map(({ oid }) => `${oid}\n`).join(''))
    return bases.length > 0 ? 0 : 1
  }

  printIndependent(): number {
    const alone = this.#revs.filter(({ commit }, i) => this.flags(commit.oid) === this.#masks[i])
    this.#git.print([...new Set(alone.map(({ commit }) => `${commit.oid}\n`))].join(''))
    return 0
  }
}

function print(
  git: Git,
  args: GitArgs,
  { revs, walk, more }: { readonly revs: readonly Rev[]; readonly walk: BranchWalk; readonly more: number },
): void {
  const sorted = walk.sorted()
  const { branch, objects } = git.repo
  const at = revs.findIndex(({ name }) => branch !== undefined && name.replace(/^(?:refs\/)?heads\//, '') === branch)
  const subject = ({ message }: Commit): string => subjectOf(message).replace(/^\[PATCH\] /, '')
  if (revs.length > 1 || more < 0)
    for (const [i, { name, commit }] of revs.entries())
      git.print(`${more < 0 ? '' : ' '.repeat(i)}${i === at ? '*' : more < 0 ? ' ' : '!'} [${name}] ${subject(commit)}\n`)
  if (more < 0) return
  if (revs.length > 1) git.print(`${'-'.repeat(revs.length)}\n`)
  const names = args.has('no-name') || args.has('sha1-name') ? undefined : commitNames(sorted, revs)
  const named = ({ oid }: Commit): string => (args.has('no-name') ? '' : `[${names?.get(oid) ?? objects.abbreviate(oid)}] `)
  let left = more
  let isMet = false
  for (const commit of sorted) {
    const flags = walk.flags(commit.oid)
    const hasAll = (flags & walk.all) === walk.all
    isMet = isMet || hasAll
    const tips = revs.map((_, i) => (flags & (1 << (i + FIRST))) !== 0)
    const isMerge = commit.parents.length > 1
    if (revs.length > 1) {
      if (args.has('topics') && !hasAll && tips[0] === true) continue
      const isTip = revs.some((rev) => rev.commit.oid === commit.oid)
      if (!args.has('sparse') && isMerge && !isTip && tips.filter(Boolean).length === 1) continue
      git.print(`${tips.map((isIn, i) => (!isIn ? ' ' : isMerge ? '-' : i === at ? '*' : '+')).join('')} `)
    }
    git.print(`${named(commit)}${subject(commit)}\n`)
    left -= isMet ? 1 : 0
    if (isMet && left < 0) return
  }
}
