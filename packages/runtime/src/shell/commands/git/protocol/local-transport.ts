import { isAncestor } from '../commit-graph'
import { fatal } from '../git-error'
import { Git } from '../git-call'
import { placeOfBranch } from '../worktrees'
import type { ObjectStore } from '../object-store'
import { makePack } from '../pack-file'
import { dirsAt, type Repository } from '../repository'
import { isRefName } from '../refs'
import { objectsBetween } from './object-walk'
import { receiveObjects, type Received } from './receive-objects'
import type { FetchPlan, PushAnswers, PushCommand, PushPlan, RemoteRef, Transport } from './transport'

/** The repository at a path, also where the path lacks `.git`. */
export function openLocal(git: Git, path: string): Repository | undefined {
  for (const end of ['', '.git']) {
    const dirs = dirsAt(git.files, path + end)
    if (dirs !== undefined) return git.open(dirs)
  }
  return undefined
}

/** All refs of a repository as it tells others. */
export function advertised(repo: Repository): RemoteRef[] {
  const { refs, objects } = repo
  const told = (name: string, oid: string): RemoteRef => {
    const peeled = objects.read(oid).type === 'tag' ? peel(objects, oid) : undefined
    const target = refs.target(name)
    return { name, oid, ...(peeled !== undefined && { peeled }), ...(target !== undefined && { target: refs.final(name) }) }
  }
  const head = repo.head === undefined ? [] : [told('HEAD', repo.head)]
  return [...head, ...refs.list().map(([name, oid]) => told(name, oid))]
}

function peel(objects: ObjectStore, from: string): string {
  let oid = from
  while (objects.read(oid).type === 'tag') oid = objects.tag(oid).object
  return oid
}

/** A repository in the same tree of files. */
export class LocalTransport implements Transport {
  readonly #git: Git
  readonly #there: Repository

  constructor(git: Git, there: Repository) {
    this.#git = git
    this.#there = there
  }

  get unborn(): string | undefined {
    return this.#there.refs.target('HEAD')
  }

