import { readAll, readText } from '../../streams/stream'
import { resolvePath } from '../../tree/tree-node'
import { textOf } from '../../text'
import { gitArgs } from './args'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { Ignore } from './ignore'
import { mergeBases, isAncestor } from './commit-graph'
import { modeText, personText, typeOfMode } from './objects'
import { isObjectType, isOid, oidOf } from './oid'
import { quotePath } from './quote-path'
import { isRefName } from './refs'

/** `git cat-file`. */
export async function catFile(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 't s e p batch? batch-check? batch-all-objects !textconv !filters allow-unknown-type buffer')
  const { objects } = git.repo
  if (args.has('batch') || args.has('batch-check')) {
    const format = args.value('batch') ?? args.value('batch-check')
    const all = args.has('batch-all-objects') ? objects.allOids() : (await readText(git.call.stdin)).split('\n').slice(0, -1)
    for (const text of all) {
      const line = format?.includes('%(rest)') ? (text.split(/[ \t]+/)[0] ?? '') : text
      const oid = git.revisions.find(line)
      const object = oid === undefined ? undefined : objects.find(oid)
      if (oid === undefined || object === undefined) git.print(`${line} missing\n`)
      else
        git.print(
          `${batchLine(format, { oid, type: object.type, size: object.bytes.length, rest: text.slice(line.length).trimStart() })}\n${args.has('batch') ? `${textOf(object.bytes)}\n` : ''}`,
        )
    }
    return 0
  }
  const names = args.words
  const name = names.at(-1) ?? ''
  const oid = git.revisions.find(name)
  if (args.has('e') && oid !== undefined) return objects.has(oid) ? 0 : 1
  if (oid === undefined) return fatal(`Not a valid object name ${name}`)
  const object = objects.find(oid) ?? fatal(`git cat-file: could not get object info`)
  if (args.has('t')) git.print(`${object.type}\n`)
  else if (args.has('s')) git.print(`${object.bytes.length}\n`)
  else if (args.has('p'))
    git.print(
      object.type === 'tree'
        ? objects
            .tree(oid)
            .map((entry) => treeLine(entry))
            .join('')
        : textOf(object.bytes),
    )
  else {
    const type = names[0] ?? ''
    const peeled = isObjectType(type) ? git.revisions.peel(oid, type) : undefined
    git.print(textOf(objects.read(peeled ?? fatal(`git cat-file ${name}: bad file`)).bytes))
  }
  return 0
}

function batchLine(
  format: string | undefined,
  of: { readonly oid: string; readonly type: string; readonly size: number; readonly rest: string },
): string {
  return (format ?? '%(objectname) %(objecttype) %(objectsize)').replace(/%\(([^)]*)\)/g, (_, name: string) => {
    if (name === 'objectname') return of.oid
    if (name === 'objecttype') return of.type
    if (name === 'objectsize') return String(of.size)
    if (name === 'rest') return of.rest
    return fatal(
      name.startsWith('objectsize:') || name === 'deltabase'
        ? `${name} of cat-file is not implemented in this sandbox`
        : `unknown format element: ${name}`,
    )
  })
}

function treeLine({ mode, oid, name }: { readonly mode: number; readonly oid: string; readonly name: string }): string {
  return `${modeText(mode)} ${typeOfMode(mode)} ${oid}\t${quotePath(name)}\n`
}

/** `git hash-object`. */
export async function hashObject(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 't= w stdin stdin-paths no-filters path= literally')
  const type = args.value('t') ?? 'blob'
  if (!isObjectType(type)) return fatal(`invalid object type "${type}"`)
  const all: Uint8Array[] = []
  if (args.has('stdin')) all.push(await readAll(git.call.stdin))
  const paths = args.has('stdin-paths') ? (await readText(git.call.stdin)).split('\n').slice(0, -1) : args.words
  for (const path of paths) {
    const node = git.files.find(resolvePath(git.cwd, path))
    if (node?.type !== 'file') fatal(`could not open '${path}' for reading: No such file or directory`)
    all.push(node.bytes)
  }
  for (const bytes of all) git.print(`${args.has('w') ? git.repo.objects.write(type, bytes) : oidOf(type, bytes)}\n`)
  return 0
}

