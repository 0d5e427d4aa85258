import { readText } from '../../streams/stream'
import { bytesOf, textOf } from '../../text'
import { gitArgs, type GitArgs } from './args'
import { stagePath } from './add'
import { moveTree } from './checkout-tree'
import { cleanedMessage } from './commit'
import { treeFiles } from './diff/file-change'
import { mergeTexts } from './diff/merge-text'
import { isBinary } from './diff/patch'
import { failed, fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { bareEntry, IndexFile } from './index-file'
import { MODE_EXEC, MODE_FILE, treeBytes, typeOfMode } from './objects'
import { isOid } from './oid'
import { isBranchName, isRefName } from './refs'
import { refreshIndex } from './status'

/** `git update-index`. */
export async function updateIndex(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(
    words,
    'q ignore-submodules add !replace remove unmerged refresh really-refresh cacheinfo chmod= assume-unchanged skip-worktree !info-only ' +
      'force-remove z stdin index-info !unresolve !g,again ignore-missing verbose !index-version= !split-index !untracked-cache ' +
      '!force-untracked-cache !fsmonitor !fsmonitor-valid force-write-index ignore-skip-worktree-entries',
  )
  const { repo } = git
  const operands = [...args.operands]
  for (const option of args.found) if (option.key === 'cacheinfo') cacheInfo(git, args, operands)
  const end = args.has('z') ? '\0' : '\n'
  if (args.has('index-info')) {
    for (const line of (await readText(git.call.stdin)).split(end)) if (line !== '') indexInfo(git, line)
    repo.saveIndex()
    return 0
  }
  const typed = args.has('stdin') ? (await readText(git.call.stdin)).split(end).filter((line) => line !== '') : []
  for (const word of [...operands, ...(args.paths ?? []), ...typed]) updatePath(git, args, word)
  repo.saveIndex()
  if (!args.has('refresh') && !args.has('really-refresh')) return 0
  refreshIndex(git)
  const stale = repo.index.entries.filter((entry) => {
    const file = repo.workFile(entry.path)
    return entry.stage > 0 || file === undefined || repo.isModified(entry, file)
  })
  if (!args.has('q')) for (const { path, stage } of stale) git.print(`${path}: needs ${stage > 0 ? 'merge' : 'update'}\n`)
  return stale.length > 0 && !args.has('q') ? 1 : 0
}

function cacheInfo(git: Git, args: GitArgs, operands: string[]): void {
  const first = operands.shift() ?? ''
  const parts = first.includes(',')
    ? /^(\d+),([^,]+),(.*)$/s.exec(first)?.slice(1)
    : [first, operands.shift() ?? '', operands.shift() ?? '']
  const [mode = '', oid = '', path = ''] = parts ?? fatal("option 'cacheinfo' expects <mode>,<sha1>,<path>")
  if (!isOid(oid)) fatal("option 'cacheinfo' expects <mode>,<sha1>,<path>")
  if (!git.repo.index.has(path) && !args.has('add'))
    throw new GitError(
      `error: ${path}: cannot add to the index - missing --add option?\nfatal: git update-index: --cacheinfo cannot add ${path}`,
      { kind: 'plain', code: 128 },
    )
  git.repo.index.add(bareEntry(path, Number.parseInt(mode, 8), oid))
}

function indexInfo(git: Git, line: string): void {
  const match = /^(\d+)(?: (?:blob|tree|commit))? ([0-9a-f]{40})(?: ([0-3]))?\t(.*)$/s.exec(line) ?? fatal(`malformed index info ${line}`)
  const [, mode = '', oid = '', stage = '0', path = ''] = match
  if (Number(mode) === 0) git.repo.index.remove(path)
  else git.repo.index.set({ ...bareEntry(path, Number.parseInt(mode, 8), oid), stage: Number(stage) })
}

function updatePath(git: Git, args: GitArgs, word: string): void {
  const { repo } = git
  const path = git.inside(word)
  if (args.has('force-remove')) {
    repo.index.remove(path)
    return
  }
  const entry = repo.index.get(path)
  const mark = args.last('assume-unchanged', 'no-assume-unchanged', 'skip-worktree', 'no-skip-worktree')
  if (mark !== undefined) {
    if (entry === undefined) return fatal(`Unable to mark file ${path}`)
    const isOn = !mark.startsWith('no-')
    repo.index.set(mark.endsWith('assume-unchanged') ? { ...entry, isAssumed: isOn } : { ...entry, isSkipped: isOn })
    return
  }
  const chmod = args.value('chmod')
  const file = repo.workFile(path)
  if (file === undefined) {
    if (args.has('remove') && entry !== undefined) repo.index.remove(path)
    else if (!args.has('ignore-missing'))
      throw new GitError(`error: ${path}: does not exist and --remove not passed\nfatal: Unable to process path ${path}`, {
        kind: 'plain',
        code: 128,
      })
    return
  }
  if (!repo.index.has(path) && !args.has('add'))
    throw new GitError(`error: ${path}: cannot add to the index - missing --add option?\nfatal: Unable to process path ${path}`, {
      kind: 'plain',
      code: 128,
    })
  stagePath(git, path, chmod === undefined ? undefined : chmod === '+x' ? MODE_EXEC : MODE_FILE)
  if (args.has('verbose')) git.print(`add '${path}'\n`)
}

/** `git read-tree`. */
export function readTree(git: Git, words: readonly string[]): number {
  const args = gitArgs(
    words,
    '!index-output= empty v,verbose m !trivial !aggressive reset prefix= u !exclude-per-directory= i n,dry-run no-sparse-checkout q,quiet',
  )
  const { repo } = git
  if (args.has('empty')) {
    repo.index.clear()
    repo.saveIndex()
    return 0
  }
  const trees = args.words.map(
    (word) =>
      git.revisions.peel(git.revisions.find(word) ?? fatal(`Not a valid object name ${word}`), 'tree') ??
      fatal(`failed to unpack tree object ${word}`),
  )
  const [first = fatal('you must specify at least one tree'), second, third] = trees
  if (third !== undefined) return notImplemented('read-tree of three trees')
  if (args.has('dry-run')) return 0
  const prefix = args.value('prefix')
  if (prefix !== undefined) {
    for (const [path, at] of treeFiles(repo.objects, first)) {
      const full = `${prefix.replace(/\/?$/, prefix === '' ? '' : '/')}${path}`
      if (repo.index.has(full)) failed(`Entry '${full}' overlaps with '${full}'.  Cannot bind.`, 128)
      repo.index.add(bareEntry(full, at.mode, at.oid))
    }
    repo.saveIndex()
    return 0
  }
  if (args.has('u'))
    moveTree(repo, {
      from: second === undefined ? repo.headTree : first,
      to: second ?? first,
      kind: 'checkout',
      isForced: args.has('reset'),
    })
  else replaceIndex(git, second ?? first)
  repo.saveIndex()
  return 0
}

function replaceIndex(git: Git, tree: string): void {
  const { repo } = git
  const fresh = new IndexFile([], repo.index.writtenAt)
  for (const [path, at] of treeFiles(repo.objects, tree)) {
    const known = repo.index.get(path)
    fresh.add(known?.oid === at.oid && known.mode === at.mode ? known : bareEntry(path, at.mode, at.oid))
  }
  repo.replaceIndex(fresh)
}

/** `git mktree`. */
export async function mkTree(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'z missing !batch')
  const lines = (await readText(git.call.stdin)).split(args.has('z') ? '\0' : '\n').filter((line) => line !== '')
  const entries = lines.map((line) => {
    const match = /^(\d+) (blob|tree|commit) ([0-9a-f]{40})(?: +\S+)?\t(.*)$/s.exec(line) ?? fatal(`input format error: ${line}`)
    const [, mode = '', type = '', oid = '', name = ''] = match
    const number = Number.parseInt(mode, 8)
    if (typeOfMode(number) !== type) fatal(`entry '${name}' object type (${type}) doesn't match mode type (${typeOfMode(number)})`)
    if (!args.has('missing') && !git.repo.objects.has(oid)) fatal(`entry '${name}' object ${oid} is unavailable`)
    return { mode: number, oid, name }
  })
  git.print(`${git.repo.objects.write('tree', treeBytes(entries))}\n`)
  return 0
}

