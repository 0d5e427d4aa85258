import { oidOf, byteOrder, NULL_OID } from '../oid'
import { pathOf, type FileChange, type FileSide } from './file-change'

const MAX_SCORE = 60_000
const CHUNK = 64

/** What counts as a rename. */
export interface RenameStyle {
  /** Percent. */
  readonly least: number
  readonly copies: 'no' | 'changed' | 'all'
  readonly limit: number
}

const USUAL_RENAMES: RenameStyle = { least: 50, copies: 'no', limit: 1000 }

interface Content {
  readonly side: FileSide
  readonly size: number
  readonly spans: ReadonlyMap<number, number>
}

/** Name of a side's contents. */
export function sideOid(side: FileSide): string {
  return side.oid === NULL_OID ? oidOf('blob', side.read()) : side.oid
}

function isRegular(side: FileSide): boolean {
  return (side.mode & 0o170000) === 0o100000
}

/** Pieces of a file by their checksum, with how many bytes each has. */
function spansOf(bytes: Uint8Array): Map<number, number> {
  const spans = new Map<number, number>()
  const isText = !bytes.subarray(0, 8000).includes(0)
  let one = 0
  let two = 0
  let count = 0
  const end = (): void => {
    const hash = ((one + Math.imul(two, 0x61)) >>> 0) % 107_927
    spans.set(hash, (spans.get(hash) ?? 0) + count)
    count = 0
    one = 0
    two = 0
  }
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (isText && byte === 13 && bytes[i + 1] === 10) continue
    const old = one
    one = ((one << 7) ^ (two >>> 25)) >>> 0
    two = ((two << 7) ^ (old >>> 25)) >>> 0
    one = (one + byte) >>> 0
    count += 1
    if (count >= CHUNK || byte === 10) end()
  }
  if (count > 0) end()
  return spans
}

function inBoth(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  let copied = 0
  for (const [hash, count] of a) copied += Math.min(count, b.get(hash) ?? 0)
  return copied
}

/** How many bytes of the old side are in the new one. */
export function copiedBytes(old: FileSide, fresh: FileSide): number {
  return inBoth(spansOf(old.read()), spansOf(fresh.read()))
}

class Contents {
  readonly #known = new Map<FileSide, Content>()

  of(side: FileSide): Content {
    const known = this.#known.get(side)
    if (known !== undefined) return known
    const bytes = side.read()
    const made = { side, size: bytes.length, spans: spansOf(bytes) }
    this.#known.set(side, made)
    return made
  }

  /** Of {@link MAX_SCORE}. */
  score(old: FileSide, fresh: FileSide, least: number): number {
    const a = this.of(old)
    const b = this.of(fresh)
    const larger = Math.max(a.size, b.size)
    const difference = larger - Math.min(a.size, b.size)
    if (larger * (MAX_SCORE - least) < difference * MAX_SCORE) return 0
    if (a.size === 0 || b.size === 0) return 0
    return Math.floor((inBoth(a.spans, b.spans) * MAX_SCORE) / larger)
  }
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

interface Pair {
  readonly old: FileChange
  readonly fresh: FileChange
  readonly score: number
  readonly isNamed: boolean
}

/**
 * Joins files that went and files that came where one became the other.
 * @param others files that did not change, where copies are looked for in all
 */
export function withRenames(
  changes: readonly FileChange[],
  style: RenameStyle = USUAL_RENAMES,
  others: readonly FileSide[] = [],
): FileChange[] {
  const added = changes.filter(({ status }) => status === 'A')
  const gone = changes.filter(({ status }) => status === 'D')
  const changed = changes.filter(({ status }) => status === 'M' || status === 'T')
  const unchanged = others.map((side): FileChange => ({ status: 'M', old: side, fresh: side }))
  const sources = style.copies === 'no' ? gone : [...gone, ...changed, ...unchanged].toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)))
  if (added.length === 0 || sources.length === 0) return [...changes]
  const pairs = new Map<FileChange, Pair>()
  exact(added, sources, pairs)
  if (style.least < 100) similar({ added, sources, style }, pairs)
  if (pairs.size === 0) return [...changes]
  return joinedChanges(changes, pairs)
}

function joinedChanges(changes: readonly FileChange[], pairs: ReadonlyMap<FileChange, Pair>): FileChange[] {
  const uses = new Map<FileChange, number>()
  for (const { old } of pairs.values()) uses.set(old, (uses.get(old) ?? 0) + 1)
  const out: FileChange[] = []
  for (const change of changes) {
    const pair = pairs.get(change)
    if (pair === undefined) {
      if (!(change.status === 'D' && uses.has(change))) out.push(change)
      continue
    }
    const left = (uses.get(pair.old) ?? 1) - 1
    uses.set(pair.old, left)
    const isRename = pair.old.status === 'D' && left === 0
    const score = Math.floor((pair.score * 100) / MAX_SCORE)
    out.push({ status: isRename ? 'R' : 'C', old: pair.old.old, fresh: change.fresh, score })
  }
  return out.toSorted((a, b) => byteOrder(pathOf(a), pathOf(b)))
}

