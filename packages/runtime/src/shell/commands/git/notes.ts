import { readText } from '../../streams/stream'
import { bytesOf, textOf } from '../../text'
import { gitArgs, type GitArgs } from './args'
import { cleanedMessage } from './commit'
import { editText } from './editor'
import type { Git } from './git-call'
import { failed, fatal, GitError, notImplemented } from './git-error'
import { commitBytes, MODE_FILE, treeBytes } from './objects'
import { byteOrder } from './oid'
import { notesRef, readNotes, usualNotesRef } from './notes-read'

const MESSAGES = 'm,message= F,file= c,reedit-message= C,reuse-message= allow-empty'

/** `git notes`. */
export async function notes(git: Git, words: readonly string[]): Promise<number> {
  const outer = gitArgs(words, 'ref=', { stopsEarly: true })
  const ref = outer.has('ref') ? notesRef(outer.value('ref') ?? '') : usualNotesRef(git)
  const [action = 'list', ...rest] = outer.words
  void git.repo
  if (!ref.startsWith('refs/notes/')) fatal(`refusing to ${action} notes in ${ref} (outside of refs/notes/)`)
  const book = new NoteBook(git, ref)
  switch (action) {
    case 'list':
      return list(book, rest)
    case 'add':
      return add(book, rest)
    case 'append':
      return append(book, rest, 'append')
    case 'edit':
      return append(book, rest, 'edit')
    case 'copy':
      return copy(book, rest)
    case 'show':
      return show(book, rest)
    case 'remove':
      return remove(book, rest)
    case 'prune':
      return prune(book, rest)
    case 'get-ref':
      git.print(`${ref}\n`)
      return 0
    case 'merge':
      return notImplemented('notes merge')
    default:
      throw new GitError(`error: unknown subcommand: \`${action}'`, { kind: 'plain', code: 129 })
  }
}

/** Notes of one ref, read and written as one. */
class NoteBook {
  readonly git: Git
  readonly #ref: string
  readonly #notes: Map<string, string>

  constructor(git: Git, ref: string) {
    this.git = git
    this.#ref = ref
    this.#notes = readNotes(git, ref)
  }

  /** What is meant, `HEAD` when nothing is named. @throws GitError */
  object(word = 'HEAD'): string {
    return this.git.revisions.find(word) ?? fatal(`failed to resolve '${word}' as a valid ref.`)
  }

