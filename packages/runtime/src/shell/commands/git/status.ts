import { gitArgs, type GitArgs } from './args'
import { aheadBehind } from './commit-graph'
import { diffCached, diffWork, type FileChange } from './diff/file-change'
import { withRenames } from './diff/renames'
import type { Git } from './git-call'
import { fatal, notImplemented } from './git-error'
import { DIFF_OPTIONS, diffPlan, shownChanges } from './diff/diff-plan'
import { Ignore } from './ignore'
import { modeText } from './objects'
import { byteOrder, NULL_OID } from './oid'
import { pathspecOf } from './pathspec'
import { quotePath, quoteSpaced } from './quote-path'
import { hasOperation, operationLines } from './operation'
import { scanUntracked, type Untracked } from './untracked'

const OPTIONS =
  's,short b,branch porcelain? long u,untracked-files? ignored? z,null show-stash ahead-behind v,verbose ignore-submodules? !column? no-column renames find-renames?'

/** What there is to tell. */
export interface StatusFacts {
  readonly staged: readonly FileChange[]
  readonly work: readonly FileChange[]
  readonly unmerged: readonly string[]
  readonly found: Untracked
  /** Paths are told as they are seen from the folder of the command. */
  readonly isRelative: boolean
  /** For a commit that is written anew and would hold nothing. */
  readonly amends?: 'root' | 'child'
}

export function gatherStatus(
  git: Git,
  how: {
    readonly mode: 'no' | 'normal' | 'all'
    readonly wantsIgnored: boolean
    readonly words: readonly string[]
    readonly findsRenames?: boolean
  },
): StatusFacts {
  const { repo } = git
  const spec = pathspecOf(git, how.words)
  const cached = diffCached(repo, repo.headTree, spec)
  const staged = (how.findsRenames === false ? cached : withRenames(cached)).filter(({ status }) => status !== 'U')
  const work = diffWork(repo, spec).filter(({ status }) => status !== 'U')
  const scan = {
    mode: how.mode === 'all' ? ('all' as const) : ('normal' as const),
    wantsIgnored: how.wantsIgnored,
    ignore: new Ignore(repo),
    tick: () => git.call.tick(),
  }
  const all = how.mode === 'no' ? { untracked: [], ignored: [] } : scanUntracked(repo, scan)
  const wanted = (path: string): boolean =>
    spec.isEmpty || spec.matches(path.replace(/\/$/, '')) || spec.mayMatchBelow(path.replace(/\/$/, ''))
  const found = { untracked: all.untracked.filter(wanted), ignored: all.ignored.filter(wanted) }
  return {
    staged,
    work,
    unmerged: repo.index.unmerged.filter((path) => spec.matches(path)),
    found,
    isRelative: git.config.bool('status.relativepaths') ?? true,
  }
}

/** `git status`. */
export async function status(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const porcelain = args.has('porcelain') ? (args.value('porcelain') ?? 'v1') : args.has('null') ? 'v1' : undefined
  if (porcelain !== undefined && !['v1', '1', 'v2', '2'].includes(porcelain)) fatal(`unsupported porcelain version '${porcelain}'`)
  if (args.last('ahead-behind', 'no-ahead-behind') === 'no-ahead-behind') notImplemented('option --no-ahead-behind of status')
  const findsRenames = args.last('renames', 'no-renames', 'find-renames') !== 'no-renames' && git.config.bool('status.renames') !== false
  const facts = gatherStatus(git, { mode: untrackedMode(git, args), wantsIgnored: args.has('ignored'), words: args.words, findsRenames })
  const isNul = args.has('null')
  const end = isNul ? '\0' : '\n'
  const isBranch =
    args.has('branch') || (porcelain === undefined && args.last('short', 'long') === 'short' && git.config.bool('status.branch') === true)
  refreshIndex(git)
  if (porcelain === 'v2' || porcelain === '2') git.print((isBranch ? branchLinesV2(git, end) : '') + linesV2(git, facts, isNul))
  else if (
    porcelain !== undefined ||
    args.last('short', 'long') === 'short' ||
    (args.last('long', 'short') === undefined && git.config.bool('status.short') === true)
  ) {
    if (isBranch) git.print(`${branchLine(git)}${end}`)
    git.print(shortLines(git, facts, { isNul, isPorcelain: porcelain !== undefined }))
  } else {
    git.print(longStatus(git, facts, untrackedMode(git, args) === 'no'))
    if (args.has('show-stash') || git.config.bool('status.showstash') === true) git.print(stashLine(git))
    if (args.has('verbose')) git.print(verboseDiff(git, facts))
  }
  return Promise.resolve(0)
}