/** `git ls-tree`. */
export function lsTree(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'd r t l,long z name-only,name-status full-name full-tree abbrev? object-only format=')
  const [name = '', ...paths] = args.words
  const found = git.revisions.find(name) ?? fatal(`Not a valid object name ${name}`)
  const root = git.revisions.peel(found, 'tree') ?? fatal('not a tree object')
  const { objects } = git.repo
  const prefix = args.has('full-tree') || git.repo.worktree === undefined ? '' : git.prefix
  const wanted = paths.map((path) => `${prefix}${path}`.replace(/\/$/, ''))
  const end = args.has('z') ? '\0' : '\n'
  const abbreviate = (oid: string): string => (args.has('abbrev') ? objects.abbreviate(oid, Number(args.value('abbrev') ?? 7)) : oid)
  const format = args.value('format')
  const visit = (tree: string, folder: string): void => {
    for (const entry of objects.tree(tree)) {
      const path = folder + entry.name
      const type = typeOfMode(entry.mode)
      const isAbove =
        wanted.some((one) => one.startsWith(`${path}/`)) ||
        (paths.some((one) => one.endsWith('/')) && wanted.includes(path) && `${prefix}${paths[wanted.indexOf(path)] ?? ''}`.endsWith('/'))
      const isWanted =
        wanted.length === 0
          ? path.startsWith(prefix) || prefix.startsWith(`${path}/`)
          : wanted.some((one) => one === path || path.startsWith(`${one}/`))
      const goesIn =
        type === 'tree' && (args.has('r') ? isWanted || isAbove : isAbove || (wanted.length === 0 && prefix.startsWith(`${path}/`)))
      const shows =
        isWanted &&
        (type === 'tree' ? !goesIn || args.has('t') || args.has('d') : !args.has('d')) &&
        (wanted.length > 0 || path.startsWith(prefix))
      if (shows) {
        const seen = args.has('full-name') || args.has('full-tree') ? path : git.repo.worktree === undefined ? path : git.shown(path)
        const shown = args.has('z') ? seen : quotePath(seen)
        const size = args.has('long') ? ` ${(type === 'blob' ? String(objects.read(entry.oid).bytes.length) : '-').padStart(7)}` : ''
        if (format !== undefined) {
          const amount = type === 'blob' ? String(objects.read(entry.oid).bytes.length) : '-'
          git.print(treeFormat(format, { mode: modeText(entry.mode), type, oid: abbreviate(entry.oid), path: shown, size: amount }) + end)
        } else
          git.print(
            args.has('name-only')
              ? shown + end
              : args.has('object-only')
                ? abbreviate(entry.oid) + end
                : `${modeText(entry.mode)} ${type} ${abbreviate(entry.oid)}${size}\t${shown}${end}`,
          )
      }
      if (goesIn) visit(entry.oid, `${path}/`)
    }
  }
  visit(root, '')
  return 0
}

function treeFormat(
  format: string,
  of: { readonly mode: string; readonly type: string; readonly oid: string; readonly path: string; readonly size: string },
): string {
  return format.replace(/%%|%n|%x([0-9a-fA-F]{2})|%\(([^)]*)\)/g, (all: string, hex: string | undefined, name: string | undefined) => {
    if (all === '%%') return '%'
    if (all === '%n') return '\n'
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
    const values: Readonly<Record<string, string>> = {
      objectmode: of.mode,
      objecttype: of.type,
      objectname: of.oid,
      path: of.path,
      objectsize: of.size,
      'objectsize:padded': of.size.padStart(7),
    }
    return values[name ?? ''] ?? fatal(`bad ls-tree format: %(${name ?? ''})`)
  })
}

/** `git write-tree`. */
export function writeTree(git: Git): number {
  git.print(`${git.repo.index.writeTree(git.repo.objects)}\n`)
  return 0
}

/** `git merge-base`. */
export function mergeBase(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'a,all is-ancestor !octopus independent !fork-point')
  const [first = '', ...rest] = args.words.map((name) => git.revisions.commit(name).oid)
  const { objects } = git.repo
  if (args.has('independent')) {
    const list = [...new Set([first, ...rest])]
    for (const oid of list) if (!list.some((other) => other !== oid && isAncestor(objects, oid, other))) git.print(`${oid}\n`)
    return 0
  }
  if (args.has('is-ancestor')) return isAncestor(objects, first, rest[0] ?? '') ? 0 : 1
  const bases = mergeBases(objects, first, rest)
  for (const oid of args.has('all') ? bases : bases.slice(0, 1)) git.print(`${oid}\n`)
  return bases.length === 0 ? 1 : 0
}

/** `git update-ref`. */
export function updateRef(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'd m= no-deref create-reflog !stdin !z')
  const [name = '', value = '', old] = args.words
  const { refs } = git.repo
  if (args.has('d')) {
    if (!isRefName(name)) throw new GitError(`refusing to update ref with bad name '${name}'`, { kind: 'error', code: 1 })
    refs.remove(name)
    return 0
  }
  if (!isRefName(name)) fatal(`update_ref failed for ref '${name}': refusing to update ref with bad name '${name}'`)
  if (args.last('no-deref') === 'no-deref' && name === 'HEAD' && !args.has('d')) {
    refs.detach(git.revisions.find(value) ?? fatal(`${value}: not a valid SHA1`), git.reason(args.value('m') ?? ''))
    return 0
  }
  if (old !== undefined && (refs.resolve(name) ?? '0'.repeat(40)) !== (isOid(old) ? old : git.revisions.find(old)))
    fatal(`update_ref failed for ref '${name}': cannot lock ref '${name}': is at ${refs.resolve(name) ?? ''} but expected ${old}`)
  refs.update(name, git.revisions.find(value) ?? fatal(`${value}: not a valid SHA1`), git.reason(args.value('m') ?? ''))
  return 0
}

