import type { FileChange, PathChange, Workspace, WorkspaceDelta } from '@tabwright/protocol'
import { diffArrays } from 'diff'
import { textOf } from './bytes'

/** Lines that a text diff adds and removes. */
export interface LineCounts {
  readonly added: number
  readonly removed: number
}

// Beyond either bound the middle counts as replaced whole: an exact figure is not worth a stalled worker.
const MAX_EDITS = 4000
const MAX_MS = 200

function linesOf(text: string): readonly string[] {
  if (text === '') return []
  const lines = text.split('\n')
  // A last line feed ends a line, it does not start one. Its absence makes the last line another line, as in git.
  if (lines.at(-1) === '') lines.pop()
  else lines.push(`${lines.pop() ?? ''}\0no newline`)
  return lines
}

/** Counts added and removed lines as `git diff --numstat` does. Exact for up to 4000 edits within 200 ms, an upper bound beyond. */
export function countLines(before: string, after: string): LineCounts {
  const a = linesOf(before)
  const b = linesOf(after)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let aEnd = a.length
  let bEnd = b.length
  while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
    aEnd--
    bEnd--
  }
  const whole = { added: bEnd - start, removed: aEnd - start }
  if (whole.added === 0 || whole.removed === 0) return whole
  const parts = diffArrays(a.slice(start, aEnd), b.slice(start, bEnd), { maxEditLength: MAX_EDITS, timeout: MAX_MS })
  if (parts === undefined) return whole
  let added = 0
  let removed = 0
  for (const part of parts) {
    if (part.added) added += part.value.length
    else if (part.removed) removed += part.value.length
  }
  return { added, removed }
}

/** A delta as the log records it: hashes, line counts (0 where either side is binary), and what kind of file each side is. `files` is where the delta is not in yet. */
export async function changesOf(delta: WorkspaceDelta, files: Pick<Workspace, 'blob' | 'stat'>): Promise<FileChange[]> {
  // Asked for in one breath: the store reads them together.
  const olds = await Promise.all(delta.map(async ({ before }) => (before === null ? NOTHING : files.blob(before))))
  return delta.map((change, index) => {
    const { path, before, after } = change
    const old = textOf(olds[index] ?? NOTHING)
    const now = textOf(after?.bytes ?? NOTHING)
    const counts = old === undefined || now === undefined ? { added: 0, removed: 0 } : countLines(old, now)
    return { path, before, after: after?.hash ?? null, ...counts, ...kindOf(change, files) }
  })
}

const NOTHING = new Uint8Array()

/** Each named only where it is not what it mostly is: so it is in nearly no fact. */
function kindOf({ path, before, after }: PathChange, files: Pick<Workspace, 'stat'>): Pick<FileChange, 'modes' | 'permissions' | 'mtime'> {
  const old = before === null ? undefined : files.stat(path)
  const modes = { before: before === null ? null : (old?.mode ?? 'file'), after: after?.mode ?? null }
  const permissions = { before: old?.permissions ?? null, after: after?.permissions ?? null }
  const isPlain = (modes.before ?? 'file') === 'file' && (modes.after ?? 'file') === 'file'
  const isUsual = permissions.before === null && permissions.after === null
  const isTime = before === after?.hash && modes.before === modes.after && permissions.before === permissions.after
  return { ...(!isPlain && { modes }), ...(!isUsual && { permissions }), ...(isTime && after !== null && { mtime: after.mtime }) }
}
