import { gitArgs, type GitArgs } from './args'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { fetchMap, missingTags, type Fetched, type FetchWish } from './fetch-map'
import { FetchTable, storeRefs, writeFetchHead, type StoreHow } from './fetch-store'
import { byteOrder } from './oid'
import { havesOf } from './protocol/haves'
import type { RemoteRef, Transport } from './protocol/transport'
import { connect, remoteNames, remoteOf, type Remote, usualRemote } from './remote-config'
import { mapped, parseRefspec, prettyRef, unmapped } from './remote-refspec'
import { placeOfBranch } from './worktrees'

/** Options of a fetch, which a pull takes too. */
export const FETCH_OPTIONS =
  'all a,append atomic depth= !deepen= !shallow-since= !shallow-exclude= unshallow !update-shallow dry-run write-fetch-head f,force k,keep ' +
  'multiple p,prune P,prune-tags n,no-tags t,tags j,jobs= q,quiet v,verbose progress refmap= u,update-head-ok !upload-pack= !o,server-option= ' +
  '4,ipv4 6,ipv6 show-forced-updates !recurse-submodules? recurse-submodules-default= !negotiate-only !negotiation-tip= auto-maintenance auto-gc ' +
  '!refetch !filter= !prefetch !set-upstream !stdin !porcelain write-commit-graph'

const INFINITE = 0x7fffffff

/** `git fetch`. */
export async function fetch(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, FETCH_OPTIONS)
  void git.repo
  const action = ['fetch', ...words].join(' ')
  const [name, ...specs] = args.words
  const group = name === undefined ? undefined : git.config.get(`remotes.${name}`)
  if (args.has('all')) {
    if (name !== undefined)
      fatal(specs.length > 0 ? 'fetch --all does not make sense with refspecs' : 'fetch --all does not take a repository argument')
    return fetchSeveral(git, args, { names: remoteNames(git), action })
  }
  if (args.has('multiple')) return fetchSeveral(git, args, { names: args.words, action })
  if (group !== undefined) return fetchSeveral(git, args, { names: group.split(/\s+/).filter(Boolean), action })
  const from = name ?? usualRemote(git)
  // Nothing is fetched, without a word, where no remote was named and none is known.
  if (from === undefined) return fetchSeveral(git, args, { names: [], action })
  return fetchFrom(git, args, { name: from, words: tagWords(specs), action })
}

/** `tag NAME` is short for its refspec. */
function tagWords(words: readonly string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < words.length; i++)
    out.push(
      words[i] === 'tag'
        ? ((name) => `refs/tags/${name}:refs/tags/${name}`)(words[++i] ?? fatal('you need to specify a tag name'))
        : (words[i] ?? ''),
    )
  return out
}

async function fetchSeveral(git: Git, args: GitArgs, how: { readonly names: readonly string[]; readonly action: string }): Promise<number> {
  let code = 0
  const [only, ...more] = how.names
  if (only !== undefined && more.length === 0) return fetchFrom(git, args, { name: only, words: [], action: how.action })
  if (!args.has('append') && !args.has('dry-run')) writeFetchHead(git, [], { url: '', isAppended: false })
  for (const name of how.names) {
    if (!args.has('quiet')) git.print(`Fetching ${name}\n`)
    await git.out.flush()
    try {
      code = (await fetchFrom(git, args, { name, words: [], action: how.action, isAppended: true })) || code
    } catch (thrown) {
      if (!(thrown instanceof GitError)) throw thrown
      await git.say(`${thrown.told}error: could not fetch ${name}\n`)
      code = 1
    }
  }
  return code
}

/** What one fetch is to do. */
export interface FetchFrom {
  readonly name: string
  readonly words: readonly string[]
  readonly action: string
  readonly isAppended?: boolean
}

/** Whether progress is told: on a terminal, or when asked for. */
export function wantsProgress(git: Git, args: GitArgs): boolean {
  if (args.has('quiet')) return false
  const asked = args.last('progress', 'no-progress')
  return asked === undefined ? (git.call.file(2)?.isTerminal ?? false) : asked === 'progress'
}

/** Fetches from one remote. */
export async function fetchFrom(git: Git, args: GitArgs, from: FetchFrom): Promise<number> {
  const remote = remoteOf(git, from.name)
  const transport = connect(git, remote.url, { isProgress: wantsProgress(git, args) })
  const refs = await transport.refs('fetch')
  const wish = wishOf(args, remote, from.words)
  const map = fetchMap(git, wish, refs)
  for (const name of map.funny) await git.say(`error: * Ignoring funny ref '${name}' locally\n`)
  refuseCheckedOut(git, args, map.entries)
  const how: StoreHow = {
    url: remote.url === from.name && !remote.isConfigured ? from.name : remote.url,
    action: from.action,
    isForced: args.has('force'),
    isDry: args.has('dry-run'),
    isQuiet: args.has('quiet'),
    isVerbose: args.has('verbose'),
    mayMoveHead: args.has('update-head-ok'),
  }
  const table = new FetchTable(git, how)
  const writesHead = !how.isDry && args.last('write-fetch-head', 'no-write-fetch-head') !== 'no-write-fetch-head'
  const isAppended = from.isAppended === true || args.has('append')
  await bringObjects(git, { transport, entries: map.entries, followsTags: map.followsTags, depth: depthOf(git, args) })
  await prune(git, args, { remote, refs, table, words: from.words, isDry: how.isDry })
  let isGood = await storeRefs(git, map.entries, { table, how })
  if (writesHead) writeFetchHead(git, map.entries, { url: remote.url, isAppended })
  if (map.followsTags) {
    const known = new Set(map.entries.map(({ local }) => local))
    const tags = missingTags(git, refs, (oid) => git.repo.objects.has(oid)).filter(({ local }) => !known.has(local))
    await bringObjects(git, { transport, entries: tags, followsTags: false, depth: undefined })
    isGood = (await storeRefs(git, tags, { table, how })) && isGood
    if (writesHead) writeFetchHead(git, tags, { url: remote.url, isAppended: true })
  }
  return isGood ? 0 : 1
}

