import type { HereDoc, Redirect, Redirection, WordPart } from 'unbash'
import { newFile } from '../../tree/tree-node'
import { TreeFile, type OpenFile, type OpenFlags } from '../../streams/open-file'
import { isFifo } from '../../streams/fifo'
import { openPath } from '../../streams/open-path'
import { bytesOf } from '../../text'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { resolvePath, type TreeNode } from '../../tree/tree-node'
import { expandQuoted, expandQuotedText, expandText, expandWord } from '../expansion/expand'
import { unescaped } from '../expansion/word-text'
import { assignTo } from '../builtins/assign-to'
import type { Redirected, Runner } from '../runner'
import { RedirectError, ShellError } from '../shell-error'

const FIRST_FREE = 10

/** Opens and moves descriptors of the runner's process. @throws ShellError after undoing what was done */
export async function redirect(runner: Runner, redirections: readonly Redirection[]): Promise<Redirected> {
  const changes = new Changes(runner.process.files)
  try {
    for (const redirection of redirections) await apply(runner, redirection, changes)
    return changes
  } catch (thrown) {
    changes.undo()
    throw thrown
  }
}

class Changes implements Redirected {
  readonly #files: Map<number, OpenFile>
  readonly #before = new Map<number, OpenFile | undefined>()

  constructor(files: Map<number, OpenFile>) {
    this.#files = files
  }

