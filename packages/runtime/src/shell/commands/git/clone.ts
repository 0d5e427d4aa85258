import { bytesOf } from '../../text'
import { resolvePath } from '../../tree/tree-node'
import { gitArgs, type GitArgs } from './args'
import { moveTree } from './checkout-tree'
import { canonicalKey, type ConfigFile } from './config-file'
import { changeConfig } from './config-command'
import { depthValue, wantsProgress } from './fetch'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { makeRepository } from './init'
import type { FetchPlan, RemoteRef, Transport } from './protocol/transport'
import { isBundle } from './protocol/bundle-file'
import { openLocal } from './protocol/local-transport'
import { isBranchName, isRefName } from './refs'
import { connect, localPath, rewritten } from './remote-config'
import { detachedAdvice } from './detached'

const OPTIONS =
  'v,verbose q,quiet progress n,no-checkout bare !mirror l,local no-hardlinks s,shared !recurse-submodules? !recursive? j,jobs= template= ' +
  '!reference= !reference-if-able= dissociate o,origin= b,branch= !u,upload-pack= depth= !shallow-since= !shallow-exclude= single-branch ' +
  'tags shallow-submodules !separate-git-dir= c,config= !server-option= 4,ipv4 6,ipv6 !filter= also-filter-submodules remote-submodules ' +
  '!sparse reject-shallow !bundle-uri='

/** What is cloned and how. */
interface Plan {
  readonly word: string
  /** As it is kept in the settings. */
  readonly url: string
  readonly origin: string
  readonly folder: string
  readonly shown: string
  readonly isBare: boolean
  readonly isSingle: boolean
  readonly depth: number | undefined
}

/** `git clone`. */
export async function clone(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const [word, into, extra] = args.words
  if (extra !== undefined)
    throw new GitError('fatal: Too many arguments.\n\nusage: git clone [<options>] [--] <repo> [<dir>]', { kind: 'plain', code: 129 })
  if (word === undefined)
    throw new GitError('fatal: You must specify a repository to clone.\n\nusage: git clone [<options>] [--] <repo> [<dir>]', {
      kind: 'plain',
      code: 129,
    })
  const plan = planOf(git, args, { word, into })
  const node = git.files.find(plan.folder)
  const isThere = node !== undefined
  if (isThere && (node.type !== 'folder' || node.children.size > 0))
    fatal(`destination path '${plan.shown}' already exists and is not an empty directory.`)
  const quiet = args.has('quiet')
  if (!quiet) await git.say(`Cloning into ${plan.isBare ? 'bare repository ' : ''}'${plan.shown}'...\n`)
  try {
    return await run(git, args, plan)
  } catch (thrown) {
    // What was begun goes; a folder that was there stays, empty as it was.
    if (isThere) for (const name of emptied(git, plan.folder)) git.files.rm(`${plan.folder}/${name}`, { recursive: true, force: true })
    else git.files.rm(plan.folder, { recursive: true, force: true })
    throw thrown
  }
}

function emptied(git: Git, folder: string): string[] {
  const node = git.files.find(folder)
  return node?.type === 'folder' ? [...node.children.keys()] : []
}

function planOf(git: Git, args: GitArgs, { word, into }: { readonly word: string; readonly into: string | undefined }): Plan {
  const isBare = args.has('bare')
  const shown = into ?? folderName(word, isBare)
  const origin = args.value('origin') ?? git.config.get('clone.defaultremotename') ?? 'origin'
  if (!isRefName(`refs/remotes/${origin}/x`)) fatal(`'${origin}' is not a valid remote name`)
  const depth = depthValue(args.value('depth'))
  const isSingle =
    (args.last('single-branch', 'no-single-branch') ?? (depth === undefined ? 'no-single-branch' : 'single-branch')) === 'single-branch'
  const url = cloneUrl(git, word)
  return { word, url, origin, folder: resolvePath(git.cwd, shown), shown: shown.replace(/(.)\/+$/, '$1'), isBare, isSingle, depth }
}