function wishOf(args: GitArgs, remote: Remote, words: readonly string[]): FetchWish {
  const asked = args.last('tags', 'no-tags')
  const option = asked ?? { '--tags': 'tags', '--no-tags': 'no-tags' }[remote.tagOption ?? '']
  const refmap = args.value('refmap')
  return {
    remote,
    words,
    tags: option === 'tags' ? 'all' : option === 'no-tags' ? 'none' : 'default',
    refmap: refmap === undefined ? undefined : refmap === '' ? [] : [parseRefspec(refmap, 'fetch')],
  }
}

function refuseCheckedOut(git: Git, args: GitArgs, entries: readonly Fetched[]): void {
  if (args.has('update-head-ok')) return
  for (const { local } of entries) {
    if (local === undefined || !local.startsWith('refs/heads/')) continue
    const place = placeOfBranch(git, local.slice(11))
    if (place !== undefined) fatal(`refusing to fetch into branch '${local}' checked out at '${place}'`)
  }
}

interface Bringing {
  readonly transport: Transport
  readonly entries: readonly Fetched[]
  readonly followsTags: boolean
  readonly depth: number | undefined
}

async function bringObjects(git: Git, { transport, entries, followsTags, depth }: Bringing): Promise<void> {
  const { objects } = git.repo
  const wanted = entries.filter(({ ref }) => depth !== undefined || !objects.has(ref.oid))
  if (wanted.length === 0) return
  await transport.fetch({
    wants: [...new Set(wanted.map(({ ref }) => ref.oid))],
    names: [...new Set(wanted.map(({ ref }) => prettyRef(ref.name)))],
    haves: havesOf(git.repo),
    includesTags: followsTags,
    ...(depth !== undefined && { depth }),
  })
}

function depthOf(git: Git, args: GitArgs): number | undefined {
  if (args.has('unshallow')) {
    if (git.repo.objects.shallow.size === 0) fatal('--unshallow on a complete repository does not make sense')
    return INFINITE
  }
  return depthValue(args.value('depth'))
}

/** @throws GitError for what is no depth */
export function depthValue(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  return /^[1-9]\d*$/.test(value) ? Number(value) : fatal(`depth ${value} is not a positive number`)
}

interface Pruning {
  readonly remote: Remote
  readonly refs: readonly RemoteRef[]
  readonly table: FetchTable
  readonly words: readonly string[]
  readonly isDry: boolean
}

/** Refs of ours whose other side is gone. */
export function staleRefs(git: Git, specs: Remote['fetch'], refs: readonly RemoteRef[]): string[] {
  const names = new Set(refs.map(({ name }) => name))
  return git.repo.refs
    .list()
    .map(([name]) => name)
    .filter((name) => {
      if (git.repo.refs.target(name) !== undefined) return false
      const sources = specs.flatMap((spec) => (spec.isNegative ? [] : (unmapped(spec, name) ?? [])))
      return sources.length > 0 && sources.every((source) => !names.has(source))
    })
    .toSorted(byteOrder)
}

async function prune(git: Git, args: GitArgs, { remote, refs, table, words, isDry }: Pruning): Promise<void> {
  const { config } = git
  const asked = args.last('prune', 'no-prune')
  const isAsked =
    asked === undefined ? (config.bool(`remote.${remote.name}.prune`) ?? config.bool('fetch.prune') ?? false) : asked === 'prune'
  if (!isAsked) return
  const specs = [...(words.length > 0 ? words.map((word) => parseRefspec(word, 'fetch')) : remote.fetch)]
  const prunesTags = args.has('prune-tags') || (config.bool(`remote.${remote.name}.prunetags`) ?? config.bool('fetch.prunetags') ?? false)
  if (words.length === 0 && prunesTags) specs.push(parseRefspec('refs/tags/*:refs/tags/*', 'fetch'))
  const stale = staleRefs(git, specs, refs)
  for (const name of stale) {
    if (!isDry) git.repo.refs.remove(name)
    await table.show([{ flag: '-', summary: '[deleted]', from: '(none)', to: name }], [])
  }
  if (!isDry) await tellDangling(git, remote, stale)
}

async function tellDangling(git: Git, remote: Remote, stale: readonly string[]): Promise<void> {
  const head = `refs/remotes/${remote.name}/HEAD`
  const target = git.repo.refs.target(head)
  if (target !== undefined && stale.includes(target)) await git.say(`   (${prettyRef(head)} has become dangling)\n`)
}

/** Where a ref of the other side is kept here. */
export function trackingRef(remote: Remote, name: string): string | undefined {
  for (const spec of remote.fetch) {
    const local = spec.isNegative ? undefined : mapped(spec, name)
    if (local !== undefined && local !== '') return local
  }
  return undefined
}
