import type { TarPacking } from './tar-sink'
import { FsError } from '../../../tree/fs-error'
import { errnoText } from '../../../tree/errno-text'
import { readText } from '../../../streams/stream'
import type { FileNode } from '../../../tree/tree-node'
import { momentOfMs, msOf, strftime } from '../../dates/strftime'
import { parseDate } from '../../dates/parse-date'
import { zoneOf, type Zone } from '../../dates/zones'
import { CommandError, NotImplemented } from '../../command'
import { joinPath, lookAt, lookFor, USER } from '../../files/look'
import { parseMode, type ModeChange } from '../../files/mode'
import { curly } from '../../text/quotes'
import { usageError, type Tool } from '../../text/tool'
import type { TarFormat } from './tar-header'
import { named, nameMatcher, unquoted, type NameMatcher, type PatternHow } from './tar-names'
import type { TarMode } from './tar-options'
import { transformOf, type Transform } from './tar-transform'

/** A name of the command line, and where it is seen from. */
export interface Wanted {
  readonly name: string
  readonly folder: string
  readonly isRecursive: boolean
  readonly matches: NameMatcher
  /** By what was told before it. */
  readonly isExcluded: NameMatcher
  /** How many members it was found to be. */
  count: number
}

/** Whom files belong to, in an archive. */
export interface Owner {
  readonly name: string
  readonly id: number
}

/** Everything that one run of tar knows. */
export interface Tar {
  readonly tool: Tool
  readonly mode: TarMode
  readonly archive: string
  /** Of the archive, where it is written: it is not packed into itself. */
  archiveNode: FileNode | undefined
  readonly compression: TarPacking | undefined
  readonly verbosity: number
  readonly wanted: readonly Wanted[]
  /** Where names without their own folder are seen from. */
  readonly folder: string
  readonly isExcluded: NameMatcher
  readonly transform: Transform
  readonly strip: number
  readonly format: TarFormat
  readonly paxDeleted: readonly string[]
  readonly record: number
  readonly owner: Partial<Owner> | undefined
  readonly group: Partial<Owner> | undefined
  readonly modeChange: ModeChange | undefined
  /** Milliseconds. */
  readonly mtime: number | undefined
  readonly newer: { readonly ms: number; readonly alsoStatus: boolean } | undefined
  readonly topLevel: string | undefined
  readonly occurrence: number | undefined
  readonly zone: Zone
  readonly warned: Set<string>
  code: number
}

/** tar cannot go on: it says so. */
export function fatal(message: string): never {
  throw new CommandError(`${message}\ntar: Error is not recoverable: exiting now`, 2)
}

/** Tells an error and goes on. */
export async function trouble(tar: Tar, message: string, code = 2): Promise<void> {
  await warn(tar, message)
  tar.code = Math.max(tar.code, code)
}

/** Tells something. */
export async function warn({ tool }: Tar, message: string): Promise<void> {
  await tool.out.flush()
  await tool.call.stderr.write(`${tool.call.name}: ${message}\n`)
}

const MODES: readonly TarMode[] = ['create', 'extract', 'list', 'append', 'update', 'diff', 'delete']
const VCS = [
  'CVS', 'RCS', 'SCCS', '.git', '.gitignore', '.gitmodules', '.gitattributes', '.cvsignore', '.svn', '.arch-ids', '{arch}', '=RELEASE-ID',
  '=meta-update', '=update', '.bzr', '.bzrignore', '.bzrtags', '.hg', '.hgignore', '.hgrags', '_darcs',
] // prettier-ignore
const BACKUPS = ['.#*', '*~', '#*#']
const FORMATS: Readonly<Record<string, TarFormat>> = { gnu: 'gnu', oldgnu: 'oldgnu', pax: 'pax', posix: 'pax', ustar: 'ustar', v7: 'v7' }

function modeOf({ options }: Tool): TarMode {
  const modes = MODES.filter((mode) => options.has(mode))
  const count = options.found.filter(({ key }) => MODES.some((mode) => mode === key)).length
  const [mode] = modes
  if (mode === undefined) return usageError("You must specify one of the '-Acdtrux', '--delete' or '--test-label' options", 2)
  if (modes.length > 1 || (count > 1 && modes.length > 1))
    return usageError("You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option", 2)
  return mode
}

