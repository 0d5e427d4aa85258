import { failed, fatal, GitError } from './git-error'
import type { Git } from './git-call'
import type { RemoteRef } from './protocol/transport'
import type { Remote } from './remote-config'
import { findRemoteRef, isLeftOut, mapped, type Refspec } from './remote-refspec'

/** One ref that is to be pushed. */
export interface Pushed {
  /** Ours, as it is told; empty for a removal. */
  readonly from: string
  readonly to: string
  /** Null: it is to go. */
  readonly oid: string | null
  readonly isForced: boolean
}

/** What was typed and what the other side has. */
export interface PushWish {
  readonly specs: readonly Refspec[]
  readonly refs: readonly RemoteRef[]
  readonly remote: Remote
  readonly url: string
  readonly isForced: boolean
}

/** @throws GitError for names that mean nothing, or more than one thing */
export function pushedRefs(git: Git, wish: PushWish): Pushed[] {
  const errors: string[] = []
  const out: Pushed[] = []
  for (const spec of wish.specs) {
    if (spec.isNegative) continue
    if (spec.isMatching) out.push(...matching(git, wish, spec))
    else if (spec.isPattern) out.push(...patterned(git, wish, spec))
    else {
      const made = single(git, wish, spec)
      if (typeof made === 'string') errors.push(made)
      else out.push(made)
    }
  }
  if (errors.length > 0)
    throw new GitError(`${errors.join('\n')}\nerror: failed to push some refs to '${wish.url}'`, { kind: 'plain', code: 1 })
  return out.filter(({ from }) => !isLeftOut(wish.specs, from))
}

/** Branches that both sides have. */
function matching(git: Git, wish: PushWish, spec: Refspec): Pushed[] {
  return git.repo.refs.list('refs/heads/').flatMap(([name, oid]): Pushed[] => {
    if (!wish.refs.some((ref) => ref.name === name)) return []
    return [{ from: name, to: name, oid, isForced: spec.isForced || wish.isForced }]
  })
}

function patterned(git: Git, wish: PushWish, spec: Refspec): Pushed[] {
  return git.repo.refs.list().flatMap(([name, oid]): Pushed[] => {
    const to = spec.target === undefined ? (mapped({ ...spec, target: spec.source }, name) ?? undefined) : mapped(spec, name)
    return to === undefined || to === '' ? [] : [{ from: name, to, oid, isForced: spec.isForced || wish.isForced }]
  })
}

/** A text is an error. */
function single(git: Git, wish: PushWish, spec: Refspec): Pushed | string {
  const isForced = spec.isForced || wish.isForced
  if (spec.source === '') {
    const to = spec.target ?? ''
    const there = findRemoteRef(wish.refs, to)
    if (there !== undefined) return { from: '', to: there.name, oid: null, isForced }
    if (to.startsWith('refs/')) return { from: '', to, oid: null, isForced }
    return `error: unable to delete '${to}': remote ref does not exist`
  }
  const full = fullSource(git, spec.source)
  const found = full === undefined ? git.revisions.find(spec.source) : git.repo.refs.resolve(full)
  if (found === undefined) return `error: src refspec ${spec.source} does not match any`
  if (typeof full === 'string' && isAmbiguous(git, spec.source)) return `error: src refspec ${spec.source} matches more than one`
  const to = targetOf(wish, { spec, full, type: git.repo.objects.read(found).type })
  if (to.startsWith('error:')) return to
  return { from: full ?? spec.source, to, oid: found, isForced }
}

function isAmbiguous(git: Git, name: string): boolean {
  return (
    !name.startsWith('refs/') &&
    name !== 'HEAD' &&
    git.repo.refs.resolve(`refs/heads/${name}`) !== undefined &&
    git.repo.refs.resolve(`refs/tags/${name}`) !== undefined
  )
}

/** The ref behind a short name; `HEAD` stands for its branch. */
function fullSource(git: Git, name: string): string | undefined {
  if (name === 'HEAD') return 'HEAD'
  return git.revisions.fullRef(name)
}

interface Target {
  readonly spec: Refspec
  readonly full: string | undefined
  readonly type: string
}

function targetOf(wish: PushWish, { spec, full, type }: Target): string {
  const given = spec.target
  if (given === undefined) {
    const own = full === 'HEAD' ? undefined : full
    if (own?.startsWith('refs/')) return own
    return guessing(spec.source, { source: spec.source, type })
  }
  if (given.startsWith('refs/')) return given
  const there = findRemoteRef(wish.refs, given)
  if (there !== undefined && there.name !== 'HEAD') return there.name
  if (full?.startsWith('refs/heads/')) return `refs/heads/${given}`
  if (full?.startsWith('refs/tags/')) return `refs/tags/${given}`
  return guessing(given, { source: spec.source, type })
}

