import { renameText } from './diff/stat'
import { modeText } from './objects'
import type { FilePatch } from './patch-file'
import { quotePath } from './quote-path'

const WIDTH = 70
const MAX_NAME = 50

interface Counted {
  readonly patch: FilePatch
  readonly name: string
  readonly added: number
  readonly removed: number
}

/** What patches would change, as `git apply --stat` and the like tell it. */
export function applyStats(list: readonly FilePatch[], kind: 'stat' | 'numstat' | 'summary', isNul: boolean): string {
  if (kind === 'summary') return list.map(summaryOf).join('')
  const all = list.map(counted)
  if (kind === 'stat') return statOf(all)
  return all
    .map(({ patch, added, removed, name }) => {
      const counts = patch.isBinary ? '-\t-' : `${added}\t${removed}`
      return isNul
        ? `${counts}\t${patch.newName ?? patch.oldName ?? ''}\0`
        : `${counts}\t${quotePath(patch.newName ?? patch.oldName ?? name)}\n`
    })
    .join('')
}

function counted(patch: FilePatch): Counted {
  const lines = patch.hunks.flatMap((hunk) => hunk.lines)
  return {
    patch,
    name: quotePath(patch.newName ?? patch.oldName ?? ''),
    added: lines.filter(({ sign }) => sign === '+').length,
    removed: lines.filter(({ sign }) => sign === '-').length,
  }
}

function statOf(all: readonly Counted[]): string {
  const width = Math.min(MAX_NAME, Math.max(0, ...all.map(({ name }) => name.length)))
  const most = Math.max(0, ...all.map(({ added, removed }) => added + removed))
  const graph = width + most > WIDTH ? WIDTH - width : most
  let out = ''
  let [adds, dels] = [0, 0]
  for (const { patch, name, added, removed } of all) {
    const tail = name.slice(name.length + 3 - width)
    const shown = name.length > width ? `...${tail.includes('/') ? tail.slice(tail.indexOf('/')) : tail}` : name
    if (patch.isBinary) {
      out += ` ${shown.padEnd(width)} |  Bin\n`
      continue
    }
    adds += added
    dels += removed
    const scaled = (count: number): number => (most === 0 ? 0 : Math.floor((count * graph + Math.floor(most / 2)) / most))
    const plus = scaled(added)
    out += ` ${shown.padEnd(width)} |${String(added + removed).padStart(5)} ${'+'.repeat(plus)}${'-'.repeat(scaled(added + removed) - plus)}\n`
  }
  out += ` ${all.length} file${all.length === 1 ? '' : 's'} changed`
  if (adds > 0 || dels === 0) out += `, ${adds} insertion${adds === 1 ? '' : 's'}(+)`
  if (dels > 0 || adds === 0) out += `, ${dels} deletion${dels === 1 ? '' : 's'}(-)`
  return all.length === 0 ? ' 0 files changed\n' : `${out}\n`
}

function summaryOf(patch: FilePatch): string {
  const { oldName = '', newName = '', oldMode, newMode } = patch
  if (patch.kind === 'new') return ` create mode ${modeText(newMode ?? 0o100644)} ${quotePath(newName)}\n`
  if (patch.kind === 'delete') return ` delete mode ${modeText(oldMode ?? 0o100644)} ${quotePath(oldName)}\n`
  const isMode = oldMode !== undefined && newMode !== undefined && oldMode !== newMode
  const change = isMode ? ` mode change ${modeText(oldMode)} => ${modeText(newMode)}` : ''
  if (patch.kind === 'change') return isMode ? `${change} ${quotePath(newName)}\n` : ''
  return ` ${patch.kind} ${renameText(oldName, newName)} (${patch.score ?? 0}%)\n${isMode ? `${change}\n` : ''}`
}
