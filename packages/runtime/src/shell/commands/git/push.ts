import { gitArgs, type GitArgs } from './args'
import { setUpstream } from './branches'
import { isAncestor } from './commit-graph'
import { trackingRef, wantsProgress } from './fetch'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { checkHooks, runHook } from './hooks/hooks'
import { adviceFor, tellPush, type Outcome } from './push-report'
import { defaultSpecs, pushedRefs, type Pushed } from './push-refs'
import type { PushCommand, PushPlan, RemoteRef, Transport } from './protocol/transport'
import { connect, pushRemote, remoteOf, type Remote } from './remote-config'
import { parseRefspec, prettyRef, unmapped, type Refspec } from './remote-refspec'

const OPTIONS =
  'v,verbose q,quiet repo= all mirror d,delete tags n,dry-run porcelain f,force force-with-lease? force-if-includes !recurse-submodules= thin ' +
  '!receive-pack= !exec= u,set-upstream progress prune no-verify verify follow-tags !signed? atomic o,push-option= 4,ipv4 6,ipv6'

/** `git push`. */
export async function push(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  void git.repo
  checkHooks(git, ['pre-push'])
  const [named, ...rest] = args.words
  if (args.has('delete') && (args.has('all') || args.has('mirror') || args.has('tags')))
    fatal("options '--delete' and '--all/--mirror/--tags' cannot be used together")
  if (args.has('delete') && rest.length === 0) fatal("--delete doesn't make sense without any refs")
  if (args.has('all') && args.has('tags')) fatal("options '--all' and '--tags' cannot be used together")
  if (args.has('all') && rest.length > 0) fatal("--all can't be combined with refspecs")
  if (args.has('mirror') && rest.length > 0) fatal("--mirror can't be combined with refspecs")
  if (args.has('force-if-includes')) notImplemented('option --force-if-includes')
  const name = named ?? args.value('repo') ?? pushRemote(git)
  const remote = remoteOf(git, name)
  if (named === undefined && !remote.isConfigured)
    fatal(
      'No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n',
    )
  const specs = specsOf(git, args, { remote, words: rest })
  let code = 0
  for (const url of remote.pushUrls) code = (await pushTo(git, args, { remote, url, specs })) || code
  return code
}

function specsOf(git: Git, args: GitArgs, { remote, words }: { readonly remote: Remote; readonly words: readonly string[] }): Refspec[] {
  const texts: string[] = []
  if (args.has('tags')) texts.push('refs/tags/*:refs/tags/*')
  if (args.has('all')) texts.push('refs/heads/*:refs/heads/*')
  if (args.has('mirror') || git.config.bool(`remote.${remote.name}.mirror`) === true) texts.push('+refs/*:refs/*')
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    if (word === 'tag' && i + 1 < words.length) {
      i += 1
      const tag = `refs/tags/${words[i] ?? ''}`
      texts.push(args.has('delete') ? `:${tag}` : `${tag}:${tag}`)
    } else if (args.has('delete')) texts.push(word.includes(':') ? fatal('--delete only accepts plain target ref names') : `:${word}`)
    else texts.push(word)
  }
  if (texts.length === 0 && remote.push.length > 0) return [...remote.push]
  if (texts.length === 0) texts.push(...defaultSpecs(git, remote, args.has('set-upstream')))
  return texts.map((text) => withConfigured(git, remote, parseRefspec(text, 'push')))
}

/** A bare name goes where the settings or the branch's upstream send it. */
function withConfigured(git: Git, remote: Remote, spec: Refspec): Refspec {
  if (spec.target !== undefined || spec.isPattern || spec.isMatching || spec.isNegative) return spec
  const branch =
    spec.source === 'HEAD' ? git.repo.branch : git.repo.refs.resolve(`refs/heads/${spec.source}`) === undefined ? undefined : spec.source
  if (spec.source === 'HEAD' && branch === undefined) return { ...spec, target: undefined }
  for (const own of remote.push)
    if (!own.isPattern && own.source === (branch === undefined ? spec.source : `refs/heads/${branch}`))
      return { ...spec, target: own.target }
  const isUpstream = ['upstream', 'tracking'].includes(git.config.get('push.default') ?? '')
  const merge = branch === undefined ? undefined : git.config.get(`branch.${branch}.merge`)
  if (isUpstream && merge !== undefined && git.config.get(`branch.${branch ?? ''}.remote`) === remote.name)
    return { ...spec, target: merge }
  return spec.source === 'HEAD' ? { ...spec, target: `refs/heads/${branch ?? ''}` } : spec
}