function stashLine(git: Git): string {
  const count = git.repo.refs.reflog('refs/stash').length
  return count === 0 ? '' : `Your stash currently has ${count} entr${count === 1 ? 'y' : 'ies'}\n`
}

/** What is staged as a patch, below the status and in the template of a commit. */
export function verboseDiff(git: Git, facts: Pick<StatusFacts, 'staged'>): string {
  const plan = diffPlan(git, gitArgs([], DIFF_OPTIONS), 'patch')
  return shownChanges(facts.staged, plan)
}

/** Times of files that only look changed are noted, so that they are not read again. */
export function refreshIndex(git: Git): void {
  const { repo } = git
  let isChanged = false
  for (const entry of repo.index.entries) {
    if (entry.stage > 0 || entry.isIntent) continue
    const file = repo.workFile(entry.path)
    if (file === undefined || (file.mtime === entry.mtime && file.ino % 2 ** 32 === entry.ino && !repo.index.isRacy(entry))) continue
    if (repo.isModified(entry, file)) continue
    if (file.mode === 0o40000) continue
    repo.index.set({ ...entry, mtime: file.mtime, ino: file.ino % 2 ** 32, size: file.size })
    isChanged = true
  }
  if (isChanged) repo.saveIndex()
}

export function untrackedMode(git: Git, args: GitArgs): 'no' | 'normal' | 'all' {
  const value = args.has('untracked-files')
    ? (args.value('untracked-files') ?? 'all')
    : (git.config.get('status.showuntrackedfiles') ?? 'normal')
  if (value === 'no' || value === 'normal' || value === 'all') return value
  return fatal(`Invalid untracked files mode '${value}'`)
}

const LETTERS: Readonly<Record<string, string>> = { '123': 'UU', '12': 'UD', '13': 'DU', '23': 'AA', '2': 'AU', '3': 'UA', '1': 'DD' }

/** Two letters of an unmerged path. */
function unmergedLetters(git: Git, path: string): string {
  const stages = [1, 2, 3].filter((stage) => git.repo.index.get(path, stage) !== undefined).join('')
  return LETTERS[stages] ?? 'UU'
}

interface Line {
  readonly x: string
  readonly y: string
  readonly path: string
  readonly from?: string
  readonly staged?: FileChange
  readonly work?: FileChange
}

function linesOfStatus(git: Git, facts: StatusFacts): Line[] {
  const byPath = new Map<string, Line>()
  for (const path of facts.unmerged) {
    const letters = unmergedLetters(git, path)
    byPath.set(path, { x: letters.charAt(0), y: letters.charAt(1), path })
  }
  for (const staged of facts.staged) {
    const path = staged.fresh?.path ?? staged.old?.path ?? ''
    const from = staged.status === 'R' || staged.status === 'C' ? { from: staged.old?.path ?? '' } : {}
    byPath.set(path, { x: staged.status, y: ' ', path, staged, ...from })
  }
  for (const work of facts.work) {
    const path = work.fresh?.path ?? work.old?.path ?? ''
    byPath.set(path, { x: ' ', path, ...byPath.get(path), y: work.status, work })
  }
  return [...byPath.values()].toSorted((a, b) => byteOrder(a.path, b.path))
}

