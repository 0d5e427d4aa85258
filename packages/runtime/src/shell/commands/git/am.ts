import { readText } from '../../streams/stream'
import { applyPatches } from './apply'
import { gitArgs, type GitArgs } from './args'
import { moveTree } from './checkout-tree'
import { diffCached, treeFiles } from './diff/file-change'
import { parseDate } from './git-date'
import { fatal, GitError, notImplemented } from './git-error'
import type { Git } from './git-call'
import { type Mail, mailsOf, parseMail } from './mail'
import { conflictStyle } from './merge-style'
import { applyMerge, mergeTrees } from './merge-trees'
import { commitBytes, parsePerson, type Person } from './objects'
import { hasOperation } from './operation'
import { parsePatch } from './patch-file'
import { patched } from './patch-hunks'
import { bareEntry, IndexFile } from './index-file'
import { bytesOf, textOf } from '../../text'
import { checkHooks, hasHook, runHook, toldPath } from './hooks/hooks'
import { resetTo } from './reset'

const OPTIONS =
  '!i,interactive 3,3way q,quiet s,signoff u,utf8 k,keep b,keep-non-patch m,message-id !keep-cr c,scissors quoted-cr= whitespace= ' +
  'ignore-space-change ignore-whitespace directory= exclude= include= C= p= patch-format= !reject resolvemsg= r,continue,resolved skip abort quit ' +
  'show-current-patch? allow-empty committer-date-is-author-date ignore-date rerere-autoupdate !S,gpg-sign? empty='
const FOLDER = 'rebase-apply'
const PLAIN = { context: undefined, isUnifiedZero: false, ignoresSpace: false } as const

/** `git am`. */
export async function am(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  void git.repo.root
  checkHooks(git, AM_HOOKS)
  for (const key of ['whitespace', 'directory', 'exclude', 'include', 'C', 'message-id'])
    if (args.has(key)) notImplemented(`option --${key} of am`)
  const { refs } = git.repo
  const isUnderWay = hasOperation(git, 'am')
  const action = args.last('continue', 'skip', 'abort', 'quit', 'show-current-patch', 'allow-empty')
  if (action !== undefined) {
    if (!isUnderWay) fatal('Resolve operation not in progress, we are not resuming.')
    return resume(git, args, action)
  }
  if (isUnderWay) fatal(`previous rebase directory .git/${FOLDER} still exists but mbox given.`)
  const texts: string[] = []
  for (const name of args.words.length === 0 ? ['-'] : args.words) {
    if (name !== '-' && git.files.find(git.call.at(name)) === undefined)
      fatal(`could not open '${name}' for reading: No such file or directory`)
    texts.push(name === '-' ? await readText(git.call.stdin) : await readText(git.call.open(git.call.at(name))))
  }
  const mails = texts.flatMap(mailsOf)
  if (args.words.length > 0 && mails.every((text) => !/^[A-Za-z-]+:/m.test(text))) {
    throw new GitError('Patch format detection failed.', { kind: 'plain', code: 128 })
  }
  const dirty = diffCached(git.repo, git.repo.headTree).map((change) => change.fresh?.path ?? change.old?.path ?? '')
  if (dirty.length > 0) throw new GitError(`Dirty index: cannot apply patches (dirty: ${dirty.join(' ')})`, { kind: 'fatal', code: 128 })
  const save = (name: string, text: string): void => refs.setSpecial(`${FOLDER}/${name}`, text)
  for (const [i, text] of mails.entries()) save(String(i + 1).padStart(4, '0'), text)
  save('next', '1\n')
  save('last', `${mails.length}\n`)
  save('options', words.filter((word) => word.startsWith('-')).join('\n'))
  save('applying', '')
  if (git.repo.head !== undefined) refs.setSpecial('ORIG_HEAD', `${git.repo.head}\n`)
  save('orig-head', `${git.repo.head ?? ''}\n`)
  save('abort-safety', `${git.repo.head ?? ''}\n`)
  return run(git, args)
}

function numberOf(git: Git, name: string): number {
  return Number((git.repo.refs.special(`${FOLDER}/${name}`) ?? '0').trim())
}

function mailAt(git: Git, args: GitArgs, number: number): Mail {
  const text = git.repo.refs.special(`${FOLDER}/${String(number).padStart(4, '0')}`) ?? ''
  const keeps = args.has('keep') ? 'all' : args.has('keep-non-patch') ? 'non-patch' : 'no'
  return parseMail(text, { keeps, hasScissors: args.has('scissors') || git.config.bool('mailinfo.scissors') === true })
}

async function run(git: Git, args: GitArgs): Promise<number> {
  const { refs } = git.repo
  for (let next = numberOf(git, 'next'); next <= numberOf(git, 'last'); next++) {
    refs.setSpecial(`${FOLDER}/next`, `${next}\n`)
    const mail = mailAt(git, args, next)
    const code = await one(git, args, { mail, number: next })
    if (code !== 0) return code
    await git.breathe()
  }
  refs.setSpecial(FOLDER, undefined)
  return 0
}