interface PushTo {
  readonly remote: Remote
  readonly url: string
  readonly specs: readonly Refspec[]
}

async function pushTo(git: Git, args: GitArgs, { remote, url, specs }: PushTo): Promise<number> {
  const transport = connect(git, url, { isProgress: wantsProgress(git, args) })
  const expected = args.has('dry-run') ? undefined : expectedPush(git, args, { remote, url, specs })
  const refs = (await transport.refs('push', expected)).filter(({ name }) => name.startsWith('refs/'))
  if (args.has('verbose')) await git.say(`Pushing to ${url}\n`)
  const judged = judgedRefs(git, args, { remote, url, specs, refs })
  if (!(await passesHook(git, args, { remote, url, judged }))) {
    await git.say(`error: failed to push some refs to '${url}'\n`)
    return 1
  }
  const isStopped = args.has('atomic') && judged.some(({ flag }) => flag === '!')
  const outcomes = isStopped
    ? judged.map((one) => (one.flag === '!' || one.isSame ? one : { ...one, flag: '!', summary: '[rejected]', note: 'atomic push failed' }))
    : judged
  const done = isStopped || args.has('dry-run') ? outcomes : await send(args, { transport, outcomes, refs })
  await tellPush(git, done, { url, isQuiet: args.has('quiet'), isVerbose: args.has('verbose'), isPorcelain: args.has('porcelain') })
  const isBad = done.some(({ flag }) => flag === '!')
  if (args.has('set-upstream') && !isBad) follow(git, args, { remote, done })
  if (!args.has('dry-run')) await updateTracking(git, remote, { done, isVerbose: args.has('verbose') })
  if (args.has('porcelain') && !isBad) git.print('Done\n')
  await git.out.flush()
  if (isBad) await git.say(`error: failed to push some refs to '${url}'\n${adviceFor(git, done)}`)
  else if (done.every(({ isSame }) => isSame) && !args.has('porcelain') && !args.has('quiet')) await git.say('Everything up-to-date\n')
  return isBad ? 1 : 0
}

/** What becomes of each ref, by what the other side has. @throws GitError for names that mean nothing */
function judgedRefs(git: Git, args: GitArgs, { remote, url, specs, refs }: PushTo & { readonly refs: readonly RemoteRef[] }): Outcome[] {
  const wanted = pushedRefs(git, { specs, refs, remote, url, isForced: args.has('force') || args.has('mirror') })
  const place = ({ to }: Pushed): number => refs.findIndex(({ name }) => name === to)
  const asked = [...wanted, ...extras(git, args, { wanted, refs, specs })]
  // In the order in which the other side told its refs, then what is new.
  const all = [...asked.filter((one) => place(one) >= 0).toSorted((a, b) => place(a) - place(b)), ...asked.filter((one) => place(one) < 0)]
  const leases = leasesOf(git, args, remote)
  return all.map((one) => judge(git, one, { refs, lease: leases(one.to) }))
}

/** What would be sent if the other side were as it was last seen: a person is asked with that, before anything is. Undefined for nothing. */
function expectedPush(git: Git, args: GitArgs, to: PushTo): PushPlan | undefined {
  // Nothing was ever seen of a bare address.
  if (!to.remote.isConfigured) return undefined
  const refs = git.repo.refs.list('refs/').flatMap(([local, oid]): RemoteRef[] => {
    if (local.endsWith('/HEAD')) return []
    const names = to.remote.fetch.flatMap((spec) => (spec.isNegative ? [] : (unmapped(spec, local) ?? [])))
    return git.repo.objects.has(oid) ? names.map((name) => ({ name, oid })) : []
  })
  try {
    const outcomes = judgedRefs(git, args, { ...to, refs: refs.toSorted((a, b) => (a.name < b.name ? -1 : 1)) })
    const commands = commandsOf(outcomes)
    const isStopped = args.has('atomic') && commands.length < outcomes.filter(({ isSame }) => !isSame).length
    return commands.length === 0 || isStopped ? undefined : planOf(args, commands, refs)
  } catch (thrown) {
    // Told when it is known what the other side has.
    if (thrown instanceof GitError) return undefined
    throw thrown
  }
}

