import { gitArgs } from './args'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { byteOrder } from './oid'
import { refVersionOrder } from './ref-version-order'
import type { RemoteRef } from './protocol/transport'
import { connect, defaultRemote, remoteOf, shownUrl } from './remote-config'
import { wildmatch } from './wildmatch'

const OPTIONS = 'q,quiet !upload-pack= t,tags h,heads refs get-url sort= exit-code symref !o,server-option='

/** `git ls-remote`. */
export async function lsRemote(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const [name, ...patterns] = args.words
  const isInside = git.find() !== undefined
  if (name === undefined && !isInside) fatal('No remote configured to list refs from.')
  const remote = remoteOf(git, name ?? defaultRemote(git))
  if (name === undefined && !remote.isConfigured) fatal('No remote configured to list refs from.')
  if (args.has('get-url')) {
    git.print(`${remote.url}\n`)
    return 0
  }
  const transport = connect(git, remote.url, { isProgress: false })
  const refs = await transport.refs('fetch')
  if (name === undefined && !args.has('quiet')) await git.say(`From ${shownUrl(remote.url)}\n`)
  const kinds = [...(args.has('heads') ? ['refs/heads/'] : []), ...(args.has('tags') ? ['refs/tags/'] : [])]
  const isMeant = (ref: string): boolean => {
    if (kinds.length > 0 && !kinds.some((kind) => ref.startsWith(kind))) return false
    return patterns.length === 0 || patterns.some((pattern) => wildmatch(`*/${pattern}`, `/${ref}`, {}))
  }
  const lines = refs.flatMap((ref) => linesOf(ref, args.has('refs'))).filter(({ ref }) => isMeant(ref))
  const shown = args.has('refs') ? lines.filter(({ ref }) => ref.startsWith('refs/')) : lines
  for (const { oid, ref, target } of sorted(shown, args.value('sort'))) {
    if (args.has('symref') && target !== undefined) git.print(`ref: ${target}\t${ref}\n`)
    git.print(`${oid}\t${ref}\n`)
  }
  return args.has('exit-code') && shown.length === 0 ? 2 : 0
}

interface Line {
  readonly oid: string
  readonly ref: string
  readonly target?: string
}

function linesOf({ name, oid, peeled, target }: RemoteRef, isPlain: boolean): Line[] {
  const own = { oid, ref: name, ...(target !== undefined && { target }) }
  return peeled === undefined || isPlain ? [own] : [own, { oid: peeled, ref: `${name}^{}` }]
}

function sorted(lines: readonly Line[], key: string | undefined): readonly Line[] {
  if (key === undefined) return lines
  const sign = key.startsWith('-') ? -1 : 1
  const field = key.replace(/^-/, '')
  if (field === 'refname') return lines.toSorted((a, b) => sign * byteOrder(a.ref, b.ref))
  if (field === 'objectname') return lines.toSorted((a, b) => sign * byteOrder(a.oid, b.oid))
  if (/^(version:|v:)refname$/.test(field)) return lines.toSorted((a, b) => sign * refVersionOrder(a.ref, b.ref))
  throw new GitError(`the sort key ${field} is not implemented in this sandbox`)
}