/** Walks the options in the order that they stand in: many hold for what comes behind them. */
class Positions {
  readonly #tool: Tool
  readonly #mode: TarMode
  readonly wanted: Wanted[] = []
  readonly excludes: NameMatcher[] = []
  folder: string
  #isRecursive = true
  #isNul = false
  #isVerbatim = false
  #style: { wildcards?: boolean; anchored?: boolean; crosses?: boolean; nocase?: boolean } = {}

  constructor(tool: Tool, mode: TarMode) {
    this.#tool = tool
    this.#mode = mode
    this.folder = tool.call.cwd
  }

  async read(): Promise<void> {
    for (const { key, value = '' } of this.#tool.options.found) {
      if (key === 'operand') this.#add(value)
      else if (key === 'add-file') this.#add(value)
      else if (key === 'directory') this.enter(value)
      else if (key === 'exclude') this.#exclude(value)
      else if (key === 'exclude-from') for (const line of await this.#lines(value)) this.#exclude(line)
      else if (key === 'exclude-vcs') for (const name of VCS) this.#exclude(name, true)
      else if (key === 'exclude-backups') for (const name of BACKUPS) this.#exclude(name, true)
      else if (key === 'files-from') await this.#names(value)
      else this.#styled(key)
    }
  }

  #styled(key: string): void {
    const isOn = !key.startsWith('no-')
    const bare = isOn ? key : key.slice(3)
    if (bare === 'recursion') this.#isRecursive = isOn
    else if (bare === 'null') this.#isNul = isOn
    else if (bare === 'verbatim-files-from') this.#isVerbatim = isOn
    else if (bare === 'wildcards') this.#style = { ...this.#style, wildcards: isOn }
    else if (bare === 'anchored') this.#style = { ...this.#style, anchored: isOn }
    else if (bare === 'ignore-case') this.#style = { ...this.#style, nocase: isOn }
    else if (bare === 'wildcards-match-slash') this.#style = { ...this.#style, crosses: isOn }
  }

  enter(path: string): void {
    this.folder = path.startsWith('/') ? path : joinPath(this.folder, path)
  }

  #how(usual: { readonly wildcards: boolean; readonly anchored: boolean }): PatternHow {
    const { wildcards, anchored, crosses, nocase } = this.#style
    return {
      hasWildcards: wildcards ?? usual.wildcards,
      isAnchored: anchored ?? usual.anchored,
      crossesSlash: crosses ?? true,
      ignoresCase: nocase ?? false,
      isRecursive: this.#isRecursive,
    }
  }

  #exclude(pattern: string, isPlain = false): void {
    const how = isPlain
      ? { hasWildcards: true, isAnchored: false, crossesSlash: true, ignoresCase: false, isRecursive: true }
      : { ...this.#how({ wildcards: true, anchored: false }), isRecursive: true }
    this.excludes.push(nameMatcher(pattern, how))
  }

  #add(given: string): void {
    const name = unquoted(given).replace(/(?<=.)\/+$/, '')
    const isRead = this.#mode !== 'create' && this.#mode !== 'append' && this.#mode !== 'update'
    const matches = isRead ? nameMatcher(name, this.#how({ wildcards: false, anchored: true })) : () => false
    const excludes = [...this.excludes]
    const isExcluded = (inner: string): boolean => excludes.some((one) => one(inner))
    this.wanted.push({ name, folder: this.folder, isRecursive: this.#isRecursive, matches, isExcluded, count: 0 })
  }

  async #lines(path: string): Promise<readonly string[]> {
    const { call } = this.#tool
    try {
      const text = await readText(path === '-' ? call.stdin : call.open(path))
      return text.split('\n').filter((line) => line !== '')
    } catch (thrown) {
      if (thrown instanceof FsError) return fatal(`${named(path)}: Cannot open: ${errnoText(thrown)}`)
      throw thrown
    }
  }

  async #names(path: string): Promise<void> {
    const { call } = this.#tool
    const mark = this.#isNul ? '\0' : '\n'
    try {
      const text = await readText(path === '-' ? call.stdin : call.open(path))
      for (const line of text.split(mark)) if (line !== '') this.#named(line)
    } catch (thrown) {
      if (thrown instanceof FsError) return fatal(`${named(path)}: Cannot open: ${errnoText(thrown)}`)
      throw thrown
    }
  }

  /** A line of a list may be an option. */
  #named(line: string): void {
    if (this.#isNul || this.#isVerbatim || !line.startsWith('-')) return this.#add(line)
    const folder = /^(?:-C\s*|--directory=)(.+)$/.exec(line)?.[1]
    if (folder === undefined) throw new NotImplemented(`option ${line} in a list of names`)
    this.enter(folder.trim())
  }
}

