import { bytesOf, textOf } from '../../text'
import { resolvePath } from '../../tree/tree-node'
import { CommandError } from '../command'
import { keepBackup, type BackupHow } from '../files/backup'
import { folderName, lookFor, type Look } from '../files/look'
import { quoteIfNeeded } from '../text/quotes'
import type { Tool } from '../text/tool'
import { Application, contextOf, swapped } from './patch-apply'
import { namesOf, type Named } from './patch-names'
import { rejectText } from './patch-reject'
import { BadPatch, linesOf, type FilePatch, type Hunk, type PatchStyle } from './patch-text'

/** patch cannot go on. */
export function fatal(message: string): never {
  throw new CommandError(`**** ${message}`, 2)
}

/** One run of patch. */
export interface Patching {
  readonly tool: Tool
  readonly folder: string
  readonly strip: number | undefined
  readonly fuzz: number
  readonly isDry: boolean
  readonly isSilent: boolean
  readonly isVerbose: boolean
  readonly backup: BackupHow | undefined
  readonly backsUpMismatches: boolean
  /** Of the command line: what is patched. */
  readonly target: string | undefined
  readonly output: string | undefined
  hasFailed: boolean
}

/** A name as seen from the folder that is patched. */
export const at = ({ folder }: Patching, name: string): string => resolvePath(folder, name)

/** Tells something: on standard output, unless the result goes there. */
export async function say({ tool, output }: Patching, text: string): Promise<void> {
  if (output === '-') await tool.call.stderr.write(text)
  else tool.out.putText(text)
}

/** How a patch goes into one file. */
interface Job {
  readonly patch: FilePatch
  readonly named: Named
  readonly from: string
  readonly to: string
  readonly look: Look | undefined
  isReversed: boolean
}

/** Answers that nobody is there to give: each question is answered as it says itself. */
async function ask(run: Patching, question: string): Promise<void> {
  await say(run, `${question}\n`)
}

type Choice = 'reverse' | 'apply' | 'skip'

/** The patch seems to be in already, or the wrong way round. */
async function chosen(run: Patching, job: Job, what: string): Promise<Choice> {
  const { options } = run.tool
  const isForced = options.has('force')
  if (options.has('forward') || !(isForced && run.isSilent)) await say(run, what)
  if (options.has('forward')) {
    await say(run, '  Skipping patch.\n')
    return 'skip'
  }
  if (isForced) {
    if (!run.isSilent) await say(run, '  Applying it anyway.\n')
    return 'apply'
  }
  if (options.has('batch')) {
    await say(run, job.isReversed ? '  Ignoring -R.\n' : '  Assuming -R.\n')
    return 'reverse'
  }
  await ask(run, job.isReversed ? '  Ignore -R? [n] ' : '  Assume -R? [n] ')
  await ask(run, 'Apply anyway? [n] ')
  if (!run.isSilent) await say(run, 'Skipping patch.\n')
  return 'skip'
}

interface Failed {
  readonly hunk: Hunk
  readonly offset: number
}

interface Applied {
  readonly text: string
  readonly failed: readonly Failed[]
  readonly count: number
  readonly isSkipped: boolean
  readonly hasMismatch: boolean
}

/** Puts hunk after hunk into the lines of a file. */
class HunkRun {
  readonly #run: Patching
  readonly #job: Job
  readonly #application: Application
  readonly #failed: Failed[] = []
  #isSkipped: boolean
  #appliesAnyway: boolean
  #hasMismatch = false

  constructor(
    run: Patching,
    job: Job,
    how: { readonly lines: readonly string[]; readonly isSkipped: boolean; readonly appliesAnyway: boolean },
  ) {
    this.#run = run
    this.#job = job
    this.#isSkipped = how.isSkipped
    this.#appliesAnyway = how.appliesAnyway
    this.#application = new Application(how.lines, { isLoose: run.tool.options.has('loose'), tick: () => run.tool.call.tick() })
  }

  async all(): Promise<Applied> {
    const { hunks } = this.#job.patch
    for (const [i, hunk] of hunks.entries()) {
      this.#run.tool.call.tick()
      await this.#one(hunk, i + 1)
    }
    return {
      text: this.#application.result(),
      failed: this.#failed,
      count: hunks.length,
      isSkipped: this.#isSkipped,
      hasMismatch: this.#hasMismatch,
    }
  }

