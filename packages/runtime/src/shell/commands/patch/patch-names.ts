import type { FilePatch } from './patch-text'

/** Which files a patch is about. */
export interface Named {
  /** What is read; undefined: nobody knows. */
  readonly from: string | undefined
  /** What is written. */
  readonly to: string | undefined
  /** Names that lead out of the folder. */
  readonly dangerous: readonly string[]
  readonly isNew: boolean
  readonly isGone: boolean
}

/** A name without so many folders in front; without a count, only its last part. Undefined: it has not so many. */
export function strippedName(name: string, count: number | undefined): string | undefined {
  if (name === '/dev/null') return undefined
  if (count === undefined) return name.slice(name.lastIndexOf('/') + 1) || undefined
  let rest = name
  for (let i = 0; i < count; i++) {
    const at = rest.indexOf('/')
    if (at < 0) return undefined
    rest = rest.slice(at).replace(/^\/+/, '')
  }
  return rest === '' ? undefined : rest
}

function isDangerous(name: string): boolean {
  return name.startsWith('/') || name.split('/').includes('..')
}

/** The name of those that is the shortest: fewest folders, then the shortest last part, then the shortest whole. */
function best(names: readonly string[]): string | undefined {
  const rank = (name: string): readonly number[] => [name.split('/').length, name.length - name.lastIndexOf('/') - 1, name.length]
  return names.toSorted((a, b) => {
    const [x, y] = [rank(a), rank(b)]
    return (x[0] ?? 0) - (y[0] ?? 0) || (x[1] ?? 0) - (y[1] ?? 0) || (x[2] ?? 0) - (y[2] ?? 0)
  })[0]
}

/** Chooses as patch does: of the names that are told, one that is there. */
export function namesOf(
  patch: FilePatch,
  how: { readonly strip: number | undefined; readonly isReversed: boolean; exists(name: string): boolean },
): Named {
  const { git, isEpoch } = patch
  const given = { old: patch.oldName ?? git?.oldName, now: patch.newName ?? git?.newName, index: patch.indexName }
  const dangerous: string[] = []
  const usable = (name: string | undefined): string | undefined => {
    const bare = name === undefined ? undefined : strippedName(name, how.strip)
    if (bare === undefined || !isDangerous(bare)) return bare
    dangerous.push(bare)
    return undefined
  }
  const [old, now, index] = [usable(given.old), usable(given.now), usable(given.index)]
  const [first, second] = how.isReversed ? [1, 0] : [0, 1]
  const isNew = isEpoch[first] === true || git?.kind === (how.isReversed ? 'delete' : 'new') || addsAll(patch, how.isReversed)
  const isGone = isEpoch[second] === true || git?.kind === (how.isReversed ? 'new' : 'delete')
  if (git !== undefined && (git.kind === 'rename' || git.kind === 'copy')) {
    const [gitOld, gitNew] = [usable(git.oldName), usable(git.newName)]
    return how.isReversed ? { from: gitNew, to: gitOld, dangerous, isNew, isGone } : { from: gitOld, to: gitNew, dangerous, isNew, isGone }
  }
  const told = old === undefined && now === undefined ? [index] : [old, now]
  const names = told.flatMap((name) => (name === undefined ? [] : [name]))
  const there = names.filter((name) => how.exists(name))
  const name = best(there) ?? (isNew || isGone ? best(names) : undefined)
  return { from: name, to: name, dangerous: [...new Set(dangerous)], isNew, isGone }
}

/** One hunk that adds lines at the start of nothing. */
function addsAll({ hunks }: FilePatch, isReversed: boolean): boolean {
  const [only] = hunks
  if (hunks.length !== 1 || only === undefined) return false
  return (
    (isReversed ? only.newStart : only.oldStart) === 1 &&
    only.lines.length > 0 &&
    only.lines.every(({ sign }) => sign === (isReversed ? '-' : '+'))
  )
}
