import { quoted } from '../text/quotes'
import { complain, textTool, type Tool } from '../text/tool'
import { compareVersions } from '../text/version-order'
import { textColumns } from '../text/width'
import { byBytes, joinPath, lookAt, lookFor, lookOf, namesIn, why, type Look } from './look'
import { lsHow, LS_OPTIONS, type LsHow } from './ls-options'
import { LsPrinter, type Entry } from './ls-print'

function extension(name: string): string {
  const at = name.lastIndexOf('.')
  return at < 0 ? '' : name.slice(at)
}

function isFolder({ look, behind }: Entry): boolean {
  return look.type === 'folder' || (look.type === 'link' && behind?.type === 'folder')
}

function compare(how: LsHow, a: Entry, b: Entry): number {
  switch (how.sort) {
    case 'time':
      return b.look[how.time] - a.look[how.time] || byBytes(a.name, b.name)
    case 'size':
      return b.look.size - a.look.size || byBytes(a.name, b.name)
    case 'extension':
      return byBytes(extension(a.name), extension(b.name)) || byBytes(a.name, b.name)
    case 'version':
      return compareVersions(a.name, b.name) || byBytes(a.name, b.name)
    case 'width':
      return textColumns(a.name) - textColumns(b.name) || byBytes(a.name, b.name)
    default:
      return byBytes(a.name, b.name)
  }
}

/** One run of `ls`. */
class Listing {
  readonly #tool: Tool
  readonly #how: LsHow
  readonly #printer: LsPrinter
  #code = 0
  #hasPrinted = false

  constructor(tool: Tool, how: LsHow) {
    this.#tool = tool
    this.#how = how
    this.#printer = new LsPrinter(tool, how)
  }

  async run(): Promise<number> {
    const { operands, options } = this.#tool
    const files: Entry[] = []
    const folders: Entry[] = []
    for (const name of operands.length === 0 ? ['.'] : operands) {
      const entry = await this.#operand(name)
      if (entry === undefined) continue
      if (entry.look.type === 'folder' && !options.has('directory')) folders.push(entry)
      else files.push(entry)
    }
    if (files.length > 0) {
      const sorted = this.#sorted(files)
      this.#printer.print(sorted, [...sorted, ...folders])
      this.#hasPrinted = true
    }
    const isTitled = operands.length > 1 || options.has('recursive')
    for (const { name } of this.#sorted(folders)) await this.#folder(name, isTitled)
    return this.#code
  }

  #sorted(entries: readonly Entry[]): readonly Entry[] {
    const { options } = this.#tool
    const direction = options.has('reverse') ? -1 : 1
    const sorted = this.#how.sort === 'none' ? [...entries] : entries.toSorted((a, b) => direction * compare(this.#how, a, b))
    if (!options.has('group-directories-first') || this.#how.sort === 'none') return sorted
    return [...sorted.filter(isFolder), ...sorted.filter((entry) => !isFolder(entry))]
  }

  async #operand(name: string): Promise<Entry | undefined> {
    const { call } = this.#tool
    const { follows } = this.#how
    try {
      const own = lookAt(call, name, false)
      if (own.type !== 'link') return { name, look: own }
      const behind = lookFor(call, name)
      const isFollowed = follows === 'all' || follows === 'operands' || (follows === 'operands to folders' && behind?.type === 'folder')
      if (isFollowed) return { name, look: lookAt(call, name) }
      return { name, look: own, ...(behind === undefined ? {} : { behind }) }
    } catch (thrown) {
      await complain(this.#tool, `cannot access ${quoted(name)}: ${why(thrown)}`)
      this.#code = 2
      return undefined
    }
  }

  async #folder(path: string, isTitled: boolean, isOperand = true): Promise<void> {
    const { call, options, out } = this.#tool
    call.tick()
    let entries: readonly Entry[]
    try {
      entries = await this.#entries(path)
    } catch (thrown) {
      await complain(this.#tool, `cannot open directory ${quoted(path)}: ${why(thrown)}`)
      this.#code = isOperand ? 2 : Math.max(1, this.#code)
      return
    }
    if (isTitled) {
      if (this.#hasPrinted) out.putText('\n')
      this.#printer.title(path)
    }
    this.#hasPrinted = true
    this.#printer.total(entries)
    this.#printer.print(entries)
    await out.settle()
    if (!options.has('recursive')) return
    for (const { name, look } of entries)
      if (look.type === 'folder' && name !== '.' && name !== '..') await this.#folder(joinPath(path, name), true, false)
  }

  #isShown(name: string): boolean {
    const { shows, ignored, hidden } = this.#how
    if (ignored.some((glob) => glob.matches(name))) return false
    if (shows !== 'plain') return true
    return !name.startsWith('.') && !hidden.some((glob) => glob.matches(name))
  }

  /** @throws FsError */
  async #entries(path: string): Promise<readonly Entry[]> {
    const { call } = this.#tool
    const names = namesIn(call, path).filter((name) => this.#isShown(name))
    const all = this.#how.shows === 'all' ? ['.', '..', ...names] : names
    const folder = call.system.tree.find(call.at(path))
    const entries: Entry[] = []
    for (const name of all) {
      const child = folder?.type === 'folder' ? folder.children.get(name) : undefined
      const look: Look = child === undefined || call.at(path).startsWith('/dev') ? lookAt(call, joinPath(path, name), false) : lookOf(child)
      const behind = look.type === 'link' ? lookFor(call, joinPath(path, name)) : undefined
      if (look.type === 'link' && this.#how.follows === 'all') {
        if (behind === undefined) {
          await complain(this.#tool, `cannot access ${quoted(joinPath(path, name))}: No such file or directory`)
          this.#code = Math.max(1, this.#code)
        }
        entries.push({ name, look: behind ?? look })
      } else entries.push({ name, look, ...(behind === undefined ? {} : { behind }) })
    }
    return this.#sorted(entries)
  }
}

/** Lists files. */
export const lsCommand = textTool({
  name: 'ls',
  summary: 'lists files and what is in folders',
  usage: '[OPTION]... [FILE]...',
  shape: { usageCode: 2, options: LS_OPTIONS },
  run: (tool) => new Listing(tool, lsHow(tool)).run(),
})