async function one(git: Git, args: GitArgs, { mail, number }: { readonly mail: Mail; readonly number: number }): Promise<number> {
  const list = parsePatch(mail.patch, { strip: Number(args.value('p') ?? 1), directory: '' })
  if (list.length === 0) {
    const empty = args.value('empty')
    if (empty === 'drop') return 0
    if (empty !== 'keep') {
      git.print('Patch is empty.\n')
      await git.say("hint: Use 'git am --show-current-patch=diff' to see the failed patch\n")
      return stopped(git, true)
    }
  }
  const message = await checkedMessage(git, args, mail)
  if (message === undefined) return 1
  if (!args.has('quiet')) git.print(`Applying: ${message.split('\n')[0] ?? ''}\n`)
  const style = { ...PLAIN, ignoresSpace: args.has('ignore-space-change') || args.has('ignore-whitespace') }
  try {
    await applyPatches(git, list, { ...style, place: 'index', isThreeWay: false, isCheck: false, isVerbose: false })
  } catch (thrown) {
    if (!(thrown instanceof GitError)) throw thrown
    const isThree = args.has('3way') || (git.config.bool('am.threeway') === true && args.last('3way', 'no-3way') !== 'no-3way')
    const fault = isThree ? await threeWay(git, mail) : thrown.told
    if (fault !== undefined) {
      await git.say(fault)
      git.print(`Patch failed at ${String(number).padStart(4, '0')} ${mail.subject}\n`)
      await git.say("hint: Use 'git am --show-current-patch=diff' to see the failed patch\n")
      return stopped(git)
    }
  }
  return record(git, args, { ...mail, message })
}

const AM_HOOKS = ['applypatch-msg', 'pre-applypatch', 'post-applypatch'] as const

/** The message as it is committed; a hook may change it, or refuse it. */
async function checkedMessage(git: Git, args: GitArgs, mail: Mail): Promise<string | undefined> {
  const signed = signedMessage(git, args, mail)
  if (!hasHook(git, 'applypatch-msg')) return signed
  const path = `${git.repo.gitDir}/${FOLDER}/final-commit`
  git.files.writeFile(path, bytesOf(signed))
  if ((await runHook(git, 'applypatch-msg', { args: [toldPath(git, `${FOLDER}/final-commit`)] })) !== 0) return undefined
  return textOf(git.files.readFile(path))
}

function signedMessage(git: Git, args: GitArgs, mail: Mail): string {
  const who = git.whoever('committer')
  const line = `Signed-off-by: ${who?.name ?? ''} <${who?.email ?? ''}>`
  if (!args.has('signoff') || mail.message.trimEnd().endsWith(line)) return mail.message
  const isTrailer = /\n\n(?:[A-Za-z-]+: .*\n?)+$/.test(mail.message.trimEnd())
  return `${mail.message.trimEnd()}\n${isTrailer ? '' : '\n'}${line}\n`
}

async function stopped(git: Git, isEmpty = false): Promise<number> {
  git.print(
    'When you have resolved this problem, run "git am --continue".\nIf you prefer to skip this patch, run "git am --skip" instead.\n' +
      (isEmpty ? 'To record the empty patch as an empty commit, run "git am --allow-empty".\n' : '') +
      'To restore the original branch and stop patching, run "git am --abort".\n',
  )
  return Promise.resolve(128)
}

/** Puts the patch onto the texts that it was made for and merges that. Gives what went wrong. */
async function threeWay(git: Git, mail: Mail): Promise<string | undefined> {
  const { repo } = git
  const list = parsePatch(mail.patch, { strip: 1, directory: '' })
  const base = new IndexFile()
  const theirs = new IndexFile()
  for (const patch of list) {
    const { oldName, newName } = patch
    const [oid, other] = oldName === undefined || patch.oldOid === undefined ? [] : repo.objects.startingWith(patch.oldOid)
    if (oldName !== undefined && (oid === undefined || other !== undefined))
      return 'error: sha1 information is lacking or useless.\nerror: could not build fake ancestor\n'
    if (oldName !== undefined && oid !== undefined) base.add(bareEntry(oldName, patch.oldMode ?? 0o100644, oid))
    const made = patched(oid === undefined ? '' : repo.objects.blobText(oid), patch, PLAIN)
    if (made.type === 'failed')
      return `error: ${oldName ?? ''}: patch does not apply\nerror: Did you hand edit your patch?\nIt does not apply to blobs recorded in its index.\n`
    if (newName !== undefined)
      theirs.add(bareEntry(newName, patch.newMode ?? patch.oldMode ?? 0o100644, repo.objects.write('blob', bytesOf(made.text))))
  }
  const head = treeFiles(repo.objects, repo.headTree)
  const touched = base.entries.filter(({ path, oid }) => head.get(path) !== undefined && head.get(path)?.oid !== oid)
  git.print(
    `Using index info to reconstruct a base tree...\n${touched.map(({ path }) => `M\t${path}\n`).join('')}Falling back to patching base and 3-way merge...\n`,
  )
  const result = mergeTrees(repo, {
    base: base.writeTree(repo.objects),
    ours: ofOnly(git, base, head),
    theirs: theirs.writeTree(repo.objects),
    labels: { ours: 'HEAD', theirs: mail.subject, base: 'constructed fake ancestor' },
    style: conflictStyle(git),
  })
  applyMerge(repo, result, { ours: ofOnly(git, base, head), kind: 'merge' })
  repo.saveIndex()
  for (const message of result.messages) git.print(`${message}\n`)
  if (!result.isClean) return 'error: Failed to merge in the changes.\n'
  return Promise.resolve(undefined)
}