function cloneUrl(git: Git, word: string): string {
  const direct = rewritten(git, word)
  if (direct.includes('://')) return word
  const path = localPath(git, direct)
  if (path === undefined) return word
  const full = resolvePath(git.cwd, direct).replace(/(.)\/+$/, '$1')
  const bundle = [`${full}.bundle`, full].find((one) => isBundle(git.files, one))
  if (bundle !== undefined) return bundle
  const found = openLocal(git, full)
  if (found === undefined) fatal(`repository '${word}' does not exist`)
  // The address is what was asked for, behind the folder that it was asked in.
  return direct.startsWith('/') ? direct : `${git.cwd}/${direct}`
}

/** @throws GitError where an address has no name to take */
function folderName(word: string, isBare: boolean): string {
  const path = word
    .replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?/i, '')
    .replace(/\/+$/, '')
    .replace(/\/\.git$/, '')
  const name = (path.split(/[/:]/).at(-1) ?? '')
    .replace(/\.(?:git|bundle)$/, '')
    .replace(/[\x00-\x20]+/g, ' ')
    .trim()
  if (name === '') fatal(`No directory name could be guessed.\nPlease specify a directory on the command line`)
  return isBare ? `${name}.git` : name
}

async function run(outer: Git, args: GitArgs, plan: Plan): Promise<number> {
  const gitDir = plan.isBare ? plan.folder : `${plan.folder}/.git`
  const transport = connect(outer, resolvedUrl(outer, plan), { isProgress: wantsProgress(outer, args) })
  const repo = makeRepository(outer, {
    gitDir,
    worktree: plan.isBare ? undefined : plan.folder,
    branch: outer.config.get('init.defaultbranch') ?? 'master',
  })
  // The transport writes into the repository of its git, which is the new one from now on.
  outer.use(repo)
  const refs = await transport.refs('fetch')
  const head = headOf(args, refs, plan)
  writeSettings(outer, args, { plan, branch: head.branch })
  outer.use(outer.open({ gitDir, commonDir: gitDir, worktree: plan.isBare ? undefined : plan.folder }))
  const wanted = wantedRefs(args, { refs, plan, head })
  await bring(outer, args, { transport, plan, refs: wanted, all: refs })
  storeAll(outer, plan, { wanted, all: refs })
  return finish(outer, args, { plan, head, transport, isEmpty: refs.length === 0 })
}

function resolvedUrl(git: Git, plan: Plan): string {
  return plan.url.includes('://') || localPath(git, plan.url) === undefined ? rewritten(git, plan.url) : plan.url
}

interface Head {
  readonly oid: string | undefined
  /** Undefined: detached. */
  readonly branch: string | undefined
  readonly isTag: boolean
}

/** What is to be checked out. @throws GitError where the named branch is not there */
function headOf(args: GitArgs, refs: readonly RemoteRef[], plan: Plan): Head {
  const named = args.value('branch')
  if (named !== undefined) {
    const branch = refs.find(({ name }) => name === `refs/heads/${named}`)
    if (branch !== undefined) return { oid: branch.oid, branch: named, isTag: false }
    const tag = refs.find(({ name }) => name === `refs/tags/${named}`)
    if (tag === undefined) return fatal(`Remote branch ${named} not found in upstream ${plan.origin}`)
    return { oid: tag.peeled ?? tag.oid, branch: undefined, isTag: true }
  }
  const head = refs.find(({ name }) => name === 'HEAD')
  if (head === undefined) return { oid: undefined, branch: undefined, isTag: false }
  const target = head.target?.startsWith('refs/heads/') ? head.target.slice(11) : undefined
  return { oid: head.oid, branch: target !== undefined && isBranchName(target) ? target : undefined, isTag: false }
}

