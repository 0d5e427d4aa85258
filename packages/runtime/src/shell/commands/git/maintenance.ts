import { gitArgs } from './args'
import { approximateDate } from './git-date'
import { failed, fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { MODE_COMMIT, MODE_TREE } from './objects'
import { byteOrder, oidOf } from './oid'
import { makePack } from './pack-file'

/** Everything that refs, their logs and the index still need. */
function reachable(git: Git, roots: readonly string[]): Set<string> {
  const { objects } = git.repo
  const seen = new Set<string>()
  const rest = [...roots]
  for (let oid = rest.pop(); oid !== undefined; oid = rest.pop()) {
    if (seen.has(oid)) continue
    const object = objects.find(oid)
    if (object === undefined) continue
    seen.add(oid)
    git.call.tick()
    if (object.type === 'tag') rest.push(objects.tag(oid).object)
    else if (object.type === 'commit') rest.push(objects.commit(oid).tree, ...objects.commit(oid).parents)
    else if (object.type === 'tree') rest.push(...objects.tree(oid).flatMap((entry) => (entry.mode === MODE_COMMIT ? [] : [entry.oid])))
  }
  return seen
}

function rootsOf(git: Git, withLogs: boolean): string[] {
  const { refs, head, index } = git.repo
  const names = ['HEAD', ...refs.list().map(([name]) => name)]
  const logs = withLogs ? names.flatMap((name) => (refs.hasLog(name) ? refs.reflog(name).flatMap(({ from, to }) => [from, to]) : [])) : []
  const special = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'ORIG_HEAD'].map((name) => (refs.special(name) ?? '').trim())
  return [
    ...(head === undefined ? [] : [head]),
    ...refs.list().map(([, oid]) => oid),
    ...logs,
    ...special,
    ...index.entries.map(({ oid }) => oid),
  ]
}

/** `git count-objects`. */
export function countObjects(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'v,verbose H,human-readable')
  const { objects, commonDir } = git.repo
  const loose = objects.looseOids()
  const blocks = (size: number): number => Math.ceil(size / 4096) * 4
  const kilobytes = loose.reduce((sum, oid) => sum + blocks(git.files.stat(`${objects.folder}/${oid.slice(0, 2)}/${oid.slice(2)}`).size), 0)
  const human = (size: number): string => (args.has('human-readable') ? humanSize(size * 1024) : String(size))
  if (!args.has('verbose')) {
    git.print(`${loose.length} objects, ${args.has('human-readable') ? humanSize(kilobytes * 1024) : `${kilobytes} kilobytes`}\n`)
    return 0
  }
  const folder = git.files.find(`${commonDir}/objects/pack`)
  const files = folder?.type === 'folder' ? [...folder.children.values()] : []
  const packed = files.reduce((sum, node) => sum + (node.type === 'file' ? node.bytes.length : 0), 0)
  const inPack = objects.packs.reduce((sum, pack) => sum + pack.count, 0)
  const both = loose.filter((oid) => objects.packs.some((pack) => pack.find(oid) !== undefined)).length
  git.print(
    `count: ${loose.length}\nsize: ${human(kilobytes)}\nin-pack: ${inPack}\npacks: ${objects.packs.length}\nsize-pack: ${human(Math.floor(packed / 1024))}\n` +
      `prune-packable: ${both}\ngarbage: 0\nsize-garbage: ${args.has('human-readable') ? '0 bytes' : '0'}\n`,
  )
  return 0
}

function humanSize(size: number): string {
  for (const [limit, name] of [
    [1 << 30, 'GiB'],
    [1 << 20, 'MiB'],
    [1 << 10, 'KiB'],
  ] as const)
    if (size > limit) return `${Math.floor(size / limit)}.${String(Math.floor(((size % limit) * 100) / limit)).padStart(2, '0')} ${name}`
  return `${size} byte${size === 1 ? '' : 's'}`
}

