import { textOf } from '../../../text'
import { modeText } from '../objects'
import { quotePath } from '../quote-path'
import { pathOf, type FileChange } from './file-change'
import { countedChanges } from './hunk-parts'
import { lineChanges } from './line-diff'
import { linesOf } from './lines'
import { COLORS, isBinaryChange, type PatchStyle } from './patch'
import { sideOid } from './renames'

/** How many lines a change added and took away. */
export interface FileStat {
  readonly change: FileChange
  readonly added: number
  readonly removed: number
  readonly isBinary: boolean
  readonly sizes: readonly [old: number, fresh: number]
}

export function statOf(change: FileChange, style?: PatchStyle): FileStat {
  const old = change.old?.read() ?? new Uint8Array()
  const fresh = change.fresh?.read() ?? new Uint8Array()
  const sizes = [old.length, fresh.length] as const
  const isSame = change.old !== undefined && change.fresh !== undefined && sideOid(change.old) === sideOid(change.fresh)
  if (change.status === 'U' || isSame)
    return { change, added: 0, removed: 0, isBinary: isSame && isBinaryChange(change, style ?? {}), sizes }
  if (isBinaryChange(change, style ?? {})) return { change, added: 0, removed: 0, isBinary: true, sizes }
  const [a, b] = [linesOf(textOf(old)), linesOf(textOf(fresh))]
  const changes = style === undefined ? lineChanges(a, b) : countedChanges({ a, b }, style)
  let added = 0
  let removed = 0
  for (const { a0, a1, b0, b1 } of changes) {
    added += b1 - b0
    removed += a1 - a0
  }
  return { change, added, removed, isBinary: false, sizes }
}

/** `src/{a => b}/c.ts`. */
export function renameText(from: string, to: string): string {
  const a = quotePath(from)
  const b = quotePath(to)
  if (a !== from || b !== to) return `${a} => ${b}`
  let prefix = 0
  for (let i = 0; i < from.length && i < to.length && from.charAt(i) === to.charAt(i); i++) if (from.charAt(i) === '/') prefix = i + 1
  let suffix = 0
  const limit = prefix > 0 ? prefix - 1 : 0
  for (
    let n = 1;
    from.length - n >= limit && to.length - n >= limit && from.at(-n) === to.at(-n) && n <= from.length && n <= to.length;
    n++
  )
    if (from.at(-n) === '/') suffix = n
  const middle = `${from.slice(prefix, Math.max(prefix, from.length - suffix))} => ${to.slice(prefix, Math.max(prefix, to.length - suffix))}`
  if (prefix === 0 && suffix === 0) return `${from} => ${to}`
  return `${from.slice(0, prefix)}{${middle}}${suffix === 0 ? '' : from.slice(from.length - suffix)}`
}

function nameOf({ change }: FileStat): string {
  const { old, fresh } = change
  if (change.isAnywhere) return renameText(old?.path ?? '/dev/null', fresh?.path ?? '/dev/null')
  // Two files that are compared anywhere have two names without a rename.
  return old !== undefined && fresh !== undefined && old.path !== fresh.path ? renameText(old.path, fresh.path) : quotePath(pathOf(change))
}

/** `--numstat`. */
export function numstatText(stats: readonly FileStat[], isNul: boolean): string {
  return stats
    .map((stat) => {
      const counts = stat.isBinary ? '-\t-' : `${stat.added}\t${stat.removed}`
      if (!isNul) return `${counts}\t${nameOf(stat)}\n`
      const { status, old, fresh } = stat.change
      return status === 'R' || status === 'C'
        ? `${counts}\t\0${old?.path ?? ''}\0${fresh?.path ?? ''}\0`
        : `${counts}\t${pathOf(stat.change)}\0`
    })
    .join('')
}

/** `1 file changed, 2 insertions(+)`. */
export function summaryLine(stats: readonly FileStat[]): string {
  const counted = stats.filter(({ change }) => change.status !== 'U')
  const added = counted.reduce((sum, stat) => sum + stat.added, 0)
  const removed = counted.reduce((sum, stat) => sum + stat.removed, 0)
  if (counted.length === 0) return ' 0 files changed\n'
  let out = ` ${counted.length} file${counted.length === 1 ? '' : 's'} changed`
  if (added > 0 || removed === 0) out += `, ${added} insertion${added === 1 ? '' : 's'}(+)`
  if (removed > 0 || added === 0) out += `, ${removed} deletion${removed === 1 ? '' : 's'}(-)`
  return `${out}\n`
}

/** How wide `--stat` may be. */
export interface StatWidths {
  readonly width: number
  readonly name?: number | undefined
  readonly count?: number | undefined
  readonly isColored?: boolean
  /** Says beside the name what was made, lost or changed its mode. */
  readonly isCompact?: boolean
}

function scaled(value: number, width: number, most: number): number {
  return value === 0 ? 0 : 1 + Math.floor((value * (width - 1)) / most)
}

function shownName(stat: FileStat, { isCompact }: { readonly isCompact?: boolean }): string {
  return nameOf(stat) + (isCompact ? compactNote(stat.change) : '')
}

