import { gitArgs, type GitArgs } from './args'
import { readText } from '../../streams/stream'
import { textOf, bytesOf } from '../../text'
import { cleanedMessage } from './commit'
import { editText } from './editor'
import { fatal, notImplemented } from './git-error'
import type { Git } from './git-call'
import { isAncestor } from './commit-graph'
import { bodyOf, personText, subjectOf } from './objects'
import { byteOrder } from './oid'
import { refVersionOrder } from './ref-version-order'
import { expandRef, fieldOf } from './ref-format'
import { isRefName } from './refs'
import { wildmatch } from './wildmatch'

/** `git tag`. */
export async function tag(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(
    words,
    'l,list n? d,delete !v,verify a,annotate m,message= F,file= !e,edit !s,sign !u,local-user= f,force create-reflog !column? contains: no-contains: merged: no-merged: sort= points-at: format= color? i,ignore-case !cleanup=',
  )
  if (args.has('delete')) return remove(git, args)
  const isList =
    args.has('list') ||
    args.words.length === 0 ||
    ['n', 'contains', 'no-contains', 'merged', 'no-merged', 'points-at'].some((key) => args.has(key))
  if (isList) return list(git, args)
  const [name = '', target = 'HEAD'] = args.words
  const { refs, objects } = git.repo
  const ref = `refs/tags/${name}`
  if (!isRefName(ref) || name.startsWith('-')) fatal(`'${name}' is not a valid tag name.`)
  const oid = git.revisions.find(target) ?? fatal(`Failed to resolve '${target}' as a valid ref.`)
  const old = refs.resolve(ref)
  if (old !== undefined && !args.has('force')) fatal(`tag '${name}' already exists`)
  const isAnnotated = args.has('annotate') || args.has('message') || args.has('file')
  const made = isAnnotated ? await annotated(git, args, { name, oid }) : oid
  refs.update(ref, made)
  if (old !== undefined && old !== made) git.print(`Updated tag '${name}' (was ${objects.abbreviate(old)})\n`)
  return 0
}

async function annotated(git: Git, args: GitArgs, what: { readonly name: string; readonly oid: string }): Promise<string> {
  const parts = args.values('message')
  const file = args.value('file')
  const given =
    parts.length > 0
      ? parts.join('\n\n')
      : file === undefined
        ? undefined
        : file === '-'
          ? await readText(git.call.stdin)
          : textOf(git.files.readFile(git.call.at(file)))
  const text =
    given ??
    (await editText(git, {
      path: `${git.repo.gitDir}/TAG_EDITMSG`,
      text: `\n#\n# Write a message for tag:\n#   ${what.name}\n# Lines starting with '#' will be ignored.\n`,
    }))
  const message = cleanedMessage(text, given === undefined ? 'strip' : 'whitespace')
  if (message === '' && given === undefined) fatal('no tag message?')
  const type = git.repo.objects.read(what.oid).type
  const who = personText(await git.person('committer'))
  return git.repo.objects.write('tag', bytesOf(`object ${what.oid}\ntype ${type}\ntag ${what.name}\ntagger ${who}\n\n${message}`))
}

async function remove(git: Git, args: GitArgs): Promise<number> {
  const { refs, objects } = git.repo
  let code = 0
  for (const name of args.words) {
    const oid = refs.resolve(`refs/tags/${name}`)
    if (oid === undefined) {
      await git.say(`error: tag '${name}' not found.\n`)
      code = 1
      continue
    }
    refs.remove(`refs/tags/${name}`)
    git.print(`Deleted tag '${name}' (was ${objects.abbreviate(oid)})\n`)
  }
  return code
}

function list(git: Git, args: GitArgs): number {
  const { objects } = git.repo
  const commit = (key: string): string | undefined =>
    args.found.some((option) => option.key === key)
      ? git.revisions.commit(args.found.findLast((option) => option.key === key)?.value ?? 'HEAD').oid
      : undefined
  const tests = {
    contains: commit('contains'),
    lacks: commit('no-contains'),
    merged: commit('merged'),
    unmerged: commit('no-merged'),
    at: !args.found.some(({ key: name }) => name === 'points-at') ? undefined : git.revisions.resolve(args.value('points-at') ?? 'HEAD'),
  }
  const key = args.value('sort') ?? git.config.get('tag.sort') ?? 'refname'
  if (args.values('sort').length > 1) notImplemented('several --sort of tag')
  checkSort(key.replace(/^-/, ''))
  let rows = git.repo.refs.list('refs/tags/').map(([name, oid]) => ({ name, oid }))
  rows = rows.filter(({ name, oid }) => {
    const at = git.revisions.peel(oid, 'commit') ?? oid
    const isNamed =
      args.words.length === 0 || args.words.some((word) => wildmatch(word, name.slice(10), { ignoreCase: args.has('ignore-case') }))
    return (
      isNamed &&
      (tests.contains === undefined || isAncestor(objects, tests.contains, at)) &&
      (tests.lacks === undefined || !isAncestor(objects, tests.lacks, at)) &&
      (tests.merged === undefined || isAncestor(objects, at, tests.merged)) &&
      (tests.unmerged === undefined || !isAncestor(objects, at, tests.unmerged)) &&
      (tests.at === undefined || tests.at === at || tests.at === oid)
    )
  })
  const sign = key.startsWith('-') ? -1 : 1
  const field = key.replace(/^-/, '')
  if (args.has('ignore-case') && field === 'refname')
    rows = rows.toSorted((a, b) => sign * byteOrder(a.name.toLowerCase(), b.name.toLowerCase()) || byteOrder(a.name, b.name))
  else if (/^(version|v):refname$/.test(field)) rows = rows.toSorted((a, b) => sign * refVersionOrder(a.name, b.name))
  else if (field.endsWith('date'))
    rows = rows.toSorted(
      (a, b) => sign * (Number(fieldOf(git, a, `${field}:unix`)) - Number(fieldOf(git, b, `${field}:unix`))) || byteOrder(a.name, b.name),
    )
  else rows = rows.toSorted((a, b) => sign * byteOrder(a.name, b.name))
  const format = args.value('format')
  const count = args.has('n') ? Number(args.value('n') ?? 1) : 0
  for (const row of rows) {
    const name = row.name.slice(10)
    if (format !== undefined) git.print(`${expandRef(git, row, format)}\n`)
    else git.print(count === 0 ? `${name}\n` : `${name.padEnd(15)} ${messageLines(git, row.oid, count)}\n`)
  }
  return 0
}

/** @throws GitError for an order that is unknown, or not done here */
function checkSort(field: string): void {
  if (/^(refname|(version|v):refname|(tagger|creator|committer|author)date)$/.test(field)) return
  if (/^\*?(object(name|type|size)|subject|contents|body|author|committer|tagger|creator|tree|parent|HEAD)\b/.test(field))
    notImplemented(`--sort=${field} of tag`)
  fatal(`unknown field name: ${field}`)
}

function messageLines(git: Git, oid: string, count: number): string {
  const { objects } = git.repo
  const message =
    objects.read(oid).type === 'tag' ? objects.tag(oid).message : objects.read(oid).type === 'commit' ? objects.commit(oid).message : ''
  const body = bodyOf(message).trimEnd()
  const lines = [subjectOf(message), ...(body === '' ? [] : ['', ...body.split('\n')])]
  return lines.slice(0, count).join('\n    ')
}