/** `git prune`. */
export function prune(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'n,dry-run v,verbose progress expire= exclude-promisor-objects')
  const { objects } = git.repo
  const until = args.has('expire') ? approximateDate(args.value('expire') ?? '', git.now, git.zone) : undefined
  const kept = reachable(git, [...rootsOf(git, true), ...args.words.map((word) => git.revisions.resolve(word))])
  for (const oid of objects.looseOids().toSorted(byteOrder)) {
    if (kept.has(oid)) continue
    const { mtime } = git.files.stat(`${objects.folder}/${oid.slice(0, 2)}/${oid.slice(2)}`)
    if (until !== undefined && mtime / 1000 > until) continue
    if (args.has('dry-run') || args.has('verbose')) git.print(`${oid} ${objects.read(oid).type}\n`)
    if (!args.has('dry-run')) objects.remove(oid)
  }
  return 0
}

/** `git pack-refs`. */
export function packRefs(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'all prune')
  const { refs } = git.repo
  const all = new Map<string, string>()
  for (const [name, oid] of refs.list())
    if (refs.target(name) === undefined && (args.has('all') || name.startsWith('refs/tags/'))) all.set(name, oid)
  refs.pack(
    all,
    (oid) => (git.repo.objects.read(oid).type === 'tag' ? git.revisions.peel(oid, 'commit') : undefined),
    args.last('prune', 'no-prune') !== 'no-prune',
  )
  return 0
}

/** Puts loose objects that are needed into one pack with those that were packed before. */
function packAll(git: Git): void {
  const { objects } = git.repo
  const kept = reachable(git, rootsOf(git, true))
  const old = objects.packs.flatMap((pack) => Array.from({ length: pack.count }, (_, i) => pack.oidAt(i)))
  const oids = [...new Set([...objects.looseOids().filter((oid) => kept.has(oid)), ...old])].toSorted(byteOrder)
  if (oids.length === 0) return
  const pack = makePack(oids.map((oid) => [oid, objects.read(oid)] as const))
  const folder = git.files.find(`${objects.folder}/pack`)
  const before = folder?.type === 'folder' ? [...folder.children.keys()] : []
  objects.addPack(pack)
  for (const name of before) if (!name.startsWith(`pack-${pack.name}.`)) git.files.rm(`${objects.folder}/pack/${name}`, { force: true })
  objects.reload()
  const packed = new Set(oids)
  for (const oid of objects.looseOids()) if (packed.has(oid)) objects.remove(oid)
}

/** `git repack`. */
export function repack(git: Git, words: readonly string[]): number {
  const args = gitArgs(
    words,
    'a A d f F n q,quiet l,local window= depth= threads= !b,write-bitmap-index !g,geometric= !m,write-midx !k,keep-unreachable !cruft !max-pack-size= !keep-pack=',
  )
  if (!args.has('d') || !(args.has('a') || args.has('A'))) fatal('repack without -a -d is not implemented in this sandbox')
  packAll(git)
  return 0
}

/** `git gc`. */
export function gc(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'q,quiet prune? !cruft aggressive auto force !keep-largest-pack')
  const { objects } = git.repo
  if (args.has('auto') && objects.looseOids().length < Number(git.config.get('gc.auto') ?? 6700)) return 0
  packRefs(git, ['--all', '--prune'])
  packAll(git)
  if (args.last('prune', 'no-prune') !== 'no-prune')
    prune(git, [`--expire=${args.value('prune') ?? git.config.get('gc.pruneexpire') ?? '2 weeks ago'}`])
  return 0
}

/** `git maintenance`: `run` collects what is not needed, as its usual task does. */
export function maintenance(git: Git, words: readonly string[]): number {
  const [name, ...rest] = words
  if (name !== 'run') notImplemented(`maintenance ${name ?? ''}`)
  const args = gitArgs(rest, 'auto !schedule= q,quiet task=')
  for (const task of args.values('task')) if (task !== 'gc') notImplemented(`the task ${task} of maintenance`)
  return gc(git, args.has('auto') ? ['--auto', '--quiet'] : ['--quiet'])
}