function guessing(given: string, { source, type }: { readonly source: string; readonly type: string }): string {
  const kind = type === 'commit' ? ['commit', 'branch', 'heads'] : type === 'tag' ? ['tag', 'tag', 'tags'] : [type, 'tag a new', 'tags']
  const advice =
    type === 'commit' || type === 'tag'
      ? `hint: The <src> part of the refspec is a ${kind[0] ?? ''} object.\nhint: Did you mean to create a new ${kind[1] ?? ''} by pushing to\nhint: '${source}:refs/${kind[2] ?? ''}/${given}'?`
      : `hint: The <src> part of the refspec is a ${type} object.\nhint: Did you mean to tag a new ${type} by pushing to\nhint: '${source}:refs/tags/${given}'?`
  return (
    'error: The destination you provided is not a full refname (i.e.,\nstarting with "refs/"). We tried to guess what you meant by:\n\n' +
    `- Looking for a ref that matches '${given}' on the remote side.\n- Checking if the <src> being pushed ('${source}')\n` +
    '  is a ref in "refs/{heads,tags}/". If so we add a corresponding\n  refs/{heads,tags}/ prefix on the remote side.\n\n' +
    `Neither worked, so we gave up. You must fully qualify the ref.\n${advice}`
  )
}

/** What `push.default` makes of a push that names nothing. @throws GitError */
export function defaultSpecs(git: Git, remote: Remote, isUpstreamSet: boolean): readonly string[] {
  const mode = git.config.get('push.default') ?? 'simple'
  if (mode === 'nothing') fatal('You didn\'t specify any refspecs to push, and push.default is "nothing".')
  if (mode === 'matching') return [':']
  const branch = git.repo.branch ?? onNoBranch(remote)
  const own = git.config.get(`branch.${branch}.remote`)
  const merge = git.config.get(`branch.${branch}.merge`)
  const isElsewhere = own !== undefined && own !== remote.name
  const full = `refs/heads/${branch}`
  if (mode === 'current') return [`${full}:${full}`]
  if (mode !== 'simple' && mode !== 'upstream' && mode !== 'tracking') failed(`malformed value for push.default: ${mode}`, 128)
  const isTriangular =
    isElsewhere || (own === undefined && remote.name !== 'origin' && git.config.get(`remote.${remote.name}.url`) === undefined)
  if (mode === 'simple' && (isElsewhere || (own === undefined && remote.name !== 'origin'))) return [`${full}:${full}`]
  if (isTriangular)
    fatal(
      `You are pushing to remote '${remote.name}', which is not the upstream of\nyour current branch '${branch}', without telling me what to push\nto update which remote branch.`,
    )
  if (own === undefined || merge === undefined) {
    if (isUpstreamSet || git.config.bool('push.autosetupremote') === true) return [`${full}:${full}`]
    return fatal(
      `The current branch ${branch} has no upstream branch.\nTo push the current branch and set the remote as upstream, use\n\n` +
        `    git push --set-upstream ${remote.name} ${branch}\n\nTo have this happen automatically for branches without a tracking\n` +
        "upstream, see 'push.autoSetupRemote' in 'git help config'.\n",
    )
  }
  if (mode === 'simple' && merge !== full) otherName(remote, merge)
  return [`${full}:${merge}`]
}

function onNoBranch(remote: Remote): never {
  return fatal(
    `You are not currently on a branch.\nTo push the history leading to the current (detached HEAD)\nstate now, use\n\n    git push ${remote.name} HEAD:<name-of-remote-branch>\n`,
  )
}

function otherName(remote: Remote, merge: string): never {
  const short = merge.replace(/^refs\/heads\//, '')
  return fatal(
    'The upstream branch of your current branch does not match\nthe name of your current branch.  To push to the upstream branch\non the remote, use\n\n' +
      `    git push ${remote.name} HEAD:${short}\n\nTo push to the branch of the same name on the remote, use\n\n    git push ${remote.name} HEAD\n\n` +
      "To choose either option permanently, see push.default in 'git help config'.\n\nTo avoid automatically configuring an upstream branch when its name\n" +
      "won't match the local branch, see option 'simple' of branch.autoSetupMerge\nin 'git help config'.\n",
  )
}
