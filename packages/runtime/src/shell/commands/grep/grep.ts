import { compileAny, RegexError, type Pattern, type PatternDialect } from '../../regex/pattern'
import { OutputBuffer } from '../../streams/buffered'
import { readText, type Input } from '../../streams/stream'
import { joined, textOf } from '../../text'
import { errnoText } from '../../tree/errno-text'
import { FsError } from '../../tree/fs-error'
import { CommandError, type Call, type Command } from '../command'
import type { Options } from '../options'
import { grepColors } from './grep-colors'
import { filesBelow, GrepFilter } from './grep-files'
import { grepOptions, planOf, type GrepPlan } from './grep-options'
import { GrepPrinter } from './grep-printer'
import { GrepSearch, type GrepState } from './grep-search'

const USAGE = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n"
const HELP = `Usage: grep [OPTION]... PATTERNS [FILE]...
Search for PATTERNS in each FILE; a dash or no FILE is standard input, with -r the folder.
Patterns: -E extended, -F fixed, -G basic (default), -P Perl, -e PATTERN, -f FILE, -i, -w, -x, -v, -z
Output: -c -l -L -o -q -s -n -b -H -h --label=NAME -T -Z -m NUM -A NUM -B NUM -C NUM --color[=WHEN]
Files: -r -R --include=GLOB --exclude=GLOB --exclude-dir=GLOB --exclude-from=FILE -a -I --binary-files=TYPE -d ACTION
`
/** What grep reads at first: a NUL in it makes the file binary from its start. */
const FIRST_BUFFER = 98_304

/** GNU grep 3.8. */
export const grepCommand: Command = { name: 'grep', summary: 'search text for patterns', run: (call) => run(call, undefined) }
/** `grep -E` under its old name. */
export const egrepCommand: Command = { name: 'egrep', summary: 'grep -E', run: (call) => run(call, 'E') }
/** `grep -F` under its old name. */
export const fgrepCommand: Command = { name: 'fgrep', summary: 'grep -F', run: (call) => run(call, 'F') }

async function run(call: Call, matcher: 'E' | 'F' | undefined): Promise<number> {
  const options = grepOptions(matcher === undefined ? call.args : [`-${matcher}`, ...call.args])
  if (options.has('help') || options.has('version')) {
    await call.stdout.write(options.has('help') ? HELP : 'grep (Tabwright) agrees with GNU grep 3.8\n')
    return 0
  }
  if (!options.has('e') && !options.has('f') && options.operands.length === 0) {
    await call.stderr.write(USAGE)
    return 2
  }
  const plan = planOf(options, (call.file(1)?.isTerminal ?? false) && call.env.get('TERM') !== 'dumb')
  const old = call.env.get('GREP_COLOR') ?? ''
  if (plan.isColored && old !== '')
    await call.stderr.write(`${call.name}: warning: GREP_COLOR='${old}' is deprecated; use GREP_COLORS='mt=${old}'\n`)
  if (options.has('u')) await call.stderr.write(`${call.name}: warning: --unix-byte-offsets (-u) is obsolete\n`)
  const { sources, operands } = await patternsOf(call, options)
  const found = await compiled(call, options, sources)
  const excluded = await excludedFrom(call, options)
  return new Grep(call, { ...found, options, plan, filter: new GrepFilter(options, excluded) }).run(operands)
}

async function patternsOf(call: Call, options: Options): Promise<{ sources: readonly string[]; operands: readonly string[] }> {
  const sources: string[] = []
  for (const { key, value = '' } of options.found) {
    if (key === 'e') sources.push(...value.split('\n'))
    else if (key === 'f') {
      const text = await readNamed(call, value)
      if (text !== '') sources.push(...text.replace(/\n$/, '').split('\n'))
    }
  }
  if (options.has('e') || options.has('f')) return { sources, operands: options.operands }
  const [first = '', ...operands] = options.operands
  return { sources: first.split('\n'), operands }
}

async function readNamed(call: Call, path: string): Promise<string> {
  try {
    return await readText(path === '-' ? call.stdin : call.open(path))
  } catch (thrown) {
    if (thrown instanceof FsError) throw new CommandError(`${path}: ${errnoText(thrown)}`, 2)
    throw thrown
  }
}

async function excludedFrom(call: Call, options: Options): Promise<readonly string[]> {
  const globs: string[] = []
  for (const path of options.values('exclude-from')) {
    const text = await readNamed(call, path)
    globs.push(...text.split('\n').filter((line) => line !== ''))
  }
  return globs
}

