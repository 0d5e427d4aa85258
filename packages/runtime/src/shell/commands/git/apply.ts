import { readText } from '../../streams/stream'
import { bytesOf, textOf } from '../../text'
import { parentName } from '../../tree/tree-node'
import { gitArgs, type GitArgs } from './args'
import { applyStats } from './apply-stat'
import { removeWork, writeWork } from './checkout-tree'
import { appliedBinary } from './diff/binary-patch'
import { mergeTexts } from './diff/merge-text'
import { conflictStyle } from './merge-style'
import { GitError } from './git-error'
import type { Git } from './git-call'
import { bareEntry } from './index-file'
import { MODE_EXEC, MODE_FILE, MODE_LINK } from './objects'
import { isOid, NULL_OID, oidOf } from './oid'
import { type FilePatch, parsePatch, reversedPatch } from './patch-file'
import { type HunkStyle, patched } from './patch-hunks'
import { isSafePath } from './safe-path'
import { wildmatch } from './wildmatch'

const OPTIONS =
  'exclude= include= p= !no-add stat allow-binary-replacement,binary numstat summary check index N,intent-to-add cached unsafe-paths apply ' +
  '3,3way !build-fake-ancestor= z C= whitespace= ignore-space-change,ignore-whitespace R,reverse unidiff-zero !reject !allow-overlap v,verbose ' +
  'q,quiet !inaccurate-eof recount directory= allow-empty'

/** How a patch is applied. */
export interface ApplyPlan extends HunkStyle {
  readonly place: 'work' | 'index' | 'cached'
  readonly isThreeWay: boolean
  readonly isCheck: boolean
  readonly isVerbose: boolean
  /** Names that lead out of the working tree are taken as they are. */
  readonly isUnsafe?: boolean
}

/** What a file becomes. */
interface Outcome {
  readonly patch: FilePatch
  readonly file: { readonly mode: number; readonly bytes: Uint8Array } | undefined
  /** Base, ours and theirs, where they do not go together. */
  readonly stages?: readonly (string | undefined)[]
}

/** `git apply`. */
export async function apply(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, OPTIONS)
  const names = args.words.length === 0 ? ['-'] : args.words
  const parts = await Promise.all(names.map((name) => textOfPatch(git, name)))
  const all = parts.flatMap((text) => parsePatch(args.has('recount') ? recounted(text) : text, namesOf(git, args)))
  const list = all.filter((patch) => isWanted(args, patch)).map((patch) => (args.has('reverse') ? reversedPatch(patch) : patch))
  if (all.length === 0 && !args.has('allow-empty'))
    throw new GitError('No valid patches in input (allow with "--allow-empty")', { kind: 'error', code: 128 })
  const isShown = ['stat', 'numstat', 'summary'].some((key) => args.has(key))
  const isDone = args.has('check') || !isShown || args.has('apply')
  const code = isDone ? await applyPatches(git, list, planOf(args)) : 0
  if (isDone && code === 0) await warnSpaces(git, args, parts)
  for (const key of ['stat', 'numstat', 'summary'] as const) if (args.has(key)) git.print(applyStats(list, key, args.has('z')))
  return code
}

async function textOfPatch(git: Git, name: string): Promise<string> {
  if (name === '-') return readText(git.call.stdin)
  if (git.files.find(git.call.at(name)) === undefined)
    throw new GitError(`error: can't open patch '${name}': No such file or directory`, { kind: 'plain', code: 128 })
  return readText(git.call.open(git.call.at(name)))
}

/** Where names are seen from: the folder of the command. */
function namesOf(git: Git, args: GitArgs): { readonly strip: number; readonly directory: string } {
  const folder = args.value('directory')
  const prefix = git.find() === undefined ? '' : git.prefix
  return { strip: Number(args.value('p') ?? 1), directory: folder === undefined ? prefix : `${folder.replace(/\/*$/, '')}/` }
}

function isWanted(args: GitArgs, patch: FilePatch): boolean {
  const name = patch.newName ?? patch.oldName ?? ''
  const rules = args.found.filter(({ key }) => key === 'include' || key === 'exclude')
  const rule = rules.find(({ value }) => wildmatch(value ?? '', name))
  return rule === undefined ? !rules.some(({ key }) => key === 'include') : rule.key === 'include'
}

function planOf(args: GitArgs): ApplyPlan {
  return {
    context: args.has('C') ? Number(args.value('C')) : undefined,
    isUnifiedZero: args.has('unidiff-zero'),
    ignoresSpace: args.has('ignore-space-change'),
    place: args.has('cached') ? 'cached' : args.has('index') || args.has('3way') ? 'index' : 'work',
    isThreeWay: args.has('3way'),
    isCheck: args.has('check'),
    isVerbose: args.has('verbose'),
    isUnsafe: args.has('unsafe-paths'),
  }
}