  /** Takes the caller's hold over. */
  set(descriptor: number, file: OpenFile | undefined, isLasting = false): void {
    const old = this.#files.get(descriptor)
    if (isLasting || this.#before.has(descriptor)) old?.release()
    else this.#before.set(descriptor, old)
    if (file === undefined) this.#files.delete(descriptor)
    else this.#files.set(descriptor, file)
  }

  undo(): void {
    for (const [descriptor, old] of this.#before) {
      this.#files.get(descriptor)?.release()
      if (old === undefined) this.#files.delete(descriptor)
      else this.#files.set(descriptor, old)
    }
    this.#before.clear()
  }

  keep(): void {
    for (const old of this.#before.values()) old?.release()
    this.#before.clear()
  }
}

async function apply(runner: Runner, redirection: Redirection, changes: Changes): Promise<void> {
  if (redirection.type === 'HereDoc')
    return give(runner, redirection, { changes, file: textFile(runner, await documentText(runner, redirection)) })
  if (redirection.type === 'HereString') {
    const text = redirection.target === undefined ? '' : await expandText(runner, redirection.target)
    return give(runner, redirection, { changes, file: textFile(runner, `${text}\n`) })
  }
  return applyRedirect(runner, redirection, changes)
}

async function documentText(runner: Runner, document: HereDoc): Promise<string> {
  const { body } = document
  if (document.closing === undefined) {
    const line = runner.source.line(document.pos)
    await runner.complain(`warning: here-document at line ${line} delimited by end-of-file (wanted \`${document.delimiter?.value ?? ''}')`)
  }
  const stripped = (text: string): string => (document.operator === '<<-' ? text.replace(/^\t+/gm, '') : text)
  if (document.delimiter?.quoted) return stripped(body.text)
  // Without expansions the parser leaves the escapes in.
  if (body.parts === undefined) return unescaped(stripped(body.text))
  const open = body.parts.at(-1)
  // A quote in the braces that nobody closed has taken their end: the parser goes to the end of the text then, which is a line's.
  if (open?.type === 'ParameterExpansion' && !open.text.endsWith('}'))
    throw new ShellError(`bad substitution: no closing \`}' in ${stripped(body.text)}`)
  return expandQuoted(runner, document.operator === '<<-' ? withoutTabs(body.parts) : body.parts)
}

const tabless = new WeakMap<readonly WordPart[], readonly WordPart[]>()

/** Tabs at the start of a line of the script go; those that an expansion brings stay. */
function withoutTabs(parts: readonly WordPart[]): readonly WordPart[] {
  const known = tabless.get(parts)
  if (known !== undefined) return known
  let isLineStart = true
  const made = parts.map((part): WordPart => {
    const startsLine = isLineStart
    isLineStart = false
    if (part.type !== 'Literal') return part
    isLineStart = part.value.endsWith('\n')
    const value = part.value.replace(/\n\t+/g, '\n')
    return { ...part, value: startsLine ? value.replace(/^\t+/, '') : value }
  })
  tabless.set(parts, made)
  return made
}

/** A here-document is a file without a name, so that its readers can step back in it. */
function textFile(runner: Runner, text: string): OpenFile {
  return new TreeFile(runner.system.tree, newFile(bytesOf(text)), { read: true })
}

interface Giving {
  readonly changes: Changes
  readonly file: OpenFile | undefined
  readonly standard?: number
}

/** The number in a variable or an element, of `{name}>&-`. */
async function heldIn(runner: Runner, name: string): Promise<string | undefined> {
  return /\[/.test(name) ? expandQuotedText(runner, `\${${name}}`) : runner.state.vars.text(name)
}

/** Puts a file where the redirection says. */
async function give(runner: Runner, redirection: Redirection, { changes, file, standard = 0 }: Giving): Promise<void> {
  const { descriptor } = redirection
  if (descriptor?.type === 'FileDescriptorVariable') {
    if (file === undefined) {
      const held = Number(await heldIn(runner, descriptor.name))
      if (!Number.isInteger(held) || !runner.process.files.has(held)) throw new RedirectError(`${descriptor.name}: Bad file descriptor`)
      return changes.set(held, undefined, true)
    }
    let free = FIRST_FREE
    while (runner.process.files.has(free)) free += 1
    changes.set(free, file, true)
    assignTo(runner, descriptor.name, String(free))
    return
  }
  changes.set(descriptor?.value ?? standard, file)
}

async function applyRedirect(runner: Runner, redirection: Redirect, changes: Changes): Promise<void> {
  const { operator } = redirection
  const standard = operator.startsWith('<') ? 0 : 1
  const target = await targetOf(runner, redirection)
  if (operator === '>&' || operator === '<&') {
    const done = await duplicate(runner, redirection, { target, changes, standard })
    if (done) return
  }
  const file = opened(runner, target, operator)
  if (file.arrived !== undefined) await arrived(runner, file)
  if (operator === '&>' || operator === '&>>' || operator === '>&') {
    file.retain()
    changes.set(1, file)
    changes.set(2, file)
    return
  }
  await give(runner, redirection, { changes, file, standard })
}

async function targetOf(runner: Runner, redirection: Redirect): Promise<string> {
  const { target } = redirection
  if (target === undefined) throw new RedirectError('redirection without a target')
  const words = await expandWord(runner, target)
  const [only] = words
  if (words.length !== 1 || only === undefined) throw new RedirectError(`${target.text}: ambiguous redirect`)
  return only
}

interface Duplicating {
  readonly target: string
  readonly changes: Changes
  readonly standard: number
}

/** `>&3`, `<&-`, `>&3-`. False: the target is a path. */
async function duplicate(runner: Runner, redirection: Redirect, { target, changes, standard }: Duplicating): Promise<boolean> {
  if (target === '-') {
    await give(runner, redirection, { changes, file: undefined, standard })
    return true
  }
  const match = /^(\d+)(-?)$/.exec(target)
  if (match === null) {
    if (redirection.operator === '>&' && redirection.descriptor === undefined) return false
    throw new RedirectError(`${target}: ambiguous redirect`)
  }
  const from = Number(match[1])
  const file = runner.process.files.get(from)
  if (file === undefined) throw new RedirectError(`${from}: Bad file descriptor`)
  file.retain()
  await give(runner, redirection, { changes, file, standard })
  if (match[2] === '-') changes.set(from, undefined)
  return true
}

const READ: OpenFlags = { read: true }

function flagsOf(operator: Redirect['operator'], umask: number): OpenFlags {
  const create = 0o666 & ~umask
  switch (operator) {
    case '<':
    case '<&':
      return READ
    case '<>':
      return { read: true, write: true, create }
    case '>>':
    case '&>>':
      return { append: true, create }
    default:
      return { write: true, create, truncate: true }
  }
}

function isPlainFile(node: TreeNode | undefined): boolean {
  return node?.type === 'file' && !isFifo(node)
}

/** A file whose other side never comes is let go. */
async function arrived(runner: Runner, file: OpenFile): Promise<void> {
  try {
    await file.arrived?.(runner.process)
  } catch (thrown) {
    file.release()
    throw thrown
  }
}

function opened(runner: Runner, target: string, operator: Redirect['operator']): OpenFile {
  const { state, system } = runner
  const path = resolvePath(state.cwd, target) + (target.endsWith('/') && target !== '/' ? '/' : '')
  const guards = state.has('noclobber') && (operator === '>' || operator === '&>' || operator === '>&')
  if (guards && isPlainFile(system.tree.find(path))) throw new RedirectError(`${target}: cannot overwrite existing file`)
  try {
    if (target === '') throw new FsError('ENOENT', 'open')
    return openPath(runner, path, flagsOf(operator, state.umask))
  } catch (thrown) {
    if (thrown instanceof FsError) throw new RedirectError(`${target}: ${errnoText(thrown)}`)
    throw thrown
  }
}
