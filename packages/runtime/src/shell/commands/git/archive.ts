import { zipSync, type Zippable } from 'fflate'
import type { Level } from '../archive/deflate'
import { writeMember } from '../archive/gzip-data'
import { inputOf } from '../../streams/stream'
import { joined } from '../../text'
import { Attributes } from './attributes'
import { gitArgs, type GitArgs } from './args'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { MODE_COMMIT, MODE_LINK, MODE_TREE } from './objects'
import { pathspecOf } from './pathspec'
import { tarMember, tarTrailer, globalHeader } from './tar-of-tree'

const OPTIONS =
  'format= prefix= !add-file= !add-virtual-file= o,output= worktree-attributes v,verbose l,list 0 1 2 3 4 5 6 7 8 9 !remote= !exec= mtime='
const FORMATS = ['tar', 'tgz', 'tar.gz', 'zip']

/** One thing in an archive. */
export interface Archived {
  /** Folders end in a slash. */
  readonly path: string
  readonly mode: number
  readonly oid: string
  readonly bytes: Uint8Array
}

/** `git archive`. */
export async function archive(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  if (args.has('list')) {
    for (const format of FORMATS) git.print(`${format}\n`)
    return 0
  }
  const [name, ...paths] = args.words
  if (name === undefined)
    throw new GitError('usage: git archive [<options>] <tree-ish> [<path>...]\n   or: git archive --list', { kind: 'plain', code: 129 })
  const oid = git.revisions.find(name) ?? fatal(`not a valid object name: ${name}`)
  const commit = git.revisions.peel(oid, 'commit')
  const tree = git.revisions.peel(oid, 'tree') ?? fatal(`not a tree object: ${oid}`)
  const here = git.prefix === '' ? tree : (git.revisions.inTree(tree, git.prefix)?.oid ?? fatal('current working directory is untracked'))
  const format = formatOf(args)
  const time = commit === undefined ? git.now : git.repo.objects.commit(commit).committer.time
  const entries = await gather(git, args, { tree: here, paths })
  const bytes = format === 'zip' ? zipOf(entries, { time, commit, level: levelOf(args) }) : tarOf(entries, { time, commit })
  await deliver(git, args, format === 'tar' || format === 'zip' ? bytes : await gzipped(bytes, levelOf(args)))
  return 0
}

function formatOf(args: GitArgs): string {
  const output = args.value('output') ?? ''
  const byName = ['tar.gz', 'tgz', 'zip'].find((end) => output.endsWith(`.${end}`))
  const format = args.value('format') ?? byName ?? 'tar'
  return FORMATS.includes(format) ? format : fatal(`Unknown archive format '${format}'`)
}

function levelOf(args: GitArgs): Level {
  const asked = Number(args.last('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') ?? 6)
  const level = ([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).find((one) => one === asked)
  return level ?? notImplemented('option -0')
}

async function gather(
  git: Git,
  args: GitArgs,
  { tree, paths }: { readonly tree: string; readonly paths: readonly string[] },
): Promise<Archived[]> {
  const { objects } = git.repo
  const prefix = args.value('prefix') ?? ''
  const spec = pathspecOf(git, paths)
  const lead = git.prefix
  // Those of the tree that is archived, not of the working tree.
  const attributes = new Attributes(git.files, {
    root: '/dev/null',
    info: `${git.repo.commonDir}/info/attributes`,
    global: '/home/user/.config/git/attributes',
    staged: (path) => {
      const found = git.revisions.inTree(tree, path.slice(lead.length))
      return found === undefined ? undefined : objects.readAs(found.oid, 'blob')
    },
  })
  const out: Archived[] = []
  const visit = (oid: string, folder: string): boolean => {
    let isFound = false
    for (const entry of objects.tree(oid)) {
      git.call.tick()
      const path = folder + entry.name
      const told = attributes.of(lead + path)
      if (told.get('export-ignore') === true) {
        spec.matches(lead + path)
        continue
      }
      if (told.get('export-subst') === true) notImplemented('the attribute export-subst')
      if (entry.mode === MODE_TREE) {
        const at = out.length
        out.push({ path: `${prefix}${path}/`, mode: entry.mode, oid: entry.oid, bytes: new Uint8Array() })
        const isInside = visit(entry.oid, `${path}/`)
        if (!isInside && !spec.isEmpty) out.splice(at)
        isFound = isInside || isFound
      } else if (spec.isEmpty || spec.matches(lead + path)) {
        isFound = true
        const isFolder = entry.mode === MODE_COMMIT
        out.push({
          path: `${prefix}${path}${isFolder ? '/' : ''}`,
          mode: entry.mode,
          oid: entry.oid,
          bytes: isFolder ? new Uint8Array() : objects.readAs(entry.oid, 'blob'),
        })
      }
    }
    return isFound
  }
  if (prefix.endsWith('/')) out.push({ path: prefix, mode: MODE_TREE, oid: tree, bytes: new Uint8Array() })
  visit(tree, '')
  for (const word of spec.unused) fatal(`pathspec '${word}' did not match any files`)
  if (args.has('verbose')) for (const { path } of out) await git.say(`${path}\n`)
  return out
}

interface Meta {
  readonly time: number
  readonly commit: string | undefined
}

function tarOf(entries: readonly Archived[], { time, commit }: Meta): Uint8Array {
  const parts = commit === undefined ? [] : [globalHeader(commit, time)]
  for (const entry of entries) parts.push(tarMember(entry, time))
  const size = parts.reduce((sum, part) => sum + part.length, 0)
  return joined([...parts, tarTrailer(size)])
}

function zipOf(entries: readonly Archived[], { time, level }: Meta & { readonly level: Level }): Uint8Array {
  const files: Zippable = {}
  for (const { path, mode, bytes } of entries) {
    // Only what has permissions worth keeping says that it comes from a Unix, as git has it.
    const attrs =
      mode === MODE_TREE || mode === MODE_COMMIT ? 0x10 : mode === MODE_LINK ? (mode | 0o777) << 16 : mode & 0o111 ? mode << 16 : 0
    const os = attrs > 0x10 || attrs < 0 ? 3 : 0
    files[path] = [bytes, { level: bytes.length === 0 ? 0 : level, mtime: time * 1000, os, attrs: attrs >>> 0 }]
  }
  return zipSync(files)
}

async function gzipped(bytes: Uint8Array, level: Level): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  const input = inputOf(bytes)
  const keep = (part: Uint8Array): Promise<void> => {
    parts.push(part.slice())
    return Promise.resolve()
  }
  await writeMember(() => input.read(), keep, { level, name: undefined, mtime: 0 })
  return joined(parts)
}

async function deliver(git: Git, args: GitArgs, bytes: Uint8Array): Promise<void> {
  const output = args.value('output')
  if (output !== undefined) return git.files.writeFile(git.call.at(output), bytes)
  git.out.put(bytes)
  return git.out.flush()
}