  get entries(): readonly (readonly [object: string, blob: string])[] {
    return [...this.#notes].toSorted(([a], [b]) => byteOrder(a, b))
  }

  blob(object: string): string | undefined {
    return this.#notes.get(object)
  }

  text(object: string): string | undefined {
    const blob = this.#notes.get(object)
    return blob === undefined ? undefined : textOf(this.git.repo.objects.readAs(blob, 'blob'))
  }

  write(object: string, text: string): void {
    this.#notes.set(object, this.git.repo.objects.write('blob', bytesOf(text)))
  }

  put(object: string, blob: string): void {
    this.#notes.set(object, blob)
  }

  forget(object: string): boolean {
    return this.#notes.delete(object)
  }

  /** Makes a commit of it. @param command the name after `git notes` */
  async save(what: 'added' | 'removed', command: string): Promise<void> {
    const { repo } = this.git
    const entries = this.entries.map(([name, oid]) => ({ mode: MODE_FILE, name, oid }))
    const old = repo.refs.resolve(this.#ref)
    const message = `Notes ${what} by 'git notes ${command}'`
    const oid = repo.objects.write(
      'commit',
      commitBytes({
        tree: repo.objects.write('tree', treeBytes(entries)),
        parents: old === undefined ? [] : [old],
        author: await this.git.person('author'),
        committer: await this.git.person('committer'),
        message: `${message}\n`,
      }),
    )
    repo.refs.update(this.#ref, oid, this.git.reason(`notes: ${message}`))
  }
}

function tooMany(words: readonly string[], most: number): void {
  if (words.length > most) throw new GitError('error: too many arguments', { kind: 'plain', code: 129 })
}

function list(book: NoteBook, words: readonly string[]): number {
  const { git } = book
  const args = gitArgs(words, '')
  tooMany(args.words, 1)
  const [word] = args.words
  if (word !== undefined) {
    const object = book.object(word)
    git.print(`${book.blob(object) ?? failed(`no note found for object ${object}.`)}\n`)
    return 0
  }
  for (const [object, blob] of book.entries) git.print(`${blob} ${object}\n`)
  return 0
}

function show(book: NoteBook, words: readonly string[]): number {
  const args = gitArgs(words, '')
  tooMany(args.words, 1)
  const object = book.object(args.words[0])
  book.git.print(book.text(object) ?? failed(`no note found for object ${object}.`))
  return 0
}

/** The text that options give; undefined where an editor is to be asked. */
async function given(book: NoteBook, args: GitArgs): Promise<string | undefined> {
  const { git } = book
  const parts: string[] = []
  for (const { key, value = '' } of args.found) {
    if (key === 'message') parts.push(cleanedMessage(value, 'whitespace'))
    else if (key === 'file') {
      const text = value === '-' ? await readText(git.call.stdin) : readFile(git, value)
      parts.push(cleanedMessage(text, 'whitespace'))
    } else if (key === 'reuse-message' || key === 'reedit-message') {
      const object = git.revisions.find(value) ?? fatal(`failed to resolve '${value}' as a valid ref.`)
      const found = git.repo.objects.read(object)
      if (found.type !== 'blob') fatal(`cannot read note data from non-blob object '${value}'.`)
      parts.push(textOf(found.bytes))
    }
  }
  return parts.length === 0 ? undefined : parts.join('\n')
}

function readFile(git: Git, name: string): string {
  const node = git.files.find(git.call.at(name))
  return node?.type === 'file' ? textOf(node.bytes) : fatal(`could not open or read '${name}': No such file or directory`)
}

async function edited(book: NoteBook, what: { readonly object: string; readonly text: string }): Promise<string> {
  const { git } = book
  const subject = git.repo.objects.read(what.object).type === 'commit' ? git.repo.objects.commit(what.object).message.split('\n')[0] : ''
  const template = `${what.text}\n#\n# Write/edit the notes for the following object:\n#\n# ${what.object} ${subject ?? ''}\n`
  const path = `${git.repo.gitDir}/NOTES_EDITMSG`
  const text = await editText(git, { path, text: template })
  git.files.rm(path, { force: true })
  return cleanedMessage(text, 'strip')
}

async function keep(
  book: NoteBook,
  how: { readonly object: string; readonly text: string; readonly action: string; readonly isEmptyKept: boolean },
): Promise<number> {
  const { object, text, action } = how
  if (text !== '' || how.isEmptyKept) book.write(object, text)
  else {
    await book.git.say(`Removing note for object ${object}\n`)
    if (book.forget(object)) await book.save('removed', action)
    return 0
  }
  await book.save('added', action)
  return 0
}

async function add(book: NoteBook, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, `${MESSAGES} f,force`)
  tooMany(args.words, 1)
  const object = book.object(args.words[0])
  const told = await given(book, args)
  const old = book.text(object)
  if (old !== undefined && !args.has('force')) {
    if (told === undefined) return append(book, args.words, 'edit')
    failed(`Cannot add notes. Found existing notes for object ${object}. Use '-f' to overwrite existing notes`)
  }
  if (old !== undefined) await book.git.say(`Overwriting existing notes for object ${object}\n`)
  const text = told === undefined || args.has('reedit-message') ? await edited(book, { object, text: told ?? '' }) : told
  return keep(book, { object, text, action: 'add', isEmptyKept: args.has('allow-empty') })
}

async function append(book: NoteBook, words: readonly string[], action: 'append' | 'edit'): Promise<number> {
  const args = gitArgs(words, MESSAGES)
  tooMany(args.words, 1)
  const object = book.object(args.words[0])
  const told = await given(book, args)
  const old = book.text(object) ?? ''
  if (action === 'edit') {
    if (told !== undefined)
      await book.git.say(
        "The -m/-F/-c/-C options have been deprecated for the 'edit' subcommand.\nPlease use 'git notes add -f -m/-F/-c/-C' instead.\n",
      )
    const text = told ?? (await edited(book, { object, text: old }))
    return keep(book, { object, text, action: 'edit', isEmptyKept: args.has('allow-empty') })
  }
  const fresh = told ?? (await edited(book, { object, text: '' }))
  const text = old !== '' && fresh !== '' ? `${old.replace(/\n$/, '')}\n\n${fresh}` : old + fresh
  return keep(book, { object, text, action: 'append', isEmptyKept: args.has('allow-empty') })
}

async function copy(book: NoteBook, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'f,force stdin for-rewrite=')
  if (args.has('for-rewrite')) notImplemented('option --for-rewrite of notes copy')
  const pairs = args.has('stdin')
    ? (await readText(book.git.call.stdin))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => line.split(' '))
    : [args.words]
  if (!args.has('stdin') && args.words.length === 0) throw new GitError('error: too few arguments', { kind: 'plain', code: 129 })
  if (!args.has('stdin')) tooMany(args.words, 2)
  for (const [from, to] of pairs) {
    const [source, target] = [book.object(from), book.object(to)]
    if (book.blob(target) !== undefined && !args.has('force') && !args.has('stdin'))
      failed(`Cannot copy notes. Found existing notes for object ${target}. Use '-f' to overwrite existing notes`)
    if (book.blob(target) !== undefined && !args.has('stdin')) await book.git.say(`Overwriting existing notes for object ${target}\n`)
    const blob = book.blob(source)
    if (blob === undefined && args.has('stdin')) continue
    book.put(target, blob ?? failed(`missing notes on source object ${source}. Cannot copy.`))
  }
  await book.save('added', 'copy')
  return 0
}

async function remove(book: NoteBook, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'ignore-missing stdin')
  const { git } = book
  const typed = args.has('stdin') ? (await readText(git.call.stdin)).split('\n').filter((line) => line !== '') : []
  const names = [...args.words, ...typed]
  if (names.length === 0 && !args.has('stdin')) names.push('HEAD')
  let isMissing = false
  let isChanged = false
  for (const name of names) {
    const isGone = book.forget(book.object(name))
    await git.say(isGone ? `Removing note for object ${name}\n` : `Object ${name} has no note\n`)
    isMissing ||= !isGone
    isChanged ||= isGone
  }
  if (isMissing && !args.has('ignore-missing')) return 1
  if (isChanged) await book.save('removed', 'remove')
  return 0
}

async function prune(book: NoteBook, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'n,dry-run v,verbose')
  const gone = book.entries.filter(([object]) => !book.git.repo.objects.has(object))
  for (const [object] of gone) {
    if (args.has('verbose') || args.has('dry-run')) book.git.print(`${object}\n`)
    if (!args.has('dry-run')) book.forget(object)
  }
  if (gone.length > 0 && !args.has('dry-run')) await book.save('removed', 'prune')
  return 0
}