function ownerOf(text: string | undefined, isGroup: boolean): Partial<Owner> | undefined {
  if (text === undefined) return undefined
  const at = text.indexOf(':')
  if (at >= 0) {
    const id = text.slice(at + 1)
    if (!/^\d+$/.test(id)) throw new CommandError(`${id}: Invalid ${isGroup ? 'group ID' : 'owner ID'}`, 2)
    return { name: text.slice(0, at), id: Number(id) }
  }
  if (/^\+?\d+$/.test(text)) return { name: Number(text) === 0 ? 'root' : '', id: Number(text) }
  const known = text === 'root' ? 0 : text === USER.name ? USER.id : undefined
  return { name: text, ...(known === undefined ? {} : { id: known }) }
}

async function dateOf(tool: Tool, text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined
  const { call } = tool
  if (/^[./]/.test(text)) {
    const look = lookFor(call, text)
    if (look === undefined) throw new CommandError(`Cannot stat ${curly(text)}: No such file or directory`, 2)
    return look.mtime
  }
  const zone = zoneOf(call.env.get('TZ'))
  const moment = parseDate(text, { now: momentOfMs(call.system.clock.now()), zone })
  if (moment === undefined) {
    await call.stderr.write(`${call.name}: Substituting -9223372036854775807 for unknown date format ${curly(text)}\n`)
    return 0
  }
  return msOf(moment)
}

function compressionOf({ options }: Tool, archive: string, mode: TarMode): TarPacking | undefined {
  const given = options.last('gzip', 'bzip2')
  if (given === 'gzip' || given === 'bzip2') return given
  const program = options.value('use-compress-program')
  if (program !== undefined) {
    if (/^(gzip|pigz)$/.test(program)) return 'gzip'
    if (program === 'bzip2') return 'bzip2'
    throw new NotImplemented(`the program ${program} of --use-compress-program`)
  }
  if (options.last('auto-compress', 'no-auto-compress') !== 'auto-compress' || mode !== 'create') return undefined
  const suffix = /\.([^./]+)$/.exec(archive)?.[1] ?? ''
  if (/^(gz|tgz|taz)$/.test(suffix)) return 'gzip'
  if (/^(bz2|tbz|tbz2|tz2)$/.test(suffix)) return 'bzip2'
  if (/^(xz|txz|lzma|tlz|lz|lzo|Z|taZ|zst|tzst)$/.test(suffix)) throw new NotImplemented(`compression by the suffix .${suffix}`)
  return undefined
}

function topLevelOf({ options }: Tool, archive: string): string | undefined {
  if (!options.has('one-top-level')) return undefined
  const own = options.value('one-top-level')
  if (own !== undefined) return own
  const base = archive.slice(archive.lastIndexOf('/') + 1).replace(/\.tar(\.[^.]+)?$|\.t[agbxlz][^.]*$/, '')
  return base === '' || archive === '-'
    ? usageError('Cannot deduce top-level directory name; please set it explicitly with --one-top-level=DIR', 2)
    : base
}

function formatOf({ options }: Tool): TarFormat {
  const key = options.last('format', 'posix', 'old-archive')
  if (key === 'posix') return 'pax'
  if (key === 'old-archive') return 'v7'
  const word = options.value('format')
  return FORMATS[word ?? 'gnu'] ?? usageError(`${word ?? ''}: Invalid archive format`, 2)
}

function countOf(tool: Tool, key: string, words: string): number | undefined {
  const text = tool.options.value(key)
  if (text === undefined) return undefined
  return /^\d+$/.test(text) ? Number(text) : usageError(`${text}: ${words}`, 2)
}