function shortLines(git: Git, facts: StatusFacts, how: { readonly isNul: boolean; readonly isPorcelain: boolean }): string {
  const shown = (path: string): string => {
    const seen = facts.isRelative && !how.isPorcelain ? git.shown(path) : path
    return how.isNul ? seen : quoteSpaced(seen)
  }
  const colored = !how.isPorcelain && (git.config.get('color.status') ?? git.config.get('color.ui')) === 'always'
  const paint = (text: string, color: string): string => (colored && text !== ' ' ? `${color}${text}\x1b[m` : text)
  const lines = linesOfStatus(git, facts).map(({ x, y, path, from }) => {
    const letters = `${paint(x, '\x1b[32m')}${paint(y, '\x1b[31m')} `
    if (from === undefined) return letters + shown(path)
    return how.isNul ? `${letters}${path}\0${from}` : `${letters}${shown(from)} -> ${shown(path)}`
  })
  const other = [
    ...facts.found.untracked.map((path) => `${paint('??', '\x1b[31m')} ${shown(path)}`),
    ...facts.found.ignored.map((path) => `!! ${shown(path)}`),
  ]
  return [...lines, ...other].map((line) => `${line}${how.isNul ? '\0' : '\n'}`).join('')
}

interface Tracking {
  readonly upstream: string
  readonly isGone: boolean
  readonly ahead: number
  readonly behind: number
}

