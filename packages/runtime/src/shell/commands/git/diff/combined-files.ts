import { textOf } from '../../../text'
import { modeText } from '../objects'
import { NULL_OID } from '../oid'
import { quotePath } from '../quote-path'
import { combinedHunks } from './combined'
import type { DiffPlan } from './diff-plan'
import type { FileChange, FileSide } from './file-change'
import { isBinary } from './patch'

/** A file that a merge has otherwise than both of its parents. */
export interface MergedFile {
  readonly path: string
  readonly parents: readonly [FileSide | undefined, FileSide | undefined]
  readonly result: FileSide | undefined
}

function pathOf({ fresh, old }: FileChange): string {
  return fresh?.path ?? old?.path ?? ''
}

/** Files that differ from the first parent and from the second. */
export function mergedFiles(first: readonly FileChange[], second: readonly FileChange[]): MergedFile[] {
  return first.flatMap((change): MergedFile[] => {
    const other = second.find((one) => pathOf(one) === pathOf(change))
    return other === undefined ? [] : [{ path: pathOf(change), parents: [change.old, other.old], result: change.fresh }]
  })
}

function letterOf(parent: FileSide | undefined, result: FileSide | undefined): string {
  if (parent === undefined) return 'A'
  if (result === undefined) return 'D'
  return (parent.mode & 0o170000) === (result.mode & 0o170000) ? 'M' : 'T'
}

/** `--raw`, `--name-status` and `--name-only` of a merge. */
export function combinedNames(files: readonly MergedFile[], plan: DiffPlan): string {
  const { formats } = plan
  const end = plan.isNul ? '\0' : '\n'
  const shown = (path: string): string => (plan.isNul ? path : quotePath(path))
  return files
    .map(({ path, parents, result }) => {
      const letters = parents.map((parent) => letterOf(parent, result)).join('')
      if (formats.includes('raw')) {
        const modes = [...parents, result].map((side) => modeText(side?.mode ?? 0)).join(' ')
        const oids = [...parents, result].map((side) => plan.abbreviate(side?.oid ?? NULL_OID)).join(' ')
        return `::${modes} ${oids} ${letters}${plan.isNul ? '\0' : '\t'}${shown(path)}${end}`
      }
      if (formats.includes('name-status')) return `${letters}${plan.isNul ? '\0' : '\t'}${shown(path)}${end}`
      return formats.includes('name-only') ? `${shown(path)}${end}` : ''
    })
    .join('')
}

/** One file's part of a combined patch. @param isDense leaves out what one parent alone explains */
export function combinedPatch({ path, parents, result }: MergedFile, plan: DiffPlan, isDense: boolean): string {
  const bytes = [...parents, result].map((side) => side?.read() ?? new Uint8Array())
  const [a = new Uint8Array(), b = new Uint8Array(), c = new Uint8Array()] = bytes
  const oids = `${parents.map((side) => plan.abbreviate(side?.oid ?? NULL_OID)).join(',')}..${plan.abbreviate(result?.oid ?? NULL_OID)}`
  let head = `diff --${isDense ? 'cc' : 'combined'} ${quotePath(path)}\nindex ${oids}\n`
  const isModes = parents.some((side) => (side?.mode ?? 0) !== (result?.mode ?? 0))
  const isNew = result !== undefined && parents.every((side) => side === undefined)
  if (isModes && isNew) head += `new file mode ${modeText(result.mode)}\n`
  else if (isModes)
    head += `${result === undefined ? 'deleted file ' : ''}mode ${parents.map((side) => modeText(side?.mode ?? 0)).join(',')}${result === undefined ? '' : `..${modeText(result.mode)}`}\n`
  if (bytes.some(isBinary)) return `${head}Binary files differ\n`
  const body = combinedHunks({ result: textOf(c), parents: [textOf(a), textOf(b)] }, plan.patch.context, isDense)
  if (body === '' && !isModes) return ''
  const from = isNew ? '/dev/null' : quotePath(path, plan.patch.oldPrefix)
  return `${head}--- ${from}\n+++ ${result === undefined ? '/dev/null' : quotePath(path, plan.patch.newPrefix)}\n${body}`
}