const DIALECTS: ReadonlyMap<string, PatternDialect> = new Map([
  ['E', 'egrep'],
  ['F', 'fixed'],
  ['G', 'grep'],
  ['P', 'perl'],
])
const MATCHERS = new Map([
  ['egrep', 'E'],
  ['fgrep', 'F'],
  ['grep', 'G'],
  ['perl', 'P'],
])

function dialectOf(options: Options): PatternDialect {
  const words = options.found.flatMap(({ key, value = '' }) => {
    if (key === 'X' && !MATCHERS.has(value)) throw new CommandError(`invalid matcher ${value}`, 2)
    return key === 'X' ? [MATCHERS.get(value) ?? 'G'] : DIALECTS.has(key) ? [key] : []
  })
  const kinds = new Set(words)
  if (kinds.size > 1) throw new CommandError('conflicting matchers specified', 2)
  return DIALECTS.get(words.at(-1) ?? 'G') ?? 'grep'
}

/** An operator that has nothing to repeat: which lines match and what of them matches is then told by different rules. */
const LONELY_OPERATOR = /(?:^|[(|^])[*+?{]/

interface Compiled {
  readonly pattern: Pattern
  /** For the parts of a line that match. */
  readonly parts: Pattern
}

async function compiled(call: Call, options: Options, sources: readonly string[]): Promise<Compiled> {
  const dialect = dialectOf(options)
  if (dialect === 'perl' && sources.length > 1) throw new CommandError('the -P option only supports a single pattern', 2)
  const whole = options.has('x') ? 'line' : options.has('w') ? 'word' : undefined
  const ignoreCase = options.last('i', 'no-i') === 'i'
  try {
    const pattern = compileAny(sources, { dialect, ignoreCase, whole, tick: () => call.tick() })
    for (const warning of pattern.warnings) await call.stderr.write(`${call.name}: warning: ${warning}\n`)
    const isOdd = dialect === 'egrep' && sources.some((source) => LONELY_OPERATOR.test(source))
    const parts = isOdd ? compileAny(sources, { dialect, ignoreCase, whole, dropsOperators: true, tick: () => call.tick() }) : pattern
    return { pattern, parts }
  } catch (thrown) {
    if (thrown instanceof RegexError) throw new CommandError(thrown.message, 2)
    throw thrown
  }
}

interface Job extends Compiled {
  readonly options: Options
  readonly plan: GrepPlan
  readonly filter: GrepFilter
}

/** One run over its files. */
class Grep {
  readonly #call: Call
  readonly #job: Job
  readonly #out: OutputBuffer
  readonly #printer: GrepPrinter
  readonly #state: GrepState = { hasPrinted: false }
  #hasMatch = false
  #hasError = false

  constructor(call: Call, job: Job) {
    this.#call = call
    this.#job = job
    this.#out = new OutputBuffer(call.stdout)
    this.#printer = new GrepPrinter(job.plan, this.#out, {
      pattern: job.parts,
      colors: grepColors(job.plan.isColored ? call.env : new Map()),
    })
  }

  async run(operands: readonly string[]): Promise<number> {
    const { hasNames, folders } = this.#job.plan
    const isRecursive = folders === 'recurse' || folders === 'recurse-links'
    const paths = operands.length > 0 ? operands : isRecursive ? [''] : ['-']
    for (const path of paths) {
      this.#printer.hasNames = hasNames ?? paths.length > 1
      await this.#operand(path)
      if (this.#job.plan.print === 'nothing' && this.#hasMatch) return 0
    }
    await this.#out.flush()
    if (this.#hasError) return 2
    return this.#hasMatch ? 0 : 1
  }

  async #operand(path: string): Promise<void> {
    const { plan, filter } = this.#job
    try {
      if (path === '-') {
        if (!filter.skipsFile('-')) await this.#stream(this.#call.stdin, plan.label)
        return
      }
      const node = this.#call.system.tree.find(this.#call.at(path === '' ? '.' : path))
      if (node?.type === 'folder') {
        await this.#folder(path)
      } else if (!filter.skipsFile(path)) {
        const input = this.#call.open(path)
        const isWhole = node?.type === 'file' && node.read === undefined
        if (isWhole) await this.#bytes(node.bytes, path)
        else await this.#stream(input, path)
        input.close()
      }
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      await this.#fail(`${path}: ${errnoText(thrown)}`)
    }
  }

  async #folder(path: string): Promise<void> {
    const { plan, filter } = this.#job
    if (plan.folders === 'skip' || (path !== '' && filter.skipsFolder(path))) return
    if (plan.folders === 'read') {
      await this.#fail(`${path}: Is a directory`)
      return this.#end(this.#search(path, 0), path, { isSkipped: true })
    }
    const node = this.#call.system.tree.find(this.#call.at(path === '' ? '.' : path))
    if (node?.type !== 'folder') return
    this.#printer.hasNames = plan.hasNames ?? true
    for (const file of filesBelow(this.#call, { path, node }, { filter, isFollowing: plan.folders === 'recurse-links' })) {
      if ((file.node.mode & 0o400) === 0) await this.#fail(`${file.path}: Permission denied`)
      else await this.#bytes(file.node.read?.() ?? file.node.bytes, file.path)
      if (plan.print === 'nothing' && this.#hasMatch) return
    }
  }

  async #fail(message: string): Promise<void> {
    this.#hasError = true
    await this.#out.flush()
    if (!this.#job.plan.isSilent) await this.#call.stderr.write(`${this.#call.name}: ${message}\n`)
  }

  #search(name: string, size: number): GrepSearch {
    const { plan, pattern } = this.#job
    const tools = { plan, pattern, printer: this.#printer, state: this.#state }
    return new GrepSearch(tools, name, plan.isAligned ? String(size).length : 0)
  }

  /** A file whose bytes are all there. */
  async #bytes(bytes: Uint8Array, name: string): Promise<void> {
    this.#call.tick()
    const search = this.#search(name, bytes.length)
    const { plan } = this.#job
    const nul = plan.binary === 'text' || plan.isNul ? -1 : bytes.indexOf(0)
    if (nul >= 0 && plan.binary === 'without-match') return this.#end(search, name, { isSkipped: true })
    if (nul >= FIRST_BUFFER) {
      const start = bytes.lastIndexOf(10, nul - (nul % FIRST_BUFFER)) + 1
      this.#block(search, bytes.subarray(0, start))
      search.isBinary = true
      this.#block(search, bytes.subarray(start))
    } else {
      search.isBinary = nul >= 0
      this.#block(search, bytes)
    }
    await this.#end(search, name, { isSkipped: false })
  }

  #block(search: GrepSearch, bytes: Uint8Array): void {
    if (bytes.length === 0 || search.isDone) return
    const end = bytes.at(-1) === (this.#job.plan.isNul ? 0 : 10) ? bytes.length - 1 : bytes.length
    const text = textOf(bytes.subarray(0, end))
    search.search(search.isBinary ? text.replaceAll('\0', '\n') : text, { isAscii: text.length === end, isEnded: end < bytes.length })
  }

  /** Whatever comes piece by piece: lines are searched as soon as they are whole. */
  async #stream(input: Input, name: string): Promise<void> {
    const { plan } = this.#job
    const search = this.#search(name, 0)
    const separator = plan.isNul ? 0 : 10
    let rest: Uint8Array[] = []
    for (let chunk = await input.read(); chunk !== undefined && !search.isDone;) {
      this.#call.tick()
      if (!plan.isNul && plan.binary !== 'text' && chunk.includes(0)) {
        if (plan.binary === 'without-match') return this.#end(search, name, { isSkipped: true })
        search.isBinary = true
      }
      const cut = chunk.lastIndexOf(separator) + 1
      if (cut > 0) {
        this.#block(search, joined([...rest, chunk.subarray(0, cut)]))
        rest = []
      }
      if (cut < chunk.length) rest.push(chunk.slice(cut))
      if (search.isDone) break
      await this.#out.flush()
      chunk = await input.read()
    }
    if (!search.isDone && rest.length > 0) this.#block(search, joined(rest))
    await this.#end(search, name, { isSkipped: false })
  }

  async #end(search: GrepSearch, name: string, { isSkipped }: { readonly isSkipped: boolean }): Promise<void> {
    const { plan } = this.#job
    const { count, isHidden } = isSkipped ? { count: 0, isHidden: false } : search.result
    if (count > 0) this.#hasMatch = true
    if (plan.print === 'count') this.#printer.count(name, count)
    else if ((plan.print === 'matching' && count > 0) || (plan.print === 'unmatching' && count === 0)) this.#printer.listed(name)
    if (this.#out.isFull) await this.#out.flush()
    if (!isHidden || plan.binary !== 'binary') return
    await this.#out.flush()
    await this.#call.stderr.write(`${this.#call.name}: ${name}: binary file matches\n`)
  }
}