/** What a branch follows and how far apart they are. */
export function trackingOf(git: Git, branch: string): Tracking | undefined {
  const { repo } = git
  const ref = git.revisions.upstream(branch)
  if (ref === undefined) return undefined
  const upstream = ref.replace(/^refs\/(heads|remotes)\//, '')
  const theirs = repo.refs.resolve(ref)
  const ours = repo.refs.resolve(`refs/heads/${branch}`)
  if (theirs === undefined) return { upstream, isGone: true, ahead: 0, behind: 0 }
  if (ours === undefined) return { upstream, isGone: false, ahead: 0, behind: 0 }
  return { upstream, isGone: false, ...aheadBehind(repo.objects, ours, theirs) }
}

/** `[ahead 1, behind 2]`, or nothing. */
export function aheadText(tracking: Tracking): string {
  if (tracking.isGone) return ' [gone]'
  const parts = [tracking.ahead > 0 ? `ahead ${tracking.ahead}` : '', tracking.behind > 0 ? `behind ${tracking.behind}` : ''].filter(
    (part) => part !== '',
  )
  return parts.length === 0 ? '' : ` [${parts.join(', ')}]`
}

function branchLine(git: Git): string {
  const { branch, head } = git.repo
  if (branch === undefined) return '## HEAD (no branch)'
  const lead = head === undefined ? '## No commits yet on ' : '## '
  const tracking = trackingOf(git, branch)
  return tracking === undefined ? lead + branch : `${lead}${branch}...${tracking.upstream}${aheadText(tracking)}`
}

function branchLinesV2(git: Git, end: string): string {
  const { branch, head } = git.repo
  const lines = [`# branch.oid ${head ?? '(initial)'}`, `# branch.head ${branch ?? '(detached)'}`]
  const tracking = branch === undefined ? undefined : trackingOf(git, branch)
  if (tracking !== undefined) lines.push(`# branch.upstream ${tracking.upstream}`)
  if (tracking !== undefined && !tracking.isGone && head !== undefined) lines.push(`# branch.ab +${tracking.ahead} -${tracking.behind}`)
  return lines.map((line) => line + end).join('')
}

function linesV2(git: Git, facts: StatusFacts, isNul: boolean): string {
  const { index } = git.repo
  const end = isNul ? '\0' : '\n'
  const shown = (path: string): string => (isNul ? path : quotePath(path))
  const dot = (letter: string): string => (letter === ' ' ? '.' : letter)
  const lines = linesOfStatus(git, facts).map(({ x, y, path, from, staged, work }) => {
    if (staged === undefined && work === undefined) {
      const stages = [1, 2, 3].map((stage) => index.get(path, stage))
      const modes = [...stages.map((entry) => entry?.mode ?? 0), git.repo.workFile(path)?.mode ?? 0].map(modeText).join(' ')
      return `u ${x}${y} N... ${modes} ${stages.map((entry) => entry?.oid ?? NULL_OID).join(' ')} ${shown(path)}`
    }
    const entry = index.get(path)
    // A file that was only announced and is gone again is told as one that was added.
    const isIntent = entry?.isIntent === true && work?.fresh !== undefined
    const old = staged === undefined ? (isIntent ? undefined : entry) : staged.old
    const work2 = work === undefined ? entry?.mode : work.fresh?.mode
    const modes = [old?.mode ?? 0, isIntent ? 0 : (entry?.mode ?? 0), work2 ?? 0].map(modeText).join(' ')
    const oids = `${old?.oid ?? NULL_OID} ${isIntent ? NULL_OID : (entry?.oid ?? NULL_OID)}`
    const head = `${dot(x)}${dot(y)} N... ${modes} ${oids}`
    if (from === undefined) return `1 ${head} ${shown(path)}`
    return `2 ${head} ${x}${staged?.score ?? 100} ${shown(path)}${isNul ? '\0' : '\t'}${shown(from)}`
  })
  const other = [...facts.found.untracked.map((path) => `? ${shown(path)}`), ...facts.found.ignored.map((path) => `! ${shown(path)}`)]
  return [...lines, ...other].map((line) => line + end).join('')
}

const WORDS: Readonly<Record<string, string>> = {
  A: 'new file:   ',
  C: 'copied:     ',
  D: 'deleted:    ',
  M: 'modified:   ',
  R: 'renamed:    ',
  T: 'typechange: ',
}
const UNMERGED: Readonly<Record<string, string>> = {
  UU: 'both modified:   ',
  UD: 'deleted by them: ',
  DU: 'deleted by us:   ',
  AA: 'both added:      ',
  AU: 'added by us:     ',
  UA: 'added by them:   ',
  DD: 'both deleted:    ',
}

function changeLine(git: Git, change: FileChange): string {
  const path = quotePath(git.shown(change.fresh?.path ?? change.old?.path ?? ''))
  const both = change.status === 'R' || change.status === 'C'
  return `\t${WORDS[change.status] ?? ''}${both ? `${quotePath(git.shown(change.old?.path ?? ''))} -> ` : ''}${path}\n`
}

/** The lines on the branch and what it follows. */
function branchLines(git: Git): string {
  const { branch, head, refs } = git.repo
  if (branch === undefined) {
    if (hasOperation(git, 'rebase')) return ''
    const moved = refs
      .reflog('HEAD')
      .toReversed()
      .find(({ message }) => message.startsWith('checkout: moving from'))
    if (moved === undefined) return 'Not currently on any branch.\n'
    const name = /to (\S+)$/.exec(moved.message)?.[1] ?? ''
    const shown =
      (name === 'HEAD' || git.revisions.fullRef(name) === undefined) && head !== undefined ? git.repo.objects.abbreviate(moved.to) : name
    return `HEAD detached ${moved.to === head ? 'at' : 'from'} ${shown}\n`
  }
  const lines = `On branch ${branch}\n`
  return lines + trackingLines(git, branch)
}

/** How far a branch is from what it follows, in sentences. */
export function trackingLines(git: Git, branch: string): string {
  const tracking = trackingOf(git, branch)
  if (tracking === undefined || git.repo.head === undefined) return ''
  const { upstream, ahead, behind, isGone } = tracking
  const commits = (count: number): string => `${count} commit${count === 1 ? '' : 's'}`
  if (isGone) return `Your branch is based on '${upstream}', but the upstream is gone.\n  (use "git branch --unset-upstream" to fixup)\n\n`
  if (ahead === 0 && behind === 0) return `Your branch is up to date with '${upstream}'.\n\n`
  if (behind === 0)
    return `Your branch is ahead of '${upstream}' by ${commits(ahead)}.\n  (use "git push" to publish your local commits)\n\n`
  if (ahead === 0)
    return `Your branch is behind '${upstream}' by ${commits(behind)}, and can be fast-forwarded.\n  (use "git pull" to update your local branch)\n\n`
  return (
    `Your branch and '${upstream}' have diverged,\nand have ${ahead} and ${behind} different commits each, respectively.\n` +
    '  (use "git pull" to merge the remote branch into yours)\n\n'
  )
}

/** The status in sentences, as it stands in the template of a commit too. */
export function longStatus(git: Git, facts: StatusFacts, isUntrackedHidden: boolean): string {
  const { head } = git.repo
  let out = branchLines(git) + operationLines(git, facts.unmerged.length > 0)
  if (head === undefined || facts.amends === 'root') out += '\nNo commits yet\n\n'
  const isMerge = hasOperation(git, 'merge') || hasOperation(git, 'cherry-pick')
  const unstage =
    head === undefined ? '  (use "git rm --cached <file>..." to unstage)\n' : '  (use "git restore --staged <file>..." to unstage)\n'
  if (facts.staged.length > 0) {
    const hint = isMerge && head !== undefined ? '' : unstage
    out += `Changes to be committed:\n${hint}${facts.staged.map((change) => changeLine(git, change)).join('')}\n`
  }
  if (facts.unmerged.length > 0) out += unmergedPart(git, facts, isMerge ? '' : unstage)
  if (facts.work.length > 0) {
    const add = facts.work.some(({ status: letter }) => letter === 'D') ? 'add/rm' : 'add'
    out +=
      `Changes not staged for commit:\n  (use "git ${add} <file>..." to update what will be committed)\n` +
      `  (use "git restore <file>..." to discard changes in working directory)\n${facts.work.map((change) => changeLine(git, change)).join('')}\n`
  }
  const list = (paths: readonly string[]): string => paths.map((path) => `\t${quotePath(git.shown(path))}\n`).join('')
  if (facts.found.untracked.length > 0)
    out += `Untracked files:\n  (use "git add <file>..." to include in what will be committed)\n${list(facts.found.untracked)}\n`
  if (facts.found.ignored.length > 0)
    out += `Ignored files:\n  (use "git add -f <file>..." to include in what will be committed)\n${list(facts.found.ignored)}\n`
  if (isUntrackedHidden) out += 'Untracked files not listed (use -u option to show untracked files)\n'
  return out + lastLine(git, facts, isUntrackedHidden)
}

function unmergedPart(git: Git, facts: StatusFacts, unstage: string): string {
  const letters = facts.unmerged.map((path) => unmergedLetters(git, path))
  const isDeleted = letters.some((pair) => pair.includes('D'))
  const isOnlyBothDeleted = letters.every((pair) => pair === 'DD')
  const how = !isDeleted
    ? '  (use "git add <file>..." to mark resolution)\n'
    : isOnlyBothDeleted
      ? '  (use "git rm <file>..." to mark resolution)\n'
      : '  (use "git add/rm <file>..." as appropriate to mark resolution)\n'
  const lines = facts.unmerged.map((path, i) => `\t${UNMERGED[letters[i] ?? ''] ?? ''}${quotePath(git.shown(path))}\n`)
  return `Unmerged paths:\n${unstage}${how}${lines.join('')}\n`
}

function lastLine(git: Git, facts: StatusFacts, isUntrackedHidden: boolean): string {
  if (facts.staged.length > 0) return ''
  if (facts.amends !== undefined) return 'No changes\n'
  if (facts.work.length > 0 || facts.unmerged.length > 0) return 'no changes added to commit (use "git add" and/or "git commit -a")\n'
  if (facts.found.untracked.length > 0) return 'nothing added to commit but untracked files present (use "git add" to track)\n'
  if (git.repo.head === undefined) return 'nothing to commit (create/copy files and use "git add" to track)\n'
  if (isUntrackedHidden) return 'nothing to commit (use -u to show untracked files)\n'
  return 'nothing to commit, working tree clean\n'
}