function writeSettings(git: Git, args: GitArgs, { plan, branch }: { readonly plan: Plan; readonly branch: string | undefined }): void {
  const named = args.value('branch')
  const single = named ?? branch
  const isTag = named !== undefined && branch === undefined
  changeConfig(git, (file) => {
    for (const pair of args.values('config')) {
      const at = pair.indexOf('=')
      const key = at < 0 ? pair : pair.slice(0, at)
      setting(file, key, at < 0 ? 'true' : pair.slice(at + 1))
    }
    const section = `remote.${plan.origin}`
    file.add(`${section}.url`, 'url', plan.url)
    if (args.last('tags', 'no-tags') === 'no-tags') file.add(`${section}.tagopt`, 'tagOpt', '--no-tags')
    if (plan.isBare && !plan.isSingle) return
    const only = plan.isSingle ? single : undefined
    if (plan.isBare) return
    const spec =
      only === undefined
        ? `+refs/heads/*:refs/remotes/${plan.origin}/*`
        : isTag
          ? `+refs/tags/${only}:refs/tags/${only}`
          : `+refs/heads/${only}:refs/remotes/${plan.origin}/${only}`
    file.add(`${section}.fetch`, 'fetch', spec)
  })
}

function setting(file: ConfigFile, key: string, value: string): void {
  try {
    file.add(canonicalKey(key), key.slice(key.lastIndexOf('.') + 1), value)
  } catch (thrown) {
    if (thrown instanceof RangeError) fatal(thrown.message)
    throw thrown
  }
}

interface Wanted {
  readonly ref: RemoteRef
  readonly local: string
}

function wantedRefs(
  args: GitArgs,
  { refs, plan, head }: { readonly refs: readonly RemoteRef[]; readonly plan: Plan; readonly head: Head },
): Wanted[] {
  const named = args.value('branch')
  const noTags = args.last('tags', 'no-tags') === 'no-tags'
  return refs.flatMap((ref): Wanted[] => {
    if (!isRefName(ref.name)) return []
    if (ref.name.startsWith('refs/heads/')) {
      const short = ref.name.slice(11)
      if (plan.isSingle && short !== head.branch) return []
      return [{ ref, local: plan.isBare ? ref.name : `refs/remotes/${plan.origin}/${short}` }]
    }
    const isNamedTag = head.isTag && ref.name === `refs/tags/${named ?? ''}`
    if (!ref.name.startsWith('refs/tags/') || (noTags && !isNamedTag)) return []
    return plan.isSingle && !isNamedTag ? [] : [{ ref, local: ref.name }]
  })
}

interface Bringing {
  readonly transport: Transport
  readonly plan: Plan
  readonly refs: readonly Wanted[]
  readonly all: readonly RemoteRef[]
}