/** The tree of HEAD, of the files that the patch is about. */
function ofOnly(git: Git, base: IndexFile, head: ReadonlyMap<string, { readonly mode: number; readonly oid: string }>): string {
  const index = new IndexFile()
  for (const { path } of base.entries) {
    const at = head.get(path)
    if (at !== undefined) index.add(bareEntry(path, at.mode, at.oid))
  }
  return index.writeTree(git.repo.objects)
}

async function record(git: Git, args: GitArgs, mail: Mail): Promise<number> {
  const { repo } = git
  const who = await git.person('committer')
  const from = parsePerson(mail.from)
  const when = args.has('ignore-date') ? who : (parseDate(mail.date, git.now, git.zone) ?? fatal(`invalid date format: ${mail.date}`))
  const author: Person = { name: from.name, email: from.email, time: when.time, zone: when.zone }
  const committer = args.has('committer-date-is-author-date') ? { ...who, time: author.time, zone: author.zone } : who
  const parents = repo.head === undefined ? [] : [repo.head]
  if ((await runHook(git, 'pre-applypatch')) !== 0) return 1
  if (hasHook(git, 'pre-applypatch')) repo.replaceIndex(repo.readIndex())
  const tree = repo.index.writeTree(repo.objects)
  const oid = repo.objects.write('commit', commitBytes({ tree, parents, author, committer, message: mail.message }))
  repo.refs.update('HEAD', oid, git.reason(`am: ${mail.message.split('\n')[0] ?? ''}`))
  repo.refs.setSpecial(`${FOLDER}/abort-safety`, `${oid}\n`)
  await runHook(git, 'post-applypatch')
  return 0
}

async function resume(git: Git, args: GitArgs, action: string): Promise<number> {
  const { repo } = git
  const { refs, objects } = repo
  const options = (refs.special(`${FOLDER}/options`) ?? '').split('\n').filter((word) => word !== '')
  const known = gitArgs([...options, ...(args.has('quiet') ? ['-q'] : [])], OPTIONS)
  const next = numberOf(git, 'next')
  if (action === 'show-current-patch') return showCurrent(git, args, next)
  if (action === 'quit') {
    refs.setSpecial(FOLDER, undefined)
    return 0
  }
  if (action === 'abort') {
    const start = (refs.special(`${FOLDER}/orig-head`) ?? '').trim()
    const last = (refs.special(`${FOLDER}/abort-safety`) ?? '').trim()
    if (last !== (repo.head ?? ''))
      await git.say("warning: You seem to have moved HEAD since the last 'am' failure.\nNot rewinding to ORIG_HEAD\n")
    else if (start !== '') {
      const kind = repo.index.isUnmerged ? 'hard' : diffCached(repo, repo.headTree).length > 0 ? 'merge' : undefined
      if (kind !== undefined) resetTo(git, { tree: repo.headTree, kind })
      moveTree(repo, { from: repo.headTree, to: objects.commit(start).tree, kind: 'reset' })
      repo.saveIndex()
      if (start !== repo.head) refs.update('HEAD', start, git.reason('am --abort'))
    }
    refs.setSpecial(FOLDER, undefined)
    return 0
  }
  if (action === 'skip') resetTo(git, { tree: repo.headTree, kind: 'hard' })
  else {
    const mail = mailAt(git, known, next)
    if (!known.has('quiet')) git.print(`Applying: ${mail.subject}\n`)
    if (repo.index.isUnmerged) {
      git.print(
        'You still have unmerged paths in your index.\nYou should \'git add\' each file with resolved conflicts to mark them as such.\nYou might run `git rm` on a file to accept "deleted by them" for it.\n',
      )
      return stopped(git)
    }
    if (repo.index.writeTree(objects) === repo.headTree && !args.has('allow-empty')) {
      git.print(
        "No changes - did you forget to use 'git add'?\nIf there is nothing left to stage, chances are that something else\nalready introduced the same changes; you might want to skip this patch.\n",
      )
      return stopped(git)
    }
    const code = await record(git, known, { ...mail, message: signedMessage(git, known, mail) })
    if (code !== 0) return code
  }
  refs.setSpecial(`${FOLDER}/next`, `${next + 1}\n`)
  return run(git, known)
}

function showCurrent(git: Git, args: GitArgs, next: number): number {
  const text = git.repo.refs.special(`${FOLDER}/${String(next).padStart(4, '0')}`) ?? ''
  const kind = args.value('show-current-patch') ?? 'raw'
  if (kind !== 'raw' && kind !== 'diff') fatal(`invalid value for '--show-current-patch': '${kind}'`)
  git.print(kind === 'raw' ? text : mailAt(git, args, next).patch)
  return 0
}
