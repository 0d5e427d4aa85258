import { addPatch } from './add-patch'
import { gitArgs, type GitArgs } from './args'
import { freshEntry } from './checkout-tree'
import type { Git } from './git-call'
import { fatal, GitError } from './git-error'
import { Ignore } from './ignore'
import { endsOf } from './line-ends'
import { MODE_COMMIT, MODE_EXEC, MODE_FILE, MODE_LINK, MODE_TREE } from './objects'
import { type Pathspec, pathspecOf, pathWords } from './pathspec'
import { refreshIndex } from './status'
import { scanUntracked } from './untracked'
import { isWild } from './wildmatch'

const OPTIONS =
  'n,dry-run v,verbose !i,interactive p,patch !e,edit f,force u,update !renormalize N,intent-to-add A,all ignore-removal refresh ignore-errors !ignore-missing chmod= pathspec-from-file= pathspec-file-nul sparse'

/** `git add`. */
export async function add(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const isAll = args.has('all') || args.has('update')
  if (args.has('patch')) return addPatch(git, patchSpec(git, args))
  const paths = [...(await pathWords(git, args))]
  if (paths.length === 0 && !isAll) {
    await git.say(
      'Nothing specified, nothing added.\nhint: Maybe you wanted to say \'git add .\'?\nhint: Turn this message off by running\nhint: "git config advice.addEmptyPathspec false"\n',
    )
    return 0
  }
  const spec = pathspecOf(git, paths)
  const { repo } = git
  void repo.root
  if (args.has('refresh')) {
    refreshIndex(git)
    return 0
  }
  const changed = trackedChanges(git, args, spec)
  const fresh = args.has('update') ? [] : untracked(git, args, spec)
  checkUnused(git, spec)
  for (const path of changed.gone) if (!args.has('dry-run')) repo.index.remove(path)
  for (const path of [...changed.modified, ...fresh]) if (!args.has('dry-run')) stage(git, path, args)
  if (args.has('verbose') || args.has('dry-run')) {
    for (const path of changed.gone) git.print(`remove '${path}'\n`)
    for (const path of [...changed.modified, ...fresh].toSorted()) git.print(`add '${path}'\n`)
  }
  if (!args.has('dry-run')) repo.saveIndex()
  return refusedIgnored(git, args, spec)
}

function patchSpec(git: Git, args: GitArgs): Pathspec {
  if (args.has('dry-run')) fatal("options '--dry-run' and '--interactive/--patch' cannot be used together")
  if (args.has('pathspec-from-file')) fatal("options '--pathspec-from-file' and '--interactive/--patch' cannot be used together")
  void git.repo.root
  return pathspecOf(git, args.words)
}

interface Tracked {
  readonly modified: readonly string[]
  readonly gone: readonly string[]
}

function trackedChanges(git: Git, args: GitArgs, spec: Pathspec): Tracked {
  const { repo } = git
  const modified: string[] = []
  const gone: string[] = []
  const seen = new Set<string>()
  const keepsRemoved = args.has('ignore-removal') || args.last('all', 'no-all') === 'no-all'
  for (const entry of repo.index.entries) {
    if (seen.has(entry.path) || !spec.matches(entry.path)) continue
    seen.add(entry.path)
    const file = repo.workFile(entry.path)
    const isGone = file === undefined || (file.mode === MODE_TREE && entry.mode !== MODE_COMMIT)
    if (isGone && !keepsRemoved) gone.push(entry.path)
    else if (!isGone && (entry.stage > 0 || repo.isModified(entry, file) || args.has('chmod'))) modified.push(entry.path)
  }
  return { modified, gone }
}

function untracked(git: Git, args: GitArgs, spec: Pathspec): readonly string[] {
  const ignore = args.has('force') ? undefined : new Ignore(git.repo)
  const { untracked: found } = scanUntracked(git.repo, { mode: 'all', wantsIgnored: false, ignore, tick: () => git.call.tick() })
  return found.filter((path) => spec.matches(path.replace(/\/$/, ''))).map((path) => path.replace(/\/$/, ''))
}

