import type { Call } from '../command'
import { curly, quoted } from '../text/quotes'
import { usageError, type Tool } from '../text/tool'
import { folderName, joinPath, lookFor } from './look'

/** Options of tools that keep what they would overwrite. */
export const BACKUP_OPTIONS = [
  { key: 'backup', long: ['backup'], value: 'optional' },
  { key: 'backup', short: 'b' },
  { key: 'suffix', short: 'S', long: ['suffix'], value: 'required' },
] as const

/** How what is overwritten is named. */
export interface BackupHow {
  readonly kind: 'simple' | 'numbered' | 'existing'
  readonly suffix: string
}

const KINDS: Readonly<Record<string, BackupHow['kind'] | 'none'>> = {
  none: 'none',
  off: 'none',
  simple: 'simple',
  never: 'simple',
  existing: 'existing',
  nil: 'existing',
  numbered: 'numbered',
  t: 'numbered',
}

/** Undefined: nothing is kept. */
export function backupOf({ options, call }: Tool): BackupHow | undefined {
  const suffix = options.value('suffix') ?? call.env.get('SIMPLE_BACKUP_SUFFIX') ?? '~'
  if (!options.has('backup') && !options.has('suffix')) return undefined
  const word = options.value('backup') ?? call.env.get('VERSION_CONTROL') ?? 'existing'
  const kind = KINDS[word]
  if (kind === undefined)
    return usageError(
      `invalid argument ${curly(word)} for ${curly('backup type')}\nValid arguments are:\n  - ${curly('none')}, ${curly('off')}\n  - ${curly('simple')}, ${curly('never')}\n  - ${curly('existing')}, ${curly('nil')}\n  - ${curly('numbered')}, ${curly('t')}`,
    )
  return kind === 'none' ? undefined : { kind, suffix }
}

/** The name that what stands at `path` gets. */
export function backupName(call: Call, path: string, { kind, suffix }: BackupHow): string {
  if (kind === 'simple') return path + suffix
  const name = path.slice(path.lastIndexOf('/') + 1)
  const folder = lookFor(call, folderName(path))?.node
  const numbers = (folder?.type === 'folder' ? [...folder.children.keys()] : []).flatMap((other) => {
    const number = other.startsWith(`${name}.~`) ? /^(\d+)~$/.exec(other.slice(name.length + 2))?.[1] : undefined
    return number === undefined ? [] : [Number(number)]
  })
  if (kind === 'existing' && numbers.length === 0) return path + suffix
  return `${path}.~${Math.max(0, ...numbers) + 1}~`
}

/** Moves what stands at `path` away and gives its new name. */
export function keepBackup(call: Call, path: string, how: BackupHow): string {
  const kept = backupName(call, path, how)
  call.system.tree.rename(call.at(path), call.at(kept))
  return kept
}

/** Where operands go: pairs of source and target, as `cp`, `mv`, `ln` and `install` read them. */
export function pairsOf(tool: Tool, operands: readonly string[]): readonly (readonly [from: string, to: string])[] {
  const { options, call } = tool
  const folder = options.value('target-directory')
  const isPlain = options.has('no-target-directory')
  if (operands.length === 0) usageError('missing file operand')
  if (folder !== undefined) {
    if (isPlain) usageError('cannot combine --target-directory (-t) and --no-target-directory (-T)')
    return operands.map((from) => [from, joinPath(folder, nameOf(from))])
  }
  const last = operands.at(-1) ?? ''
  if (operands.length === 1) usageError(`missing destination file operand after ${quoted(last)}`)
  if (isPlain && operands.length > 2) usageError(`extra operand ${quoted(operands[2] ?? '')}`)
  const isFolder = !isPlain && lookFor(call, last)?.type === 'folder'
  if (!isFolder) return [[operands[0] ?? '', last]]
  return operands.slice(0, -1).map((from) => [from, joinPath(last, nameOf(from))])
}

/** The name that a source gets in a folder. `..` and `.` stay what they are. */
function nameOf(path: string): string {
  const bare = path.replace(/\/+$/, '')
  return bare.slice(bare.lastIndexOf('/') + 1)
}

/** Options that say where operands go. */
export const TARGET_OPTIONS = [
  { key: 'target-directory', short: 't', long: ['target-directory'], value: 'required' },
  { key: 'no-target-directory', short: 'T', long: ['no-target-directory'] },
] as const