/** The hook is told what would be sent, and may refuse it. */
async function passesHook(
  git: Git,
  args: GitArgs,
  { remote, url, judged }: { readonly remote: Remote; readonly url: string; readonly judged: readonly Outcome[] },
): Promise<boolean> {
  if (args.last('verify', 'no-verify') === 'no-verify') return true
  const none = '0'.repeat(40)
  const sent = judged.filter(({ isSame, note }) => !isSame && note !== 'non-fast-forward' && note !== 'stale info')
  const stdin = sent
    .map(({ from, to, old, fresh }) => `${fresh === null ? '(delete)' : from} ${fresh ?? none} ${to} ${old ?? none}\n`)
    .join('')
  return (await runHook(git, 'pre-push', { args: [remote.name, url], stdin, isShown: true })) === 0
}

/** Tags of what goes with `--follow-tags`, removals with `--prune`. */
function extras(
  git: Git,
  args: GitArgs,
  { wanted, refs, specs }: { readonly wanted: readonly Pushed[]; readonly refs: readonly RemoteRef[]; readonly specs: readonly Refspec[] },
): Pushed[] {
  const out: Pushed[] = []
  const { objects } = git.repo
  if (args.has('follow-tags') || (args.last('follow-tags', 'no-follow-tags') === undefined && git.config.bool('push.followtags') === true))
    for (const [name, oid] of git.repo.refs.list('refs/tags/')) {
      const peeled = objects.read(oid).type === 'tag' ? git.revisions.peel(oid, 'commit') : undefined
      if (peeled === undefined || refs.some((ref) => ref.name === name) || wanted.some(({ to }) => to === name)) continue
      if (wanted.some((one) => one.oid !== null && isAncestor(objects, peeled, git.revisions.peel(one.oid, 'commit') ?? one.oid)))
        out.push({ from: name, to: name, oid, isForced: false })
    }
  if (args.has('prune') || args.has('mirror'))
    for (const { name } of refs) {
      const isMeant = specs.some((spec) => spec.isPattern && name.startsWith((spec.target ?? spec.source).split('*')[0] ?? ''))
      if (isMeant && !wanted.some(({ to }) => to === name)) out.push({ from: '', to: name, oid: null, isForced: false })
    }
  return out
}

/** What a ref of the other side must be for `--force-with-lease`; null: not there; `unknown`: never matches; undefined: nothing was asked. */
function leasesOf(git: Git, args: GitArgs, remote: Remote): (to: string) => string | null | undefined {
  const tracked = (to: string): string => {
    const ref = trackingRef(remote, to)
    return (ref === undefined ? undefined : git.repo.refs.resolve(ref)) ?? 'unknown'
  }
  const given = args.found.filter(({ key }) => key === 'force-with-lease')
  return (to) => {
    let lease: string | null | undefined
    for (const { value } of given) {
      if (value === undefined) {
        lease ??= tracked(to)
        continue
      }
      const [name = '', expected] = value.split(':')
      if (to !== name && prettyRef(to) !== name) continue
      lease =
        expected === undefined
          ? tracked(to)
          : expected === ''
            ? null
            : (git.revisions.find(expected) ?? fatal(`cannot parse expected object name '${expected}'`))
    }
    return lease
  }
}

interface Judging {
  readonly refs: readonly RemoteRef[]
  readonly lease: string | null | undefined
}