/** `git symbolic-ref`. */
export function symbolicRef(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'q,quiet d,delete short m=')
  const [name = '', target] = args.words
  const { refs } = git.repo
  if (target !== undefined) {
    if (!isRefName(name)) fatal(`refusing to update ref with bad name '${name}'`)
    if (name === 'HEAD' && !target.startsWith('refs/')) fatal('Refusing to point HEAD outside of refs/')
    if (!isRefName(target)) fatal(`Refusing to set '${name}' to invalid ref '${target}'`)
    refs.symbolic(name, target, git.reason(args.value('m') ?? ''))
    return 0
  }
  if (args.has('delete')) {
    if (!isRefName(name) || refs.target(name) === undefined) fatal(`Cannot delete ${name}, not a symbolic ref`)
    if (name === 'HEAD') fatal("deleting 'HEAD' is not allowed")
    refs.setSpecial(name, undefined)
    return 0
  }
  const found = refs.target(name)
  if (found === undefined) return args.has('quiet') ? 1 : fatal(`ref ${name} is not a symbolic ref`)
  git.print(`${args.has('short') ? found.replace(/^refs\/(heads|tags|remotes)\//, '') : found}\n`)
  return 0
}

/** `git show-ref`. */
export function showRef(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'head heads tags d,dereference s,hash? verify q,quiet abbrev? !exclude-existing?')
  const { refs, objects } = git.repo
  const all: [string, string][] = [...headPair(git, args.has('head')), ...refs.list()]
  if (args.has('verify'))
    for (const name of args.words) if (refs.resolve(name) === undefined) return args.has('quiet') ? 1 : fatal(`'${name}' - not a valid ref`)
  const kept = all.filter(([name]) => {
    const isKind =
      name === 'HEAD' ||
      (!args.has('heads') && !args.has('tags')) ||
      (args.has('heads') && name.startsWith('refs/heads/')) ||
      (args.has('tags') && name.startsWith('refs/tags/'))
    const isNamed =
      args.words.length === 0 ||
      name === 'HEAD' ||
      args.words.some((word) => (args.has('verify') ? name === word : name === word || name.endsWith(`/${word}`)))
    return isKind && isNamed
  })
  if (!args.has('quiet'))
    for (const [name, oid] of kept) {
      git.print(args.has('hash') ? `${oid}\n` : `${oid} ${name}\n`)
      if (args.has('dereference') && objects.read(oid).type === 'tag') git.print(`${objects.tag(oid).object} ${name}^{}\n`)
    }
  return kept.length === 0 ? 1 : 0
}

function headPair(git: Git, isWanted: boolean): [string, string][] {
  const { head } = git.repo
  return isWanted && head !== undefined ? [['HEAD', head]] : []
}

/** `git check-ignore`. */
export async function checkIgnore(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'q,quiet v,verbose stdin z n,non-matching no-index')
  const ignore = new Ignore(git.repo)
  const paths = args.has('stdin') ? (await readText(git.call.stdin)).split(args.has('z') ? '\0' : '\n').slice(0, -1) : args.words
  let hits = 0
  for (const path of paths) {
    const inner = git.inside(path)
    const isTracked = !args.has('no-index') && git.repo.index.has(inner)
    const isFolder = path.endsWith('/') || git.files.find(git.repo.at(inner))?.type === 'folder'
    const rule = isTracked ? undefined : ignore.rule(inner, isFolder)
    const isHit = rule !== undefined && (!rule.isNot || args.has('verbose'))
    if (isHit) hits += 1
    if (args.has('quiet')) continue
    if (args.has('verbose') && (isHit || args.has('non-matching')))
      git.print(rule === undefined ? `::\t${path}\n` : `${rule.source}:${rule.line}:${rule.text}\t${quotePath(path)}\n`)
    else if (isHit) git.print(`${quotePath(path)}\n`)
  }
  return hits > 0 ? 0 : 1
}

/** `git var`. */
export async function varCommand(git: Git, words: readonly string[]): Promise<number> {
  const [name = ''] = words
  if (name === 'GIT_EDITOR' || name === 'GIT_SEQUENCE_EDITOR') {
    const own = name === 'GIT_SEQUENCE_EDITOR' ? (git.env.get(name) ?? git.config.get('sequence.editor')) : undefined
    const editor = own ?? git.env.get('GIT_EDITOR') ?? git.config.get('core.editor') ?? git.env.get('VISUAL') ?? git.env.get('EDITOR')
    if (editor === undefined) fatal('Terminal is dumb, but EDITOR unset')
    git.print(`${editor}\n`)
    return 0
  }
  if (name === 'GIT_PAGER') {
    git.print(`${git.env.get('GIT_PAGER') ?? git.config.get('core.pager') ?? git.env.get('PAGER') ?? 'pager'}\n`)
    return 0
  }
  if (name === 'GIT_DEFAULT_BRANCH') {
    git.print(`${git.config.get('init.defaultbranch') ?? 'master'}\n`)
    return 0
  }
  if (name === 'GIT_AUTHOR_IDENT') git.print(`${personText(await git.person('author'))}\n`)
  else if (name === 'GIT_COMMITTER_IDENT') git.print(`${personText(await git.person('committer'))}\n`)
  else fatal(`var ${name} is not implemented in this sandbox`)
  return 0
}
