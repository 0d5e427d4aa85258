import { matchesIn, type Pattern } from '../../regex/pattern'
import { OutputBuffer } from '../../streams/buffered'
import { PipeEnd, TreeFile } from '../../streams/open-file'
import { inputOf, type Input } from '../../streams/stream'
import { joined, textOf } from '../../text'
import { FsError } from '../../tree/fs-error'
import { errnoText } from '../../tree/errno-text'
import { CommandError, NotImplemented, type Call, type Command } from '../command'
import { lookFor } from '../files/look'
import type { Options } from '../options'
import { GrepSearch, type GrepState, type SearchPlan } from '../grep/grep-search'
import { decoded } from './rg-decoded'
import { jsonTime, type JsonTally } from './rg-json'
import { lineMatches } from './rg-matches'
import { searchMultiline, spansLines } from './rg-multiline'
import { countOf, knownTypes, rgOptions, walkPlanOf } from './rg-options'
import { rgPattern, rgSources } from './rg-pattern'
import { RgPrinter, type RgLook } from './rg-printer'
import { RgWalker, type WalkedFile } from './rg-walk'

const HELP = `Usage: rg [OPTIONS] PATTERN [PATH...]
Search files for a regular expression; leaves out what .gitignore, .ignore and .rgignore say, hidden and binary files.
Patterns: -e -f -F -P -i -s -S -w -x -v -U --multiline-dotall
Files: -g GLOB --iglob -t TYPE -T TYPE --type-list --files --hidden --no-ignore -u -uu -uuu -L --max-depth N
Output: -n -N -c --count-matches -l --files-without-match -o -q -r TEXT -A -B -C -m -M --json --vimgrep --column -b --heading
        --passthru --trim -0 --color WHEN --sort path
`
const FIRST_BUFFER = 65_536

/** ripgrep 13; files always in the order of their paths. */
export const rgCommand: Command = {
  name: 'rg',
  summary: 'search files for an expression, ignored ones left out',
  run: async (call) => {
    try {
      return await run(call)
    } catch (thrown) {
      if (!(thrown instanceof CommandError)) throw thrown
      await call.stderr.write(`${thrown.message}\n`)
      return 2
    }
  },
}

async function run(call: Call): Promise<number> {
  const options = rgOptions(call.args)
  if (options.has('help') || options.has('version')) {
    await call.stdout.write(options.has('help') ? HELP : 'ripgrep (Tabwright) agrees with ripgrep 13.0.0\n')
    return 0
  }
  if (options.has('type-list')) {
    const rows = [...knownTypes(options)].toSorted(([a], [b]) => (a < b ? -1 : 1))
    await call.stdout.write(rows.map(([name, globs]) => `${name}: ${globs.toSorted().join(', ')}\n`).join(''))
    return 0
  }
  const order = options.last('sort', 'sortr')
  if (order !== undefined && !['none', 'path'].includes(options.value(order) ?? '')) throw new NotImplemented(`option --${order} by time`)
  const { sources, paths } = await rgSources(call, options)
  if (sources.length === 0 && !options.has('files')) return 1
  return new Ripgrep(call, options, rgPattern(call, options, sources)).run(paths)
}

function planOf(options: Options, hasNumbers: boolean): SearchPlan {
  const both = countOf(options, 'C', 'context')
  const before = countOf(options, 'B', 'before-context') ?? both ?? 0
  const after = countOf(options, 'A', 'after-context') ?? both ?? 0
  const isCount = options.has('c') || options.has('count-matches')
  const last = options.last('l', 'L-')
  const print = options.has('q')
    ? 'nothing'
    : last !== undefined
      ? last === 'l'
        ? 'matching'
        : 'unmatching'
      : isCount
        ? 'count'
        : options.has('o')
          ? 'parts'
          : 'lines'
  return {
    isInverted: options.has('v'),
    maxCount: countOf(options, 'm', 'max-count') ?? Infinity,
    before,
    after,
    hasContext: !options.has('passthru') && (before > 0 || after > 0),
    print: options.has('json') && print === 'parts' ? 'lines' : print,
    hasNumbers,
    hasOffsets: options.has('b') || options.has('json'),
    isNul: false,
    isPassing: options.has('passthru'),
  }
}