/** `git stripspace`. */
export async function stripSpace(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 's,strip-comments c,comment-lines')
  const text = await readText(git.call.stdin)
  if (args.has('comment-lines'))
    git.print(
      text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => (line === '' ? '#\n' : line.startsWith('\t') ? `#${line}\n` : `# ${line}\n`))
        .join(''),
    )
  else git.print(cleanedMessage(text, args.has('strip-comments') ? 'strip' : 'whitespace'))
  return 0
}

/** `git check-ref-format`. */
export function checkRefFormat(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'normalize,print allow-onelevel refspec-pattern branch')
  const [name = ''] = args.words
  if (args.has('branch')) {
    const found = /^@\{-(\d+)\}$/.exec(name)
    const branch = found === null ? name : (git.revisions.previous(Number(found[1])) ?? fatal(`'${name}' is not a valid branch name`))
    if (!isBranchName(branch)) fatal(`'${name}' is not a valid branch name`)
    git.print(`${branch}\n`)
    return 0
  }
  const tidy = args.has('normalize') ? name.replace(/\/+/g, '/').replace(/^\//, '') : name
  const plain = args.has('refspec-pattern') ? tidy.replace('*', 'x') : tidy
  if (!isRefName(plain) || (!plain.includes('/') && !args.has('allow-onelevel'))) return 1
  if (args.has('normalize')) git.print(`${tidy}\n`)
  return 0
}

/** `git merge-file`. */
export async function mergeFile(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'p,stdout diff3 !zdiff3 ours theirs union marker-size= q,quiet L=')
  const [ours = '', base = '', theirs = fatal('usage: git merge-file [<options>] <file1> <orig-file> <file2>')] = args.words
  const bytes = [ours, base, theirs].map((path) => {
    const node = git.files.find(git.call.at(path))
    return node?.type === 'file' ? node.bytes : failed(`Could not stat ${path}`, 255)
  })
  const [a = new Uint8Array(), b = new Uint8Array(), c = new Uint8Array()] = bytes
  if (bytes.some(isBinary))
    failed(`Cannot merge binary files: ${[ours, base, theirs].find((_, i) => isBinary(bytes[i] ?? new Uint8Array())) ?? ''}`, 255)
  const labels = args.values('L')
  const favor = args.last('ours', 'theirs', 'union')
  const style = args.has('diff3') || git.config.get('merge.conflictstyle') === 'diff3' ? ('diff3' as const) : ('merge' as const)
  const merged = mergeTexts(
    textOf(b),
    { ours: textOf(a), theirs: textOf(c) },
    {
      ours: labels[0] ?? ours,
      base: labels[1] ?? base,
      theirs: labels[2] ?? theirs,
      style,
      favor: favor === 'ours' || favor === 'theirs' || favor === 'union' ? favor : undefined,
      ...(args.has('marker-size') ? { markerSize: Number(args.value('marker-size')) } : {}),
    },
  )
  if (args.has('stdout')) git.print(merged.text)
  else git.files.writeFile(git.call.at(ours), bytesOf(merged.text))
  return Promise.resolve(Math.min(merged.conflicts, 127))
}