/** `git fsck`. */
export async function fsck(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(
    words,
    '!v,verbose unreachable dangling tags root !cache reflogs full connectivity-only strict !lost-found progress !name-objects',
  )
  const { objects } = git.repo
  let code = 0
  const complain = async (text: string, bit: number): Promise<void> => {
    await git.say(`${text}\n`)
    code |= bit
  }
  const all = objects.allOids()
  const needed = new Set<string>()
  for (const oid of all) {
    const object = objects.read(oid)
    if (!args.has('connectivity-only') && oidOf(object.type, object.bytes) !== oid) await complain(`error: ${oid}: hash-path mismatch`, 1)
    const links =
      object.type === 'commit'
        ? [objects.commit(oid).tree, ...objects.commit(oid).parents]
        : object.type === 'tree'
          ? objects.tree(oid).flatMap((entry) => (entry.mode === MODE_COMMIT ? [] : [entry.oid]))
          : object.type === 'tag'
            ? [objects.tag(oid).object]
            : []
    for (const link of links) {
      needed.add(link)
      if (objects.has(link)) continue
      await complain(
        `broken link from ${object.type.padStart(7)} ${oid}\n              to ${kindOf(git, oid, link).padStart(7)} ${link}`,
        2,
      )
      git.print(`missing ${kindOf(git, oid, link)} ${link}\n`)
    }
    if (args.has('root') && object.type === 'commit' && objects.commit(oid).parents.length === 0) git.print(`root ${oid}\n`)
    if (args.has('tags') && object.type === 'tag')
      git.print(`tagged ${objects.tag(oid).type} ${objects.tag(oid).object} (${objects.tag(oid).tag}) in ${oid}\n`)
    await git.breathe()
  }
  const kept = reachable(git, rootsOf(git, args.last('reflogs', 'no-reflogs') !== 'no-reflogs'))
  if (args.has('unreachable')) for (const oid of all) if (!kept.has(oid)) git.print(`unreachable ${objects.read(oid).type} ${oid}\n`)
  if (!args.has('unreachable') && args.last('dangling', 'no-dangling') !== 'no-dangling')
    for (const oid of all) if (!kept.has(oid) && !needed.has(oid)) git.print(`dangling ${objects.read(oid).type} ${oid}\n`)
  return code
}

function kindOf(git: Git, from: string, to: string): string {
  const { objects } = git.repo
  const { type } = objects.read(from)
  if (type === 'tag') return objects.tag(from).type
  if (type === 'tree') return objects.tree(from).some(({ oid, mode }) => oid === to && mode === MODE_TREE) ? 'tree' : 'blob'
  return objects.commit(from).tree === to ? 'tree' : 'commit'
}

/** `git verify-commit` and `git verify-tag`: nothing is signed here. */
export function verifySigned(git: Git, words: readonly string[], kind: 'commit' | 'tag'): number {
  const args = gitArgs(words, 'v,verbose raw format=')
  for (const word of args.words) {
    const oid = git.revisions.find(word) ?? failed(`${kind === 'tag' ? 'tag' : 'commit'} '${word}' not found.`)
    const object = git.repo.objects.read(oid)
    if (kind === 'tag' && object.type !== 'tag') failed(`${word}: cannot verify a non-tag object of type ${object.type}.`)
    const text = kind === 'tag' ? git.repo.objects.tag(oid).message : git.repo.objects.commit(git.revisions.commit(word).oid).raw
    if (/-----BEGIN (PGP|SSH|SIGNED)/.test(text)) fatal(`verify-${kind} of a signature is not implemented in this sandbox`)
    if (kind === 'tag') failed('no signature found')
  }
  return 1
}