function lookOf(options: Options, isTerminal: boolean, hasColors: boolean): RgLook {
  const color = options.value('color') ?? 'auto'
  if (!['always', 'never', 'auto', 'ansi'].includes(color)) {
    throw new CommandError(`error: '${color}' isn't a valid value for '--color <WHEN>'\n\t[possible values: never, auto, always, ansi]`, 2)
  }
  // What asks for columns or for a look asks for numbers too, whatever its place, until -N says no.
  const numbers = options.last('n', 'N') ?? options.last('p', 'column', 'vimgrep')
  const heading = options.last('heading', 'no-heading', 'p', 'vimgrep')
  const columns = options.last('column', 'no-column', 'vimgrep')
  return {
    hasNumbers: numbers === undefined ? isTerminal || options.has('json') : numbers !== 'N',
    hasColumns: columns !== undefined && columns !== 'no-column',
    hasOffsets: options.has('b'),
    hasHeading: heading === undefined ? isTerminal : heading === 'heading' || heading === 'p',
    isVimgrep: options.has('vimgrep'),
    isJson: options.has('json'),
    isColored: color === 'always' || color === 'ansi' || (color === 'auto' && hasColors && (isTerminal || options.has('p'))),
    isTrimmed: options.has('trim'),
    isInverted: options.has('v'),
    hasNulNames: options.has('0'),
    isParts: options.has('o'),
    maxColumns: countOf(options, 'M', 'max-columns') || Infinity,
    replacement: options.value('r'),
    separator: options.last('no-separator', 'separator') === 'no-separator' ? undefined : (options.value('separator') ?? '--'),
  }
}

/** One run over its files. */
class Ripgrep {
  readonly #call: Call
  readonly #options: Options
  readonly #pattern: Pattern
  readonly #plan: SearchPlan
  readonly #look: RgLook
  readonly #out: OutputBuffer
  readonly #printer: RgPrinter
  #state: GrepState = { hasPrinted: false }
  #hasMatch = false
  #hasError = false
  #searched = 0
  /** The tally and the time when the file was begun. */
  #before: JsonTally
  #began = 0

  constructor(call: Call, options: Options, pattern: Pattern) {
    this.#call = call
    this.#options = options
    this.#pattern = pattern
    const hasColors = (call.env.get('TERM') ?? 'dumb') !== 'dumb' && !call.env.has('NO_COLOR')
    this.#look = lookOf(options, call.file(1)?.isTerminal ?? false, hasColors)
    this.#plan = planOf(options, this.#look.hasNumbers || this.#look.isJson)
    this.#out = new OutputBuffer(call.stdout)
    this.#printer = new RgPrinter(this.#look, this.#out, pattern)
    this.#before = { ...this.#tally }
  }