  refs(): Promise<readonly RemoteRef[]> {
    return Promise.resolve(advertised(this.#there))
  }

  async fetch(plan: FetchPlan): Promise<void> {
    const { objects } = this.#there
    const tick = (): void => this.#git.call.tick()
    const ours = this.#git.repo.objects
    const { depth, wants } = plan
    const walked =
      depth === undefined
        ? objectsBetween(objects, { wants, haves: plan.haves, tick, stops: ours.shallow })
        : objectsBetween(objects, { wants, haves: [], tick, depth })
    const sent = new Set(walked.oids)
    const gone = depth === undefined ? [] : [...ours.shallow].filter((oid) => sent.has(oid) && !walked.shallow.includes(oid))
    const tags = plan.includesTags ? this.#tagsOf(sent) : []
    const oids = [...new Set([...walked.oids, ...tags])]
    await copyObjects(this.#git, { from: objects, to: ours, oids, plan, shallow: { added: walked.shallow, gone } })
  }

  #tagsOf(sent: ReadonlySet<string>): string[] {
    return advertised(this.#there).flatMap(({ oid, peeled }) => (peeled !== undefined && sent.has(peeled) ? [oid] : []))
  }

  async push(plan: PushPlan): Promise<PushAnswers> {
    const there = this.#there
    refuseHooks(there)
    const wants = plan.commands.flatMap(({ fresh }) => fresh ?? [])
    const haves = there.refs.list().map(([, oid]) => oid)
    const tick = (): void => this.#git.call.tick()
    const { oids } = objectsBetween(this.#git.repo.objects, { wants, haves, tick })
    if (oids.length > 0)
      await copyObjects(this.#git, {
        from: this.#git.repo.objects,
        to: there.objects,
        oids,
        plan: { wants, haves },
        shallow: { added: [], gone: [] },
      })
    return receiveCommands(this.#git, there, plan)
  }
}

/** Hooks by which a repository refuses what it is sent, or does something with it. */
const RECEIVING = ['pre-receive', 'update', 'post-receive', 'post-update', 'push-to-checkout', 'proc-receive', 'reference-transaction']

function refuseHooks({ files, commonDir }: Repository): void {
  const folder = files.find(`${commonDir}/hooks`)
  for (const name of RECEIVING) {
    const node = folder?.type === 'folder' ? folder.children.get(name) : undefined
    if (node?.type === 'link' || (node?.type === 'file' && (node.mode & 0o100) !== 0))
      fatal(`hook '${name}' of the other repository is not run in this sandbox, and it may refuse what is pushed`)
  }
}

interface Copy {
  readonly from: ObjectStore
  readonly to: ObjectStore
  readonly oids: readonly string[]
  readonly plan: Pick<FetchPlan, 'wants' | 'haves'>
  readonly shallow: Received['shallow']
}

/** Goes through a pack, like everything that comes from elsewhere: one way to check and to keep. */
async function copyObjects(git: Git, { from, to, oids, plan, shallow }: Copy): Promise<void> {
  const { pack } = makePack(oids.map((oid) => [oid, from.read(oid)]))
  await receiveObjects(to, {
    pack,
    wants: plan.wants,
    haves: plan.haves,
    shallow,
    url: from.folder,
    step: () => git.breathe(),
    tick: () => git.call.tick(),
  })
}

const CURRENT = `error: refusing to update checked out branch: REF
error: By default, updating the current branch in a non-bare repository
is denied, because it will make the index and work tree inconsistent
with what you pushed, and will require 'git reset --hard' to match
the work tree to HEAD.

You can set the 'receive.denyCurrentBranch' configuration variable
to 'ignore' or 'warn' in the remote repository to allow pushing into
its current branch; however, this is not recommended unless you
arranged to update its work tree to match what you pushed in some
other way.

To squelch this message and still keep the default behaviour, set
'receive.denyCurrentBranch' configuration variable to 'refuse'.
`
const DELETED = `error: By default, deleting the current branch is denied, because the next
'git clone' won't result in any file checked out, causing confusion.

You can set 'receive.denyDeleteCurrent' configuration variable to
'warn' or 'ignore' in the remote repository to allow deleting the
current branch, with or without a warning message.

To squelch this message, you can set it to 'refuse'.
error: refusing to delete the current branch: REF
`

interface Refusal {
  readonly reason: string
  readonly words?: string
}

/** What the receiving side does with what is asked of it. */
async function receiveCommands(git: Git, there: Repository, plan: PushPlan): Promise<PushAnswers> {
  const refused = new Map<string, Refusal>()
  for (const command of plan.commands) {
    const refusal = refusalOf(git, there, command)
    if (refusal !== undefined) refused.set(command.ref, refusal)
  }
  for (const { words } of refused.values())
    if (words !== undefined)
      await git.say(words.replace(/^(.*)$/gm, (line) => (line === '' ? 'remote: ' : `remote: ${line}        `)).replace(/remote: $/, ''))
  const answers = new Map<string, string | undefined>()
  const isStopped = plan.isAtomic && refused.size > 0
  for (const { ref, fresh } of plan.commands) {
    const reason = refused.get(ref)?.reason ?? (isStopped ? 'atomic push failure' : undefined)
    answers.set(ref, reason)
    if (reason !== undefined) continue
    if (fresh === null) there.refs.remove(ref)
    else there.refs.update(ref, fresh, git.reason('push'))
  }
  return answers
}

function refusalOf(git: Git, there: Repository, { ref, old, fresh }: PushCommand): Refusal | undefined {
  const setting = (key: string): string => there.config.get(`receive.${key}`) ?? ''
  const isTrue = (key: string): boolean => there.config.bool(`receive.${key}`) ?? false
  if (!ref.startsWith('refs/') || !isRefName(ref))
    return { reason: 'funny refname', words: `error: refusing to create funny ref '${ref}' remotely\n` }
  const now = there.refs.resolve(ref) ?? null
  if (now !== old) return { reason: 'failed to update ref' }
  const taken = isCheckedOut(git, there, ref)
  if (fresh === null) {
    if (isTrue('denydeletes') && ref.startsWith('refs/heads/'))
      return { reason: 'deletion prohibited', words: `error: denying ref deletion for ${ref}\n` }
    const isCurrent = there.refs.target('HEAD') === ref
    if (isCurrent && !['ignore', 'warn'].includes(setting('denydeletecurrent')))
      return { reason: 'deletion of the current branch prohibited', words: DELETED.replace('REF', ref) }
    return undefined
  }
  if (taken && !['ignore', 'warn', 'false'].includes(setting('denycurrentbranch'))) {
    if (setting('denycurrentbranch') === 'updateinstead') return { reason: 'updateInstead is not implemented in this sandbox' }
    const isQuiet = setting('denycurrentbranch') === 'refuse'
    return {
      reason: 'branch is currently checked out',
      words: (isQuiet ? CURRENT.slice(0, CURRENT.indexOf('\n') + 1) : CURRENT).replace('REF', ref),
    }
  }
  const isForward = old === null || !ref.startsWith('refs/heads/') || isAncestor(there.objects, old, fresh)
  if (isTrue('denynonfastforwards') && !isForward)
    return { reason: 'non-fast-forward', words: `error: denying non-fast-forward ${ref} (you should pull first)\n` }
  return undefined
}

function isCheckedOut(git: Git, there: Repository, ref: string): boolean {
  if (!ref.startsWith('refs/heads/')) return false
  const other = new Git(git.call, git.options)
  other.use(there)
  return placeOfBranch(other, ref.slice(11)) !== undefined
}

/** @throws GitError in git's words for what cannot be reached */
export function unreachable(name: string): never {
  return fatal(
    `'${name}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`,
  )
}