function modeChangeOf({ options }: Tool): ModeChange | undefined {
  const text = options.value('mode')
  return text === undefined ? undefined : (parseMode(text) ?? fatal('Invalid mode given on option'))
}

function paxDeletedOf({ options }: Tool): readonly string[] {
  return options.values('pax-option').flatMap((text) =>
    text.split(',').flatMap((part) => {
      if (part.startsWith('delete=')) return [part.slice(7)]
      if (part === 'exthdr.name=%d/PaxHeaders/%f') return []
      throw new NotImplemented(`option --pax-option=${part}`)
    }),
  )
}

/** Reads the command line. */
export async function tarOf(tool: Tool): Promise<Tar> {
  const { options, call } = tool
  const mode = modeOf(tool)
  const archive = options.value('file') ?? call.env.get('TAPE') ?? '-'
  if (options.values('file').length > 1 && mode !== 'create') throw new NotImplemented('several archives')
  const positions = new Positions(tool, mode)
  await positions.read()
  const transforms = options.values('transform').map(transformOf)
  const newer = options.last('newer', 'newer-mtime')
  const newerDate = await dateOf(tool, newer === undefined ? undefined : options.value(newer))
  const sort = options.value('sort') ?? 'none'
  if (!/^(none|name|inode)$/.test(sort))
    usageError(`invalid argument ‘${sort}’ for ‘--sort’\nValid arguments are:\n  - ‘none’\n  - ‘name’\n  - ‘inode’`, 2)
  const blocks = countOf(tool, 'blocking-factor', 'Invalid blocking factor')
  const mtime = await dateOf(tool, options.value('mtime'))
  if (mtime !== undefined && options.has('verbose')) await treated(tool, mtime)
  return {
    tool,
    mode,
    archive,
    archiveNode: undefined,
    compression: compressionOf(tool, archive, mode),
    verbosity: options.found.filter(({ key }) => key === 'verbose').length + (mode === 'list' ? 1 : 0),
    wanted: positions.wanted,
    folder: positions.folder,
    isExcluded: (name) => positions.excludes.some((matches) => matches(name)),
    transform: (name, use) => transforms.reduce((text, step) => step(text, use), name),
    strip: countOf(tool, 'strip-components', 'Invalid number of elements') ?? 0,
    format: formatOf(tool),
    paxDeleted: paxDeletedOf(tool),
    record: countOf(tool, 'record-size', 'Invalid record size') ?? (blocks ?? 20) * 512,
    owner: ownerOf(options.value('owner'), false),
    group: ownerOf(options.value('group'), true),
    modeChange: modeChangeOf(tool),
    mtime,
    newer: newerDate === undefined ? undefined : { ms: newerDate, alsoStatus: newer === 'newer' },
    topLevel: topLevelOf(tool, archive),
    occurrence: options.has('occurrence') ? Number(options.value('occurrence') ?? 1) : undefined,
    zone: options.has('utc') ? zoneOf('UTC') : zoneOf(call.env.get('TZ')),
    warned: new Set(),
    code: 0,
  }
}

/** A date in words is told as it was taken. */
async function treated({ options, call }: Tool, ms: number): Promise<void> {
  const text = options.value('mtime') ?? ''
  const shown = strftime(ms % 1000 === 0 ? '%Y-%m-%d %H:%M:%S' : '%Y-%m-%d %H:%M:%S.%N', momentOfMs(ms), zoneOf(call.env.get('TZ')))
  if (!/^[./]/.test(text) && text !== shown) await call.stderr.write(`${call.name}: Option --mtime: Treating date '${text}' as ${shown}\n`)
}

/** The folder that names are seen from must be there. */
export function checkFolder(tar: Tar, folder: string): void {
  try {
    const look = lookAt(tar.tool.call, folder)
    if (look.type !== 'folder') throw new FsError('ENOTDIR', 'chdir', folder)
  } catch (thrown) {
    if (!(thrown instanceof FsError)) throw thrown
    const shown = tar.tool.options.values('directory').at(-1) ?? folder
    fatal(`${named(shown)}: Cannot open: ${errnoText(thrown)}`)
  }
}