  async run(given: readonly string[]): Promise<number> {
    const started = this.#call.system.clock.steady()
    const isDefault = given.length === 0
    const first = isDefault && !this.#options.has('files') ? await this.#standardInput() : undefined
    const paths = first === undefined ? (isDefault ? [''] : given) : ['-']
    const names = this.#options.last('H', 'I', 'vimgrep')
    const isOneFile = paths.length === 1 && (paths[0] === '-' || this.#fileAt(paths[0] ?? ''))
    this.#printer.hasNames = names === undefined ? !isOneFile : names !== 'I'
    for (const path of this.#sorted(paths)) {
      await this.#path(path, first)
      if (this.#plan.print === 'nothing' && this.#hasMatch) return 0
    }
    if (this.#look.isJson && !this.#options.has('files')) this.#summary(this.#call.system.clock.steady() - started)
    if (isDefault && first === undefined && this.#searched === 0 && !this.#options.has('files')) {
      await this.#fail(
        "No files were searched, which means ripgrep probably applied a filter you didn't expect.\nRunning with --debug will show why files are being skipped.",
      )
    }
    await this.#out.flush()
    if (this.#hasError) return 2
    return this.#hasMatch ? 0 : 1
  }

  get #tally(): JsonTally {
    return this.#printer.tally
  }

  #sorted(paths: readonly string[]): readonly string[] {
    return this.#options.has('sortr') ? paths.toReversed() : paths
  }

  #fileAt(path: string): boolean {
    const type = path === '' ? undefined : lookFor(this.#call, path)?.type
    return type !== undefined && type !== 'folder'
  }

  /** Standard input is searched where it is a pipe or a file; anything else only where something comes from it. */
  async #standardInput(): Promise<Input | undefined> {
    const file = this.#call.file(0)
    if (file === undefined || file.isTerminal) return undefined
    if (file instanceof PipeEnd || file instanceof TreeFile) return this.#call.stdin
    const chunk = await this.#call.stdin.read()
    if (chunk === undefined) return undefined
    const begun = inputOf(chunk)
    return { read: async (max) => (await begun.read(max)) ?? this.#call.stdin.read(max), close: () => undefined }
  }

  async #path(path: string, stdin: Input | undefined): Promise<void> {
    try {
      if (path === '-') return await this.#stream(stdin ?? this.#call.stdin, '<stdin>')
      const full = this.#call.at(path === '' ? '.' : path)
      const node = this.#call.system.tree.find(full)
      if (node?.type === 'folder') return await this.#folder(path, full)
      if (node === undefined && lookFor(this.#call, path) === undefined) throw new FsError('ENOENT', 'open', path)
      if (this.#options.has('files')) return this.#listed(path)
      if (node?.type === 'file' && node.read === undefined) return await this.#bytes(node.bytes, path, 'named')
      const input = this.#call.open(path)
      await this.#stream(input, path)
      input.close()
    } catch (thrown) {
      if (!(thrown instanceof FsError)) throw thrown
      const number = thrown.code === 'ENOENT' ? 2 : 13
      const where = number === 2 ? path : `${path}: IO error for operation on ${path}`
      await this.#fail(`${where}: ${errnoText(thrown)} (os error ${number})`)
    }
  }

  async #folder(path: string, full: string): Promise<void> {
    const walker = new RgWalker(this.#call, walkPlanOf(this.#options))
    const isAll = this.#options.found.filter(({ key }) => key === 'u').length > 2 || this.#options.has('binary')
    const files: Iterable<WalkedFile> = walker.files(path, full)
    for (const file of this.#options.has('sortr') ? [...files].toReversed() : files) {
      if (this.#options.has('files')) this.#listed(file.path)
      else if ((file.node.mode & 0o400) === 0) await this.#fail(`${file.path}: Permission denied (os error 13)`)
      else await this.#bytes(file.node.read?.() ?? file.node.bytes, file.path, isAll ? 'any' : 'text')
      if (this.#out.isFull) await this.#out.flush()
      if (this.#plan.print === 'nothing' && this.#hasMatch) return
    }
  }

  #listed(path: string): void {
    this.#hasMatch = true
    if (this.#plan.print !== 'nothing') this.#printer.named(path, this.#look.hasNulNames ? '\0' : '\n')
  }

  async #fail(message: string): Promise<void> {
    this.#hasError = true
    await this.#out.flush()
    if (!this.#options.has('no-messages')) await this.#call.stderr.write(`${message}\n`)
  }

  #search(name: string): GrepSearch {
    if (this.#look.hasHeading) this.#state = { hasPrinted: false }
    this.#printer.begin(name)
    this.#before = { ...this.#tally }
    this.#began = this.#call.system.clock.steady()
    return new GrepSearch({ plan: this.#plan, pattern: this.#pattern, printer: this.#printer, state: this.#state }, name, 0)
  }

  /** @param kind the file was named, or all files are to be searched, or those that are text: NUL bytes end only that search */
  async #bytes(given: Uint8Array, name: string, kind: 'named' | 'any' | 'text'): Promise<void> {
    const isNamed = kind === 'named'
    const isForced = kind !== 'text'
    this.#call.tick()
    this.#searched += 1
    const bytes = decoded(given)
    const nul = this.#options.has('a') || bytes !== given ? -1 : bytes.indexOf(0)
    if (nul >= 0 && !isForced) return this.#untilBinary(bytes, name, nul)
    const search = this.#search(name)
    this.#tally.searched += bytes.length
    if (this.#options.last('U', 'no-U') === 'U') {
      if (nul >= 0) return this.#end(name, { count: 0, text: () => textOf(bytes), nul: -1 })
      const text = textOf(bytes)
      if (spansLines(this.#pattern, text)) return this.#multiline(text, name)
    }
    if (nul >= FIRST_BUFFER) {
      // A file that was named is there as a whole, others come in buffers.
      const start = bytes.lastIndexOf(10, isNamed ? nul : nul - (nul % FIRST_BUFFER) - 1) + 1
      this.#block(search, bytes.subarray(0, start))
      search.isBinary = true
      this.#block(search, bytes.subarray(start))
    } else {
      search.isBinary = nul >= 0
      this.#block(search, bytes)
    }
    await this.#end(name, {
      count: search.result.count,
      text: () => textOf(bytes),
      nul: search.isBinary && search.result.isHidden ? nul : -1,
    })
  }

  async #multiline(text: string, name: string): Promise<void> {
    const lacking = this.#plan.print === 'lines' || this.#plan.print === 'parts' ? this.#printer.lacksLines : undefined
    if (lacking !== undefined) throw new NotImplemented(`option ${lacking} with matches of several lines`)
    const count = searchMultiline(text, { plan: this.#plan, pattern: this.#pattern, printer: this.#printer, name })
    const total = [...matchesIn(this.#pattern, text)].length
    await this.#end(name, { count, text: () => text, nul: -1, total })
  }

  /** A file that was not named ends where the buffer begins in which it stops being text. */
  async #untilBinary(bytes: Uint8Array, name: string, nul: number): Promise<void> {
    const end = bytes.lastIndexOf(10, nul - (nul % FIRST_BUFFER) - 1) + 1
    if (nul < FIRST_BUFFER || end === 0 || this.#plan.print === 'count') return
    const search = this.#search(name)
    this.#tally.searched += end
    this.#block(search, bytes.subarray(0, end))
    const { count } = search.result
    const isTold = count > 0 && !search.isDone && (this.#plan.print === 'lines' || this.#plan.print === 'parts') && !this.#look.isJson
    await this.#end(name, { count, text: () => '', nul: -1 })
    const told = `WARNING: stopped searching binary file after match (found "\\0" byte around offset ${nul})\n`
    if (isTold) this.#printer.named(this.#printer.hasNames ? `${name}: ` : '', told)
  }

  #block(search: GrepSearch, bytes: Uint8Array): void {
    if (bytes.length === 0 || search.isDone) return
    const end = bytes.at(-1) === 10 ? bytes.length - 1 : bytes.length
    const text = textOf(bytes.subarray(0, end))
    search.search(search.isBinary ? text.replaceAll('\0', '\n') : text, { isAscii: text.length === end, isEnded: end < bytes.length })
  }

  async #stream(input: Input, name: string): Promise<void> {
    this.#searched += 1
    const search = this.#search(name)
    let rest: Uint8Array[] = []
    let total = 0
    let nul = -1
    const isWhole = this.#options.last('U', 'no-U') === 'U' || this.#options.has('count-matches')
    for (let chunk = await input.read(); chunk !== undefined; chunk = await input.read()) {
      this.#call.tick()
      const at = this.#options.has('a') ? -1 : chunk.indexOf(0)
      if (at >= 0 && nul < 0) nul = total + at
      search.isBinary ||= at >= 0
      total += chunk.length
      const cut = isWhole ? 0 : chunk.lastIndexOf(10) + 1
      if (cut > 0) {
        this.#block(search, joined([...rest, chunk.subarray(0, cut)]))
        rest = []
      }
      if (cut < chunk.length) rest.push(chunk.slice(cut))
      if (search.isDone) break
      await this.#out.flush()
    }
    if (isWhole) return this.#bytes(joined(rest), name, 'named')
    this.#block(search, joined(rest))
    this.#tally.searched += total
    await this.#end(name, { count: search.result.count, text: () => '', nul: search.result.isHidden ? nul : -1 })
  }

  async #end(
    name: string,
    found: { readonly count: number; readonly text: () => string; readonly nul: number; readonly total?: number },
  ): Promise<void> {
    const { count, nul } = found
    const { print } = this.#plan
    if (print === 'unmatching' ? count === 0 : count > 0) this.#hasMatch = true
    if (print === 'count' && (count > 0 || this.#options.has('include-zero'))) {
      const isMatches = this.#options.has('count-matches') || (this.#options.has('o') && !this.#plan.isInverted)
      this.#printer.count(name, isMatches && !this.#plan.isInverted ? (found.total ?? this.#matches(found.text())) : count)
    } else if ((print === 'matching' && count > 0) || (print === 'unmatching' && count === 0)) this.#shownName(name)
    if (this.#printer.hasBegun && this.#look.isJson) this.#jsonEnd(name)
    else if (count === 0) this.#tally.searched = this.#before.searched
    if (nul >= 0)
      this.#printer.named(this.#printer.hasNames ? `${name}: ` : '', `binary file matches (found "\\0" byte around offset ${nul})\n`)
    if (this.#out.isFull) await this.#out.flush()
  }

  #shownName(name: string): void {
    this.#printer.named(name, this.#look.hasNulNames ? '\0' : '\n')
  }

  #matches(text: string): number {
    let count = 0
    for (const line of text.replace(/\n$/, '').split('\n')) count += lineMatches(this.#pattern, line).matches.length
    return count
  }

  #jsonEnd(name: string): void {
    const tally = this.#tally
    const before = this.#before
    tally.files += 1
    const stats = {
      elapsed: jsonTime(this.#call.system.clock.steady() - this.#began),
      searches: 1,
      searches_with_match: 1,
      bytes_searched: tally.searched - before.searched,
      bytes_printed: tally.printed - before.printed,
      matched_lines: tally.lines - before.lines,
      matches: tally.matches - before.matches,
    }
    this.#printer.json({ type: 'end', data: { path: { text: name }, binary_offset: null, stats } })
  }

  #summary(ms: number): void {
    const tally = this.#tally
    const stats = {
      bytes_printed: tally.printed,
      bytes_searched: tally.searched,
      elapsed: jsonTime(ms),
      matched_lines: tally.lines,
      matches: tally.matches,
      searches: tally.files,
      searches_with_match: tally.files,
    }
    this.#printer.json({ data: { elapsed_total: jsonTime(ms), stats }, type: 'summary' })
  }
}