function exact(added: readonly FileChange[], sources: readonly FileChange[], pairs: Map<FileChange, Pair>): void {
  const byOid = new Map<string, FileChange[]>()
  for (const source of sources) {
    if (source.old === undefined) continue
    const oid = sideOid(source.old)
    byOid.set(oid, [...(byOid.get(oid) ?? []), source])
  }
  const used = new Set<FileChange>()
  for (const change of added) {
    const { fresh } = change
    if (fresh === undefined) continue
    const same = (byOid.get(sideOid(fresh)) ?? []).filter(
      ({ old }) => old !== undefined && (isRegular(old) ? isRegular(fresh) : old.mode === fresh.mode),
    )
    const score = (source: FileChange): number =>
      (used.has(source) ? 0 : 2) + (lastName(source.old?.path ?? '') === lastName(fresh.path) ? 1 : 0)
    const best = same.toSorted((a, b) => score(b) - score(a))[0]
    if (best === undefined || (fresh.read().length === 0 && best.old?.oid !== fresh.oid && fresh.oid !== NULL_OID)) continue
    if (used.has(best) && best.status === 'D' && !sources.some(({ status }) => status !== 'D') && added.length > 0 && isSpent(best, used)) {
      // A file that went can become several: all but one of them are copies, which are told only where copies are looked for.
      continue
    }
    used.add(best)
    pairs.set(change, { old: best, fresh: change, score: MAX_SCORE, isNamed: false })
  }
}

function isSpent(source: FileChange, used: ReadonlySet<FileChange>): boolean {
  return used.has(source)
}

interface SimilarJob {
  readonly added: readonly FileChange[]
  readonly sources: readonly FileChange[]
  readonly style: RenameStyle
}

function similar({ added, sources, style }: SimilarJob, pairs: Map<FileChange, Pair>): void {
  const contents = new Contents()
  const least = (style.least * MAX_SCORE) / 100
  const taken = new Set([...pairs.values()].map(({ old }) => old))
  const free = (): FileChange[] =>
    sources.filter((source) => (style.copies !== 'no' || !taken.has(source)) && source.old !== undefined && isRegular(source.old))
  const open = (): FileChange[] => added.filter((change) => !pairs.has(change) && change.fresh !== undefined && isRegular(change.fresh))
  const take = (pair: Pair): void => {
    pairs.set(pair.fresh, pair)
    taken.add(pair.old)
  }
  if (style.copies === 'no')
    for (const pair of byName(open(), free(), { contents, least: Math.max(least, (least + MAX_SCORE) / 2) })) take(pair)
  const rest = { open: open(), free: free() }
  if (rest.open.length * rest.free.length > style.limit * style.limit) return
  const all = rest.open.flatMap((fresh) =>
    rest.free.flatMap((old): Pair[] => {
      if (old.old === undefined || fresh.fresh === undefined) return []
      const score = contents.score(old.old, fresh.fresh, least)
      const isNamed = lastName(old.old.path) === lastName(fresh.fresh.path)
      return score >= least ? [{ old, fresh, score, isNamed }] : []
    }),
  )
  for (const pair of all.toSorted((a, b) => b.score - a.score || Number(b.isNamed) - Number(a.isNamed)))
    if (!pairs.has(pair.fresh) && (style.copies !== 'no' || !taken.has(pair.old))) take(pair)
}

/** Files that kept their name and moved to another folder, where the name is the only one of its kind. */
function byName(
  open: readonly FileChange[],
  free: readonly FileChange[],
  how: { readonly contents: Contents; readonly least: number },
): Pair[] {
  const single = (changes: readonly FileChange[], path: (change: FileChange) => string): Map<string, FileChange | undefined> => {
    const names = new Map<string, FileChange | undefined>()
    for (const change of changes) {
      const name = lastName(path(change))
      names.set(name, names.has(name) ? undefined : change)
    }
    return names
  }
  const sources = single(free, ({ old }) => old?.path ?? '')
  return [...single(open, ({ fresh }) => fresh?.path ?? '')].flatMap(([name, fresh]): Pair[] => {
    const old = sources.get(name)
    if (fresh?.fresh === undefined || old?.old === undefined) return []
    const score = how.contents.score(old.old, fresh.fresh, how.least)
    return score >= how.least ? [{ old, fresh, score, isNamed: true }] : []
  })
}