function judge(git: Git, one: Pushed, { refs, lease }: Judging): Outcome {
  const { objects } = git.repo
  const old = refs.find(({ name }) => name === one.to)?.oid ?? null
  const base = { from: one.from, to: one.to, old, fresh: one.oid, isSame: false, hint: undefined }
  const reject = (note: string, hint: Outcome['hint']): Outcome => ({ ...base, flag: '!', summary: '[rejected]', note, hint })
  if (one.oid === null && old === null) return { ...base, flag: '-', summary: '[deleted]', note: undefined }
  if (old === one.oid) return { ...base, flag: '=', summary: '[up to date]', note: undefined, isSame: true }
  let isForced = one.isForced
  if (lease !== undefined) {
    if (lease !== old && !one.isForced) return reject('stale info', undefined)
    isForced = true
  }
  if (one.oid === null) return { ...base, flag: '-', summary: '[deleted]', note: undefined }
  if (old === null) {
    const kind = one.to.startsWith('refs/tags/') ? 'tag' : one.to.startsWith('refs/heads/') ? 'branch' : 'reference'
    return { ...base, flag: '*', summary: `[new ${kind}]`, note: undefined }
  }
  const problem = problemOf(git, one, old)
  const from = objects.has(old) ? objects.abbreviate(old) : old.slice(0, 7)
  const to = objects.abbreviate(one.oid)
  if (problem === undefined) return { ...base, flag: ' ', summary: `${from}..${to}`, note: undefined }
  if (isForced) return { ...base, flag: '+', summary: `${from}...${to}`, note: 'forced update' }
  return reject(problem, problem)
}

function problemOf(git: Git, one: Pushed, old: string): Exclude<Outcome['hint'], undefined> | undefined {
  const { objects } = git.repo
  if (one.to.startsWith('refs/tags/')) return 'already exists'
  if (!objects.has(old)) return 'fetch first'
  if (objects.read(old).type !== 'commit' || objects.read(one.oid ?? '').type !== 'commit') return 'needs force'
  return isAncestor(objects, old, one.oid ?? '') ? undefined : 'non-fast-forward'
}

interface Sending {
  readonly transport: Transport
  readonly outcomes: readonly Outcome[]
  readonly refs: readonly RemoteRef[]
}

async function send(args: GitArgs, { transport, outcomes, refs }: Sending): Promise<Outcome[]> {
  const commands = commandsOf(outcomes)
  if (commands.length === 0) return [...outcomes]
  const answers = await transport.push(planOf(args, commands, refs))
  return outcomes.map((one) => {
    const why = answers.get(one.to)
    return why === undefined || !answers.has(one.to) ? one : { ...one, flag: '!', summary: '[remote rejected]', note: why }
  })
}

function commandsOf(outcomes: readonly Outcome[]): PushCommand[] {
  return outcomes.flatMap((one) => (one.flag === '!' || one.isSame ? [] : [{ ref: one.to, old: one.old, fresh: one.fresh }]))
}

function planOf(args: GitArgs, commands: readonly PushCommand[], refs: readonly RemoteRef[]): PushPlan {
  return { commands, known: refs.map(({ oid }) => oid), isAtomic: args.has('atomic'), options: args.values('push-option') }
}

async function updateTracking(
  git: Git,
  remote: Remote,
  { done, isVerbose }: { readonly done: readonly Outcome[]; readonly isVerbose: boolean },
): Promise<void> {
  for (const { flag, to, fresh } of done) {
    const local = flag === '!' ? undefined : trackingRef(remote, to)
    if (local === undefined) continue
    if (isVerbose) await git.say(`updating local tracking ref '${local}'\n`)
    if (fresh === null) git.repo.refs.remove(local)
    else if (git.repo.refs.resolve(local) !== fresh) git.repo.refs.update(local, fresh, { ...git.reason(''), message: 'update by push' })
  }
}

function follow(git: Git, args: GitArgs, { remote, done }: { readonly remote: Remote; readonly done: readonly Outcome[] }): void {
  for (const { from, to, fresh } of done) {
    const full = from === 'HEAD' ? git.repo.refs.target('HEAD') : from
    if (fresh === null || !full?.startsWith('refs/heads/') || !to.startsWith('refs/heads/')) continue
    if (!args.has('dry-run')) setUpstream(git, full.slice(11), { remote: remote.name, merge: to })
    const local = trackingRef(remote, to)
    const shown = local === undefined ? to : prettyRef(local)
    if (args.has('dry-run')) git.print(`Would set upstream of '${full.slice(11)}' to '${to.slice(11)}' of '${remote.name}'\n`)
    else if (!args.has('quiet')) git.print(`branch '${full.slice(11)}' set up to track '${shown}'.\n`)
  }
}