function compactNote({ old, fresh, status }: FileChange): string {
  if (status === 'A') return fresh?.mode === 0o100755 ? ' (new +x)' : fresh?.mode === 0o120000 ? ' (new +l)' : ' (new)'
  if (status === 'D') return ' (gone)'
  if (old === undefined || fresh === undefined || old.mode === fresh.mode) return ''
  if (fresh.mode === 0o120000) return ' (mode +l)'
  if (old.mode === 0o120000) return ' (mode -l)'
  return fresh.mode === 0o100755 ? ' (mode +x)' : ' (mode -x)'
}

/** `--stat`, with its last line. */
export function statText(stats: readonly FileStat[], widths: StatWidths): string {
  if (stats.length === 0) return ''
  const shown = widths.count === undefined ? stats : stats.slice(0, widths.count)
  const most = Math.max(0, ...shown.map(({ added, removed }) => added + removed))
  const binary = shown.filter((stat) => stat.isBinary)
  const numberWidth = Math.max(String(most).length, binary.length > 0 ? 3 : 0)
  const binWidth = Math.max(0, ...binary.map(({ sizes }) => 14 + String(sizes[0]).length + String(sizes[1]).length))
  const longest = Math.max(...shown.map((stat) => [...shownName(stat, widths)].length))
  const width = Math.max(widths.width, 16 + 6 + numberWidth)
  let graph = most + 4 > binWidth ? most : binWidth - 4
  let name = widths.name !== undefined && widths.name < longest ? widths.name : longest
  if (name + numberWidth + 6 + graph > width) {
    const room = Math.floor((width * 3) / 8) - numberWidth - 6
    if (graph > room) graph = Math.max(6, room)
    if (name > width - numberWidth - 6 - graph) name = width - numberWidth - 6 - graph
    else graph = width - numberWidth - 6 - name
  }
  const lines = shown.map((stat) =>
    statLine(stat, { name, graph, most, numberWidth, isColored: widths.isColored ?? false, isCompact: widths.isCompact ?? false }),
  )
  const more = shown.length < stats.length ? ' ...\n' : ''
  return lines.join('') + more + summaryLine(stats)
}

interface LineWidths {
  readonly name: number
  readonly graph: number
  readonly most: number
  readonly numberWidth: number
  readonly isColored: boolean
  readonly isCompact: boolean
}

function statLine(stat: FileStat, widths: LineWidths): string {
  let name = shownName(stat, widths)
  if ([...name].length > widths.name) {
    const tail = [...name].slice(-(widths.name - 3)).join('')
    const slash = tail.indexOf('/')
    name = `...${slash < 0 ? tail : tail.slice(slash)}`
  }
  const lead = ` ${name}${' '.repeat(Math.max(0, widths.name - [...name].length))} | `
  if (stat.change.status === 'U') return `${lead}${'Unmerged'.padStart(widths.numberWidth)}`
  if (stat.isBinary) {
    const [old, fresh] = stat.sizes
    const isSame =
      stat.change.old !== undefined && stat.change.fresh !== undefined && sideOid(stat.change.old) === sideOid(stat.change.fresh)
    return `${lead}${'Bin'.padStart(widths.numberWidth)}${isSame ? '' : ` ${old} -> ${fresh} bytes`}\n`
  }
  let { added, removed } = stat
  if (widths.graph <= widths.most) {
    const sum = added + removed
    let total = scaled(sum, widths.graph, widths.most)
    if (total < 2 && added > 0 && removed > 0) total = 2
    if (added < removed) {
      added = scaled(added, widths.graph, widths.most)
      removed = total - added
    } else {
      removed = scaled(removed, widths.graph, widths.most)
      added = total - removed
    }
  }
  const number = String(stat.added + stat.removed).padStart(widths.numberWidth)
  const paint = (text: string, color: string): string => (text !== '' && widths.isColored ? `${color}${text}${COLORS.reset}` : text)
  const graph = paint('+'.repeat(added), COLORS.fresh) + paint('-'.repeat(removed), COLORS.old)
  return `${lead}${number}${graph === '' ? '' : ` ${graph}`}\n`
}

/** `--summary`. */
export function summaryText(changes: readonly FileChange[]): string {
  return changes
    .map(({ status, old, fresh, score }) => {
      if (status === 'A' && fresh !== undefined) return ` create mode ${modeText(fresh.mode)} ${quotePath(fresh.path)}\n`
      if (status === 'D' && old !== undefined) return ` delete mode ${modeText(old.mode)} ${quotePath(old.path)}\n`
      if (old === undefined || fresh === undefined) return ''
      const isMode = old.mode !== fresh.mode
      if (status === 'R' || status === 'C') {
        const word = status === 'R' ? 'rename' : 'copy'
        const mode = isMode ? ` mode change ${modeText(old.mode)} => ${modeText(fresh.mode)}\n` : ''
        return ` ${word} ${renameText(old.path, fresh.path)} (${score ?? 0}%)\n${mode}`
      }
      return isMode ? ` mode change ${modeText(old.mode)} => ${modeText(fresh.mode)} ${quotePath(fresh.path)}\n` : ''
    })
    .join('')
}