/** Counts in the heads of hunks are made anew from their lines. */
function recounted(text: string): string {
  const lines = text.split('\n')
  return lines
    .map((line, i) => {
      const match = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)
      if (match === null) return line
      let [old, fresh] = [0, 0]
      for (let at = i + 1; at < lines.length && /^[ +-]|^$/.test(lines[at] ?? ''); at++) {
        const sign = (lines[at] ?? '').charAt(0)
        if (/^(-- |--- )/.test(lines[at] ?? '') || (sign === '' && at === lines.length - 1)) break
        if (sign !== '+') old += 1
        if (sign !== '-') fresh += 1
      }
      return `@@ -${match[1] ?? ''},${old} +${match[2] ?? ''},${fresh} @@`
    })
    .join('\n')
}

/** Applies all patches or none. Gives the exit code. @throws GitError where one does not fit */
export async function applyPatches(git: Git, list: readonly FilePatch[], plan: ApplyPlan): Promise<number> {
  const faults: string[] = []
  const outcomes: Outcome[] = []
  const pending = new Map<string, Outcome['file'] | 'gone'>()
  for (const patch of list) {
    if (plan.isVerbose) await git.say(`Checking patch ${shownName(patch)}...\n`)
    const outcome = new FileApply(git, plan, pending).run(patch)
    if (typeof outcome === 'string') faults.push(outcome)
    else {
      outcomes.push(outcome)
      if (patch.oldName !== undefined && patch.kind !== 'copy') pending.set(patch.oldName, 'gone')
      if (patch.newName !== undefined) pending.set(patch.newName, outcome.file)
    }
  }
  if (faults.length > 0) throw new GitError(faults.join('\n'), { kind: 'plain', code: 1 })
  if (plan.isCheck) return 0
  const conflicts = outcomes.filter(({ stages }) => stages !== undefined)
  for (const outcome of outcomes) if (outcome.patch.kind !== 'copy') takeAway(git, outcome, plan)
  for (const outcome of outcomes) putDown(git, outcome, plan)
  if (plan.place !== 'work') git.repo.saveIndex()
  for (const { patch, stages } of outcomes) {
    if (plan.isThreeWay) await git.say(`Applied patch to '${shownName(patch)}' ${stages === undefined ? 'cleanly' : 'with conflicts'}.\n`)
    else if (plan.isVerbose) await git.say(`Applied patch ${shownName(patch)} cleanly.\n`)
  }
  for (const { patch } of conflicts) await git.say(`U ${shownName(patch)}\n`)
  return conflicts.length > 0 ? 1 : 0
}

function shownName(patch: FilePatch): string {
  const { oldName, newName } = patch
  return oldName !== undefined && newName !== undefined && oldName !== newName ? `${oldName} => ${newName}` : (newName ?? oldName ?? '')
}

/** One file of a patch. */
class FileApply {
  readonly #git: Git
  readonly #plan: ApplyPlan
  readonly #pending: ReadonlyMap<string, Outcome['file'] | 'gone'>

  constructor(git: Git, plan: ApplyPlan, pending: ReadonlyMap<string, Outcome['file'] | 'gone'>) {
    this.#git = git
    this.#plan = plan
    this.#pending = pending
  }

