import { linesOf } from './diff/lines'

/** One hunk that is taken or left. */
export interface PickedHunk {
  /** Its first line. */
  readonly head: string
  /** The others, with their signs; a line about a missing newline belongs to the one before it. */
  readonly lines: readonly string[]
  readonly oldStart: number
  readonly newStart: number
  /** Into how many it can be split. */
  readonly parts: number
  /** What was answered. */
  use: 'yes' | 'no' | undefined
}

/** One file's patch, taken apart. */
export function patchWithHunks(text: string): { readonly head: string; readonly hunks: readonly PickedHunk[] } {
  const lines = linesOf(text)
  const starts = lines.flatMap((line, i) => (line.startsWith('@@ ') ? [i] : []))
  const hunks = starts.map((from, i) => {
    const match = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(lines[from] ?? '')
    const body = joinedNotes(lines.slice(from + 1, starts[i + 1] ?? lines.length))
    return hunkOf({ head: lines[from] ?? '', lines: body, oldStart: Number(match?.[1]), newStart: Number(match?.[2]) })
  })
  return { head: lines.slice(0, starts[0] ?? lines.length).join(''), hunks }
}

function joinedNotes(lines: readonly string[]): string[] {
  const out: string[] = []
  for (const line of lines) {
    if (line.startsWith('\\')) out.push(`${out.pop() ?? ''}${line}`)
    else out.push(line)
  }
  return out
}

function hunkOf(hunk: Omit<PickedHunk, 'parts' | 'use'>): PickedHunk {
  return { ...hunk, parts: runsOf(hunk.lines).length, use: undefined }
}

/** Where lines that change something stand together: from, to. */
function runsOf(lines: readonly string[]): (readonly [from: number, to: number])[] {
  const runs: [number, number][] = []
  for (const [i, line] of lines.entries()) {
    if (line.startsWith(' ')) continue
    const last = runs.at(-1)
    if (last !== undefined && last[1] === i) last[1] = i + 1
    else runs.push([i, i + 1])
  }
  return runs
}

function counted(start: number, count: number): string {
  return count === 1 ? String(start) : `${start},${count}`
}

/** Smaller hunks, one for each place where something changes; lines between two are in both. */
export function splitHunk(hunk: PickedHunk): readonly PickedHunk[] {
  const runs = runsOf(hunk.lines)
  if (runs.length < 2) return [hunk]
  return runs.map((_, i) => {
    const from = i === 0 ? 0 : (runs[i - 1]?.[1] ?? 0)
    const lines = hunk.lines.slice(from, runs[i + 1]?.[0] ?? hunk.lines.length)
    const skipped = hunk.lines.slice(0, from)
    const oldStart = hunk.oldStart + skipped.filter((line) => !line.startsWith('+')).length
    const newStart = hunk.newStart + skipped.filter((line) => !line.startsWith('-')).length
    const [old, fresh] = [lines.filter((line) => !line.startsWith('+')), lines.filter((line) => !line.startsWith('-'))]
    // What follows the place is told of the first one only.
    const named = i === 0 ? hunk.head.replace(/^@@ .*? @@/, '') : '\n'
    const head = `@@ -${counted(oldStart, old.length)} +${counted(newStart, fresh.length)} @@${named}`
    return { ...hunkOf({ head, lines, oldStart, newStart }), use: hunk.use }
  })
}

/** The old lines with the hunks that are taken. */
export function withHunks(old: readonly string[], hunks: readonly PickedHunk[]): string {
  let out = ''
  let at = 0
  for (const hunk of hunks) {
    if (hunk.use !== 'yes') continue
    // A hunk without old lines stands behind the line that it names.
    let line = hunk.lines.every((one) => one.startsWith('+')) ? hunk.oldStart : hunk.oldStart - 1
    for (const text of hunk.lines) {
      if (text.startsWith('+')) {
        out += old.slice(at, line).join('') + unmarked(text)
        at = Math.max(at, line)
        continue
      }
      if (text.startsWith('-')) {
        out += old.slice(at, line).join('')
        at = line + 1
      }
      line += 1
    }
  }
  return out + old.slice(at).join('')
}

function unmarked(line: string): string {
  return line.slice(1).replace(/\n\\ No newline at end of file\n$/, '')
}
