import { gitArgs, type GitArgs } from './args'
import { diffWork } from './diff/file-change'
import { GitError } from './git-error'
import type { Git } from './git-call'
import { Ignore } from './ignore'
import type { IndexEntry } from './index-file'
import { endsAttribute, endsName } from './line-ends'
import { modeText } from './objects'
import { pathspecOf } from './pathspec'
import { quotePath } from './quote-path'
import { scanFolders, scanUntracked } from './untracked'

/** `git ls-files`. */
export function lsFiles(git: Git, words: readonly string[]): number {
  const args = gitArgs(
    words,
    'c,cached d,deleted m,modified o,others i,ignored s,stage u,unmerged z exclude-standard x,exclude= ' +
      '!X,exclude-from= !exclude-per-directory= full-name ' +
      'error-unmatch directory empty-directory t v !f deduplicate abbrev? eol !debug !format= !k,killed !recurse-submodules',
  )
  const { repo } = git
  const spec = pathspecOf(git, args.words.length === 0 && git.prefix !== '' ? ['.'] : args.words)
  const isNul = args.has('z')
  const shown = (path: string): string =>
    isNul ? `${args.has('full-name') ? path : git.shown(path)}\0` : `${quotePath(args.has('full-name') ? path : git.shown(path))}\n`
  const isCached = args.has('cached') || !['deleted', 'modified', 'others', 'unmerged', 'ignored'].some((key) => args.has(key))
  const ignore = args.has('exclude-standard') || args.has('exclude') ? new Ignore(repo, args.values('exclude')) : undefined
  if (args.has('others'))
    for (const path of others(git, args, ignore))
      if (spec.matches(path.replace(/\/$/, ''))) git.print((args.has('eol') ? eolText(git, path, undefined) : '') + shown(path))
  const isStage = args.has('stage') || args.has('unmerged')
  const work =
    args.has('deleted') || args.has('modified')
      ? new Map(diffWork(repo, spec).map((change) => [change.fresh?.path ?? change.old?.path ?? '', change.status]))
      : new Map<string, string>()
  let before: string | undefined
  for (const entry of repo.index.entries) {
    if (!spec.matches(entry.path) || (args.has('unmerged') && entry.stage === 0)) continue
    if (args.has('ignored') && !args.has('others') && !(ignore?.isIgnored(entry.path, false) ?? false)) continue
    if (args.has('deduplicate') && !isStage && entry.path === before) continue
    before = entry.path
    const oid = args.has('abbrev') ? repo.objects.abbreviate(entry.oid, Number(args.value('abbrev') ?? 7)) : entry.oid
    const tag = entry.stage > 0 ? 'M' : entry.isSkipped ? 'S' : 'H'
    const letter = args.has('v') && entry.isAssumed ? tag.toLowerCase() : tag
    const mark = args.has('t') || args.has('v') ? `${letter} ` : ''
    const lead =
      mark + (isStage ? `${modeText(entry.mode)} ${oid} ${entry.stage}\t` : '') + (args.has('eol') ? eolText(git, entry.path, entry) : '')
    if (isCached || isStage || (args.has('ignored') && !args.has('others'))) git.print(lead + shown(entry.path))
    const status = work.get(entry.path)
    if (args.has('deleted') && status === 'D') git.print(shown(entry.path))
    if (args.has('modified') && status !== undefined && !(args.has('deduplicate') && status === 'D' && args.has('deleted')))
      git.print(shown(entry.path))
  }
  if (!args.has('error-unmatch') || spec.unused.length === 0) return 0
  throw new GitError(`pathspec '${spec.unused[0] ?? ''}' did not match any file(s) known to git\nDid you forget to 'git add'?`, {
    kind: 'error',
  })
}

function others(git: Git, args: GitArgs, ignore: Ignore | undefined): readonly string[] {
  const wantsIgnored = args.has('ignored')
  if (args.has('directory'))
    return scanFolders(git.repo, {
      ignore,
      wantsIgnored,
      hidesEmpty: args.last('empty-directory', 'no-empty-directory') === 'no-empty-directory',
    })
  const scan = scanUntracked(git.repo, { mode: 'all', wantsIgnored, ignore, tick: () => git.call.tick() })
  return wantsIgnored ? scan.ignored : scan.untracked
}

/** How lines end in the index and in the working tree, and what attributes say of it. */
function eolText(git: Git, path: string, entry: IndexEntry | undefined): string {
  const { repo } = git
  const ends = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : endsName(bytes))
  const staged = entry === undefined || !isFile(entry.mode) ? undefined : repo.objects.readAs(entry.oid, 'blob')
  const file = repo.workFile(path)
  const work = file === undefined || !isFile(file.mode) ? undefined : repo.files.readFile(repo.at(path))
  return `i/${ends(staged).padEnd(5)} w/${ends(work).padEnd(5)} attr/${endsAttribute(repo.attributes.of(path)).padEnd(17)}\t`
}

function isFile(mode: number): boolean {
  return (mode & 0o170000) === 0o100000
}