  /** What becomes of it, or why not. */
  run(patch: FilePatch): Outcome | string {
    const name = patch.newName ?? patch.oldName ?? ''
    for (const path of [patch.oldName, patch.newName])
      if (path !== undefined && this.#plan.isUnsafe !== true && !isSafePath(path))
        throw new GitError(`invalid path '${path}'`, { kind: 'error', code: 128 })
    if (patch.oldName !== undefined && this.#isBeyondLink(patch.oldName))
      return `error: reading from '${patch.oldName}' beyond a symbolic link`
    if (patch.newName !== undefined && this.#isBeyondLink(patch.newName))
      return `error: affected file '${patch.newName}' is beyond a symbolic link`
    const before = this.#before(patch)
    if (typeof before === 'string') return before
    const mode = patch.newMode ?? before?.mode ?? MODE_FILE
    if (
      patch.oldMode !== undefined &&
      before !== undefined &&
      patch.kind === 'change' &&
      (patch.oldMode & 0o170000) !== (before.mode & 0o170000)
    )
      return `error: ${name}: wrong type`
    if (patch.newName !== undefined && (patch.kind === 'new' || patch.newName !== patch.oldName) && this.#isTaken(patch.newName))
      return this.#plan.place === 'work' || (this.#work(patch.newName) !== undefined && !this.#git.repo.index.has(patch.newName))
        ? `error: ${patch.newName}: already exists in working directory`
        : `error: ${patch.newName}: already exists in index`
    if (patch.isBinary) return this.#binary(patch, before, mode)
    const three = this.#plan.isThreeWay && patch.kind !== 'new' ? this.#threeWay(patch, before, mode) : undefined
    if (three !== undefined) return three
    const text = textOf(before?.bytes ?? new Uint8Array())
    const made = patched(text, patch, this.#plan)
    if (made.type === 'failed')
      return `error: patch failed: ${patch.oldName ?? name}:${made.hunk.oldStart}\nerror: ${patch.oldName ?? name}: patch does not apply`
    if (patch.kind === 'delete' && made.text !== '')
      return `error: removal patch leaves file contents\nerror: ${name}: patch does not apply`
    return { patch, file: patch.newName === undefined ? undefined : { mode, bytes: bytesOf(made.text) } }
  }

  /** A file that is no text: only onto the very contents that the patch was made for. */
  #binary(patch: FilePatch, before: Outcome['file'], mode: number): Outcome | string {
    const name = patch.newName ?? patch.oldName ?? ''
    const fault = (text: string): string => `error: ${text}\nerror: ${name}: patch does not apply`
    const { oldOid = '', newOid = '', binary } = patch
    if (!isOid(oldOid) || !isOid(newOid)) return fault(`cannot apply binary patch to '${name}' without full index line`)
    const old = before?.bytes ?? new Uint8Array()
    const oid = before === undefined ? NULL_OID : oidOf('blob', old)
    if (oid !== oldOid) return fault(`the patch applies to '${name}' (${oldOid}), which does not match the current contents.`)
    if (patch.newName === undefined) return { patch, file: undefined }
    const known = this.#git.find()?.objects.find(newOid)
    if (known === undefined && binary === undefined) return fault(`missing binary patch data for '${name}'`)
    const bytes = known?.bytes ?? (binary === undefined ? old : appliedBinary(binary.forward, old))
    const made = oidOf('blob', bytes)
    if (made !== newOid) return fault(`binary patch to '${name}' creates incorrect result (expecting ${newOid}, got ${made})`)
    return { patch, file: { mode, bytes } }
  }

  #work(path: string): { readonly mode: number; readonly bytes: Uint8Array } | undefined {
    const { files } = this.#git
    if (this.#git.find() === undefined) {
      const node = files.find(this.#git.call.at(path))
      return node?.type === 'file' ? { mode: node.mode & 0o100 ? MODE_EXEC : MODE_FILE, bytes: node.bytes } : undefined
    }
    const { repo } = this.#git
    const file = repo.workFile(path)
    return file === undefined || (file.mode & 0o170000) === 0o40000 ? undefined : { mode: file.mode, bytes: repo.readWork(path) }
  }

  /** Whether a folder of the path is a link, here or by an earlier part of the patch: what it leads to is not the patch's business. */
  #isBeyondLink(path: string): boolean {
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      const folder = path.slice(0, at)
      const pending = this.#pending.get(folder)
      if (pending !== undefined && pending !== 'gone' && pending.mode === MODE_LINK) return true
      if (pending === undefined && this.#isLink(folder)) return true
    }
    return false
  }

  #isLink(path: string): boolean {
    if (this.#git.find() === undefined) {
      const full = this.#git.call.at(path)
      const folder = this.#git.files.find(parentName(full))
      return folder?.type === 'folder' && folder.children.get(full.slice(full.lastIndexOf('/') + 1))?.type === 'link'
    }
    const { repo } = this.#git
    if (this.#plan.place !== 'work' && repo.index.get(path)?.mode === MODE_LINK) return true
    return this.#plan.place !== 'cached' && repo.workFile(path)?.mode === MODE_LINK
  }

  #isTaken(path: string): boolean {
    const pending = this.#pending.get(path)
    if (pending !== undefined) return pending !== 'gone'
    if (this.#plan.place !== 'work' && this.#git.repo.index.has(path)) return true
    return this.#plan.place !== 'cached' && this.#work(path) !== undefined
  }

  /** The file as it is now; undefined for one that is to be made. */
  #before(patch: FilePatch): Outcome['file'] | string {
    const { oldName } = patch
    if (oldName === undefined) return undefined
    const pending = this.#pending.get(oldName)
    if (pending === 'gone') return `error: ${oldName}: No such file or directory`
    if (pending !== undefined) return pending
    if (this.#plan.place === 'work') return this.#work(oldName) ?? `error: ${oldName}: No such file or directory`
    const { repo } = this.#git
    const entry = repo.index.get(oldName)
    if (entry === undefined) return `error: ${oldName}: does not exist in index`
    if (this.#plan.place === 'index') {
      const file = repo.workFile(oldName)
      if (file !== undefined && repo.isModified(entry, file)) return `error: ${oldName}: does not match index`
    }
    return { mode: entry.mode, bytes: repo.objects.readAs(entry.oid, 'blob') }
  }

  /** Merges what the patch makes of the text it was made for; undefined where that text is not known. */
  #threeWay(patch: FilePatch, before: Outcome['file'], mode: number): Outcome | undefined {
    const { repo } = this.#git
    const [base, other] = patch.oldOid === undefined ? [] : repo.objects.startingWith(patch.oldOid)
    if (base === undefined || other !== undefined || before === undefined) return undefined
    const old = repo.objects.blobText(base)
    const made = patched(old, patch, this.#plan)
    if (made.type === 'failed') return undefined
    const ours = textOf(before.bytes)
    if (patch.newName === undefined) return old === ours ? { patch, file: undefined } : undefined
    const merged = mergeTexts(
      old,
      { ours, theirs: made.text },
      { ours: 'ours', theirs: 'theirs', base: 'base', style: conflictStyle(this.#git) },
    )
    const file = { mode, bytes: bytesOf(merged.text) }
    if (merged.conflicts === 0) return { patch, file }
    return { patch, file, stages: [base, repo.objects.write('blob', before.bytes), repo.objects.write('blob', bytesOf(made.text))] }
  }
}

function takeAway(git: Git, { patch }: Outcome, plan: ApplyPlan): void {
  const { oldName } = patch
  if (oldName === undefined || oldName === patch.newName) return
  if (plan.place !== 'work') git.repo.index.remove(oldName)
  if (plan.place === 'cached') return
  if (git.find() === undefined) git.files.rm(git.call.at(oldName), { force: true })
  else removeWork(git.repo, oldName)
}

function putDown(git: Git, { patch, file, stages }: Outcome, plan: ApplyPlan): void {
  const { newName } = patch
  if (newName === undefined || file === undefined) return
  if (git.find() === undefined) {
    const at = git.call.at(newName)
    git.files.mkdir(at.slice(0, at.lastIndexOf('/')) || '/', true)
    git.files.writeFile(at, file.bytes, file.mode === MODE_EXEC ? 0o755 : 0o644)
    return
  }
  const { repo } = git
  if (plan.place === 'work') return writeFile(git, newName, file)
  const at = { mode: file.mode, oid: repo.objects.write('blob', file.bytes) }
  if (plan.place === 'cached') return repo.index.add(bareEntry(newName, at.mode, at.oid))
  const entry = writeWork(repo, newName, at)
  if (stages === undefined) return repo.index.add(entry)
  repo.index.remove(newName)
  for (const [i, oid] of stages.entries()) if (oid !== undefined) repo.index.set({ ...bareEntry(newName, file.mode, oid), stage: i + 1 })
}

function writeFile(git: Git, path: string, file: { readonly mode: number; readonly bytes: Uint8Array }): void {
  const { repo } = git
  const full = repo.at(path)
  repo.files.mkdir(full.slice(0, full.lastIndexOf('/')), true)
  if (repo.workFile(path) !== undefined) repo.files.rm(full, { force: true })
  if (file.mode === MODE_LINK) repo.files.symlink(textOf(file.bytes), full)
  else repo.files.writeFile(full, file.bytes, file.mode === MODE_EXEC ? 0o755 : 0o644)
}

async function warnSpaces(git: Git, args: GitArgs, parts: readonly string[]): Promise<void> {
  const how = args.value('whitespace') ?? git.config.get('apply.whitespace') ?? 'warn'
  if (how === 'nowarn' || args.has('quiet')) return
  if (how !== 'warn') throw new GitError(`option --whitespace=${how} is not implemented in this sandbox`)
  let count = 0
  for (const text of parts)
    for (const [i, line] of text.split('\n').entries()) {
      if (!/^\+.*[ \t\r]$/.test(line) || line.startsWith('+++ ')) continue
      count += 1
      if (count <= 5) await git.say(`<stdin>:${i + 1}: trailing whitespace.\n${line.slice(1)}\n`)
    }
  if (count > 0) await git.say(`warning: ${count} line${count === 1 ? ' adds' : 's add'} whitespace errors.\n`)
}
