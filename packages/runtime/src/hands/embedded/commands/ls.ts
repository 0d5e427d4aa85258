import type { Command } from 'just-bash/browser'
import type { FileTree, NodeStat } from '../file-tree'
import { BadOption, command, err, options, out, type Call, type Options } from './command'

interface Entry {
  /** As it is shown. */
  readonly name: string
  readonly stat: NodeStat
  readonly target?: string
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HALF_YEAR_MS = 15_778_476_000

function modeText(stat: NodeStat): string {
  const bits = ['x', 'w', 'r']
  let text = stat.type === 'folder' ? 'd' : stat.type === 'link' ? 'l' : '-'
  for (let bit = 8; bit >= 0; bit--) text += (stat.mode >> bit) & 1 ? (bits[bit % 3] ?? '') : '-'
  return text
}

function dateText(ms: number): string {
  const date = new Date(ms)
  const day = `${MONTHS[date.getUTCMonth()] ?? ''} ${String(date.getUTCDate()).padStart(2)}`
  const clock = `${String(date.getUTCHours()).padStart(2, '0')}:${String(date.getUTCMinutes()).padStart(2, '0')}`
  return Math.abs(Date.now() - ms) < HALF_YEAR_MS ? `${day} ${clock}` : `${day}  ${date.getUTCFullYear()}`
}

/** A size as `-h` shows it: one decimal below ten. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes)
  let size = bytes
  let unit = ''
  for (const next of 'KMGT') {
    if (size < 1024) break
    size /= 1024
    unit = next
  }
  return size < 10 ? `${(Math.ceil(size * 10) / 10).toFixed(1)}${unit}` : `${Math.ceil(size)}${unit}`
}

const blocks = (stat: NodeStat): number => (stat.type === 'link' ? 0 : Math.ceil(stat.size / 4096) * 4)

function mark(entry: Entry, how: Options): string {
  if (entry.stat.type === 'folder') return how.flags.has('F') || how.flags.has('p') ? '/' : ''
  if (!how.flags.has('F')) return ''
  return entry.stat.type === 'link' ? '@' : (entry.stat.mode & 0o111) === 0 ? '' : '*'
}

function ordered(entries: readonly Entry[], how: Options): Entry[] {
  const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  const by = how.flags.has('S')
    ? (a: Entry, b: Entry) => b.stat.size - a.stat.size || byName(a, b)
    : how.flags.has('t')
      ? (a: Entry, b: Entry) => b.stat.mtime - a.stat.mtime || byName(a, b)
      : byName
  const sorted = how.flags.has('U') ? [...entries] : entries.toSorted(by)
  return how.flags.has('r') ? sorted.toReversed() : sorted
}

function lines(entries: readonly Entry[], how: Options): string {
  const sorted = ordered(entries, how)
  if (!how.flags.has('l'))
    return sorted.map((entry) => `${how.flags.has('i') ? `${entry.stat.ino} ` : ''}${entry.name}${mark(entry, how)}\n`).join('')
  const size = (entry: Entry): string => (how.flags.has('h') ? humanSize(entry.stat.size) : String(entry.stat.size))
  const width = Math.max(0, ...sorted.map((entry) => size(entry).length))
  const owner = how.flags.has('n') ? '1000 1000' : 'user user'
  return sorted
    .map((entry) => {
      const links = entry.stat.type === 'folder' ? 2 : 1
      const name = `${entry.name}${entry.target === undefined ? mark(entry, how) : ` -> ${entry.target}`}`
      return `${modeText(entry.stat)} ${links} ${owner} ${size(entry).padStart(width)} ${dateText(entry.stat.mtime)} ${name}\n`
    })
    .join('')
}

function entryOf(tree: FileTree, path: string, name: string): Entry {
  const stat = tree.lstat(path)
  return { name, stat, ...(stat.type === 'link' ? { target: tree.readlink(path) } : {}) }
}

function folderText(call: Call, path: string, how: Options): string {
  const { tree } = call
  const isAll = how.flags.has('a')
  const names = tree
    .readdir(path)
    .map(([name]) => name)
    .filter((name) => isAll || how.flags.has('A') || !name.startsWith('.'))
  const entries = names.map((name) => entryOf(tree, `${path}/${name}`, name))
  if (isAll) entries.unshift({ name: '.', stat: tree.stat(path) }, { name: '..', stat: tree.stat(`${path}/..`) })
  const total =
    how.flags.has('l') || how.flags.has('s')
      ? `total ${how.flags.has('h') ? humanSize(entries.reduce((sum, entry) => sum + blocks(entry.stat) * 1024, 0)) : entries.reduce((sum, entry) => sum + blocks(entry.stat), 0)}\n`
      : ''
  return total + lines(entries, how)
}

function foldersText(call: Call, names: readonly string[], how: Options): string[] {
  return names.flatMap((name) => {
    const path = call.at(name)
    const below = how.flags.has('R')
      ? call.tree
          .readdir(path)
          .filter(([child, node]) => node.type === 'folder' && (how.flags.has('a') || !child.startsWith('.')))
          .map(([child]) => `${name.replace(/\/$/, '')}/${child}`)
      : []
    return [`${name}:\n${folderText(call, path, how)}`, ...foldersText(call, below, how)]
  })
}

const LONG = {
  all: 'a',
  'almost-all': 'A',
  directory: 'd',
  classify: 'F',
  recursive: 'R',
  'human-readable': 'h',
  reverse: 'r',
  inode: 'i',
  color: 'C',
}

/** `ls` as it writes to a pipe: the library's puts blank lines between files. */
export function lsCommand(tree: FileTree): Command {
  return command('ls', tree, (call) => {
    let how: Options
    try {
      how = options(
        call.args.filter((word) => !word.startsWith('--color')),
        { flags: '1aAdlFRhtrSinpsCUGgoN', long: LONG },
      )
    } catch (thrown) {
      if (thrown instanceof BadOption) return err(`ls: ${thrown.message}\n`, 2)
      throw thrown
    }
    const files: Entry[] = []
    const folders: string[] = []
    let problems = ''
    for (const name of how.rest.length === 0 ? ['.'] : how.rest) {
      const node = tree.find(call.at(name))
      if (node === undefined && !isLink(tree, call.at(name))) problems += `ls: cannot access '${name}': No such file or directory\n`
      else if (node?.type === 'folder' && !how.flags.has('d')) folders.push(name)
      else files.push(entryOf(tree, call.at(name).replace(/(.)\/$/, '$1'), name))
    }
    const isTitled = how.rest.length > 1 || how.flags.has('R')
    const listed = isTitled ? foldersText(call, folders.toSorted(), how) : folders.map((name) => folderText(call, call.at(name), how))
    const parts = [...(files.length > 0 ? [lines(files, how)] : []), ...listed]
    return out(parts.join('\n'), problems === '' ? 0 : 2, problems)
  })
}

function isLink(tree: FileTree, path: string): boolean {
  const folder = tree.find(path.slice(0, Math.max(path.lastIndexOf('/'), 1)))
  return folder?.type === 'folder' && folder.children.has(path.slice(path.lastIndexOf('/') + 1))
}
