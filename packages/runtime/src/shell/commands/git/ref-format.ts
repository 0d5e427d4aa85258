import { slugOf } from './pretty'
import { RefBlocks } from './ref-blocks'
import { formatDate } from './git-date'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { bytesOf } from '../../text'
import { bodyOf, subjectOf, type Person } from './objects'
import { trailersText } from './trailers/trailer-format'
import { aheadText, trackingOf } from './status'
import { worktreesOf } from './worktrees'
import { colorCode } from './color-code'

/** A ref in a format of `for-each-ref`. */
export function expandRef(git: Git, ref: { readonly name: string; readonly oid: string }, format: string): string {
  const blocks = new RefBlocks()
  for (const [all, hex, field] of format.matchAll(/%%|%([0-9a-fA-F]{2})|%\(([^)]*)\)|[^%]+|%/g)) {
    if (all === '%%') blocks.put('%')
    else if (hex !== undefined) blocks.put(String.fromCharCode(Number.parseInt(hex, 16)))
    else if (field === undefined) blocks.put(all)
    else if (!blocks.take(field)) blocks.put(fieldOf(git, ref, field))
  }
  return blocks.text()
}

/** One field, such as `refname:short`. */
export function fieldOf(git: Git, ref: { readonly name: string; readonly oid: string }, field: string): string {
  const isPeeled = field.startsWith('*')
  const [name = '', ...rest] = field.replace(/^\*/, '').split(':')
  const option = rest.join(':')
  const { objects } = git.repo
  const object = objects.read(ref.oid)
  if (isPeeled) {
    if (object.type !== 'tag') return ''
    return fieldOf(git, { name: ref.name, oid: objects.tag(ref.oid).object }, [name, ...rest].join(':'))
  }
  switch (name) {
    case 'refname':
      return shortened(ref.name, option)
    case 'objectname':
      return shortOid(git, ref.oid, option)
    case 'objecttype':
      return object.type
    case 'objectsize':
      return String(object.bytes.length)
    case 'HEAD':
      return ref.name === `refs/heads/${git.repo.branch ?? ''}` ? '*' : ' '
    case 'worktreepath':
      return worktreesOf(git).find(({ branch, isBare }) => !isBare && `refs/heads/${branch ?? ''}` === ref.name)?.path ?? ''
    case 'symref':
      return shortened(git.repo.refs.target(ref.name) ?? '', option)
    case 'upstream':
    case 'push':
      return upstreamField(git, ref.name, option)
    case 'color':
      return git.isTerminal ? colorCode(option) : ''
    default:
      return messageField(git, ref.oid, { name, option })
  }
}

function shortened(name: string, option: string): string {
  const strip = /^(?:lstrip|strip)=(-?\d+)$/.exec(option)
  if (strip !== null) return name.split('/').slice(Number(strip[1])).join('/')
  const back = /^rstrip=(-?\d+)$/.exec(option)
  if (back !== null) {
    const parts = name.split('/')
    const count = Number(back[1])
    return parts.slice(0, count < 0 ? -count : parts.length - count).join('/')
  }
  return option === 'short' ? name.replace(/^refs\/(heads|tags|remotes)\//, '').replace(/^refs\//, '') : name
}

function shortOid(git: Git, oid: string, option: string): string {
  return option === '' ? oid : git.repo.objects.abbreviate(oid, option === 'short' ? 7 : Number(option.slice(6)))
}

function contentsField(message: string, option: string): string {
  if (option === 'subject') return subjectOf(message)
  if (option === 'body') return bodyOf(message)
  if (option === 'size') return String(bytesOf(message).length)
  const lines = /^lines=(\d+)$/.exec(option)
  // Lines behind the first are set in, as they are in a list.
  if (lines !== null) return message.replace(/\n+$/, '').split('\n').slice(0, Number(lines[1])).join('\n    ')
  if (option === 'trailers' || option.startsWith('trailers:')) return trailersText(message, option.slice(9)) ?? ''
  return option === '' ? message : fatal(`unrecognized %(contents) argument: ${option}`)
}

function upstreamField(git: Git, name: string, option: string): string {
  const branch = name.replace(/^refs\/heads\//, '')
  const ref = name.startsWith('refs/heads/') ? git.revisions.upstream(branch) : undefined
  if (ref === undefined) return ''
  if (option === 'remotename') return git.config.get(`branch.${branch}.remote`) ?? ''
  if (option === 'remoteref') return git.config.get(`branch.${branch}.merge`) ?? ''
  if (option.startsWith('track')) {
    const tracking = trackingOf(git, branch)
    const text = tracking === undefined ? '' : aheadText(tracking).trim()
    if (option.startsWith('trackshort')) {
      if (tracking === undefined || tracking.isGone) return ''
      return `${tracking.behind > 0 ? '<' : ''}${tracking.ahead > 0 ? '>' : ''}` || '='
    }
    return option.includes('nobracket') ? text.replace(/^\[|\]$/g, '') : text
  }
  return shortened(ref, option)
}

function messageField(git: Git, oid: string, { name, option }: { readonly name: string; readonly option: string }): string {
  const { objects } = git.repo
  const { type } = objects.read(oid)
  const tag = type === 'tag' ? objects.tag(oid) : undefined
  const commit = type === 'commit' ? objects.commit(oid) : undefined
  const message = tag?.message ?? commit?.message ?? ''
  const person = (who: Person | undefined, part: string): string => {
    if (who === undefined) return ''
    if (part === 'name') return who.name
    if (part === 'email' && option === 'localpart') return who.email.replace(/@.*$/s, '')
    if (part === 'email') return option === 'trim' ? who.email : `<${who.email}>`
    return formatDate(who, { mode: option === '' ? 'default' : option, now: git.now, tz: git.zone })
  }
  const role = /^(author|committer|tagger|creator)(name|email|date)?$/.exec(name)
  if (role !== null) {
    const who = { author: commit?.author, committer: commit?.committer, tagger: tag?.tagger, creator: commit?.committer ?? tag?.tagger }[
      role[1] ?? ''
    ]
    return person(who, role[2] ?? 'name')
  }
  switch (name) {
    case 'subject':
      return option === 'sanitize' ? slugOf(message) : subjectOf(message)
    case 'contents':
      return contentsField(message, option)
    case 'trailers':
      return trailersText(message, option) ?? ''
    case 'body':
      return bodyOf(message)
    case 'tree':
      return commit === undefined ? '' : shortOid(git, commit.tree, option)
    case 'parent':
      return commit?.parents.map((parent) => shortOid(git, parent, option)).join(' ') ?? ''
    case 'numparent':
      return commit === undefined ? '' : String(commit.parents.length)
    case 'tag':
      return tag?.tag ?? ''
    case 'object':
      return tag?.object ?? ''
    default:
      return fatal(`unknown field name: ${name}`)
  }
}