async function bring(git: Git, args: GitArgs, { transport, plan, refs, all }: Bringing): Promise<void> {
  const head = all.find(({ name }) => name === 'HEAD')
  const isDetached = head !== undefined && head.target === undefined && !plan.isSingle && args.value('branch') === undefined
  const wants = [...new Set([...refs.map(({ ref }) => ref.oid), ...(isDetached ? [head.oid] : [])])]
  const path = plan.word.includes('://') ? undefined : localPath(git, plan.url)
  const there = path === undefined ? undefined : openLocal(git, path)
  if (there !== undefined && args.last('local', 'no-local') !== 'no-local') {
    if (plan.depth !== undefined) await git.say('warning: --depth is ignored in local clones; use file:// instead.\n')
    if (args.has('shared')) git.files.writeFile(`${git.repo.commonDir}/objects/info/alternates`, bytesOf(`${there.objects.folder}\n`))
    else git.repo.objects.copyAll(there.objects)
    if (there.objects.shallow.size > 0) git.repo.objects.setShallow(there.objects.shallow)
    git.use(git.open({ gitDir: git.repo.gitDir, commonDir: git.repo.commonDir, worktree: git.repo.worktree }))
    return
  }
  if (wants.length === 0) return
  const how: FetchPlan = {
    wants,
    names: refs.map(({ local }) => local.replace(/^refs\/(heads|tags|remotes\/[^/]+)\//, '')),
    haves: [],
    includesTags: plan.isSingle,
  }
  await transport.fetch(plan.depth === undefined ? how : { ...how, depth: plan.depth })
}

function storeAll(git: Git, plan: Plan, { wanted, all }: { readonly wanted: readonly Wanted[]; readonly all: readonly RemoteRef[] }): void {
  const { refs, objects } = git.repo
  const packed = new Map(wanted.map(({ ref, local }) => [local, ref.oid]))
  if (plan.isSingle)
    for (const { name, oid, peeled } of all)
      if (name.startsWith('refs/tags/') && isRefName(name) && objects.has(oid) && objects.has(peeled ?? oid)) packed.set(name, oid)
  if (packed.size > 0) refs.writePacked(packed)
  const target = all.find(({ name }) => name === 'HEAD')?.target
  const mine = target?.startsWith('refs/heads/') ? `refs/remotes/${plan.origin}/${target.slice(11)}` : undefined
  if (!plan.isBare && mine !== undefined && packed.has(mine))
    refs.symbolic(`refs/remotes/${plan.origin}/HEAD`, mine, git.reason(`clone: from ${plan.url}`))
}

interface Finishing {
  readonly plan: Plan
  readonly head: Head
  readonly transport: Transport
  readonly isEmpty: boolean
}

async function finish(git: Git, args: GitArgs, { plan, head, transport, isEmpty }: Finishing): Promise<number> {
  const { refs, objects } = git.repo
  const quiet = args.has('quiet')
  const isLocal = !plan.word.includes('://') && localPath(git, plan.url) !== undefined && !isBundle(git.files, plan.url)
  if (isEmpty) {
    const named = args.value('branch')
    if (named !== undefined) fatal(`Remote branch ${named} not found in upstream ${plan.origin}`)
    await git.say('warning: You appear to have cloned an empty repository.\n')
    const branch = transport.unborn?.replace(/^refs\/heads\//, '') ?? 'master'
    if (isBranchName(branch)) {
      refs.symbolic('HEAD', `refs/heads/${branch}`)
      if (!plan.isBare) followed(git, plan, branch)
    }
    if (isLocal && !quiet) await git.say('done.\n')
    return 0
  }
  if (isLocal && !quiet) await git.say('done.\n')
  const reason = git.reason(`clone: from ${plan.url}`)
  if (head.branch !== undefined && head.oid !== undefined) {
    refs.symbolic('HEAD', `refs/heads/${head.branch}`)
    if (!plan.isBare) {
      refs.update('HEAD', head.oid, reason)
      followed(git, plan, head.branch)
    }
  } else if (head.oid !== undefined) {
    refs.detach(head.oid, reason)
    if (!quiet && !plan.isBare && head.isTag && git.config.bool('advice.detachedhead') !== false) await git.say(detachedAdvice(head.oid))
  } else {
    if (!plan.isBare) await git.say('warning: remote HEAD refers to nonexistent ref, unable to checkout\n')
    return 0
  }
  if (plan.isBare || args.has('no-checkout')) return 0
  return checkedOut(git, objects.commit(head.oid).tree)
}

function followed(git: Git, plan: Plan, branch: string): void {
  changeConfig(git, (file) => {
    file.add(`branch.${branch}.remote`, 'remote', plan.origin)
    file.add(`branch.${branch}.merge`, 'merge', `refs/heads/${branch}`)
  })
}

/** What was cloned stays when it cannot be checked out, as git does it. */
async function checkedOut(git: Git, tree: string): Promise<number> {
  try {
    moveTree(git.repo, { from: undefined, to: tree, kind: 'checkout' })
    git.repo.saveIndex()
    return 0
  } catch (thrown) {
    if (!(thrown instanceof GitError)) throw thrown
    await git.say(
      `${thrown.told}fatal: unable to checkout working tree\nwarning: Clone succeeded, but checkout failed.\n` +
        "You can inspect what was checked out with 'git status'\nand retry with 'git restore --source=HEAD :/'\n\n",
    )
    return 128
  }
}