  async #one(given: Hunk, number: number): Promise<void> {
    const application = this.#application
    const before = application.offset
    const { where, fuzz, hunk } = this.#isSkipped ? { where: 0, fuzz: 0, hunk: this.#turned(given) } : await this.#locate(given, number)
    const shown = (where || hunk.oldStart) + application.growth
    const growth = application.growth
    if (this.#isSkipped || where === 0 || !application.apply(hunk, where)) {
      this.#failed.push({ hunk, offset: growth })
      if (!this.#run.isVerbose && (this.#isSkipped || this.#run.isSilent)) return
      const ends = !this.#isSkipped && application.fitsButForEnds(hunk, shown - growth) ? ' (different line endings)' : ''
      await say(this.#run, `Hunk #${number} ${this.#isSkipped ? 'ignored' : 'FAILED'} at ${shown}${ends}.\n`)
      return
    }
    const { offset } = application
    if (fuzz > 0 || offset !== 0) this.#hasMismatch = true
    if (!this.#run.isVerbose && (this.#run.isSilent || (fuzz === 0 && offset === 0))) return
    const fuzzWords = fuzz === 0 ? '' : ` with fuzz ${fuzz}`
    const offsetWords = offset === 0 ? '' : ` (offset ${offset} line${offset === 1 ? '' : 's'})`
    await say(this.#run, `Hunk #${number} succeeded at ${shown}${fuzzWords}${offsetWords}.\n`)
    if (before !== offset) this.#hasMismatch = true
  }

  #turned(hunk: Hunk): Hunk {
    return this.#job.isReversed ? swapped(hunk) : hunk
  }

  async #locate(given: Hunk, number: number): Promise<{ readonly where: number; readonly fuzz: number; readonly hunk: Hunk }> {
    const most = Math.min(this.#run.fuzz, contextOf(given))
    let hunk = this.#turned(given)
    for (let fuzz = 0; fuzz <= most; fuzz++) {
      const where = this.#application.locate(hunk, fuzz)
      if (where > 0) return { where, fuzz, hunk }
      if (number > 1 || this.#appliesAnyway || this.#run.tool.options.has('force')) continue
      const other = swapped(hunk)
      const reversed = this.#application.locate(other, fuzz)
      if (reversed === 0) continue
      const what = `${this.#job.isReversed ? 'Unreversed' : 'Reversed (or previously applied)'} patch detected!`
      const choice = await chosen(this.#run, this.#job, what)
      if (choice === 'reverse') {
        this.#job.isReversed = !this.#job.isReversed
        hunk = other
        return { where: reversed, fuzz, hunk }
      }
      this.#application.offset = 0
      if (choice === 'skip') {
        this.#isSkipped = true
        return { where: 0, fuzz, hunk }
      }
      this.#appliesAnyway = true
      fuzz -= 1
    }
    return { where: 0, fuzz: 0, hunk }
  }
}

/** Nobody is there to tell which file it is. */
async function notFound(run: Patching, patch: FilePatch, named: Named): Promise<void> {
  const { options } = run.tool
  for (const name of named.dangerous) await say(run, `Ignoring potentially dangerous file name ${quoteIfNeeded(name)}\n`)
  const count = patch.hunks.length
  await say(run, `can't find file to patch at input line ${patch.line}\n`)
  await say(run, `Perhaps you ${run.strip === undefined ? 'should have used the' : 'used the wrong'} -p or --strip option?\n`)
  await leadingText(run, patch)
  const isAlone = options.has('batch') || options.has('force')
  await say(run, isAlone ? 'No file to patch.  Skipping patch.\n' : 'File to patch: \nSkip this patch? [y] \nSkipping patch.\n')
  if (count > 0) await say(run, `${count} out of ${count} hunk${count === 1 ? '' : 's'} ignored\n`)
  run.hasFailed = true
}

async function leadingText(run: Patching, { leading }: FilePatch): Promise<void> {
  if (leading.length === 0) return
  const rule = '--------------------------\n'
  await say(run, `The text leading up to this was:\n${rule}${leading.map((line) => `|${line}\n`).join('')}${rule}`)
}

const STYLES: Readonly<Record<PatchStyle, string>> = {
  unified: 'a unified diff',
  context: 'a new-style context diff',
  normal: 'a normal diff',
}

/** What `--verbose` says in front of a patch. */
export async function looksLike(run: Patching, patch: FilePatch, count: number): Promise<void> {
  await say(run, `Hmm...  ${count === 1 ? 'Looks' : 'The next patch looks'} like ${STYLES[patch.style]} to me...\n`)
  await leadingText(run, patch)
}

/** Does what a patch says with its file. */
export async function onePatch(run: Patching, patch: FilePatch): Promise<void> {
  const { options, call } = run.tool
  const isReversed = options.has('reverse')
  if (patch.hasCrs && !options.has('binary')) await say(run, '(Stripping trailing CRs from patch; use --binary to disable.)\n')
  const exists = (name: string): boolean => lookFor(call, at(run, name)) !== undefined
  const found = namesOf(patch, { strip: run.strip, isReversed, exists })
  const named = run.target === undefined ? found : { ...found, from: run.target, to: run.target }
  const { from, to } = named
  if (from === undefined || to === undefined) return notFound(run, patch, named)
  const look = lookFor(call, at(run, from))
  if (look !== undefined && look.type !== 'file') {
    await say(run, `File ${quoteIfNeeded(from)} is not a regular file -- refusing to patch\n`)
    const failed = patch.hunks.map((hunk) => ({ hunk, offset: 0 }))
    const job = { patch, named, from, to, look, isReversed }
    return finish(run, job, { text: '', failed, count: failed.length, isSkipped: true, hasMismatch: true, isIgnored: false })
  }
  if (patch.git?.isBinary === true && patch.hunks.length === 0) {
    await say(run, `File ${quoteIfNeeded(to)}: git binary diffs are not supported.\n`)
    run.hasFailed = true
    return undefined
  }
  if (hasFileOnWay(run, to)) {
    await say(run, `Invalid file name ${quoteIfNeeded(to)} -- skipping patch\n`)
    run.hasFailed = true
    return undefined
  }
  return patchFile(run, { patch, named, from, to, look, isReversed })
}

/** A folder that the file would be in is none. */
function hasFileOnWay(run: Patching, name: string): boolean {
  for (let up = folderName(at(run, name)); up !== '/'; up = folderName(up)) {
    const look = lookAny(run, up)
    if (look !== undefined) return look.type !== 'folder'
  }
  return false
}

const lookAny = ({ tool }: Patching, path: string): Look | undefined => lookFor(tool.call, path)

async function patchFile(run: Patching, job: Job): Promise<void> {
  const { tool } = run
  const start = { isSkipped: false, appliesAnyway: false }
  const what = surprise(job)
  if (what !== undefined && !tool.options.has('force')) {
    const choice = await chosen(run, job, `The next patch would${job.isReversed ? ', when reversed,' : ''} ${what}`)
    if (choice === 'skip') start.isSkipped = true
    else if (choice === 'reverse') job.isReversed = !job.isReversed
    else start.appliesAnyway = true
  }
  const target = run.output ?? job.to
  if (!start.isSkipped && !run.isSilent)
    await say(run, `${run.isDry ? 'checking' : 'patching'} file ${quoteIfNeeded(target)}${originWords(run, job)}\n`)
  if (run.isVerbose) await say(run, 'Using Plan A...\n')
  const text = job.look?.node?.type === 'file' ? textOf(job.look.node.bytes) : ''
  if (job.look !== undefined) tool.call.open(at(run, job.from)).close()
  const applied = await new HunkRun(run, job, { lines: linesOf(text), ...start }).all()
  if (job.patch.flaw !== undefined) throw new BadPatch(job.patch.flaw)
  await finish(run, job, { ...applied, isIgnored: start.isSkipped })
}

/** A file that is to be made is there, or one that is to go is not. */
function surprise({ patch, look, to, isReversed }: Job): string | undefined {
  const [before, after] = isReversed ? [1, 0] : [0, 1]
  const isMade = patch.isEpoch[before] === true || patch.git?.kind === (isReversed ? 'delete' : 'new')
  const isGone = patch.isEpoch[after] === true || patch.git?.kind === (isReversed ? 'new' : 'delete')
  if (isMade && look !== undefined && look.size > 0) return `create the file ${quoteIfNeeded(to)},\nwhich already exists!`
  return isGone && look === undefined ? `delete the file ${quoteIfNeeded(to)},\nwhich does not exist!` : undefined
}

function originWords(run: Patching, { patch, from, to }: Job): string {
  if (run.output !== undefined && run.output !== to) return ` (read from ${quoteIfNeeded(from)})`
  if (from === to) return ''
  return ` (${patch.git?.kind === 'copy' ? 'copied' : 'renamed'} from ${quoteIfNeeded(from)})`
}

async function finish(run: Patching, job: Job, applied: Applied & { readonly isIgnored: boolean }): Promise<void> {
  const { failed, count, isSkipped, isIgnored } = applied
  const isLost = job.look === undefined && failed.length > 0 && failed.length === count && !isSkipped
  if (isLost) fatal(`Can't reopen file ${quoteIfNeeded(job.from)} : No such file or directory`)
  if (!isSkipped) await output(run, job, applied)
  if (failed.length === 0) return
  run.hasFailed = true
  const words = `${failed.length} out of ${count} hunk${count === 1 ? '' : 's'} ${isSkipped ? 'ignored' : 'FAILED'}`
  const reject = run.tool.options.value('reject-file') ?? `${run.output ?? job.to}.rej`
  if (reject === '-' || run.isDry || isIgnored) {
    await say(run, `${words}\n`)
    return
  }
  await say(run, `${words} -- saving rejects to file ${quoteIfNeeded(reject)}\n`)
  const format = run.tool.options.value('reject-format')
  const isContext = format === undefined ? job.patch.style !== 'unified' : format === 'context'
  const text = rejectText(job.patch, failed, { name: job.to, strip: run.strip, isContext, isReversed: job.isReversed })
  run.tool.call.system.tree.writeFile(at(run, reject), bytesOf(text))
}

/** Writes what came of it, and takes away what is no more. */
async function output(run: Patching, job: Job, applied: Applied): Promise<void> {
  const { tool, isDry } = run
  const { tree } = tool.call.system
  if (run.output === '-') {
    await tool.call.stdout.write(bytesOf(applied.text))
    return
  }
  const target = at(run, run.output ?? job.to)
  const isGone = job.isReversed === tool.options.has('reverse') ? job.named.isGone : job.named.isNew
  const isEmptied = applied.text === '' && (tool.options.has('remove-empty') || isGone)
  if (isGone && applied.text !== '' && applied.failed.length === 0 && run.output === undefined) {
    await say(run, `Not deleting file ${quoteIfNeeded(job.to)} as content differs from patch\n`)
    run.hasFailed = true
  }
  if (isDry) return
  const isMismatched = applied.hasMismatch || applied.failed.length > 0
  const there = lookFor(tool.call, target)
  keepOld(run, { target, there, isMismatched })
  if (isEmptied && run.output === undefined) return removeWithFolders(run, target)
  if (job.patch.hunks.length > 0 || job.from !== job.to || there === undefined) {
    makeFolders(run, target)
    tree.writeFile(target, bytesOf(applied.text))
  }
  const mode = modeOf(job)
  if (mode !== undefined) tree.chmod(target, mode)
  if (job.from !== job.to && job.patch.git?.kind === 'rename' && run.output === undefined) removeWithFolders(run, at(run, job.from))
}

function modeOf({ patch, look, isReversed }: Job): number | undefined {
  const told = isReversed ? patch.git?.oldMode : patch.git?.newMode
  return told === undefined ? look?.mode : told & 0o777
}

/** What is overwritten is kept, where that is asked for or the patch did not fit as it is. */
function keepOld(run: Patching, { target, there, isMismatched }: { target: string; there: Look | undefined; isMismatched: boolean }): void {
  const how = run.backup ?? (isMismatched && run.backsUpMismatches ? ORIGINAL : undefined)
  if (how === undefined) return
  const { call } = run.tool
  const { tree } = call.system
  if (there?.node?.type === 'file') {
    const { mode, mtime, node } = there
    const { bytes } = node
    const kept = keepBackup(call, target, how)
    tree.writeFile(target, bytes, mode)
    tree.utimes(target, mtime)
    tree.utimes(call.at(kept), mtime)
  } else if (how === run.backup || isMismatched) tree.writeFile(target + how.suffix, new Uint8Array(), 0)
}

const ORIGINAL: BackupHow = { kind: 'simple', suffix: '.orig' }

function makeFolders({ tool }: Patching, target: string): void {
  if (lookFor(tool.call, folderName(target)) === undefined) tool.call.system.tree.mkdir(folderName(target), true)
}

/** A file goes, and folders that are empty behind it. */
function removeWithFolders({ tool, folder }: Patching, target: string): void {
  const { tree } = tool.call.system
  if (lookFor(tool.call, target, false) === undefined) return
  tree.unlink(target)
  for (let up = folderName(target); up.startsWith(`${folder}/`); up = folderName(up)) {
    const look = lookFor(tool.call, up)
    if (look?.node?.type !== 'folder' || look.node.children.size > 0) return
    tree.rmdir(up)
  }
}