function checkUnused(git: Git, spec: Pathspec): void {
  for (const word of spec.unused) {
    if (isWild(word)) fatal(`pathspec '${word}' did not match any files`)
    const path = git.inside(word.replace(/^:(\([^)]*\)|[/!^]*:?)/, ''))
    if (path === '' || git.repo.workFile(path) !== undefined) continue
    fatal(`pathspec '${word}' did not match any files`)
  }
}

async function refusedIgnored(git: Git, args: GitArgs, spec: Pathspec): Promise<number> {
  if (args.has('force') || args.has('update')) return 0
  const ignore = new Ignore(git.repo)
  const refused = spec.literals.filter((path) => {
    const plain = path.replace(/\/$/, '')
    const file = plain === '' ? undefined : git.repo.workFile(plain)
    return (
      file !== undefined &&
      !git.repo.index.has(plain) &&
      !git.repo.index.hasBelow(plain) &&
      ignore.isIgnored(plain, file.mode === MODE_TREE)
    )
  })
  if (refused.length === 0) return 0
  const names = [...new Set(refused.map((path) => leftOut(ignore, path.replace(/\/$/, ''))))].map((path) => `${path}\n`).join('')
  await git.say(
    `The following paths are ignored by one of your .gitignore files:\n${names}hint: Use -f if you really want to add them.\nhint: Turn this message off by running\nhint: "git config advice.addIgnoredFile false"\n`,
  )
  return 1
}

/** The folder that is left out with all that is in it, or the path itself. */
function leftOut(ignore: Ignore, path: string): string {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1))
    if (ignore.isIgnored(path.slice(0, end), true)) return path.slice(0, end)
  return path
}

function stage(git: Git, path: string, args: GitArgs): void {
  const { repo } = git
  if (args.has('intent-to-add') && !repo.index.has(path)) {
    const mode = repo.workFile(path)?.mode ?? MODE_FILE
    repo.index.add({ path, stage: 0, mode, oid: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', mtime: 0, ino: 0, size: 0, isIntent: true })
    repo.objects.write('blob', new Uint8Array())
    return
  }
  const chmod = args.value('chmod')
  stagePath(git, path, chmod === '+x' ? MODE_EXEC : chmod === '-x' ? MODE_FILE : undefined)
}

/** Puts a file of the working tree into the index. */
export function stagePath(git: Git, path: string, mode?: number): void {
  const { repo } = git
  const file = repo.workFile(path)
  if (file === undefined) return
  if (file.mode === MODE_TREE) {
    const oid = repo.nestedHead(path)
    if (oid === undefined) throw new GitError(`'${path}/' does not have a commit checked out`, { kind: 'error', code: 128 })
    repo.index.add(freshEntry(repo, path, { mode: MODE_COMMIT, oid }))
    return
  }
  const bytes = repo.readWork(path)
  if (file.mode !== MODE_LINK) noteLineEnds(git, path, bytes)
  const oid = repo.objects.write('blob', bytes)
  repo.index.add(freshEntry(repo, path, { mode: mode ?? repo.modeOf(file, repo.index.get(path)?.mode), oid }))
}

/** Says where ends of lines would not come back as they are. */
function noteLineEnds(git: Git, path: string, kept: Uint8Array): void {
  const { repo } = git
  const back = repo.smudged(path, kept)
  if (back === kept && kept.length === repo.workFile(path)?.size) return
  const [now, later] = [endsOf(repo.files.readFile(repo.at(path))), endsOf(back)]
  if (now.crlf > 0 && later.crlf === 0) git.noteLineEnds(path, 'CRLF', 'LF')
  else if (now.loneLf > 0 && later.loneLf === 0) git.noteLineEnds(path, 'LF', 'CRLF')
}
