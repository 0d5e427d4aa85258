import { textOf } from '../../../text'
import type { Git } from '../git-call'
import { modeText } from '../objects'
import { NULL_OID } from '../oid'
import { quotePath } from '../quote-path'
import type { DiffPlan } from './diff-plan'
import { lineChanges } from './line-diff'
import { linesOf } from './lines'

/** A text and the texts it comes from. */
export interface CombinedTexts {
  readonly result: string
  readonly parents: readonly [string, string]
}

interface Row {
  readonly signs: string
  readonly line: string
  /** Its number in each parent and in the result, before it. */
  readonly at: readonly [number, number, number]
}

/** Every line of the result and every one that was lost, with a sign for each parent. */
function rowsOf({ result, parents }: CombinedTexts): Row[] {
  const lines = linesOf(result)
  const olds = parents.map(linesOf)
  const changes = olds.map((old) => lineChanges(old, lines))
  const isNew = changes.map((list) => {
    const flags = new Uint8Array(lines.length)
    for (const { b0, b1 } of list) flags.fill(1, b0, b1)
    return flags
  })
  const rows: Row[] = []
  const at: [number, number, number] = [0, 0, 0]
  for (let i = 0; i <= lines.length; i++) {
    const lost = changes.map((list, p) => list.filter(({ b0 }) => b0 === i).flatMap(({ a0, a1 }) => (olds[p] ?? []).slice(a0, a1)))
    for (const { signs, line } of joinedLost(lost[0] ?? [], lost[1] ?? [])) {
      rows.push({ signs, line, at: [...at] })
      if (signs[0] === '-') at[0] += 1
      if (signs[1] === '-') at[1] += 1
    }
    const line = lines[i]
    if (line === undefined) break
    const signs = `${isNew[0]?.[i] ? '+' : ' '}${isNew[1]?.[i] ? '+' : ' '}`
    rows.push({ signs, line, at: [...at] })
    if (signs[0] === ' ') at[0] += 1
    if (signs[1] === ' ') at[1] += 1
    at[2] += 1
  }
  return rows
}

/** Lines that both parents lost at the same place are told once. */
function joinedLost(a: readonly string[], b: readonly string[]): { readonly signs: string; readonly line: string }[] {
  const out: { signs: string; line: string }[] = []
  let i = 0
  for (const line of b) {
    const found = a.indexOf(line, i)
    if (found < 0) {
      out.push({ signs: ' -', line })
      continue
    }
    for (; i < found; i++) out.push({ signs: '- ', line: a[i] ?? '' })
    out.push({ signs: '--', line })
    i = found + 1
  }
  const rest = a.slice(i).map((line) => ({ signs: '- ', line }))
  const firstOther = out.findLastIndex(({ signs }) => signs !== ' -') + 1
  return [...out.slice(0, firstOther), ...rest, ...out.slice(firstOther)]
}

function range(from: number, count: number): string {
  return `${from + 1},${count}`
}

/** The hunks of a combined diff. @param isDense leaves out hunks where the result is what one of the parents has */
export function combinedHunks(texts: CombinedTexts, context: number, isDense: boolean): string {
  const rows = rowsOf(texts)
  const isKept = rows.map(({ signs }) => signs !== '  ')
  const groups: [number, number][] = []
  for (let i = 0; i < rows.length; i++) {
    if (!isKept[i]) continue
    const last = groups.at(-1)
    if (last !== undefined && i - last[1] <= 2 * context) last[1] = i + 1
    else groups.push([i, i + 1])
  }
  const interesting = groups.filter(([from, to]) => !isDense || isContested(rows.slice(from, to)))
  return interesting.map(([from, to]) => hunkText(rows, Math.max(0, from - context), Math.min(rows.length, to + context))).join('')
}

/** Whether no parent alone explains the lines. */
function isContested(rows: readonly Row[]): boolean {
  const patterns = new Set(rows.map(({ signs }) => signs.replaceAll('-', '+')).filter((signs) => signs !== '  '))
  return patterns.has('++') || patterns.size > 1
}

function hunkText(rows: readonly Row[], from: number, to: number): string {
  const part = rows.slice(from, to)
  const start = part[0]?.at ?? [0, 0, 0]
  const count = (p: number): number =>
    part.filter(({ signs }) => signs.charAt(p) === '-' || (signs.charAt(p) === ' ' && !signs.includes('-'))).length
  const fresh = part.filter(({ signs }) => !signs.includes('-')).length
  const head = `@@@ -${range(start[0], count(0))} -${range(start[1], count(1))} +${range(start[2], fresh)} @@@`
  const func = rows.slice(0, from).findLast(({ signs, line }) => !signs.includes('-') && /^[A-Za-z_$]/.test(line))?.line ?? ''
  // git leaves out the last letter of what it shows here.
  const shown = func.slice(0, 40).trimEnd().slice(0, -1)
  const named = shown === '' ? '' : ` ${shown}`
  const lines = part.map(({ signs, line }) => (line.endsWith('\n') ? `${signs}${line}` : `${signs}${line}\n\\ No newline at end of file\n`))
  return `${head}${named}\n${lines.join('')}`
}

/** Whether a path with conflicts has two sides that its file can be compared with. */
export function hasBothSides(git: Git, path: string): boolean {
  const { index } = git.repo
  return index.get(path, 2) !== undefined && index.get(path, 3) !== undefined
}

/** A path with conflicts, compared with both sides. */
export function combinedUnmerged(git: Git, path: string, plan: DiffPlan): string {
  const { index, objects } = git.repo
  const [ours, theirs] = [index.get(path, 2), index.get(path, 3)]
  const file = git.repo.workFile(path)
  if (ours === undefined || theirs === undefined) return `* Unmerged path ${path}\n`
  const modes = `${modeText(ours.mode)},${modeText(theirs.mode)}`
  const oids = `${plan.abbreviate(ours.oid)},${plan.abbreviate(theirs.oid)}..${plan.abbreviate(NULL_OID)}`
  const { oldPrefix, newPrefix } = plan.patch
  const lead = `diff --cc ${quotePath(path)}\nindex ${oids}\n`
  if (file === undefined) return `${lead}deleted file mode ${modes}\n--- ${quotePath(path, oldPrefix)}\n+++ /dev/null\n`
  const texts: CombinedTexts = {
    result: textOf(git.repo.readWork(path)),
    parents: [objects.blobText(ours.oid), objects.blobText(theirs.oid)],
  }
  const mode = git.repo.modeOf(file, ours.mode)
  const head = mode === ours.mode && mode === theirs.mode ? lead : `${lead}mode ${modes}..${modeText(mode)}\n`
  const body = combinedHunks(texts, plan.patch.context, true)
  return `${head}--- ${quotePath(path, oldPrefix)}\n+++ ${quotePath(path, newPrefix)}\n${body}`
}
