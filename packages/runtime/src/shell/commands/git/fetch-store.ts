import { fetchLine, nameWidth, summaryWidth, type TableRow } from './fetch-table'
import type { Fetched } from './fetch-map'
import { isAncestor } from './commit-graph'
import { GitError } from './git-error'
import type { Git } from './git-call'
import { shortUrl } from './remote-config'
import { bytesOf, textOf } from '../../text'

/** How refs are moved and told. */
export interface StoreHow {
  readonly url: string
  /** What stands in the logs before the colon. */
  readonly action: string
  readonly isForced: boolean
  readonly isDry: boolean
  readonly isQuiet: boolean
  readonly isVerbose: boolean
  readonly mayMoveHead: boolean
}

interface Stored extends TableRow {
  readonly isFailure: boolean
  /** Told only where everything is. */
  readonly isSame: boolean
}

/** Tells what was fetched in one table, whose width only grows. */
export class FetchTable {
  readonly #git: Git
  readonly #how: StoreHow
  #isHeaded = false
  #width = 10

  constructor(git: Git, how: StoreHow) {
    this.#git = git
    this.#how = how
  }

  async show(rows: readonly TableRow[], counted: readonly { readonly from: string; readonly to: string }[]): Promise<void> {
    this.#width = nameWidth(counted, this.#width)
    if (this.#how.isQuiet || rows.length === 0) return
    const head = this.#isHeaded ? '' : `From ${shortUrl(this.#how.url)}\n`
    this.#isHeaded = true
    const width = { summary: summaryWidth([]), name: this.#width }
    await this.#git.say(head + rows.map((row) => fetchLine(row, width)).join(''))
  }
}

/** Moves refs to what was fetched. @returns whether all went as asked */
export async function storeRefs(
  git: Git,
  entries: readonly Fetched[],
  how: { readonly table: FetchTable; readonly how: StoreHow },
): Promise<boolean> {
  const rows: Stored[] = []
  const ordered = (['merge', 'not-for-merge', 'ignore'] as const).flatMap((mark) => entries.filter((entry) => entry.mark === mark))
  const counted: { from: string; to: string }[] = []
  for (const entry of entries) {
    const { ref, local } = entry
    const isSame = local !== undefined && git.repo.refs.resolve(local) === ref.oid
    if (local !== undefined && ref.name !== 'HEAD' && (!isSame || how.how.isVerbose)) counted.push({ from: ref.name, to: local })
  }
  for (const entry of ordered) rows.push(await storeOne(git, entry, how.how))
  await how.table.show(
    rows.filter(({ isSame }) => !isSame || how.how.isVerbose),
    counted,
  )
  return rows.every(({ isFailure }) => !isFailure)
}

function kindOf(name: string): readonly [kind: string, what: string] {
  if (name === 'HEAD') return ['', '']
  const match = /^refs\/(heads|tags|remotes)\/(.+)$/.exec(name)
  if (match === null) return ['', name]
  return [{ heads: 'branch', tags: 'tag' }[match[1] ?? ''] ?? 'remote-tracking branch', match[2] ?? '']
}

async function storeOne(git: Git, { ref, local, isForced }: Fetched, how: StoreHow): Promise<Stored> {
  if (local === undefined) {
    const [kind, what] = kindOf(ref.name)
    return {
      flag: '*',
      summary: kind === '' ? 'branch' : kind,
      from: what === '' ? 'HEAD' : what,
      to: 'FETCH_HEAD',
      isFailure: false,
      isSame: how.isQuiet,
    }
  }
  const row = changeOf(git, { name: ref.name, local, oid: ref.oid, isForced: isForced || how.isForced }, how)
  const plain = { flag: row.flag, summary: row.summary, from: ref.name, to: local, isFailure: row.flag === '!', isSame: row.flag === '=' }
  const { log } = row
  if (log === undefined || how.isDry) return { ...plain, ...(row.note !== undefined && { note: row.note }) }
  try {
    git.repo.refs.update(local, ref.oid, git.reason(`${how.action}: ${log}`))
    return { ...plain, ...(row.note !== undefined && { note: row.note }) }
  } catch (thrown) {
    if (!(thrown instanceof GitError)) throw thrown
    await git.say(`error: ${thrown.message}\n`)
    return { ...plain, flag: '!', note: 'unable to update local ref', isFailure: true }
  }
}

interface Change {
  readonly flag: string
  readonly summary: string
  readonly note?: string
  /** Why it is moved, for its log; undefined: it is not. */
  readonly log?: string
}

interface Moved {
  readonly name: string
  readonly local: string
  readonly oid: string
  readonly isForced: boolean
}

function changeOf(git: Git, { name, local, oid, isForced }: Moved, how: StoreHow): Change {
  const { refs, objects } = git.repo
  const old = refs.resolve(local)
  if (old === oid) return { flag: '=', summary: '[up to date]' }
  if (old !== undefined && !how.mayMoveHead && git.repo.worktree !== undefined && refs.target('HEAD') === local)
    return { flag: '!', summary: '[rejected]', note: "can't fetch into checked-out branch" }
  if (old !== undefined && local.startsWith('refs/tags/'))
    return isForced
      ? { flag: 't', summary: '[tag update]', log: 'updating tag' }
      : { flag: '!', summary: '[rejected]', note: 'would clobber existing tag' }
  const before = old === undefined ? undefined : git.revisions.peel(old, 'commit')
  // A trial run has not the objects.
  const after = objects.has(oid) ? git.revisions.peel(oid, 'commit') : undefined
  if (old === undefined || before === undefined || (after === undefined && !how.isDry)) {
    const kind = name.startsWith('refs/tags/') ? 'tag' : name.startsWith('refs/heads/') ? 'head' : 'ref'
    return { flag: '*', summary: `[new ${kind === 'head' ? 'branch' : kind}]`, log: `storing ${kind}` }
  }
  const from = objects.abbreviate(old)
  const to = objects.abbreviate(oid)
  if (after !== undefined && isAncestor(objects, before, after)) return { flag: ' ', summary: `${from}..${to}`, log: 'fast-forward' }
  if (isForced) return { flag: '+', summary: `${from}...${to}`, note: 'forced update', log: 'forced-update' }
  return { flag: '!', summary: '[rejected]', note: 'non-fast-forward' }
}

/** Writes FETCH_HEAD: what is to be merged first. */
export function writeFetchHead(git: Git, entries: readonly Fetched[], how: { readonly url: string; readonly isAppended: boolean }): void {
  const lines = (['merge', 'not-for-merge'] as const).flatMap((mark) =>
    entries
      .filter((entry) => entry.mark === mark)
      .map(({ ref }) => {
        const [kind, what] = kindOf(ref.name)
        const note = `${kind === '' ? '' : `${kind} `}${what === '' ? '' : `'${what}' of `}${shortUrl(how.url)}`
        return `${ref.oid}\t${mark === 'merge' ? '' : mark}\t${note}\n`
      }),
  )
  const path = `${git.repo.gitDir}/FETCH_HEAD`
  const node = how.isAppended ? git.files.find(path) : undefined
  git.files.writeFile(path, bytesOf((node?.type === 'file' ? textOf(node.bytes) : '') + lines.join('')))
}

/** One line of FETCH_HEAD. */
export interface FetchHead {
  readonly oid: string
  readonly isMerged: boolean
  readonly note: string
}

export function readFetchHead(git: Git): FetchHead[] {
  return (git.repo.refs.special('FETCH_HEAD') ?? '').split('\n').flatMap((line) => {
    const [oid, mark, note] = line.split('\t')
    return oid === undefined || note === undefined ? [] : [{ oid, isMerged: mark === '', note }]
  })
}
